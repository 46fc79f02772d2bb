//! What events have where nothing is.

use hyper::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::*;

fn facts(headers: &HeaderMap) -> Facts<'_> {
    Facts {
        gateway: "orders",
        id: "7",
        now: Timestamp::from_millis(1_583_348_638_390),
        method: "GET",
        base: "",
        stage: None,
        path: "/",
        query: "",
        protocol: "HTTP/1.1".to_owned(),
        source: None,
        headers,
        route: None,
        parameters: &[],
        authorizer: None,
        body: Body { text: None, is_base64: false },
    }
}

#[test]
fn the_first_version_has_null_for_what_is_not_there() {
    let headers = HeaderMap::new();
    let event = v1(&facts(&headers), true);
    for member in
        ["queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body"]
    {
        assert_eq!(event.get(member), Some(&Value::Null), "{member}");
    }
    assert_eq!((&event["resource"], &event["requestContext"]["stage"]), (&json!("$default"), &json!("$default")));
    assert_eq!(event["requestContext"]["requestTime"], "04/Mar/2020:19:03:58 +0000");
    assert_eq!(event["requestContext"]["requestTimeEpoch"], 1_583_348_638_390_i64);
}

#[test]
fn the_second_version_leaves_out_what_is_not_there() {
    let headers = HeaderMap::new();
    let event = v2(&facts(&headers));
    let members: Vec<_> = event.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = ["headers", "isBase64Encoded", "rawPath", "rawQueryString", "requestContext", "routeKey", "version"];
    assert_eq!(members, expected);
    assert_eq!(event["requestContext"]["timeEpoch"], 1_583_348_638_390_i64);
    assert_eq!((&event["rawPath"], &event["rawQueryString"]), (&json!("/"), &json!("")));
}

#[test]
fn bytes_that_are_no_text_are_told_all_the_same() {
    let mut headers = HeaderMap::new();
    headers.append("x-name", HeaderValue::from_bytes(b"Zo\xeb").unwrap());
    headers.append("x-other", HeaderValue::from_bytes("Zoë".as_bytes()).unwrap());
    let event = v2(&Facts { path: "/a%FFb/%C3%AB", query: "a=%FF", ..facts(&headers) });
    assert_eq!(event["headers"], json!({ "x-name": "Zoë", "x-other": "Zoë" }));
    assert_eq!(event["rawPath"], "/a%FFb/%C3%AB", "a path that would not be text stays as it is");
    assert_eq!(event["queryStringParameters"]["a"], "\u{fffd}");
}

#[test]
fn the_host_loses_its_port_only() {
    for (host, domain, prefix) in [
        ("shop.example:7277", "shop.example", "shop"),
        ("localhost", "localhost", "localhost"),
        ("[::1]:80", "[::1]", "[::1]"),
        ("[::1]", "[::1]", "[::1]"),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static(host));
        let context = &v2(&facts(&headers))["requestContext"];
        assert_eq!((&context["domainName"], &context["domainPrefix"]), (&json!(domain), &json!(prefix)));
    }
}
