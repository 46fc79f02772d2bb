//! Why a gateway let a request through or not: kept, asked for, told in a header and on a page, and tried without sending.

use std::io::Write as _;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::upstream::Upstream;
use crate::world::{Answer, POOL, World, program};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// One gateway of each dialect below its name, which the answers of an upstream at this port come from.
fn gateways(port: u16) -> String {
    let each = ["rest-api", "http-api", "rfc6750-all"].map(|dialect| {
        format!(
            "
  - name: {dialect}
    dialect: {dialect}
    base_path: /{dialect}
    stage: prod
    upstream: http://127.0.0.1:{port}
    authorizers:
      users: {{ pools: [us-east-1_Gateway01] }}
      gone: {{ pools: [us-east-1_Nowhere01] }}
    default_authorizer: users
    cors: {{ allow_origins: [http://localhost:3000], allow_methods: ['*'] }}
    routes:
      - {{ route: 'GET /orders/{{id}}', scopes: [orders/read] }}
      - {{ route: POST /orders, scopes: [orders/write] }}
      - {{ route: GET /me }}
      - {{ route: GET /gone, authorizer: gone }}
      - {{ route: GET /health, authorizer: none }}
"
        )
    });
    format!("gateways:{}", each.concat())
}

fn endpoint(world: &World) -> String {
    world.ready["endpoint"].as_str().expect("an endpoint").to_owned()
}

/// The latest traces, newest first.
fn traces(world: &World) -> Vec<Value> {
    let listed = world.ask("GET", &format!("{}/_poolpass/traces", endpoint(world)), &[]);
    listed.json()["traces"].as_array().expect("a list").clone()
}

/// The trace of the request that was answered so.
fn trace(world: &World, answer: &Answer) -> Value {
    let id = ["x-amzn-requestid", "apigw-requestid", "x-request-id"].iter().find_map(|name| answer.header(name));
    let id = percent_encoding::utf8_percent_encode(id.expect("an id"), percent_encoding::NON_ALPHANUMERIC);
    let found = world.ask("GET", &format!("{}/_poolpass/traces/{id}", endpoint(world)), &[]);
    assert_eq!(found.status, 200, "{found:?}");
    found.json()
}

/// What the command prints.
fn command(world: &World, arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_poolpass"));
    command.env_clear().arg("explain").args(["--endpoint", &endpoint(world)]).args(arguments);
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let done = process.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (done.status.code(), text(done.stdout), text(done.stderr))
}

#[test]
fn every_answer_is_kept_under_the_id_that_it_carries() {
    let upstream = Upstream::answering(OK);
    let world = World::start(&gateways(upstream.port));
    let token = world.token("reader", "orders/read");
    for dialect in ["rest-api", "http-api", "rfc6750-all"] {
        let url = |path: &str| world.url(dialect, path);
        let allowed = trace(&world, &world.get(&url("/orders/1?token=hush-hush"), &token));
        assert_eq!(allowed["answer"], json!({ "verdict": "allowed", "status": 200 }));
        assert_eq!(
            (&allowed["gateway"], &allowed["dialect"], &allowed["mode"]),
            (&json!(dialect), &json!(dialect), &json!("enforce"))
        );
        assert_eq!((&allowed["request"], &allowed["route"]), (&json!("GET /orders/1"), &json!("GET /orders/{id}")));
        assert_eq!((&allowed["client_id"], &allowed["pool"]), (&json!("reader"), &json!("us-east-1_Gateway01")));
        assert_eq!(allowed["cause"], "the token has the scope that the route wants, `orders/read`");
        let open = trace(&world, &world.ask("GET", &url("/health"), &[]));
        assert_eq!((&open["cause"], &open["client_id"]), (&json!("the route demands no token"), &Value::Null));
        let origin = [("Origin", "http://localhost:3000"), ("Access-Control-Request-Method", "GET")];
        let preflight = trace(&world, &world.ask("OPTIONS", &url("/orders/1"), &origin));
        assert_eq!(preflight["answer"], json!({ "verdict": "allowed", "status": 204 }));
        assert_eq!(preflight["steps"][0]["rule"], "preflight-answered");
        let closed = trace(&world, &world.get(&url("/gone"), &token));
        assert_eq!(closed["answer"]["rule"], "authorizer-usable");
    }
    let all = traces(&world);
    let of_gateways = all.iter().filter(|trace| trace["gateway"].is_string()).count();
    assert_eq!((of_gateways, all.len()), (12, 13), "and the one of the token");
    let kept = serde_json::to_string(&all).unwrap();
    assert!(!kept.contains(&token) && !kept.contains("hush"), "no token is kept, and no query");
    let signature = token.rsplit('.').next().unwrap();
    assert!(!kept.contains(signature));
}

#[test]
fn a_refusal_names_its_cause_and_the_smallest_change() {
    let world = World::start(&gateways(9));
    let token = world.token("reader", "orders/read");
    let why = |answer: &Answer| {
        let trace = trace(&world, answer);
        (trace["answer"]["rule"].as_str().unwrap().to_owned(), trace["change"].as_str().unwrap().to_owned())
    };
    let told = |rule: &str, change: &str| (rule.to_owned(), change.to_owned());
    let url = |path: &str| world.url("rest-api", path);
    let bearer = format!("Bearer {token}");
    assert_eq!(
        why(&world.ask("POST", &url("/orders"), &[("Authorization", &bearer)])),
        told(
            "some-scope-granted",
            "add `orders/write` to AllowedOAuthScopes of client `reader`, and get a new token with it"
        )
    );
    let writer = format!("Bearer {}", world.token("writer", "stock/read"));
    assert_eq!(
        why(&world.ask("POST", &url("/orders"), &[("Authorization", &writer)])),
        told("some-scope-granted", "ask for `orders/write` when you get the token: client `writer` may have it")
    );
    assert_eq!(why(&world.get(&url("/order/1"), &token)), told("route-matches", "declare a route for it"));
    assert_eq!(
        why(&world.ask("DELETE", &url("/orders/1"), &[])),
        told("method-matches", "use a method that the path has: `GET /orders/{id}`; or declare `DELETE` for it")
    );
    assert_eq!(
        why(&world.ask("GET", &url("/orders/1"), &[("Authorization", &format!("Bearer  {token}"))])),
        told("token-formed", "write `Bearer`, one space, and the token; or the token alone")
    );
    let (rule, change) = why(&world.ask("GET", &url("/me"), &[("Authorization", &bearer)]));
    assert_eq!(rule, "token-kind-fits");
    assert!(change.starts_with("send the ID token of a user who signs in (`poolpass token "), "{change}");
    assert_eq!(
        why(&world.ask("GET", &url("/../orders/1"), &[])).0,
        "route-matches",
        "what has no route is not looked at any further"
    );
}

#[test]
fn what_fails_without_a_refusal_is_kept_too() {
    let world = World::start(&gateways(9));
    let token = world.token("reader", "orders/read");
    let down = trace(&world, &world.get(&world.url("http-api", "/orders/1"), &token));
    assert_eq!(down["answer"], json!({ "verdict": "failed", "status": 503, "rule": "upstream-down" }));
    assert_eq!(down["client_id"], "reader");
    let cause = down["cause"].as_str().expect("a cause");
    let expected = "cannot be reached or broke off: `http://127.0.0.1:9`: tcp connect error: Connection refused";
    assert!(cause.contains(expected), "{cause}");
    let elsewhere = world.url("rest-api", "/orders/1").replace("/prod", "");
    let astray = world.get(&elsewhere, &token);
    assert_eq!(astray.status, 403);
    let astray = trace(&world, &astray);
    assert_eq!((&astray["answer"]["rule"], &astray["steps"]), (&json!("no-such-stage"), &json!([])));
    assert!(astray["change"].as_str().unwrap().starts_with("begin it with `/"), "{astray}");
}

#[test]
fn a_client_that_loses_a_scope_is_told_what_is_true_now() {
    let world = World::start(&gateways(9));
    let writer = world.token("writer", "stock/read");
    let refused = world.ask("POST", &world.url("http-api", "/orders"), &[("Authorization", &writer)]);
    assert_eq!((refused.status, refused.header("apigw-requestid").unwrap().len()), (403, 16));
    let call = |body: &Value| {
        let target = ("X-Amz-Target", "AWSCognitoIdentityProviderService.UpdateResourceServer");
        let answer =
            world.post(&endpoint(&world), &[target, ("Content-Type", "application/x-amz-json-1.1")], &body.to_string());
        assert_eq!(answer.status, 200, "{answer:?}");
    };
    let scope = json!({ "ScopeName": "read", "ScopeDescription": "read" });
    let pool = "us-east-1_Gateway01";
    call(&json!({ "UserPoolId": pool, "Identifier": "orders", "Name": "orders", "Scopes": [scope] }));
    assert_eq!(
        trace(&world, &refused)["change"],
        "define `write` in the resource server `orders` again, and get a new token with `orders/write`: client `writer` \
         has it on its list"
    );
}

#[test]
fn nothing_is_kept_where_traces_are_off() {
    let upstream = Upstream::answering(OK);
    let world = World::with(&format!("{POOL}{}", gateways(upstream.port)), &["--trace-bytes", "0"]);
    assert_eq!(world.ask("GET", &world.url("rest-api", "/health"), &[]).status, 200);
    assert_eq!(world.ask("GET", &world.url("rest-api", "/nowhere"), &[]).status, 403);
    assert_eq!(traces(&world), Vec::<Value>::new());
}

#[test]
fn what_is_only_observed_goes_upstream_and_is_kept_as_what_it_is() {
    let upstream = Upstream::answering(OK);
    let observing = gateways(upstream.port).replace(
        "    stage: prod\n",
        "    stage: prod\n    mode: observe\n    explain: { header: true, page: true }\n",
    );
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(&folder, &format!("{POOL}{observing}"));
    command.args([
        "serve",
        "--config",
        "poolpass.yaml",
        "--store",
        "memory",
        "--ready-json",
        "--listen",
        "127.0.0.1:0",
    ]);
    let log = std::fs::File::create(folder.path().join("log")).unwrap();
    command.args(["--gateway-listen", "127.0.0.1:0"]).stderr(log);
    let world = World::of(&mut command, None);
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    let said = "the gateway `rest-api` only observes: it lets every request through, also those it would refuse";
    assert!(log.contains(said), "{log}");
    assert_eq!(world.gateway("rest-api")["mode"], "observe");
    let token = world.token("reader", "orders/read");
    for (dialect, would) in [("rest-api", 401), ("http-api", 403), ("rfc6750-all", 403)] {
        let headers = [("Authorization", token.as_str()), ("Accept", "text/html")];
        let bearer = format!("Bearer {token}");
        let headers = if dialect == "rfc6750-all" { [("Authorization", bearer.as_str()), headers[1]] } else { headers };
        let answer = world.ask("POST", &world.url(dialect, "/orders"), &headers);
        assert_eq!((answer.status, answer.body.as_str()), (200, "ok"), "the upstream answers, and no page");
        let rule = if dialect == "rfc6750-all" { "every-scope-granted" } else { "some-scope-granted" };
        assert!(answer.header("x-poolpass-explain").unwrap().starts_with(&format!("{rule}; the token has the scope")));
        let seen = upstream.next();
        assert_eq!(seen.line, "POST /orders HTTP/1.1");
        assert_eq!(seen.header("x-poolpass-authorizer"), None, "whoever was refused is vouched for by nobody");
        let kept = trace(&world, &answer);
        assert_eq!(kept["answer"], json!({ "verdict": "observed", "status": 200, "would_be": would, "rule": rule }));
        assert_eq!((&kept["mode"], &kept["client_id"]), (&json!("observe"), &json!("reader")));
        let nobody = world.ask("GET", &world.url(dialect, "/orders/1"), &[]);
        assert_eq!((nobody.status, upstream.next().line.as_str()), (200, "GET /orders/1 HTTP/1.1"));
        assert_eq!(trace(&world, &nobody)["answer"]["rule"], "token-presented");
        let nowhere = world.ask("GET", &world.url(dialect, "/nowhere"), &[]);
        assert_eq!((nowhere.status, upstream.next().line.as_str()), (200, "GET /nowhere HTTP/1.1"));
    }
}

#[test]
fn the_command_explains_what_happened() {
    let world = World::start(&gateways(9));
    let token = world.token("reader", "orders/read");
    let refused = world.ask("POST", &world.url("http-api", "/orders"), &[("Authorization", &token)]);
    let id = refused.header("apigw-requestid").unwrap();
    let (code, out, _) = command(&world, &[id], "");
    assert_eq!(code, Some(0));
    let beginning = "REFUSED  403  some-scope-granted\n\n\
                     the token has the scope `orders/read`, and the route wants `orders/write`\n\n\
                     To be let in: add `orders/write` to AllowedOAuthScopes of client `reader`, and get a new token with it\n\n";
    assert!(out.starts_with(beginning), "{out}");
    let (_, listed, _) = command(&world, &[], "");
    let line = listed.lines().find(|line| line.contains(id)).unwrap();
    assert!(
        line.ends_with(&format!("{id}  reader  http-api  POST /orders  REFUSED  403  some-scope-granted")),
        "{line}"
    );
}

#[test]
fn a_request_is_tried_without_being_sent() {
    let world = World::start(&gateways(9));
    let token = world.token("reader", "orders/read");
    let before = traces(&world).len();
    let tried =
        |arguments: &[&str], input: &str| command(&world, &[&["--gateway", "rest-api"], arguments].concat(), input);
    let (code, out, _) = tried(&["--route", "GET /orders/7?x=1", "--token", &token], "");
    assert_eq!(code, Some(0));
    assert!(out.starts_with("ALLOWED\n\nthe token has the scope that the route wants, `orders/read`\n"), "{out}");
    let (code, out, _) = tried(&["--route", "POST /orders", "--token", "-", "--json"], &format!("{token}\n"));
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, told["id"].as_str()), (Some(0), None));
    let answer = json!({
        "verdict": "refused", "status": 401, "rule": "some-scope-granted", "body": "{\"message\":\"Unauthorized\"}",
    });
    assert_eq!(told["answer"], answer);
    let (_, out, _) = tried(&["--route", "GET /orders/7"], "");
    assert!(out.starts_with("REFUSED  401  token-presented\n"), "{out}");
    let (_, out, _) = tried(&["--route", "GET /orders/7", "--token", &format!("Bearer  {token}")], "");
    assert!(out.contains("there is more than one space after `Bearer`"), "{out}");
    assert_eq!(traces(&world).len(), before, "nothing is kept of what is only tried");
}

#[test]
fn a_dry_run_is_what_the_wire_gets() {
    let upstream = Upstream::answering(OK);
    let world = World::start(&gateways(upstream.port));
    let reader = world.token("reader", "orders/read");
    let changed = reader.replace('.', "x.");
    for dialect in ["rest-api", "http-api", "rfc6750-all"] {
        for route in
            ["GET /orders/1", "POST /orders", "GET /me", "GET /gone", "GET /health", "GET /nowhere", "PUT /orders"]
        {
            for token in [None, Some(&reader), Some(&changed)] {
                let asked = json!({ "route": route, "gateway": dialect, "token": token });
                let tried =
                    world.post(&format!("{}/_poolpass/explain/route", endpoint(&world)), &[], &asked.to_string());
                let tried = tried.json();
                let (method, path) = route.split_once(' ').unwrap();
                let bearer = token.map(|token| format!("Bearer {token}"));
                let headers: Vec<_> = bearer.iter().map(|value| ("Authorization", value.as_str())).collect();
                let wire = world.ask(method, &world.url(dialect, path), &headers);
                let case = format!("{dialect} {route} {tried}");
                if tried["answer"]["verdict"] == "allowed" {
                    assert_eq!((wire.status, wire.body.as_str()), (200, "ok"), "{case}");
                    continue;
                }
                assert_eq!(tried["answer"]["status"], wire.status, "{case}");
                assert_eq!(tried["answer"]["body"], wire.body, "{case}");
                assert_eq!(tried["answer"]["www_authenticate"].as_str(), wire.header("www-authenticate"), "{case}");
                let kept = trace(&world, &wire);
                for member in ["cause", "change", "steps", "route", "client_id"] {
                    assert_eq!(kept[member], tried[member], "{member} of {case}");
                }
            }
        }
    }
}

#[test]
fn all_dialects_are_told_side_by_side() {
    let world = World::start(&gateways(9));
    let token = world.token("reader", "orders/read");
    let tried = |route: &str| {
        let arguments = ["--gateway", "http-api", "--route", route, "--token", &token, "--all-dialects", "--json"];
        let (code, out, err) = command(&world, &arguments, "");
        assert_eq!((code, err.as_str()), (Some(0), ""));
        let told: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((&told["gateway"], &told["dialect"]), (&json!("http-api"), &json!("http-api")));
        let told = told["dialects"].as_array().unwrap().clone();
        told.into_iter().map(|each| (each["dialect"].clone(), each["answer"].clone())).collect::<Vec<_>>()
    };
    let missed = tried("POST /orders");
    let names: Vec<_> = missed.iter().map(|(dialect, _)| dialect.as_str().unwrap()).collect();
    assert_eq!(names, ["rest-api", "http-api", "rfc6750-any", "rfc6750-all"]);
    let statuses: Vec<_> = missed.iter().map(|(_, answer)| answer["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [401, 403, 403, 403]);
    assert_eq!(missed[0].1.get("www_authenticate"), None);
    assert_eq!(missed[1].1["www_authenticate"], "Bearer scope=\"orders/write\" error=\"insufficient_scope\"");
    assert_eq!(missed[3].1["rule"], "every-scope-granted");
    // Each knows that the path has routes, and answers as it does where it has none.
    let missed: Vec<_> = tried("PUT /orders").iter().map(|(_, answer)| answer.clone()).collect();
    assert!(missed.iter().all(|answer| answer["rule"] == "method-matches"), "{missed:?}");
    assert_eq!(missed[1]["body"], r#"{"message":"Not Found"}"#);
    let kinds: Vec<_> = tried("GET /me").iter().map(|(_, answer)| answer["verdict"].clone()).collect();
    assert_eq!(kinds, ["refused", "allowed", "allowed", "allowed"]);
    let arguments = ["--gateway", "http-api", "--route", "POST /orders", "--token", &token, "--all-dialects"];
    let (_, out, _) = command(&world, &arguments, "");
    let cause = "the token has the scope `orders/read`, and the route wants `orders/write`";
    for part in [
        "POST /orders  of gateway http-api (http-api)\n\n  rest-api    REFUSED  401  some-scope-granted\n",
        "\n              WWW-Authenticate: Bearer scope=\"orders/write\" error=\"insufficient_scope\"\n",
        &format!("\n\nrest-api, http-api, rfc6750-any, rfc6750-all: {cause}\nTo be let in: add `orders/write`"),
    ] {
        assert!(out.contains(part), "{part}\n{out}");
    }
    let arguments = ["--gateway", "http-api", "--route", "GET /me", "--token", &token, "--all-dialects"];
    let (_, out, _) = command(&world, &arguments, "");
    assert!(out.contains("\n\nrest-api: for a route without scopes a REST API takes an ID token"), "{out}");
    assert!(out.ends_with("\n\nhttp-api, rfc6750-any, rfc6750-all: the token is good, and the route wants no scope\n"));
}

#[test]
fn what_cannot_be_tried_says_why() {
    let world = World::start(&gateways(9));
    for (arguments, problem) in [
        (&["--route", "GET /orders"][..], "name one of the gateways: rest-api, http-api, rfc6750-all"),
        (
            &["--route", "GET /a", "--gateway", "x"],
            "there is no gateway `x`; there are: rest-api, http-api, rfc6750-all",
        ),
        (&["--route", "/a", "--gateway", "rest-api"], "`/a` is not a method, a space and a path that begins with `/`"),
        (&["--route", "GET a", "--gateway", "rest-api"], "`GET a` is not a method"),
        (&["--route", "GET /a", "--token", "-"], "--token: there is no token"),
    ] {
        let (code, out, err) = command(&world, arguments, "");
        assert_eq!((code, out.as_str()), (Some(1), ""), "{arguments:?}");
        assert!(err.starts_with(&format!("poolpass: {problem}")), "{arguments:?}: {err}");
    }
    let none = World::start("");
    let (code, _, err) = command(&none, &["--route", "GET /orders"], "");
    assert_eq!((code, err.as_str()), (Some(1), "poolpass: this server has no gateway\n"));
    let post = |body: &str| none.post(&format!("{}/_poolpass/explain/route", endpoint(&none)), &[], body).status;
    assert_eq!((post("{"), post("{}")), (400, 400));
}

#[test]
fn a_dry_run_names_the_document_that_the_wire_names() {
    let published =
        gateways(9).replace("dialect: rfc6750-all\n", "dialect: rfc6750-all\n    resource_metadata: true\n");
    let world = World::start(&published);
    let wire = world.ask("GET", &world.url("rfc6750-all", "/orders/1"), &[]);
    let challenge = wire.header("www-authenticate").unwrap();
    assert!(challenge.contains("resource_metadata="), "{challenge}");
    let (_, out, _) = command(&world, &["--gateway", "rfc6750-all", "--route", "GET /orders/1", "--all-dialects"], "");
    assert!(out.contains(&format!("WWW-Authenticate: {challenge}\n")), "{challenge}\n{out}");
}

#[test]
fn what_a_proxy_asks_about_is_kept_as_what_it_is() {
    let world = World::start(&gateways(9));
    let url = world.url("http-api", "").replace("/http-api/prod", "/_poolpass/forward-auth/http-api");
    let headers = [("X-Original-Method", "GET"), ("X-Original-URI", "/http-api/prod/orders/1")];
    let refused = world.ask("GET", &url, &headers);
    let kept = trace(&world, &refused);
    assert_eq!(kept["answer"], json!({ "verdict": "refused", "status": 401, "rule": "token-presented" }));
    assert_eq!((&kept["request"], &kept["route"]), (&json!("GET /orders/1"), &json!("GET /orders/{id}")));
}

/// A gateway that says why wherever it can.
const TELLING: &str = "
gateways:
  - name: orders
    mode: mock
    explain: { header: true, page: true }
    authorizers: { users: { pools: [us-east-1_Gateway01] } }
    default_authorizer: users
    responses: { UNAUTHORIZED: { status: 418, headers: { X-Mine: yes } } }
    routes:
      - { route: GET /orders, scopes: [orders/write] }
      - { route: GET /health, authorizer: none }
  - { name: silent, mode: mock, base_path: /silent, routes: [{ route: GET /health, authorizer: none }] }
";

#[test]
fn a_gateway_says_why_only_where_that_is_wanted() {
    let world = World::start(TELLING);
    let token = world.token("reader", "orders/read");
    let refused = world.get(&world.url("orders", "/orders"), &token);
    assert_eq!((refused.status, refused.body.as_str()), (418, r#"{"message":"Unauthorized"}"#));
    assert_eq!(
        refused.header("x-poolpass-explain"),
        Some(
            "some-scope-granted; the token has the scope `orders/read`, and the route wants `orders/write`; add \
             `orders/write` to AllowedOAuthScopes of client `reader`, and get a new token with it"
        )
    );
    let allowed = world.ask("GET", &world.url("orders", "/health"), &[("Accept", "text/html")]);
    assert_eq!((allowed.status, allowed.header("x-poolpass-explain")), (200, None));
    let silent = world.ask("GET", &world.url("silent", "/nowhere"), &[("Accept", "text/html")]);
    assert_eq!((silent.header("x-poolpass-explain"), silent.header("content-type")), (None, Some("application/json")));
    assert_eq!(silent.header("vary"), None);
}

#[test]
fn a_browser_is_shown_a_page_that_nothing_gets_out_of() {
    let world = World::start(TELLING);
    let asked = |accept: &str| world.ask("GET", &world.url("orders", "/orders"), &[("Accept", accept)]);
    // Nobody has vouched for this token: what it says of its issuer is whatever somebody wrote.
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let iss = "<script>alert(1)</script>\r\nSet-Cookie: a=b\u{2028}";
    let token = format!("{}.{}.", part(json!({ "alg": "RS256" })), part(json!({ "iss": iss })));
    let headers = [("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"), ("Authorization", token.as_str())];
    let page = world.ask("GET", &world.url("orders", "/orders"), &headers);
    assert_eq!((page.status, page.header("content-type")), (418, Some("text/html; charset=utf-8")));
    assert_eq!(page.header("x-amzn-errortype"), Some("UnauthorizedException"), "headers stay");
    assert!(!page.body.contains("<script") && page.body.contains("script&#62;alert(1)"), "{}", page.body);
    let header = page.header("x-poolpass-explain").unwrap();
    assert!(header.contains("<script>alert(1)</script>??Set-Cookie: a=b?`"), "{header}");
    assert_eq!(page.header("set-cookie"), None);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(
        (page.header("x-content-type-options"), page.header("cache-control")),
        (Some("nosniff"), Some("no-store"))
    );
    let style = page.body.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    let digest = STANDARD.encode(Sha256::digest(style));
    assert!(policy.contains(&format!("'sha256-{digest}'")), "browsers take no other style");
    let refused = asked("text/html");
    assert_eq!((refused.status, refused.header("x-mine"), refused.header("vary")), (418, Some("yes"), Some("Accept")));
    for part in ["the request has no token in the header", "To be let in:", "token-presented", "poolpass explain "] {
        assert!(refused.body.contains(part), "{part}: {}", refused.body);
    }
    let machine = asked("*/*");
    assert_eq!((machine.body.as_str(), machine.header("vary")), (r#"{"message":"Unauthorized"}"#, Some("Accept")));
}

#[test]
fn a_gateway_alone_is_asked_on_an_address_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(&folder, TELLING.trim_start());
    command.args(["gateway", "--config", "poolpass.yaml", "--ready-json", "--gateway-listen", "127.0.0.1:0"]);
    let alone = World::of(command.args(["--listen", "127.0.0.1:0"]), Some(folder));
    let refused = alone.ask("GET", &alone.url("orders", "/orders"), &[]);
    let kept = trace(&alone, &refused);
    assert_eq!(kept["answer"]["rule"], "token-presented");
    let remote = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Gateway01";
    assert!(kept["change"].as_str().unwrap().contains(&format!("`{remote}`")), "{kept}");
    let (code, out, _) = self::command(&alone, &["--route", "GET /orders", "--gateway", "orders"], "");
    assert!(code == Some(0) && out.starts_with("REFUSED  418  token-presented\n"), "{out}");
}
