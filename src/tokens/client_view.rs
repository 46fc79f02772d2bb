//! Everything the token path needs to know of one client, compiled once and validated by the registry revision.
//!
//! Building a view reads the client and the resource servers behind its list, never the pool's other clients, so it
//! costs the same in a pool of ten clients and of a hundred thousand.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use dashmap::{DashMap, DashSet};

use crate::domain::client::{ClientSecret, ClientSettings, OAuthFlow};
use crate::domain::id::{ClientId, UserPoolId};
use crate::domain::pool::{IssuerMode, PoolChoices, UserPool};
use crate::domain::rules::resolve_scopes::AllowList;
use crate::domain::scope;
use crate::store::StoreError;
use crate::store::database::Database;
use crate::store::documents;

use super::TokenFailure;

/// How many views are kept; all are dropped when more are met, which only costs time.
const CACHED: usize = 20_000;

/// One client as the token path sees it.
pub struct ClientView {
    /// The client.
    pub client: ClientId,
    /// The pool it belongs to.
    pub pool: UserPoolId,
    /// The pool, as it was when the view was made.
    pub owner: Arc<UserPool>,
    /// What was set for the client.
    pub settings: ClientSettings,
    /// The live secrets; none for a public client.
    pub secrets: Vec<ClientSecret>,
    /// Its list, with what the registry knows of each name.
    pub allowed: AllowList,
    /// The grants it may use.
    pub flows: Vec<OAuthFlow>,
    /// Whether it may use the OAuth endpoints at all.
    pub switched_on: bool,
    /// How long its access tokens live, in seconds.
    pub access_token_lifetime: u64,
    /// How long its ID tokens live, in seconds.
    pub id_token_lifetime: u64,
    /// How long its refresh tokens live, in seconds.
    pub refresh_token_lifetime: u64,
    /// The choices in force for the pool.
    pub choices: PoolChoices,
    /// Whether the pool has a domain, without which AWS has no token endpoint.
    pub has_domain: bool,
    /// The registry revision that the view was found to be good at.
    pub revision: u64,
}

/// The views in use.
#[derive(Clone)]
pub struct ClientViews {
    shared: Arc<Shared>,
}

struct Shared {
    database: Database,
    choices: PoolChoices,
    views: DashMap<ClientId, Arc<ClientView>>,
    /// Pools at a revision, so that the views of a pool share it.
    owners: DashMap<UserPoolId, (u64, Arc<UserPool>)>,
    /// The pools without a domain that the log has named.
    named: DashSet<UserPoolId>,
}

impl ClientViews {
    /// Views of the clients in this database; `choices` are the server's, which a pool's own override.
    pub fn new(database: Database, choices: PoolChoices) -> Self {
        Self {
            shared: Arc::new(Shared {
                database,
                choices,
                views: DashMap::new(),
                owners: DashMap::new(),
                named: DashSet::new(),
            }),
        }
    }

    /// The database behind the views.
    pub fn database(&self) -> &Database {
        &self.shared.database
    }

    /// How the pool names itself in tokens; `None` if there is no such pool.
    pub async fn issuer_mode(&self, pool: &UserPoolId) -> Result<Option<IssuerMode>, StoreError> {
        let pool = self.shared.database.get(&documents::user_pool(pool)).await?;
        Ok(pool.map(|pool| pool.options.over(&self.shared.choices).issuer))
    }

    /// The client as it is now; `None` if there is none of this id.
    pub async fn find(&self, client: &str) -> Result<Option<Arc<ClientView>>, TokenFailure> {
        let cached = self.shared.views.get(client).map(|view| Arc::clone(&view));
        if let Some(view) = cached
            && self.shared.database.registry_revision(&view.pool).await? == view.revision
        {
            return Ok(Some(view));
        }
        let Some(view) = self.build(&ClientId::from(client)).await? else {
            self.shared.views.remove(client);
            return Ok(None);
        };
        let view = Arc::new(view);
        if self.shared.views.len() >= CACHED {
            self.shared.views.clear();
            self.shared.owners.clear();
        }
        self.shared.views.insert(view.client.clone(), Arc::clone(&view));
        Ok(Some(view))
    }

    /// Says once that this pool lacks what a request of it would need on AWS.
    pub(super) fn name_without_domain(&self, pool: &UserPoolId) {
        // Looked up first: with every token of such a pool this is asked again.
        if !self.shared.named.contains(pool) && self.shared.named.insert(pool.clone()) {
            tracing::warn!(%pool, "the pool has no domain: AWS would not answer such requests for it at all");
        }
    }

    /// INVARIANT: the revision is read before the documents, so that a change made meanwhile makes the view stale.
    async fn build(&self, id: &ClientId) -> Result<Option<ClientView>, TokenFailure> {
        let database = &self.shared.database;
        let Some(pool_id) = database.get(&documents::client_owner(id)).await? else { return Ok(None) };
        let revision = database.registry_revision(&pool_id).await?;
        let Some(pool) = database.get(&documents::user_pool(&pool_id)).await? else { return Ok(None) };
        let Some(client) = database.get(&documents::client(&pool_id, id)).await? else { return Ok(None) };
        let listed = client.settings.allowed_scopes();
        let defined = defined_among(database, &pool_id, listed.iter().map(scope::Scope::as_str)).await?;
        let flows = [OAuthFlow::Code, OAuthFlow::Implicit, OAuthFlow::ClientCredentials];
        Ok(Some(ClientView {
            allowed: AllowList::compile(listed, &|name: &str| defined.contains(name)),
            flows: flows.into_iter().filter(|flow| client.settings.allows(*flow)).collect(),
            switched_on: client.settings.allowed_oauth_flows_user_pool_client,
            access_token_lifetime: client.settings.access_token_lifetime(),
            id_token_lifetime: client.settings.id_token_lifetime(),
            refresh_token_lifetime: client.settings.refresh_token_lifetime(),
            choices: pool.options.over(&self.shared.choices),
            has_domain: pool.has_domain(),
            owner: self.shared.owner(revision, pool),
            settings: client.settings,
            client: client.id,
            pool: pool_id,
            secrets: client.secrets,
            revision,
        }))
    }
}

impl Shared {
    /// The pool as the other views of this revision have it.
    fn owner(&self, revision: u64, pool: UserPool) -> Arc<UserPool> {
        if let Some(known) = self.owners.get(&pool.id).filter(|known| known.0 == revision) {
            return Arc::clone(&known.1);
        }
        let (id, pool) = (pool.id.clone(), Arc::new(pool));
        self.owners.insert(id, (revision, Arc::clone(&pool)));
        pool
    }
}

/// Which of these scope names the pool's resource servers define now; reads only the servers that the names point to.
pub async fn defined_among(
    database: &Database,
    pool: &UserPoolId,
    names: impl Iterator<Item = &str>,
) -> Result<HashSet<String>, StoreError> {
    let wanted: BTreeSet<(&str, &str)> = names.filter_map(scope::split).collect();
    let mut defined = HashSet::new();
    let mut server = None;
    for (identifier, scope_name) in wanted {
        if server.as_ref().is_none_or(|(read, _)| *read != identifier) {
            server = Some((identifier, database.get(&documents::resource_server(pool, identifier)).await?));
        }
        if let Some((_, Some(found))) = &server
            && found.defines(scope_name)
        {
            defined.insert(format!("{identifier}/{scope_name}"));
        }
    }
    Ok(defined)
}
