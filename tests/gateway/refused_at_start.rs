//! Gateways that must not be served: what says so, and that a listing says it too.

use std::fs;
use std::process::{Command, Output};

use crate::world::{program, refused};

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

#[test]
fn a_listing_takes_a_gateway_that_creates_what_is_missing() {
    let yaml = "gateways: [{ name: a, mode: mock, import: api.yaml, create_missing: true }]";
    let done = listed(yaml, &["poolpass.yaml"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(done.stderr));
    let arguments = ["gateway", "--config", "poolpass.yaml", "--gateway-listen", "127.0.0.1:0", "--ready-json"];
    let said = text(refused(&mut in_folder(yaml, &arguments).1).stderr);
    assert!(said.contains("create_missing: the pools are elsewhere, where nothing can be created"), "{said}");
}
