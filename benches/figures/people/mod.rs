//! What people cost: codes and refresh tokens for tokens, signing in, and a hundred thousand of them.

mod growth;
mod sign_in;
mod srp;
mod tokens;
mod world;

use crate::figures::Figure;

/// Takes the figures of people.
pub(crate) fn measure(rounds: usize) -> Vec<Figure> {
    let folder = std::env::temp_dir().join(format!("poolpass-people-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
    let mut figures = tokens::measure(rounds, &folder);
    figures.extend(sign_in::measure(rounds, &folder));
    figures.extend(growth::measure(rounds, &folder));
    std::fs::remove_dir_all(&folder).expect("the folder is ours");
    figures
}
