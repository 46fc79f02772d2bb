//! The API of `examples/orders`, running, and files of `examples` with other ports in them.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The ports that the examples name, and those that they get in a test.
pub(crate) struct Ports {
    pub(crate) api: u16,
    pub(crate) gateway: u16,
    pub(crate) proxy: u16,
}

impl Ports {
    /// A file of `examples`, with nothing in it changed but its ports.
    pub(crate) fn in_example(&self, name: &str) -> String {
        self.in_text(fs::read_to_string(example(name)).expect("an example"))
    }

    /// A text in which they stand.
    pub(crate) fn in_text(&self, text: String) -> String {
        let ports = [("8080", self.api), ("7277", self.gateway), ("8000", self.proxy)];
        ports.into_iter().fold(text, |text, (theirs, ours)| {
            text.replace(&format!("127.0.0.1:{theirs}"), &format!("127.0.0.1:{ours}"))
        })
    }
}

/// Where a file of `examples` is.
pub(crate) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// The API; it ends when this is dropped.
pub(crate) struct Api {
    process: Child,
    pub(crate) port: u16,
}

impl Api {
    /// On a free port.
    pub(crate) fn start() -> Self {
        let mut command = Command::new("python3");
        command.arg(example("orders/api.py")).args(["--port", "0"]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("python3 is installed");
        let mut line = String::new();
        let output = process.stdout.take().expect("standard output is piped");
        BufReader::new(output).read_line(&mut line).expect("the API says where it is");
        let port = line.trim().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        Self { process, port }
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        let _already_dead = self.process.kill();
        let _already_waited_for = self.process.wait();
    }
}
