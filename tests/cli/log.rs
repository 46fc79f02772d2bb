//! What a server says on standard error.

use std::fs::{self, File};

use crate::harness::{Server, program};

const WORLD: &str = "pools:
  - id: us-east-1_Example01
    resource_servers:
      - { identifier: orders, scopes: [read] }
    clients:
      - id: reader
        secret: a_secret_of_24_characters
        allowed_flows: [client_credentials]
        allowed_scopes: [orders/read]
      - id: app
        settings: { ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH] }
    users:
      - { username: ada, password: Correct-horse-1 }
";

/// Calls an operation, which must succeed.
fn call(server: &Server, operation: &str, input: &str) {
    let answer = ureq::post(server.endpoint())
        .header("X-Amz-Target", format!("AWSCognitoIdentityProviderService.{operation}"))
        .header("Content-Type", "application/x-amz-json-1.1")
        .send(input);
    assert_eq!(answer.expect("an answer").status(), 200);
}

#[test]
fn a_missing_domain_is_no_matter_to_a_sign_in_through_the_api() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("w.yaml"), WORLD).unwrap();
    let arguments = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--store",
        "memory",
        "--config",
        "w.yaml",
        "--ready-json",
        "--log",
        "info",
    ];
    let mut command = program(folder.path(), &arguments);
    command.stderr(File::create(folder.path().join("log")).unwrap());
    let server = Server::launch(&mut command);
    let sign_in = r#"{"ClientId":"app","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"ada","PASSWORD":"Correct-horse-1"}}"#;
    call(&server, "InitiateAuth", sign_in);
    let log = || fs::read_to_string(folder.path().join("log")).unwrap();
    assert_eq!(log().matches("the pool has no domain").count(), 0, "{}", log());
    server.command(&["token", "--client", "reader", "--secret", "a_secret_of_24_characters", "--raw"]).done();
    assert_eq!(server.end_by("TERM").0, Some(0));
    assert_eq!(log().matches("the pool has no domain").count(), 1, "{}", log());
}

#[test]
fn the_log_names_what_aws_would_not_do_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("w.yaml"), WORLD).unwrap();
    let arguments = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--store",
        "memory",
        "--config",
        "w.yaml",
        "--ready-json",
        "--log",
        "trace",
    ];
    let mut command = program(folder.path(), &arguments);
    command.stderr(File::create(folder.path().join("log")).unwrap());
    let server = Server::launch(&mut command);
    for _ in 0..2 {
        let token = server.command(&["token", "--client", "reader", "--secret", "a_secret_of_24_characters", "--raw"]);
        assert_ne!(token.done(), "");
    }
    let dropped = r#"{"UserPoolId":"us-east-1_Example01","Identifier":"orders","Name":"o"}"#;
    call(&server, "UpdateResourceServer", dropped);
    let token = server.command(&["token", "--client", "reader", "--secret", "a_secret_of_24_characters", "--raw"]);
    let token = token.done();
    assert_eq!(server.end_by("TERM").0, Some(0));
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    let times = |text: &str| log.matches(text).count();
    assert_eq!(times("the pool has no domain"), 1, "{log}");
    assert_eq!(times("a token without scopes"), 1, "{log}");
    assert_eq!(times("a_secret_of_24_characters"), 0, "{log}");
    assert_eq!(times(token.trim_end()), 0, "{log}");
}
