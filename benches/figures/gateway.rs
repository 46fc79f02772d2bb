//! The gateway against nginx: both pass on to the same nginx, on the same cores, in turns.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use poolpass::domain::gateway::dialect::Dialect;
use poolpass::domain::gateway::route::{Access, Route, RouteKey};
use poolpass::domain::gateway::table::{Found, RouteTable};

use crate::figures::{Bound, Figure, median, number};
use crate::load::{self, Connection, Request};
use crate::nginx::Nginx;
use crate::process::Server;
use crate::streaming;

const ROUND: Duration = Duration::from_millis(1_500);

const SECRET: &str = "a_secret_of_24_characters";

/// A pool, one client, and a gateway that demands a scope of it.
fn configuration(upstream: u16) -> String {
    let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/keys");
    format!(
        "
pools:
  - id: us-east-1_Figures01
    keys: {{ access: {keys}/demo-access.pem, id: {keys}/demo-id.pem }}
    resource_servers: [{{ identifier: orders, scopes: [read, write] }}]
    clients:
      - {{ id: figures, secret: {SECRET}, allowed_flows: [client_credentials], allowed_scopes: [orders/read] }}
gateways:
  - name: orders
    dialect: rest-api
    upstream: http://127.0.0.1:{upstream}
    forward: {{ max_body: 1000000000 }}
    authorizers: {{ users: {{ pools: [us-east-1_Figures01] }} }}
    default_authorizer: users
    routes:
      - {{ route: 'GET /orders/{{id}}', scopes: [orders/read] }}
      - {{ route: 'POST /orders', scopes: [orders/write] }}
      - {{ route: 'ANY /open/{{proxy+}}', authorizer: none }}
"
    )
}

/// poolpass with a gateway in front of a port.
pub(crate) struct Gateway {
    pub(crate) server: Server,
    pub(crate) port: u16,
    file: PathBuf,
}

impl Gateway {
    pub(crate) fn start(upstream: u16) -> Self {
        let file = std::env::temp_dir().join(format!("poolpass-gateway-{}-{upstream}.yaml", std::process::id()));
        fs::write(&file, configuration(upstream)).expect("the temporary folder is writable");
        let path = file.to_str().expect("the path is text");
        let server = Server::poolpass(&["--store", "memory", "--config", path, "--gateway-listen", "127.0.0.1:0"]);
        let url = server.ready.pointer("/gateways/0/url").and_then(serde_json::Value::as_str).expect("a gateway");
        let port = url.trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
        server.settle();
        Self { port: port.expect("the URL has a port"), server, file }
    }

    /// A request that it lets through.
    fn allowed(&self) -> Request {
        let form = format!("grant_type=client_credentials&client_id=figures&client_secret={SECRET}");
        let (status, answer) = Connection::open(self.server.port).ask(&Request::token(&form));
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
        let answer: serde_json::Value = serde_json::from_slice(&answer).expect("the answer is JSON");
        Request::with_token("/orders/1", &crate::world::text(&answer, "/access_token"))
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ours = fs::remove_file(&self.file);
    }
}

/// What one contender did in one round.
struct Done {
    rate: f64,
    cpu: f64,
}

fn round(port: u16, cpu: impl Fn() -> f64, request: &Request, connections: usize) -> Done {
    let (before, started) = (cpu(), Instant::now());
    let met = load::run(port, std::slice::from_ref(request), connections, ROUND, 200);
    Done {
        rate: number(met.answers) / started.elapsed().as_secs_f64(),
        cpu: (cpu() - before) / number(met.answers + connections),
    }
}

/// Takes the figures of the gateway in interleaved rounds.
pub(crate) fn measure(rounds: usize) -> Vec<Figure> {
    let mut figures = Vec::new();
    {
        let constant = Nginx::constant();
        let proxy = Nginx::proxy(constant.port);
        let gateway = Gateway::start(constant.port);
        let request = gateway.allowed();
        for connections in [16, 64] {
            figures.extend(shares(&gateway, &proxy, &request, (connections, rounds)));
        }
        figures.extend(latencies(&gateway, &proxy, &constant, &request, rounds));
    }
    figures.extend(streaming::measure());
    figures.push(matching(rounds));
    figures
}

fn shares(gateway: &Gateway, proxy: &Nginx, request: &Request, (connections, rounds): (usize, usize)) -> Vec<Figure> {
    let (mut rates, mut own, mut theirs, mut against) = (vec![], vec![], vec![], vec![]);
    for _ in 0..rounds {
        let nginx = round(proxy.port, || proxy.cpu(), request, connections);
        let ours = round(gateway.port, || gateway.server.cpu(), request, connections);
        rates.push(ours.rate / nginx.rate);
        against.push(ours.cpu / nginx.cpu);
        own.push(ours.cpu * 1e6);
        theirs.push(nginx.cpu * 1e6);
    }
    let figure = |what: &str, values, bound, unit| Figure {
        what: format!("{what}, {connections} connections"),
        value: median(values),
        bound,
        unit,
    };
    vec![
        figure("requests per second through the gateway", rates, Bound::AtLeast(0.60), "of nginx as a plain proxy"),
        figure("CPU per request", own, Bound::None, "µs"),
        figure("the same, nginx", theirs, Bound::None, "µs"),
        figure("CPU per request", against, Bound::None, "of nginx's"),
    ]
}

/// What a proxy adds to a request when nothing else is going on.
fn latencies(gateway: &Gateway, proxy: &Nginx, constant: &Nginx, request: &Request, rounds: usize) -> Vec<Figure> {
    let mut added: [Vec<f64>; 4] = Default::default();
    for _ in 0..rounds {
        let percentiles = |port| {
            let mut met = load::run(port, std::slice::from_ref(request), 1, ROUND, 200);
            [0.5, 0.99].map(|share| met.percentile(share).as_secs_f64() * 1e6)
        };
        let ([p50, p99], own, theirs) =
            (percentiles(constant.port), percentiles(gateway.port), percentiles(proxy.port));
        let differences = [own[0] - p50, own[1] - p99, theirs[0] - p50, theirs[1] - p99];
        for (values, difference) in added.iter_mut().zip(differences) {
            values.push(difference);
        }
    }
    let names = ["added latency, p50", "added latency, p99", "the same, nginx, p50", "the same, nginx, p99"];
    let figure = |(what, values): (&str, Vec<f64>)| Figure {
        what: format!("{what}, 1 connection"),
        value: median(values),
        bound: Bound::None,
        unit: "µs",
    };
    names.into_iter().zip(added).map(figure).collect()
}

/// Finding a route among many, against finding it among few.
fn matching(rounds: usize) -> Figure {
    const FINDS: usize = 50_000;
    let table = |routes: usize| {
        let route = |place: usize| {
            let key = match place % 3 {
                0 => format!("GET /api/service{place}/items/{{id}}"),
                1 => format!("POST /api/service{place}/items"),
                _ => format!("ANY /api/service{place}/{{proxy+}}"),
            };
            let key = RouteKey::parse(&key).expect("a route key");
            Route { key, access: Access::Open, takes_ambiguous_targets: false, canned: None }
        };
        RouteTable::new((0..routes).map(route).collect(), Dialect::RestApi).expect("the routes differ")
    };
    let asked = |routes: usize| -> Vec<(&str, String)> {
        let one = |place: usize| match place % 3 {
            0 => ("GET", format!("/api/service{place}/items/42")),
            1 => ("POST", format!("/api/service{place}/items")),
            _ => ("PUT", format!("/api/service{place}/a/b")),
        };
        (0..50).map(|place| one(place * (routes / 50))).collect()
    };
    let sizes = [5_000, 50].map(|routes| (table(routes), asked(routes)));
    let cost = |(table, asked): &(RouteTable, Vec<(&str, String)>)| {
        let started = Instant::now();
        let mut found = 0;
        for (method, path) in asked.iter().cycle().take(FINDS) {
            found += usize::from(matches!(std::hint::black_box(table.find(method, path)), Found::Route(_)));
        }
        assert_eq!(found, FINDS);
        started.elapsed().as_secs_f64()
    };
    let mut ratios = Vec::new();
    for _ in 0..rounds {
        let [many, few] = sizes.each_ref().map(cost);
        ratios.push(many / few);
    }
    Figure {
        what: "finding a route among 5,000".to_owned(),
        value: median(ratios),
        bound: Bound::AtMost(2.0),
        unit: "of the same among 50",
    }
}
