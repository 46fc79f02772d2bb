//! One decision as it is kept: who asked, what was answered, and the steps that led there.

use crate::domain::id::{RequestId, UserPoolId};
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::domain::trace::{Cut, Evidence, Rule, Step, Trace};

/// A token decision and its steps. Holds no secret and no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The id that the response carried.
    pub id: RequestId,
    /// When it was decided.
    pub at: Timestamp,
    /// The grant type that was asked for, as [`Record::grant_type`] shows it.
    pub grant_type: Option<Cut>,
    /// The client id that was presented, as [`Record::client`] shows it.
    pub client: Option<Cut>,
    /// The pool, once it was found.
    pub pool: Option<UserPoolId>,
    /// What was answered.
    pub answer: Answer,
    /// The steps, in order.
    pub trace: Trace<IssueRule>,
}

/// What the asker was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A token with these scopes.
    Granted {
        /// In the order in which the token names them.
        scopes: Vec<Scope>,
        /// Seconds.
        expires_in: u64,
    },
    /// Another step of a sign-in.
    Challenged {
        /// The challenge's name.
        challenge: &'static str,
    },
    /// An error.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The `error` of the body, if it has one.
        error: Option<&'static str>,
        /// The `error_description` of the body, if it has one.
        description: Option<&'static str>,
    },
}

impl Record {
    /// How many bytes of a grant type are shown; every registered one fits.
    const GRANT_TYPE: usize = 64;

    /// A presented grant type as it may be shown: what may be a secret in the wrong place is only hinted at.
    pub fn grant_type(presented: &str) -> Cut {
        Cut::guarded(presented, Self::GRANT_TYPE)
    }

    /// A presented client id as it may be shown: whole only if a client has it, since else it may be a secret.
    pub fn client(presented: &str, trace: &Trace<IssueRule>) -> Cut {
        let is_presented = |evidence: &Evidence| match evidence {
            Evidence::Client { client, .. } => client.as_str() == presented,
            _ => false,
        };
        let found = trace.steps().iter().any(|step| is_presented(&step.evidence));
        if found { Cut::new(presented) } else { Cut::hint(presented) }
    }

    /// Roughly how many bytes the record occupies.
    pub fn size(&self) -> usize {
        let text = |cut: &Option<Cut>| cut.as_ref().map_or(0, |cut| cut.as_str().len());
        let answer = match &self.answer {
            Answer::Granted { scopes, .. } => scopes.len() * size_of::<Scope>(),
            Answer::Refused { .. } | Answer::Challenged { .. } => 0,
        };
        size_of::<Self>()
            + self.id.as_str().len()
            + text(&self.grant_type)
            + text(&self.client)
            + answer
            + steps_size(&self.trace)
    }
}

/// Roughly how many bytes the steps occupy, with the room that was made for more.
pub(super) fn steps_size<R: Rule>(trace: &Trace<R>) -> usize {
    let texts: usize = trace.steps().iter().map(|step| evidence_size(&step.evidence)).sum();
    trace.capacity() * size_of::<Step<R>>() + texts
}

fn evidence_size(evidence: &Evidence) -> usize {
    match evidence {
        Evidence::Presented { value, .. } | Evidence::Hinted { value, .. } => value.as_str().len(),
        Evidence::UnlistedScope { scope, meant, .. } => {
            scope.as_str().len() + meant.as_ref().map_or(0, |meant| meant.as_str().len())
        }
        // A listed scope's text is shared with the client's view while that lives; counted, as it may be the last.
        Evidence::Scope { scope, .. } => scope.as_str().len(),
        Evidence::Differs { presented, expected, .. } => presented.as_str().len() + expected.as_str().len(),
        Evidence::User { sub, username } => sub.as_str().len() + username.as_str().len(),
        Evidence::Names { names, .. } => names.iter().map(|name| name.as_str().len() + size_of::<Cut>()).sum(),
        Evidence::Nothing
        | Evidence::Remark(_)
        | Evidence::Client { .. }
        | Evidence::Secret { .. }
        | Evidence::Moment { .. }
        | Evidence::OtherProfile { .. } => 0,
    }
}
