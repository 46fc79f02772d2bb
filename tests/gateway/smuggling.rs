//! Requests that two servers could read in two ways: none of them gets behind the gateway.

use std::io::{BufRead as _, BufReader, Write as _};

use crate::forwarding::open_to;
use crate::upstream::Upstream;
use crate::world::World;

/// What a front and a back could disagree on. None has a `Connection: close`: whatever follows a refused request is not
/// read as another one.
const SHAPES: [&str; 26] = [
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nabcde",
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nabcde",
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nabcde",
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nabcde",
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nabcde",
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nabcde",
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\nabcde",
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "POST /a HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: a\r\nX-Folded: one\r\n two\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: a\r\n X-Folded: one\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: a\r\nX-Null: a\0b\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: a\r\nX-Return: a\rX-Injected: b\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "GET /a HTTP/1.1\r\n\r\n",
    "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\nabcde",
    "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
];

#[test]
fn a_request_that_can_be_read_in_two_ways_reaches_nobody() {
    let upstream = Upstream::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    let world = open_to(upstream.port, "");
    for shape in SHAPES {
        let follower = "GET /smuggled HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let answer = world.raw("api", &format!("{shape}{follower}"));
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(["400", "404"].contains(&status), "{shape:?}: {answer}");
    }
    assert_eq!(world.ask("GET", &world.url("api", "/plain"), &[]).status, 200);
    // Had any of the others come through, it would have come first.
    assert_eq!(upstream.next().line, "GET /base/plain HTTP/1.1");
}

/// Chunks that some servers take for others: the body ends here, and nothing after it is a request.
#[test]
fn a_body_of_broken_chunks_is_never_whole_upstream() {
    let upstream = Upstream::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    let world = open_to(upstream.port, "");
    for body in [
        "5\r\nab\r\n0\r\n\r\n",
        "x\r\n\r\n",
        "2\nab\n0\n\n",
        "2\r\nabc\r\n0\r\n\r\n",
        "-1\r\n\r\n",
        "fffffffffffffffff\r\nab",
    ] {
        let head = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        let follower = "GET /smuggled HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let answer = world.raw("api", &format!("{head}{body}{follower}"));
        // The server closes, with or without an answer first.
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{body:?}: {answer}");
    }
    assert_eq!(world.ask("GET", &world.url("api", "/plain"), &[]).status, 200);
    assert_eq!(upstream.next().line, "GET /base/plain HTTP/1.1");
}

#[test]
fn lines_that_end_without_a_return_are_sent_on_with_one() {
    let upstream = Upstream::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    let world = open_to(upstream.port, "");
    world.raw("api", "GET /a HTTP/1.1\nHost: a\nX-One: 1\nConnection: close\n\n");
    let seen = upstream.next();
    assert_eq!((seen.line.as_str(), seen.header("x-one")), ("GET /base/a HTTP/1.1", Some("1")));
}

/// Requests whose body is a request, with each way to tell a body's end.
fn requests_in_bodies() -> Vec<String> {
    let inner = "DELETE /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    let of = |method| {
        let length = format!("{method} /a HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{inner}", inner.len());
        let head = format!("{method} /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked");
        [length, format!("{head}\r\n\r\n{:x}\r\n{inner}\r\n0\r\n\r\n", inner.len())]
    };
    ["GET", "HEAD", "DELETE", "OPTIONS", "POST", "PUT"].into_iter().flat_map(of).collect()
}

/// A gateway with one worker, so that all requests could share one connection to the upstream.
fn alone(port: u16) -> World {
    let route = "{ route: 'ANY /{proxy+}', authorizer: none }";
    let api = format!("{{ name: api, dialect: http-api, upstream: 'http://127.0.0.1:{port}', routes: [{route}] }}");
    World::with(&format!("gateways: [{api}]"), &["--workers", "1"])
}

/// As Python's `http.server` does: the body stays where the next request would be.
#[test]
fn a_body_that_the_upstream_does_not_read_is_no_second_request() {
    let upstream = Upstream::holding(|_, stream, tell| {
        let mut stream = BufReader::new(stream);
        let (mut first, mut last) = (String::new(), false);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).unwrap_or_default() == 0 {
                return;
            }
            last |= line.eq_ignore_ascii_case("connection: close\r\n");
            match line.trim_end() {
                "" => {
                    tell(std::mem::take(&mut first));
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                    if stream.get_mut().write_all(answer).is_err() || last {
                        return;
                    }
                }
                line if first.is_empty() => first = line.to_owned(),
                _ => {}
            }
        }
    });
    let world = alone(upstream.port);
    for request in requests_in_bodies() {
        world.raw("api", &request.replacen("\r\nHost", "\r\nConnection: close\r\nHost", 1));
        assert!(upstream.next().contains(" /a HTTP/1.1"), "{request:?}");
        assert_eq!(world.ask("GET", &world.url("api", "/plain"), &[]).status, 200);
        assert_eq!(upstream.next(), "GET /plain HTTP/1.1", "{request:?}");
    }
}

#[test]
fn a_connection_over_which_a_body_went_upstream_is_never_used_again() {
    let upstream = Upstream::answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let world = alone(upstream.port);
    for request in requests_in_bodies() {
        world.raw("api", &request.replacen("\r\nHost", "\r\nConnection: close\r\nHost", 1));
        let with_body = upstream.next();
        assert_eq!(with_body.header("connection"), Some("close"), "{request:?}");
        world.ask("GET", &world.url("api", "/plain"), &[]);
        let plain = upstream.next();
        assert_eq!((plain.line.as_str(), plain.header("connection")), ("GET /plain HTTP/1.1", None));
        assert_ne!(plain.connection, with_body.connection, "{request:?}");
    }
}
