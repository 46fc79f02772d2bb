//! A new token for an old sign-in (RFC 6749, section 6).

use std::collections::BTreeMap;

use crate::domain::client::OAuthFlow;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::trace::{Evidence, Trace};
use crate::tokens::{ClientView, Issuing, Occasion, RefreshWay, TokenFailure};

use super::grant::{GrantContext, Granted};

pub(super) const TYPE: &str = "refresh_token";
pub(super) const REQUIRED: &[&str] = &["refresh_token"];

pub(super) async fn issue(cx: &GrantContext<'_>, trace: &mut Trace<IssueRule>) -> Result<Granted, TokenFailure> {
    trace.require(IssueRule::FlowAllowed, may_refresh(cx.view), Evidence::Remark(TYPE))?;
    let presented = cx.request.form.get("refresh_token").unwrap_or_default();
    let metadata = BTreeMap::new();
    let occasion = Occasion::RefreshTokens;
    let issuing = Issuing { view: cx.view, issuer: cx.issuer, occasion, metadata: &metadata };
    let tokens = cx.oauth.tokens.refresh(&issuing, presented, RefreshWay::TokenEndpoint, trace).await?;
    Ok(Granted::Person(tokens))
}

/// A machine never has a refresh token. COGNITO: also refresh tokens of the JSON API are redeemed here, unless the client's flows name others only (assumed;
/// docs/fidelity.md, `refresh-at-token-endpoint`).
fn may_refresh(view: &ClientView) -> bool {
    let settings = &view.settings;
    let named = settings.explicit_auth_flows.as_ref();
    if view.flows.contains(&OAuthFlow::ClientCredentials) {
        return false;
    }
    view.flows.contains(&OAuthFlow::Code)
        || settings.rotates_refresh_tokens().is_some()
        || named.is_none_or(|flows| flows.iter().any(|flow| flow == "ALLOW_REFRESH_TOKEN_AUTH"))
        || named.is_some_and(|flows| flows.iter().all(|flow| !flow.starts_with("ALLOW_")))
}
