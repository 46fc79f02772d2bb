//! The commands that speak to a running server, and `decode` and `completions`, which need none.

use serde_json::{Value, json};

use crate::harness::{DEMO_POOL, Finished, SHOP, SHOP_SECRET, Server, run};

const READ: &str = "https://api.example.com/orders/read";
const SPA: &str = "4demo0spa00000000000000000";
const DELETE: &str = "https://api.example.com/orders/delete";

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

#[test]
fn a_token_is_fetched_and_decoded() {
    let server = Server::start(&["--demo"]);
    let ask = |extra: &[&str]| {
        let asked = [&["token", "--client", SHOP, "--secret", SHOP_SECRET], extra].concat();
        server.command(&asked)
    };
    let answer = ask(&["--json", "--scope", READ, "--scope", "inventory/read", "--pool", DEMO_POOL]).json();
    assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("Bearer"), &json!(3600)));
    let decoded = run(&["decode", "--json", answer["access_token"].as_str().unwrap()]).json();
    assert_eq!(decoded["claims"]["scope"], format!("{READ} inventory/read"));
    assert_eq!(decoded["verified"], Value::Null);

    let raw = ask(&["--raw", "--scope", &format!("{READ} inventory/read")]).done();
    assert_eq!(raw.trim_end().split('.').count(), 3);
    let shown = ask(&[]).done();
    assert!(shown.contains("\n  scopes   https://api.example.com/orders/read "), "{shown}");
}

#[test]
fn a_refusal_names_its_explanation() {
    let server = Server::start(&["--demo"]);
    let refused = server.command(&["token", "--client", SHOP, "--secret", SHOP_SECRET, "--scope", DELETE]);
    assert_eq!((refused.code, refused.out.as_str()), (Some(1), ""));
    let advice = refused.err.trim_end().split_once("; see `poolpass explain ").unwrap();
    assert_eq!(advice.0, "poolpass: no token: invalid_scope");
    let id = advice.1.split_whitespace().next().unwrap();
    let explained = server.command(&["explain", id]).done();
    assert!(explained.starts_with("REFUSED  400 invalid_scope\n\n"), "{explained}");
    assert!(explained.contains(&format!("`{DELETE}` is not on the list of client `{SHOP}`")), "{explained}");
    let listed = server.command(&["explain"]).done();
    assert_eq!((listed.lines().count(), listed.contains(id)), (1, true), "{listed}");
}

#[test]
fn a_dry_run_is_the_same_with_and_without_a_server() {
    let server = Server::start(&["--demo"]);
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/src/seed/demo.yaml");
    let asked = |client, more: &[&'static str]| [&["explain", "--json", "--client", client], more].concat();
    for asked in [
        asked(SHOP, &[]),
        asked(SHOP, &["--scope", READ]),
        asked(SHOP, &["--scope", DELETE]),
        asked(SHOP, &["--scope", "nobody/knows"]),
        asked(SPA, &["--scope", "openid"]),
        asked(SPA, &["--scope", "openid", "--grant", "implicit"]),
    ] {
        let without = [asked.clone(), vec!["--config", demo]].concat();
        let (mut with, mut without) = (server.command(&asked).json(), run(&without).json());
        assert!(with["time"].take().is_string() && without["time"].take().is_string());
        assert_eq!(with, without);
    }
    assert_eq!(list(&server.command(&["explain", "--json"]).json()["traces"]).len(), 0, "a dry run leaves no trace");
}

#[test]
fn a_token_is_verified_against_the_keys_of_the_server() {
    let server = Server::start(&["--demo"]);
    let token = server.token();
    let verified = server.command(&["decode", "--verify", "--json", &token]).json();
    assert_eq!(verified["verified"], json!(true));
    let (signed, _) = token.rsplit_once('.').unwrap();
    let forged = format!("{signed}.{}", "A".repeat(342));
    let refused = server.command(&["decode", "--verify", &forged]);
    assert_eq!((refused.code, refused.err.as_str()), (Some(1), "poolpass: not verified: the signature is wrong\n"));
    assert_eq!(server.command(&["decode", "--verify", &format!("{token}x")]).err, refused.err);
}

#[test]
fn decoding_keeps_the_order_and_says_that_nothing_is_verified() {
    let decoded = run(&["decode", "eyJraWQiOiJrIiwiYWxnIjoiUlMyNTYifQ.eyJzdWIiOiJiIiwiYSI6MSwiZXhwIjowfQ.x"]).done();
    assert_eq!(
        decoded,
        "header\n{\n  \"kid\": \"k\",\n  \"alg\": \"RS256\"\n}\n\n\
         claims\n{\n  \"sub\": \"b\",\n  \"a\": 1,\n  \"exp\": 0\n}\n\n\
         expires  1970-01-01T00:00:00.000Z\n\n\
         not verified: anybody can write such a token\n"
    );
    let refused = run(&["decode", "a.b"]);
    assert_eq!(refused, Finished::failed("not a JWT: a JWT has three parts separated by dots"));
    assert_eq!(run(&["decode", "!.e30.x"]).code, Some(1));
    assert_eq!(run(&["decode", "bnVsbA.e30.x"]).code, Some(1));
}

#[test]
fn keys_are_rotated_and_retired() {
    let server = Server::start(&["--demo"]);
    let token = server.token();
    let keys = |arguments: &[&str]| server.command(&[&["keys"], arguments, &["--pool", DEMO_POOL]].concat());
    let before = list(&keys(&["list", "--json"]).json()["keys"]);
    let after = list(&keys(&["rotate", "--json"]).json()["keys"]);
    assert_eq!((before.len(), after.len()), (2, 4));
    assert_eq!(server.command(&["decode", "--verify", &token]).code, Some(0), "the old key is still published");

    let signing = |signing: bool| after.iter().filter(move |key| key["signing"] == json!(signing));
    let kid = |key: &Value| key["kid"].as_str().unwrap().to_owned();
    let young = signing(true).map(kid).next().unwrap();
    assert_eq!(
        keys(&["retire", "--kid", &young]),
        Finished::failed(&format!("the key `{young}` is signing; rotate first"))
    );
    for old in signing(false).map(kid) {
        keys(&["retire", "--kid", &old]).done();
    }
    let refused = server.command(&["decode", "--verify", &token]);
    assert!(refused.err.contains("publishes no key"), "{}", refused.err);
    assert!(keys(&["list"]).done().starts_with("KID "));
}

#[test]
fn health_is_an_exit_code() {
    let server = Server::start(&[]);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(server.command(&["health"]).done(), format!("ok: poolpass {version} at {}\n", server.endpoint()));
    assert_eq!(server.command(&["health", "--json"]).json(), json!({ "status": "ok", "version": version }));
    // The flag wins over the variable.
    let refused = server.command(&["health", "--endpoint", "http://127.0.0.1:1"]);
    assert_eq!((refused.code, refused.out.as_str()), (Some(1), ""));
    assert!(refused.err.starts_with("poolpass: no answer from http://127.0.0.1:1: "), "{}", refused.err);
    let refused = run(&["health", "--endpoint", "localhost:7665"]);
    assert_eq!(refused, Finished::failed("the endpoint `localhost:7665` is not an http URL"));
}

#[test]
fn every_shell_can_complete_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let script = run(&["completions", shell]).done();
        for command in ["serve", "token", "explain", "decode", "keys", "seed", "health", "completions"] {
            assert!(script.contains(command), "{command} in {shell}");
        }
    }
    assert_eq!(run(&["completions", "cmd"]).code, Some(2));
}

#[test]
fn no_command_is_a_wrong_call() {
    assert_eq!(run(&[]).code, Some(2));
    assert_eq!(run(&["fly"]).code, Some(2));
}

#[test]
fn a_user_gets_a_token_without_a_browser() {
    let server = Server::start(&["--demo"]);
    let raw = server.command(&["token", "--user", "ada", "--scope", "openid", "--raw"]).done();
    let decoded = server.command(&["decode", raw.trim_end()]).done();
    assert!(decoded.contains("ada"), "{decoded}");
    let id_token = server.command(&["token", "--user", "ada", "--password", "Demo-password-1", "--id-token"]).done();
    assert_eq!(id_token.trim_end().split('.').count(), 3);
    let raw = server.command(&["token", "--user", "ada", "--id-token", "--raw"]).done();
    let decoded = server.command(&["decode", raw.trim_end()]).done();
    assert!(decoded.contains("\"token_use\": \"id\""), "{decoded}");
    let refused = server.command(&["token", "--user", "grace", "--password", "Demo-password-1"]);
    assert_eq!((refused.code, refused.out.as_str()), (Some(1), ""));
    let why = "poolpass: no token: the user must answer SOFTWARE_TOKEN_MFA first; see `poolpass explain ";
    assert!(refused.err.starts_with(why), "{}", refused.err);
}

#[test]
fn the_outbox_of_a_new_server_is_empty() {
    let server = Server::start(&["--demo"]);
    assert_eq!(server.command(&["outbox"]).done(), "");
    assert_eq!(server.command(&["outbox", "--code"]), Finished::failed("there is no message"));
    assert_eq!(server.command(&["outbox", "--clear"]).done(), "0 deleted\n");
}
