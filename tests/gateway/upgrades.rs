//! WebSocket through a gateway: bytes both ways, until one side ends.

use std::io::{BufReader, Read as _, Write as _};

use crate::forwarding::{connect, open_to, until};
use crate::upstream::{Upstream, read};

const ASK: &str = "GET /socket HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

const CONSENT: &str = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

#[test]
fn bytes_go_both_ways_once_the_upstream_consents() {
    let upstream = Upstream::holding(|number, stream, tell| {
        let mut stream = BufReader::new(stream);
        tell(read(number, &mut stream));
        stream.get_mut().write_all(format!("{CONSENT}first").as_bytes()).expect("sent");
        let mut ping = [0; 4];
        stream.read_exact(&mut ping).expect("the client's bytes");
        assert_eq!(&ping, b"ping");
        stream.get_mut().write_all(b"pong").expect("sent");
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).expect("the client ends");
        tell(None);
    });
    let world = open_to(upstream.port, "timeout: 1");
    let mut client = connect(&world);
    client.write_all(ASK.as_bytes()).expect("sent");
    let head = until(&mut client, "\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    for line in
        ["connection: upgrade\r\n", "upgrade: websocket\r\n", "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"]
    {
        assert_eq!(head.matches(line).count(), 1, "{head}");
    }
    assert!(!head.contains("transfer-encoding") && !head.contains("content-length"), "{head}");
    until(&mut client, "first");
    client.write_all(b"ping").expect("sent");
    until(&mut client, "pong");
    let seen = upstream.next().expect("a request");
    assert_eq!((seen.header("connection"), seen.header("upgrade")), (Some("Upgrade"), Some("websocket")));
    assert_eq!(seen.header("sec-websocket-key"), Some("dGhlIHNhbXBsZSBub25jZQ=="));
    drop(client);
    assert_eq!(upstream.next(), None);
}

#[test]
fn an_upstream_that_ends_ends_the_client() {
    let upstream = Upstream::<()>::holding(|number, stream, _| {
        let mut stream = BufReader::new(stream);
        read(number, &mut stream).expect("a request");
        stream.get_mut().write_all(format!("{CONSENT}bye").as_bytes()).expect("sent");
    });
    let world = open_to(upstream.port, "");
    let came = world.raw("api", ASK);
    assert!(came.ends_with("\r\n\r\nbye"), "{came}");
}

#[test]
fn an_upstream_that_does_not_consent_answers_as_ever() {
    let upstream = Upstream::answering("HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno");
    let world = open_to(upstream.port, "");
    let mut client = connect(&world);
    client.write_all(format!("{ASK}GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes()).expect("sent");
    let mut answer = String::new();
    client.read_to_string(&mut answer).expect("an answer, and the end");
    assert!(answer.starts_with("HTTP/1.1 403 ") && answer.ends_with("\r\n\r\nno"), "{answer}");
    assert_eq!(upstream.next().line, "GET /base/socket HTTP/1.1");
}

#[test]
fn another_protocol_than_websocket_is_not_asked_for() {
    let upstream = Upstream::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    let world = open_to(upstream.port, "");
    world.raw("api", "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close, upgrade\r\nUpgrade: h2c\r\n\r\n");
    let seen = upstream.next();
    assert_eq!((seen.header("connection"), seen.header("upgrade")), (None, None));
}
