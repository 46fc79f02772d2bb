//! Use-cases of signing in: from a user name to a proven user, challenge by challenge.

use std::sync::Arc;

use crate::domain::quotas::Quotas;
use crate::self_service::SelfService;
use crate::tokens::Tokens;

/// What signing in works with; cloning shares it.
#[derive(Clone)]
pub struct SignIns {
    /// Clients, keys, clock and functions.
    pub tokens: Tokens,
    /// Codes and the messages that carry them.
    pub self_service: SelfService,
}

impl SignIns {
    /// With these clients, keys, clock and functions.
    pub fn new(tokens: Tokens) -> Self {
        let self_service = SelfService {
            database: tokens.views.database().clone(),
            effects: tokens.effects.clone(),
            hooks: Arc::clone(&tokens.hooks),
            issuers: tokens.issuers.clone(),
            quotas: Quotas::default(),
        };
        Self { tokens, self_service }
    }
}
