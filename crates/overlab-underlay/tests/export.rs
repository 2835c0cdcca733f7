//! What an underlay is written as, and that GraphML is read back as it was.

use overlab_time::{Bandwidth, Seeds, Span};
use overlab_underlay::{
    Attachment, BarabasiAlbert, Border, Connect, Constant, Flat, Generator, GraphFile, GraphFormat, Import,
    Internet, LinkClass, Matrix, MatrixKind, Model, Positions, RandomRegular, Reading, Relation, RouterGraph,
    Topology, TransitStub, TwoLevel, Underlay, Waxman, Wiring,
};
use petgraph::visit::EdgeRef;

fn attached(topology: &Topology, hosts: u32) -> Underlay {
    topology.attach(hosts, &Attachment::default(), Seeds::new(3, 0)).unwrap()
}

/// The graph that the import makes of the underlay's GraphML.
fn read_back(underlay: &Underlay) -> RouterGraph {
    let text = underlay.export("net").unwrap().graphml();
    let reading = Reading { format: Some(GraphFormat::GraphMl), ..Reading::default() };
    let file = reading.parse("net.graphml", text.as_bytes()).unwrap();
    assert_eq!(GraphFile::parse("net.graphml", text.as_bytes()).unwrap(), file, "the format tells itself");
    Import::new("net.graphml").graph(&file).unwrap()
}

type Ends = (usize, usize);
type AsRead = (Ends, Span, Option<u64>, Option<Relation>, LinkClass);

/// All links by their ends, relations as of the smaller one.
fn links(graph: &RouterGraph) -> Vec<AsRead> {
    let mut all: Vec<_> = graph
        .graph()
        .edge_references()
        .map(|edge| {
            let (a, b, link) = (edge.source().index(), edge.target().index(), edge.weight());
            let relation = if a < b { link.relation } else { link.relation.map(Relation::reverse) };
            let capacity = link.capacity.map(Bandwidth::bits_per_second);
            ((a.min(b), a.max(b)), link.latency, capacity, relation, link.class)
        })
        .collect();
    all.sort_unstable();
    all
}

#[test]
fn graphml_is_read_back_as_it_was() {
    let flat = Flat { generator: Generator::Waxman(Waxman::default()), wiring: Wiring::default() };
    let two_level = TwoLevel {
        top: Generator::BarabasiAlbert(BarabasiAlbert { routers: 10, m: 2, m0: None }),
        top_wiring: Wiring::default(),
        bottom: Generator::RandomRegular(RandomRegular { routers: 10, degree: 4, connect: Connect::Join }),
        bottom_wiring: Wiring { width: Span::from_millis(5), ..Wiring::default() },
        border: Border::Random,
    };
    let models = [
        Model::Flat(flat),
        Model::TransitStub(TransitStub::with_routers(300)),
        Model::TwoLevel(Box::new(two_level)),
        Model::Internet(Internet::default()),
    ];
    for model in models {
        let topology = model.build(Seeds::new(7, 0)).unwrap();
        let graph = topology.graph().unwrap();
        let found = read_back(&attached(&topology, 50));
        assert_eq!(links(&found), links(graph), "{model:?}");
        assert_eq!(found.positions(), graph.positions());
        let asn = |graph: &RouterGraph, domain: u32| {
            graph.domains().get(domain as usize).map_or(domain, |domain| domain.number)
        };
        for (read, router) in found.graph().node_weights().zip(graph.graph().node_weights()) {
            assert_eq!((&read.label, read.kind, read.country), (&router.label, router.kind, router.country));
            assert_eq!(read.population, router.population);
            assert_eq!(asn(&found, read.domain), asn(graph, router.domain));
            if graph.positions() == Positions::Geographic {
                let near = |axis: usize| (read.position[axis] - router.position[axis]).abs() < 1e-9;
                assert!(near(0) && near(1), "{read:?} {router:?}");
            }
        }
        let tiers =
            |graph: &RouterGraph| graph.domains().iter().map(|domain| domain.tier).collect::<Vec<_>>();
        if links(graph).iter().any(|link| link.3.is_some()) {
            assert_eq!(tiers(&found), tiers(graph));
        }
    }
}

fn named_graph() -> Topology {
    let text = r#"graph [
        node [ id 0 label "A &#38; <B>, #C#" lat 50.5 lon 8.25 ] node [ id 1 label "D" lat 48 lon 2 ]
        edge [ source 1 target 0 latency 1.000001 ] ]"#;
    let text = text.replace("#C#", "&#34;C&#34;");
    let file = GraphFile::parse("named.gml", text.as_bytes()).unwrap();
    Topology::routers(Import::new("named.gml").graph(&file).unwrap())
}

#[test]
fn labels_and_nanoseconds_survive_every_format() {
    let topology = named_graph();
    let label = topology.graph().unwrap().graph().node_weights().next().unwrap().label.clone();
    assert!(label.contains(['&', '<', ',']), "{label}");
    let underlay = attached(&topology, 3);
    let found = read_back(&underlay);
    assert_eq!(found.graph().node_weights().next().unwrap().label, label);
    assert_eq!(found.graph().edge_weights().next().unwrap().latency, Span(1_000_001));
    let export = underlay.export("net").unwrap();
    let json: serde_json::Value = serde_json::from_str(&export.json()).unwrap();
    assert_eq!(json["nodes"][0]["label"], label.as_str());
    let longitude = json["nodes"][1]["longitude"].as_f64().unwrap();
    assert!((longitude - 2.0).abs() < 1e-9, "{longitude}");
    assert_eq!(json["edges"][0]["latency_ms"], 1.000_001);
    assert_eq!((&json["directed"], &json["graph"]["name"]), (&false.into(), &"net".into()));
    let [nodes, links] = export.csv();
    assert!(nodes.contains(&format!("0,\"{}\",router,", label.replace('"', "\"\""))), "{nodes}");
    assert_eq!(links, "source,target,latency_ms,capacity_bps,class,relation,cable\n0,1,1.000001,,link,,\n");
}

#[test]
fn matrices_have_a_link_each_way_and_hosts_their_places() {
    let matrix = Matrix::new("m.txt", MatrixKind::OneWay).parse(b"0 1 2\n3 0 4\n5 6 0\n").unwrap();
    let underlay = attached(&Topology::matrix(matrix), 3);
    let [nodes, links] = underlay.export("net").unwrap().csv();
    assert_eq!(links, "source,target,latency_ms\n0,1,1\n0,2,2\n1,0,3\n1,2,4\n2,0,5\n2,1,6\n");
    assert_eq!(nodes.lines().count(), 4, "{nodes}");
    let constant = Model::Constant(Constant::default()).build(Seeds::new(1, 0)).unwrap();
    let [nodes, links] = attached(&constant, 2).export("net").unwrap().csv();
    assert_eq!(nodes, "id,label,latitude,longitude,x,y,hosts\n0,,,,,,1\n1,,,,,,1\n");
    assert_eq!(links.lines().count(), 1);
}

#[test]
fn too_many_pairs_are_refused() {
    let row = vec!["1"; 1001].join(" ");
    let text = vec![row.as_str(); 1001].join("\n");
    let matrix = Matrix::new("m.txt", MatrixKind::OneWay).parse(text.as_bytes()).unwrap();
    let error = attached(&Topology::matrix(matrix), 1001).export("net").unwrap_err().to_string();
    assert!(error.contains("at most 1,000") && error.contains("1001"), "{error}");
}
