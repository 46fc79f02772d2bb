//! Codes and refresh tokens for tokens: two signatures and, for a code, one durable write.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::figures::{Bound, Figure, median, number};
use crate::load::{self, Connection, Met, Request};
use crate::process::Server;
use crate::signing::around;
use crate::tokens::cpu_per_answer;

use super::world::World;

const CONNECTIONS: usize = 64;
/// How many codes a connection spends in one round.
const CODES: usize = 30;
const BY_CPU: &str = "of half the RSA-2048 signatures per second of CPU";

/// Takes the figures of the token endpoint for people.
pub(super) fn measure(rounds: usize, folder: &Path) -> Vec<Figure> {
    let world = World::prepare(folder, "tokens", super::world::ASKING);
    let codes = world.codes(CONNECTIONS * (1 + CODES * rounds));
    let (first, codes) = codes.split_at(CONNECTIONS);
    let server = world.serve();
    let refreshes = refreshes(&world, &server, first);
    let (mut exchanged, mut renewed, mut by_clock, mut syncs) = (vec![], vec![], vec![], vec![]);
    for round in codes.chunks(CONNECTIONS * CODES) {
        let loop_before = write_and_sync(folder);
        let (signature, (cpu, met, lasted)) = around(|| exchange(&server, round));
        let synced = f64::midpoint(loop_before, write_and_sync(folder));
        exchanged.push(2.0 * signature.cpu / cpu);
        let signed = number(poolpass::app::cores()) / (2.0 * signature.clock);
        by_clock.push(number(met.answers) / lasted.as_secs_f64() / (0.7 * signed).min(3.0 * synced));
        syncs.push(synced / signed);
        let (signature, (cpu, _)) = around(|| cpu_per_answer((&server, &refreshes), CONNECTIONS, 200));
        renewed.push(2.0 * signature.cpu / cpu);
    }
    let figure = |what: &str, values, bound, unit| Figure {
        what: format!("{what}, {CONNECTIONS} connections"),
        value: median(values),
        bound,
        unit,
    };
    let clock_unit = "of the lower of 0.70 of what the cores could sign and 3 write-and-sync loops";
    vec![
        figure("code exchanges per second of CPU", exchanged, Bound::AtLeast(0.8), BY_CPU),
        figure("refreshes per second of CPU", renewed, Bound::AtLeast(0.8), BY_CPU),
        figure("code exchanges per second", by_clock, Bound::AtLeast(1.0), clock_unit),
        figure("the write-and-sync loop per second", syncs, Bound::None, "of half of what the cores could sign"),
    ]
}

/// Spends every code once; seconds of the server's processor time for each.
fn exchange(server: &Server, codes: &[Request]) -> (f64, Met, Duration) {
    let before = server.cpu();
    let (met, lasted) = load::run_once(server.port, codes, CONNECTIONS, 200);
    ((server.cpu() - before) / number(met.answers), met, lasted)
}

/// One refresh token for each connection.
fn refreshes(world: &World, server: &Server, codes: &[Request]) -> Vec<Request> {
    let mut connection = Connection::open(server.port);
    let refresh = |code| {
        let (status, body) = connection.ask(code);
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        let answer: serde_json::Value = serde_json::from_slice(&body).expect("the answer is JSON");
        world.refresh(&crate::world::text(&answer, "/refresh_token"))
    };
    codes.iter().map(refresh).collect()
}

/// How often a second a page can be written and synced, one after the other: the least that a durable write takes.
fn write_and_sync(folder: &Path) -> f64 {
    let mut file = File::create(folder.join("plain")).expect("the folder is ours");
    let page = [7; 4096];
    let (started, mut written) = (Instant::now(), 0);
    while started.elapsed() < Duration::from_millis(250) {
        file.write_all(&page).and_then(|()| file.sync_data()).expect("the disk takes it");
        written += 1;
    }
    number(written) / started.elapsed().as_secs_f64()
}
