//! What every message does on its way allocates nothing.

use overlab_time::{Bandwidth, Purpose, Seeds, Span, Time};
use overlab_underlay::{
    Access, AccessClass, Attachment, Background, Congestion, CoreLinks, CoreQueues, HostId, Impairments,
    Jitter, LinkClass, Model, Queue, TransitStub,
};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn queues_paths_and_losses_allocate_nothing() {
    let seeds = Seeds::new(3, 0);
    let rate = |bits| Some(Bandwidth::new(bits).unwrap());
    let attachment = Attachment {
        classes: vec![AccessClass {
            name: "home".to_owned(),
            share: 1.0,
            latency: Access::LAN,
            up: rate(1_000_000),
            down: rate(8_000_000),
            buffer: Some(20_000),
        }],
        impairments: Impairments { loss: 0.01, jitter: Some(Jitter::exponential(Span::from_millis(5))) },
        ..Attachment::default()
    };
    let topology = Model::TransitStub(TransitStub::with_routers(100)).build(seeds).unwrap();
    let underlay = topology.attach(100, &attachment, seeds).unwrap();
    let congestion = Congestion {
        capacities: BTreeMap::from([(LinkClass::TransitStub, rate(2_000_000).unwrap())]),
        background: Background { share: 1.01, ..Background::default() },
        ..Congestion::default()
    };
    let links = CoreLinks::new(&congestion, &underlay).unwrap();
    let core = CoreQueues::new(Arc::new(links), seeds, Span::from_secs(10));
    let mut queues = vec![[Queue::default(); 2]; 100];
    assert!(ALLOCATIONS.with(Cell::get) > 0, "the counter counts");

    let before = ALLOCATIONS.with(Cell::get);
    let (mut lost, mut full) = (0, 0);
    for number in 0..100_000u32 {
        let (from, to, now) = (number % 100, number * 7 % 99, Time(u64::from(number) * 30_000));
        let (from, to) = (HostId(from), HostId(to));
        let mut stream = seeds.stream(Purpose::Transmission, u64::from(number), 0);
        let up = queues[from.0 as usize][0].offer(now, 700, underlay.lines(from)[0]);
        std::hint::black_box(underlay.depart(from, to, Some(&mut stream)));
        lost += u32::from(core.pass(&underlay, from, to, 700).is_lost(&mut stream));
        let down = queues[to.0 as usize][1].offer(now, 700, underlay.lines(to)[1]);
        full += u32::from(up.is_none()) + u32::from(down.is_none());
    }
    assert_eq!(ALLOCATIONS.with(Cell::get) - before, 0);
    // Everything has been on the way.
    assert!(lost > 100 && full > 100, "{lost} lost, {full} buffers full");
}
