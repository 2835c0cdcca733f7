//! What bad scenarios are told: file, line, column, path, and the cure.

use overlab_schema::{Document, ScenarioError};

const EXAMPLE: &str = include_str!("fixtures/quickstart.json");

fn told(text: &str, options: &[&str]) -> String {
    let run = || -> Result<(), ScenarioError> {
        let mut document = Document::parse("quickstart.json", text)?;
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

/// The example with one text in place of another, which it must have.
fn with(old: &str, new: &str) -> String {
    assert!(EXAMPLE.contains(old), "the example has no {old}");
    told(&EXAMPLE.replacen(old, new, 1), &[])
}

/// Checks the message for the example with a change.
macro_rules! cases {
    ($($name:ident: $old:expr => $new:expr, $message:expr;)*) => {
        $(#[test] fn $name() { assert_eq!(with($old, $new), $message); })*
    };
}

const COUNT: &str = "\"count\": 2000";
const UNDERLAY: &str = "{ \"transit_stub\": { \"routers\": 5050 } }";
const LAST: &str = "\"replications\": 10";

cases! {
    unknown_key: "\"shape\": 0.6" => "\"shap\": 0.6",
        "quickstart.json:15:40: churn.session.weibull.shap: unknown key \"shap\"; did you mean \"shape\"? (keys here: shape, mean)";
    unknown_choice: "\"exponential\"" => "\"exponentail\"",
        "quickstart.json:16:28: churn.downtime.exponentail: unknown choice \"exponentail\"; did you mean \"exponential\"? \
         (choices here: exponential, weibull, pareto, lognormal, constant)";
    unknown_word: COUNT => "\"count\": 9, \"start\": \"convergd\"",
        "quickstart.json:9:35: peers.start: unknown choice \"convergd\"; did you mean \"converged\"? (choices here: converged, joins)";
    duplicate_key: COUNT => "\"count\": 2, \"count\": 3",
        "quickstart.json:9:26: peers.count: the key \"count\" stands twice in this object: keep one";
    missing_key: UNDERLAY => "{ \"matrix\": { \"file\": \"rtt.txt\" } }",
        "quickstart.json:8:27: underlay.matrix: the key \"kind\" is missing here";
    routing_without_routers: UNDERLAY => "{ \"constant\": {} }, \"routing\": \"hops\"",
        "quickstart.json:8:46: routing: has no effect on \"constant\", which has no routers: leave it out, or choose a router \
         graph such as \"transit_stub\"";
    policy_without_relations: UNDERLAY => "{ \"transit_stub\": { \"routers\": 5050 } }, \"routing\": \"policy\"",
        "quickstart.json:8:67: routing: \"policy\" must know who pays whom, which \"transit_stub\" does not tell: choose \
         \"latency\" or \"hops\", or the underlay \"internet\", or a \"graph\" of autonomous systems with relations";
    wrong_type: COUNT => "\"count\": \"many\"",
        "quickstart.json:9:23: peers.count: is the text \"many\", but should be a whole number from 0 to 18446744073709551615";
    list_for_an_object: UNDERLAY => "{ \"transit_stub\": [] }",
        "quickstart.json:8:33: underlay.transit_stub: is a list of 0, but should be an object in { }";
    bare_name_for_a_choice_with_parameters: UNDERLAY => "\"transit_stub\"",
        "quickstart.json:8:15: underlay: is the text \"transit_stub\", but should be an object that gives its parameters, \
         such as {\"transit_stub\": { ... }}";
    two_choices: UNDERLAY => "{ \"transit_stub\": {}, \"plane\": {} }",
        "quickstart.json:8:15: underlay: is an object with \"transit_stub\", \"plane\", but should be a choice: an object with exactly one key";
    number_for_a_duration: "\"4s\"" => "4",
        "quickstart.json:14:72: workload.key_routing.deadline: is the number 4, but should be text in quotes (a quantity with \
         its unit, such as \"20s\" or \"1/min\")";
    negative_duration: "\"4s\"" => "\"-4s\"",
        "quickstart.json:14:72: workload.key_routing.deadline: \"-4s\" is not a duration: it must not be negative";
    absurd_duration: "\"warmup\": \"2h\"" => "\"warmup\": \"99999d\"",
        "quickstart.json:7:23: time.warmup: \"99999d\" is not a plausible duration: the longest allowed is 36500d";
    zero_duration: "\"4s\"" => "\"0s\"",
        "quickstart.json:14:72: workload.key_routing.deadline: is 0s, but must be longer than zero and at most 1h";
    bad_probability: "\"graceful\": 0.0" => "\"graceful\": 1.5",
        "quickstart.json:16:78: churn.graceful: is 1.5, but must be a probability between 0 and 1";
    bad_share: "\"fraction\": 0.3" => "\"fraction\": -0.1",
        "quickstart.json:17:57: timeline[0].crash.fraction: is -0.1, but must be a share between 0 and 1";
    zero_peers: COUNT => "\"count\": 0",
        "quickstart.json:9:23: peers.count: is 0, but must be between 1 and 4294967295";
    more_peers_than_numbers: COUNT => "\"count\": 4294967296",
        "quickstart.json:9:23: peers.count: is 4294967296, but must be between 1 and 4294967295";
    a_bomb_of_peers: COUNT => "\"count\": 1000000000000000000",
        "quickstart.json:9:23: peers.count: is 1000000000000000000, but must be between 1 and 4294967295";
    a_number_that_does_not_fit: COUNT => "\"count\": 1e30",
        "quickstart.json:9:23: peers.count: is the number 1e+30, but should be a whole number from 0 to 18446744073709551615";
    an_infinite_number: COUNT => "\"count\": 1e999",
        "quickstart.json:9:23: peers.count: not JSON: 1e999: number out of range";
    a_pool_beyond_numbers: COUNT => "\"count\": 4000000000",
        "quickstart.json:9:23: peers.count: needs a pool of 12000000000 identities at an availability of 0.3333, but at most \
         4294967295 are possible";
    count_and_pool: COUNT => "\"count\": 5, \"pool\": 6",
        "quickstart.json:9:12: peers: needs exactly one of \"count\" and \"pool\", and has more than one";
    neither_count_nor_pool: COUNT => "",
        "quickstart.json:9:12: peers: needs exactly one of \"count\" and \"pool\", and has none";
    another_version: "\"version\": 1" => "\"version\": 2, \"new\": 1",
        "quickstart.json:3:14: version: is the number 2, but this program reads version 1: write 1";
    no_version: "\"version\": 1," => "",
        "quickstart.json:1:1: the key \"version\" is missing here";
    a_name_that_leaves_the_folder: "\"dht-under-churn\"" => "\"../x\"",
        "quickstart.json:4:11: name: is \"../x\", but must consist of letters, digits, \"-\", \"_\" and \".\", at most 100, and not \
         begin with a dot: it names a folder";
    an_event_after_the_end: "\"at\": \"30min\"" => "\"at\": \"1h\"",
        "quickstart.json:17:25: timeline[0].at: is 1h, but the measured period ends after 1h";
    an_event_that_does_nothing: ", \"crash\": { \"fraction\": 0.3 }" => "",
        "quickstart.json:17:17: timeline[0]: needs exactly one of \"crash\", \"leave\", \"fail\" and \"repair\", and has none";
    a_span_of_nothing: ", \"crash\": { \"fraction\": 0.3 }" => ", \"crash\": { \"fraction\": 0.3 }, \"for\": \"5s\"",
        "quickstart.json:17:71: timeline[0].for: is said of an event that fails nothing: give it beside \"fail\"";
    a_link_to_itself: "\"crash\": { \"fraction\": 0.3 }" => "\"fail\": { \"link\": [3, 3] }",
        "quickstart.json:17:52: timeline[0].fail.link: is [3, 3], but must be two different routers";
    a_router_of_neither_kind: "\"crash\": { \"fraction\": 0.3 }" => "\"fail\": { \"router\": -3 }",
        "quickstart.json:17:54: timeline[0].fail.router: is the number -3, but should be a router: its number, or its label as text";
    a_region_of_chance: "\"crash\": { \"fraction\": 0.3 }" => "\"fail\": { \"region\": { \"fraction\": 0.5 } }",
        "quickstart.json:17:54: timeline[0].fail.region: must be a \"disc\", \"countries\" or \"autonomous_systems\"; \"hosts\" and \"partition\" take other selections";
    a_country_by_its_name: "\"crash\": { \"fraction\": 0.3 }" => "\"fail\": { \"hosts\": { \"countries\": [\"Norway\"] } }",
        "quickstart.json:17:69: timeline[0].fail.hosts.countries[0]: is \"Norway\", but must be the two letters of a country, such as \"DE\"";
    a_disc_beyond_the_pole: "\"crash\": { \"fraction\": 0.3 }" =>
        "\"fail\": { \"region\": { \"disc\": { \"latitude\": 91, \"longitude\": 0, \"radius\": \"5km\" } } }",
        "quickstart.json:17:78: timeline[0].fail.region.disc.latitude: is 91, but must be between -90 and 90";
    a_radius_in_miles: "\"crash\": { \"fraction\": 0.3 }" =>
        "\"fail\": { \"region\": { \"disc\": { \"latitude\": 9, \"longitude\": 0, \"radius\": \"5 miles\" } } }",
        "quickstart.json:17:107: timeline[0].fail.region.disc.radius: \"5 miles\" is not a distance: write a number and a unit (m, km) up to 20037km, such as \"500km\"";
    a_partition_without_parts: "\"crash\": { \"fraction\": 0.3 }" => "\"fail\": { \"partition\": { \"parts\": [] } }",
        "quickstart.json:17:68: timeline[0].fail.partition.parts: is a list of 0, but must be of 1 to 100 parts";
    a_border_that_drops_more_than_all: "\"crash\": { \"fraction\": 0.3 }" =>
        "\"fail\": { \"border\": { \"around\": { \"count\": 3 }, \"drop\": 1.5 } }",
        "quickstart.json:17:90: timeline[0].fail.border.drop: is 1.5, but must be a probability between 0 and 1";
    a_repair_of_nothing: "\"crash\": { \"fraction\": 0.3 }" => "\"repair\": \"x\"",
        "quickstart.json:17:44: timeline[0].repair: is of \"x\", but nothing on this timeline fails";
    a_repair_of_another_name: "{ \"at\": \"30min\", \"crash\": { \"fraction\": 0.3 } }" =>
        "{ \"at\": \"9min\", \"fail\": { \"router\": 3 }, \"name\": \"quake\" }, { \"at\": \"10min\", \"repair\": \"quaek\" }",
        "quickstart.json:17:104: timeline[1].repair: unknown fault \"quaek\"; did you mean \"quake\"? (faults here: quake)";
    a_repair_before_the_fault: "{ \"at\": \"30min\", \"crash\": { \"fraction\": 0.3 } }" =>
        "{ \"at\": \"9min\", \"fail\": { \"router\": 3 }, \"name\": \"quake\" }, { \"at\": \"8min\", \"repair\": \"quake\" }",
        "quickstart.json:17:103: timeline[1].repair: is at 8min, but \"quake\" fails only at 9min";
    faults_nowhere: "\"sweep\"" => "\"faults\": { \"random\": { \"interval\": { \"exponential\": { \"mean\": \"1h\" } }, \"locations\": {} } }, \"sweep\"",
        "quickstart.json:18:89: faults.random.locations: has no weight above zero: give one to \"last_hop\", \"edge\" or \"core\"";
    faults_without_end: "\"sweep\"" => "\"faults\": { \"random\": { \"interval\": { \"exponential\": { \"mean\": \"1ms\" } } } }, \"sweep\"",
        "quickstart.json:18:66: faults.random.interval.exponential.mean: is 1ms, but must be at least 36ms: there would be more than 100000 faults";
    the_same_label_twice: "{ \"algorithm\": { \"chord\"" => "{ \"label\": \"Kademlia k=20\", \"algorithm\": { \"chord\"",
        "quickstart.json:12:16: overlays[1].label: \"Kademlia k=20\" is the label of an earlier overlay: each overlay needs its own";
    parameters_that_are_no_object: "{ \"k\": 20, \"alpha\": 3 }" => "20",
        "quickstart.json:12:60: overlays[1].algorithm.kademlia: is the number 20, but should be an object in { }";
    an_algorithm_that_cannot_be_a_label: "\"chord\"" => "\"\\u0000chord\"",
        "quickstart.json:11:20: overlays[0].algorithm: the name of an algorithm must consist of letters, digits, \"-\" and \"_\", at \
         most 60, not be \"\\0chord\"";
    a_name_of_several_lines: "\"at\": \"30min\"" => "\"at\": \"30min\", \"name\": \"a\\nb\"",
        "quickstart.json:17:42: timeline[0].name: is \"a\\nb\", but must be text of one line and at most 100 characters";
    no_algorithm: "{ \"kademlia\": { \"k\": 20, \"alpha\": 3 } }" => "{}",
        "quickstart.json:12:46: overlays[1].algorithm: is an empty object, but should be a choice: an object with exactly one key";
    churn_by_halves: "\"downtime\": { \"exponential\": { \"mean\": \"30min\" } }, " => "",
        "quickstart.json:15:12: churn: needs both of \"session\" and \"downtime\"";
    churn_of_both_kinds: "\"graceful\"" => "\"trace\": { \"file\": \"x\" }, \"graceful\"",
        "quickstart.json:15:12: churn: needs either \"session\" and \"downtime\" or \"trace\", and has both";
    a_law_without_a_mean: "{ \"exponential\": { \"mean\": \"30min\" } }" => "{ \"pareto\": { \"alpha\": 1, \"mean\": \"1h\" } }",
        "quickstart.json:16:49: churn.downtime.pareto.alpha: a Pareto law with alpha 1 has no mean: alpha must be greater than 1";
    a_shape_that_is_none: "\"shape\": 0.6" => "\"shape\": 0",
        "quickstart.json:15:49: churn.session.weibull.shape: is 0, but must be between 0.1 and 20";
    size_and_structure: "\"routers\": 5050" => "\"routers\": 5050, \"transit_domains\": 3",
        "quickstart.json:8:33: underlay.transit_stub: needs either \"routers\" or its structure (\"preset\", \"transit_domains\" and so on), \
         and has both";
    a_misspelt_path_in_the_sweep: "churn.session.weibull.mean" => "chrun.session.weibull.mean",
        "quickstart.json:18:14: sweep chrun.session.weibull.mean: chrun: there is no key \"chrun\" here; did you mean \"churn\"?";
    a_misspelt_last_key_in_the_sweep: "churn.session.weibull.mean" => "peers.cuont",
        "quickstart.json:18:30: sweep peers.cuont = \"15min\": peers.cuont: unknown key \"cuont\"; did you mean \"count\"? (keys here: \
         count, pool, identities_per_host, introductions, join_retry, start)";
    a_sweep_into_another_choice: "churn.session.weibull.mean" => "churn.session.pareto.mean",
        "quickstart.json:18:44: sweep churn.session.pareto.mean = \"15min\": churn.session: is an object with \"weibull\", \"pareto\", \
         but should be a choice: an object with exactly one key";
    a_bad_value_in_the_sweep: "\"4h\"]" => "\"4 hours\"]",
        "quickstart.json:18:60: sweep churn.session.weibull.mean = \"4 hours\": churn.session.weibull.mean: \"4 hours\" is not a \
         duration: write a number and a unit (ns, us, ms, s, min, h, d), such as \"20s\" or \"1h30min\"";
    an_impossible_value_in_the_sweep: "\"churn.session.weibull.mean\": [\"15min\", \"1h\", \"4h\"]" => "\"peers.count\": [10, 0]",
        "quickstart.json:18:34: sweep peers.count = 0: peers.count: is 0, but must be between 1 and 4294967295";
    an_empty_sweep: "[\"15min\", \"1h\", \"4h\"]" => "[]",
        "quickstart.json:18:44: sweep[\"churn.session.weibull.mean\"]: is a list of 0, but should be a list of at least one value";
    a_sweep_of_a_missing_item: "churn.session.weibull.mean" => "overlays[7].label",
        "quickstart.json:18:14: sweep overlays[7].label: overlays[7]: the list has 2 items, counted from 0";
    a_sweep_through_a_number: "churn.session.weibull.mean" => "seed.x",
        "quickstart.json:18:14: sweep seed.x: seed: is the number 1, so it has no key \"x\"";
    a_sweep_of_the_name: "churn.session.weibull.mean" => "name",
        "quickstart.json:18:14: sweep.name: \"name\" cannot be swept";
    overlapping_sweeps: "\"sweep\": {" => "\"sweep\": { \"churn.session\": [{ \"constant\": { \"mean\": \"1h\" } }],",
        "quickstart.json:18:67: sweep[\"churn.session.weibull.mean\"]: overlaps the sweep of churn.session: sweep each value by one path";
    access_links_of_both_kinds: LAST =>
        "\"replications\": 10, \"access\": { \"latency\": { \"constant\": \"1ms\" }, \"classes\": [{ \"name\": \"dsl\" }] }",
        "quickstart.json:19:33: access: needs exactly one of \"latency\" and \"classes\", and has more than one";
    an_access_class_that_is_none: LAST =>
        "\"replications\": 10, \"access\": { \"classes\": [{ \"name\": \"fiber\" }] }",
        "quickstart.json:19:57: access.classes[0].name: \"fiber\" is no published class (fibre, cable, dsl, mobile, datacentre): \
         give its \"latency\"";
    an_access_class_twice: LAST =>
        "\"replications\": 10, \"access\": { \"classes\": [{ \"name\": \"dsl\" }, { \"name\": \"dsl\" }] }",
        "quickstart.json:19:76: access.classes[1].name: \"dsl\" is the name of an earlier class";
    access_classes_without_shares: LAST =>
        "\"replications\": 10, \"access\": { \"classes\": [{ \"name\": \"dsl\", \"share\": 0 }] }",
        "quickstart.json:19:46: access.classes: needs at least one class with a share above 0";
    a_region_that_is_none: LAST =>
        "\"replications\": 10, \"placement\": { \"regions\": { \"weights\": { \"europa\": 1 } } }",
        "quickstart.json:19:62: placement.regions.weights: \"europa\" is no region; did you mean \"europe\"? (two capital letters name a \
         country, continents are africa, asia, europe, north_america, oceania, south_america)";
    placement_without_weights: LAST =>
        "\"replications\": 10, \"placement\": { \"regions\": { \"weights\": {} } }",
        "quickstart.json:19:62: placement.regions.weights: needs at least one region with a weight above 0";
    a_world_of_two_networks: "\"transit_stub\": { \"routers\": 5050 }" => "\"internet\": { \"domains\": 2 }",
        "quickstart.json:8:42: underlay.internet.domains: is 2, but must be between 20 and 200000\n\
         quickstart.json:8:29: underlay.internet.tier1: is 12, but must be at least 1, at most 100, and fewer than all networks";
    replications_in_words: LAST => "\"replications\": \"ten\"",
        "quickstart.json:19:19: replications: is the text \"ten\", but should be a whole number between 1 and 100000, or an \
         object with \"until\"";
    precision_misspelt: LAST => "\"replications\": { \"until\": { \"relativ_width\": 0.1, \"metrics\": [\"lookup.hops\"] } }",
        "quickstart.json:19:32: replications.until.relativ_width: unknown key \"relativ_width\"; did you mean \"relative_width\"? \
         (keys here: relative_width, metrics)";
    precision_of_nothing: LAST => "\"replications\": { \"until\": { \"relative_width\": 0.1, \"metrics\": [] } }",
        "quickstart.json:19:66: replications.until.metrics: is empty: name the metrics that are to be precise, such as \
         \"lookup.latency_ms\"";
    precision_beyond_reach: LAST => "\"replications\": { \"until\": { \"relative_width\": 0, \"metrics\": [\"m\"] } }",
        "quickstart.json:19:50: replications.until.relative_width: is 0, but must be above 0 and at most 2";
    a_ceiling_below_the_floor: LAST => "\"replications\": { \"until\": { \"relative_width\": 1, \"metrics\": [\"m\"] }, \"at_most\": 5 }",
        "quickstart.json:19:84: replications.at_most: is 5, but must be at least at_least (10)";
    a_warmup_misspelt: "\"warmup\": \"2h\"" => "\"warmup\": { \"detected\": { \"withn\": \"2h\" } }",
        "quickstart.json:7:39: time.warmup.detected.withn: unknown key \"withn\"; did you mean \"within\"? (keys here: within, \
         pilots, metrics)";
    a_warmup_by_number: "\"warmup\": \"2h\"" => "\"warmup\": 7200",
        "quickstart.json:7:23: time.warmup: is the number 7200, but should be a duration such as \"2h\", \"detected\", or an \
         object with \"detected\"";
    a_comment: LAST => "// ten\n\"replications\": 10",
        "quickstart.json:19:3: not JSON: comments are not allowed: say it in \"description\"";
    a_trailing_comma: LAST => "\"replications\": 10,",
        "quickstart.json:19:21: not JSON: a comma stands before the closing bracket: remove it";
    a_missing_comma: "\"seed\": 1," => "\"seed\": 1",
        "quickstart.json:6:12: not JSON: a comma is missing here";
    single_quotes: LAST => "'replications': 10",
        "quickstart.json:19:3: not JSON: text stands in double quotes, not in single ones";
    never_closed: "\"replications\": 10\n}" => "\"replications\": 10",
        "quickstart.json:1:1: not JSON: this object is never closed: a } is missing";
    a_bad_escape: "dht-under-churn" => "dht\\x41",
        "quickstart.json:4:15: not JSON: invalid escape";
}

#[test]
fn several_problems_are_told_at_once() {
    let text =
        EXAMPLE.replace("\"count\": 2000", "\"count\": 0").replace("\"fraction\": 0.3", "\"fraction\": 3");
    assert_eq!(
        told(&text, &[]),
        "quickstart.json:9:23: peers.count: is 0, but must be between 1 and 4294967295\n\
         quickstart.json:17:57: timeline[0].crash.fraction: is 3, but must be a share between 0 and 1"
    );
}

#[test]
fn a_flood_of_values_is_refused() {
    let text = format!("{{\"a\":[{}0]}}", "0,".repeat(1_000_000));
    assert_eq!(
        Document::parse("x", &text).unwrap_err().to_string(),
        "x:1:2000003: a[999998]: has more than 1000000 values; is this a data file?"
    );
}

#[test]
fn a_flood_of_overlays_is_refused_in_few_words_and_little_time() {
    let overlays = vec!["{\"label\":\"\",\"algorithm\":{\"chord\":{}}}"; 10_000].join(",");
    let told = told(EXAMPLE, &[&format!("overlays=[{overlays}]")]);
    assert_eq!(told.lines().count(), 21);
    assert!(
        told.lines()
            .next()
            .unwrap()
            .ends_with("overlays: is a list of 10000, but must be at most 100 overlays"),
        "{told}"
    );
    assert!(told.ends_with("and 19980 more"), "{told}");
}

#[test]
fn a_slip_that_a_sweep_stumbles_over_is_told_first() {
    assert_eq!(
        with("\"weibull\": {", "\"weibul\": {").lines().next(),
        Some(
            "quickstart.json:15:27: churn.session.weibul: unknown choice \"weibul\"; did you mean \"weibull\"? (choices here: \
             exponential, weibull, pareto, lognormal, constant)"
        )
    );
}

#[test]
fn what_is_not_a_scenario_at_all_is_refused() {
    assert_eq!(told("", &[]), "quickstart.json:1:1: is empty: a scenario is one JSON object");
    assert_eq!(told("[1]", &[]), "quickstart.json:1:1: is a list of 1, but a scenario is an object in { }");
    assert_eq!(told("graph [ ]", &[]), "quickstart.json:1:1: not JSON: unexpected word");
    let bytes = Document::parse_bytes("x.json", b"{\n \xff").unwrap_err().to_string();
    assert_eq!(bytes, "x.json:2:2: not JSON: these bytes are not UTF-8 text; is this a scenario file?");
}

#[test]
fn nesting_and_size_are_bounded() {
    let deep = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    assert!(Document::parse("x", &deep(64)).is_ok());
    for depth in [65, 500, 100_000] {
        let error = Document::parse("x", &deep(depth)).unwrap_err().to_string();
        assert!(error.ends_with("objects and lists stand in one another more than 64 deep"), "{error}");
    }
    let large = format!("{{\"description\": \"{}\"}}", "a".repeat(16 << 20));
    let error = Document::parse("x", &large).unwrap_err().to_string();
    assert_eq!(error, "x: has 16777235 bytes: a scenario has at most 16777216; is this a data file?");
}

#[test]
fn a_bomb_of_sweep_points_is_refused_before_any_is_made() {
    let axis = |name: &str| {
        format!("\"{name}\": [{}]", (1..=1000).map(|n| n.to_string()).collect::<Vec<_>>().join(","))
    };
    let bomb = |names: &[&str]| {
        let axes: Vec<_> = names.iter().map(|name| axis(name)).collect();
        with("\"churn.session.weibull.mean\": [\"15min\", \"1h\", \"4h\"]", &axes.join(","))
    };
    assert_eq!(
        bomb(&["peers.count", "seed", "replications", "overlays[1].algorithm.kademlia.k"]),
        "quickstart.json:18:12: sweep: has 1000000000000 points, but at most 100000 are run: sweep fewer values"
    );
    let names: Vec<String> = (0..8).map(|n| format!("overlays[1].algorithm.kademlia.x{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert!(
        bomb(&names).ends_with("has more than 10^19 points, but at most 100000 are run: sweep fewer values")
    );
}

#[test]
fn options_are_blamed_for_what_they_bring() {
    let set = |option: &str| told(EXAMPLE, &["seed=5", option]);
    for (option, message) in [
        ("peers.count=0", "--set 2 (peers.count=0): peers.count: is 0, but must be between 1 and 4294967295"),
        (
            "peers.cuont=5",
            "--set 2 (peers.cuont=5): peers.cuont: unknown key \"cuont\"; did you mean \"count\"? (keys here: count, pool, \
             identities_per_host, introductions, join_retry, start)",
        ),
        (
            "peres.count=5",
            "--set 2 (peres.count=5): peres: there is no key \"peres\" here; did you mean \"peers\"?",
        ),
        ("peers.count", "--set 2 (peers.count): write PATH=VALUE, such as --set peers.count=1000"),
        (
            "peers.count.x=5",
            "--set 2 (peers.count.x=5): peers.count: is the number 2000, so it has no key \"x\"",
        ),
        (
            "overlays.5.label=x",
            "--set 2 (overlays.5.label=x): overlays[5]: the list has 2 items, counted from 0",
        ),
        (
            "peers..x=5",
            "--set 2 (peers..x=5): \"peers..x\" is not a path: write keys joined by dots and list items by index, such as \
             overlays[0].label",
        ),
        (
            "peers={\"count\":1,}",
            "--set 2 (peers={\"count\":1,}): peers: not JSON: a comma stands before the closing bracket: remove it",
        ),
        (
            "overlays[1].algorithm.chord.k=7",
            "--set 2 (overlays[1].algorithm.chord.k=7): overlays[1].algorithm: is an object with \"kademlia\", \"chord\", but \
             should be a choice: an object with exactly one key",
        ),
        (
            "peers.pool=5",
            "--set 2 (peers.pool=5): peers: needs exactly one of \"count\" and \"pool\", and has more than one",
        ),
        (
            "sweep[\"peers.count\"]=[1,0]",
            "--set 2 (sweep[\"peers.count\"]=[1,0]): sweep peers.count = 0: peers.count: is 0, but must be between 1 and 4294967295",
        ),
        ("wire.sizes={\"header\":\"30B\",\"contact\":\"4B\"}", "fine"),
    ] {
        assert_eq!(set(option), message);
    }
}

#[test]
fn graph_files_have_formats_units_and_scales() {
    let set = |graph: &str| told(EXAMPLE, &[&format!("underlay={{\"graph\":{{\"file\":\"a\",{graph}}}}}")]);
    assert_eq!(set(r#""format":"caida_serial1","latency_unit":"us","latency_kind":"rtt""#), "fine");
    assert_eq!(set(r#""coordinates":"pixels","plane_width":"40ms","parallel_links":"mean""#), "fine");
    for (graph, problem) in [
        (r#""plane_width":"40ms","plane_unit":"1ms""#, "\"plane_width\" or \"plane_unit\", and has both"),
        (r#""plane_width":"0s""#, "underlay.graph.plane_width"),
        (r#""plane_unit":"200s""#, "underlay.graph.plane_unit"),
        (r#""path_factor":0.5"#, "between 1 and 10"),
        (r#""format":"caida""#, "caida_serial1"),
        (r#""coordinates":"metres""#, "pixels"),
        (r#""capacity_unit":"1 MB""#, "such as \"10Mbps\""),
    ] {
        let message = set(graph);
        assert!(message.starts_with("--set 1") && message.contains(problem), "{message}");
    }
}
