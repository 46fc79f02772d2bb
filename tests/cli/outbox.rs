//! Following the messages that users would have received.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Server, program};

/// A public client of the demo world.
const SPA: &str = "4demo0spa00000000000000000";
/// A line that has not come by then never will; nothing is measured with it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A command that goes on until this is dropped.
struct Follower {
    process: Child,
    lines: Receiver<String>,
}

impl Follower {
    fn start(server: &Server, arguments: &[&str]) -> Self {
        let mut command = program(&std::env::temp_dir(), arguments);
        command.env("POOLPASS_ENDPOINT", server.endpoint()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the program runs");
        let out = BufReader::new(process.stdout.take().expect("invariant: standard output is a pipe"));
        let (sender, lines) = channel();
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { process, lines }
    }

    #[track_caller]
    fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("a line")
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Has a code sent to a user of the demo world.
fn forget_password(server: &Server, name: &str) {
    let answer = ureq::post(server.endpoint())
        .header("X-Amz-Target", "AWSCognitoIdentityProviderService.ForgotPassword")
        .header("Content-Type", "application/x-amz-json-1.1")
        .send(json!({ "ClientId": SPA, "Username": name }).to_string());
    assert_eq!(answer.expect("an answer").status(), 200);
}

#[test]
fn whoever_follows_sees_what_was_there_and_then_each_message_once_as_it_comes() {
    let server = Server::start(&["--demo"]);
    forget_password(&server, "ada");
    let follower = Follower::start(&server, &["outbox", "--follow", "--json", "--user", "ada"]);
    let mut seen: Vec<Value> = Vec::new();
    for _ in 0..3 {
        seen.push(serde_json::from_str(&follower.line()).expect("JSON"));
        forget_password(&server, "ben");
        forget_password(&server, "ada");
    }
    let told = |message: &Value| (message["user"].clone(), message["purpose"].clone());
    assert_eq!(seen.iter().map(told).collect::<Vec<_>>(), vec![(json!("ada"), json!("ForgotPassword")); 3]);
    // Ids sort the newest first.
    let ids: Vec<&str> = seen.iter().filter_map(|message| message["id"].as_str()).collect();
    assert!(ids.len() == 3 && ids.is_sorted_by(|one, next| one > next), "{ids:?}");
}

#[test]
fn whoever_follows_an_empty_outbox_waits_for_the_first_message() {
    let server = Server::start(&["--demo"]);
    let follower = Follower::start(&server, &["outbox", "--follow"]);
    forget_password(&server, "ben");
    let line = follower.line();
    let code = server.command(&["outbox", "--code"]).done();
    assert!(line.ends_with(&format!("  ForgotPassword  ben <ben@example.com>  {}", code.trim_end())), "{line}");
}
