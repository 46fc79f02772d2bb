//! What a name that nobody has costs beside a user's: the same, or the difference would tell who exists.

use std::path::Path;

use serde_json::json;

use crate::figures::{Bound, Figure, median, number};
use crate::load::{Connection, Request};
use crate::process::Server;

use super::srp::Prover;
use super::world::{World, username};

/// How many names are asked about in turn: enough for a clock that counts hundredths of a second. Every name is asked
/// once, as wrong passwords lock it.
const NAMES: usize = 400;
const CONNECTIONS: usize = 4;

/// The request that tries this name.
type Try = fn(&World, &Prover, &str) -> Request;

/// Takes the figures of names that nobody has.
pub(super) fn measure(rounds: usize, folder: &Path) -> Vec<Figure> {
    let users = rounds * 2 * NAMES;
    let world = World::prepare(folder, "nobody", users);
    let (server, prover) = (world.serve(), Prover::new());
    let tries: [(&str, Try, u16); 2] =
        [("a wrong password", with_wrong_password, 400), ("a sign-in by SRP that was begun", by_srp, 200)];
    let mut differences = tries.map(|_| Vec::new());
    for round in 0..rounds {
        for ((_, request, status), differences) in tries.iter().zip(&mut differences) {
            let cpu = |first: usize| {
                let names = (first..first + NAMES).map(username);
                let requests: Vec<_> = names.map(|name| request(&world, &prover, &name)).collect();
                each_once(&server, &requests, *status)
            };
            // The users have the first numbers, nobody has those after them. Each is first once: see `growth`.
            let (one, other) = (round * 2 * NAMES, (round * 2 + 1) * NAMES);
            let (before, nobody) = (cpu(one), cpu(users + one) + cpu(users + other));
            differences.push(nobody / (before + cpu(other)));
        }
    }
    let figure = |((what, ..), ratios): ((&str, Try, u16), Vec<f64>)| {
        let ratio = median(ratios);
        Figure {
            what: format!("CPU for {what}: a name that nobody has and a user's, the greater"),
            value: ratio.max(1.0 / ratio),
            bound: Bound::AtMost(1.05),
            unit: "of the lesser",
        }
    };
    tries.into_iter().zip(differences).map(figure).collect()
}

fn with_wrong_password(world: &World, _: &Prover, name: &str) -> Request {
    let parameters = json!({ "USERNAME": name, "PASSWORD": "not-the-Password-1" });
    begin(world, "USER_PASSWORD_AUTH", &parameters)
}

fn by_srp(world: &World, prover: &Prover, name: &str) -> Request {
    begin(world, "USER_SRP_AUTH", &json!({ "USERNAME": name, "SRP_A": prover.public() }))
}

fn begin(world: &World, flow: &str, parameters: &serde_json::Value) -> Request {
    let body = json!({ "AuthFlow": flow, "ClientId": world.app, "AuthParameters": parameters });
    Request::operation("InitiateAuth", &body.to_string())
}

/// Seconds of the server's processor time for each of the requests.
fn each_once(server: &Server, requests: &[Request], status: u16) -> f64 {
    let before = server.cpu();
    std::thread::scope(|scope| {
        for part in requests.chunks(requests.len().div_ceil(CONNECTIONS)) {
            scope.spawn(move || {
                let mut connection = Connection::open(server.port);
                for request in part {
                    assert_eq!(connection.ask(request).0, status);
                }
            });
        }
    });
    (server.cpu() - before) / number(requests.len())
}
