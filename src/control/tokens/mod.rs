//! What happens to tokens after a sign-in, and a machine's token without the OAuth endpoints.

mod get_client_token;
mod get_tokens_from_refresh_token;
mod global_sign_out;
mod revoke_token;

use std::sync::Arc;

use serde::Serialize;

use crate::domain::rules::authenticate_client::{Presented, authenticate_client};
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::secret::Secret;
use crate::domain::trace::Trace;
use crate::tokens::{ClientView, PersonTokens, TokenFailure, find_client};

use super::Control;
use super::operation::Entry;

pub(super) const OPERATIONS: &[Entry] = &[
    Entry::of::<get_tokens_from_refresh_token::GetTokensFromRefreshToken>(),
    Entry::of::<revoke_token::RevokeToken>(),
    Entry::of::<global_sign_out::GlobalSignOut>(),
    Entry::of::<get_client_token::GetClientToken>(),
];

/// `AuthenticationResultType`, in the order of the model.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AuthenticationResult {
    access_token: String,
    expires_in: u64,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

impl From<PersonTokens> for AuthenticationResult {
    fn from(tokens: PersonTokens) -> Self {
        Self {
            access_token: tokens.access_token,
            expires_in: tokens.expires_in,
            token_type: "Bearer",
            refresh_token: tokens.refresh_token,
            id_token: tokens.id_token,
        }
    }
}

/// The client of this id, if it exists and the secret is one of its live ones; a public client has none to present.
async fn proven_client(
    control: &Control,
    (id, secret): (&str, Option<&Secret>),
    trace: &mut Trace<IssueRule>,
) -> Result<Arc<ClientView>, TokenFailure> {
    let secret = secret.map(|secret| secret.reveal().as_bytes());
    let view = find_client(&control.sign_ins.tokens.views, (id, secret), |_| true, trace).await?;
    authenticate_client(&view.secrets, &Presented { basic: None, form: secret }, trace)?;
    Ok(view)
}
