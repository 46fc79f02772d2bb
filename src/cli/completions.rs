//! `poolpass completions`.

use clap::{Args, CommandFactory as _, ValueEnum};
use clap_complete::Shell;

use super::{Cli, Failure, Output};

/// Print a completion script for a shell.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell.
    shell: Choice,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Choice {
    Bash,
    Zsh,
    Fish,
}

impl Completions {
    pub(super) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        let shell = match self.shell {
            Choice::Bash => Shell::Bash,
            Choice::Zsh => Shell::Zsh,
            Choice::Fish => Shell::Fish,
        };
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "poolpass", &mut script);
        Ok(output.line(String::from_utf8_lossy(&script).trim_end())?)
    }
}
