//! `poolpass keys`.

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::remote::{Remote, segment};
use super::{Failure, Output};

/// Show, rotate and retire the signing keys of a pool.
#[derive(Debug, Args)]
pub(super) struct Keys {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show the keys that are published, and which of them sign.
    List(Pool),
    /// Make new keys that sign from now on; the ones before stay published.
    Rotate(Pool),
    /// Stop publishing a key that was rotated out: what it signed no longer verifies.
    Retire {
        /// The key.
        #[arg(long)]
        kid: String,
        #[command(flatten)]
        pool: Pool,
    },
}

#[derive(Debug, Args)]
struct Pool {
    /// The pool's id.
    #[arg(long = "pool", value_name = "ID")]
    id: String,
    /// Print the server's answer.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Serialize, Deserialize)]
struct Listed {
    pool: String,
    keys: Vec<Key>,
}

#[derive(Serialize, Deserialize)]
struct Key {
    kid: String,
    usage: String,
    signing: bool,
    origin: String,
    created: String,
}

impl Keys {
    pub(super) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        let path = |pool: &Pool| format!("/_poolpass/keys/{}", segment(&pool.id));
        let (pool, answer) = match &self.action {
            Action::List(pool) => (pool, pool.remote.get(&path(pool))?),
            Action::Rotate(pool) => (pool, pool.remote.post(&format!("{}/rotate", path(pool)), &json!({}))?),
            Action::Retire { kid, pool } => {
                (pool, pool.remote.post(&format!("{}/retire", path(pool)), &json!({ "kid": kid }))?)
            }
        };
        let listed: Listed = answer.document()?;
        let text = if pool.json { serde_json::to_string(&listed)? } else { table(&listed) };
        Ok(output.line(&text)?)
    }
}

fn table(listed: &Listed) -> String {
    let mut text = format!("{:<44}  {:<6}  {:<9}  {:<9}  CREATED", "KID", "SIGNS", "NOW", "ORIGIN");
    for key in &listed.keys {
        let now = if key.signing { "signing" } else { "published" };
        write!(text, "\n{}  {:<6}  {now:<9}  {:<9}  {}", key.kid, key.usage, key.origin, key.created)
            .expect("invariant: writing to a string cannot fail");
    }
    text
}
