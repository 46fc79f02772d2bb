//! The real cause of what a gateway answered, in one plain sentence, and the smallest thing that would change it.

use crate::domain::gateway::fault::Fault;
use crate::domain::rules::enforce::scopes_of;
use crate::domain::rules::enforce_rule::EnforceRule;
use crate::domain::scope::Scope;
use crate::domain::trace::{Outcome, Step};

use super::doing::listed;
use super::refusal::{self, Case};
use super::{Around, Passage, Verdict};

/// A cause, and what would let the request through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Why {
    /// One sentence, without its full stop.
    pub(super) cause: String,
    /// What to do; nothing where nothing has to be done.
    pub(super) change: Option<String>,
}

impl Why {
    pub(super) fn new(cause: impl Into<String>, change: impl Into<String>) -> Self {
        Self { cause: cause.into(), change: Some(change.into()) }
    }

    pub(super) fn plain(cause: impl Into<String>) -> Self {
        Self { cause: cause.into(), change: None }
    }
}

/// The step that refused.
pub(super) fn refused(passage: &Passage) -> Option<&Step<EnforceRule>> {
    passage.trace.steps().iter().find(|step| step.outcome == Outcome::Refused)
}

/// Why it came out as it did.
pub(super) fn why(passage: &Passage, around: &Around) -> Why {
    match (passage.verdict, refused(passage)) {
        (Verdict::Failed(fault), _) => failed(fault, passage, around),
        (Verdict::Allowed, _) => Why::plain(allowed(passage)),
        (Verdict::Refused | Verdict::Observed { .. }, Some(step)) => refusal::why(&Case { passage, step, around }),
        (Verdict::Refused | Verdict::Observed { .. }, None) => failed(Fault::Internal, passage, around),
    }
}

fn allowed(passage: &Passage) -> String {
    let held = |rule| passage.trace.steps().iter().any(|step| step.rule == rule && step.outcome == Outcome::Held);
    if held(EnforceRule::PreflightAnswered) {
        return "the gateway answers preflight requests itself, before it looks for a route or a token".to_owned();
    }
    if held(EnforceRule::RouteOpen) {
        return "the route demands no token".to_owned();
    }
    let wanted = passage.route.as_ref().map_or(&[][..], |route| route.scopes());
    let has = passage.token.as_ref().map(|token| scopes_of(token.claims(), passage.dialect)).unwrap_or_default();
    let granted: Vec<&str> = wanted.iter().map(Scope::as_str).filter(|scope| has.contains(scope)).collect();
    match (granted.as_slice(), wanted) {
        (_, []) => "the token is good, and the route wants no scope".to_owned(),
        ([one], [_]) => format!("the token has the scope that the route wants, `{one}`"),
        (some, all) if some.len() == all.len() => format!("the token has the scopes of the route, {}", listed(some)),
        (some, _) => format!("the token has {} of the scopes of the route, of which one is enough", listed(some)),
    }
}

fn failed(fault: Fault, passage: &Passage, around: &Around) -> Why {
    let why = passage.why.as_ref().map(|why| format!(": {}", why.as_str())).unwrap_or_default();
    match fault {
        Fault::NoSuchStage => Why {
            cause: "the path begins with none of the base paths and stages that there are here".to_owned(),
            change: (!around.prefix.is_empty()).then(|| format!("begin it with `{}`", around.prefix)),
        },
        Fault::UpstreamDown => Why::new(
            format!("the request was let through, but what is behind the gateway cannot be reached or broke off{why}"),
            "start it, or set `upstream` (`function.url`) to where it is",
        ),
        Fault::UpstreamSlow => Why::new(
            format!("the request was let through, but what is behind the gateway did not answer in time{why}"),
            "raise `forward.timeout`, or find out what it is waiting for",
        ),
        Fault::BadRequest => Why::new(
            "the request was let through, but it cannot be passed on: its headers contradict each other, or its body \
             broke off",
            "send one length, or chunks, and the whole body",
        ),
        Fault::BodyTooLong => Why::new(
            "the request was let through, but its body is longer than the gateway takes",
            "send less, or raise `forward.max_body`; a function takes no more than 6 MiB",
        ),
        Fault::BadFunctionAnswer => Why::new(
            "the request was let through, but the function behind the gateway answered what is no answer",
            "let it return `statusCode`, `headers` and `body`",
        ),
        Fault::Internal => {
            Why::plain("something failed in poolpass itself, which its log names; the request was not at fault")
        }
    }
}
