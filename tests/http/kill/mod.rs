//! The server, killed in the middle of writing: what it acknowledged is there afterwards, and nothing is half there.

mod after;
mod writer;

use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;

use crate::server::Server;

use self::after::{check, pointers_are_those_of_the_documents};
use self::writer::Writer;

const ROUNDS: u64 = 50;
const WRITERS: u64 = 4;

/// How many clients and resource servers the pool may have: few more than the writers keep, so that a count that is
/// wrong by a few is noticed.
const QUOTA: usize = 22;

/// A sequence that its seed decides.
pub(super) struct Sequence(u64);

impl Sequence {
    /// A number below `limit` (splitmix64).
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whoever saw a failure can repeat its seed")]
fn what_was_acknowledged_before_a_kill_is_whole_after_it() {
    let chosen = std::env::var("POOLPASS_KILL_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = chosen.unwrap_or_else(|| std::process::id().into());
    println!("POOLPASS_KILL_SEED={seed} chooses these writes and moments again");
    let folder = tempfile::tempdir().unwrap();
    let (store, config) = (folder.path().join("store.redb"), folder.path().join("poolpass.yaml"));
    fs::write(&config, format!("server:\n  quotas:\n    clients: {QUOTA}\n    resource_servers: {QUOTA}\n")).unwrap();
    let flags = ["--config", config.to_str().unwrap(), "--workers", "2", "--signing-threads", "1"];
    let start = || Server::on_file(&store, &flags);

    let mut server = start();
    let pool = server.done("CreateUserPool", &json!({"PoolName": "kill"}))["UserPool"]["Id"].clone();
    let shared =
        json!({"UserPoolId": pool, "Identifier": "shared", "Name": "shared", "Scopes": writer::scopes(0b1111)});
    server.done("CreateResourceServer", &shared);
    let mut sequence = Sequence(seed);
    let mut writers: Vec<Writer> =
        (0..WRITERS).map(|number| Writer::new(number, pool.clone(), Sequence(sequence.below(u64::MAX)))).collect();
    let mut acknowledged = 0;
    for round in 1..=ROUNDS {
        let moment = 1 + sequence.below(40);
        acknowledged += write_until(&mut server, &mut writers, moment);
        // Looking into the file repairs it, which is otherwise the next server's own work.
        if round % 5 == 0 {
            pointers_are_those_of_the_documents(&store, pool.as_str().unwrap());
        }
        server = start();
        println!("round {round}: killed after {moment} writes");
        check(&server, &pool, &mut writers);
    }
    assert!(acknowledged >= ROUNDS, "only {acknowledged} writes were tried");
}

/// Lets everybody write until this many writes are acknowledged, then kills the server while the others go on.
fn write_until(server: &mut Server, writers: &mut [Writer], moment: u64) -> u64 {
    let address = server.address();
    let acknowledged = AtomicU64::new(0);
    let server = Mutex::new(server);
    std::thread::scope(|scope| {
        for writer in writers {
            scope.spawn(|| {
                writer.write(address, || {
                    if acknowledged.fetch_add(1, Ordering::SeqCst) + 1 == moment {
                        server.lock().expect("nobody panics with it").kill();
                    }
                });
            });
        }
    });
    acknowledged.into_inner()
}
