//! Who signed a token: the keys of our own pools, and those of others.
//!
//! The keys of a pool here are read by reference, as they are now (`keys`); those of others are fetched (`remote`, `fetch`,
//! `key_set`). A token that was verified once is remembered (`memory`) until its issuer's keys change. Whether it was
//! revoked since is asked each time, where an authorizer wants it (`standing`).

mod fetch;
pub mod key_set;
mod memory;
mod remote;
mod standing;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::domain::gateway::authorizer::{Authorizer, Issuer};
use crate::domain::gateway::jwt::Unverified;
use crate::domain::id::UserPoolId;
use crate::domain::pool::IssuerMode;
use crate::domain::rules::enforce::{self, Held, Key, Standing, Steps, Unreachable, Verified};
use crate::domain::rules::enforce_rule::EnforceRule;
use crate::domain::time::Timestamp;
use crate::domain::trace::{Cut, Evidence};
use crate::effects::Random;
use crate::keys::{Checked, KeyError, Keyset};
use crate::tokens::{ClientViews, RequestOrigin, Tokens};

use memory::{Keys, Memory};
use remote::Remotes;

/// Verifies signatures; cloning shares what it remembers.
#[derive(Clone)]
pub struct Verifier {
    tokens: Tokens,
    remotes: Remotes,
    memory: Arc<Memory>,
}

impl Verifier {
    /// With the keys of the pools here, and those that other issuers publish.
    pub fn new(tokens: Tokens) -> Self {
        let remotes = Remotes::new(Arc::clone(&tokens.effects.clock));
        Self { tokens, remotes, memory: Arc::default() }
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        self.tokens.effects.clock.now()
    }

    /// The clients of the pools here.
    pub fn views(&self) -> &ClientViews {
        &self.tokens.views
    }

    /// What ids of requests are made from.
    pub fn random(&self) -> &dyn Random {
        &*self.tokens.effects.random
    }

    /// The URL that the tokens of this issuer name, unless its pool is gone.
    pub async fn url_of(&self, issuer: &Issuer) -> Option<String> {
        let pool = match issuer {
            Issuer::Remote(url) => return Some(url.clone()),
            Issuer::Pool(pool) => pool,
        };
        let mode = match self.tokens.views.issuer_mode(pool).await {
            // Such an issuer is whatever it is called; this is what it is called without a request of its own.
            Ok(Some(IssuerMode::Host)) => IssuerMode::Local,
            Ok(mode) => mode?,
            Err(error) => {
                tracing::error!(%error, %pool, "a pool cannot be read");
                return None;
            }
        };
        Some(self.tokens.issuers.issuer(mode, pool, RequestOrigin { scheme: "http", host: "localhost" }))
    }

    /// The token, once an issuer that the authorizer trusts has been found to have signed it.
    pub async fn verify(&self, text: &str, authorizer: &Authorizer, trace: &mut Steps) -> Held<Arc<Verified>> {
        if let Some(known) = self.recall(text, authorizer, trace).await {
            return Ok(known);
        }
        Box::pin(self.vouched(text, authorizer, trace)).await
    }

    async fn vouched(&self, text: &str, authorizer: &Authorizer, trace: &mut Steps) -> Held<Arc<Verified>> {
        let token = enforce::understood(text, trace)?;
        let issuer = enforce::trusted(&token, authorizer, trace)?;
        let (key, keys) = match issuer {
            Issuer::Pool(pool) => self.checked_here(pool, &token).await,
            Issuer::Remote(url) => self.checked_elsewhere(url, &token).await,
        };
        let verified = Arc::new(enforce::signed(token, issuer, key, trace)?);
        if let Some(keys) = keys {
            self.memory.remember(text, &verified, keys);
        }
        Ok(verified)
    }

    /// Whether the token still counts, if the authorizer wants to know.
    pub async fn standing(&self, verified: &Verified, authorizer: &Authorizer) -> Standing {
        if authorizer.checks_revocation {
            Box::pin(standing::standing(&self.tokens, verified)).await
        } else {
            Standing::Unasked
        }
    }

    async fn checked_here(&self, pool: &UserPoolId, token: &Unverified<'_>) -> (Key, Option<Keys>) {
        match self.keys(pool).await {
            Ok(keys) => (key(keys.check(kid(token), token.signed, &token.signature)), Some(Keys::Ours(keys))),
            Err(KeyError::NoSuchPool) => (Key::Unreachable(Unreachable::NoSuchPool), None),
            Err(error) => {
                tracing::error!(%error, %pool, "the keys of a pool cannot be read");
                (Key::Unreachable(Unreachable::Store), None)
            }
        }
    }

    async fn checked_elsewhere(&self, issuer: &str, token: &Unverified<'_>) -> (Key, Option<Keys>) {
        match self.remotes.keys(issuer, kid(token)).await {
            Ok(keys) => (key(keys.check(kid(token), token.signed, &token.signature)), Some(Keys::Theirs(keys))),
            Err(failure) => (Key::Unreachable(failure), None),
        }
    }

    /// The keys of the pool as they are now.
    async fn keys(&self, pool: &UserPoolId) -> Result<Arc<Keyset>, KeyError> {
        let revision = self.tokens.views.database().registry_revision(pool).await?;
        self.tokens.keys.keyset_at(pool, revision).await
    }

    /// What was found about this very text before, if the keys are still the same and the authorizer trusts the issuer.
    async fn recall(&self, text: &str, authorizer: &Authorizer, trace: &mut Steps) -> Option<Arc<Verified>> {
        let (verified, keys) = self.memory.recall(text)?;
        let issuer = authorizer.issuers.iter().find(|issuer| *issuer == verified.issuer())?;
        let now = match issuer {
            Issuer::Pool(pool) => self.keys(pool).await.ok().map(Keys::Ours),
            Issuer::Remote(url) => self.remotes.current(url).map(Keys::Theirs),
        };
        if !now.is_some_and(|now| now.are(&keys)) {
            self.memory.forget(text);
            return None;
        }
        let named = Evidence::Presented { parameter: "iss", value: Cut::new(&issuer.to_string()) };
        trace.grant(EnforceRule::IssuerTrusted, named);
        trace.grant(EnforceRule::SignatureMatches, Evidence::Remark("as found for an earlier request"));
        Some(verified)
    }
}

fn kid<'t>(token: &'t Unverified<'_>) -> &'t str {
    token.key.as_deref().unwrap_or_default()
}

fn key(checked: Checked) -> Key {
    match checked {
        Checked::Unknown => Key::Unknown,
        Checked::Differs => Key::Differs,
        Checked::Matches => Key::Matches,
    }
}
