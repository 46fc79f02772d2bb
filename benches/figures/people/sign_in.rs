//! Signing in with a password and with SRP, beside the arithmetic that neither can do without.

use std::path::Path;

use chrono::DateTime;
use poolpass::domain::id::UserPoolId;
use poolpass::domain::srp;
use poolpass::effects::{Clock as _, SystemClock};
use serde_json::{Value, json};

use crate::figures::{Bound, Figure, median, number};
use crate::load::{Connection, Request};
use crate::process::Server;
use crate::signing::{around, on_every_core};
use crate::tokens::cpu_per_answer;
use crate::world::{call, text};

use super::srp::{Challenge, Prover};
use super::world::{ASKING, PASSWORD, World, username};

/// How many people sign in by SRP in one round: each once.
const PROOFS: usize = ASKING;

/// Takes the figures of signing in.
pub(super) fn measure(rounds: usize, folder: &Path) -> Vec<Figure> {
    let world = World::prepare(folder, "sign-in", ASKING);
    let server = world.serve();
    let passwords: Vec<_> = world.asking().map(|user| with_password(&world, user)).collect();
    let prover = Prover::new();
    let (mut by_password, mut by_srp) = (vec![], vec![]);
    for _ in 0..rounds {
        let power = power();
        let (signature, (cpu, _)) = around(|| cpu_per_answer((&server, &passwords), 16, 200));
        by_password.push((cpu - 2.0 * signature.cpu) / power);
        let (signature, cpu) = around(|| proofs(&world, &server, &prover));
        by_srp.push((cpu - 2.0 * signature.cpu) / power);
    }
    let figure = |what: &str, values| Figure {
        what: format!("{what}, less the two signatures"),
        value: median(values),
        bound: Bound::None,
        unit: "of one 3072-bit exponentiation",
    };
    vec![figure("a sign-in with a password", by_password), figure("a sign-in by SRP", by_srp)]
}

/// The request by which this user signs in with the password.
pub(super) fn with_password(world: &World, user: usize) -> Request {
    let parameters = json!({ "USERNAME": username(user), "PASSWORD": PASSWORD });
    let body = json!({ "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": world.app, "AuthParameters": parameters });
    Request::operation("InitiateAuth", &body.to_string())
}

/// Seconds of the server's processor time for a sign-in by SRP.
fn proofs(world: &World, server: &Server, prover: &Prover) -> f64 {
    let before = server.cpu();
    std::thread::scope(|scope| {
        for part in 0..4 {
            scope.spawn(move || {
                let mut connection = Connection::open(server.port);
                for user in world.asking().skip(part * PROOFS / 4).take(PROOFS / 4) {
                    prove(world, &mut connection, (&username(user), prover));
                }
            });
        }
    });
    (server.cpu() - before) / number(PROOFS)
}

fn prove(world: &World, connection: &mut Connection, (name, prover): (&str, &Prover)) {
    let parameters = json!({ "USERNAME": name, "SRP_A": prover.public() });
    let body = json!({ "AuthFlow": "USER_SRP_AUTH", "ClientId": world.app, "AuthParameters": parameters });
    let asked = call(connection, "InitiateAuth", &body);
    let parameter = |name: &str| text(&asked, &format!("/ChallengeParameters/{name}"));
    let (user, block, timestamp) = (parameter("USER_ID_FOR_SRP"), parameter("SECRET_BLOCK"), timestamp());
    let pool = world.client.pool.split_once('_').map_or("", |(_, name)| name);
    let (salt, public) = (parameter("SALT"), parameter("SRP_B"));
    let (salt, public, secret_block) = (salt.as_str(), public.as_str(), block.as_str());
    let challenge = Challenge { pool, user: &user, salt, public, secret_block, timestamp: &timestamp };
    let responses = json!({
        "USERNAME": user, "PASSWORD_CLAIM_SECRET_BLOCK": block, "TIMESTAMP": timestamp,
        "PASSWORD_CLAIM_SIGNATURE": prover.sign(PASSWORD, &challenge),
    });
    let body = json!({
        "ChallengeName": "PASSWORD_VERIFIER", "ClientId": world.app, "ChallengeResponses": responses,
        "Session": asked.get("Session").unwrap_or(&Value::Null),
    });
    assert!(
        call(connection, "RespondToAuthChallenge", &without_nulls(body)).pointer("/AuthenticationResult").is_some()
    );
}

fn without_nulls(mut body: Value) -> Value {
    if let Some(members) = body.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    body
}

fn timestamp() -> String {
    let now = DateTime::from_timestamp_millis(SystemClock.now().millis()).expect("the present is a moment");
    now.format("%a %b %-d %H:%M:%S UTC %Y").to_string()
}

/// Seconds of CPU for one exponentiation: what checking a presented password comes to.
fn power() -> f64 {
    let pool = UserPoolId::from("us-east-1_Figures01");
    on_every_core(|| drop(srp::verifier(&pool, "user", PASSWORD, "0123456789abcdef0123456789abcdef"))).cpu
}
