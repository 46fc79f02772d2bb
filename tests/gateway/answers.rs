//! What each dialect answers to each failure: the table is `answers.json`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolpass::domain::key::{KeyOrigin, KeyUsage, StoredKey};
use poolpass::domain::time::Timestamp;
use poolpass::effects::SeededRandom;
use poolpass::keys::rsa::KeyPair;
use poolpass::keys::{SigningKey, published};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::world::{Answer, World};

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
    serde_json::from_str(include_str!("answers.json")).expect("the table")
}

fn gateways() -> String {
    let each = ["rest-api", "http-api", "rfc6750-any", "rfc6750-all"].map(|dialect| {
        let audiences = if dialect == "http-api" { ", audiences: [reader, web]" } else { "" };
        let issuers = if dialect == "rest-api" { "" } else { ", issuers: ['http://127.0.0.1:9']" };
        format!(
            "
  - name: {dialect}
    dialect: {dialect}
    base_path: /{dialect}
    mode: mock
    authorizers:
      users: {{ pools: [us-east-1_Gateway01]{audiences}{issuers} }}
      gone: {{ pools: [us-east-1_Nowhere01] }}
    default_authorizer: users
    routes:
      - {{ route: GET /scoped, scopes: [orders/read] }}
      - {{ route: GET /both, scopes: [orders/read, orders/write] }}
      - {{ route: GET /any }}
      - {{ route: GET /closed, authorizer: gone }}
"
        )
    });
    format!("gateways:{}", each.concat())
}

/// Signs what it is told to.
struct Forger {
    ours: StoredKey,
    foreign: StoredKey,
    genuine: String,
    said: Value,
}

impl Forger {
    fn new(genuine: String) -> Self {
        let stored = |pair: &KeyPair| {
            pair.stored(KeyUsage::Access, KeyOrigin::Declared, Timestamp::from_millis(0)).expect("a key pair")
        };
        let ours = stored(&KeyPair::from_pem(published::DEMO_ACCESS).expect("a key pair"));
        let foreign = stored(&KeyPair::generate(&SeededRandom::new(1)).expect("a key pair"));
        let part = genuine.split('.').nth(1).expect("claims");
        let said = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON");
        Self { ours, foreign, genuine, said }
    }

    fn signed(key: &StoredKey, claims: &Value) -> String {
        SigningKey::parse(key).expect("a key").sign(claims.to_string().as_bytes()).expect("a signature")
    }

    fn saying(&self, claim: &str, value: impl Into<Value>) -> String {
        let mut other = self.said.clone();
        other[claim] = value.into();
        Self::signed(&self.ours, &other)
    }

    /// The values of `Authorization` for a token of the table.
    fn headers(&self, token: &str) -> Vec<String> {
        let now = self.said["iat"].as_i64().expect("a number");
        let bearer = |token: String| vec![format!("Bearer {token}")];
        match token {
            "none" => Vec::new(),
            "good" => bearer(self.genuine.clone()),
            "twice" => [bearer(self.genuine.clone()), bearer(self.genuine.clone())].concat(),
            "two blanks" => vec![format!("Bearer  {}", self.genuine)],
            "another scheme" => vec!["Basic YTpi".to_owned()],
            "two parts" => bearer("a.b".to_owned()),
            "no base64" => bearer("*.*.*".to_owned()),
            "ended" => bearer(self.saying("exp", 1)),
            "not yet" => bearer(self.saying("nbf", now + 3600)),
            "other audience" => bearer(self.saying("client_id", "somebody")),
            "other issuer" => bearer(self.saying("iss", "https://issuer.example")),
            "unreachable issuer" => bearer(self.saying("iss", "http://127.0.0.1:9")),
            "other key" => bearer(Self::signed(&self.foreign, &self.said)),
            "other signature" => {
                bearer(Self::signed(&StoredKey { kid: self.ours.kid.clone(), ..self.foreign.clone() }, &self.said))
            }
            "no scope" => bearer(self.saying("scope", "orders/other")),
            "id token" => {
                let mut id = self.said.clone();
                id["token_use"] = json!("id");
                id["aud"] = json!("reader");
                id.as_object_mut().expect("claims").retain(|claim, _| claim != "client_id" && claim != "scope");
                bearer(Self::signed(&self.ours, &id))
            }
            unknown => panic!("no such token: {unknown}"),
        }
    }
}

#[test]
fn every_dialect_answers_every_failure_as_it_is_written() {
    let world = World::start(&gateways());
    let forger = Forger::new(world.token("reader", "orders/read"));
    let table = table();
    for (dialect, cases) in [
        ("rest-api", &table.rest_api),
        ("http-api", &table.http_api),
        ("rfc6750-any", &table.rfc6750_any),
        ("rfc6750-all", &table.rfc6750_all),
    ] {
        for case in cases {
            let values = forger.headers(&case.token);
            let headers: Vec<_> = values.iter().map(|value| ("Authorization", value.as_str())).collect();
            let answer = world.ask(&case.method, &world.url(dialect, &case.path), &headers);
            assert_eq!(answer.status, case.status, "{dialect} {case:?} {answer:?}");
            assert_eq!(answer.header("www-authenticate"), case.challenge.as_deref(), "{dialect} {case:?}");
            assert_eq!(answer.header("x-amzn-errortype"), case.error.as_deref(), "{dialect} {case:?}");
            if let Some(body) = &case.body {
                assert_eq!(&answer.body, body, "{dialect} {case:?}");
                assert_eq!(
                    answer.header("content-length"),
                    Some(body.len().to_string().as_str()),
                    "{dialect} {case:?}"
                );
            }
            assert_eq!(answer.header("content-type"), Some("application/json"), "{dialect} {case:?}");
            assert_usual(dialect, &answer);
        }
    }
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
