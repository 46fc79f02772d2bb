//! Declared pools and their domains.

use crate::config::DeclaredPool;
use crate::domain::id::Region;
use crate::domain::pool::UserPool;
use crate::domain::user_pool_domain::DomainSettings;
use crate::registry::pools::{self, NewPool};
use crate::registry::{domains, mfa, schema};
use crate::store::documents;

use super::declared::{Declared, Need};
use super::{Place, SeedError, declaration, fixed, refused, wire};

impl Place<'_, '_> {
    /// A pool and everything that is declared in it.
    pub(super) async fn pool(&mut self, pool: &DeclaredPool, key: &str) -> Result<(), SeedError> {
        let exists = self.pool_exists(pool, key).await?;
        // The pool without what belongs to it, which has declarations of its own.
        let itself = (&pool.name, &pool.account, &pool.options, &pool.settings, &pool.domain, &pool.mfa);
        let what = format!("user pool {}", pool.id);
        let this = Declared::new(what, documents::pool_declaration(&pool.id), &itself);
        let need = self.need(&this, exists).await?;
        match need {
            Need::Nothing | Need::LeaveAlone => {}
            Need::Create => self.create_pool(pool, key).await?,
            Need::Update => self.update_pool(pool, key).await?,
        }
        if matches!(need, Need::Create | Need::Update) {
            self.applied(&this)?;
        }
        if let Some(keys) = &pool.keys {
            self.keys(pool, keys, need, &format!("{key}.keys")).await?;
        }
        for (position, server) in pool.resource_servers.iter().enumerate() {
            self.resource_server(pool, server, &format!("{key}.resource_servers[{position}]")).await?;
        }
        for (position, client) in pool.clients.iter().enumerate() {
            self.client(pool, client, &format!("{key}.clients[{position}]")).await?;
        }
        self.people(pool, key).await
    }

    async fn pool_exists(&mut self, pool: &DeclaredPool, key: &str) -> Result<bool, SeedError> {
        let found: Option<UserPool> = self.tx.get(&documents::user_pool(&pool.id)).await?;
        match found {
            Some(found) if found.account != pool.account => {
                let problem = format!("the pool `{}` belongs to the account {} already", pool.id, found.account);
                Err(declaration(&format!("{key}.id"), problem))
            }
            found => Ok(found.is_some()),
        }
    }

    async fn create_pool(&mut self, pool: &DeclaredPool, key: &str) -> Result<(), SeedError> {
        let (settings, fixed) = wire::pool(pool, key)?;
        if Region::of_name(pool.id.region().as_str()).is_none() {
            let problem = format!("the id `{}` does not begin with a region and an underscore", pool.id);
            return Err(declaration(&format!("{key}.id"), problem));
        }
        let name = pool.name.clone().unwrap_or_else(|| pool.id.to_string());
        let new = NewPool { id: pool.id.clone(), name, settings, fixed, options: pool.options.clone() };
        let made = pools::create(self.tx, &self.caller, new, self.now, &self.terms.quotas).await;
        let made = made.map_err(|error| refused(key, error))?;
        let made = self.second_factors(pool, made, key)?;
        self.domain(pool, made, key).await
    }

    async fn update_pool(&mut self, pool: &DeclaredPool, key: &str) -> Result<(), SeedError> {
        let (settings, fixed) = wire::pool(pool, key)?;
        let mut before = self.stored_pool(pool, key).await?;
        let added = fixed::added_attributes(fixed, &before, key)?;
        before.options = pool.options.clone();
        let name = pool.name.clone().unwrap_or_else(|| pool.id.to_string());
        let terms = (self.now, &self.terms.quotas);
        let updated = pools::update(self.tx, before, Some(name), settings, terms).await;
        updated.map_err(|error| refused(key, error))?;
        if !added.is_empty() {
            let pool = self.stored_pool(pool, key).await?;
            let grown = schema::add(self.tx, pool, &added, self.now, &self.terms.quotas);
            grown.map_err(|error| refused(&format!("{key}.settings.Schema"), error))?;
        }
        let now = self.stored_pool(pool, key).await?;
        let now = self.second_factors(pool, now, key)?;
        self.domain(pool, now, key).await
    }

    /// Gives the pool its declared second factors; where none are declared, what the API set stays.
    fn second_factors(&mut self, declared: &DeclaredPool, pool: UserPool, key: &str) -> Result<UserPool, SeedError> {
        let Some(new) = wire::second_factors(declared, key)? else { return Ok(pool) };
        mfa::replace(self.tx, pool, new, self.now).map_err(|error| refused(&format!("{key}.mfa"), error))
    }

    pub(super) async fn stored_pool(&mut self, pool: &DeclaredPool, key: &str) -> Result<UserPool, SeedError> {
        pools::require(self.tx, &self.caller, &pool.id).await.map_err(|error| refused(key, error))
    }

    /// Gives the pool its declared prefix, instead of another one if it has one. Custom domains are left to the API.
    async fn domain(&mut self, declared: &DeclaredPool, mut pool: UserPool, key: &str) -> Result<(), SeedError> {
        if pool.domain == declared.domain {
            return Ok(());
        }
        let key = format!("{key}.domain");
        if let Some(other) = pool.domain.clone() {
            domains::delete(self.tx, pool, &other).await.map_err(|error| refused(&key, error))?;
            pool = self.stored_pool(declared, &key).await?;
        }
        let Some(domain) = &declared.domain else { return Ok(()) };
        domains::check_name(domain, false).map_err(|error| refused(&key, error))?;
        let terms = (self.now, &self.terms.quotas);
        let made = domains::create(self.tx, pool, domain, DomainSettings::default(), terms).await;
        made.map(drop).map_err(|error| refused(&key, error))
    }
}
