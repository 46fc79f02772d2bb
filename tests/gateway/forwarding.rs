//! What goes upstream, and what comes back.

use std::io::{BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, mpsc};

use crate::upstream::{HANG, Seen, Upstream, read};
use crate::world::World;

/// A gateway that lets everything through.
pub(crate) fn open_to(port: u16, forward: &str) -> World {
    World::start(&format!(
        "
gateways:
  - name: api
    dialect: http-api
    upstream: http://127.0.0.1:{port}/base/
    forward: {{ {forward} }}
    routes:
      - {{ route: 'ANY /{{proxy+}}', authorizer: none }}
      - {{ route: 'ANY /ambiguous/{{proxy+}}', authorizer: none, allow_ambiguous_paths: true }}
"
    ))
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// A connection to the gateway.
pub(crate) fn connect(world: &World) -> TcpStream {
    let url = world.url("api", "");
    let stream = TcpStream::connect(url.trim_start_matches("http://").trim_end_matches('/')).expect("it listens");
    stream.set_read_timeout(Some(HANG)).expect("the time is not zero");
    stream
}

/// Reads until these bytes have come.
pub(crate) fn until(stream: &mut TcpStream, end: &str) -> String {
    let mut read = Vec::new();
    while !read.ends_with(end.as_bytes()) {
        let mut byte = [0];
        assert_eq!(stream.read(&mut byte).expect("it comes"), 1, "{}", String::from_utf8_lossy(&read));
        read.push(byte[0]);
    }
    String::from_utf8(read).expect("text")
}

/// The first line of an answer, its sorted headers without the date and the id, and its body.
fn parts(answer: &str) -> (&str, Vec<&str>, &str) {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let mut lines = head.split("\r\n");
    let first = lines.next().expect("a first line");
    let mut headers: Vec<_> =
        lines.filter(|line| !line.starts_with("date: ") && !line.starts_with("apigw-requestid: ")).collect();
    headers.sort_unstable();
    (first, headers, body)
}

#[test]
fn what_goes_upstream_is_what_came_without_what_belongs_to_the_connection() {
    let upstream = Upstream::answering(OK);
    let world = open_to(upstream.port, "");
    let authority = world.url("api", "").trim_start_matches("http://").trim_end_matches('/').to_owned();
    let port = authority.rsplit(':').next().expect("a port");
    let answer = world.raw(
        "api",
        "GET /a%20b/c;v=1/%E2%82%AC?x=%2F&y=+&&z HTTP/1.1\r\nHost: api.example.com:81\r\nAuthorization: Bearer t\r\n\
         X-Twice: 1\r\nConnection: close, X-Hop\r\nX-Hop: gone\r\nX-Twice: 2\r\nKeep-Alive: 5\r\nTE: trailers\r\n\
         Trailer: x\r\nProxy-Connection: x\r\nProxy-Authorization: x\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\
         X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Proto: https\r\nX_Forwarded_Host: evil\r\nForwarded: for=evil\r\n\
         Content_Length: 5\r\nTransfer_Encoding: chunked\r\nHTTP2_Settings: x\r\nX-Original-URL: /b\r\nX_Rewrite.URL: /b\r\n\
         X-Override-URL: /b\r\nX-Original-URI: /b\r\nX_Forwarded_Uri: /b\r\nX-Original-Method: PUT\r\n\
         X-Forwarded-Method: PUT\r\nX-Forwarded-Prefix: /b\r\n\r\n",
    );
    assert_eq!(parts(&answer).0, "HTTP/1.1 200 OK", "{answer}");
    let expected = Seen {
        connection: 0,
        line: "GET /base/a%20b/c;v=1/%E2%82%AC?x=%2F&y=+&&z HTTP/1.1".to_owned(),
        headers: [
            "authorization: Bearer t",
            &format!("host: 127.0.0.1:{}", upstream.port),
            "x-forwarded-for: 10.0.0.1, 127.0.0.1",
            "x-forwarded-host: api.example.com:81",
            &format!("x-forwarded-port: {port}"),
            "x-forwarded-proto: http",
            "x-twice: 1",
            "x-twice: 2",
        ]
        .map(str::to_owned)
        .to_vec(),
        body: String::new(),
    };
    assert_eq!(upstream.next(), expected);
}

#[test]
fn a_header_named_by_connection_does_not_take_away_what_the_gateway_tells() {
    let upstream = Upstream::answering(OK);
    let world = open_to(upstream.port, "");
    world
        .raw("api", "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close, Host, X-Forwarded-For, X-Forwarded-Host\r\n\r\n");
    let seen = upstream.next();
    assert_eq!(seen.header("x-forwarded-for"), Some("127.0.0.1"));
    assert_eq!(seen.header("x-forwarded-host"), Some("a"));
}

#[test]
fn a_target_is_passed_on_byte_for_byte_where_its_route_takes_any() {
    let upstream = Upstream::answering(OK);
    let world = open_to(upstream.port, "");
    for target in
        ["/ambiguous/a//b/../c", "/ambiguous/%2e%2E/%2fx", "/ambiguous/a%", "/ambiguous/{x}|\"?a=%zz&b={}|;/?"]
    {
        world.raw("api", &format!("GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        assert_eq!(upstream.next().line, format!("GET /base{target} HTTP/1.1"));
    }
}

#[test]
fn a_body_goes_upstream_framed_as_it_came() {
    let upstream = Upstream::answering(OK);
    let world = open_to(upstream.port, "");
    for (head, body, length, coding, expected) in [
        ("POST /a HTTP/1.1\r\nContent-Length: 5\r\n", "hello", Some("5"), None, "hello"),
        ("POST /a HTTP/1.1\r\nContent-Length: 0\r\n", "", Some("0"), None, ""),
        ("POST /a HTTP/1.1\r\n", "", None, None, ""),
        ("DELETE /a HTTP/1.1\r\nContent-Length: 2\r\n", "hi", Some("2"), None, "hi"),
        (
            "GET /a HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n",
            "2\r\nhi\r\n0\r\n\r\n",
            None,
            Some("chunked"),
            "2\r\nhi\r\n0\r\n\r\n",
        ),
        (
            "PUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n",
            "2;x=y\r\nhi\r\n0\r\nX-Trailer: 1\r\n\r\n",
            None,
            Some("chunked"),
            "2\r\nhi\r\n0\r\n\r\n",
        ),
        ("POST /a HTTP/1.0\r\nContent-Length: 2\r\n", "hi", Some("2"), None, "hi"),
    ] {
        let answer = world.raw("api", &format!("{head}Host: a\r\nConnection: close\r\n\r\n{body}"));
        assert!(answer.contains(" 200 OK\r\n"), "{head}: {answer}");
        let seen = upstream.next();
        let found = (seen.header("content-length"), seen.header("transfer-encoding"), seen.body.as_str());
        assert_eq!(found, (length, coding, expected), "{head}");
    }
}

#[test]
fn an_answer_comes_back_without_what_belongs_to_the_connection() {
    let upstream = Upstream::answering(
        "HTTP/1.1 201 Fine\r\nconnection: keep-alive, x-hop\r\nkeep-alive: timeout=5\r\nx-hop: 1\r\nset-cookie: a=1\r\n\
         set-cookie: b=2\r\ndate: Thu, 01 Jan 1970 00:00:00 GMT\r\nserver: mine\r\ntrailer: x-end\r\n\
         proxy-authenticate: x\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-end: 1\r\n\r\n",
    );
    let world = open_to(upstream.port, "");
    let answer = world.raw("api", "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let (line, headers, body) = parts(&answer);
    let expected =
        vec!["connection: close", "server: mine", "set-cookie: a=1", "set-cookie: b=2", "transfer-encoding: chunked"];
    assert_eq!((line, headers, body), ("HTTP/1.1 201 Created", expected, "2\r\nok\r\n0\r\n\r\n"));
    assert!(answer.contains("date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"), "{answer}");
}

#[test]
fn answers_keep_their_length_and_those_without_a_body_have_none() {
    for (method, answer, headers, body) in [
        ("GET", "200 OK\r\ncontent-length: 5\r\n\r\nhello", vec!["content-length: 5"], "hello"),
        ("GET", "200 OK\r\ncontent-length: 0\r\n\r\n", vec!["content-length: 0"], ""),
        ("HEAD", "200 OK\r\ncontent-length: 5\r\n\r\n", vec!["content-length: 5"], ""),
        ("HEAD", "200 OK\r\ntransfer-encoding: chunked\r\n\r\n", vec![], ""),
        ("GET", "204 No Content\r\n\r\n", vec![], ""),
        ("GET", "304 Not Modified\r\ncontent-length: 5\r\netag: x\r\n\r\n", vec!["content-length: 5", "etag: x"], ""),
        ("GET", "304 Not Modified\r\netag: x\r\n\r\n", vec!["etag: x"], ""),
        (
            "GET",
            "103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno",
            vec!["content-length: 2"],
            "no",
        ),
    ] {
        let answer: &'static str = format!("HTTP/1.1 {answer}").leak();
        let upstream = Upstream::answering(answer);
        let world = open_to(upstream.port, "");
        let came = world.raw("api", &format!("{method} /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        let (_, found, rest) = parts(&came);
        let expected: Vec<_> = ["connection: close"].into_iter().chain(headers).collect();
        assert_eq!((found, rest), (expected, body), "{method} {answer}");
    }
}

#[test]
fn an_answer_that_ends_with_its_connection_is_whole() {
    let upstream = Upstream::holding(|number, stream, tell| {
        let mut stream = BufReader::new(stream);
        tell(read(number, &mut stream).expect("a request"));
        stream.get_mut().write_all(b"HTTP/1.0 200 OK\r\n\r\nhello").expect("the gateway reads");
    });
    let world = open_to(upstream.port, "");
    for (version, expected) in [("1.1", "5\r\nhello\r\n0\r\n\r\n"), ("1.0", "hello")] {
        let came = world.raw("api", &format!("GET /a HTTP/{version}\r\nHost: a\r\nConnection: close\r\n\r\n"));
        assert_eq!(parts(&came).2, expected, "{came}");
    }
}

#[test]
fn connections_to_the_upstream_are_used_again_and_replaced_when_they_were_closed() {
    let (close, closing) = mpsc::channel::<()>();
    let closing = Arc::new(Mutex::new(closing));
    let upstream = Upstream::holding(move |number, stream, tell| {
        let mut stream = BufReader::new(stream);
        for _ in 0..2 {
            tell(read(number, &mut stream));
            stream.get_mut().write_all(OK.as_bytes()).expect("the gateway reads");
        }
        closing.lock().expect("nobody panics").recv().expect("the test tells when");
        drop(stream);
        tell(None);
    });
    let world = World::with(
        &format!(
            "
gateways:
  - {{ name: api, upstream: 'http://127.0.0.1:{}', routes: [{{ route: 'ANY /{{proxy+}}', authorizer: none }}] }}
",
            upstream.port
        ),
        &["--workers", "1"],
    );
    let ask = || world.ask("GET", &world.url("api", "/a"), &[]).status;
    let connection = |seen: Option<Seen>| seen.map(|seen| seen.connection);
    assert_eq!((ask(), ask()), (200, 200));
    assert_eq!((connection(upstream.next()), connection(upstream.next())), (Some(0), Some(0)));
    close.send(()).expect("it waits");
    assert_eq!(connection(upstream.next()), None);
    assert_eq!(ask(), 200);
    assert_eq!(connection(upstream.next()), Some(1));
}

#[test]
fn an_upstream_that_cannot_be_asked_or_does_not_answer_is_unavailable() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("bound").port();
    let garbage = Upstream::answering("this is not HTTP\r\n\r\n").port;
    let two_lengths = Upstream::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc").port;
    let huge: &'static str = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(200_000)).leak();
    let huge = Upstream::answering(huge).port;
    let switching = Upstream::answering("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n").port;
    let hangs_up = Upstream::<()>::holding(|_, mut stream, _| {
        let _some = stream.read(&mut [0; 64]).expect("a request");
    });
    for port in [closed, garbage, two_lengths, huge, switching, hangs_up.port] {
        let world = open_to(port, "");
        assert_eq!(world.ask("GET", &world.url("api", "/a"), &[]).status, 503);
    }
}

#[test]
fn an_upstream_that_breaks_off_leaves_a_body_without_its_end() {
    let upstream = Upstream::<()>::holding(|number, stream, _| {
        let mut stream = BufReader::new(stream);
        read(number, &mut stream).expect("a request");
        stream.get_mut().write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n").expect("sent");
    });
    let world = open_to(upstream.port, "");
    let came = world.raw("api", "GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(parts(&came).2, "2\r\nok\r\n");
}

#[test]
fn an_upstream_has_the_declared_time() {
    let upstream = Upstream::<Seen>::holding(|number, stream, tell| {
        let mut stream = BufReader::new(stream);
        let seen = read(number, &mut stream).expect("a request");
        if seen.line.contains("/stream") {
            stream
                .get_mut()
                .write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n")
                .expect("sent");
        }
        tell(seen);
        // Until the gateway gives up.
        assert_eq!(stream.read(&mut [0]).expect("the connection ends"), 0);
    });
    let world = open_to(upstream.port, "timeout: 1");
    assert_eq!(world.ask("GET", &world.url("api", "/never"), &[]).status, 504);
    let came = world.raw("api", "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(parts(&came).2, "2\r\nok\r\n");
}

#[test]
fn events_come_when_they_are_sent_and_may_be_far_between() {
    let (go, gone) = mpsc::channel::<()>();
    let gone = Arc::new(Mutex::new(gone));
    let upstream = Upstream::<()>::holding(move |number, stream, _| {
        let mut stream = BufReader::new(stream);
        let seen = read(number, &mut stream).expect("a request");
        let kind = if seen.line.contains("/events") { "text/event-stream; charset=utf-8" } else { "text/plain" };
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\n\r\ndata: 1\n\n");
        stream.get_mut().write_all(head.as_bytes()).expect("sent");
        if kind == "text/plain" {
            assert_eq!(stream.read(&mut [0]).expect("the connection ends"), 0);
            return;
        }
        gone.lock().expect("nobody panics").recv().expect("the test tells when");
        stream.get_mut().write_all(b"data: 2\n\n").expect("sent");
    });
    let world = open_to(upstream.port, "timeout: 1");
    let mut events = connect(&world);
    events.write_all(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n").expect("sent");
    until(&mut events, "data: 1\n\n\r\n");
    // An ordinary answer that begins later is given up for its silence; the events are still awaited.
    let plain = world.raw("api", "GET /plain HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(plain.ends_with("data: 1\n\n\r\n"), "{plain}");
    go.send(()).expect("it waits");
    until(&mut events, "data: 2\n\n\r\n0\r\n\r\n");
}

#[test]
fn a_body_may_be_as_long_as_is_declared() {
    let upstream = Upstream::answering(OK);
    let world = open_to(upstream.port, "max_body: 8");
    let status = |head: &str, body: &str| {
        let answer =
            world.raw("api", &format!("POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{head}\r\n\r\n{body}"));
        answer.split(' ').nth(1).expect("a status").to_owned()
    };
    assert_eq!(status("Content-Length: 9", "123456789"), "413");
    assert_eq!(status("Transfer-Encoding: chunked", "4\r\n1234\r\n5\r\n12345\r\n0\r\n\r\n"), "413");
    assert_eq!(status("Content-Length: 8", "12345678"), "200");
    // The first of them never got there, and the second not to its end.
    assert_eq!(upstream.next().body, "12345678");
}

#[test]
fn a_client_that_asks_first_may_go_on() {
    let upstream = Upstream::answering(OK);
    let world = open_to(upstream.port, "");
    let mut client = connect(&world);
    client
        .write_all(b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        .expect("sent");
    until(&mut client, "HTTP/1.1 100 Continue\r\n\r\n");
    client.write_all(b"hello").expect("sent");
    until(&mut client, "\r\n\r\nok");
    let seen = upstream.next();
    assert_eq!((seen.header("expect"), seen.body.as_str()), (None, "hello"));
}

#[test]
fn a_client_that_hangs_up_ends_the_request_upstream() {
    for (path, answer) in [("/silent", ""), ("/stream", "HTTP/1.1 200 OK\r\n\r\nsome"), ("/upload", "")] {
        let upstream = Upstream::holding(move |number, stream, tell| {
            let mut stream = BufReader::new(stream);
            let mut head = [0; 16];
            stream.read_exact(&mut head).expect("a request");
            stream.get_mut().write_all(answer.as_bytes()).expect("sent");
            tell(number);
            let mut rest = Vec::new();
            let _either_way = stream.read_to_end(&mut rest);
            tell(usize::MAX);
        });
        // Far longer than the test waits: it must not be the time that ends the request.
        let world = open_to(upstream.port, "timeout: 600");
        let mut client = connect(&world);
        let head = if path == "/upload" { "Content-Length: 100\r\n" } else { "" };
        client.write_all(format!("POST {path} HTTP/1.1\r\nHost: a\r\n{head}\r\n").as_bytes()).expect("sent");
        assert_eq!(upstream.next(), 0, "{path}");
        if !answer.is_empty() {
            until(&mut client, "some\r\n");
        }
        drop(client);
        assert_eq!(upstream.next(), usize::MAX, "{path}");
    }
}
