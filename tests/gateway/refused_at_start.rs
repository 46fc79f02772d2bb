//! Gateways that must not be served: what says so, and that a listing says it too.

use std::fs;
use std::net::TcpListener;
use std::process::{Command, Output};

use crate::world::{World, program, refused};

/// An API that is open, and one route of it that a REST API keeps for itself.
const API: &str = "
openapi: 3.0.1
paths: { /books: { get: {} }, /ping: { get: {} } }
";

/// The program in a folder with the API and this configuration.
fn in_folder(yaml: &str, arguments: &[&str]) -> (tempfile::TempDir, Command) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(&folder, yaml);
    fs::write(folder.path().join("api.yaml"), API).unwrap();
    command.args(arguments);
    (folder, command)
}

fn listed(yaml: &str, arguments: &[&str]) -> Output {
    in_folder(yaml, &[&["routes"], arguments].concat()).1.output().unwrap()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// Flags of a server that takes free ports.
const SERVE: [&str; 6] = ["serve", "--store", "memory", "--listen", "127.0.0.1:0", "--ready-json"];

/// A port that nobody listens on.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn a_listing_refuses_what_a_server_refuses() {
    let open = "routes: [{ route: GET /a, authorizer: none }]";
    for (declared, problem) in [
        ("upstream: 'ftp://x'", "upstream: the upstream `ftp://x` is not"),
        ("mode: mock, base_path: shop", "base_path: `shop` is not a path"),
        ("mode: mock, stage: a/b", "stage: `a/b` is neither"),
        ("mode: mock, forward: { headers: { Host: sub } }", "forward.headers: the header `Host` has a meaning"),
        ("mode: enforce", "upstream: requests that are let through need somewhere to go: set `upstream:`"),
        ("upstream: 'http://localhost:7277'", "upstream: the upstream leads back to the gateway `a` itself"),
    ] {
        let yaml = format!("gateways:\n  - {{ name: a, {declared}, {open} }}\n");
        let done = listed(&yaml, &["poolpass.yaml"]);
        let said = text(done.stderr);
        assert!(done.status.code() == Some(1) && said.contains(problem), "{declared}: {said}");
    }
    let twice = "{ route: GET /a, authorizer: none }";
    for (yaml, problem) in [
        (format!("gateways: [{{ name: a, mode: mock, routes: [{twice}, {twice}] }}]"), "is for the same requests as"),
        ("gateways: [{ name: a, mode: mock }, { name: a, mode: mock }]".to_owned(), "there is a gateway `a` already"),
        (
            "gateways: [{ name: a, mode: mock }, { name: b, mode: mock }]".to_owned(),
            "the same address, host, base path",
        ),
    ] {
        let said = text(listed(&yaml, &["poolpass.yaml"]).stderr);
        assert!(said.contains(problem), "{said}");
    }
}

#[test]
fn a_listing_needs_no_upstream_and_says_what_a_server_says() {
    let done = listed("", &["api.yaml"]);
    let (said, note) = (text(done.stdout), "  note: GET /ping: the gateway answers `healthy` itself");
    assert!(done.status.success() && said.contains(note), "{said}{}", text(done.stderr));
    let empty = text(listed("gateways: [{ name: a, mode: mock }]", &["poolpass.yaml"]).stdout);
    assert!(empty.contains("  note: the gateway `a` has no routes: it refuses every request"), "{empty}");
}

#[test]
fn a_listing_takes_a_gateway_that_creates_what_is_missing() {
    let yaml = "gateways: [{ name: a, mode: mock, import: api.yaml, create_missing: true }]";
    let done = listed(yaml, &["poolpass.yaml"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(done.stderr));
    let arguments = ["gateway", "--config", "poolpass.yaml", "--gateway-listen", "127.0.0.1:0", "--ready-json"];
    let said = text(refused(&mut in_folder(yaml, &arguments).1).stderr);
    assert!(said.contains("create_missing: the pools are elsewhere, where nothing can be created"), "{said}");
}

#[test]
fn a_gateway_is_not_behind_itself() {
    for host in ["127.0.0.1", "localhost", "LOCALHOST.", "0.0.0.0"] {
        let port = free_port();
        let (listen, upstream) = (format!("127.0.0.1:{port}"), format!("http://{host}:{port}/deeper"));
        let flags = ["--gateway", "api.yaml", "--gateway-listen", &listen, "--upstream", &upstream];
        let said = text(refused(&mut in_folder("", &[&SERVE[..], &flags].concat()).1).stderr);
        assert!(said.contains("the upstream leads back to the gateway `api` itself"), "{host}: {said}");
    }
}

/// Two gateways on one port, each with this behind it.
fn two(port: u16, one: &str, other: &str) -> String {
    let route = "routes: [{ route: GET /a, authorizer: none }]";
    let gateway = |name: &str, path: &str| {
        let (listen, upstream) = (format!("127.0.0.1:{port}"), format!("http://localhost:{port}{path}"));
        format!("  - {{ name: {name}, base_path: /{name}, listen: '{listen}', upstream: '{upstream}', {route} }}\n")
    };
    format!("gateways:\n{}{}", gateway("one", one), gateway("other", other))
}

#[test]
fn gateways_may_be_behind_each_other_in_one_direction() {
    let serve = [&SERVE[..], &["--config", "poolpass.yaml"]].concat();
    let (folder, mut command) = in_folder(&two(free_port(), "/other", "/nowhere"), &serve);
    let world = World::of(&mut command, Some(folder));
    assert_eq!(world.ask("GET", &world.url("one", "/a"), &[]).status, 403, "nobody has /nowhere");
    let said = text(refused(&mut in_folder(&two(free_port(), "/other", "/one"), &serve).1).stderr);
    assert!(said.contains("gateways[0].upstream: the upstream leads back to the gateway `one` itself"), "{said}");
}
