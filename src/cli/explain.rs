//! `poolpass explain`.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use clap::Args;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::bench::explain::DryRun;
use crate::bench::gateways::RouteDryRun;
use crate::config::{ConfigFile, StoreChoice};
use crate::effects::Effects;
use crate::explain::{Comparison, Explanation, text};
use crate::server;

use super::remote::{Remote, segment};
use super::{Failure, Output};

/// Say why a token or a request was let through or refused, and what a client or a request would get.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The request's id, which its response carried as `x-amz-cognito-request-id`, from a gateway as `x-amzn-requestid`,
    /// `apigw-requestid` or `x-request-id`. Without it, --client and --route, the latest decisions are listed.
    #[arg(conflicts_with_all = ["client", "scope", "config", "route"])]
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
    #[command(flatten)]
    route: AskedRoute,
    /// Print the explanation as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    remote: Remote,
}

/// A request that is not sent.
#[derive(Args)]
struct AskedRoute {
    /// What would a gateway answer to this request? A method and a path, such as 'GET /orders', with or without the base
    /// path and the stage of the gateway. Nothing is sent upstream, and nothing is recorded.
    #[arg(long, value_name = "REQUEST", conflicts_with = "client")]
    route: Option<String>,
    /// The token of that request; `-` reads it from standard input. With a scheme before it, it is presented as it stands.
    #[arg(long, requires = "route")]
    token: Option<String>,
    /// The gateway, where there are several.
    #[arg(long, value_name = "NAME", requires = "route")]
    gateway: Option<String>,
    /// Answer as each dialect would, side by side.
    #[arg(long, requires = "route")]
    all_dialects: bool,
}

/// Without the token.
impl fmt::Debug for AskedRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AskedRoute").field("route", &self.route).field("gateway", &self.gateway).finish_non_exhaustive()
    }
}

impl AskedRoute {
    fn dry_run(&self) -> Result<Option<RouteDryRun>, Failure> {
        let Some(route) = &self.route else { return Ok(None) };
        let token = match self.token.as_deref() {
            Some("-") => Some(io::read_to_string(io::stdin())?.trim().to_owned()),
            given => given.map(str::to_owned),
        };
        if token.as_deref() == Some("") {
            return Err(Failure("--token: there is no token".to_owned()));
        }
        let (route, gateway) = (route.clone(), self.gateway.clone());
        Ok(Some(RouteDryRun { route, token, gateway, all_dialects: self.all_dialects }))
    }
}

#[derive(Deserialize)]
struct Latest {
    traces: Vec<Explanation>,
}

impl Explain {
    pub(super) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        if let Some(asked) = self.route.dry_run()? {
            let answer = self.remote.post("/_poolpass/explain/route", &asked)?;
            if asked.all_dialects {
                let compared: Comparison = answer.document()?;
                return self.show(output, &compared, Comparison::render);
            }
            return self.show(output, &answer.document()?, text::render);
        }
        let explanation = match (&self.request, &self.client) {
            (Some(id), _) => self.remote.get(&format!("/_poolpass/traces/{}", segment(id)))?.document()?,
            (None, Some(client)) => self.dry_run(client)?,
            (None, None) => return self.list(output),
        };
        self.show(output, &explanation, text::render)
    }

    fn show<T: Serialize>(&self, output: &mut Output, told: &T, render: fn(&T) -> String) -> Result<(), Failure> {
        let shown = if self.json { serde_json::to_string(told)? } else { render(told) };
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
