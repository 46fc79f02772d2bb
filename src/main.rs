//! Starts poolpass.

fn main() -> std::process::ExitCode {
    poolpass::cli::run()
}
