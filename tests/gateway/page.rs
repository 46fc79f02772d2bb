//! What `docs/gateway.md` prints, to be used as it stands.

use serde_json::Value;

/// The page.
pub(crate) const PAGE: &str = include_str!("../../docs/gateway.md");

/// The printed block of this language that begins so.
pub(crate) fn block(language: &str, begin: &str) -> &'static str {
    let opening = format!("```{language}\n{begin}");
    let at = PAGE.find(&opening).unwrap_or_else(|| panic!("the page prints no {language} that begins with {begin:?}"));
    let text = &PAGE[at + "```\n".len() + language.len()..];
    text.split_once("```").expect("a block ends").0
}

/// The same, if it is YAML.
pub(crate) fn yaml(begin: &str) -> Value {
    serde_saphyr::from_str(block("yaml", begin)).unwrap_or_else(|error| panic!("{begin}: {error}"))
}
