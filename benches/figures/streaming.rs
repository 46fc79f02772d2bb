//! How much memory the gateway needs for bodies that are larger than it.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use crate::figures::{Bound, Figure};
use crate::gateway::Gateway;

const LENGTH: usize = 100 * 1024 * 1024;
const PART: usize = 64 * 1024;
const CONNECTIONS: usize = 4;

/// Takes a long body and answers with another, on every connection.
fn mirror() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            thread::spawn(move || {
                skip_head(&mut stream);
                receive(&mut stream);
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {LENGTH}\r\n\r\n").expect("the gateway reads");
                send(&mut stream);
            });
        }
    });
    port
}

fn skip_head(stream: &mut TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        assert_eq!(stream.read(&mut byte).expect("a head comes"), 1, "{}", String::from_utf8_lossy(&head));
        head.extend(byte);
    }
}

fn send(stream: &mut TcpStream) {
    let part = vec![b'x'; PART];
    for _ in 0..LENGTH / PART {
        stream.write_all(&part).expect("the other side reads");
    }
}

fn receive(stream: &mut TcpStream) {
    let (mut part, mut left) = (vec![0; PART], LENGTH);
    while left > 0 {
        let read = stream.read(&mut part).expect("the other side writes");
        assert_ne!(read, 0, "{left} bytes are missing");
        left -= read;
    }
}

/// Sends a long body and receives another over one connection.
fn exchange(port: u16) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the gateway listens");
    write!(stream, "POST /open/a HTTP/1.1\r\nHost: a\r\nContent-Length: {LENGTH}\r\n\r\n").expect("it reads");
    send(&mut stream);
    skip_head(&mut stream);
    receive(&mut stream);
}

/// Takes the figures of streaming.
pub(crate) fn measure() -> Vec<Figure> {
    let gateway = Gateway::start(mirror());
    let before = gateway.server.resident();
    let _since_the_start = gateway.server.peak();
    let figure = |what: &str| Figure {
        what: format!("extra memory for 100 MB each way, {what}"),
        value: mebibytes(gateway.server.peak().saturating_sub(before)),
        bound: Bound::AtMost(5.0),
        unit: "MiB",
    };
    exchange(gateway.port);
    let one = figure("1 connection");
    let port = gateway.port;
    let all: Vec<_> = (0..CONNECTIONS).map(|_| thread::spawn(move || exchange(port))).collect();
    for each in all {
        each.join().expect("no connection failed");
    }
    let four = Figure { bound: Bound::None, ..figure("4 connections at once") };
    vec![one, four]
}

fn mebibytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1024).unwrap_or(u32::MAX)) / 1024.0
}
