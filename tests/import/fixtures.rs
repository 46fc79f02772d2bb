//! The files in `tests/fixtures`, each with what it comes to in the `.expected` file beside it: how it is tied, then the
//! routes, authorizers, notes and needs, one a line.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use poolpass::domain::gateway::authorizer::Authorizer;
use poolpass::domain::gateway::route::{Access, Canned, Closed, Route};
use poolpass::import::{Imported, Severity, Ties, read};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// What an `.expected` file begins with: `pool ID`, `map THEIRS = OURS`, `api ID`, `create-missing`.
fn ties(expected: &str) -> Ties {
    let mut ties = Ties::default();
    for line in expected.lines().take_while(|line| !line.is_empty()) {
        match line.split_once(' ') {
            Some(("pool", id)) => drop(ties.pools.insert(id.into())),
            Some(("api", id)) => ties.api = Some(id.to_owned()),
            Some(("map", tie)) => {
                let (theirs, ours) = tie.split_once(" = ").expect("a tie");
                ties.map.insert(theirs.to_owned(), ours.to_owned());
            }
            None if line == "create-missing" => ties.create_missing = true,
            _ => panic!("not a tie: {line}"),
        }
    }
    ties
}

fn access(route: &Route) -> String {
    match &route.access {
        Access::Open => "OPEN".to_owned(),
        Access::Authorizer(authorizer, scopes) => {
            let scopes: Vec<_> = scopes.iter().map(ToString::to_string).collect();
            format!("{} {}", authorizer.name, scopes.join(" ")).trim_end().to_owned()
        }
        Access::Closed(Closed::Undeclared(name)) => format!("UNDECLARED {name}"),
        Access::Closed(Closed::Unresolved(name) | Closed::WithoutPool(name)) => format!("UNRESOLVED {name}"),
        Access::Closed(Closed::Unsupported(kind)) => format!("UNSUPPORTED {kind}"),
    }
}

fn authorizer(authorizer: &Authorizer) -> String {
    let issuers: Vec<_> = authorizer.issuers.iter().map(ToString::to_string).collect();
    let mut text = format!("{}: {} in {}", authorizer.name, issuers.join(" "), authorizer.source);
    if !authorizer.audiences.is_empty() {
        write!(text, " for {}", authorizer.audiences.join(" ")).unwrap();
    }
    if let Some(pattern) = &authorizer.audience_pattern {
        write!(text, " matching {}", pattern.as_str()).unwrap();
    }
    text
}

fn table(imported: &Imported) -> String {
    let api = &imported.api;
    let mut text = format!("{}\n", api.dialect);
    for route in &api.routes {
        write!(text, "{:<44} {}", route.key.to_string(), access(route)).unwrap();
        if let Some(Canned { status, headers, body, always: true }) = &route.canned {
            write!(text, ", answered {status} {headers:?} {body:?}").unwrap();
        }
        text.push('\n');
    }
    let asked = api.routes.iter().filter_map(|route| match &route.access {
        Access::Authorizer(authorizer, _) => Some((authorizer.name.clone(), Arc::clone(authorizer))),
        Access::Open | Access::Closed(_) => None,
    });
    for asked in asked.collect::<BTreeMap<_, _>>().values() {
        writeln!(text, "{}", authorizer(asked)).unwrap();
    }
    if let Some(cors) = &api.cors {
        let (origins, methods, headers) = (&cors.allow_origins, &cors.allow_methods, &cors.allow_headers);
        let rest = (&cors.expose_headers, cors.allow_credentials, cors.max_age);
        writeln!(text, "cors {origins:?} {methods:?} {headers:?} {rest:?}").unwrap();
    }
    for (kind, response) in &api.responses.0 {
        writeln!(text, "{kind} {:?} {:?} {:?}", response.status, response.headers, response.body).unwrap();
    }
    for note in &imported.notes {
        let line = note.line.map_or_else(|| "file".to_owned(), |line| format!("line {line}"));
        let severity = match note.severity {
            Severity::Notice => "notice",
            Severity::Warning => "warning",
            Severity::Closes => "closes",
        };
        writeln!(text, "{line}: {severity}: {}", note.text).unwrap();
    }
    for pool in &imported.needs.pools {
        let scopes = pool.scopes.iter().map(ToString::to_string);
        let scopes: Vec<_> = scopes.chain(pool.id_tokens.then(|| "(ID tokens)".to_owned())).collect();
        writeln!(text, "needs {}: {} for {}", pool.id, scopes.join(" "), pool.audiences.join(" ")).unwrap();
    }
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n"
}

/// What a file comes to, tied as its `.expected` file says.
fn outcome(path: &Path, expected: &str) -> String {
    let text = fs::read_to_string(path).expect("a fixture");
    let name = Path::new(path.file_name().expect("a file"));
    match read(name, &text, &ties(expected)) {
        Ok(imported) => table(&imported),
        Err(error) => format!("{error}\n"),
    }
}

#[test]
fn every_file_comes_to_what_stands_beside_it() {
    let (mut seen, mut differing) = (0, String::new());
    for entry in fs::read_dir(folder()).expect("the fixtures") {
        let path = entry.expect("a fixture").path();
        if path.extension().is_none_or(|extension| extension == "expected") {
            continue;
        }
        let beside = path.with_extension("expected");
        let expected = fs::read_to_string(&beside).unwrap_or_else(|_| panic!("{} is missing", beside.display()));
        let (_, table) = expected.split_once("\n\n").unwrap_or(("", expected.trim_start_matches('\n')));
        let actual = outcome(&path, &expected);
        if actual != table {
            writeln!(differing, "=== {}\n{actual}", path.display()).unwrap();
        }
        seen += 1;
    }
    assert!(differing.is_empty(), "these files come to something else:\n{differing}");
    assert!(seen >= 12, "only {seen} files were read");
}
