//! What `docs/gateway.md` prints, used as it stands.

use std::fs;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use crate::upstream::{HANG, free_port};
use crate::world::World;

/// The page.
pub(crate) const PAGE: &str = include_str!("../../docs/gateway.md");

/// The printed block of this language that begins so.
pub(crate) fn block(language: &str, begin: &str) -> &'static str {
    let opening = format!("```{language}\n");
    let blocks = PAGE.split(&opening).skip(1).filter_map(|rest| rest.split_once("```")).map(|(block, _)| block);
    let mut meant = blocks.filter(|block| block.starts_with(begin));
    meant.next().unwrap_or_else(|| panic!("the page prints no {language} that begins with {begin:?}"))
}

/// The same, if it is YAML.
pub(crate) fn yaml(begin: &str) -> Value {
    serde_saphyr::from_str(block("yaml", begin)).unwrap_or_else(|error| panic!("{begin}: {error}"))
}

/// Every configuration that is printed, by the name of its gateway.
fn configurations() -> Vec<(String, &'static str)> {
    let blocks = PAGE.split("```yaml\n").skip(1).filter_map(|rest| rest.split_once("```")).map(|(block, _)| block);
    let whole = blocks.filter(|block| !block.starts_with("# Traefik") && !block.starts_with("# Envoy"));
    let named = whole.map(|block| {
        let parsed: Value = serde_saphyr::from_str(block).unwrap_or_else(|error| panic!("{error}: {block}"));
        (parsed["gateways"][0]["name"].as_str().unwrap_or_else(|| panic!("no gateway: {block}")).to_owned(), block)
    });
    named.collect()
}

/// The printed configuration of this gateway, served.
fn served(name: &str) -> World {
    let all = configurations();
    let (_, yaml) = all.iter().find(|(each, _)| each == name).expect("it is printed");
    World::with(yaml, &[])
}

#[test]
fn every_configuration_is_whole() {
    let names: Vec<_> = configurations().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["shop", "orders", "tools"]);
    for name in names {
        let world = served(&name);
        assert_eq!(world.gateway(&name)["unresolved"], json!([]), "{name}");
    }
}

#[test]
fn the_path_that_can_be_read_in_two_ways_is_refused_as_printed() {
    let world = served("shop");
    let answer = world.ask("GET", &world.url("shop", "/%61dmin"), &[]);
    assert_eq!((answer.status, answer.body.as_str()), (400, r#"{"message":"Bad Request"}"#));
    assert!(PAGE.contains(&answer.body));
}

/// A program of Python's; it ends when this is dropped.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _already_dead = self.0.kill();
        let _already_waited_for = self.0.wait();
    }
}

#[test]
fn the_function_is_called_as_printed() {
    let folder = tempfile::tempdir().expect("a folder of our own");
    let (file, port) = (folder.path().join("function.py"), free_port());
    fs::write(&file, block("python", "import json").replace("9001", &port.to_string())).expect("the folder is ours");
    let mut command = Command::new("python3");
    command.arg(&file).stdin(Stdio::null()).stderr(Stdio::null());
    let _program = Program(command.spawn().expect("python3 is installed"));
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < HANG, "the function does not come up");
        std::thread::yield_now();
    }
    let yaml = block("yaml", "pools:\n  - id: us-east-1_Example01\n    domain").replace("9001", &port.to_string());
    let world = World::with(&yaml, &[]);
    let token = world.token_of(("reader", "an_example_that_is_no_secret_3"), "orders/read");
    let answer = world.get(&world.url("orders", "/orders/7"), &token);
    assert_eq!((answer.status, answer.body.as_str()), (200, "{\"order\": \"7\", \"for\": \"reader\"}\n"));
    assert!(PAGE.contains(&answer.body), "{answer:?}");
    assert_eq!(world.ask("GET", &world.url("orders", "/orders/7"), &[]).status, 401);
}

#[test]
fn a_client_without_a_token_is_led_to_the_document_as_printed() {
    let world = served("tools");
    let refused = world.post(&world.url("tools", "/mcp"), &[], "{}");
    assert_eq!(refused.status, 401, "{refused:?}");
    assert!(PAGE.contains(&refused.body), "{refused:?}");
    let document = world.ask("GET", &world.url("tools", "/.well-known/oauth-protected-resource"), &[]).json();
    assert_eq!(document["scopes_supported"], json!(["orders/read"]));
    assert!(document["authorization_servers"][0].as_str().is_some_and(|url| url.ends_with("/us-east-1_Example01")));
    let token = world.token_of(("reader", "an_example_that_is_no_secret_3"), "orders/read");
    let known = world.ask("POST", &world.url("tools", "/mcp"), &[("Authorization", &format!("Bearer {token}"))]);
    assert_ne!(known.status, 401, "{known:?}");
}
