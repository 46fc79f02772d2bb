//! Whether a request may go upstream.
//!
//! The stages are functions of their own, since keys are fetched between them; each hands on a type that only it can
//! make. At the end stands a [`Permit`], without which nothing is forwarded.

mod claims;
mod standing;
#[cfg(test)]
mod tests;
mod token;

use std::sync::Arc;

use crate::domain::gateway::authorizer::{Authorizer, Issuer};
use crate::domain::gateway::cors::Cors;
use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::jwt::Claims;
use crate::domain::gateway::route::{Access, Closed, Route};
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::domain::trace::{Cut, Evidence, Refused, Trace};

use super::enforce_rule::EnforceRule;

pub use claims::{Kind, kind_taken, scopes_of};
pub use standing::Standing;
pub use token::{Key, NO_TOKEN_FOLLOWS, Unreachable, Unusable, presented, signed, trusted, understood};

/// The steps of one decision.
pub type Steps = Trace<EnforceRule>;
/// What a stage comes to.
pub type Held<T> = Result<T, Refused<EnforceRule>>;

/// Leave to go upstream. Only this module makes one.
///
/// Whoever has none can name it, and no more:
///
/// ```
/// fn forward(_: poolpass::domain::rules::enforce::Permit) {}
/// ```
///
/// ```compile_fail,E0423
/// let forged = poolpass::domain::rules::enforce::Permit(poolpass::domain::rules::enforce::Ground::Open);
/// ```
#[derive(Debug, Clone)]
pub struct Permit(Ground);

/// What a permit rests on.
#[derive(Debug, Clone)]
pub enum Ground {
    /// The route demands nothing.
    Open,
    /// This token.
    Token(Arc<Verified>),
    /// The gateway only observes: the request goes through although it was refused.
    Observed(Refused<EnforceRule>),
}

/// A token that a trusted issuer has signed. What it says still has to be judged, every time: see [`judge`].
#[derive(Debug, Clone)]
pub struct Verified {
    issuer: Issuer,
    claims: Claims,
}

/// The right to let refused requests through, which is had by saying so aloud.
#[derive(Debug, Clone)]
pub struct Observing(());

/// What a route demands of a token.
#[derive(Debug, Clone, Copy)]
pub struct Requirement<'a> {
    /// In whose manner.
    pub dialect: Dialect,
    /// Who vouches for tokens.
    pub authorizer: &'a Authorizer,
    /// Which scopes.
    pub scopes: &'a [Scope],
}

impl Permit {
    /// What it rests on.
    pub fn ground(&self) -> &Ground {
        &self.0
    }
}

impl Verified {
    /// Who issued it.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// What it says.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }
}

impl Observing {
    /// Says aloud, once and at the start, that the gateway of this name enforces nothing.
    pub fn announce(gateway: &str, say: impl FnOnce(String)) -> Self {
        say(format!(
            "the gateway `{gateway}` only observes: it lets every request through, also those it would refuse"
        ));
        Self(())
    }

    /// Leave for a request that was refused.
    pub fn permit(&self, refused: Refused<EnforceRule>) -> Permit {
        Permit(Ground::Observed(refused))
    }
}

/// What a route demands before any token is looked at.
pub enum Admission<'a> {
    /// Nothing.
    Free(Permit),
    /// A token.
    Demands(Requirement<'a>),
}

/// Looks at what the route demands.
pub fn admission<'a>(route: &'a Route, dialect: Dialect, trace: &mut Steps) -> Held<Admission<'a>> {
    match &route.access {
        Access::Open => {
            trace.grant(EnforceRule::RouteOpen, Evidence::Nothing);
            Ok(Admission::Free(Permit(Ground::Open)))
        }
        Access::Authorizer(authorizer, scopes) => Ok(Admission::Demands(Requirement { dialect, authorizer, scopes })),
        Access::Closed(closed) => {
            let (parameter, name) = match closed {
                Closed::Unresolved(name) => ("unresolved authorizer", name),
                Closed::Undeclared(name) => ("undeclared authorizer", name),
                Closed::WithoutPool(name) => ("authorizer without a pool", name),
                Closed::Unsupported(kind) => ("unsupported authorizer", kind),
            };
            let evidence = Evidence::Presented { parameter, value: Cut::new(name) };
            Err(trace.refuse(EnforceRule::AuthorizerUsable, evidence))
        }
    }
}

/// Leave for a preflight, if one from this origin may be made. Browsers send no token with it (Fetch standard).
pub fn preflight(cors: &Cors, origin: &str, trace: &mut Steps) -> Option<Permit> {
    cors.allows(origin).then(|| {
        trace.grant(
            EnforceRule::PreflightAnswered,
            Evidence::Presented { parameter: "origin", value: Cut::new(origin) },
        );
        Permit(Ground::Open)
    })
}

/// Judges what a signed token says, and how it stands, against what the route demands.
pub fn judge(
    verified: Arc<Verified>,
    requirement: &Requirement<'_>,
    standing: Standing,
    now: Timestamp,
    trace: &mut Steps,
) -> Held<Permit> {
    claims::judge(&verified.claims, requirement, now, trace)?;
    standing::judge(standing, requirement, trace)?;
    Ok(Permit(Ground::Token(verified)))
}
