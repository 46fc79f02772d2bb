//! `poolpass explain`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserialize;

use crate::app::App;
use crate::bench::explain::DryRun;
use crate::config::{ConfigFile, StoreChoice};
use crate::effects::Effects;
use crate::explain::{Explanation, text};
use crate::server;

use super::remote::{Remote, segment};
use super::{Failure, Output};

/// Say why a token was granted or refused, or what a client would get.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The request's id, which its response carried as `x-amz-cognito-request-id`; without it and without --client, the
    /// latest decisions are listed.
    #[arg(conflicts_with_all = ["client", "scope", "config"])]
    request: Option<String>,
    /// What would this client get? Changes nothing.
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// A scope it would ask for, or several separated by spaces; can be given several times.
    #[arg(long, requires = "client")]
    scope: Vec<String>,
    /// The grant it would use: `client_credentials`, `code` or `implicit`. Default: the one it has, `code` rather than
    /// `implicit`.
    #[arg(long, value_name = "TYPE", requires = "client")]
    grant: Option<String>,
    /// Decide by what this configuration file declares, without a server.
    #[arg(long, value_name = "FILE", requires = "client")]
    config: Option<PathBuf>,
    /// Print the explanation as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Deserialize)]
struct Latest {
    traces: Vec<Explanation>,
}

impl Explain {
    pub(super) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        let explanation = match (&self.request, &self.client) {
            (Some(id), _) => self.remote.get(&format!("/_poolpass/traces/{}", segment(id)))?.document()?,
            (None, Some(client)) => self.dry_run(client)?,
            (None, None) => return self.list(output),
        };
        let shown = if self.json { serde_json::to_string(&explanation)? } else { text::render(&explanation) };
        Ok(output.line(shown.trim_end())?)
    }

    fn list(&self, output: &mut Output) -> Result<(), Failure> {
        let answer = self.remote.get("/_poolpass/traces?limit=20")?;
        let latest: Latest = answer.document()?;
        if self.json {
            return Ok(output.line(&answer.body)?);
        }
        for explanation in &latest.traces {
            output.line(&text::summary(explanation))?;
        }
        Ok(())
    }

    fn dry_run(&self, client: &str) -> Result<Explanation, Failure> {
        let asked = DryRun {
            client_id: client.to_owned(),
            scope: (!self.scope.is_empty()).then(|| self.scope.join(" ")),
            grant_type: self.grant.clone(),
        };
        match &self.config {
            Some(config) => without_server(config, &asked),
            None => self.remote.post("/_poolpass/explain", &asked)?.document(),
        }
    }
}

/// The same decision on a store in memory that holds what the file declares.
fn without_server(config: &Path, asked: &DryRun) -> Result<Explanation, Failure> {
    let file = ConfigFile::load(config)?;
    let mut settings = file.settle()?;
    settings.store = StoreChoice::Memory;
    server::block_on(async {
        let app = App::build(&settings, &Effects::system(), 0)?;
        app.declare(&file).await?;
        Ok(app.bench.explain(asked).await?)
    })
}
