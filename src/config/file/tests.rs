//! What a file may say, and what is said about one that may not.

use super::*;
use crate::config::DeclaredServer;
use crate::domain::pool::{IssuerMode, ScopeProfile};

fn read(text: &str) -> Result<ConfigFile, FileError> {
    let key_files = |path: &Path| match path.to_str() {
        Some("a.pem") => Ok("PEM".to_owned()),
        _ => Err(io::Error::new(io::ErrorKind::NotFound, "no such file")),
    };
    ConfigFile::parse(Path::new("poolpass.yaml"), text, &key_files)
}

fn refusal(text: &str) -> String {
    read(text).err().expect("a refusal").to_string()
}

#[test]
fn a_file_sets_and_declares() {
    let file = read(
        "server: { issuer: aws, workers: 2 }
pools:
  - id: us-east-1_Example01
    domain: example
    options: { scope_profile: observed }
    keys: { access: a.pem, id: a.pem }
    settings: { DeletionProtection: ACTIVE }
    resource_servers:
      - identifier: https://api.example.com/orders
        scopes: { read: Read orders, write: Write orders }
      - { identifier: stock, name: Stock, scopes: [read] }
    clients:
      - id: reader
        secret: a-secret
        allowed_flows: [client_credentials]
        allowed_scopes: [stock/read]
        access_token_validity: 20 minutes
",
    )
    .unwrap();
    assert_eq!((file.server.issuer, file.server.workers), (Some(IssuerMode::Aws), Some(2)));
    let pool = &file.world.pools[0];
    assert_eq!((pool.id.as_str(), pool.account.as_str()), ("us-east-1_Example01", "000000000000"));
    assert_eq!(pool.options.scope_profile, Some(ScopeProfile::Observed));
    assert_eq!(pool.keys.as_ref().unwrap().id.reveal(), "PEM");
    let names: Vec<_> = pool.resource_servers.iter().map(DeclaredServer::display_name).collect();
    assert_eq!(names, ["orders", "Stock"]);
    let described = |server: usize| pool.resource_servers[server].scopes.0[0].1.as_str();
    assert_eq!((described(0), described(1)), ("Read orders", "read"));
    assert_eq!(pool.clients[0].access_token_validity.unwrap().to_string(), "20 minutes");
}

#[test]
fn a_declaration_survives_json() {
    let text = "pools: [{ id: a_b, resource_servers: [{ identifier: i, scopes: { z: last, a: first } }] }]";
    let world = read(text).unwrap().world;
    let json = serde_json::to_string(&world).unwrap();
    let again: World = serde_json::from_str(&json).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), json);
    assert_eq!(again.pools[0].resource_servers[0].scopes.0[0].0, "z");
}

#[test]
fn a_file_may_be_empty() {
    for text in ["", "# nothing\n", "\n\n"] {
        assert!(read(text).is_ok_and(|file| file.server == Layer::default() && file.world.pools.is_empty()));
    }
}

#[test]
fn an_unknown_key_is_named_with_its_file_and_line() {
    let text = "pools:\n  - id: a_b\n    clients:\n      - id: c\n        allowed_scope: [x]\n";
    let refusal = refusal(text);
    assert!(refusal.starts_with("poolpass.yaml:5: pools[0].clients[0]"), "{refusal}");
    assert!(refusal.contains("allowed_scope"), "{refusal}");
}

#[test]
fn a_wrong_value_is_named_with_its_file_line_and_key() {
    let cases = [
        ("server:\n  workers: many\n", "poolpass.yaml:2: server.workers: "),
        ("server:\n  issuer: nowhere\n", "poolpass.yaml:2: server.issuer: "),
        ("server:\n  quotas:\n    clients: -1\n", "poolpass.yaml:3: server.quotas.clients: "),
        ("server:\n  store: floppy\n", "poolpass.yaml:2: server.store: the store `floppy` is neither"),
        ("server:\n  opne: true\n", "poolpass.yaml:2: server"),
        ("pools:\n  - name: x\n", "poolpass.yaml:2: pools[0]: missing field `id`"),
        (
            "pools:\n  - id: a_b\n    clients:\n      - id: c\n        access_token_validity: 5\n",
            "poolpass.yaml:5: pools[0].clients[0].access_token_validity: `5` is not a number and a unit",
        ),
        ("pools: {}\n", "poolpass.yaml:1: pools: "),
    ];
    for (text, beginning) in cases {
        let refusal = refusal(text);
        assert!(refusal.starts_with(beginning), "{refusal}");
        assert!(!refusal.contains('\n'), "{refusal}");
    }
}

#[test]
fn what_is_no_yaml_is_named_with_its_line() {
    let refusal = refusal("server:\n  listen: [\n");
    assert!(refusal.starts_with("poolpass.yaml:"), "{refusal}");
}

#[test]
fn a_key_given_twice_is_refused() {
    let refusal = refusal("server:\n  open: true\n  open: false\n");
    assert!(refusal.starts_with("poolpass.yaml:3: server"), "{refusal}");
}

#[test]
fn a_missing_key_file_is_named_with_its_line() {
    assert_eq!(
        refusal("pools:\n  - id: a_b\n    keys:\n      access: a.pem\n      id: b.pem\n"),
        "poolpass.yaml:5: pools[0].keys.id: the key file `b.pem` cannot be read: no such file"
    );
}

#[test]
fn later_errors_find_their_line() {
    let text = "server:
  region: eu
  quotas: { clients: 1 }
pools:
  - id: a_b
    domain: aws
    settings:
      DeletionProtection: ACTIVE
      Policies:
        PasswordPolicy: ~
    resource_servers:
      - identifier: x
        scopes: [read, 1.5, true,
          -1]
    keys:
      access: a.pem
      id: a.pem
    clients: [{ id: c,
      name: c }, { id: d }]
";
    let line = |key: &str| place::line_of(text, key);
    let lines = [
        ("server", 1),
        ("server.region", 2),
        ("server.quotas.clients", 3),
        ("pools[0]", 5),
        ("pools[0].domain", 6),
        ("pools[0].settings.DeletionProtection", 8),
        ("pools[0].settings.Policies", 9),
        ("pools[0].settings.Policies.PasswordPolicy", 10),
        ("pools[0].settings.Policies.PasswordPolicy.Minimum", 10),
        ("pools[0].name", 5),
        ("pools[0].resource_servers[0].identifier", 12),
        ("pools[0].resource_servers[0].scopes[3]", 14),
        ("pools[0].keys.id", 17),
        ("pools[0].clients[0].name", 19),
        ("pools[0].clients[1]", 19),
        ("pools[7]", 4),
    ];
    for (key, expected) in lines {
        assert_eq!(line(key), Some(expected), "{key}");
    }
    assert_eq!(line("nowhere"), None);
}

#[test]
fn the_documented_file_can_be_read() {
    let document = include_str!("../../../docs/configuration.md");
    let (_, rest) = document.split_once("## A declared world\n\n```yaml\n").unwrap();
    let (sample, _) = rest.split_once("```").unwrap();
    let file = ConfigFile::parse(Path::new("sample.yaml"), sample, &|_| Ok(String::new())).unwrap();
    assert_eq!(file.world.pools[0].clients[0].id.as_str(), "reader");
    let (_, rest) = document.split_once("## Gateways\n\n```yaml\n").unwrap();
    let (sample, _) = rest.split_once("```").unwrap();
    let file = ConfigFile::parse(Path::new("sample.yaml"), sample, &|_| Ok(String::new())).unwrap();
    assert_eq!(file.gateways[0].forward.max_body, 10_485_760);
    let api = file.gateways[0].api(None, &|_| true).unwrap();
    assert_eq!((api.routes.len(), api.cors.is_some(), api.responses.0.len()), (3, true, 1));
    for gateway in &file.gateways {
        assert!(gateway.api(None, &|_| true).is_ok(), "{}", gateway.name);
    }
    let (_, rest) = document.split_once("## Functions\n\n```yaml\n").unwrap();
    let (sample, _) = rest.split_once("```").unwrap();
    let file = ConfigFile::parse(Path::new("sample.yaml"), sample, &|_| Ok(String::new())).unwrap();
    assert_eq!(file.settle().unwrap().hooks.url.as_deref(), Some("http://localhost:3001"));
}
