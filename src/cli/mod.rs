//! The command line: one file for each command.
//!
//! What is asked for goes to standard output, and what went wrong to standard error as `poolpass: …`. A command ends with
//! 0 when it did what it was asked, with 1 when it was refused or failed, and with 2 when it was not understood.

mod output;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use output::Output;

/// A local, wire-compatible Amazon Cognito user pool that explains every scope decision.
#[derive(Debug, Parser)]
#[command(name = "poolpass", version, about, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What can be asked for.
#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve(Box<serve::Serve>),
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub struct Failure(String);

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let mut output = Output::standard();
    match cli.command.run(&mut output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.complain(&failure.0);
            ExitCode::FAILURE
        }
    }
}

impl Command {
    fn run(self, output: &mut Output) -> Result<(), Failure> {
        match self {
            Self::Serve(serve) => serve.run(output),
        }
    }
}
