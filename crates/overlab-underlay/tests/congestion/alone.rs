//! What links carry when nobody but the background uses them.

use super::{EPOCH, congestion, end, network, queues};
use overlab_time::{Law, Seeds, Span, Time};
use overlab_underlay::{Background, Bursts, CongestedLink, CoreLinks, Diurnal};

#[test]
fn the_background_alone_is_what_queues_see_without_messages() {
    let underlay = network(3, &[(0, 1), (1, 2)], 10);
    let bursts = Bursts {
        share: 0.4,
        on: Law::exponential(Span::from_secs(20)),
        off: Law::exponential(Span::from_secs(30)),
    };
    let diurnal = Diurnal { amplitude: 0.5, peak: Span::from_hours(21), start: Span::from_hours(20) };
    let share = Background { share: 0.4, elastic: 0.3, diurnal: Some(diurnal), bursts: Some(bursts) };
    let congestion = congestion(1_000_000, share);
    let links = CoreLinks::new(&congestion, &underlay).unwrap();
    let mut queues = queues(&congestion, &underlay);
    let (first, last) = (30, 130);
    (1..=first).for_each(|epoch| queues.close(end(epoch)));
    let before = queues.uses().to_vec();
    (first + 1..=last).for_each(|epoch| queues.close(end(epoch)));
    let seen = queues.uses().iter().zip(before).map(|(now, then)| (now - then) as f64 / 1e6 / 100.0);
    let alone = links.background(Seeds::new(4, 0), end(first), end(last), EPOCH);
    assert_eq!(alone.len(), 4);
    for (alone, seen) in alone.iter().zip(seen) {
        let alone = alone.unwrap();
        assert!((alone - seen).abs() < 1e-6, "{alone} is not {seen}");
        assert!((0.3..1.0).contains(&alone));
    }
}

#[test]
fn links_without_a_limit_have_no_share() {
    let underlay = network(3, &[(0, 1), (1, 2)], 10);
    let background = Background { share: 0.25, ..Background::default() };
    let own =
        CongestedLink { routers: [1, 2], capacity: Some(super::bps(1_000)), background: Some(background) };
    let congestion = overlab_underlay::Congestion { links: vec![own], ..Default::default() };
    let links = CoreLinks::new(&congestion, &underlay).unwrap();
    assert_eq!(links.limited().collect::<Vec<_>>(), [false, false, true, true]);
    let alone = links.background(Seeds::new(4, 0), Time::ZERO, end(1), EPOCH);
    assert_eq!(alone, [None, None, Some(0.25), Some(0.25)]);
}
