//! `poolpass health`.

use clap::Args;
use serde_json::Value;

use super::remote::Remote;
use super::{Failure, Output};

/// Whether the server is there.
#[derive(Debug, Args)]
pub(super) struct Health {
    #[command(flatten)]
    remote: Remote,
    /// Print the server's answer.
    #[arg(long)]
    json: bool,
}

impl Health {
    pub(super) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        let health: Value = self.remote.get("/_poolpass/health")?.document()?;
        let member = |name: &str| health.get(name).and_then(Value::as_str).unwrap_or_default();
        if self.json {
            output.line(&health.to_string())?;
        } else {
            output.line(&format!(
                "{}: poolpass {} at {}",
                member("status"),
                member("version"),
                self.remote.endpoint()
            ))?;
        }
        Ok(())
    }
}
