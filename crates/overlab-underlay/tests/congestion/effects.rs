//! What the traffic of others and the overlay's own do to messages.

use super::{EPOCH, at, bps, congestion, end, network, queues, turn};
use overlab_time::{Law, Span};
use overlab_underlay::{
    Background, Bursts, CongestedLink, Congestion, Constant, CoreLinks, Model, QueueLaw, Strain, Topology,
};

/// Three routers in a row.
const ROW: &[(u32, u32)] = &[(0, 1), (1, 2)];

#[test]
fn waits_add_up_and_chances_multiply_along_a_path() {
    let underlay = network(3, ROW, 20);
    // 1.25 times the capacity: a fifth is lost on each link, and a full buffer waited for.
    let share = Background { share: 1.25, ..Background::default() };
    let queues = queues(&congestion(1_000_000, share), &underlay);
    let [a, b, c] = [0, 1, 2].map(|router| at(&underlay, router));
    let (one, two) = (queues.foreseen(&underlay, a, b), queues.foreseen(&underlay, a, c));
    assert_eq!((one.wait, two.wait), (Span::from_millis(250), Span::from_millis(500)));
    assert!((one.loss() - 0.2).abs() < 1e-9 && (two.loss() - 0.36).abs() < 1e-9);
    let none = queues.foreseen(&underlay, a, a);
    assert_eq!((none.wait, none.loss()), (Span::ZERO, 0.0));
    // 1.22 MSS / (RTT sqrt(p)) with the queues of both directions in the round trip.
    let bits = queues.throughput(&underlay, a, c, 1460).unwrap();
    let expected = 1.22 * 1460.0 * 8.0 / ((0.04 + 1.0) * 0.36f64.sqrt());
    assert!((bits / expected - 1.0).abs() < 1e-6, "{bits} is not {expected}");
}

#[test]
fn what_is_elastic_yields_to_the_overlay_before_anything_is_lost() {
    let underlay = network(2, &[(0, 1)], 10);
    let [a, b] = [0, 1].map(|router| at(&underlay, router));
    let toll = |elastic: f64, own: f64| {
        let mut queues = queues(
            &congestion(1_000_000, Background { share: 0.9, elastic, ..Background::default() }),
            &underlay,
        );
        for _ in 0..1_000 {
            // 1,000 messages of so many bytes in an epoch are `own` of the capacity.
            queues.pass(&underlay, a, b, (own * 1e6 / 8.0 * EPOCH.as_seconds() / 1e3) as u32);
        }
        turn(&mut queues, end(1));
        (queues.foreseen(&underlay, a, b).loss(), queues.used()[0])
    };
    // 0.9 + 0.3 of the capacity are offered.
    let (firm, used) = toll(0.0, 0.3);
    assert!((firm - (1.0 - 1.0 / 1.2)).abs() < 1e-6 && (used - 1.0).abs() < 1e-9);
    let (yielding, used) = toll(0.5, 0.3);
    assert!(yielding == 0.0 && (used - 1.0).abs() < 1e-9);
    // More than the elastic half can make room for: 0.45 + 0.76.
    let (loss, _) = toll(0.5, 0.76);
    assert!((loss - (1.0 - 1.0 / 1.21)).abs() < 1e-6, "{loss}");
}

#[test]
fn bursts_come_and_go_on_each_direction_by_itself() {
    let underlay = network(3, ROW, 20);
    let on = Law::exponential(Span::from_secs(30));
    let bursts = Bursts { share: 0.5, on, off: on };
    let background = Background { share: 0.2, bursts: Some(bursts), ..Background::default() };
    let mut queues = queues(&congestion(1_000_000, background), &underlay);
    let mut seen = vec![Vec::new(); 4];
    for epoch in 1..400 {
        turn(&mut queues, end(epoch));
        seen.iter_mut().zip(queues.used()).for_each(|(seen, used)| seen.push(*used));
    }
    for one in &seen {
        assert!(one.iter().all(|used| (0.2 - 1e-9..=0.7 + 1e-9).contains(used)));
        // Half of the time; on 4,000 s of periods of 30 s the standard error is sqrt(2 * 1/4 * 15 / 4,000) = 0.043.
        let mean = one.iter().sum::<f64>() / one.len() as f64;
        assert!((mean - 0.45).abs() < 4.0 * 0.043 * 0.5, "{mean}");
    }
    assert!(seen[0] != seen[1] && seen[1] != seen[2]);
}

#[test]
fn single_links_differ_and_laws_apply() {
    let underlay = network(3, ROW, 20);
    let plain = congestion(1_000_000, Background { share: 0.5, ..Background::default() });
    let own = Background { share: 0.8, ..Background::default() };
    let links = vec![CongestedLink { routers: [2, 1], capacity: Some(bps(100_000)), background: Some(own) }];
    let [a, b, c] = [0, 1, 2].map(|router| at(&underlay, router));
    let wait = |law, links: &[CongestedLink], from, to| {
        let congestion = Congestion { law, links: links.to_vec(), ..plain.clone() };
        queues(&congestion, &underlay).foreseen(&underlay, from, to).wait
    };
    // 700 B take 5.6 ms at 1 Mbps: M/D/1 at 1/2 waits for half of that, M/M/1 (the buffer holds 44) for all of it.
    assert_eq!(wait(QueueLaw::Constant, &links, a, b), Span::from_micros(2_800));
    assert_eq!(wait(QueueLaw::Exponential, &[], a, b), Span::from_micros(5_600));
    // At 100 kbps and 0.8: 56 ms * 0.8 / 0.4, both ways.
    assert_eq!(wait(QueueLaw::Constant, &links, b, c), Span::from_millis(112));
    assert_eq!(wait(QueueLaw::Constant, &links, c, b), Span::from_millis(112));
}

#[test]
fn what_cannot_be_is_refused() {
    let underlay = network(3, ROW, 20);
    let refused = |congestion: Congestion| CoreLinks::new(&congestion, &underlay).unwrap_err().to_string();
    let good = congestion(1_000_000, Background::default());
    assert!(refused(Congestion::default()).contains("no link of this graph has a capacity"));
    assert!(refused(Congestion { packet: 0, ..good.clone() }).contains("congestion.packet"));
    assert!(refused(Congestion { buffer: Span::ZERO, ..good.clone() }).contains("congestion.buffer"));
    let wrong = CongestedLink { routers: [0, 2], capacity: None, background: None };
    let error = refused(Congestion { links: vec![wrong], ..good.clone() });
    assert!(error.contains("neighbouring routers, not 0 and 2"), "{error}");
    let no_routers: Topology = Model::Constant(Constant { latency: Span::from_millis(5) })
        .build(overlab_time::Seeds::new(1, 0))
        .unwrap();
    let hosts = no_routers
        .attach(4, &overlab_underlay::Attachment::default(), overlab_time::Seeds::new(1, 0))
        .unwrap();
    assert!(CoreLinks::new(&good, &hosts).unwrap_err().to_string().contains("without routers"));
    assert_eq!(Strain::default().loss, 0.0);
}
