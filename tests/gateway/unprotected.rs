//! Open routes keep a server from starting where that is wanted, and a listing from ending well.

use std::fs;
use std::process::Command;

use serde_json::json;

use crate::world::{World, program, refused};

/// An API with two open routes and a closed one.
const API: &str = "
openapi: 3.0.1
paths:
  /books:
    get: {}
    put: { x-amazon-apigateway-auth: { type: AWS_IAM } }
  /health: { get: {} }
";

/// The same from a configuration that says so itself.
const DECLARED: &str = "
server: { fail_on_unprotected: true, allow_unprotected: ['GET /health'] }
gateways:
  - { name: books, import: api.yaml, mode: mock }
  - name: more
    base_path: /more
    mode: mock
    routes: [{ route: GET /health, authorizer: none }, { route: GET /more, authorizer: none }]
";

fn in_folder(arguments: &[&str]) -> (tempfile::TempDir, Command) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(&folder, DECLARED);
    fs::write(folder.path().join("api.yaml"), API).unwrap();
    command.args(arguments);
    (folder, command)
}

/// How a command ended that must not come to serve, and what it said.
fn ended(arguments: &[&str]) -> (Option<i32>, String) {
    let (_folder, mut command) = in_folder(arguments);
    let done = if arguments[0] == "routes" { command.output().unwrap() } else { refused(&mut command) };
    (done.status.code(), String::from_utf8(done.stderr).unwrap())
}

/// What a command says of these routes.
fn unprotected(those: &str) -> String {
    format!("poolpass: UNPROTECTED: {those} (`--allow ROUTE` for each that is meant to be open)\n")
}

/// Three commands that look at the routes of the API.
fn commands() -> [Vec<&'static str>; 3] {
    let listen = ["--gateway-mode", "mock", "--gateway-listen", "127.0.0.1:0", "--ready-json"];
    [
        vec!["routes", "api.yaml"],
        [&["gateway", "api.yaml"], &listen[..]].concat(),
        [&["serve", "--listen", "127.0.0.1:0", "--store", "memory", "--gateway", "api.yaml"], &listen[..]].concat(),
    ]
}

#[test]
fn open_routes_are_refused_by_every_command_that_is_told_to() {
    for arguments in commands() {
        for (flags, left) in [
            (&["--fail-on-unprotected"][..], "GET /books, GET /health"),
            (&["--fail-on-unprotected", "--allow", "GET /health", "--allow", "GET /heath"], "GET /books"),
            (&["--fail-on-unprotected=true", "--allow", "PUT /books"], "GET /books, GET /health"),
        ] {
            let expected = (Some(1), unprotected(left));
            assert_eq!(ended(&[&arguments, flags].concat()), expected, "{arguments:?} {flags:?}");
        }
    }
}

#[test]
fn routes_that_may_be_open_keep_nobody_from_starting() {
    let allowed = ["--fail-on-unprotected", "--allow", "GET /health", "--allow", "GET /books"];
    let [list, others @ ..] = commands();
    let (_folder, mut command) = in_folder(&[&list, &allowed[..]].concat());
    let listed = command.output().unwrap();
    assert_eq!(listed.status.code(), Some(0));
    let rows = String::from_utf8(listed.stdout).unwrap();
    assert_eq!(rows.lines().nth(1), Some("  GET /books   UNPROTECTED (allowed)"), "{rows}");
    for arguments in others {
        let (folder, mut command) = in_folder(&[&arguments, &allowed[..]].concat());
        let world = World::of(&mut command, Some(folder));
        assert_eq!(world.ask("GET", &world.url("api", "/health"), &[]).status, 200);
    }
}

#[test]
fn a_configuration_may_ask_for_it_and_flags_win() {
    let serve = ["serve", "--config", "poolpass.yaml", "--store", "memory", "--listen", "127.0.0.1:0", "--ready-json"];
    let serve = [&serve[..], &["--gateway-listen", "127.0.0.1:0"]].concat();
    for arguments in [vec!["routes", "poolpass.yaml"], serve.clone()] {
        let expected = (Some(1), unprotected("GET /books, GET /more"));
        assert_eq!(ended(&arguments), expected);
    }
    let (folder, mut command) = in_folder(&[&serve[..], &["--fail-on-unprotected=false"]].concat());
    let world = World::of(&mut command, Some(folder));
    assert_eq!(world.gateway("more")["unprotected"], json!(["GET /health", "GET /more"]));
}

#[test]
fn a_gateway_that_only_observes_is_open() {
    let serve = ["serve", "--config", "poolpass.yaml", "--store", "memory", "--listen", "127.0.0.1:0", "--ready-json"];
    let flags = ["--gateway-listen", "127.0.0.1:0", "--allow", "GET /books"];
    for arguments in [vec!["routes", "poolpass.yaml", "--allow", "GET /books"], [&serve[..], &flags[..]].concat()] {
        let (folder, mut command) = in_folder(&arguments);
        let observing = DECLARED.replace("mode: mock }", "mode: observe, upstream: 'http://127.0.0.1:9' }");
        assert_ne!(observing, DECLARED);
        fs::write(folder.path().join("poolpass.yaml"), observing).unwrap();
        let done = if arguments[0] == "routes" { command.output().unwrap() } else { refused(&mut command) };
        let expected = unprotected(
            "all of `books`, which only observes (let it enforce: `mode: enforce`, or `--gateway-mode enforce` where a \
             flag says so), GET /health, GET /more",
        );
        assert_eq!((done.status.code(), String::from_utf8(done.stderr).unwrap()), (Some(1), expected));
    }
}

#[test]
fn a_route_that_is_allowed_in_vain_is_named() {
    let (_folder, mut command) = in_folder(&["routes", "api.yaml", "--allow", "get /books", "--allow", "PUT /books"]);
    let listed = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let notes: Vec<_> = listed.lines().filter(|line| line.contains("--allow")).collect();
    let expected = [
        "note: `get /books` may be open (--allow), and is not there: the route is `GET /books`",
        "note: `PUT /books` may be open (--allow), and is not",
    ];
    assert_eq!(notes, expected);
    let (_status, said) = ended(&["routes", "api.yaml", "--fail-on-unprotected", "--allow", "get /books"]);
    let hint = "; `get /books` is another route: mind the case of letters\n";
    assert_eq!(said, unprotected("GET /books, GET /health").trim_end().to_owned() + hint);
}

#[test]
fn a_gateway_that_only_observes_is_told_to_enforce_and_nothing_else() {
    let (folder, mut command) = in_folder(&["routes", "poolpass.yaml"]);
    let text = "gateways: [{ name: a, mode: observe, upstream: 'http://127.0.0.1:9', routes: [] }]";
    fs::write(folder.path().join("poolpass.yaml"), text).unwrap();
    let said = String::from_utf8(command.arg("--fail-on-unprotected").output().unwrap().stderr).unwrap();
    let how = "let it enforce: `mode: enforce`, or `--gateway-mode enforce` where a flag says so";
    assert_eq!(said, format!("poolpass: UNPROTECTED: all of `a`, which only observes ({how})\n"));
}

#[test]
fn what_is_no_route_cannot_be_allowed() {
    let (_folder, mut command) = in_folder(&["routes", "api.yaml", "--allow", "health"]);
    let done = command.output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.code() == Some(2) && said.contains("neither `METHOD /path` nor `$default`"), "{said}");
    let (folder, mut command) = in_folder(&["routes", "poolpass.yaml"]);
    let text = DECLARED.replace("'GET /health'", "health");
    fs::write(folder.path().join("poolpass.yaml"), text).unwrap();
    let said = String::from_utf8(command.output().unwrap().stderr).unwrap();
    assert!(said.contains("poolpass.yaml:2: server.allow_unprotected[0]: the route `health` is neither"), "{said}");
}

/// A preflight that the gateway answers, and one that goes on to the API.
const PREFLIGHTS: &str = "
openapi: 3.0.1
paths:
  /mocked:
    options:
      x-amazon-apigateway-integration: { type: mock, responses: { default: { statusCode: '204' } } }
  /passed: { options: {} }
  /closed: { options: { x-amazon-apigateway-auth: { type: AWS_IAM } } }
";

#[test]
fn preflights_that_the_gateway_answers_leave_nothing_open() {
    let (folder, mut command) = in_folder(&["routes", "api.yaml", "--fail-on-unprotected"]);
    fs::write(folder.path().join("api.yaml"), PREFLIGHTS).unwrap();
    let done = command.output().unwrap();
    assert_eq!(String::from_utf8(done.stderr).unwrap(), unprotected("OPTIONS /passed"));
    let rows = [
        "  OPTIONS /mocked  PREFLIGHT",
        "  OPTIONS /passed  UNPROTECTED",
        "  OPTIONS /closed  UNSUPPORTED (`AWS_IAM` authorization)",
    ];
    let listed = String::from_utf8(done.stdout).unwrap();
    assert_eq!(listed.lines().skip(1).take(3).collect::<Vec<_>>(), rows);
    let flags = ["--upstream", "http://127.0.0.1:9", "--gateway-listen", "127.0.0.1:0", "--ready-json"];
    let allowed = ["--fail-on-unprotected", "--allow", "OPTIONS /passed"];
    let (folder, mut command) = in_folder(&[&["gateway", "api.yaml"], &flags[..], &allowed[..]].concat());
    fs::write(folder.path().join("api.yaml"), PREFLIGHTS).unwrap();
    let world = World::of(&mut command, Some(folder));
    assert_eq!(world.gateway("api")["unprotected"], json!(["OPTIONS /passed"]));
    assert_eq!(world.ask("OPTIONS", &world.url("api", "/mocked"), &[]).status, 204);
}

#[test]
fn a_route_that_is_open_on_purpose_is_open_all_the_same() {
    let opened = "
gateways:
  - name: books
    import: api.yaml
    mode: mock
    routes: [{ route: PUT /books, authorizer: none }, { route: OPTIONS /books, authorizer: none, mock: { status: 204 } }]
";
    let (folder, mut command) =
        in_folder(&["routes", "poolpass.yaml", "--fail-on-unprotected", "--allow", "GET /health"]);
    fs::write(folder.path().join("poolpass.yaml"), opened).unwrap();
    let said = String::from_utf8(command.output().unwrap().stderr).unwrap();
    assert_eq!(said, unprotected("GET /books, PUT /books, OPTIONS /books"));
}
