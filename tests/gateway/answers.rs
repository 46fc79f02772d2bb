//! What each dialect answers to each failure: the table is `answers.json`.

use std::io::{BufReader, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::forger::{Forger, Genuine};
use crate::upstream::{Seen, Upstream, read};
use crate::verification::call;
use crate::world::{Answer, OTHER_POOL, POOL, World};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    measured: Vec<Measured>,
    #[serde(rename = "rest-api")]
    rest_api: Vec<Case>,
    #[serde(rename = "http-api")]
    http_api: Vec<Case>,
    #[serde(rename = "rfc6750-any")]
    rfc6750_any: Vec<Case>,
    #[serde(rename = "rfc6750-all")]
    rfc6750_all: Vec<Case>,
}

/// What a REST API of AWS was seen to answer to three tokens.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Measured {
    scopes: String,
    id: u16,
    with_email: u16,
    without_email: u16,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    token: String,
    /// Whether the pool is deleted by then.
    #[serde(default)]
    deleted: bool,
    /// What stands behind the gateway; it only says what it decides unless this is said.
    #[serde(default)]
    behind: String,
    /// The body of the request.
    #[serde(default)]
    send: String,
    #[serde(default = "get")]
    method: String,
    #[serde(default = "scoped")]
    path: String,
    status: u16,
    body: Option<String>,
    /// `x-amzn-ErrorType`.
    error: Option<String>,
    /// `WWW-Authenticate`; where none is named there is none.
    challenge: Option<String>,
}

fn get() -> String {
    "GET".to_owned()
}

fn scoped() -> String {
    "/scoped".to_owned()
}

fn table() -> Table {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gateway/answers.json");
    serde_json::from_str(&std::fs::read_to_string(file).expect("the table")).expect("a table")
}

/// The issuers that are of no use, by what is wrong with them.
const USELESS: [&str; 9] = ["lost", "mute", "other", "gone", "slow", "huge", "wrong", "moved", "empty"];

/// A server that is all of them.
fn issuers() -> String {
    let server = Upstream::<()>::holding(|number, stream, _| {
        let port = stream.local_addr().expect("it is connected").port();
        let mut stream = BufReader::new(stream);
        if let Some(seen) = read(number, &mut stream) {
            answer_uselessly(&format!("http://127.0.0.1:{port}"), &seen.line, stream);
        }
    });
    format!("http://127.0.0.1:{}", server.port)
}

fn answer_uselessly(origin: &str, line: &str, mut stream: BufReader<TcpStream>) {
    let path = line.split(' ').nth(1).expect("a target");
    let (kind, document) = path.trim_start_matches('/').split_once('/').expect("an issuer and a document");
    let named = if kind == "other" { "issuer" } else { kind };
    let discovery = json!({ "issuer": format!("{origin}/{named}"), "jwks_uri": format!("{origin}/{kind}/keys") });
    let is_discovery = document != "keys";
    let (status, body) = match (kind, is_discovery) {
        ("mute", true) | ("slow", false) => {
            // Until the gateway gives up, however long that takes.
            let waits = |kind| matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut);
            while stream.read(&mut [0]).is_err_and(|error| waits(error.kind())) {}
            return;
        }
        ("lost", true) | ("gone", false) => ("404 Not Found", String::new()),
        ("moved", false) => ("302 Found\r\nLocation: /empty/keys", String::new()),
        ("huge", false) => ("200 OK", format!("{{\"keys\":[]}}{}", " ".repeat(300_000))),
        ("wrong", false) => ("200 OK", "<html></html>".to_owned()),
        ("empty", false) => ("200 OK", r#"{"keys":[]}"#.to_owned()),
        _ => ("200 OK", discovery.to_string()),
    };
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    // Who has read enough is gone.
    let _gone = stream.get_mut().write_all(answer.as_bytes());
}

fn gateways(issuers: &str, silent: u16) -> String {
    let mut issuers: Vec<_> = USELESS.iter().map(|kind| format!("{issuers}/{kind}")).collect();
    issuers.push("http://127.0.0.1:9".to_owned());
    let issuers = json!(issuers);
    let each = ["rest-api", "http-api", "rfc6750-any", "rfc6750-all"].map(|dialect| {
        let audiences = if dialect == "http-api" { ", audiences: [reader, web, stranger]" } else { "" };
        format!(
            "
  - name: {dialect}
    dialect: {dialect}
    base_path: /{dialect}
    mode: mock
    authorizers:
      users: {{ pools: [us-east-1_Gateway01]{audiences}, issuers: {issuers} }}
      asking: {{ pools: [us-east-1_Gateway01], check_revocation: true }}
      gone: {{ pools: [us-east-1_Nowhere01] }}
    default_authorizer: users
    routes:
      - {{ route: GET /scoped, scopes: [orders/read] }}
      - {{ route: GET /both, scopes: [orders/read, orders/write] }}
      - {{ route: GET /any }}
      - {{ route: GET /asking, authorizer: asking, scopes: [orders/read] }}
      - {{ route: GET /closed, authorizer: gone }}
      - {{ route: 'GET /open/{{proxy+}}', authorizer: none }}
  - name: {dialect}-down
    dialect: {dialect}
    base_path: /{dialect}-down
    upstream: http://127.0.0.1:9
    forward: {{ max_body: 4 }}
    routes: [{{ route: ANY /, authorizer: none }}]
  - name: {dialect}-silent
    dialect: {dialect}
    base_path: /{dialect}-silent
    upstream: http://127.0.0.1:{silent}
    forward: {{ timeout: 1 }}
    routes: [{{ route: ANY /, authorizer: none }}]
"
        )
    });
    format!("gateways:{}", each.concat())
}

/// An upstream that reads and says nothing.
fn silent() -> Upstream<Seen> {
    Upstream::holding(|number, stream, tell| {
        let mut stream = BufReader::new(stream);
        tell(read(number, &mut stream).expect("a request"));
        // Until the gateway gives up.
        assert_eq!(stream.read(&mut [0]).expect("the connection ends"), 0);
    })
}

fn genuine(world: &World) -> Genuine {
    let tokens = signed_in(world, &["openid", "orders/read"]);
    call(world, "RevokeToken", &json!({ "ClientId": "web", "Token": tokens["refresh_token"] }));
    Genuine {
        good: world.token("reader", "orders/read"),
        revoked: tokens["access_token"].as_str().expect("a token").to_owned(),
        stranger: world.token("stranger", "orders/read"),
    }
}

#[test]
fn every_dialect_answers_every_failure_as_it_is_written() {
    let (issuers, silent) = (issuers(), silent());
    let world = World::with(&format!("{POOL}{OTHER_POOL}{}", gateways(&issuers, silent.port)), &[]);
    let forger = Forger::new(genuine(&world), issuers);
    let table = table();
    let dialects = [
        ("rest-api", &table.rest_api),
        ("http-api", &table.http_api),
        ("rfc6750-any", &table.rfc6750_any),
        ("rfc6750-all", &table.rfc6750_all),
    ];
    let all = |deleted: bool| {
        for (dialect, cases) in dialects {
            for case in cases.iter().filter(|case| case.deleted == deleted) {
                check(&world, &forger, dialect, case);
            }
        }
    };
    all(false);
    call(&world, "DeleteUserPoolDomain", &json!({ "UserPoolId": "us-east-1_Gateway01", "Domain": "gateway" }));
    call(&world, "DeleteUserPool", &json!({ "UserPoolId": "us-east-1_Gateway01" }));
    all(true);
}

fn check(world: &World, forger: &Forger, dialect: &str, case: &Case) {
    let values = forger.headers(&case.token);
    let headers: Vec<_> = values.iter().map(|value| ("Authorization", value.as_str())).collect();
    let url = world.url(&format!("{dialect}{}", case.behind), &case.path);
    let answer = match case.send.as_str() {
        "" => world.ask(&case.method, &url, &headers),
        body => world.post(&url, &headers, body),
    };
    assert_eq!(answer.status, case.status, "{dialect} {case:?} {answer:?}");
    assert_eq!(answer.header("www-authenticate"), case.challenge.as_deref(), "{dialect} {case:?}");
    assert_eq!(answer.header("x-amzn-errortype"), case.error.as_deref(), "{dialect} {case:?}");
    if let Some(body) = &case.body {
        assert_eq!(&answer.body, body, "{dialect} {case:?}");
        assert_eq!(answer.header("content-length"), Some(body.len().to_string().as_str()), "{dialect} {case:?}");
    }
    assert_eq!(answer.header("content-type"), Some("application/json"), "{dialect} {case:?}");
    assert_usual(dialect, &answer);
}

/// Every answer carries the ids of its dialect.
fn assert_usual(dialect: &str, answer: &Answer) {
    let is_short = |value: Option<&str>| value.is_some_and(|id| id.len() == 16 && id.ends_with('='));
    let is_uuid = |value: Option<&str>| value.is_some_and(|id| id.len() == 36);
    match dialect {
        "rest-api" => {
            assert!(is_uuid(answer.header("x-amzn-requestid")) && is_short(answer.header("x-amz-apigw-id")));
        }
        "http-api" => assert!(is_short(answer.header("apigw-requestid")), "{answer:?}"),
        _ => assert!(is_uuid(answer.header("x-request-id")), "{answer:?}"),
    }
}

const RECORDED: &str = "
pools:
  - id: us-east-1_Recorded1
    domain: recorded
    keys: { access: KEYS/demo-access.pem, id: KEYS/demo-id.pem }
    resource_servers: [{ identifier: 'http://example.com', scopes: [scope1, scope2] }]
    clients:
      - id: web
        allowed_flows: [code]
        allowed_scopes: [openid, email, 'http://example.com/scope1']
        callback_urls: ['http://localhost:3000/callback']
    users:
      - { username: ada, password: Lovelace-1815, attributes: { email: ada@example.com, email_verified: true } }
gateways:
  - name: recorded
    mode: mock
    authorizers: { users: { pools: [us-east-1_Recorded1] } }
    default_authorizer: users
    routes:
      - { route: GET /none }
      - { route: GET /one, scopes: ['http://example.com/scope1'] }
      - { route: GET /two, scopes: ['http://example.com/scope1', 'http://example.com/scope2'] }
      - { route: GET /other, scopes: ['http://example.com/scope2'] }
      - { route: GET /email, scopes: [email] }
";

fn signed_in(world: &World, scopes: &[&str]) -> Value {
    let endpoint = world.ready["endpoint"].as_str().expect("an endpoint");
    let who = json!({ "client": "web", "user": "ada", "password": "Lovelace-1815", "scopes": scopes });
    let answer = world.post(&format!("{endpoint}/_poolpass/sign-in"), &[], &who.to_string());
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[test]
fn a_rest_api_answers_as_aws_was_seen_to() {
    let world = World::with(RECORDED, &[]);
    let with_email = signed_in(&world, &["openid", "email", "http://example.com/scope1"]);
    let without_email = signed_in(&world, &["openid", "http://example.com/scope1"]);
    let [id, with_email, without_email] =
        [&with_email["id_token"], &with_email["access_token"], &without_email["access_token"]]
            .map(|token| token.as_str().expect("a token"));
    for row in table().measured {
        let url = world.url("recorded", &format!("/{}", row.scopes));
        for (token, expected) in [(id, row.id), (with_email, row.with_email), (without_email, row.without_email)] {
            let bare = world.ask("GET", &url, &[("authorization", token)]).status;
            let prefixed = world.get(&url, token).status;
            assert_eq!((bare, prefixed), (expected, expected), "{}", row.scopes);
        }
        assert_eq!(world.ask("GET", &url, &[]).status, 401, "{}", row.scopes);
    }
}
