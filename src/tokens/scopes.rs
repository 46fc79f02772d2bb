//! The scope decision for one client, with the facts it needs fetched.

use std::collections::HashSet;

use crate::domain::client::OAuthFlow;
use crate::domain::id::UserPoolId;
use crate::domain::resource_server::ResourceServer;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::resolve_scopes::{Requested, ScopePolicy, resolve_scopes};
use crate::domain::scope::Scope;
use crate::domain::spelling;
use crate::domain::trace::{Evidence, Refused, Standing, Trace};
use crate::store::database::Database;
use crate::store::{StoreError, documents};

use super::client_view::{ClientViews, defined_among};
use super::{ClientView, TokenFailure};

const SWITCHED_OFF: &str = "AllowedOAuthFlowsUserPoolClient is false, which switches every OAuth flow off";

/// The scopes that a token of this client gets. The token endpoint and the dry run both ask here.
pub async fn decide_scopes(
    views: &ClientViews,
    view: &ClientView,
    flow: OAuthFlow,
    scope_parameter: Option<&str>,
    trace: &mut Trace<IssueRule>,
) -> Result<Vec<Scope>, TokenFailure> {
    let resolved = decide(views, view, (flow, view.flows.contains(&flow)), scope_parameter, trace).await?;
    let stopped_by_flow = |refused: &Refused<IssueRule>| {
        matches!(refused.rule(), IssueRule::FlowAllowed | IssueRule::ObservedFlowAllowed)
    };
    if !view.switched_on && resolved.as_ref().is_err_and(stopped_by_flow) {
        trace.note(IssueRule::FlowAllowed, Evidence::Remark(SWITCHED_OFF));
    }
    Ok(resolved?)
}

/// The scopes that `GetClientToken` gives: those of the machine grant, which its auth flow allows in place of OAuth's.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetClientToken.html>
pub async fn decide_client_token_scopes(
    views: &ClientViews,
    view: &ClientView,
    scope_parameter: Option<&str>,
    trace: &mut Trace<IssueRule>,
) -> Result<Vec<Scope>, TokenFailure> {
    let mut flows = view.settings.explicit_auth_flows.iter().flatten();
    let allowed = flows.any(|flow| flow == "ALLOW_CLIENT_TOKEN_AUTH");
    Ok(decide(views, view, (OAuthFlow::ClientCredentials, allowed), scope_parameter, trace).await??)
}

/// The names on the client's list come with the view; the store is asked only about others, which no good request has.
async fn decide(
    views: &ClientViews,
    view: &ClientView,
    (flow, flow_allowed): (OAuthFlow, bool),
    scope_parameter: Option<&str>,
    trace: &mut Trace<IssueRule>,
) -> Result<Result<Vec<Scope>, Refused<IssueRule>>, TokenFailure> {
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
        flow_allowed,
    };
    Ok(resolve_scopes(&requested, &view.allowed, &|name: &str| defined.contains(name), policy, trace))
}

/// Whether the client may use a grant that brings its scopes with it.
pub fn check_flow(view: &ClientView, flow: OAuthFlow, trace: &mut Trace<IssueRule>) -> Result<(), Refused<IssueRule>> {
    if !view.switched_on {
        trace.note(IssueRule::FlowAllowed, Evidence::Remark(SWITCHED_OFF));
    }
    trace.require(IssueRule::FlowAllowed, view.flows.contains(&flow), Evidence::Remark(flow.name()))
}

/// How these scopes stand with a client now; nothing if the pool has no such client.
pub async fn standings(
    views: &ClientViews,
    pool: &UserPoolId,
    client: &str,
    scopes: &[Scope],
) -> Result<Vec<(Scope, Standing)>, TokenFailure> {
    let Some(view) = views.find(client).await?.filter(|view| view.pool == *pool) else { return Ok(Vec::new()) };
    let off_list = scopes.iter().map(Scope::as_str).filter(|name| !view.allowed.contains(name));
    let defined = defined_among(views.database(), pool, off_list).await?;
    let off_list = |scope: &Scope| match scope.is_built_in() {
        true => Standing::BuiltInNotOnList,
        false if defined.contains(scope.as_str()) => Standing::DefinedButNotOnList,
        false => Standing::UndefinedAndNotOnList,
    };
    let standing = |scope: &Scope| view.allowed.standing(scope.as_str()).unwrap_or_else(|| off_list(scope));
    Ok(scopes.iter().map(|scope| (scope.clone(), standing(scope))).collect())
}

/// Which of these scopes are spelled nearly as one that the pool defines, and how that is spelled.
pub async fn spelled_alike(
    database: &Database,
    pool: &UserPoolId,
    scopes: impl Iterator<Item = &Scope>,
) -> Result<Vec<(Scope, String)>, StoreError> {
    let mut wanted = scopes.peekable();
    if wanted.peek().is_none() {
        return Ok(Vec::new());
    }
    // No pool has more resource servers than this, unless its quota was raised.
    let servers = database.scan(&documents::resource_servers(pool), None, 100).await?;
    let defined: Vec<Scope> = servers.iter().flat_map(ResourceServer::scope_identifiers).collect();
    let nearest = |scope: &Scope| {
        let near = defined.iter().filter_map(|defined| Some((slips(scope, defined)?, defined)));
        near.min_by_key(|(slips, _)| *slips).map(|(_, defined)| (scope.clone(), defined.as_str().to_owned()))
    };
    Ok(wanted.filter_map(nearest).collect())
}

/// How many slips make the one of the other; both halves have to be alike.
fn slips(one: &Scope, other: &Scope) -> Option<usize> {
    let ((identifier, name), (known, defined)) = (one.split()?, other.split()?);
    Some(spelling::slips(identifier, known)? + spelling::slips(name, defined)?)
}
