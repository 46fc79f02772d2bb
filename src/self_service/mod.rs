//! Use-cases of users on themselves: sign-up, confirmation, recovery, their attributes, and the messages they get.

pub mod attempts;
pub mod codes;
mod error;
pub mod outbox;
pub mod secret_hash;
pub mod triggers;

use crate::domain::quotas::Quotas;
use crate::effects::Effects;
use crate::hooks::Hooks;
use crate::store::database::Database;
use crate::tokens::Issuers;

pub use error::AccountError;

/// What the use-cases work with; cloning shares it.
#[derive(Clone)]
pub struct SelfService {
    /// Who exists.
    pub database: Database,
    /// The clock and the randomness.
    pub effects: Effects,
    /// The functions that have a say.
    pub hooks: Hooks,
    /// Where links in messages lead.
    pub issuers: Issuers,
    /// How much of everything there may be.
    pub quotas: Quotas,
}
