//! `poolpass outbox`.

use clap::Args;
use serde::Deserialize;

use super::remote::Remote;
use super::{Failure, Output};

/// How many messages may come between two requests of one who follows: as many as one answer can hold.
const MOST: &str = "1000";
/// How long one request waits for a message, in seconds.
const WAIT: &str = "20";

/// Show the messages that users would have received, with the codes in them; the newest first.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of the command line, most of which exclude each other")]
pub(super) struct Outbox {
    /// Only those to this user.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Only those to this e-mail address or telephone number.
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    /// Only those of this pool.
    #[arg(long, value_name = "ID")]
    pool: Option<String>,
    /// How many.
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// Go on with those that come, until interrupted; these in the order in which they come.
    #[arg(long)]
    follow: bool,
    /// Delete them instead.
    #[arg(long, conflicts_with_all = ["follow", "code", "json"])]
    clear: bool,
    /// Print the code of the latest one and nothing else.
    #[arg(long, conflicts_with_all = ["follow", "json"])]
    code: bool,
    /// Print one message per line, as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Deserialize)]
struct Listed {
    messages: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Deleted {
    deleted: usize,
}

/// Of a message what is shown to people.
#[derive(Deserialize)]
struct Message {
    at: String,
    purpose: String,
    user: String,
    to: String,
    subject: Option<String>,
    body: String,
    code: String,
}

impl Outbox {
    pub(super) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        if self.clear {
            let Deleted { deleted } = self.remote.delete(&self.path(None, &[]))?.document()?;
            return Ok(output.line(&format!("{deleted} deleted"))?);
        }
        let limit = self.limit.to_string();
        let mut listed: Listed = self.remote.get(&self.path(None, &[("limit", &limit)]))?.document()?;
        if self.code {
            let latest = listed.messages.into_iter().next().ok_or_else(|| Failure("there is no message".to_owned()))?;
            return Ok(output.line(&serde_json::from_value::<Message>(latest)?.code)?);
        }
        for message in &listed.messages {
            self.show(message, output)?;
        }
        if !self.follow {
            return Ok(());
        }
        let mut last = None;
        loop {
            last = listed.messages.first().and_then(id).or(last);
            let newer: Listed =
                self.remote.get(&self.path(last.as_deref(), &[("wait", WAIT), ("limit", MOST)]))?.document()?;
            for message in newer.messages.iter().rev() {
                self.show(message, output)?;
            }
            listed = newer;
        }
    }

    fn path(&self, newer_than: Option<&str>, more: &[(&str, &str)]) -> String {
        let asked = [("user", &self.user), ("to", &self.to), ("pool", &self.pool)];
        let asked = asked.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)));
        let newer = newer_than.map(|id| ("newer_than", id));
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(asked.chain(newer).chain(more.iter().copied()))
            .finish();
        format!("/_poolpass/outbox?{query}")
    }

    fn show(&self, message: &serde_json::Value, output: &mut Output) -> Result<(), Failure> {
        if self.json {
            return Ok(output.line(&message.to_string())?);
        }
        let Message { at, purpose, user, to, subject, body, code } = Message::deserialize(message)?;
        output.line(&format!("{at}  {purpose}  {user} <{to}>  {code}"))?;
        for line in subject.iter().flat_map(|subject| subject.lines()).chain(body.lines()) {
            output.line(&format!("  {line}"))?;
        }
        Ok(output.line("")?)
    }
}

fn id(message: &serde_json::Value) -> Option<String> {
    message.get("id")?.as_str().map(str::to_owned)
}
