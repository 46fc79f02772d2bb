//! The end of a sign-in's tokens, by one of its refresh tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::store::transaction::Transaction;
use crate::store::{StoreError, documents};
use crate::tokens::{ClientView, Tokens};

use super::put_family;
use super::refresh_token::RefreshToken;

/// Why nothing was revoked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RevokeFailure {
    /// Tokens of the client cannot be revoked.
    #[error("token revocation is switched off for this client")]
    SwitchedOff,
    /// It is an access or ID token.
    #[error("only refresh tokens can be revoked")]
    NoRefreshToken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is revoked beside the tokens (`RevokeAssociatedSessions`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum AssociatedSessions {
    /// Nothing.
    #[default]
    None,
    /// The browser's session that led to the sign-in. What else came through it lives on.
    Linked,
}

impl Tokens {
    /// Revokes everything that descends from the same sign-in as this refresh token. Revoking again, or what never was
    /// a token of this client, changes nothing and is fine.
    pub async fn revoke(
        &self,
        view: &ClientView,
        presented: &str,
        sessions: AssociatedSessions,
    ) -> Result<(), RevokeFailure> {
        if !view.settings.revokes_tokens() {
            return Err(RevokeFailure::SwitchedOff);
        }
        if is_signed(presented) {
            return Err(RevokeFailure::NoRefreshToken);
        }
        let Some(token) = RefreshToken::parse(presented) else { return Ok(()) };
        let key = documents::refresh_family(&view.pool, &token.sign_in);
        let work = async |tx: &mut Transaction<'_>| {
            let found = tx.get(&key).await?.map(|brief| brief.value);
            let ours = found.filter(|family| family.sign_in.client == view.client && token.is_of(family));
            let Some(mut family) = ours else { return Ok(()) };
            let before = family.revoked;
            if !family.revoke(token.generation) {
                return Ok(());
            }
            if !before {
                put_family(tx, &view.pool, &family)?;
            }
            if let (AssociatedSessions::Linked, Some(session)) = (sessions, &family.sign_in.session) {
                tx.delete(&documents::browser_session(&view.pool, session));
            }
            Ok(())
        };
        self.views.database().transact(work).await
    }
}

/// Whether this has the form of an access or ID token: three parts, the first of them a JSON object.
fn is_signed(presented: &str) -> bool {
    let header = presented.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    presented.split('.').count() == 3 && header.is_some_and(|header| header.starts_with(b"{"))
}
