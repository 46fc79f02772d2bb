//! The method that a header names: what is judged is what is sent on, and nobody behind the gateway learns of another.

use crate::upstream::Upstream;
use crate::world::World;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const OVERRIDE: &str = "X-HTTP-Method-Override";

fn world(port: u16) -> World {
    let each = [("rest", "rest-api"), ("http", "http-api"), ("own", "rfc6750-any")];
    let gateways = each.map(|(name, dialect)| {
        format!(
            "
  - name: {name}
    dialect: {dialect}
    base_path: /{name}
    upstream: http://127.0.0.1:{port}
    authorizers: {{ users: {{ pools: [us-east-1_Gateway01] }} }}
    default_authorizer: users
    routes:
      - {{ route: POST /orders, authorizer: none }}
      - {{ route: DELETE /orders, scopes: [orders/write] }}
      - {{ route: ANY /any, authorizer: none }}
"
        )
    });
    World::start(&format!("gateways:{}", gateways.concat()))
}

#[test]
fn a_rest_api_judges_and_sends_the_method_that_the_header_names() {
    let upstream = Upstream::answering(OK);
    let world = world(upstream.port);
    let url = world.url("rest", "/orders");
    let writer = world.token("writer", "orders/write");
    let bearer = format!("Bearer {writer}");
    // Without the scope it would be let through as POST.
    assert_eq!(world.ask("POST", &url, &[(OVERRIDE, "DELETE")]).status, 401);
    assert_eq!(world.ask("POST", &url, &[(OVERRIDE, "DELETE"), ("Authorization", &bearer)]).status, 200);
    let seen = upstream.next();
    assert_eq!((seen.line.as_str(), seen.header("x-http-method-override")), ("DELETE /orders HTTP/1.1", None));
    // The rule of the method that was written counts no more.
    assert_eq!(world.ask("DELETE", &url, &[(OVERRIDE, "POST")]).status, 200);
    assert_eq!(upstream.next().line, "POST /orders HTTP/1.1");
    assert_eq!(world.ask("POST", &url, &[(OVERRIDE, "PUT")]).status, 403, "there is no such method");
}

#[test]
fn a_method_that_cannot_be_told_is_refused() {
    let upstream = Upstream::answering(OK);
    let world = world(upstream.port);
    let url = world.url("rest", "/any");
    for headers in [
        vec![(OVERRIDE, "CONNECT")],
        vec![(OVERRIDE, "delete")],
        vec![(OVERRIDE, "")],
        vec![(OVERRIDE, "GET"), (OVERRIDE, "GET")],
    ] {
        let answer = world.ask("POST", &url, &headers);
        assert_eq!((answer.status, answer.body.as_str()), (400, r#"{"message":"Bad Request"}"#), "{headers:?}");
    }
    assert_eq!(world.ask("POST", &url, &[(OVERRIDE, "PATCH")]).status, 200);
    assert_eq!(upstream.next().line, "PATCH /any HTTP/1.1", "nothing came before it");
}

#[test]
fn an_answer_has_a_body_or_none_as_the_client_asked() {
    let upstream = Upstream::answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let world = world(upstream.port);
    let raw = |method: &str, named: &str| {
        format!("{method} /rest/any HTTP/1.1\r\nHost: a\r\n{OVERRIDE}: {named}\r\nConnection: close\r\n\r\n")
    };
    for (method, named) in [("POST", "HEAD"), ("HEAD", "POST")] {
        let answer = world.raw("rest", &raw(method, named));
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("\r\n\r\n"), "{answer}");
        assert_eq!(upstream.next().line, format!("{named} /any HTTP/1.1"));
    }
}

#[test]
fn no_upstream_learns_of_another_method_than_was_judged() {
    let upstream = Upstream::answering(OK);
    let world = world(upstream.port);
    let spellings =
        [OVERRIDE, "X_HTTP_Method_Override", "X-HTTP_Method-Override", "X-HTTP-Method", "X-Method-Override"];
    for gateway in ["http", "own"] {
        for name in spellings {
            assert_eq!(world.ask("POST", &world.url(gateway, "/orders"), &[(name, "DELETE")]).status, 200, "{name}");
            let seen = upstream.next();
            assert_eq!(seen.line, "POST /orders HTTP/1.1");
            assert!(!seen.headers.iter().any(|line| line.contains("DELETE")), "{seen:?}");
        }
    }
    // Of these a REST API obeys the first only, and lets the others go no further either.
    for name in spellings.into_iter().skip(1) {
        assert_eq!(world.ask("POST", &world.url("rest", "/orders"), &[(name, "DELETE")]).status, 200, "{name}");
        assert!(!upstream.next().headers.iter().any(|line| line.contains("DELETE")), "{name}");
    }
}

#[test]
fn a_proxy_that_asks_is_told_no_where_a_header_names_another_method() {
    let world = world(9);
    for gateway in ["rest", "http", "own"] {
        let url = world.url(gateway, "");
        let origin = url.trim_end_matches(&format!("/{gateway}"));
        let asked = |more: &[(&str, &str)]| {
            let uri = format!("/{gateway}/orders");
            let mut headers = vec![("X-Forwarded-Method", "POST"), ("X-Forwarded-Uri", uri.as_str())];
            headers.extend(more);
            world.ask("GET", &format!("{origin}/_poolpass/forward-auth/{gateway}"), &headers).status
        };
        assert_eq!(asked(&[]), 200);
        assert_eq!(asked(&[(OVERRIDE, "POST")]), 200);
        assert_eq!(asked(&[(OVERRIDE, "DELETE")]), 400);
        for other in ["X_HTTP_Method_Override", "X_Forwarded_Method", "X.Original.Method"] {
            assert_eq!(asked(&[(other, "DELETE")]), 400, "{other}");
        }
    }
}
