//! One request to a gateway as it is kept: what was asked, what was decided, and what was answered.

mod doing;
mod refusal;
mod scopes;
mod shown;
#[cfg(test)]
mod tests;
mod why;

use std::sync::Arc;

use serde_json::Value;

use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::fault::Fault;
use crate::domain::gateway::route::Route;
use crate::domain::id::RequestId;
use crate::domain::rules::enforce::{Steps, Verified};
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::domain::trace::{Cut, Standing};

use super::record::steps_size;

/// A request to a gateway and what became of it. Holds no secret and no token.
#[derive(Debug, Clone)]
pub struct Passage {
    /// The id that the answer carried.
    pub id: RequestId,
    /// When it was answered.
    pub at: Timestamp,
    /// The gateway's name.
    pub gateway: Arc<str>,
    /// Whose manners it has.
    pub dialect: Dialect,
    /// What becomes of requests there, as the configuration spells it.
    pub mode: &'static str,
    /// Method and path as [`Passage::request`] shows them.
    pub request: Cut,
    /// The route, if one was found.
    pub route: Option<Arc<Route>>,
    /// What the token says, once its issuer has vouched for it.
    pub token: Option<Arc<Verified>>,
    /// What it came to.
    pub verdict: Verdict,
    /// What failed, if it failed and that is known.
    pub why: Option<Cut>,
    /// The status of the answer.
    pub status: u16,
    /// The steps, in order.
    pub trace: Steps,
}

/// What a request came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was let through.
    Allowed,
    /// It was refused.
    Refused,
    /// It went through although it would be refused with this status.
    Observed {
        /// The status.
        would: u16,
    },
    /// No rule refused it, and yet it came to nothing.
    Failed(Fault),
}

/// What is known beside the record, when it is explained.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// How the scopes of the route stand with the token's client; empty if it is none of a pool here.
    pub scopes: Vec<(Scope, Standing)>,
    /// Those of them that are not defined, each with one that is and is spelled nearly so.
    pub alike: Vec<(Scope, String)>,
    /// Routes that come near to the request.
    pub routes: Vec<String>,
    /// What the path begins with, and the route that the rest of it leads to.
    pub below: Option<(String, String)>,
    /// What the paths of the gateway begin with.
    pub prefix: String,
}

impl Passage {
    /// A method and a path as they may be shown: links hold secrets, and queries more often do, so that none is kept.
    pub fn request(method: &str, path: &str) -> Cut {
        let mut text = String::with_capacity(method.len() + path.len() + 1);
        text.extend([method, " ", path]);
        Cut::guarded(&text, Cut::LIMIT)
    }

    /// Roughly how many bytes the record occupies. The route is the gateway's own.
    pub(super) fn size(&self) -> usize {
        let claims = self.token.as_ref().map_or(0, |token| {
            token.claims().iter().map(|(name, value)| size_of::<Value>() + name.len() + text_size(value)).sum()
        });
        let why = self.why.as_ref().map_or(0, |why| why.as_str().len());
        size_of::<Self>()
            + self.id.as_str().len()
            + self.request.as_str().len()
            + why
            + claims
            + steps_size(&self.trace)
    }
}

fn text_size(value: &Value) -> usize {
    // What the allocator and the map add to each name and value.
    const OVERHEAD: usize = 64;
    OVERHEAD
        + match value {
            Value::String(text) => text.len(),
            Value::Array(values) => values.iter().map(text_size).sum(),
            Value::Object(members) => members.iter().map(|(name, value)| name.len() + text_size(value)).sum(),
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        }
}
