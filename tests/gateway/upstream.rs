//! What stands behind a gateway in tests: a listener that shows every byte it was sent.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// Nothing on the wire takes this long; a test that waits longer has found a hang.
pub(crate) const HANG: Duration = Duration::from_secs(60);

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port()
}

/// A listener on a free port, each of whose connections has a thread.
pub(crate) struct Upstream<T> {
    pub(crate) port: u16,
    seen: Receiver<T>,
}

/// One request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Which connection it came over, counted from zero.
    pub(crate) connection: usize,
    /// The first line.
    pub(crate) line: String,
    /// The other lines, sorted.
    pub(crate) headers: Vec<String>,
    /// What follows, with chunks as they were framed.
    pub(crate) body: String,
}

impl<T: Send + 'static> Upstream<T> {
    /// Gives each connection to this function, with its number and where to tell what was seen.
    pub(crate) fn holding(hold: impl Fn(usize, TcpStream, &dyn Fn(T)) + Send + Sync + Clone + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let (tell, seen) = channel();
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let (hold, tell) = (hold.clone(), tell.clone());
                let stream = stream.expect("a connection");
                stream.set_read_timeout(Some(HANG)).expect("the time is not zero");
                thread::spawn(move || hold(number, stream, &|seen| drop(tell.send(seen))));
            }
        });
        Self { port, seen }
    }

    /// What was seen next.
    pub(crate) fn next(&self) -> T {
        self.seen.recv_timeout(HANG).expect("something comes")
    }
}

impl Upstream<Seen> {
    /// Answers every request with these bytes, and keeps the connection.
    pub(crate) fn answering(answer: &'static str) -> Self {
        Self::holding(move |number, stream, tell| {
            let mut stream = BufReader::new(stream);
            while let Some(seen) = read(number, &mut stream) {
                tell(seen);
                if stream.get_mut().write_all(answer.as_bytes()).is_err() {
                    return;
                }
            }
        })
    }
}

impl Seen {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// Reads one request, unless the connection ends before it.
pub(crate) fn read(connection: usize, stream: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let line = lines.remove(0);
    lines.sort();
    let mut seen = Seen { connection, line, headers: lines, body: String::new() };
    if let Some(length) = seen.header("content-length") {
        let mut body = vec![0; length.parse().expect("a length")];
        stream.read_exact(&mut body).ok()?;
        seen.body = String::from_utf8(body).expect("text");
    } else if seen.header("transfer-encoding").is_some() {
        while !seen.body.ends_with("0\r\n\r\n") {
            if stream.read_line(&mut seen.body).ok()? == 0 {
                return None;
            }
        }
    }
    Some(seen)
}
