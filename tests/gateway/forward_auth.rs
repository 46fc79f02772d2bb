//! Questions of proxies, sent as the documentation of each proxy says it sends them. `nginx.rs` lets the real one ask.

use serde_json::{Value, json};

use crate::upstream::Upstream;
use crate::world::{Answer, World};

/// How a proxy tells of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proxy {
    /// A GET, and two headers of the sample configuration.
    Nginx,
    /// A GET, and two headers of its own.
    Traefik,
    /// The method of the request, and its target behind the path.
    Envoy,
}

const PROXIES: [Proxy; 3] = [Proxy::Nginx, Proxy::Traefik, Proxy::Envoy];

type Headers<'a> = &'a [(&'a str, &'a str)];

fn gateways(port: u16) -> String {
    let each = ["rest-api", "http-api", "rfc6750-any", "rfc6750-all"].map(|dialect| {
        format!(
            "
  - name: {dialect}
    dialect: {dialect}
    base_path: /{dialect}
    stage: v1
    upstream: http://127.0.0.1:{port}
    forward: {{ headers: {{ X-User-Id: sub, X-Client: client_id }} }}
    authorizers: {{ users: {{ pools: [us-east-1_Gateway01] }}, gone: {{ pools: [us-east-1_Nowhere01] }} }}
    default_authorizer: users
    routes:
      - {{ route: GET /orders, scopes: [orders/read] }}
      - {{ route: POST /orders, scopes: [orders/write] }}
      - {{ route: GET /health, authorizer: none }}
      - {{ route: GET /closed, authorizer: gone }}
      - {{ route: DELETE /any, scopes: [orders/write] }}
      - {{ route: ANY /any, authorizer: none }}
"
        )
    });
    format!(
        "gateways:{}{}",
        each.concat(),
        "
  - name: observing
    base_path: /observing
    mode: observe
    upstream: http://127.0.0.1:9
    forward: { headers: { X-User-Id: sub } }
    routes: &routes [{ route: GET /orders, authorizer: users, scopes: [orders/read] }]
    authorizers: &users { users: { pools: [us-east-1_Gateway01] } }
  - name: mocking
    base_path: /mocking
    mode: mock
    authorizers: *users
    routes: *routes
    cors: { allow_origins: ['https://shop.example'], allow_methods: [GET] }
  - name: friendly
    base_path: /friendly
    mode: mock
    authorizers: *users
    routes: *routes
    responses: { UNAUTHORIZED: { status: 200 }, DEFAULT_4XX: { status: 204 } }
  - name: by-query
    base_path: /by-query
    mode: mock
    authorizers: { users: { pools: [us-east-1_Gateway01], identity_source: $request.querystring.token } }
    routes: *routes
  - name: elsewhere
    listen: 127.0.0.2:0
    mode: mock
    routes: []
"
    )
}

/// A server, and who asks it.
struct Asking {
    world: World,
    upstream: Upstream<crate::upstream::Seen>,
    reader: String,
    writer: String,
}

impl Asking {
    fn start() -> Self {
        let upstream = Upstream::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        let world = World::start(&gateways(upstream.port));
        let bearer = |scope| format!("Bearer {}", world.token("writer", scope));
        let (reader, writer) = (bearer("orders/read"), bearer("orders/write"));
        Self { world, upstream, reader, writer }
    }

    fn origin(&self) -> String {
        let url = self.world.url("rest-api", "");
        url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
    }

    /// Sends a question as it stands.
    fn question(&self, gateway: &str, method: &str, appended: &str, headers: Headers<'_>) -> Answer {
        let url = format!("{}/_poolpass/forward-auth/{gateway}{appended}", self.origin());
        self.world.ask(method, &url, headers)
    }

    /// Asks about a request as this proxy does; `headers` are those of the client that it passes on.
    fn ask(&self, proxy: Proxy, gateway: &str, (method, target): (&str, &str), headers: Headers<'_>) -> Answer {
        let with = |told: [(&'static str, &str); 2]| -> Vec<(String, String)> {
            let all = told.iter().chain(headers);
            all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let told = match proxy {
            Proxy::Nginx => with([("X-Original-Method", method), ("X-Original-URI", target)]),
            Proxy::Traefik => with([("X-Forwarded-Method", method), ("X-Forwarded-Uri", target)]),
            Proxy::Envoy => return self.question(gateway, method, target, headers),
        };
        let told: Vec<_> = told.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.question(gateway, "GET", "", &told)
    }
}

/// What an answer says, without what differs from one request to the next.
fn said(answer: &Answer) -> (u16, Vec<(String, String)>, &str) {
    let changes = ["date", "x-amzn-requestid", "x-amz-apigw-id", "apigw-requestid", "x-request-id"];
    let mut headers = answer.headers.clone();
    headers.retain(|(name, _)| !changes.contains(&name.as_str()));
    headers.sort();
    (answer.status, headers, &answer.body)
}

fn claims(answer: &Answer) -> Value {
    serde_json::from_str(answer.header("x-poolpass-authorizer").expect("the header")).expect("JSON")
}

#[test]
fn whoever_may_is_let_through_and_told_of() {
    let asking = Asking::start();
    for proxy in PROXIES {
        let token = ("Authorization", asking.reader.as_str());
        let answer = asking.ask(proxy, "rest-api", ("GET", "/rest-api/v1/orders?item=tea"), &[token]);
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{proxy:?} {answer:?}");
        assert_eq!((answer.header("x-user-id"), answer.header("x-client")), (Some("writer"), Some("writer")));
        assert_eq!(claims(&answer)["claims"]["scope"], "orders/read");
        assert!(answer.header("x-amzn-requestid").is_some(), "{answer:?}");
        let written = [("Authorization", asking.writer.as_str())];
        assert_eq!(asking.ask(proxy, "rest-api", ("POST", "/rest-api/v1/orders"), &written).status, 200, "{proxy:?}");
        // The method is that of the request, not that of the question.
        assert_eq!(asking.ask(proxy, "rest-api", ("POST", "/rest-api/v1/orders"), &[token]).status, 401, "{proxy:?}");
        let any = asking.ask(proxy, "http-api", ("GET", "/http-api/v1/orders"), &[token]);
        assert_eq!(claims(&any)["scopes"], json!(["orders/read"]));
    }
}

#[test]
fn a_refusal_is_the_one_that_the_gateway_itself_gives() {
    let asking = Asking::start();
    let cases = [
        ("GET", "/v1/orders", None),
        ("GET", "/v1/orders", Some("Bearer a.b")),
        ("GET", "/v1/orders", Some("Basic YTpi")),
        ("POST", "/v1/orders", Some(asking.reader.as_str())),
        ("PATCH", "/v1/orders", Some(asking.reader.as_str())),
        ("GET", "/v1/nothing", Some(asking.reader.as_str())),
        ("GET", "/v1//orders", Some(asking.reader.as_str())),
        ("GET", "/v1/health%2f..%2forders", Some(asking.reader.as_str())),
        ("GET", "/v1/closed", Some(asking.reader.as_str())),
        ("delete", "/v1/any", None),
    ];
    for dialect in ["rest-api", "http-api", "rfc6750-any", "rfc6750-all"] {
        for (method, path, token) in cases {
            let target = format!("/{dialect}{path}");
            let headers: Vec<_> = token.map(|token| ("Authorization", token)).into_iter().collect();
            let itself = asking.world.ask(method, &format!("{}{target}", asking.origin()), &headers);
            assert!(itself.status >= 400, "{target}: {itself:?}");
            for proxy in PROXIES {
                let answer = asking.ask(proxy, dialect, (method, &target), &headers);
                let mut expected = said(&itself);
                if proxy == Proxy::Nginx && !matches!(expected.0, 401 | 403) {
                    expected.0 = 403;
                }
                assert_eq!(said(&answer), expected, "{proxy:?} {method} {target}");
            }
        }
    }
}

#[test]
fn nothing_goes_upstream_and_no_body_is_waited_for() {
    let asking = Asking::start();
    let head = "POST /_poolpass/forward-auth/rest-api/rest-api/v1/health HTTP/1.1\r\nHost: localhost\r\n";
    let raw = asking.world.raw("rest-api", &format!("{head}Content-Length: 1000000\r\nConnection: close\r\n\r\n"));
    assert!(raw.starts_with("HTTP/1.1 403 "), "POST /health is no route: {raw}");
    for proxy in PROXIES {
        assert_eq!(asking.ask(proxy, "rest-api", ("GET", "/rest-api/v1/health"), &[]).status, 200);
    }
    let last = asking.world.ask("GET", &asking.world.url("rest-api", "/health?last"), &[]);
    assert_eq!(last.status, 200, "{last:?}");
    assert_eq!(asking.upstream.next().line, "GET /health?last HTTP/1.1");
}

#[test]
fn what_the_client_says_of_itself_is_always_replaced() {
    let asking = Asking::start();
    let forged = [("X-Poolpass-Authorizer", "{}"), ("X-User-Id", "admin"), ("x-client", "admin")];
    let own = ["x-poolpass-authorizer", "x-user-id", "x-client"];
    for proxy in PROXIES {
        let open = asking.ask(proxy, "rest-api", ("GET", "/rest-api/v1/health"), &forged);
        assert_eq!(open.status, 200, "{open:?}");
        assert_eq!(own.map(|name| open.header(name)), [Some(""); 3], "{proxy:?}");
        let headers = [&forged[..], &[("Authorization", asking.reader.as_str())]].concat();
        let known = asking.ask(proxy, "rest-api", ("GET", "/rest-api/v1/orders"), &headers);
        assert_eq!((known.status, known.header("x-user-id")), (200, Some("writer")), "{proxy:?}");
        // No proxy replaces a header of another name, and to many servers this is the same name.
        for disguised in ["X_User_Id", "x_poolpass-authorizer", "X-User_Id", "X.User.Id"] {
            let headers = [("Authorization", asking.reader.as_str()), (disguised, "admin")];
            let answer = asking.ask(proxy, "rest-api", ("GET", "/rest-api/v1/orders"), &headers);
            assert_eq!(answer.status, if proxy == Proxy::Nginx { 403 } else { 400 }, "{proxy:?} {disguised}");
        }
    }
}

#[test]
fn a_client_cannot_choose_what_is_judged() {
    let asking = Asking::start();
    let health = "/rest-api/v1/health";
    let posted = ("POST", "/rest-api/v1/orders");
    let nginx: Headers<'_> = &[("X-Original-Method", "GET"), ("X-Original-URI", health)];
    let traefik: Headers<'_> = &[("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", health)];
    let attacks = [
        (Proxy::Envoy, nginx),
        (Proxy::Envoy, traefik),
        (Proxy::Envoy, &nginx[..1]),
        (Proxy::Envoy, &nginx[1..]),
        (Proxy::Envoy, &traefik[..1]),
        (Proxy::Envoy, &traefik[1..]),
        (Proxy::Traefik, nginx),
        (Proxy::Traefik, &nginx[..1]),
        (Proxy::Traefik, &nginx[1..]),
        // A proxy that adds its header to the client's instead of replacing it.
        (Proxy::Traefik, traefik),
        (Proxy::Nginx, traefik),
        (Proxy::Nginx, &traefik[..1]),
        (Proxy::Nginx, &traefik[1..]),
        (Proxy::Nginx, nginx),
    ];
    for (proxy, headers) in attacks {
        let with = [headers, &[("Authorization", asking.writer.as_str())]].concat();
        let answer = asking.ask(proxy, "rest-api", posted, &with);
        assert!(matches!(answer.status, 400 | 403), "{proxy:?} {headers:?} {answer:?}");
    }
    // What agrees does no harm.
    let same = [("Authorization", asking.reader.as_str()), nginx[0], ("X-Original-URI", "/rest-api/v1/orders")];
    let answer = asking.ask(Proxy::Envoy, "rest-api", ("GET", "/rest-api/v1/orders"), &same);
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn a_header_that_an_api_may_take_for_the_target_names_the_one_that_is_judged() {
    let asking = Asking::start();
    let health = "/rest-api/v1/health";
    for proxy in PROXIES {
        let refused = if proxy == Proxy::Nginx { 403 } else { 400 };
        for name in [
            "X-Original-URL",
            "X-Rewrite-URL",
            "X-Override-URL",
            "X_Original_Url",
            "X.Rewrite.URL",
            "X_Original_URI",
            "X.Forwarded-Uri",
        ] {
            for another in ["/rest-api/v1/orders", "", "/rest-api/v1/health?a", "http://a/b"] {
                let answer = asking.ask(proxy, "rest-api", ("GET", health), &[(name, another)]);
                assert_eq!(answer.status, refused, "{proxy:?} {name}: {another}");
            }
            let asked = |target, headers: Headers<'_>| asking.ask(proxy, "rest-api", ("GET", target), headers).status;
            assert_eq!(asked(health, &[(name, health)]), 200, "{proxy:?} {name}");
            let with_query = "/rest-api/v1/health?a=/b";
            assert_eq!(asked(with_query, &[(name, with_query)]), 200, "{proxy:?} {name}");
            let twice = [(name, health), (name, "/rest-api/v1/orders")];
            assert_eq!(asked(health, &twice), refused, "{proxy:?} {name}");
        }
    }
}

#[test]
fn a_question_about_no_request_is_refused() {
    let asking = Asking::start();
    let token = ("Authorization", asking.writer.as_str());
    let refused = |appended: &str, headers: Headers<'_>| {
        asking.question("rest-api", "GET", appended, &[headers, &[token]].concat()).status
    };
    assert_eq!(refused("", &[]), 403);
    assert_eq!(refused("", &[("X-Original-URI", "/rest-api/v1/health")]), 403);
    assert_eq!(refused("", &[("X-Original-Method", "GET")]), 403);
    assert_eq!(refused("", &[("X-Forwarded-Uri", "/rest-api/v1/health")]), 400);
    for target in ["*", "http://localhost/rest-api/v1/health", "/rest-api/v1/health#", "rest-api/v1/health"] {
        assert_eq!(refused("", &[("X-Original-Method", "GET"), ("X-Original-URI", target)]), 403, "{target}");
        assert_eq!(refused("", &[("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", target)]), 400, "{target}");
    }
    assert_eq!(refused("?/rest-api/v1/health", &[]), 400);
    // The path belongs to another gateway, to none, or leaves its own.
    for path in ["/http-api/v1/health", "/rest-api/health", "/health", "/rest-api/v1/../v1/health"] {
        let answer = asking.ask(Proxy::Traefik, "rest-api", ("GET", path), &[token]);
        assert!(matches!(answer.status, 400 | 403), "{path}: {answer:?}");
    }
}

#[test]
fn a_refusal_that_is_worded_as_a_success_stays_one() {
    let asking = Asking::start();
    let itself = asking.world.ask("GET", &asking.world.url("friendly", "/orders"), &[]);
    assert_eq!(itself.status, 200, "the gateway itself says it as it was told to: {itself:?}");
    for proxy in PROXIES {
        assert_eq!(asking.ask(proxy, "friendly", ("GET", "/friendly/orders"), &[]).status, 403, "{proxy:?}");
        assert_eq!(asking.ask(proxy, "friendly", ("GET", "/friendly//orders"), &[]).status, 403, "{proxy:?}");
    }
}

#[test]
fn a_gateway_that_observes_lets_everything_through_and_one_that_mocks_does_not() {
    let asking = Asking::start();
    for proxy in PROXIES {
        for (method, target) in [("GET", "/observing/orders"), ("DELETE", "/observing//x"), ("GET", "/elsewhere")] {
            let answer = asking.ask(proxy, "observing", (method, target), &[("X-User-Id", "admin")]);
            assert_eq!((answer.status, answer.header("x-user-id")), (200, Some("")), "{proxy:?} {method} {target}");
        }
        let token = [("Authorization", asking.reader.as_str())];
        assert_eq!(asking.ask(proxy, "mocking", ("GET", "/mocking/orders"), &[]).status, 401, "{proxy:?}");
        let answer = asking.ask(proxy, "mocking", ("GET", "/mocking/orders"), &token);
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{proxy:?}");
    }
    assert_eq!(asking.question("observing", "GET", "", &[]).status, 200);
}

#[test]
fn a_preflight_that_the_gateway_would_answer_is_let_through() {
    let asking = Asking::start();
    let from = |origin| [("Origin", origin), ("Access-Control-Request-Method", "GET")];
    let (shop, evil) = (from("https://shop.example"), from("https://evil.example"));
    for proxy in PROXIES {
        let asked = |gateway, method, target, headers| asking.ask(proxy, gateway, (method, target), headers);
        let answer = asked("mocking", "OPTIONS", "/mocking/orders", &shop);
        assert_eq!((answer.status, answer.header("x-poolpass-authorizer")), (200, Some("")), "{proxy:?}");
        assert_eq!(asked("mocking", "OPTIONS", "/mocking/orders", &evil).status, 403);
        assert_eq!(asked("mocking", "OPTIONS", "/mocking/orders", &shop[..1]).status, 403);
        assert_eq!(asked("mocking", "OPTIONS", "/elsewhere", &shop).status, 403);
        assert_eq!(asked("rest-api", "OPTIONS", "/rest-api/v1/orders", &shop).status, 403, "it has no `cors`");
        let refused = asked("mocking", "GET", "/mocking/orders", &shop);
        let allowed = refused.header("access-control-allow-origin");
        assert_eq!((refused.status, allowed), (401, Some("https://shop.example")), "{proxy:?}");
    }
    // The method of the question makes no preflight.
    let told = [shop[0], shop[1], ("X-Original-Method", "GET"), ("X-Original-URI", "/mocking/orders")];
    assert_eq!(asking.question("mocking", "OPTIONS", "", &told).status, 401);
}

#[test]
fn a_token_in_the_query_is_that_of_the_request() {
    let asking = Asking::start();
    let token = asking.reader.trim_start_matches("Bearer ");
    let target = format!("/by-query/orders?item=tea&token={token}");
    for proxy in PROXIES {
        assert_eq!(asking.ask(proxy, "by-query", ("GET", &target), &[]).status, 200, "{proxy:?}");
        assert_eq!(asking.ask(proxy, "by-query", ("GET", "/by-query/orders?item=tea"), &[]).status, 401, "{proxy:?}");
    }
}

#[test]
fn a_decision_is_kept_as_that_about_the_request() {
    let asking = Asking::start();
    let kept = |answer: &Answer| {
        let id = answer.header("x-amzn-requestid").expect("an id");
        let endpoint = asking.world.ready["endpoint"].as_str().expect("an endpoint");
        asking.world.ask("GET", &format!("{endpoint}/_poolpass/traces/{id}"), &[]).json()
    };
    let token = [("Authorization", asking.reader.as_str())];
    for proxy in PROXIES {
        let missed = kept(&asking.ask(proxy, "rest-api", ("POST", "/rest-api/v1/orders"), &token));
        assert_eq!((&missed["request"], &missed["route"]), (&json!("POST /orders"), &json!("POST /orders")));
        let answer = json!({ "verdict": "refused", "status": 401, "rule": "some-scope-granted" });
        assert_eq!((&missed["answer"], &missed["client_id"]), (&answer, &json!("writer")), "{proxy:?}");
        let allowed = kept(&asking.ask(proxy, "rest-api", ("GET", "/rest-api/v1/health"), &[]));
        assert_eq!((&allowed["request"], &allowed["answer"]["verdict"]), (&json!("GET /health"), &json!("allowed")));
    }
    let two = [token[0], ("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", "/rest-api/v1/health")];
    let unclear = kept(&asking.ask(Proxy::Envoy, "rest-api", ("POST", "/rest-api/v1/orders"), &two));
    assert_eq!(unclear["answer"], json!({ "verdict": "refused", "status": 400, "rule": "original-unambiguous" }));
    let remark = "the headers, or the headers and the path, tell of two different requests";
    assert!(unclear["steps"][0].to_string().contains(remark), "{unclear}");
}

#[test]
fn an_unknown_gateway_is_answered_with_those_that_listen_here() {
    let asking = Asking::start();
    for name in ["", "/", "/orders", "/elsewhere", "/REST-API", "?rest-api"] {
        let url = format!("{}/_poolpass/forward-auth{name}", asking.origin());
        let answer = asking.world.ask("GET", &url, &[]);
        assert_eq!(answer.status, 404, "{name}: {answer:?}");
        let names = answer.json()["gateways"].as_array().expect("names").clone();
        assert!(names.contains(&json!("rest-api")) && !names.contains(&json!("elsewhere")), "{answer:?}");
    }
    let other = asking.world.ask("GET", &format!("{}/_poolpass/forward-authority", asking.origin()), &[]);
    assert_eq!((other.status, other.json()), (403, json!({ "message": "Forbidden" })), "a path like any other");
}
