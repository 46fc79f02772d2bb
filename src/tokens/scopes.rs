//! The scope decision for one client, with the facts it needs fetched.

use std::collections::HashSet;

use crate::domain::client::OAuthFlow;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::resolve_scopes::{Requested, ScopePolicy, resolve_scopes};
use crate::domain::scope::Scope;
use crate::domain::trace::{Evidence, Refused, Trace};

use super::client_view::{ClientViews, defined_among};
use super::{ClientView, TokenFailure};

const SWITCHED_OFF: &str = "AllowedOAuthFlowsUserPoolClient is false, which switches every OAuth flow off";

/// The scopes that a token of this client gets. The token endpoint and the dry run both ask here.
///
/// The names on the client's list come with the view; the store is asked only about others, which no good request has.
pub async fn decide_scopes(
    views: &ClientViews,
    view: &ClientView,
    flow: OAuthFlow,
    scope_parameter: Option<&str>,
    trace: &mut Trace<IssueRule>,
) -> Result<Vec<Scope>, TokenFailure> {
    let requested = Requested::parse(scope_parameter);
    // More names than are ever judged are not looked up either.
    let judged = requested.names().len() <= view.allowed.most_names();
    let mut off_list = requested.names().iter().copied().filter(|name| !view.allowed.contains(name)).peekable();
    let defined = if !judged || off_list.peek().is_none() {
        HashSet::new()
    } else {
        defined_among(views.database(), &view.pool, off_list).await?
    };
    let policy = ScopePolicy {
        profile: view.choices.scope_profile,
        all_inactive: view.choices.all_inactive,
        flow,
        flow_allowed: view.flows.contains(&flow),
    };
    let resolved = resolve_scopes(&requested, &view.allowed, &|name: &str| defined.contains(name), policy, trace);
    let stopped_by_flow = |refused: &Refused<IssueRule>| {
        matches!(refused.rule(), IssueRule::FlowAllowed | IssueRule::ObservedFlowAllowed)
    };
    if !view.switched_on && resolved.as_ref().is_err_and(stopped_by_flow) {
        trace.note(IssueRule::FlowAllowed, Evidence::Remark(SWITCHED_OFF));
    }
    Ok(resolved?)
}
