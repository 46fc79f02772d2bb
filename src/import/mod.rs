//! Reading the file in which an API is declared for AWS: OpenAPI with the extensions of API Gateway, SAM, CloudFormation.
//!
//! Text goes in, an [`Api`] comes out, with notes on what is read otherwise than one may think, and with what must exist
//! here for its tokens. Four steps: `document` reads YAML or JSON with the lines of everything; `openapi` and `template`
//! say what is declared; `resolve` evaluates the functions of templates on the way; `settle` ties the declared authorizers
//! to pools of this server. What cannot be told is never taken for open. Nothing here knows files, stores or HTTP.

mod api;
mod document;
mod draft;
mod merge;
mod mock;
mod openapi;
mod reading;
mod registered;
mod resolve;
mod settle;
mod template;
mod tie;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use crate::domain::gateway::api::Api;
use crate::domain::id::UserPoolId;
use crate::domain::scope::Scope;

use self::reading::Reading;

/// How what the file names is tied to what there is here.
#[derive(Debug, Clone, Default)]
pub struct Ties {
    /// Names of the file, and what they mean here: logical ids, parameters, exports, pool ids, ARNs, issuers, audiences,
    /// and the names of authorizers that lead nowhere by themselves.
    pub map: BTreeMap<String, String>,
    /// The pools there are.
    pub pools: BTreeSet<UserPoolId>,
    /// Whether a pool that is not among them will be declared.
    pub create_missing: bool,
    /// Whether it is said of the gateway what base path it has.
    pub has_base_path: bool,
    /// Whether it is said of the gateway what stage it has.
    pub has_stage: bool,
    /// The logical id of the API to read, for templates with more than one.
    pub api: Option<String>,
}

/// What a file comes to.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The API.
    pub api: Api,
    /// What whoever imports it should know, by line.
    pub notes: Vec<Note>,
    /// What its tokens need.
    pub needs: Needs,
}

/// A remark on a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// The line it is about, counted from 1, if it is about one.
    pub line: Option<u64>,
    /// How much it matters.
    pub severity: Severity,
    /// What there is to say.
    pub text: String,
}

/// How much a remark matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something is left out, as it should be.
    Notice,
    /// Something means less, or something else, than it seems to.
    Warning,
    /// Routes are closed because of it.
    Closes,
}

/// What must exist for the tokens that a file's routes ask for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// The pools, whether or not they exist already.
    pub pools: Vec<NeededPool>,
}

/// What must exist in one pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeededPool {
    /// Its id.
    pub id: UserPoolId,
    /// The scopes that routes ask of its tokens, built-in ones among them, in order of appearance.
    pub scopes: Vec<Scope>,
    /// The clients whose tokens are asked for; none if those of any client will do.
    pub audiences: Vec<String>,
    /// Whether a route takes nothing but ID tokens.
    pub id_tokens: bool,
}

/// Why a file is no API for a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportError {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1, if it is known.
    pub line: Option<u64>,
    /// What is wrong.
    pub problem: String,
}

/// What is wrong, and where in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wrong {
    line: Option<u64>,
    problem: String,
}

impl Wrong {
    fn at(line: u64, problem: impl Into<String>) -> Self {
        Self { line: Some(line), problem: problem.into() }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for ImportError {}

/// Reads a file of this name; the name is only for errors.
pub fn read(name: &Path, text: &str, ties: &Ties) -> Result<Imported, ImportError> {
    understood(text, ties).map_err(|wrong| ImportError {
        file: name.to_owned(),
        line: wrong.line,
        problem: wrong.problem,
    })
}

fn understood(text: &str, ties: &Ties) -> Result<Imported, Wrong> {
    let root = document::read(text)?;
    let reading = Reading::new(&root, ties);
    for theirs in ties.map.keys().filter(|theirs| !stands_in(text, theirs)) {
        reading.note_file(Severity::Warning, format!("`{theirs}` is tied, but stands nowhere in this file"));
    }
    let draft = if root.get("openapi").is_some() || root.get("swagger").is_some() {
        openapi::read(&root, None, &reading)?
    } else if root.get("Resources").is_some() {
        template::read(&root, &reading)?
    } else {
        let problem = "neither an OpenAPI document (`openapi`, `swagger`) nor a template (`Resources`)";
        return Err(Wrong { line: None, problem: problem.to_owned() });
    };
    settle::settle(draft, reading)
}

/// Whether a file has this name. Of an ARN or a URL, which may be put together in it, the last part is enough; of an
/// attribute or a value of a mapping, all parts, wherever they are.
fn stands_in(text: &str, name: &str) -> bool {
    name.rsplit(['/', ':']).next().unwrap_or(name).split('.').all(|part| text.contains(part))
}
