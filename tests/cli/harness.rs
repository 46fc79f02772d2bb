//! Running the program, and servers in the background.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

/// The demo world's pool.
pub(crate) const DEMO_POOL: &str = "us-east-1_Demo00001";
/// A client of the demo world.
pub(crate) const SHOP: &str = "4demo0shop0000000000000000";
/// Its secret.
pub(crate) const SHOP_SECRET: &str = "1demo0shop0secret00000000000000000000000000000000000";

/// What a finished command printed, and how it ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Finished {
    /// A command that failed with this message and nothing else.
    pub(crate) fn failed(message: &str) -> Self {
        Self { code: Some(1), out: String::new(), err: format!("poolpass: {message}\n") }
    }

    /// The output of a command that did what it was asked.
    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{}", self.out);
        self.out
    }

    #[track_caller]
    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.done()).expect("JSON")
    }
}

/// The program in a folder, without the environment of whoever runs the tests.
pub(crate) fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_poolpass"));
    command.args(arguments).env_clear().current_dir(folder).stdin(Stdio::null());
    command
}

/// Runs a command that ends by itself.
pub(crate) fn run(arguments: &[&str]) -> Finished {
    finish(&mut program(&std::env::temp_dir(), arguments))
}

pub(crate) fn finish(command: &mut Command) -> Finished {
    let done = command.output().expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Finished { code: done.status.code(), out: text(done.stdout), err: text(done.stderr) }
}

/// A server that runs until this is dropped.
pub(crate) struct Server {
    process: Child,
    out: BufReader<ChildStdout>,
    pub(crate) ready: Value,
}

impl Server {
    /// One with an empty store in memory.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let standard = ["serve", "--listen", "127.0.0.1:0", "--store", "memory", "--ready-json"];
        Self::launch(&mut program(&std::env::temp_dir(), &[&standard, arguments].concat()))
    }

    /// One that announces itself with `--ready-json`.
    pub(crate) fn launch(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut out = BufReader::new(process.stdout.take().expect("invariant: standard output is a pipe"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a line of text");
        let ready = serde_json::from_str(&line).expect("the ready line, before the process ends");
        Self { process, out, ready }
    }

    pub(crate) fn endpoint(&self) -> &str {
        self.ready.get("endpoint").and_then(Value::as_str).expect("an endpoint")
    }

    pub(crate) fn port(&self) -> u64 {
        self.ready.get("port").and_then(Value::as_u64).expect("a port")
    }

    /// Runs a command that speaks to this server.
    pub(crate) fn command(&self, arguments: &[&str]) -> Finished {
        finish(program(&std::env::temp_dir(), arguments).env("POOLPASS_ENDPOINT", self.endpoint()))
    }

    /// A token of the demo world.
    pub(crate) fn token(&self) -> String {
        let token = self.command(&["token", "--client", SHOP, "--secret", SHOP_SECRET, "--raw"]);
        token.done().trim_end().to_owned()
    }

    /// Sends a signal; answers how the server ended and what it printed after the ready line.
    pub(crate) fn end_by(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().expect("kill runs").success());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).expect("text");
        (self.process.wait().expect("an end").code(), rest)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
