//! Every figure of docs/performance.md, as a ratio of things measured in the same run.
//!
//! `cargo bench` prints the table; `cargo bench -- --rounds 25` takes longer and is calmer; a name such as `scopes`,
//! `tokens`, `people` (or of these only `codes`, `logins`, `nobody` or `users`), `gateway`, `growth` or `start` takes
//! only that part. With `bare-…` the program is one of its own yardsticks.

mod bare;
mod figures;
mod gateway;
mod growth;
mod load;
mod nginx;
mod people;
mod process;
mod scopes;
mod signing;
mod start;
mod streaming;
mod tokens;
mod world;

use std::io::Write as _;

/// Prints a line; a benchmark that cannot print has no purpose.
fn say(line: &str) {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}").and_then(|()| output.flush()).expect("somebody reads the output");
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let Some(role) = arguments.iter().find(|argument| argument.starts_with("bare-")) {
        return bare::serve(role);
    }
    let after_rounds = arguments.iter().skip_while(|argument| *argument != "--rounds").nth(1);
    let rounds = after_rounds.and_then(|rounds| rounds.parse().ok()).unwrap_or(9);
    let parts: Vec<&String> = arguments.iter().filter(|argument| argument.chars().all(char::is_alphabetic)).collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| *wanted == part);
    let store = std::env::temp_dir().join(format!("poolpass-tokens-{}.redb", std::process::id()));
    let mut taken = Vec::new();
    if wanted("scopes") {
        taken.extend(scopes::measure(rounds));
    }
    if wanted("tokens") {
        taken.extend(tokens::measure(rounds, &format!("redb:{}", store.display())));
    }
    taken.extend(people::measure(rounds, wanted));
    if wanted("start") {
        taken.extend(start::measure(rounds));
    }
    if wanted("gateway") {
        taken.extend(gateway::measure(rounds));
    }
    if wanted("growth") {
        taken.extend(growth::measure(rounds));
    }
    let _not_every_part_makes_one = std::fs::remove_file(store);
    say(&figures::table(&taken));
}
