//! Whether a token of a pool here still counts. No API of AWS asks for that, so an authorizer has to want it.

use serde_json::Value;

use crate::domain::gateway::authorizer::Issuer;
use crate::domain::gateway::jwt::Claims;
use crate::domain::id::UserPoolId;
use crate::domain::rules::enforce::{Standing, Verified};
use crate::tokens::{AccessFailure, Named, Tokens};

/// How the token stands at present.
pub(super) async fn standing(tokens: &Tokens, verified: &Verified) -> Standing {
    let Issuer::Pool(pool) = verified.issuer() else { return Standing::Elsewhere };
    match check(tokens, pool, verified.claims()).await {
        Ok(()) => Standing::Counts,
        Err(AccessFailure::Revoked) => Standing::Ended("its sign-in was revoked, or its user signed out everywhere"),
        Err(AccessFailure::UserGone) => Standing::Ended("its user was deleted"),
        Err(AccessFailure::UserDisabled) => Standing::Ended("its user is disabled"),
        Err(AccessFailure::WrongSignature) => Standing::Ended("its client was deleted"),
        Err(AccessFailure::OfNoUser | AccessFailure::NotAToken) => Standing::Ended("it does not say whose it is"),
        Err(AccessFailure::Expired | AccessFailure::ScopeMissing(_)) => Standing::Unknown,
        Err(error @ (AccessFailure::Store(_) | AccessFailure::Key(_))) => {
            tracing::error!(%error, %pool, "whether a token was revoked cannot be read");
            Standing::Unknown
        }
    }
}

async fn check(tokens: &Tokens, pool: &UserPoolId, claims: &Claims) -> Result<(), AccessFailure> {
    let text = |claim: &str| claims.get(claim).and_then(Value::as_str);
    // An ID token has no `client_id`, and its client for its `aud`.
    let client = text("client_id").or_else(|| text("aud")).ok_or(AccessFailure::NotAToken)?;
    let sub = text("sub").ok_or(AccessFailure::NotAToken)?;
    let view = tokens.views.find(client).await?.filter(|view| view.pool == *pool);
    let view = view.ok_or(AccessFailure::WrongSignature)?;
    let Some(username) = text("username").or_else(|| text("cognito:username")) else {
        // A machine's token is its client's own, and has no sign-in to revoke.
        return if sub == client { Ok(()) } else { Err(AccessFailure::OfNoUser) };
    };
    let issued = claims.get("iat").and_then(Value::as_i64).ok_or(AccessFailure::NotAToken)?;
    let named = Named { username, sub, sign_in: text("origin_jti"), issued };
    tokens.holder(&view, &named).await.map(drop)
}
