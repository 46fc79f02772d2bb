//! The command line: one file for each command.
//!
//! What is asked for goes to standard output, and what went wrong to standard error as `poolpass: …`. A command ends with
//! 0 when it did what it was asked, with 1 when it was refused or failed, and with 2 when it was not understood.

mod completions;
mod decode;
mod explain;
mod gateway;
mod health;
mod keys;
mod outbox;
mod output;
mod remote;
mod routes;
mod seed;
mod serve;
mod token;

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
    Serve(Box<serve::Serve>),
    Gateway(Box<gateway::Gateway>),
    Routes(routes::Routes),
    Token(token::Token),
    Explain(explain::Explain),
    Decode(decode::Decode),
    Outbox(outbox::Outbox),
    Keys(keys::Keys),
    Seed(seed::Seed),
    Health(health::Health),
    Completions(completions::Completions),
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
            Self::Gateway(gateway) => gateway.run(output),
            Self::Routes(routes) => routes.run(output),
            Self::Token(token) => token.run(output),
            Self::Explain(explain) => explain.run(output),
            Self::Decode(decode) => decode.run(output),
            Self::Outbox(outbox) => outbox.run(output),
            Self::Keys(keys) => keys.run(output),
            Self::Seed(seed) => seed.run(output),
            Self::Health(health) => health.run(output),
            Self::Completions(completions) => completions.run(output),
        }
    }
}
