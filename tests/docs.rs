//! What the documents promise, held against the code: the ledger of `docs/fidelity.md` is complete and leads somewhere, the
//! failures of `docs/gateway.md` are all there, and the programs that `docs/sign-in.md` prints are the files beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use poolpass::control::operations;
use poolpass::domain::gateway::dialect::Dialect;
use poolpass::domain::gateway::fault::Fault;
use poolpass::domain::gateway::responses::Responses;
use poolpass::domain::rules::enforce_rule::EnforceRule;
use poolpass::domain::rules::issue_rule::IssueRule;
use poolpass::domain::trace::Rule;
use poolpass::gateway::dialect::{About, Answer, Denial, deny, fault};
use regex::Regex;
use serde_json::Value;

const LEDGER: &str = include_str!("../docs/fidelity.md");
const GATEWAY: &str = include_str!("../docs/gateway.md");
const SIGN_IN: &str = include_str!("../docs/sign-in.md");

/// How strong evidence can be; every row of the ledger says one of these.
const STRENGTHS: [&str; 6] = ["measured", "documented", "reported", "assumed", "ours", "–"];

static ANCHOR: LazyLock<Regex> = LazyLock::new(|| pattern(r#"<a id="([^"]+)"></a>"#));
static NAMED: LazyLock<Regex> = LazyLock::new(|| pattern(r"docs/fidelity\.md, `([^`]+)`|fidelity\.md#([\w-]+)"));
static LINK: LazyLock<Regex> = LazyLock::new(|| pattern(r"\]\(#([\w-]+)\)"));
static PLACE: LazyLock<Regex> = LazyLock::new(|| pattern(r"`((?:src|tests)/[^`]*)`"));
static CODE: LazyLock<Regex> = LazyLock::new(|| pattern(r"`([^`]+)`"));
static STATUS: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(\d{3})\b"));
static PROGRAM: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?s)```\w+ (\S+)\n(.*?)```"));
static LINE_OF_COMMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\n\s*//[/!]?\s*"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("invariant: a literal pattern")
}

fn captured(pattern: &Regex, text: &str) -> Vec<String> {
    let found = pattern.captures_iter(text).filter_map(|found| found.get(1).or_else(|| found.get(2)));
    found.map(|group| group.as_str().to_owned()).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust source of the crate, with comments that go over several lines joined.
fn sources() -> Vec<String> {
    let (mut folders, mut found): (Vec<PathBuf>, Vec<String>) = (vec![root().join("src")], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a readable source");
                found.push(LINE_OF_COMMENT.replace_all(&text, " ").into_owned());
            }
        }
    }
    found
}

/// The names that one can link to: anchors, and headings as they are turned into links.
fn targets(document: &str) -> BTreeSet<String> {
    let headings = document.lines().filter_map(|line| line.strip_prefix('#'));
    let slug = |heading: &str| {
        let kept = heading.trim_start_matches('#').trim().to_lowercase();
        kept.chars().filter(|c| c.is_alphanumeric() || "- _".contains(*c)).collect::<String>().replace(' ', "-")
    };
    headings.map(slug).chain(captured(&ANCHOR, document)).collect()
}

/// The cells of each row, by the name of the table's first column.
fn rows(document: &str) -> BTreeMap<String, Vec<Vec<String>>> {
    let cells = |line: &str| -> Vec<String> {
        let inner = line.trim_start_matches("| ").trim_end_matches(" |");
        inner.split(" | ").map(|cell| cell.trim().to_owned()).collect()
    };
    let mut tables: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    let mut table: Option<String> = None;
    for line in document.lines() {
        if !line.starts_with("| ") {
            table = table.filter(|_| line.starts_with("|-"));
        } else if let Some(name) = &table {
            tables.entry(name.clone()).or_default().push(cells(line));
        } else {
            table = cells(line).into_iter().next();
        }
    }
    tables
}

#[test]
fn what_the_sources_say_is_in_the_ledger_is_there() {
    let anchors: BTreeSet<String> = captured(&ANCHOR, LEDGER).into_iter().collect();
    let named: BTreeSet<String> = sources().iter().flat_map(|source| captured(&NAMED, source)).collect();
    assert!(named.contains("all_inactive"), "the references are no longer found");
    assert_eq!(named.difference(&anchors).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn the_ledger_has_every_rule_of_the_token_decision() {
    let anchors = captured(&ANCHOR, LEDGER);
    let missing = IssueRule::all().map(Rule::id).filter(|id| !anchors.iter().any(|anchor| anchor == id));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn the_ledger_lists_exactly_the_operations_that_are_served() {
    let served: BTreeSet<String> = operations::all().map(|entry| format!("`{}`", entry.name)).collect();
    let tables = rows(LEDGER);
    let listed = tables.get("operation").expect("a table of operations").iter().filter_map(|row| row.first().cloned());
    assert_eq!(listed.collect::<BTreeSet<_>>(), served);
}

#[test]
fn every_row_of_the_ledger_says_how_strong_its_evidence_is() {
    let tables = rows(LEDGER);
    let behaviours = tables.get("behaviour").expect("tables of behaviours");
    let says = |cell: &String| STRENGTHS.iter().any(|strength| cell.contains(strength));
    let bad = behaviours.iter().filter(|row| row.len() != 4 || !row.get(2).is_some_and(says));
    assert_eq!(bad.collect::<Vec<_>>(), Vec::<&Vec<String>>::new());
}

#[test]
fn every_place_and_link_of_the_ledger_exists() {
    let mut lost = captured(&PLACE, LEDGER);
    lost.retain(|place| !root().join(place).exists());
    let targets = targets(LEDGER);
    lost.extend(captured(&LINK, LEDGER).into_iter().filter(|link| !targets.contains(link)));
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn anchors_are_unique() {
    let anchors = captured(&ANCHOR, LEDGER);
    assert_eq!(anchors.iter().collect::<BTreeSet<_>>().len(), anchors.len());
}

#[test]
fn the_programs_of_the_sign_in_page_are_the_files_beside_it() {
    let printed: BTreeMap<String, String> =
        PROGRAM.captures_iter(SIGN_IN).map(|found| (found[1].to_owned(), found[2].to_owned())).collect();
    let files = fs::read_dir(root().join("docs/sign-in")).expect("a readable folder").map(|entry| {
        let path = entry.expect("a readable entry").path();
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        (name, fs::read_to_string(path).expect("a readable program"))
    });
    assert_eq!(printed, files.collect());
}

/// What each rule that can refuse, and each fault, comes to in a dialect.
fn answers(dialect: Dialect) -> BTreeMap<&'static str, Answer> {
    let about = About { gateway: "g", id: "1", method: "GET", path: "/", stage: None, metadata: None };
    let never_refuses = [EnforceRule::PreflightAnswered, EnforceRule::RouteOpen];
    let rules = EnforceRule::ALL.into_iter().filter(|rule| !never_refuses.contains(rule)).map(|rule| {
        (rule.id(), deny(dialect, &Denial { rule, route: None, evidence: None, about }, &Responses::default()))
    });
    rules
        .chain(Fault::ALL.map(|kind| (kind.name(), fault(dialect, kind, None, &about, &Responses::default()))))
        .collect()
}

#[test]
fn the_table_of_failures_has_every_rule_and_every_dialect() {
    let head = GATEWAY.lines().find(|line| line.starts_with("| failure |")).expect("a table of failures");
    let columns: Vec<Vec<String>> = head.split(" | ").skip(2).map(|cell| captured(&CODE, cell)).collect();
    assert_eq!(columns.concat(), Dialect::ALL.map(|dialect| dialect.name().to_owned()));
    let tables = rows(GATEWAY);
    let failures = tables.get("failure").expect("a table of failures");
    let listed: BTreeSet<String> = failures.iter().flat_map(|row| captured(&CODE, &row[1])).collect();
    let known: BTreeSet<String> = answers(Dialect::RestApi).into_keys().map(str::to_owned).collect();
    assert_eq!(listed, known);
}

#[test]
fn the_table_of_failures_says_what_is_answered() {
    let tables = rows(GATEWAY);
    for dialect in Dialect::ALL {
        let answers = answers(dialect);
        let column = match dialect {
            Dialect::RestApi => 2,
            Dialect::HttpApi => 3,
            Dialect::Rfc6750Any | Dialect::Rfc6750All => 4,
        };
        for row in tables.get("failure").expect("a table of failures") {
            let (name, cell) = (&row[0], &row[column]);
            // What a dialect lets through it does not answer.
            let Some(status) = captured(&STATUS, cell).pop() else { continue };
            for rule in captured(&CODE, &row[1]) {
                let answer = &answers[rule.as_str()];
                assert_eq!(answer.status.to_string(), status, "{dialect}: {name}");
                let body: Value = serde_json::from_str(&answer.body).expect("JSON");
                let message = body["message"].as_str().filter(|_| dialect == Dialect::RestApi);
                assert!(message.is_none_or(|message| cell.contains(&format!("`{message}`"))), "{dialect}: {name}");
            }
        }
    }
}
