//! Which kind of file it is: one that describes an API, or a configuration.

use std::path::Path;

use crate::cli::Failure;
use crate::config::ConfigFile;

/// Whether a file describes an API, or at least means to: it has one of the keys with which such files begin.
pub(in crate::cli) fn is_an_api(file: &Path) -> bool {
    has(file, &["openapi", "swagger", "Resources", "AWSTemplateFormatVersion"])
}

/// Whether a file has one of the sections of a configuration, and is no API.
pub(super) fn is_a_configuration(file: &Path) -> bool {
    has(file, &["server", "pools", "gateways"]) && !is_an_api(file)
}

/// Reads a configuration; `wanted` is how the command takes a file that describes an API.
pub(in crate::cli) fn configuration(file: &Path, wanted: &str) -> Result<ConfigFile, Failure> {
    ConfigFile::load(file).map_err(|error| {
        if is_an_api(file) && !has(file, &["pools", "gateways"]) {
            return Failure(format!("{}: this file describes an API: name it as {wanted}", file.display()));
        }
        error.into()
    })
}

fn has(file: &Path, keys: &[&str]) -> bool {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    keys.iter().any(|key| {
        let begins = |line: &str| {
            let line = line.trim_start_matches(['{', ' ', '"', '\'']);
            line.strip_prefix(key).is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
        };
        text.lines().any(begins)
    })
}
