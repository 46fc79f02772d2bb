//! From granted scopes to a signed token.

use std::sync::Arc;

use crate::domain::claims::MachineAccessClaims;
use crate::domain::scope::Scope;
use crate::effects::{Effects, random};
use crate::keys::{KeyError, KeyRing};

use super::{ClientView, TokenFailure};

/// What a client receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSet {
    /// The signed access token.
    pub access_token: String,
    /// Its remaining life in seconds.
    pub expires_in: u64,
}

/// Issues the access token of the machine grant.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html>
pub async fn issue_machine_token(
    view: &ClientView,
    issuer: &str,
    scopes: &[Scope],
    effects: &Effects,
    keys: &KeyRing,
) -> Result<TokenSet, TokenFailure> {
    if scopes.is_empty() {
        tracing::warn!(client = %view.client, "a token without scopes: every scope asked for is inactive");
    }
    let now = effects.clock.now().seconds();
    let joined = join(scopes);
    let jti = random::uuid(&*effects.random);
    let claims = MachineAccessClaims {
        sub: view.client.as_str(),
        token_use: "access",
        scope: (!scopes.is_empty()).then_some(joined.as_str()),
        auth_time: now,
        iss: issuer,
        exp: now.saturating_add_unsigned(view.access_token_lifetime),
        iat: now,
        version: 2,
        jti: &jti,
        client_id: view.client.as_str(),
    };
    let claims = serde_json::to_vec(&claims).map_err(|error| KeyError::Unusable(error.to_string()))?;
    let keyset = keys.keyset_at(&view.pool, view.revision).await?;
    let access_token = keys.signer().sign(Arc::clone(&keyset.access), claims).await?;
    Ok(TokenSet { access_token, expires_in: view.access_token_lifetime })
}

pub(super) fn join(scopes: &[Scope]) -> String {
    let mut joined = String::with_capacity(scopes.iter().map(|scope| scope.as_str().len() + 1).sum());
    for scope in scopes {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(scope.as_str());
    }
    joined
}
