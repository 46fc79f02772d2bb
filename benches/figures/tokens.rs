//! Tokens over HTTP, against signatures and against bare servers.

use std::time::Duration;

use crate::figures::{Bound, Figure, median, number};
use crate::load::{self, Connection, Request};
use crate::process::Server;
use crate::signing::around;
use crate::world;

const ROUND: Duration = Duration::from_millis(1_200);

/// The servers of these figures and what they are asked.
struct Contenders {
    poolpass: (Server, Request),
    unsigned: Request,
    jwks: Request,
    pooled: (Server, Request),
    inline: (Server, Request),
}

impl Contenders {
    fn start(store: &str) -> Self {
        let server = Server::poolpass(&["--store", store]);
        let mut connection = Connection::open(server.port);
        let pool = world::pool(&mut connection);
        let client = world::client(&mut connection, &pool, "client_credentials");
        let refused = world::client(&mut connection, &pool, "code");
        let jwks = Request::get(&format!("/{}/.well-known/jwks.json", client.pool));
        let bare = Request::token("grant_type=client_credentials&client_id=a&client_secret=b");
        // Keys are made ahead, in the place of those of the new pool: that is not the tokens' cost.
        server.settle();
        Self {
            poolpass: (server, Request::token(&client.form())),
            unsigned: Request::token(&refused.form()),
            jwks,
            pooled: (Server::bare("bare-pooled"), bare.clone()),
            inline: (Server::bare("bare-inline"), bare),
        }
    }
}

fn one(request: &Request) -> &[Request] {
    std::slice::from_ref(request)
}

/// Seconds of the server's processor time per answer.
pub(crate) fn cpu_per_answer(
    (server, requests): (&Server, &[Request]),
    connections: usize,
    status: u16,
) -> (f64, load::Met) {
    let before = server.cpu();
    let met = load::run(server.port, requests, connections, ROUND, status);
    // The answers that only proved the connection are counted by the server as well.
    ((server.cpu() - before) / number(met.answers + connections), met)
}

/// Takes the figures of the token endpoint in interleaved rounds.
pub(crate) fn measure(rounds: usize, store: &str) -> Vec<Figure> {
    let contenders = Contenders::start(store);
    let mut figures = Vec::new();
    for connections in [16, 64] {
        figures.extend(shares(&contenders, connections, rounds));
    }
    figures.extend(unsigned(&contenders, rounds));
    figures.push(jwks_beside_tokens(&contenders, rounds));
    figures
}

fn shares(contenders: &Contenders, connections: usize, rounds: usize) -> Vec<Figure> {
    let (mut ours, mut pooled, mut inline, mut against, mut p99) = (vec![], vec![], vec![], vec![], vec![]);
    for _ in 0..rounds {
        let share = |(server, request): &(Server, Request)| {
            let (signature, (cpu, met)) = around(|| cpu_per_answer((server, one(request)), connections, 200));
            (signature.cpu / cpu, signature.clock, met)
        };
        let (own, signature, mut met) = share(&contenders.poolpass);
        let (bare, ..) = share(&contenders.pooled);
        ours.push(own);
        pooled.push(bare);
        inline.push(share(&contenders.inline).0);
        against.push(own / bare);
        let cores = number(poolpass::app::cores());
        p99.push(met.percentile(0.99).as_secs_f64() / (number(connections) * signature / cores));
    }
    let share = "of RSA-2048 signatures per second of CPU";
    let figure = |what: &str, values, bound, unit| Figure {
        what: format!("{what}, {connections} connections"),
        value: median(values),
        bound,
        unit,
    };
    let mut figures = vec![
        figure("tokens per second of CPU", ours, Bound::AtLeast(0.82), share),
        figure("the same, bare server, signing on a pool", pooled, Bound::None, share),
        figure("the same, bare server, signing inline", inline, Bound::None, share),
        figure("tokens per second of CPU", against, Bound::AtLeast(0.95), "of the bare pooled server"),
    ];
    if connections == 64 {
        figures.push(figure("p99 latency", p99, Bound::AtMost(2.5), "× (64 × one signature ÷ cores)"));
    }
    figures
}

/// A request that is refused at the very last rule: everything but the claims and the signature.
fn unsigned(contenders: &Contenders, rounds: usize) -> Vec<Figure> {
    let mut shares = Vec::new();
    for _ in 0..rounds {
        let server = &contenders.poolpass.0;
        let (signature, (cpu, _)) = around(|| cpu_per_answer((server, one(&contenders.unsigned)), 16, 400));
        shares.push(cpu / signature.cpu);
    }
    vec![Figure {
        what: "the token endpoint without signing".to_owned(),
        value: median(shares),
        bound: Bound::AtMost(0.09),
        unit: "signatures of CPU",
    }]
}

fn jwks_beside_tokens(contenders: &Contenders, rounds: usize) -> Figure {
    let (server, request) = &contenders.poolpass;
    let mut ratios = Vec::new();
    for _ in 0..rounds {
        let beside = || {
            let mut connection = Connection::open(server.port);
            let started = std::time::Instant::now();
            let mut latencies = Vec::new();
            while started.elapsed() < ROUND {
                let asked = std::time::Instant::now();
                assert_eq!(connection.ask(&contenders.jwks).0, 200);
                latencies.push(asked.elapsed().as_secs_f64());
            }
            median(latencies)
        };
        let (signature, (_, p50)) = around(|| load::run_beside(server.port, one(request), 64, 200, beside));
        ratios.push(p50 / signature.clock);
    }
    Figure {
        what: "a JWKS request's p50 while 64 connections ask for tokens".to_owned(),
        value: median(ratios),
        bound: Bound::AtMost(6.0),
        unit: "signatures' time",
    }
}
