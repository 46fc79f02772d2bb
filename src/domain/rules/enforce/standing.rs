//! Whether a token was revoked since it was issued.

use crate::domain::rules::enforce_rule::EnforceRule;
use crate::domain::trace::Evidence;

use super::{Held, Requirement, Steps};

/// How a token stands, as far as it was looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody asked.
    Unasked,
    /// It is of another issuer, who cannot be asked.
    Elsewhere,
    /// It could not be looked up.
    Unknown,
    /// It was not revoked.
    Counts,
    /// It does not count any more, for this reason.
    Ended(&'static str),
}

/// Lets through what counts, where the authorizer wants that asked.
pub(super) fn judge(standing: Standing, requirement: &Requirement<'_>, trace: &mut Steps) -> Held<()> {
    if !requirement.authorizer.checks_revocation {
        return Ok(());
    }
    let (held, evidence) = match standing {
        Standing::Counts => (true, Evidence::Nothing),
        Standing::Elsewhere => {
            let remark = Evidence::Remark("only the pools here know what they revoked");
            trace.note(EnforceRule::TokenNotRevoked, remark);
            return Ok(());
        }
        Standing::Ended(reason) => (false, Evidence::Remark(reason)),
        Standing::Unasked | Standing::Unknown => (false, Evidence::Remark("it cannot be found out")),
    };
    trace.require(EnforceRule::TokenNotRevoked, held, evidence)
}
