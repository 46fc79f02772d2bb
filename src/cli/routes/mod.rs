//! `poolpass routes`.

mod survey;

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::app::{self, Known, Plan};
use crate::config::{ConfigFile, DeclaredGateway, DeclaredMode};
use crate::domain::gateway::dialect::Dialect;

use self::survey::{Survey, Surveyed};
use super::gateway::{ApiFlags, configuration, is_an_api};
use super::{Failure, Output};

/// How wide a column is at most: what is wider stands out of it.
const WIDEST: usize = 100;

/// List the routes of an API, who vouches for the tokens they take, and which scopes they ask for.
///
/// With a configuration that declares pools, it also says which of the scopes no resource server defines, and which no
/// client may have.
#[derive(Debug, Args)]
pub(super) struct Routes {
    /// A configuration with `gateways:`, or a file that describes an API (OpenAPI, SAM or CloudFormation).
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The configuration file with the pools, where FILE describes an API. Without it, every pool counts as known.
    #[arg(long, value_name = "FILE", env = "POOLPASS_CONFIG")]
    config: Option<PathBuf>,
    #[command(flatten)]
    api: ApiFlags,
    /// Print the list as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Listed {
    gateways: Vec<ListedGateway>,
    /// What is about none of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

#[derive(Serialize)]
struct ListedGateway {
    name: String,
    dialect: Dialect,
    routes: Vec<Surveyed>,
    notes: Vec<String>,
}

impl Routes {
    pub(super) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        let config = self.config.as_deref().map(|file| configuration(file, "FILE, without a flag")).transpose()?;
        let files = [self.declared()?];
        let all = || config.iter().chain(&files);
        let pools: BTreeSet<_> = all().flat_map(|file| &file.world.pools).map(|pool| pool.id.clone()).collect();
        let known = if pools.is_empty() { Known::All } else { Known::These(pools) };
        let told = all().fold(self.api.layer(), |layer, file| layer.over(file.server.clone()));
        let unprotected = told.unprotected();
        let survey = Survey::of(all().map(|file| &file.world), unprotected.allowed.clone());
        let plans = app::plans(&files, &known)?;
        let notes = app::check(&plans, &told.settle()?)?;
        let each = plans.iter().zip(notes).map(|(plan, notes)| ListedGateway::of(plan, &survey, notes));
        let notes = unprotected.notes(plans.iter().flat_map(|plan| &plan.api.routes));
        let listed = Listed { gateways: each.collect(), notes };
        if self.json {
            output.line(&serde_json::to_string(&listed)?)?;
        } else {
            listed.gateways.iter().try_for_each(|gateway| output.line(&gateway.text()))?;
            listed.notes.iter().try_for_each(|note| output.line(&format!("note: {note}")))?;
        }
        Ok(unprotected.check(plans.iter().map(|plan| (plan.declared, plan.api.routes.as_slice())))?)
    }

    /// The gateways of the file, whichever kind it is.
    fn declared(&self) -> Result<ConfigFile, Failure> {
        match ConfigFile::load(&self.file) {
            Ok(file) if !file.gateways.is_empty() => Ok(file),
            Ok(_) => Err(Failure(format!("{}: there is no gateway in it", self.file.display()))),
            Err(_) if is_an_api(&self.file) => {
                let mut file = self.api.declared(&self.file, false)?;
                // What stands behind it need not be known yet.
                let waiting = |gateway: &&mut DeclaredGateway| {
                    gateway.upstream.is_none() && gateway.mode == DeclaredMode::Enforce
                };
                file.gateways.iter_mut().filter(waiting).for_each(|gateway| gateway.mode = DeclaredMode::Mock);
                Ok(file)
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl ListedGateway {
    fn of(plan: &Plan<'_>, survey: &Survey, notes: Vec<String>) -> Self {
        Self {
            name: plan.declared.name.clone(),
            dialect: plan.api.dialect,
            routes: plan.api.routes.iter().map(|route| survey.route(route)).collect(),
            notes: plan.notes.iter().cloned().chain(notes).collect(),
        }
    }

    fn text(&self) -> String {
        let mut lines = vec![format!("{} ({})", self.name, self.dialect)];
        let width = self.routes.iter().map(|route| route.route.chars().count()).max().unwrap_or_default().min(WIDEST);
        let column =
            self.routes.iter().map(|route| route.guard().chars().count()).max().unwrap_or_default().min(WIDEST);
        for route in &self.routes {
            let (key, guard, scopes) = (&route.route, route.guard(), route.scopes.join(" "));
            lines.push(format!("  {key:<width$}  {guard:<column$}  {scopes}").trim_end().to_owned());
        }
        for route in &self.routes {
            let undefined = route.undefined_scopes.iter().map(|scope| (scope, "no resource server defines it"));
            let unattainable = route.unattainable_scopes.iter().map(|scope| (scope, "no client may have it"));
            lines
                .extend(undefined.chain(unattainable).map(|(scope, why)| format!("  {}: {scope}: {why}", route.route)));
        }
        lines.extend(self.notes.iter().map(|note| format!("  note: {note}")));
        lines.join("\n")
    }
}
