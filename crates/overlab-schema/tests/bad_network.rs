//! What bad scenarios are told about the network: the keys of links, queues, faults, reachability, places and measured files.

use overlab_schema::{Document, ScenarioError};

const EXAMPLE: &str = include_str!("fixtures/quickstart.json");

/// What the example is told with these settings.
fn told(options: &[&str]) -> String {
    let run = || -> Result<(), ScenarioError> {
        let mut document = Document::parse("quickstart.json", EXAMPLE)?;
        for (index, option) in options.iter().enumerate() {
            document.set(index + 1, option)?;
        }
        for point in document.points()? {
            point.scenario()?;
        }
        Ok(())
    };
    run().map_or_else(|error| error.to_string(), |()| "fine".to_owned())
}

/// Checks that each setting is refused with a message that names an option, the path and the problem.
fn refused(before: &[&str], cases: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (option, expected) in cases {
        let mut options = before.to_vec();
        options.push(option);
        let message = told(&options);
        if !message.starts_with("--set ") || !message.contains(expected) {
            wrong += &format!("{option}\n  says: {message}\n  lacks: {expected}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn congestion() {
    assert_eq!(told(&[r#"congestion={"capacity":{"transit_stub":"10Mbps"}}"#]), "fine");
    refused(
        &[
            r#"congestion={"capacity":{"transit_stub":"10Mbps"},"background":{"bursts":{"share":0.1,"on":{"constant":{"mean":"1s"}},"off":{"constant":{"mean":"1s"}}},"diurnal":{}}}"#,
        ],
        &[
            ("congestion.packet=0B", "congestion.packet: is 0B, but must be at least 1B and at most 65535B"),
            (
                "congestion.packet=1MiB",
                "congestion.packet: is 1048576B, but must be at least 1B and at most 65535B",
            ),
            (
                "congestion.buffer=0s",
                "congestion.buffer: is 0s, but must be longer than zero and at most 1min40s",
            ),
            (
                "congestion.queue=md2",
                "congestion.queue: unknown choice \"md2\"; did you mean \"md1\"? (choices here: md1, mm1k)",
            ),
            (
                "congestion.capacity.transit_stub=10MB",
                "congestion.capacity.transit_stub: \"10MB\" is not a bandwidth",
            ),
            (
                "congestion.capacity.inter_stubs=10Mbps",
                "unknown key \"inter_stubs\"; did you mean \"inter_stub\"?",
            ),
            (
                "congestion.background.share=-0.1",
                "congestion.background.share: is -0.1, but must be between 0 and 100",
            ),
            (
                "congestion.background.elastic=1.5",
                "congestion.background.elastic: is 1.5, but must be between 0 and 1",
            ),
            (
                "congestion.background.diurnal.amplitude=2",
                "congestion.background.diurnal.amplitude: is 2, but must be between 0 and 1",
            ),
            (
                "congestion.background.diurnal.peak=25h",
                "congestion.background.diurnal.peak: is 1d1h, but must be at most 1d",
            ),
            (
                "congestion.background.diurnal.start=2d",
                "congestion.background.diurnal.start: is 2d, but must be at most 1d",
            ),
            (
                "congestion.background.bursts.share=101",
                "congestion.background.bursts.share: is 101, but must be between 0 and 100",
            ),
            (
                "congestion.background.bursts.on.constant.mean=1us",
                "congestion.background.bursts.on.constant.mean: is 1us, but must be at least 1ms",
            ),
            (
                r#"congestion.background.bursts.off={"pareto":{"alpha":1,"mean":"1s"}}"#,
                "has no mean: alpha must be greater than 1",
            ),
            (
                r#"congestion.links=[{"routers":[3,3],"capacity":"1Mbps"}]"#,
                "congestion.links[0].routers: is [3, 3], but must be two different routers",
            ),
            (
                r#"congestion.links=[{"routers":[3,4]}]"#,
                "congestion.links[0]: says nothing of its link: give \"capacity\", \"background\" or both",
            ),
            (
                r#"congestion.links=[{"routers":[3,4],"capacity":"1Mbps"},{"routers":[4,3],"capacity":"2Mbps"}]"#,
                "congestion.links[1].routers: name a link that is listed before: list each once",
            ),
            (
                r#"congestion.links=[{"routers":[3,4],"background":{"elastic":-1}}]"#,
                "congestion.links[0].background.elastic: is -1",
            ),
            (
                r#"congestion={}"#,
                "congestion.capacity: is empty, and the underlay tells no capacities of its own",
            ),
        ],
    );
    let none = told(&[r#"underlay={"plane":{}}"#, r#"congestion={"capacity":{"plain":"1Mbps"}}"#]);
    assert!(none.contains("congestion: needs links between routers, and \"plane\" has none"), "{none}");
}

#[test]
fn faults() {
    refused(
        &["timeline=[]"],
        &[
            (
                r#"timeline=[{"at":"1min","fail":{"cable":""}}]"#,
                "timeline[0].fail.cable: is \"\", but must be text of one line",
            ),
            (
                r#"timeline=[{"at":"1min","fail":{"hosts":{"count":0}}}]"#,
                "timeline[0].fail.hosts.count: is 0, but must be at least 1",
            ),
            (
                r#"timeline=[{"at":"1min","fail":{"hosts":{"fraction":2}}}]"#,
                "timeline[0].fail.hosts.fraction: is 2, but must be a share between 0 and 1",
            ),
            (r#"timeline=[{"at":"1min","fail":{"hosts":{"half":"left"}}}]"#, "unknown choice \"left\""),
            (
                r#"timeline=[{"at":"1min","fail":{"hosts":{"autonomous_systems":[]}}}]"#,
                "hosts.autonomous_systems: is a list of 0, but must be of 1 to 1000 entries",
            ),
            (
                r#"timeline=[{"at":"1min","fail":{"hosts":{"countries":["DE","de"]}}}]"#,
                "hosts.countries: names something twice: name each once",
            ),
            (r#"timeline=[{"at":"1min","fail":{"link":[1]}}]"#, "timeline[0].fail.link"),
            (
                r#"timeline=[{"at":"1min","fail":{"router":""}}]"#,
                "timeline[0].fail.router: a label must not be empty: write a label or a number",
            ),
            (
                r#"timeline=[{"at":"1min","fail":{"autonomous_system":"AS1"}}]"#,
                "timeline[0].fail.autonomous_system: is the text \"AS1\"",
            ),
            (
                r#"timeline=[{"at":"1min","fail":{"border":{"around":{"count":1},"direction":"in"}}}]"#,
                "unknown choice \"in\"",
            ),
            (
                r#"timeline=[{"at":"1min","fail":{"quake":{}}}]"#,
                "timeline[0].fail.quake: unknown choice \"quake\"",
            ),
            (
                r#"timeline=[{"at":"1min","fail":{"router":1},"for":"0s"}]"#,
                "timeline[0].for: is 0s, but must be longer than zero",
            ),
            (
                r#"timeline=[{"at":"1min","fail":{"router":1},"name":"a","for":"1min"},{"at":"3min","repair":"a"}]"#,
                "timeline[1].repair: is of \"a\", which ends by its own \"for\": leave out one",
            ),
            (
                r#"timeline=[{"at":"1min","fail":{"router":1},"name":"a"},{"at":"1min","fail":{"router":2},"name":"a"},{"at":"3min","repair":"a"}]"#,
                "timeline[2].repair: \"a\" is the name of several faults: give each a \"name\"",
            ),
            (
                r#"timeline=[{"at":"1min","fail":{"router":1},"name":"a"},{"at":"3min","repair":"a"},{"at":"4min","repair":"a"}]"#,
                "timeline[2].repair: is of \"a\", which was repaired before: repair it once",
            ),
        ],
    );
    let random = r#"faults={"random":{"interval":{"exponential":{"mean":"1min"}}}}"#;
    assert_eq!(told(&[random]), "fine");
    refused(
        &[random],
        &[
            (
                "faults.random.shared_router=1.1",
                "faults.random.shared_router: is 1.1, but must be a probability between 0 and 1",
            ),
            (
                "faults.random.shared_cable=-1",
                "faults.random.shared_cable: is -1, but must be a probability between 0 and 1",
            ),
            (
                r#"faults.random.locations={"core":-1}"#,
                "faults.random.locations.core: is -1, but must be between 0 and 1000000",
            ),
            (r#"faults.random.locations={"middle":1}"#, "unknown key \"middle\""),
            (
                r#"faults.random.duration={"lognormal":{"sigma":-1,"mean":"1min"}}"#,
                "faults.random.duration.lognormal.sigma: is -1",
            ),
            ("faults.random.warmup=maybe", "faults.random.warmup: is the text \"maybe\""),
            (
                r#"faults.detection={"intradomain":{"constant":{"mean":"1s"}}}"#,
                "faults.detection: the key \"interdomain\" is missing here",
            ),
            (
                r#"faults.reconvergence={"intradomain":{"constant":{"mean":"1s"}},"interdomain":{"exponential":{"mean":"0s"}}}"#,
                "faults.reconvergence.interdomain.exponential.mean",
            ),
            (r#"faults={"random":{}}"#, "faults.random: the key \"interval\" is missing here"),
        ],
    );
}

#[test]
fn reachability_and_impairments() {
    let shares = r#"reachability={"nat":0.5,"outbound_only":0.1}"#;
    assert_eq!(told(&[shares]), "fine");
    refused(
        &[shares],
        &[
            ("reachability.nat=1.5", "reachability.nat: is 1.5, but must be a probability between 0 and 1"),
            (
                "reachability.outbound_only=-0.5",
                "reachability.outbound_only: is -0.5, but must be a probability between 0 and 1",
            ),
            ("reachability.nat=0.95", "reachability: has \"nat\" and \"outbound_only\" of 1.05"),
            (
                "reachability.mapping_timeout=0s",
                "reachability.mapping_timeout: is 0s, but must be longer than zero",
            ),
            (
                r#"reachability.by_class={"dsl":{"nat":1}}"#,
                "reachability.by_class: unknown access class \"dsl\"",
            ),
            ("reachability.relays=1", "unknown key \"relays\""),
            ("impairments.loss=2", "impairments.loss: is 2, but must be a probability between 0 and 1"),
            (
                r#"impairments={"jitter":{"law":{"exponential":{"mean":"10ms"}},"bound":"1ms"}}"#,
                "impairments.jitter.bound: is 1ms, but must be at least the median of the law",
            ),
            (
                r#"impairments={"jitter":{"law":"uniform","bound":"0s"}}"#,
                "impairments.jitter.bound: is 0s, but must be longer than zero",
            ),
        ],
    );
    refused(
        &[r#"access={"classes":[{"name":"dsl"}]}"#],
        &[
            (
                r#"reachability={"by_class":{"dls":{"nat":1}}}"#,
                "unknown access class \"dls\"; did you mean \"dsl\"?",
            ),
            (
                r#"reachability={"by_class":{"dsl":{"nat":0.7,"outbound_only":0.7}}}"#,
                "reachability.by_class.dsl: has \"nat\" and \"outbound_only\" of 1.4",
            ),
            (
                r#"access={"classes":[{"name":"dsl","up":"2 MB"}]}"#,
                "access.classes[0].up: \"2 MB\" is not a bandwidth",
            ),
            (
                r#"access={"classes":[{"name":"x","latency":{"uniform":{"from":"2ms","to":"1ms"}}}]}"#,
                "access.classes[0].latency.uniform.from: is 2ms, but must be at most \"to\"",
            ),
        ],
    );
}

#[test]
fn generated_graphs() {
    refused(
        &[],
        &[
            (
                r#"underlay={"waxman":{"routers":1}}"#,
                "underlay.waxman.routers: is 1, but must be between 2 and 2000000",
            ),
            (r#"underlay={"waxman":{"alpha":0}}"#, "underlay.waxman.alpha: is 0, but must be above 0"),
            (
                r#"underlay={"waxman":{"beta":1.5}}"#,
                "underlay.waxman.beta: is 1.5, but must be a probability",
            ),
            (
                r#"underlay={"barabasi_albert":{"m":0}}"#,
                "underlay.barabasi_albert.m: is 0, but must be between 1 and 1000",
            ),
            (
                r#"underlay={"barabasi_albert":{"m":3,"m0":2}}"#,
                "underlay.barabasi_albert.m0: is 2, but must be at least m",
            ),
            (
                r#"underlay={"erdos_renyi":{"density":{"p":1.5}}}"#,
                "underlay.erdos_renyi.density.p: is 1.5, but must be a probability",
            ),
            (
                r#"underlay={"watts_strogatz":{"k":3}}"#,
                "underlay.watts_strogatz.k: is 3, but must be even, between 2 and 10000",
            ),
            (
                r#"underlay={"watts_strogatz":{"p":-1}}"#,
                "underlay.watts_strogatz.p: is -1, but must be a probability",
            ),
            (
                r#"underlay={"random_regular":{"degree":1}}"#,
                "underlay.random_regular.degree: is 1, but must be between 2 and 1000",
            ),
            (r#"underlay={"grid":{"sizes":[]}}"#, "underlay.grid.sizes: must be one to four numbers"),
            (r#"underlay={"transit_stub":{"preset":"ts10000"}}"#, "unknown choice \"ts10000\""),
            (
                r#"underlay={"internet":{"exponent":2}}"#,
                "underlay.internet.exponent: is 2, but must be above 2 and at most 4",
            ),
            (
                r#"underlay={"internet":{"path_factor":0.5}}"#,
                "underlay.internet.path_factor: is 0.5, but must be between 1 and 10",
            ),
            (
                r#"underlay={"internet":{"metro":"1s"}}"#,
                "underlay.internet.metro: is 1s, but must be at most 100ms",
            ),
        ],
    );
}

#[test]
fn measured_files_and_places() {
    let regions = |rest: &str| format!(r#"underlay={{"regions":{{"file":"r.csv","kind":"rtt"{rest}}}}}"#);
    refused(
        &[],
        &[
            (
                &regions(r#","weights":{"A":-1}"#),
                "underlay.regions.weights: \"A\" weighs -1, but a weight is at least 0",
            ),
            (&regions(r#","weights":{"A":0}"#), "underlay.regions.weights: has no weight above 0"),
            (
                &regions(r#","weights":{"A":1},"about":{"file":"a.csv","weight":"share"}"#),
                "underlay.regions: needs either \"weights\" or a column of them (\"about.weight\"), and has both",
            ),
            (&regions(r#","about":{"file":""}"#), "underlay.regions.about.file: must name a file"),
            (&regions(r#","missing":"drop"}"#), "--set 1"),
            (
                r#"underlay={"matrix":{"file":"m","kind":"rtt","hosts_per_row":2}}"#,
                "needs both of \"hosts_per_row\" and \"same_row_latency\", or neither",
            ),
            (
                r#"underlay={"coordinates":{"file":"c","format":"csv","kind":"rtt","dimensions":33}}"#,
                "underlay.coordinates.dimensions: is 33, but must be between 1 and 32",
            ),
            (
                r#"underlay={"sphere":{"places":{"file":""}}}"#,
                "underlay.sphere.places.file: must name a file",
            ),
            (r#"placement={"places":{"file":""}}"#, "placement.places.file: must name a file"),
            (r#"placement={"regions":{"weights":{"DE":-1}}}"#, "placement.regions.weights"),
        ],
    );
    let about = regions(r#","about":{"file":"a.csv","up":"up"}"#);
    refused(
        &[&about],
        &[(
            r#"access={"classes":[{"name":"dsl"}]}"#,
            "access.classes: cannot be given beside the bandwidths of regions (underlay.regions.about.up and down)",
        )],
    );
    let nowhere = told(&[r#"underlay={"constant":{}}"#, "placement=population"]);
    assert!(nowhere.contains("placement: needs an underlay with routers"), "{nowhere}");
}
