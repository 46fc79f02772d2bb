//! Use-cases on what is issued: from a proven grant to a signed token.

pub mod client_view;
pub mod clients;
pub mod issue;
pub mod issuer;
pub mod people;
pub mod scopes;
mod triggers;

pub use client_view::{ClientView, ClientViews};
pub use clients::{check_domain, find_client};
pub use issue::TokenSet;
pub use issuer::{Issuers, RequestOrigin};
pub use people::{
    Access, AccessFailure, AssociatedSessions, Exchange, Holder, Issuing, Named, Occasion, PersonTokens, RefreshWay,
    RevokeFailure, digest, sign_in_of,
};
pub use scopes::{check_flow, decide_client_token_scopes, decide_scopes, spelled_alike, standings};

use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::trace::Refused;
use crate::effects::Effects;
use crate::hooks::{HookFailure, Hooks};
use crate::keys::{KeyError, KeyRing};
use crate::store::StoreError;

/// Everything that issuing and checking tokens works with; cloning shares it.
#[derive(Clone)]
pub struct Tokens {
    /// The clients.
    pub views: ClientViews,
    /// The keys.
    pub keys: KeyRing,
    /// The clock and the randomness.
    pub effects: Effects,
    /// What `iss` says.
    pub issuers: Issuers,
    /// The functions that may change a token.
    pub hooks: Hooks,
}

/// Why a token was not issued.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TokenFailure {
    /// A rule said no.
    #[error("refused by the rule `{0:?}`")]
    Refused(IssueRule),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key failed.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The trigger before token generation failed; the trace says so too.
    #[error("the trigger before token generation failed: {0}")]
    Hook(#[from] HookFailure),
}

impl From<Refused<IssueRule>> for TokenFailure {
    fn from(refused: Refused<IssueRule>) -> Self {
        Self::Refused(refused.rule())
    }
}
