//! A plain HTTP/1.1 load: connections that each ask, wait for the answer, and ask again.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A request, ready to be sent again and again.
#[derive(Clone)]
pub(crate) struct Request(Vec<u8>);

impl Request {
    /// A token request in a form.
    pub(crate) fn token(form: &str) -> Self {
        let length = form.len();
        Self(
            format!(
                "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                 Content-Length: {length}\r\n\r\n{form}"
            )
            .into_bytes(),
        )
    }

    /// A GET.
    pub(crate) fn get(path: &str) -> Self {
        Self(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes())
    }

    /// A GET with a token.
    pub(crate) fn with_token(path: &str, token: &str) -> Self {
        Self(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n").into_bytes())
    }

    /// An operation of the JSON API.
    pub(crate) fn operation(name: &str, body: &str) -> Self {
        let length = body.len();
        Self(
            format!(
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.1\r\n\
                 X-Amz-Target: AWSCognitoIdentityProviderService.{name}\r\nContent-Length: {length}\r\n\r\n{body}"
            )
            .into_bytes(),
        )
    }
}

/// One connection that stays open.
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    /// To a server on this machine; tries until it listens.
    pub(crate) fn open(port: u16) -> Self {
        loop {
            if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) {
                stream.set_nodelay(true).expect("the option exists");
                return Self(BufReader::new(stream));
            }
            std::thread::yield_now();
        }
    }

    /// Sends the request and reads the whole answer: its status and its body.
    pub(crate) fn ask(&mut self, request: &Request) -> (u16, Vec<u8>) {
        self.0.get_mut().write_all(&request.0).expect("the server reads");
        let (mut status, mut length, mut line) = (0, 0, String::new());
        loop {
            line.clear();
            self.0.read_line(&mut line).expect("the server answers");
            if line.trim_end().is_empty() {
                break;
            }
            if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
                status = rest.split(' ').next().and_then(|status| status.parse().ok()).expect("a status");
            }
            let lower = line.to_ascii_lowercase();
            if let Some(rest) = lower.strip_prefix("content-length:") {
                length = rest.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("the whole body comes");
        (status, body)
    }
}

/// What a load met.
pub(crate) struct Met {
    pub(crate) answers: usize,
    pub(crate) latencies: Vec<Duration>,
}

impl Met {
    /// The latency below which this share of the answers came.
    pub(crate) fn percentile(&mut self, share: f64) -> Duration {
        self.latencies.sort_unstable();
        let place = crate::figures::share_of(self.latencies.len(), share);
        self.latencies.get(place.min(self.latencies.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

/// Keeps this many connections busy for this long, each going round the requests; every answer must have the expected
/// status.
pub(crate) fn run(port: u16, requests: &[Request], connections: usize, lasting: Duration, expected: u16) -> Met {
    run_beside(port, requests, connections, expected, || std::thread::sleep(lasting)).0
}

/// Keeps this many connections busy while `beside` runs.
pub(crate) fn run_beside<T>(
    port: u16,
    requests: &[Request],
    connections: usize,
    expected: u16,
    beside: impl FnOnce() -> T,
) -> (Met, T) {
    let (stop, ready) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..connections)
            .map(|number| {
                let flags = (&stop, &ready);
                scope.spawn(move || one_connection(port, requests.iter().cycle().skip(number * 37), expected, flags))
            })
            .collect();
        while ready.load(Ordering::SeqCst) < connections {
            std::thread::yield_now();
        }
        let result = beside();
        stop.store(true, Ordering::SeqCst);
        let latencies: Vec<_> =
            workers.into_iter().flat_map(|worker| worker.join().expect("no connection failed")).collect();
        (Met { answers: latencies.len(), latencies }, result)
    })
}

/// Sends every request once, over this many connections that take turns in the list; answers with how long it took.
pub(crate) fn run_once(port: u16, requests: &[Request], connections: usize, expected: u16) -> (Met, Duration) {
    std::thread::scope(|scope| {
        let opened: Vec<_> = (0..connections).map(|_| Connection::open(port)).collect();
        let started = Instant::now();
        let workers: Vec<_> = opened
            .into_iter()
            .enumerate()
            .map(|(number, mut connection)| {
                let own = requests.iter().skip(number).step_by(connections);
                scope.spawn(move || own.map(|request| timed(&mut connection, request, expected)).collect::<Vec<_>>())
            })
            .collect();
        let latencies: Vec<_> =
            workers.into_iter().flat_map(|worker| worker.join().expect("no connection failed")).collect();
        (Met { answers: latencies.len(), latencies }, started.elapsed())
    })
}

fn timed(connection: &mut Connection, request: &Request, expected: u16) -> Duration {
    let asked = Instant::now();
    let (status, body) = connection.ask(request);
    assert_eq!(status, expected, "{}", String::from_utf8_lossy(&body));
    asked.elapsed()
}

fn one_connection<'a>(
    port: u16,
    requests: impl Iterator<Item = &'a Request>,
    expected: u16,
    (stop, ready): (&AtomicBool, &AtomicUsize),
) -> Vec<Duration> {
    let mut connection = Connection::open(port);
    let mut latencies = Vec::new();
    let mut first = true;
    for request in requests.take_while(|_| !stop.load(Ordering::Relaxed)) {
        let latency = timed(&mut connection, request, expected);
        if first {
            ready.fetch_add(1, Ordering::SeqCst);
            first = false;
        } else {
            latencies.push(latency);
        }
    }
    latencies
}
