//! What each dialect answers. One file a dialect; each matches every rule.

use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::route::Route;
use crate::domain::rules::enforce_rule::EnforceRule;

/// An answer that the gateway gives itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, without those that every answer of the dialect carries.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

/// A refusal that wants an answer.
#[derive(Debug, Clone, Copy)]
pub struct Denial<'a> {
    /// The rule that refused.
    pub rule: EnforceRule,
    /// The route, if one was found.
    pub route: Option<&'a Route>,
}

/// What went wrong behind the gateway, or on the way there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The upstream cannot be reached, or breaks off.
    UpstreamDown,
    /// The upstream does not answer in time.
    UpstreamSlow,
    /// The request cannot be passed on as it is: its headers contradict each other, or its body breaks off.
    BadRequest,
    /// The body is longer than the gateway takes.
    BodyTooLong,
    /// The function behind the gateway answers what is no answer.
    BadFunctionAnswer,
    /// poolpass itself failed.
    Internal,
}
