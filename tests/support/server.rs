//! The built binary as a child process, and HTTP on plain sockets: what is sent and what comes back, byte for byte.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// Nothing on the wire takes this long; a test that waits longer has found a hang.
const HANG: Duration = Duration::from_secs(60);

/// A running server; it is killed when dropped.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts a server on a free port with an empty store in memory.
    pub(crate) fn in_memory(flags: &[&str]) -> Self {
        Self::start("memory", flags)
    }

    /// Starts a server on a free port with its documents in this file.
    pub(crate) fn on_file(file: &Path, flags: &[&str]) -> Self {
        Self::start(&format!("redb:{}", file.display()), flags)
    }

    fn start(store: &str, flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_poolpass"))
            .env_clear()
            .args(["serve", "--listen", "127.0.0.1:0", "--ready-json", "--log", "off", "--store", store])
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the built binary starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("standard output is piped");
        BufReader::new(output).read_line(&mut line).expect("the server says something");
        let ready: Value = serde_json::from_str(&line).expect("the first line says that the server is ready");
        let port =
            at(&ready, "/port").as_u64().and_then(|port| u16::try_from(port).ok()).expect("the port is in the line");
        Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)) }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn connect(&self) -> Connection {
        Connection::to(self.address).expect("the server takes connections")
    }

    /// Sends these bytes on a connection of their own, and reads one answer.
    pub(crate) fn send(&self, request: &[u8]) -> Reply {
        let mut connection = self.connect();
        connection.send(request);
        connection.reply().expect("the server answers")
    }

    /// Calls an operation; `input` is what the body says.
    pub(crate) fn call(&self, operation: &str, input: &Value) -> Reply {
        self.send(&control(operation, &input.to_string()))
    }

    /// Calls an operation that must succeed.
    pub(crate) fn done(&self, operation: &str, input: &Value) -> Value {
        self.call(operation, input).done(operation)
    }

    /// Ends the process as a power switch would: nothing of it runs any more when this returns.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("the process is ours");
        self.child.wait().expect("the process is ours");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _already_dead = self.child.kill();
        let _already_waited_for = self.child.wait();
    }
}

/// What is at this place in a document (RFC 6901); `Null` if nothing is.
pub(crate) fn at<'a>(document: &'a Value, place: &str) -> &'a Value {
    document.pointer(place).unwrap_or(&Value::Null)
}

/// A request of the control plane, on a connection that stays open.
pub(crate) fn control(operation: &str, body: &str) -> Vec<u8> {
    let target = format!("X-Amz-Target: AWSCognitoIdentityProviderService.{operation}");
    request("POST", "/", &["Content-Type: application/x-amz-json-1.1", &target], body.as_bytes())
}

/// A request of the token endpoint.
pub(crate) fn form(path: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut all = vec!["Content-Type: application/x-www-form-urlencoded"];
    all.extend(headers);
    request("POST", path, &all, body)
}

/// Any request, with Host and Content-Length.
pub(crate) fn request(method: &str, path: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let length = format!("Content-Length: {}", body.len());
    let mut head = vec!["Host: localhost", &length];
    head.extend(headers);
    let mut bytes = format!("{method} {path} HTTP/1.1\r\n{}\r\n\r\n", head.join("\r\n")).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// One connection.
pub(crate) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    pub(crate) fn to(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(HANG))?;
        stream.set_write_timeout(Some(HANG))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::new() })
    }

    /// Sends what the server is ready to take, and says how many bytes that were.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> usize {
        let mut sent = 0;
        while let Some(rest) = bytes.get(sent..).filter(|rest| !rest.is_empty()) {
            match self.stream.write(rest) {
                Ok(count) => sent += count,
                Err(error) => {
                    assert_ne!(error.kind(), io::ErrorKind::WouldBlock, "the server neither reads nor closes");
                    break;
                }
            }
        }
        sent
    }

    /// Whether the server says something, or closes, within this time.
    pub(crate) fn hears_within(&mut self, time: Duration) -> bool {
        self.stream.set_read_timeout(Some(time)).expect("the time is not zero");
        let heard = self.more();
        self.stream.set_read_timeout(Some(HANG)).expect("the time is not zero");
        !heard.is_err_and(|error| matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut))
    }

    /// Says that nothing more will be sent.
    pub(crate) fn finish(&self) {
        self.stream.shutdown(Shutdown::Write).expect("the connection is open");
    }

    /// The next answer.
    pub(crate) fn reply(&mut self) -> io::Result<Reply> {
        self.reply_to("POST")
    }

    /// The next answer; one to `HEAD` has no body.
    pub(crate) fn reply_to(&mut self, method: &str) -> io::Result<Reply> {
        let end = loop {
            match self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(end) => break end + 4,
                None => self.more()?,
            }
        };
        let head: Vec<u8> = self.read.drain(..end).collect();
        let head = String::from_utf8(head).expect("heads are text");
        let mut lines = head.lines();
        let status = lines.next().unwrap_or_default().to_owned();
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let announced = headers.iter().find(|(name, _)| name == "content-length");
        let length = announced.map_or(0, |(_, length)| length.parse().expect("a length is a number"));
        let length = if method == "HEAD" { 0 } else { length };
        while self.read.len() < length {
            self.more()?;
        }
        Ok(Reply { status, headers, body: self.read.drain(..length).collect() })
    }

    /// Reads until the server closes: nothing may come but what has been read already.
    pub(crate) fn closes(&mut self) -> bool {
        let rest = loop {
            match self.more() {
                Ok(()) => {}
                Err(error) => break error.kind(),
            }
        };
        self.read.is_empty() && matches!(rest, io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset)
    }

    fn more(&mut self) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            count => {
                self.read.extend(buffer.iter().take(count));
                Ok(())
            }
        }
    }
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    /// The status line.
    pub(crate) status: String,
    /// Names, in lower case, and values, in the order they came.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn code(&self) -> u16 {
        self.status.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status line has a code")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("bodies are text")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    /// The answer of an operation that succeeded; `Null` if it is empty.
    pub(crate) fn done(&self, operation: &str) -> Value {
        assert_eq!(self.code(), 200, "{operation}: {}", self.whole());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// Everything but whether the connection stays open: where a body was not read, that depends on how much of it had
    /// arrived.
    pub(crate) fn whole_but_close(&self) -> String {
        self.whole().replacen("connection: close\n", "", 1)
    }

    /// Everything, with headers in alphabetical order, and dates and UUIDs under their names: they differ every time.
    pub(crate) fn whole(&self) -> String {
        let mut lines: Vec<String> = self.headers.iter().map(|(name, value)| header_line(name, value)).collect();
        lines.sort_unstable();
        lines.insert(0, self.status.clone());
        format!("{}\n\n{}", lines.join("\n"), String::from_utf8_lossy(&self.body))
    }
}

fn header_line(name: &str, value: &str) -> String {
    match name {
        "date" if chrono::DateTime::parse_from_rfc2822(value).is_ok() => "date: DATE".to_owned(),
        "x-amzn-requestid" | "x-amz-cognito-request-id" if uuid::Uuid::parse_str(value).is_ok() => {
            format!("{name}: UUID")
        }
        "set-cookie" => match value.split_once('=').map(|(cookie, rest)| (cookie, rest.split_at_checked(36))) {
            Some((cookie, Some((token, rest)))) if uuid::Uuid::parse_str(token).is_ok() => {
                format!("{name}: {cookie}=UUID{rest}")
            }
            _ => format!("{name}: {value}"),
        },
        _ => format!("{name}: {value}"),
    }
}
