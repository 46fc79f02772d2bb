//! The client that a request names, as a step of its decision.

use std::sync::Arc;

use crate::domain::id::{ClientId, UserPoolId};
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::trace::{Cut, Evidence, Refused, Slip, Trace};
use crate::store::{StoreError, documents};

use super::{ClientView, ClientViews, TokenFailure};

const NO_DOMAIN: &str = "the pool has no domain: AWS would not answer here at all";

/// The client of this id, if the request may mean one of its pool. The secret that came with the id is not judged here.
pub async fn find_client(
    views: &ClientViews,
    (id, secret): (&str, Option<&[u8]>),
    admits: impl FnOnce(&UserPoolId) -> bool,
    trace: &mut Trace<IssueRule>,
) -> Result<Arc<ClientView>, TokenFailure> {
    let Some(view) = views.find(id).await? else {
        // Nobody's id: it may just as well be a secret that came in its place.
        let slip = slip(views, id, secret).await?;
        let presented = Evidence::Hinted { parameter: "client_id", value: Cut::hint(id), slip };
        trace.require(IssueRule::ClientExists, false, presented)?;
        return Err(TokenFailure::Refused(IssueRule::ClientExists));
    };
    // Refused with the pool as evidence: the client exists, but the request names another pool.
    let evidence = Evidence::Client { client: view.client.clone(), pool: view.pool.clone() };
    trace.require(IssueRule::ClientExists, admits(&view.pool), evidence)?;
    Ok(view)
}

async fn slip(views: &ClientViews, id: &str, secret: Option<&[u8]>) -> Result<Option<Slip>, StoreError> {
    if let Some(secret) = secret.and_then(|secret| str::from_utf8(secret).ok()) {
        let owner = documents::client_owner(&ClientId::from(secret.trim()));
        if views.database().get(&owner).await?.is_some() {
            return Ok(Some(Slip::SwappedWithSecret));
        }
    }
    Ok((id.trim() != id).then_some(Slip::BlankAround))
}

/// On AWS a pool without a domain has no token endpoint; here it may have one, and the trace says so.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html>
pub fn check_domain(
    views: &ClientViews,
    view: &ClientView,
    trace: &mut Trace<IssueRule>,
) -> Result<(), Refused<IssueRule>> {
    if view.has_domain {
        return Ok(());
    }
    views.name_without_domain(&view.pool);
    if view.choices.require_domain {
        trace.require(IssueRule::PoolHasDomain, false, Evidence::Remark(NO_DOMAIN))?;
    }
    trace.note(IssueRule::PoolHasDomain, Evidence::Remark(NO_DOMAIN));
    Ok(())
}
