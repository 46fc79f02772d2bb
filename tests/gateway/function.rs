//! Functions behind a gateway: what they are told, and what the client gets of what they return.

use std::io::{BufReader, Write as _};
use std::net::{TcpListener, TcpStream};

use serde_json::{Value, json};

use crate::upstream::{Seen, Upstream, read};
use crate::world::{Answer, World};

/// How long an event may be.
const LAMBDA: usize = 6 * 1024 * 1024;

/// A function that returns what the header `X-Answer` of the event says, or tells who called it.
fn function() -> Upstream<Seen> {
    Upstream::holding(|number, stream: TcpStream, tell: &dyn Fn(Seen)| {
        let mut stream = BufReader::new(stream);
        while let Some(seen) = read(number, &mut stream) {
            let answer = answer(&event(&seen));
            tell(seen);
            if stream.get_mut().write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    })
}

fn answer(event: &Value) -> String {
    let header = |name: &str| {
        let headers = event["headers"].as_object().expect("headers");
        headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
    };
    let usual = json!({ "statusCode": 200, "body": "called" }).to_string();
    let body = header("x-answer").unwrap_or(&usual);
    let (status, more) = (header("x-status").unwrap_or("200 OK"), header("x-more").unwrap_or("X-Nothing: 1"));
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{more}\r\n\r\n{body}", body.len())
}

fn event(seen: &Seen) -> Value {
    serde_json::from_str(&seen.body).expect("an event")
}

fn world(port: u16, timeout: u32) -> World {
    let each = [
        ("rest", "rest-api", "1.0"),
        ("one", "http-api", "1.0"),
        ("two", "http-api", "2.0"),
        ("own", "rfc6750-any", "2.0"),
    ];
    let gateways = each.map(|(name, dialect, payload)| {
        let (stage, binary) = match dialect {
            "rest-api" => ("stage: prod", ", binary_media_types: [image/*]"),
            _ => ("stage: dev", ""),
        };
        format!(
            "
  - name: {name}
    dialect: {dialect}
    base_path: /{name}
    {stage}
    function: {{ url: 'http://127.0.0.1:{port}', name: or ders, payload: '{payload}'{binary} }}
    forward: {{ headers: {{ X-Client: client_id }}, timeout: {timeout}, max_body: 7000000 }}
    authorizers: {{ users: {{ pools: [us-east-1_Gateway01] }} }}
    default_authorizer: users
    routes:
      - {{ route: 'GET /orders/{{id}}', scopes: [orders/read] }}
      - {{ route: 'ANY /open/{{proxy+}}', authorizer: none }}
"
        )
    });
    World::start(&format!("gateways:{}", gateways.concat()))
}

/// A call of the open route that makes the function return this.
fn returning(world: &World, gateway: &str, answer: &str) -> Answer {
    world.ask("GET", &world.url(gateway, "/open/a"), &[("X-Answer", answer)])
}

#[test]
fn a_rest_api_tells_its_function_of_the_request() {
    let function = function();
    let world = world(function.port, 29);
    let token = world.token("reader", "orders/read");
    let headers = [
        ("Authorization", token.as_str()),
        ("X-Two", "1"),
        ("X-Two", "2"),
        ("X-Client", "root"),
        ("X-Poolpass-Authorizer", "{}"),
        ("Connection", "x-gone"),
        ("X-Gone", "1"),
    ];
    let answer = world.ask("GET", &world.url("rest", "/orders/a%40b?q=1&q=a+b%26&p"), &headers);
    assert_eq!((answer.status, answer.body.as_str()), (200, "called"), "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let seen = function.next();
    assert_eq!(seen.line, "POST /2015-03-31/functions/or%20ders/invocations HTTP/1.1");
    assert_eq!(seen.header("x-amz-invocation-type"), Some("RequestResponse"));
    assert_eq!(seen.header("authorization"), None, "the token is the function's, not that of who runs it");
    let event = event(&seen);
    for (pointer, expected) in [
        ("/resource", json!("/orders/{id}")),
        ("/path", json!("/rest/orders/a%40b")),
        ("/httpMethod", json!("GET")),
        ("/version", Value::Null),
        ("/headers/X-Two", json!("2")),
        ("/multiValueHeaders/X-Two", json!(["1", "2"])),
        ("/headers/Authorization", json!(token)),
        ("/headers/X-Client", json!("reader")),
        ("/headers/X-Poolpass-Authorizer", Value::Null),
        ("/headers/X-Gone", Value::Null),
        ("/headers/X-Forwarded-For", json!("127.0.0.1")),
        ("/queryStringParameters", json!({ "q": "a b&", "p": "" })),
        ("/multiValueQueryStringParameters", json!({ "q": ["1", "a b&"], "p": [""] })),
        ("/pathParameters", json!({ "id": "a%40b" })),
        ("/requestContext/path", json!("/rest/prod/orders/a%40b")),
        ("/requestContext/resourcePath", json!("/orders/{id}")),
        ("/requestContext/stage", json!("prod")),
        ("/requestContext/apiId", json!("rest")),
        ("/requestContext/domainName", json!("127.0.0.1")),
        ("/requestContext/identity/sourceIp", json!("127.0.0.1")),
        ("/requestContext/requestId", json!(answer.header("x-amzn-requestid"))),
        ("/requestContext/extendedRequestId", json!(answer.header("x-amz-apigw-id"))),
        ("/requestContext/authorizer/claims/client_id", json!("reader")),
        ("/requestContext/authorizer/scopes", Value::Null),
        ("/body", Value::Null),
        ("/isBase64Encoded", json!(false)),
    ] {
        assert_eq!(event.pointer(pointer).unwrap_or(&Value::Null), &expected, "{pointer} of {event}");
    }
    assert!(event["requestContext"]["requestTimeEpoch"].as_i64().is_some_and(|time| time > 1_700_000_000_000));
}

#[test]
fn an_http_api_tells_its_function_in_two_versions() {
    let function = function();
    let world = world(function.port, 29);
    let token = world.token("reader", "orders/read");
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str()), ("X-Two", "1"), ("X-Two", "2"), ("Cookie", "a=1; b=2")];
    let told = |gateway: &str| {
        let answer = world.ask("GET", &world.url(gateway, "/orders/a%40b?q=1&q=a%2Cb"), &headers);
        assert_eq!((answer.status, answer.body.as_str()), (200, "called"), "{answer:?}");
        assert_eq!(answer.header("content-type"), Some("text/plain;charset=UTF-8"));
        event(&function.next())
    };
    let (one, two, own) = (told("one"), told("two"), told("own"));
    for (pointer, expected) in [
        ("/version", json!("1.0")),
        ("/path", json!("/one/dev/orders/a@b")),
        ("/headers/x-two", json!("2")),
        ("/headers/cookie", json!("a=1; b=2")),
        ("/pathParameters/id", json!("a@b")),
        ("/requestContext/resourceId", json!("GET /orders/{id}")),
        ("/requestContext/authorizer/scopes", json!(["orders/read"])),
    ] {
        assert_eq!(one.pointer(pointer).unwrap_or(&Value::Null), &expected, "{pointer} of {one}");
    }
    for (pointer, expected) in [
        ("/version", json!("2.0")),
        ("/routeKey", json!("GET /orders/{id}")),
        ("/rawPath", json!("/dev/orders/a@b")),
        ("/rawQueryString", json!("q=1&q=a%2Cb")),
        ("/queryStringParameters/q", json!("1,a,b")),
        ("/cookies", json!(["a=1", "b=2"])),
        ("/headers/cookie", Value::Null),
        ("/headers/x-two", json!("1,2")),
        ("/headers/x-client", json!("reader")),
        ("/pathParameters/id", json!("a@b")),
        ("/requestContext/http/method", json!("GET")),
        ("/requestContext/http/path", json!("/dev/orders/a@b")),
        ("/requestContext/http/protocol", json!("HTTP/1.1")),
        ("/requestContext/stage", json!("dev")),
        ("/requestContext/authorizer/jwt/claims/client_id", json!("reader")),
        ("/requestContext/authorizer/jwt/scopes", json!(["orders/read"])),
    ] {
        assert_eq!(two.pointer(pointer).unwrap_or(&Value::Null), &expected, "{pointer} of {two}");
    }
    assert!(two.get("body").is_none() && two.get("stageVariables").is_none(), "{two}");
    assert_eq!(own["requestContext"]["authorizer"], two["requestContext"]["authorizer"]);
}

#[test]
fn an_open_route_tells_of_nobody() {
    let function = function();
    let world = world(function.port, 29);
    let authorizer = |gateway: &str| {
        assert_eq!(world.ask("PATCH", &world.url(gateway, "/open/a/b"), &[]).status, 200);
        let event = event(&function.next());
        let method = event.get("httpMethod").or_else(|| event.pointer("/requestContext/http/method"));
        assert_eq!(method, Some(&json!("PATCH")));
        event["requestContext"].get("authorizer").cloned()
    };
    assert_eq!(authorizer("rest"), None);
    assert_eq!(authorizer("one"), Some(json!({ "claims": null, "scopes": null })));
    assert_eq!(authorizer("two"), None);
}

#[test]
fn nobody_calls_the_function_without_leave() {
    let function = function();
    let world = world(function.port, 29);
    let token = world.token("writer", "orders/write");
    assert_eq!(world.get(&world.url("rest", "/orders/1"), &token).status, 401);
    assert_eq!(world.get(&world.url("two", "/orders/1"), &token).status, 403);
    assert_eq!(world.ask("GET", &world.url("two", "/orders/1"), &[]).status, 401);
    // The first that the function sees is what came last.
    assert_eq!(world.ask("GET", &world.url("two", "/open/last"), &[]).status, 200);
    assert_eq!(event(&function.next())["rawPath"], "/dev/open/last");
}

#[test]
fn a_body_arrives_as_text_or_in_base64() {
    let function = function();
    let world = world(function.port, 29);
    let sent = |gateway: &str, kind: &str, body: &str| {
        let answer = world.post(&world.url(gateway, "/open/a"), &[("Content-Type", kind)], body);
        assert_eq!(answer.status, 200, "{answer:?}");
        let event = event(&function.next());
        let length = event["headers"].get("content-length").or_else(|| event["headers"].get("Content-Length"));
        assert_eq!(length, Some(&json!(body.len().to_string())));
        (event["body"].as_str().map(str::to_owned), event["isBase64Encoded"].as_bool())
    };
    let text = |body: &str| (Some(body.to_owned()), Some(false));
    let base64 = |body: &str| (Some(body.to_owned()), Some(true));
    assert_eq!(sent("rest", "application/json", r#"{"a":"é"}"#), text(r#"{"a":"é"}"#));
    assert_eq!(sent("rest", "image/png", "png"), base64("cG5n"));
    assert_eq!(sent("rest", "application/x-www-form-urlencoded", "a=b"), text("a=b"));
    assert_eq!(sent("two", "application/json", "{}"), text("{}"));
    assert_eq!(sent("two", "application/x-www-form-urlencoded", "a=b"), base64("YT1i"));
    assert_eq!(sent("two", "text/plain", ""), (None, Some(false)));
    let chunked = "POST /two/dev/open/a HTTP/1.1\r\nHost: localhost:1\r\nContent-Type: text/plain\r\nConnection: close\r\n\
                   Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    assert!(world.raw("two", chunked).starts_with("HTTP/1.1 200 "));
    let event = event(&function.next());
    assert_eq!(
        (&event["body"], &event["headers"]["content-length"], &event["headers"]["transfer-encoding"]),
        (&json!("abcde"), &json!("5"), &Value::Null)
    );
    assert_eq!(event["requestContext"]["domainName"], "localhost");
}

/// An endpoint may answer before it has read the event, and would take the rest of it for the next call.
#[test]
fn no_call_follows_another_on_its_connection() {
    let function = function();
    let world = world(function.port, 29);
    let call = || {
        assert_eq!(world.post(&world.url("rest", "/open/a"), &[("Content-Type", "text/plain")], "x").status, 200);
        function.next()
    };
    let (first, second) = (call(), call());
    assert_eq!((first.header("connection"), second.header("connection")), (Some("close"), Some("close")));
    assert_ne!(first.connection, second.connection);
}

#[test]
fn what_lambda_does_not_take_is_too_long() {
    let function = function();
    let world = world(function.port, 29);
    let sent = |gateway: &str, kind: &str, length: usize| {
        let body = "a".repeat(length);
        let answer = world.post(&world.url(gateway, "/open/a"), &[("Content-Type", kind)], &body);
        (answer.status, answer.body)
    };
    assert_eq!(sent("rest", "text/plain", LAMBDA), (413, r#"{"message":"Request Too Long"}"#.to_owned()));
    assert_eq!(sent("two", "text/plain", LAMBDA), (413, r#"{"message":"Request Entity Too Large"}"#.to_owned()));
    // It is the event that counts, and this one grows by a third.
    assert_eq!(sent("two", "image/png", LAMBDA / 4 * 3).0, 413);
    assert_eq!(sent("two", "text/plain", LAMBDA / 4 * 3).0, 200);
    assert_eq!(event(&function.next())["body"].as_str().map(str::len), Some(LAMBDA / 4 * 3));
}

#[test]
fn the_client_gets_what_the_function_says() {
    let function = function();
    let world = world(function.port, 29);
    let full = json!({
        "statusCode": 201,
        "headers": { "X-One": "1", "Content-Type": "text/html", "Content-Length": "999", "Connection": "close", "Keep-Alive": "a" },
        "multiValueHeaders": { "Set-Cookie": ["a=1", "b=2"] },
        "body": "<p>",
    });
    let values = |answer: &Answer, name: &str| {
        let named = answer.headers.iter().filter(|(each, _)| each == name);
        named.map(|(_, value)| value.clone()).collect::<Vec<_>>()
    };
    let cookies = |answer: &Answer| values(answer, "set-cookie");
    for gateway in ["rest", "one"] {
        let answer = returning(&world, gateway, &full.to_string());
        assert_eq!((answer.status, answer.body.as_str()), (201, "<p>"), "{answer:?}");
        assert_eq!((answer.header("content-type"), answer.header("x-one")), (Some("text/html"), Some("1")));
        assert_eq!(values(&answer, "content-length"), ["3"]);
        assert_eq!((answer.header("connection"), answer.header("keep-alive")), (None, None));
        assert_eq!(cookies(&answer), ["a=1", "b=2"]);
    }
    let second = json!({ "statusCode": 200, "cookies": ["a=1", "b=2"], "body": "aGk=", "isBase64Encoded": true });
    let answer = returning(&world, "two", &second.to_string());
    assert_eq!((answer.status, answer.body.as_str(), cookies(&answer).len()), (200, "hi", 2));
    assert!(answer.header("apigw-requestid").is_some());
    let short = returning(&world, "two", r#"{"a": 1}"#);
    let kind = short.header("content-type");
    assert_eq!((short.status, kind, short.body.as_str()), (200, Some("application/json"), r#"{"a": 1}"#));
    let image = json!({ "statusCode": 200, "body": "aGk=", "isBase64Encoded": true }).to_string();
    assert_eq!(returning(&world, "rest", &image).body, "aGk=");
    let accepting = [("X-Answer", image.as_str()), ("Accept", "image/png")];
    assert_eq!(world.ask("GET", &world.url("rest", "/open/a"), &accepting).body, "hi");
}

#[test]
fn an_answer_without_a_body_has_none_whatever_the_function_says() {
    let function = function();
    let world = world(function.port, 29);
    let request = |status: u16| {
        format!(
            "GET /two/dev/open/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Answer: {{\"statusCode\":{status},\"body\":\"HTTP/1.1 200 OK\"}}\r\n\r\n"
        )
    };
    for status in [204, 304] {
        let answer = world.raw("two", &request(status));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.ends_with("\r\n\r\n"), "{answer}");
    }
    assert!(world.raw("two", &request(200)).ends_with("\r\n\r\nHTTP/1.1 200 OK"));
}

#[test]
fn what_is_no_answer_is_the_dialects_fault() {
    let function = function();
    let world = world(function.port, 29);
    let rest = (502, r#"{"message":"Internal server error"}"#);
    let http = (500, r#"{"message":"Internal Server Error"}"#);
    let good = r#"{"statusCode":200}"#;
    let cases = [
        ("rest", rest, vec![("X-Answer", r#"{"body":"no status"}"#)]),
        ("rest", rest, vec![("X-Answer", r#"{"statusCode":200,"body":{}}"#)]),
        ("rest", rest, vec![("X-Answer", "null")]),
        ("rest", rest, vec![("X-Answer", good), ("X-More", "X-Amz-Function-Error: Unhandled")]),
        ("rest", rest, vec![("X-Answer", good), ("X-Status", "404 Not Found")]),
        ("one", http, vec![("X-Answer", "{}")]),
        ("two", http, vec![("X-Answer", r#"{"statusCode":"x"}"#)]),
        ("two", http, vec![("X-Answer", r#"{"a":1}"#), ("X-More", "X-Amz-Function-Error: Unhandled")]),
        ("two", http, vec![("X-Answer", r#"{"errorMessage":"boom","errorType":"Error"}"#)]),
        ("two", http, vec![("X-Answer", good), ("X-Status", "302 Found"), ("X-More", "Location: http://a/")]),
    ];
    for (gateway, expected, headers) in cases {
        let answer = world.ask("GET", &world.url(gateway, "/open/a"), &headers);
        assert_eq!((answer.status, answer.body.as_str()), expected, "{gateway} {headers:?}");
    }
    let own = returning(&world, "own", r#"{"statusCode":1}"#);
    assert_eq!((own.status, own.json()["error"].as_str()), (502, Some("bad_gateway")));
}

#[test]
fn a_function_that_cannot_be_had_is_like_such_an_upstream() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let slow = world(silent.local_addr().unwrap().port(), 1);
    let status = |world: &World, gateway: &str| world.ask("GET", &world.url(gateway, "/open/a"), &[]).status;
    assert_eq!((status(&slow, "rest"), status(&slow, "two")), (504, 504));
    drop(silent);
    assert_eq!((status(&slow, "rest"), status(&slow, "two"), status(&slow, "own")), (504, 503, 502));
}
