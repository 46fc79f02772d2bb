//! The grant of people at a browser (RFC 6749, section 4.1).

use std::collections::BTreeMap;

use crate::domain::client::OAuthFlow;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::trace::Trace;
use crate::tokens::{Exchange, Issuing, Occasion, TokenFailure, check_flow};

use super::grant::{GrantContext, Granted};

pub(super) const TYPE: &str = "authorization_code";
pub(super) const REQUIRED: &[&str] = &["code", "redirect_uri"];

pub(super) async fn issue(cx: &GrantContext<'_>, trace: &mut Trace<IssueRule>) -> Result<Granted, TokenFailure> {
    check_flow(cx.view, OAuthFlow::Code, trace)?;
    let form = &cx.request.form;
    let exchange = Exchange {
        code: form.get("code").unwrap_or_default(),
        redirect_uri: form.get("redirect_uri").unwrap_or_default(),
        verifier: form.get("code_verifier"),
    };
    let metadata = BTreeMap::new();
    let occasion = Occasion::HostedAuth;
    let issuing = Issuing { view: cx.view, issuer: cx.issuer, occasion, metadata: &metadata };
    Ok(Granted::Person(cx.oauth.tokens.exchange(&issuing, &exchange, trace).await?))
}
