//! The commands around gateways: one that needs nothing, one that serves nothing else, and one that only looks.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::world::{POOL, World, program, refused};

/// An API that needs a pool which nobody declares.
const API: &str = "
openapi: 3.0.1
info: { title: Books, version: '1' }
paths:
  /books:
    get:
      security: [{ readers: [library/read] }]
      responses: {}
    post:
      security: [{ readers: [library/write, email] }]
      responses: {}
  /health:
    get: { responses: {} }
  /admin:
    get:
      security: [{ signed: [] }]
      responses: {}
components:
  securitySchemes:
    readers:
      type: apiKey
      name: Authorization
      in: header
      x-amazon-apigateway-authtype: cognito_user_pools
      x-amazon-apigateway-authorizer:
        type: cognito_user_pools
        providerARNs: ['arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Library01']
    signed: { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4 }
";

struct Done {
    code: Option<i32>,
    out: String,
    err: String,
}

fn finish(command: &mut Command) -> Done {
    let done = command.output().expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Done { code: done.status.code(), out: text(done.stdout), err: text(done.stderr) }
}

/// A folder with the API, and the program in it.
fn in_folder(yaml: &str) -> (tempfile::TempDir, Command) {
    let folder = tempfile::tempdir().unwrap();
    let command = program(&folder, yaml);
    fs::write(folder.path().join("books.yaml"), API).unwrap();
    (folder, command)
}

#[test]
fn one_command_makes_what_the_file_needs() {
    let (_folder, mut command) = in_folder("");
    command.args(["serve", "--gateway", "books.yaml", "--gateway-mode", "mock", "--create-missing", "--ready-json"]);
    command.args(["--listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0", "--store", "memory"]);
    let world = World::of(&mut command, None);
    let gateway = world.gateway("books");
    assert_eq!((&gateway["dialect"], &gateway["mode"]), (&json!("rest-api"), &json!("mock")));
    assert_eq!(gateway["unprotected"], json!(["GET /health"]));
    assert_eq!(gateway["unsupported"], json!(["GET /admin"]));
    assert_eq!(world.ready["pools"][0]["id"], "eu-west-1_Library01");
    let made = &world.ready["made"][0];
    let (id, secret) = (made["client_id"].as_str().unwrap(), made["client_secret"].as_str().unwrap());
    let read = world.token_of((id, secret), "library/read");
    assert_eq!(world.get(&world.url("books", "/books"), &read).status, 200);
    let missed = world.ask("POST", &world.url("books", "/books"), &[("Authorization", &read)]);
    assert_eq!(missed.status, 401, "{missed:?}");
    let write = world.token_of((id, secret), "library/write");
    assert_eq!(world.ask("POST", &world.url("books", "/books"), &[("Authorization", &write)]).status, 200);
    assert_eq!(world.get(&world.url("books", "/admin"), &read).status, 500);
}

#[test]
fn without_leave_to_create_routes_of_an_unknown_pool_are_closed_until_they_are_mapped() {
    let serve = ["serve", "--config", "poolpass.yaml", "--gateway", "books.yaml", "--gateway-mode", "mock"];
    let rest = ["--ready-json", "--listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0", "--store", "memory"];
    let (_folder, mut command) = in_folder(POOL);
    let world = World::of(command.args(serve).args(rest), None);
    assert_eq!(world.gateway("books")["unresolved"], json!(["GET /books", "POST /books"]));
    let (_folder, mut command) = in_folder(POOL);
    command.args(serve).args(rest).args(["--map", "eu-west-1_Library01=us-east-1_Gateway01"]);
    let world = World::of(&mut command, None);
    assert_eq!(world.gateway("books")["unresolved"], json!([]));
    let token = world.token("reader", "orders/read");
    assert_eq!(world.get(&world.url("books", "/books"), &token).status, 401);
}

#[test]
fn the_banner_names_the_client_and_every_route_that_is_open_or_closed() {
    let (_folder, mut command) = in_folder("");
    command.args(["serve", "--gateway", "books.yaml", "--upstream", "http://127.0.0.1:9", "--create-missing"]);
    command.args(["--listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0", "--store", "memory"]);
    let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut banner = Vec::new();
    for line in lines {
        let last = line.contains("curl");
        banner.push(line);
        if last {
            break;
        }
    }
    process.kill().unwrap();
    process.wait().unwrap();
    let has = |text: &str| banner.iter().any(|line| line.contains(text));
    for text in [
        "books: rest-api, enforce to http://127.0.0.1:9",
        "UNPROTECTED GET /health",
        "UNSUPPORTED GET /admin",
        "A client of eu-west-1_Library01: id ",
        " -d grant_type=client_credentials http://localhost:",
    ] {
        assert!(has(text), "{text}\n{banner:#?}");
    }
}

#[test]
fn gateways_alone_take_tokens_of_another_server() {
    let issuer = World::start("");
    let endpoint = issuer.ready["endpoint"].as_str().unwrap().replace("127.0.0.1", "localhost");
    let (_folder, mut command) = in_folder(
        "
gateways:
  - name: orders
    mode: mock
    authorizers: { users: { pools: [us-east-1_Gateway01] } }
    routes: [{ route: GET /orders, authorizer: users, scopes: [orders/read] }]
",
    );
    command.args(["gateway", "--config", "poolpass.yaml", "--pools-at", &endpoint]);
    let alone = World::of(command.args(["--gateway-listen", "127.0.0.1:0", "--ready-json"]), None);
    assert_eq!(alone.ready["pools"], Value::Null);
    let token = issuer.token("reader", "orders/read");
    let answer = alone.get(&alone.url("orders", "/orders"), &token);
    assert_eq!((answer.status, answer.json()["claims"]["client_id"].as_str()), (200, Some("reader")), "{answer:?}");
    assert_eq!(alone.get(&alone.url("orders", "/orders"), &token.replace('.', "x.")).status, 401);
}

#[test]
fn the_demo_world_has_a_gateway_if_it_is_wanted() {
    let (_folder, mut command) = in_folder("");
    let listen = ["--listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0", "--ready-json"];
    let world = World::of(command.args(["serve", "--demo", "--gateway"]).args(listen), None);
    assert_eq!(world.gateway("demo")["unprotected"], json!(["GET /health"]));
    let shop = ("4demo0shop0000000000000000", "1demo0shop0secret00000000000000000000000000000000000");
    let token = world.token_of(shop, "https://api.example.com/orders/read");
    assert_eq!(world.get(&world.url("demo", "/orders"), &token).status, 200);
    let refused = world.ask("DELETE", &world.url("demo", "/orders/1"), &[("Authorization", &token)]);
    assert_eq!(refused.status, 401);
}

#[test]
fn flags_without_a_file_are_refused() {
    for (flags, problem) in [
        (&["serve", "--gateway"][..], "--gateway: no gateway is declared"),
        (&["serve", "--upstream", "http://a"], "--upstream is for a gateway with a file: --gateway FILE"),
        (&["serve", "--create-missing"], "--create-missing is for a gateway with a file"),
        (&["serve", "--gateway", "books.yaml", "--map", "a"], "--map: `a` is not THEIRS=OURS"),
        (&["gateway"], "no gateway is declared; name the file of an API"),
        (&["gateway", "books.yaml", "--pools-at", "there"], "--pools-at: `there` is not an http or https URL"),
    ] {
        let (_folder, mut command) = in_folder("");
        let done = refused(command.args(flags));
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(1), "{flags:?}: {said}");
        assert!(said.starts_with(&format!("poolpass: {problem}")), "{flags:?}: {said}");
    }
}

#[test]
fn routes_are_listed_with_what_protects_them() {
    let (_folder, mut command) = in_folder("");
    let done = finish(command.args(["routes", "books.yaml"]));
    assert_eq!((done.code, done.err.as_str()), (Some(0), ""));
    let rows = [
        "books (rest-api)",
        "  GET /books   readers (eu-west-1_Library01)          library/read",
        "  POST /books  readers (eu-west-1_Library01)          library/write email",
        "  GET /health  UNPROTECTED",
        "  GET /admin   UNSUPPORTED (`AWS_IAM` authorization)",
    ];
    assert_eq!(done.out.lines().take(5).collect::<Vec<_>>(), rows);
    let (_folder, mut command) = in_folder("");
    let done = finish(command.args(["routes", "books.yaml", "--fail-on-unprotected"]));
    assert_eq!((done.code, done.err.as_str()), (Some(1), "poolpass: UNPROTECTED: GET /health\n"));
}

#[test]
fn scopes_that_nobody_defines_or_may_have_are_named() {
    let gateways = "
gateways:
  - name: orders
    mode: mock
    authorizers: { users: { pools: [us-east-1_Gateway01] } }
    default_authorizer: users
    routes:
      - { route: GET /orders, scopes: [orders/read] }
      - { route: PUT /orders, scopes: [orders/change] }
      - { route: GET /profile, scopes: [profile] }
";
    let (_folder, mut command) = in_folder(&format!("{POOL}{gateways}"));
    let done = finish(command.args(["routes", "poolpass.yaml", "--json", "--fail-on-unprotected"]));
    assert_eq!((done.code, done.err.as_str()), (Some(0), ""));
    let listed: Value = serde_json::from_str(&done.out).unwrap();
    let routes = listed["gateways"][0]["routes"].as_array().unwrap();
    let found = |route: usize| (&routes[route]["undefined_scopes"], &routes[route]["unattainable_scopes"]);
    assert_eq!(found(0), (&json!([]), &json!([])));
    assert_eq!(found(1), (&json!(["orders/change"]), &json!([])));
    assert_eq!(found(2), (&json!([]), &json!(["profile"])));
    let (_folder, mut command) = in_folder(&format!("{POOL}{gateways}"));
    let done = finish(command.args(["routes", "poolpass.yaml"]));
    assert!(done.out.contains("  PUT /orders: orders/change: no resource server defines it\n"), "{}", done.out);
    assert!(done.out.contains("  GET /profile: profile: no client may have it\n"), "{}", done.out);
}

#[test]
fn a_signal_ends_the_gateways_too() {
    let mut world = World::start(
        "gateways: [{ name: a, mode: mock, routes: [{ route: GET /a, authorizer: none, mock: { body: a } }] }]\n",
    );
    assert_eq!(world.ask("GET", &world.url("a", "/a"), &[]).body, "a");
    let address = world.url("a", "").replace("http://", "");
    assert_eq!(world.end_by("TERM"), Some(0));
    assert!(std::net::TcpStream::connect(address).is_err());
}
