//! `poolpass seed`.

use std::path::PathBuf;

use clap::Args;

use crate::config::ConfigFile;
use crate::seed::Report;

use super::remote::Remote;
use super::{Failure, Output};

/// Apply what a configuration file declares to a running server.
///
/// What is absent is created; what was declared differently before is brought to the declaration; what the API made is
/// left alone. The file's `server` section is for `serve` and is not looked at.
#[derive(Debug, Args)]
pub(super) struct Seed {
    /// The configuration file (YAML).
    #[arg(long, value_name = "FILE", env = "POOLPASS_CONFIG")]
    config: PathBuf,
    /// Print what was done as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    remote: Remote,
}

impl Seed {
    pub(super) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        let file = ConfigFile::load(&self.config)?;
        let answer = self.remote.post("/_poolpass/seed", &file.world)?;
        let report: Report = answer.document().map_err(|refused| placed(&file, refused))?;
        if self.json {
            return Ok(output.line(&serde_json::to_string(&report)?)?);
        }
        for (done, things) in [("created", &report.created), ("updated", &report.updated), ("left", &report.left_alone)]
        {
            for thing in things {
                output.line(&format!("{done:<8} {thing}"))?;
            }
        }
        Ok(output.line(&format!("{} unchanged", report.unchanged))?)
    }
}

/// The server knows the key, we know the file and the line.
fn placed(file: &ConfigFile, Failure(message): Failure) -> Failure {
    match message.split_once(": ") {
        Some((key, problem)) if key.starts_with("pools[") => Failure(file.error(key, problem.to_owned()).to_string()),
        _ => Failure(message),
    }
}
