//! The grant of machines (RFC 6749, section 4.4).

use crate::domain::client::OAuthFlow;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::trace::Trace;
use crate::tokens::{TokenFailure, decide_scopes};

use super::grant::{Authorization, GrantContext};

pub(super) const TYPE: &str = "client_credentials";
pub(super) const REQUIRED: &[&str] = &[];

pub(super) async fn authorize(
    cx: &GrantContext<'_>,
    trace: &mut Trace<IssueRule>,
) -> Result<Authorization, TokenFailure> {
    let scope = cx.request.form.raw("scope");
    let scopes = decide_scopes(&cx.oauth.tokens.views, cx.view, OAuthFlow::ClientCredentials, scope, trace).await?;
    Ok(Authorization::Machine { scopes })
}
