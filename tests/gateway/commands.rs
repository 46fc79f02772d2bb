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
fn what_was_made_is_still_there_after_a_restart() {
    let (folder, _) = in_folder("");
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_poolpass"));
        command.env_clear().current_dir(folder.path()).stdin(Stdio::null());
        command.args(["serve", "--gateway", "books.yaml", "--gateway-mode", "mock", "--create-missing"]);
        command.args(["--ready-json", "--store", "redb:books.redb", "--listen", "127.0.0.1:0"]);
        World::of(command.args(["--gateway-listen", "127.0.0.1:0"]), None)
    };
    let read = |world: &World, token: &str| world.get(&world.url("books", "/books"), token).status;
    let mut first = start();
    let made = first.ready["made"].clone();
    let client = (made[0]["client_id"].as_str().unwrap(), made[0]["client_secret"].as_str().unwrap());
    let token = first.token_of(client, "library/read");
    assert_eq!(read(&first, &token), 200);
    assert_eq!(first.end_by("TERM"), Some(0));
    let again = start();
    assert_eq!((&again.ready["made"], again.gateway("books")["unresolved"].clone()), (&made, json!([])));
    assert_eq!(read(&again, &token), 200, "the keys are the same");
    assert_eq!(read(&again, &again.token_of(client, "library/read")), 200);
    assert_eq!(read(&again, &again.token_of(client, "library/write")), 401);
}

/// Two APIs, of which only one is for anybody.
const TWO: &str = "
Resources:
  Inner:
    Type: AWS::ApiGatewayV2::Api
    Properties: { ProtocolType: HTTP }
  InnerRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Inner, RouteKey: GET /inner, AuthorizationType: AWS_IAM }
  Outer:
    Type: AWS::ApiGatewayV2::Api
    Properties: { ProtocolType: HTTP }
  OuterRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Outer, RouteKey: GET /outer }
";

#[test]
fn the_api_that_is_meant_is_chosen_from_a_template_with_several() {
    let flags = ["two.yaml", "--gateway-mode", "mock", "--gateway-listen", "127.0.0.1:0", "--ready-json"];
    let run = |more: &[&str]| {
        let (folder, mut command) = in_folder("");
        fs::write(folder.path().join("two.yaml"), TWO).unwrap();
        command.arg("gateway").args(flags).args(more);
        (folder, command)
    };
    let (folder, mut command) = run(&["--gateway-api", "Outer"]);
    let world = World::of(&mut command, Some(folder));
    assert_eq!(world.gateway("two")["unprotected"], json!(["GET /outer"]));
    let status = |path: &str| world.ask("GET", &world.url("two", path), &[]).status;
    assert_eq!((status("/outer"), status("/inner")), (200, 404));
    for (more, problem) in [
        (&[][..], "several APIs, say which of them is meant: `Inner`, `Outer`"),
        (&["--gateway-api", "Other"], "no API `Other`, but `Inner`, `Outer`"),
    ] {
        let (_folder, mut command) = run(more);
        let done = refused(&mut command);
        let said = String::from_utf8(done.stderr).unwrap();
        assert!(done.status.code() == Some(1) && said.contains(problem), "{said}");
    }
}

/// A REST API whose preflights are a mock, and one of whose methods asks for an API key only.
const MOCKED: &str = "
openapi: 3.0.1
info: { title: Books, version: '1' }
paths:
  /books:
    options:
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: { application/json: '{\"statusCode\": 200}' }
        responses:
          default:
            statusCode: '204'
            responseParameters:
              method.response.header.Access-Control-Allow-Methods: \"'GET,OPTIONS'\"
              method.response.header.Access-Control-Allow-Headers: \"'Authorization'\"
              method.response.header.Access-Control-Allow-Origin: \"'https://books.example'\"
    get:
      security: [{ keys: [] }]
components:
  securitySchemes:
    keys: { type: apiKey, name: x-api-key, in: header }
";

#[test]
fn an_imported_mock_answers_preflights_and_a_key_alone_opens_nothing() {
    // Nothing listens there: whatever went upstream would be answered 504.
    let serve = |yaml: &str, flags: &[&str]| {
        let (folder, mut command) = in_folder(yaml);
        fs::write(folder.path().join("mocked.yaml"), MOCKED).unwrap();
        command.args(["gateway", "--gateway-listen", "127.0.0.1:0", "--ready-json"]).args(flags);
        World::of(&mut command, Some(folder))
    };
    let world = serve("", &["mocked.yaml", "--upstream", "http://127.0.0.1:9"]);
    let asking = [("Origin", "https://books.example"), ("Access-Control-Request-Method", "GET")];
    let preflight = world.ask("OPTIONS", &world.url("mocked", "/books"), &asking);
    let told = |name: &str| preflight.header(&format!("access-control-allow-{name}"));
    assert_eq!((preflight.status, preflight.body.as_str()), (204, ""), "{preflight:?}");
    assert_eq!(
        [told("origin"), told("methods"), told("headers"), told("credentials")],
        [Some("https://books.example"), Some("GET,OPTIONS"), Some("Authorization"), None]
    );
    assert!(preflight.header("x-amzn-requestid").is_some());
    assert_eq!(world.gateway("mocked")["unsupported"], json!(["GET /books"]));
    let keyed = world.ask("GET", &world.url("mocked", "/books"), &[("x-api-key", "anything")]);
    assert_eq!((keyed.status, keyed.json()), (500, json!({ "message": "Authorizer configuration error" })));
    let opened = serve(
        "
gateways:
  - name: mocked
    import: mocked.yaml
    upstream: http://127.0.0.1:9
    routes: [{ route: GET /books, authorizer: none }]
",
        &["--config", "poolpass.yaml"],
    );
    assert_eq!(opened.ask("GET", &opened.url("mocked", "/books"), &[]).status, 504);
    assert_eq!(opened.ask("OPTIONS", &opened.url("mocked", "/books"), &[]).status, 204);
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

/// What a server says, up to a line with one of these.
fn banner(command: &mut Command, ends: &[&str]) -> Vec<String> {
    let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut banner = Vec::new();
    for line in lines {
        let last = ends.iter().any(|end| line.contains(end));
        banner.push(line);
        if last {
            break;
        }
    }
    process.kill().unwrap();
    process.wait().unwrap();
    banner
}

#[test]
fn the_banner_says_how_to_make_what_a_file_needs() {
    let (_folder, mut command) = in_folder("");
    command.args(["serve", "--gateway", "books.yaml", "--upstream", "http://127.0.0.1:9", "--listen", "127.0.0.1:0"]);
    command.args(["--gateway-listen", "127.0.0.1:0", "--store", "memory"]);
    let banner = banner(&mut command, &["start again", "or start with"]).join("\n");
    assert!(banner.contains("there is no pool `eu-west-1_Library01` here"), "{banner}");
    let advice = "Make what the gateway needs: start again with --create-missing (`create_missing: true` in YAML). \
                  It lacks eu-west-1_Library01.";
    assert!(banner.ends_with(advice), "{banner}");
    assert!(!banner.contains("create-user-pool"), "{banner}");
}

#[test]
fn gateways_alone_say_whose_tokens_they_take() {
    let said = |more: &[&str], end: &str| {
        let (_folder, mut command) = in_folder("");
        command.args(["gateway", "books.yaml", "--gateway-mode", "mock", "--gateway-listen", "127.0.0.1:0"]);
        banner(command.args(more), &[end]).join("\n")
    };
    let of_aws = said(&[], "--pools-at");
    let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Library01";
    assert!(of_aws.contains(&format!("tokens of {issuer}\n")), "{of_aws}");
    let note = "note       pools are asked for at AWS: tokens of a server on this machine are refused unless --pools-at says where \
                it is, such as http://localhost:7665";
    assert!(of_aws.ends_with(note), "{of_aws}");
    let elsewhere = said(&["--pools-at", "http://localhost:7665"], "eu-west-1_Library01");
    assert!(elsewhere.ends_with("tokens of http://localhost:7665/eu-west-1_Library01"), "{elsewhere}");
}

#[test]
fn the_banner_names_the_client_and_every_route_that_is_open_or_closed() {
    let (_folder, mut command) = in_folder("");
    command.args(["serve", "--gateway", "books.yaml", "--upstream", "http://127.0.0.1:9", "--create-missing"]);
    command.args(["--listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0", "--store", "memory"]);
    let banner = banner(&mut command, &["curl"]);
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
    assert_eq!(
        (done.code, done.err.as_str()),
        (Some(1), "poolpass: UNPROTECTED: GET /health (`--allow ROUTE` for each that is meant to be open)\n")
    );
}

#[test]
fn no_name_is_too_long_to_be_listed_and_no_path_too_long_to_be_refused() {
    let scheme = "s".repeat(70_000);
    let listed = |paths: Value| {
        let (folder, mut command) = in_folder("");
        let document = json!({ "openapi": "3.0.1", "paths": paths });
        fs::write(folder.path().join("long.json"), document.to_string()).unwrap();
        finish(command.args(["routes", "long.json"]))
    };
    let done = listed(json!({ "/a": { "get": { "security": [{ &scheme: [] }] } }, "/b": { "get": {} } }));
    assert_eq!((done.code, done.err.as_str()), (Some(0), ""));
    assert!(done.out.contains(&format!("\n  GET /a  UNRESOLVED ({scheme})\n  GET /b  UNPROTECTED\n")), "{}", done.out);
    for length in [100_000, 1_000_000] {
        let done = listed(json!({ "/a".repeat(length): { "get": {} } }));
        assert_eq!((done.code, done.out.as_str()), (Some(1), ""));
        let problem = "a path has more than 256 segments or 4096 bytes: it begins with `";
        assert!(done.err.contains(problem) && done.err.len() < 400, "{}", done.err);
    }
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
fn a_pool_that_a_declared_authorizer_names_in_vain_is_named() {
    let gateway = "
gateways:
  - name: orders
    mode: mock
    authorizers: { users: { pools: [us-east-1_Gone00001] } }
    default_authorizer: users
    routes: [{ route: GET /orders }]
";
    let (_folder, mut command) = in_folder(&format!("{POOL}{gateway}"));
    let done = finish(command.args(["routes", "poolpass.yaml"]));
    let note = "  note: the authorizer `users` of `orders`: there is no pool `us-east-1_Gone00001` here\n";
    assert!(done.out.contains("UNRESOLVED") && done.out.contains(note), "{}", done.out);
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

/// Two clients, of which none has `shop/nobody` on its list.
const LISTS: &str = "
pools:
  - id: us-east-1_Lists0001
    options: { token_rules: [{ groups: [staff], add_scopes: [shop/added] }] }
    resource_servers: [{ identifier: shop, scopes: [read, write, added, nobody] }]
    groups: [{ name: staff }]
    clients:
      - { id: web, allowed_flows: [code], allowed_scopes: [openid, shop/read], callback_urls: ['http://localhost/cb'] }
      - { id: job, secret: a_secret_of_24_characters, allowed_flows: [client_credentials], allowed_scopes: [shop/write] }
gateways:
  - name: shop
    dialect: http-api
    mode: mock
    authorizers:
      any: { pools: [us-east-1_Lists0001] }
      web: { pools: [us-east-1_Lists0001], audiences: [web] }
    routes:
      - { route: GET /signed-in, authorizer: any, scopes: [aws.cognito.signin.user.admin] }
      - { route: GET /added, authorizer: any, scopes: [shop/added] }
      - { route: GET /any, authorizer: any, scopes: [shop/write] }
      - { route: GET /nobody, authorizer: any, scopes: [shop/nobody] }
      - { route: GET /web, authorizer: web, scopes: [shop/write, shop/read] }
      - { route: GET /web-added, authorizer: web, scopes: [shop/added] }
";

#[test]
fn a_scope_is_said_to_be_out_of_reach_only_where_no_token_has_it() {
    let (_folder, mut command) = in_folder(LISTS);
    let done = finish(command.args(["routes", "poolpass.yaml", "--json"]));
    let listed: Value = serde_json::from_str(&done.out).unwrap_or_else(|_| panic!("{}", done.err));
    let routes = listed["gateways"][0]["routes"].as_array().unwrap();
    let lost = routes.iter().map(|route| (route["route"].as_str().unwrap(), route["unattainable_scopes"].clone()));
    assert_eq!(
        lost.filter(|(_, lost)| *lost != json!([])).collect::<Vec<_>>(),
        [("GET /nobody", json!(["shop/nobody"])), ("GET /web", json!(["shop/write"]))],
        "a sign-in through the JSON API, a rule for tokens or another client gives the others"
    );
}

#[test]
fn routes_that_the_gateway_answers_itself_are_noted_where_they_are_listed() {
    let listed = |stage: &str| {
        let gateway = format!(
            "
gateways:
  - name: api
    mode: mock
{stage}    routes: [{{ route: GET /ping, authorizer: none }}, {{ route: GET /pings, authorizer: none }}]
"
        );
        let (_folder, mut command) = in_folder(&gateway);
        finish(command.args(["routes", "poolpass.yaml"])).out
    };
    let text = listed("");
    assert!(text.ends_with("  note: GET /ping: the gateway answers `healthy` itself, as API Gateway does\n"), "{text}");
    let text = listed("    stage: prod\n");
    assert!(text.contains("GET /ping ") && !text.contains("note:"), "{text}");
}
