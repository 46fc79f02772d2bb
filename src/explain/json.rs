//! A decision as the API shows it and as the command line reads it back.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::gateway::dialect::Dialect;
use crate::domain::trace::{Evidence, Outcome, Rule, Step};

use super::passage::Around;
use super::{Answer, Kept, Record, cause};

/// The answer to "why?": what was decided, the cause in one sentence, and the steps that led there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The request's id; a dry run has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When it was decided, RFC 3339.
    pub time: String,
    /// The grant type that was asked for.
    pub grant_type: Option<String>,
    /// The gateway that was asked, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// Whose manners it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialect: Option<Dialect>,
    /// What becomes of requests there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// What was asked of it, such as `GET /orders/1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The route that was found, such as `GET /orders/{id}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// The client id that was presented.
    pub client_id: Option<String>,
    /// The pool, if it was found.
    pub pool: Option<String>,
    /// The user's name, if it is about a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// What the asker was told, or would be.
    pub answer: Told,
    /// The real cause; of a token also the smallest thing that would change it.
    pub cause: String,
    /// The smallest change that would let a request through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    /// The steps, in order.
    pub steps: Vec<Shown>,
}

/// What the asker was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Told {
    /// A token.
    Granted {
        /// The HTTP status.
        status: u16,
        /// The scopes in the token.
        scopes: Vec<String>,
        /// Its life in seconds.
        expires_in: u64,
    },
    /// Another step of a sign-in.
    Challenged {
        /// The HTTP status.
        status: u16,
        /// The challenge's name.
        challenge: String,
    },
    /// What a gateway made of a request.
    Passed(Passed),
    /// An error.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The `error` of the body, if it has one.
        error: Option<String>,
        /// The `error_description` of the body, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    },
}

/// What a gateway made of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// `allowed`, `refused`, `observed` or `failed`.
    pub verdict: String,
    /// The status of the answer; a dry run that is let through gets none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The rule that refused, or what failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The status that a gateway would have answered that only observes.
    #[serde(default, rename = "would_be", skip_serializing_if = "Option::is_none")]
    pub would: Option<u16>,
    /// What `WWW-Authenticate` says, in a dry run; where it is only observed, would say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub www_authenticate: Option<String>,
    /// The body of the answer, in a dry run; where it is only observed, of the one that it would be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// One step as shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// The rule's name.
    pub rule: String,
    /// `held`, `refused` or `noted`.
    pub outcome: String,
    /// What the rule demands.
    pub demands: String,
    /// What it was judged on, member by member.
    #[serde(flatten)]
    pub evidence: Map<String, Value>,
    /// Where the rule is documented.
    pub documented: String,
}

impl Explanation {
    /// Of whatever was kept. Of a passage, only what the record itself knows.
    pub fn of_kept(kept: &Kept) -> Self {
        match kept {
            Kept::Token(record) => Self::of(record),
            Kept::Gateway(passage) => Self::of_passage(passage, &Around::default()),
        }
    }

    /// Of a recorded decision about a token.
    pub fn of(record: &Record) -> Self {
        Self { id: Some(record.id.to_string()), ..Self::of_dry_run(record) }
    }

    /// Of a decision that nobody asked for over the wire.
    pub fn of_dry_run(record: &Record) -> Self {
        Self {
            id: None,
            time: record.at.to_string(),
            grant_type: record.grant_type.as_ref().map(|cut| cut.as_str().to_owned()),
            gateway: None,
            dialect: None,
            mode: None,
            request: None,
            route: None,
            client_id: record.client.as_ref().map(|cut| cut.as_str().to_owned()),
            pool: record.pool.as_ref().map(ToString::to_string),
            user: user(record),
            answer: told(&record.answer),
            cause: cause::sentence(record),
            change: None,
            steps: record.trace.steps().iter().map(shown).collect(),
        }
    }
}

fn user(record: &Record) -> Option<String> {
    record.trace.steps().iter().rev().find_map(|step| match &step.evidence {
        Evidence::User { username, .. } => Some(username.as_str().to_owned()),
        _ => None,
    })
}

fn told(answer: &Answer) -> Told {
    match answer {
        Answer::Granted { scopes, expires_in } => Told::Granted {
            status: 200,
            scopes: scopes.iter().map(ToString::to_string).collect(),
            expires_in: *expires_in,
        },
        Answer::Challenged { challenge } => Told::Challenged { status: 200, challenge: (*challenge).to_owned() },
        Answer::Refused { status, error, description } => Told::Refused {
            status: *status,
            error: error.map(str::to_owned),
            description: description.map(str::to_owned),
        },
    }
}

pub(super) fn shown<R: Rule>(step: &Step<R>) -> Shown {
    let outcome = match step.outcome {
        Outcome::Held => "held",
        Outcome::Refused => "refused",
        Outcome::Noted => "noted",
    };
    Shown {
        rule: step.rule.id().to_owned(),
        outcome: outcome.to_owned(),
        demands: step.rule.demands().to_owned(),
        evidence: members(&step.evidence),
        documented: step.rule.source().to_owned(),
    }
}

/// The evidence as members of its step.
fn members(evidence: &Evidence) -> Map<String, Value> {
    let members: Vec<(&str, Value)> = match evidence {
        Evidence::Nothing => Vec::new(),
        Evidence::Remark(remark) => vec![("remark", Value::from(*remark))],
        Evidence::Presented { parameter, value } => {
            vec![("parameter", Value::from(*parameter)), ("value", Value::from(value.as_str()))]
        }
        Evidence::Hinted { parameter, value, slip } => {
            let mut members = vec![("parameter", Value::from(*parameter)), ("value", Value::from(value.as_str()))];
            members.extend(slip.map(|slip| ("slip", Value::from(slip.name()))));
            members
        }
        Evidence::Client { client, pool } => {
            vec![("client", Value::from(client.as_str())), ("pool", Value::from(pool.as_str()))]
        }
        Evidence::Secret { secret } => vec![("secret_id", Value::from(secret.as_str()))],
        Evidence::Scope { scope, standing } => {
            vec![("scope", Value::from(scope.as_str())), ("standing", Value::from(standing.name()))]
        }
        Evidence::UnlistedScope { scope, standing, meant } => {
            let mut members = vec![("scope", Value::from(scope.as_str())), ("standing", Value::from(standing.name()))];
            members.extend(meant.as_ref().map(|meant| ("meant", Value::from(meant.as_str()))));
            members
        }
        Evidence::Names { of, names, total } => {
            let names: Vec<&str> = names.iter().map(crate::domain::trace::Cut::as_str).collect();
            vec![("of", Value::from(*of)), ("names", Value::from(names)), ("total", Value::from(*total))]
        }
        Evidence::Differs { parameter, presented, expected, common } => vec![
            ("parameter", Value::from(*parameter)),
            ("presented", Value::from(presented.as_str())),
            ("expected", Value::from(expected.as_str())),
            ("common_characters", Value::from(*common)),
        ],
        Evidence::User { sub, username } => {
            vec![("sub", Value::from(sub.as_str())), ("username", Value::from(username.as_str()))]
        }
        Evidence::Moment { claim, at, now } => {
            vec![("claim", Value::from(*claim)), ("at", Value::from(*at)), ("now", Value::from(*now))]
        }
        Evidence::OtherProfile { profile, answer } => {
            vec![("profile", Value::from(*profile)), ("answer", Value::from(*answer))]
        }
    };
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
