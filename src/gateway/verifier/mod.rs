//! Who signed a token: the keys of our own pools, and those of others.
//!
//! A token that was verified once is remembered until its issuer's keys change, since verifying costs more than all else.
//! What it *says* is judged anew for every request.

use std::sync::Arc;

use dashmap::DashMap;

use crate::domain::gateway::authorizer::{Authorizer, Issuer};
use crate::domain::gateway::jwt::Unverified;
use crate::domain::id::UserPoolId;
use crate::domain::rules::enforce::{self, Held, Key, Steps, Unreachable, Unusable, Verified};
use crate::domain::rules::enforce_rule::EnforceRule;
use crate::domain::time::Timestamp;
use crate::domain::trace::{Cut, Evidence};
use crate::keys::{Checked, KeyError, Keyset};
use crate::tokens::Tokens;

/// How many tokens are remembered; all are forgotten when more are met, which only costs time.
const REMEMBERED: usize = 10_000;

/// Verifies signatures; cloning shares what it remembers.
#[derive(Clone)]
pub struct Verifier {
    tokens: Tokens,
    remembered: Arc<DashMap<Arc<str>, Remembered, foldhash::fast::RandomState>>,
}

/// A token that was verified, and by which keys.
struct Remembered {
    verified: Arc<Verified>,
    keys: Arc<Keyset>,
}

impl Verifier {
    /// With the keys of the pools here.
    pub fn new(tokens: Tokens) -> Self {
        Self { tokens, remembered: Arc::default() }
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        self.tokens.effects.clock.now()
    }

    /// The token, once an issuer that the authorizer trusts has been found to have signed it.
    pub async fn verify(&self, text: &str, authorizer: &Authorizer, trace: &mut Steps) -> Held<Arc<Verified>> {
        if let Some(known) = self.recall(text, authorizer, trace).await {
            return Ok(known);
        }
        let token = enforce::understood(text, trace)?;
        let issuer = enforce::trusted(&token, authorizer, trace)?;
        let (key, keys) = match issuer {
            Issuer::Pool(pool) => self.checked(pool, &token).await,
            Issuer::Remote(_) => (Key::Unreachable(Unreachable::Discovery(Unusable::Address)), None),
        };
        let verified = Arc::new(enforce::signed(token, issuer, key, trace)?);
        if let Some(keys) = keys {
            self.remember(text, &verified, keys);
        }
        Ok(verified)
    }

    async fn checked(&self, pool: &UserPoolId, token: &Unverified<'_>) -> (Key, Option<Arc<Keyset>>) {
        let keys = match self.keys(pool).await {
            Ok(keys) => keys,
            Err(KeyError::NoSuchPool) => return (Key::Unreachable(Unreachable::NoSuchPool), None),
            Err(error) => {
                tracing::error!(%error, %pool, "the keys of a pool cannot be read");
                return (Key::Unreachable(Unreachable::Store), None);
            }
        };
        let key = match keys.check(token.key.as_deref().unwrap_or_default(), token.signed, &token.signature) {
            Checked::Unknown => Key::Unknown,
            Checked::Differs => Key::Differs,
            Checked::Matches => Key::Matches,
        };
        (key, Some(keys))
    }

    /// The keys of the pool as they are now.
    async fn keys(&self, pool: &UserPoolId) -> Result<Arc<Keyset>, KeyError> {
        let revision = self.tokens.views.database().registry_revision(pool).await?;
        self.tokens.keys.keyset_at(pool, revision).await
    }

    /// What was found about this very text before, if the keys are still the same and the authorizer trusts the issuer.
    async fn recall(&self, text: &str, authorizer: &Authorizer, trace: &mut Steps) -> Option<Arc<Verified>> {
        let known = self.remembered.get(text).map(|known| (Arc::clone(&known.verified), Arc::clone(&known.keys)));
        let (verified, keys) = known?;
        let issuer = authorizer.issuers.iter().find(|issuer| *issuer == verified.issuer())?;
        let Issuer::Pool(pool) = issuer else { return None };
        let same = self.keys(pool).await.is_ok_and(|now| Arc::ptr_eq(&now, &keys));
        if !same {
            self.remembered.remove(text);
            return None;
        }
        let named = Evidence::Presented { parameter: "iss", value: Cut::new(&issuer.to_string()) };
        trace.grant(EnforceRule::IssuerTrusted, named);
        trace.grant(EnforceRule::SignatureMatches, Evidence::Remark("as found for an earlier request"));
        Some(verified)
    }

    fn remember(&self, text: &str, verified: &Arc<Verified>, keys: Arc<Keyset>) {
        if self.remembered.len() >= REMEMBERED {
            self.remembered.clear();
        }
        self.remembered.insert(Arc::from(text), Remembered { verified: Arc::clone(verified), keys });
    }
}
