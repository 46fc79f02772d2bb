//! Requests that two servers could read in two ways: none of them gets behind the gateway.

use crate::forwarding::open_to;
use crate::upstream::Upstream;

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
