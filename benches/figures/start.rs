//! From nothing to the first token.

use std::time::Instant;

use crate::bare;
use crate::figures::{Bound, Figure, median, number};
use crate::load::{Connection, Request};
use crate::process::Server;
use crate::world;

/// The demo world's machine client, as the README shows it.
const DEMO_FORM: &str = include_str!("demo-form.txt");

/// Takes the figures of starting.
pub(crate) fn measure(rounds: usize) -> Vec<Figure> {
    let file = std::env::temp_dir().join(format!("poolpass-start-{}.redb", std::process::id()));
    let store = format!("redb:{}", file.display());
    let existing = {
        let server = Server::poolpass(&["--store", &store]);
        let mut connection = Connection::open(server.port);
        let pool = world::pool(&mut connection);
        let client = world::client(&mut connection, &pool, "client_credentials");
        let token = Request::token(&client.form());
        assert_eq!(connection.ask(&token).0, 200);
        token
    };
    std::fs::write(bare::key_file(), serde_json::to_vec(&bare::stored_key()).expect("it is JSON"))
        .expect("the temporary folder is writable");
    let demo = Request::token(DEMO_FORM.trim());
    let (mut from_store, mut from_demo) = (Vec::new(), Vec::new());
    for _ in 0..rounds * 5 {
        let floor = first_token(|| Server::bare("bare-start"), &demo);
        from_store.push(first_token(|| Server::poolpass(&["--store", &store]), &existing) / floor);
        from_demo.push(first_token(|| Server::poolpass(&["--demo"]), &demo) / floor);
    }
    let idle = idle_memory(&store);
    std::fs::remove_file(&file).expect("the file is ours");
    let unit = "of a bare server that loads one key and signs";
    let figure = |what: &str, values, bound| Figure { what: what.to_owned(), value: median(values), bound, unit };
    vec![
        figure("cold start to the first token, existing store", from_store, Bound::AtMost(1.5)),
        figure("cold start to the first token, --demo", from_demo, Bound::AtMost(2.0)),
        Figure { what: "idle resident memory".to_owned(), value: idle, bound: Bound::AtMost(15.0), unit: "MiB" },
    ]
}

fn first_token(start: impl FnOnce() -> Server, request: &Request) -> f64 {
    let started = Instant::now();
    let server = start();
    assert_eq!(Connection::open(server.port).ask(request).0, 200);
    started.elapsed().as_secs_f64()
}

/// Resident memory once the key reserve is full and nothing happens.
fn idle_memory(store: &str) -> f64 {
    let server = Server::poolpass(&["--store", store]);
    server.settle();
    number(usize::try_from(server.resident()).expect("memory fits the address space")) / 1_048_576.0
}
