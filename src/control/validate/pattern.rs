//! The model's patterns are Java's: compiled once into what they mean here, matched against whole strings.

use std::sync::OnceLock;

use dashmap::DashMap;
use regex::Regex;

/// Whether the whole of `text` matches the Java pattern, in time linear in its length.
pub(super) fn matches(pattern: &'static str, text: &str) -> bool {
    static COMPILED: OnceLock<DashMap<&'static str, Regex>> = OnceLock::new();
    let compiled = COMPILED.get_or_init(DashMap::new);
    // The guard is held while matching: a clone of a `Regex` would start with cold caches.
    if let Some(regex) = compiled.get(pattern) {
        return regex.is_match(text);
    }
    compiled.entry(pattern).or_insert_with(|| compile(pattern)).is_match(text)
}

fn compile(pattern: &str) -> Regex {
    Regex::new(&translate(pattern)).expect("every pattern of the model compiles, which a test holds")
}

/// The same language in the syntax of the `regex` crate.
///
/// Java's `\w`, `\s` and `\d` are ASCII while `\p{…}` is Unicode, its dot stops at more than the line feed, and
/// `matches()` means the whole string. Classes nest, so that one replacement serves inside and outside of brackets.
fn translate(pattern: &str) -> String {
    let dot_matches_all = pattern.starts_with("(?s)");
    let mut translated = String::from(r"\A(?:");
    let mut in_class = false;
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => translated.push_str(&escape(characters.next())),
            '.' if !in_class && !dot_matches_all => translated.push_str(r"[^\n\r\x{85}\x{2028}\x{2029}]"),
            _ => {
                in_class = match character {
                    '[' => true,
                    ']' => false,
                    _ => in_class,
                };
                translated.push(character);
            }
        }
    }
    translated.push_str(r")\z");
    translated
}

fn escape(escaped: Option<char>) -> String {
    match escaped {
        Some('w') => "[0-9A-Za-z_]".to_owned(),
        Some('d') => "[0-9]".to_owned(),
        Some('s') => r"[\t\n\x0B\x0C\r\x20]".to_owned(),
        Some('S') => r"[^\t\n\x0B\x0C\r\x20]".to_owned(),
        Some(other) => format!("\\{other}"),
        None => "\\".to_owned(),
    }
}
