//! The cases of `tests/corpus/*.json`: what is given, what is asked, what must come of it.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use poolpass::domain::client::OAuthFlow;
use poolpass::domain::pool::{AllInactive, ScopeProfile};
use serde::Deserialize;
use serde_json::Value;

/// One decision.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// The claim.
    pub(crate) name: String,
    /// The rows of the decision table that it shows.
    pub(crate) rows: Vec<u8>,
    /// Where the behaviour is documented.
    pub(crate) source: String,
    /// What exists.
    pub(crate) given: Given,
    /// What is asked.
    pub(crate) request: Asked,
    /// What must come of it.
    pub(crate) expect: Expected,
}

/// What exists, and what happens to it before anybody asks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Given {
    /// Identifier to scope names.
    pub(crate) resource_servers: BTreeMap<String, Vec<String>>,
    /// Who asks.
    pub(crate) client: Client,
    /// How scopes are decided.
    #[serde(default)]
    pub(crate) profile: ScopeProfile,
    /// What to answer when nothing is active.
    #[serde(default)]
    pub(crate) all_inactive: AllInactive,
    /// Changes, in order.
    #[serde(default)]
    pub(crate) then: Vec<Change>,
}

/// Who asks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Client {
    /// Its list.
    pub(crate) allowed_scopes: Vec<String>,
    /// The grants it may use.
    #[serde(default = "machine")]
    pub(crate) flows: Vec<OAuthFlow>,
    /// `AllowedOAuthFlowsUserPoolClient`.
    #[serde(default = "yes")]
    pub(crate) switched_on: bool,
}

fn machine() -> Vec<OAuthFlow> {
    vec![OAuthFlow::ClientCredentials]
}

fn yes() -> bool {
    true
}

/// One change of the registry or the client.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Change {
    /// A server is deleted.
    DeleteServer(String),
    /// A server is made.
    CreateServer(Server),
    /// A server's scopes are replaced.
    UpdateServer(Server),
    /// The client's list is replaced.
    Allow(Vec<String>),
}

/// A resource server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Server {
    /// Its identifier.
    pub(crate) identifier: String,
    /// Its scope names.
    pub(crate) scopes: Vec<String>,
}

/// The request: a scope parameter as text, or as the form holds it, or none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// The decoded parameter.
    pub(crate) scope: Option<String>,
    /// The parameter as it stands in the form.
    pub(crate) encoded: Option<String>,
    /// The grant.
    #[serde(default = "client_credentials")]
    pub(crate) flow: OAuthFlow,
}

fn client_credentials() -> OAuthFlow {
    OAuthFlow::ClientCredentials
}

/// The outcome.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(crate) enum Expected {
    /// A token with these scopes, in this order.
    Granted {
        /// The scopes.
        granted: Vec<String>,
        /// Steps that the trace must have, in this order.
        #[serde(default)]
        steps: Vec<Step>,
    },
    /// An error.
    Refused {
        /// The wire's word.
        error: String,
        /// The rule that refuses.
        rule: String,
        /// Steps that the trace must have, in this order.
        steps: Vec<Step>,
    },
}

/// One expected step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// The rule's id.
    pub(crate) rule: String,
    /// `held`, `refused` or `noted`.
    pub(crate) outcome: String,
    /// The scope it is about, if the case says.
    pub(crate) scope: Option<String>,
}

/// What a way of asking came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The scopes, or the error.
    pub(crate) answer: Result<Vec<String>, String>,
    /// The trace, as far as it is known.
    pub(crate) steps: Vec<Step>,
}

impl Seen {
    /// Reads the document of a trace or of a dry run.
    pub(crate) fn of_document(document: &Value) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let texts = |value: &Value| value.as_array().map(|all| all.iter().filter_map(text).collect::<Vec<_>>());
        let answer = &document["answer"];
        let answer = texts(&answer["scopes"]).ok_or_else(|| text(&answer["error"]).unwrap_or_default());
        let step = |step: &Value| Step {
            rule: text(&step["rule"]).unwrap(),
            outcome: text(&step["outcome"]).unwrap(),
            // A bare word stands as what was presented, since it cannot name a scope.
            scope: text(&step["scope"]),
        };
        Self { answer, steps: document["steps"].as_array().unwrap().iter().map(step).collect() }
    }
}

impl Case {
    /// The resource servers and the list as the changes leave them.
    pub(crate) fn outcome_of_changes(&self) -> (HashMap<String, Vec<String>>, Vec<String>) {
        let mut servers: HashMap<_, _> = self.given.resource_servers.clone().into_iter().collect();
        let mut allowed = self.given.client.allowed_scopes.clone();
        for change in self.given.then.iter().cloned() {
            match change {
                Change::DeleteServer(identifier) => {
                    assert!(servers.remove(&identifier).is_some(), "{}: no server `{identifier}`", self.name);
                }
                Change::CreateServer(server) => {
                    let before = servers.insert(server.identifier, server.scopes);
                    assert_eq!(before, None, "{}: the server exists", self.name);
                }
                Change::UpdateServer(server) => {
                    let before = servers.insert(server.identifier, server.scopes);
                    assert!(before.is_some(), "{}: no such server", self.name);
                }
                Change::Allow(scopes) => allowed = scopes,
            }
        }
        (servers, allowed)
    }

    /// The scope parameter in a form, `scope=` included.
    pub(crate) fn form(&self) -> String {
        match (&self.request.encoded, &self.request.scope) {
            (Some(encoded), _) => format!("scope={encoded}"),
            (None, Some(scope)) => {
                url::form_urlencoded::Serializer::new(String::new()).append_pair("scope", scope).finish()
            }
            (None, None) => String::new(),
        }
    }

    /// The scope parameter as text.
    pub(crate) fn scope(&self) -> Option<String> {
        let form = self.form();
        url::form_urlencoded::parse(form.as_bytes()).map(|(_, value)| value.into_owned()).next()
    }

    /// Everything in which this outcome is not the expected one.
    pub(crate) fn differences(&self, way: &str, seen: &Seen) -> Vec<String> {
        let (expected, steps) = match &self.expect {
            Expected::Granted { granted, steps } => (Ok(granted.clone()), steps),
            Expected::Refused { error, steps, .. } => (Err(error.clone()), steps),
        };
        let mut differences = Vec::new();
        if seen.answer != expected {
            differences.push(format!("{}, {way}: {:?} instead of {expected:?}", self.name, seen.answer));
        }
        if let Expected::Refused { rule, .. } = &self.expect
            && !seen.steps.iter().any(|step| step.outcome == "refused" && step.rule == *rule)
        {
            differences.push(format!("{}, {way}: not refused by `{rule}`: {:?}", self.name, seen.steps));
        }
        let mut rest = seen.steps.iter();
        for step in steps {
            let fits = |seen: &&Step| {
                let same_scope = step.scope.is_none() || seen.scope == step.scope;
                seen.rule == step.rule && seen.outcome == step.outcome && same_scope
            };
            if rest.find(fits).is_none() {
                differences.push(format!("{}, {way}: no step {step:?} in its place in {:?}", self.name, seen.steps));
                break;
            }
        }
        differences
    }
}

/// Every case of every file.
pub(crate) fn all() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let read = |path: &std::path::PathBuf| -> Vec<Case> {
        serde_json::from_slice(&fs::read(path).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    files.iter().flat_map(read).collect()
}
