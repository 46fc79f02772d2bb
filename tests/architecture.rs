//! The shape of the crate, held by reading its sources: layers, sizes, documentation, reasons.

use regex::{Captures, Regex};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

/// What each module may use besides itself, the standard library and crates; a line uses only lines above it.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("effects", &["domain"]),
    ("store", &["domain"]),
    ("config", &["domain"]),
    ("import", &["domain"]),
    ("explain", &["domain", "effects"]),
    ("guard", &[]),
    ("keys", &["domain", "effects", "store"]),
    ("registry", &["domain", "effects", "store"]),
    ("hooks", &["domain", "effects"]),
    ("tokens", &["domain", "effects", "store", "keys", "hooks"]),
    ("self_service", &["domain", "effects", "store", "keys", "hooks", "registry", "tokens"]),
    ("sign_in", &["domain", "effects", "store", "keys", "hooks", "registry", "tokens", "self_service"]),
    ("control", SURFACE),
    ("oauth", SURFACE),
    // A declaration passes the tables that a request passes.
    ("seed", &["domain", "effects", "store", "registry", "keys", "config", "control"]),
    ("gateway", SURFACE),
    ("bench", SURFACE),
];

/// What the doors of the server may use; a door never uses another door.
const SURFACE: &[&str] = &[
    "domain",
    "effects",
    "store",
    "registry",
    "tokens",
    "keys",
    "explain",
    "guard",
    "hooks",
    "self_service",
    "sign_in",
];

/// The modules that put the others together.
const FREE: &[&str] = &["app", "server", "simulator", "cli", "main", "lib"];

/// The modules that may speak HTTP.
const ACTIX: &[&str] = &["control", "oauth", "bench", "gateway", "guard", "server", "simulator", "app"];

/// Where JSON may have no shape of its own.
const UNTYPED_JSON: &[&str] = &[
    "src/control/",
    "src/domain/claims.rs",
    "src/domain/gateway/",
    "src/domain/rules/enforce/",
    "src/gateway/",
    "src/bench/",
    "src/explain/",
    "src/cli/",
    "src/config/world.rs",
    "src/seed/wire.rs",
    "src/hooks/",
    "src/tokens/triggers/",
    "src/self_service/triggers.rs",
    "src/sign_in/custom.rs",
];

/// Names that say nothing about what a module is for.
const EMPTY_NAMES: &[&str] = &["utils", "helpers", "manager", "common"];

const MAX_LINES: usize = 500;

/// One text file of the project, its path relative to the root and with `/`.
struct Source {
    path: String,
    text: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The module path: `src/store/redb.rs` is `["store", "redb"]`, `src/store/mod.rs` is `["store"]`.
    fn module(&self) -> Vec<&str> {
        let path = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        path.trim_end_matches("/mod").split('/').collect()
    }

    fn top(&self) -> &str {
        self.module().first().copied().unwrap_or_default()
    }

    /// A file that holds nothing but the tests of its neighbours may use what it likes.
    fn is_test_file(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }

    /// The code without comments and literals, each replaced by its line breaks.
    fn code(&self) -> String {
        let blank = |found: &Captures<'_>| "\n".repeat(found[0].matches('\n').count());
        NOISE.replace_all(&self.text, blank).into_owned()
    }

    /// The code up to the tests at the end of the file.
    fn production_code(&self) -> String {
        let code = self.code();
        code.split_once("#[cfg(test)]\nmod ").map_or(code.as_str(), |(before, _)| before).to_owned()
    }
}

/// Comments, strings (raw ones too) and characters.
static NOISE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r###"(?s)//[^\n]*|/\*.*?\*/|\bb?r".*?"|\bb?r#".*?"#|\bb?r##".*?"##|"(?:[^"\\]|\\.)*""###,
        r"|'(?:[^'\\\n]|\\u\{[0-9a-fA-F]+\}|\\x[0-9a-fA-F]{2}|\\.)'",
    ))
    .expect("invariant: a literal pattern")
});

static USES_ACTIX: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bactix(_\w+)?::").expect("invariant: a literal pattern"));

/// The first names behind every `prefix`: for `crate::`, `crate::{a::B, c}` gives `a` and `c`.
fn names_after(code: &str, prefix: &str) -> Vec<String> {
    let goes_on =
        |text: &str| text.ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == ':');
    let found = code.match_indices(prefix).filter_map(|(at, _)| code.split_at_checked(at));
    let starting = found.filter(|(before, _)| !goes_on(before));
    starting.flat_map(|(_, rest)| first_names(rest.trim_start_matches(prefix).trim_start())).collect()
}

fn first_names(rest: &str) -> Vec<String> {
    let name = |item: &str| -> String { item.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    match rest.strip_prefix('{') {
        None => vec![name(rest)],
        Some(group) => group_items(group).iter().map(|item| name(item.trim())).collect(),
    }
    .into_iter()
    .filter(|name| !name.is_empty())
    .collect()
}

/// The items of a `use` group whose opening brace has been read.
fn group_items(group: &str) -> Vec<String> {
    let (mut items, mut depth) = (vec![String::new()], 0_usize);
    for character in group.chars() {
        match character {
            '}' if depth == 0 => break,
            ',' if depth == 0 => items.push(String::new()),
            _ => {
                depth = match character {
                    '{' => depth + 1,
                    '}' => depth - 1,
                    _ => depth,
                };
                items.last_mut().expect("invariant: starts with one item").push(character);
            }
        }
    }
    items
}

/// The top-level modules (or re-exports) that a file names through `crate::` or by climbing out with `super::`.
fn roots_named(source: &Source) -> Vec<String> {
    let code = source.code();
    let climb = "super::".repeat(source.module().len());
    let mut names = names_after(&code, "crate::");
    let climbed = names_after(&code, &climb);
    names.extend(climbed.into_iter().filter(|name| is_module(name)));
    names
}

fn is_module(name: &str) -> bool {
    FREE.contains(&name) || LAYERS.iter().any(|(layer, _)| *layer == name)
}

fn layer_violations(source: &Source) -> Vec<String> {
    let (path, top) = (&source.path, source.top());
    if source.is_test_file() || FREE.contains(&top) {
        return Vec::new();
    }
    let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| *layer == top) else {
        return vec![format!("{path}: module `{top}` is not in the table of layers")];
    };
    let forbidden = |name: &String| name != top && !allowed.contains(&name.as_str());
    let named = roots_named(source).into_iter().filter(forbidden);
    named.map(|name| format!("{path}: `{top}` may not use `{name}`")).collect()
}

fn actix_violations(source: &Source) -> Vec<String> {
    let used = USES_ACTIX.is_match(&source.production_code());
    let allowed = ACTIX.contains(&source.top()) || source.is_test_file();
    if used && !allowed { vec![format!("{}: actix outside the surfaces", source.path)] } else { Vec::new() }
}

fn untyped_json_violations(source: &Source) -> Vec<String> {
    let names = names_after(&source.production_code(), "serde_json::");
    let used = names.iter().any(|name| name == "Value" || name == "Map");
    let allowed = UNTYPED_JSON.iter().any(|place| source.path.starts_with(place)) || source.is_test_file();
    if used && !allowed { vec![format!("{}: untyped JSON here", source.path)] } else { Vec::new() }
}

fn name_violations(source: &Source) -> Vec<String> {
    let bad = source.module().into_iter().filter(|name| EMPTY_NAMES.contains(name));
    bad.map(|name| format!("{}: `{name}` says nothing", source.path)).collect()
}

fn size_violations(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    if lines > MAX_LINES { vec![format!("{}: {lines} lines", source.path)] } else { Vec::new() }
}

fn documentation_violations(source: &Source) -> Vec<String> {
    let first = source.text.lines().next().unwrap_or_default();
    let says_something = first.strip_prefix("//!").is_some_and(|text| text.trim().len() > 3);
    if says_something { Vec::new() } else { vec![format!("{}: does not open with what it is for", source.path)] }
}

/// The dependencies of a manifest that no comment introduces.
fn unexplained_dependencies(manifest: &str) -> Vec<String> {
    let lines = manifest.lines().skip_while(|line| *line != "[dependencies]").skip(1);
    let section = lines.take_while(|line| !line.starts_with('['));
    let (mut explained, mut missing) = (false, Vec::new());
    for line in section.filter(|line| !line.is_empty()) {
        let comment = line.starts_with('#');
        if !comment && !explained && !line.contains(" # ") {
            missing.push(line.split([' ', '=', '.']).next().unwrap_or_default().to_owned());
        }
        explained = comment;
    }
    missing
}

fn sources(folder: &str, extensions: &[&str]) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut found) = (vec![root.join(folder)], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("a readable folder").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let extension = path.extension().and_then(|text| text.to_str()).unwrap_or_default();
            if path.is_dir() && !["node_modules", "target", "__pycache__"].contains(&name) {
                folders.push(path);
            } else if path.is_file() && extensions.contains(&extension) {
                let relative = path.strip_prefix(root).expect("invariant: found below the root");
                let text = fs::read_to_string(&path).expect("a readable text file");
                found.push(Source::new(&relative.display().to_string(), &text));
            }
        }
    }
    found
}

fn everywhere(extensions: &[&str]) -> Vec<Source> {
    ["src", "tests", "benches", "examples"].iter().flat_map(|folder| sources(folder, extensions)).collect()
}

fn all(sources: &[Source], check: fn(&Source) -> Vec<String>) -> Vec<String> {
    assert!(!sources.is_empty(), "no source was found, so nothing was checked");
    sources.iter().flat_map(check).collect()
}

const NOTHING: [&str; 0] = [];

#[test]
fn every_module_uses_only_the_layers_it_may() {
    assert_eq!(all(&sources("src", &["rs"]), layer_violations), NOTHING);
}

#[test]
fn the_table_of_layers_has_no_circle() {
    for (line, (module, allowed)) in LAYERS.iter().enumerate() {
        let above = |name: &&str| LAYERS[..line].iter().any(|(layer, _)| layer == name);
        assert!(allowed.iter().all(above), "`{module}` uses a line that is not above it");
    }
}

#[test]
fn actix_stays_in_the_surfaces() {
    assert_eq!(all(&sources("src", &["rs"]), actix_violations), NOTHING);
}

#[test]
fn untyped_json_stays_where_it_is_needed() {
    assert_eq!(all(&sources("src", &["rs"]), untyped_json_violations), NOTHING);
}

#[test]
fn no_module_has_an_empty_name() {
    assert_eq!(all(&sources("src", &["rs"]), name_violations), NOTHING);
}

#[test]
fn no_file_is_longer_than_the_limit() {
    assert_eq!(all(&everywhere(&["rs", "py", "mjs"]), size_violations), NOTHING);
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    assert_eq!(all(&everywhere(&["rs"]), documentation_violations), NOTHING);
}

#[test]
fn every_dependency_has_a_reason() {
    assert_eq!(unexplained_dependencies(include_str!("../Cargo.toml")), NOTHING);
}

#[test]
fn a_forbidden_import_is_named_with_its_file() {
    let sample = |text: &str| layer_violations(&Source::new("src/domain/scope.rs", text));
    let refused = ["src/domain/scope.rs: `domain` may not use `store`"];
    assert_eq!(sample("use crate::store::Store;"), refused);
    assert_eq!(sample("use crate::{\n    domain::{id::A, scope::{B, C}},\n    store::Batch,\n};"), refused);
    assert_eq!(sample("fn f() { super::super::store::open(); }"), refused);
    assert_eq!(sample("#[cfg(test)]\nmod tests {\n    use crate::store::Store;\n}"), refused);
    assert_eq!(sample("use crate::Store;"), ["src/domain/scope.rs: `domain` may not use `Store`"]);
}

#[test]
fn permitted_imports_comments_and_literals_are_no_violation() {
    let sample = |path: &str, text: &str| layer_violations(&Source::new(path, text));
    assert_eq!(sample("src/store/redb.rs", "use crate::{domain::id::A, store::{Batch, Store}};"), NOTHING);
    assert_eq!(sample("src/domain/id.rs", "//! [`crate::store`]\n/* crate::store */ // crate::store"), NOTHING);
    assert_eq!(sample("src/domain/id.rs", "const A: &str = \"\\\" crate::store\"; const B: char = '\"';"), NOTHING);
    assert_eq!(sample("src/domain/id.rs", "const A: &str = r#\"say \"crate::store\" \"#;"), NOTHING);
    assert_eq!(sample("src/domain/id.rs", "use super::scope::Scope; impl<'a> A<'a> {}"), NOTHING);
    assert_eq!(sample("src/domain/tests.rs", "use crate::store::Store;"), NOTHING);
    assert_eq!(sample("src/cli/serve.rs", "use crate::{app::App, store::Store};"), NOTHING);
}

#[test]
fn surfaces_and_use_cases_keep_apart() {
    let named = |path: &str, text: &str| layer_violations(&Source::new(path, text)).len();
    assert_eq!(named("src/control/mod.rs", "use crate::oauth::A; use crate::bench::B;"), 2);
    assert_eq!(named("src/registry/mod.rs", "use super::tokens::issue;"), 1);
    assert_eq!(named("src/tokens/issue.rs", "use crate::registry::Registry;"), 1);
    assert_eq!(named("src/surprise.rs", ""), 1);
}

#[test]
fn stray_actix_and_untyped_json_are_found() {
    let store = |text: &str| Source::new("src/store/redb.rs", text);
    let json = "use serde_json::{json, Value};";
    assert_eq!(actix_violations(&store("use actix_web::web;")), ["src/store/redb.rs: actix outside the surfaces"]);
    assert_eq!(actix_violations(&store("#[cfg(test)]\nmod tests {\n    #[actix_web::test]\n}")), NOTHING);
    assert_eq!(actix_violations(&Source::new("src/oauth/mod.rs", "use actix_web::web;")), NOTHING);
    assert_eq!(untyped_json_violations(&store(json)), ["src/store/redb.rs: untyped JSON here"]);
    assert_eq!(untyped_json_violations(&store("fn f(v: serde_json::Value) {}")).len(), 1);
    assert_eq!(untyped_json_violations(&store("use serde_json::to_string;")), NOTHING);
    assert_eq!(untyped_json_violations(&Source::new("src/domain/claims.rs", json)), NOTHING);
}

#[test]
fn long_nameless_and_silent_files_are_found() {
    let long = Source::new("src/domain/id.rs", &"\n".repeat(MAX_LINES + 1));
    let fitting = Source::new("src/domain/id.rs", &"\n".repeat(MAX_LINES));
    assert_eq!((size_violations(&long).len(), size_violations(&fitting).len()), (1, 0));
    assert_eq!(name_violations(&Source::new("src/domain/utils.rs", "")).len(), 1);
    assert_eq!(documentation_violations(&Source::new("src/domain/id.rs", "use std::fmt;\n//! Late.")).len(), 1);
    assert_eq!(documentation_violations(&Source::new("src/domain/id.rs", "//! Ids.")), NOTHING);
}

#[test]
fn a_dependency_without_a_reason_is_named() {
    let manifest =
        "[package]\nname = \"x\"\n\n[dependencies]\n# Why.\na = \"1\"\nb.workspace = true\n\n[lints]\nc = 1\n";
    assert_eq!(unexplained_dependencies(manifest), ["b"]);
}
