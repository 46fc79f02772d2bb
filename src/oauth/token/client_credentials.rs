//! The grant of machines (RFC 6749, section 4.4).

use std::collections::BTreeMap;

use crate::domain::client::OAuthFlow;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::trace::{Evidence, Trace};
use crate::tokens::{Issuing, Occasion, TokenFailure, decide_scopes};

use super::grant::{GrantContext, Granted};

pub(super) const TYPE: &str = "client_credentials";
pub(super) const REQUIRED: &[&str] = &[];

const METADATA: &str = "aws_client_metadata";

pub(super) async fn issue(cx: &GrantContext<'_>, trace: &mut Trace<IssueRule>) -> Result<Granted, TokenFailure> {
    let (tokens, form) = (&cx.oauth.tokens, &cx.request.form);
    let metadata = metadata(form.get(METADATA), trace)?;
    let scopes = decide_scopes(&tokens.views, cx.view, OAuthFlow::ClientCredentials, form.raw("scope"), trace).await?;
    let occasion = Occasion::ClientCredentials;
    let issuing = Issuing { view: cx.view, issuer: cx.issuer, occasion, metadata: &metadata };
    let (token, scopes) = tokens.machine_token(&issuing, scopes, trace).await?;
    Ok(Granted::Machine { token, scopes })
}

/// What the client tells the trigger: a JSON object of texts.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html>
fn metadata(parameter: Option<&str>, trace: &mut Trace<IssueRule>) -> Result<BTreeMap<String, String>, TokenFailure> {
    let Some(parameter) = parameter else { return Ok(BTreeMap::new()) };
    let read = serde_json::from_str(parameter);
    if read.is_err() {
        trace.require(IssueRule::RequestIsWellFormed, false, Evidence::Remark(METADATA))?;
    }
    Ok(read.unwrap_or_default())
}
