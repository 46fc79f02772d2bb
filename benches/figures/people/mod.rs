//! What people cost: codes and refresh tokens for tokens, signing in, and a hundred thousand of them.

mod growth;
mod nobody;
mod sign_in;
mod srp;
mod tokens;
mod world;

use std::path::Path;

use crate::figures::Figure;

/// Takes the figures of one part, in a folder of its own.
type Part = fn(usize, &Path) -> Vec<Figure>;

/// Takes the figures of people: those of the parts that are wanted.
pub(crate) fn measure(rounds: usize, wanted: impl Fn(&str) -> bool) -> Vec<Figure> {
    let parts: [(&str, Part); 4] = [
        ("codes", tokens::measure),
        ("logins", sign_in::measure),
        ("nobody", nobody::measure),
        ("users", growth::measure),
    ];
    let folder = std::env::temp_dir().join(format!("poolpass-people-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
    let mut figures = Vec::new();
    for (part, measure) in parts {
        if wanted("people") || wanted(part) {
            figures.extend(measure(rounds, &folder));
        }
    }
    std::fs::remove_dir_all(&folder).expect("the folder is ours");
    figures
}
