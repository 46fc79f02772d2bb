//! Declared app clients and their secrets.

use crate::config::{DeclaredClient, DeclaredPool};
use crate::domain::client::{AppClient, ClientSettings};
use crate::domain::secret::Secret;
use crate::effects::random;
use crate::registry::RegistryError;
use crate::registry::clients::secrets::{self, NewSecret};
use crate::registry::clients::{self, ClientUpdate, NewClient};
use crate::store::documents;

use super::declared::{Declared, Need};
use super::{Place, SeedError, declaration, refused, wire};

impl Place<'_, '_> {
    /// An app client. One that becomes public or confidential is made anew under its id.
    pub(super) async fn client(
        &mut self,
        pool: &DeclaredPool,
        declared: &DeclaredClient,
        key: &str,
    ) -> Result<(), SeedError> {
        let before = self.stored_client(pool, declared, key).await?;
        let what = format!("client {} of {}", declared.id, pool.id);
        let this = Declared::new(what, documents::client_declaration(&pool.id, &declared.id), declared);
        let need = self.need(&this, before.is_some()).await?;
        if matches!(need, Need::Nothing | Need::LeaveAlone) {
            return Ok(());
        }
        self.check_secrets(declared, key)?;
        let settings = wire::client(pool, declared, &self.terms.quotas, key)?;
        let done = match before {
            None => self.create_client(pool, declared, settings).await,
            Some(before) if before.is_confidential() != declared.is_confidential() => {
                self.replace_client(pool, declared, settings).await
            }
            Some(before) => self.update_client(pool, declared, settings, before).await,
        };
        done.map_err(|error| refused(key, error))?;
        Ok(self.applied(&this)?)
    }

    async fn stored_client(
        &mut self,
        pool: &DeclaredPool,
        declared: &DeclaredClient,
        key: &str,
    ) -> Result<Option<AppClient>, SeedError> {
        let owner = self.tx.get(&documents::client_owner(&declared.id)).await?;
        match owner {
            Some(owner) if owner != pool.id => {
                let problem = format!("the client `{}` belongs to the pool {owner} already", declared.id);
                Err(declaration(&format!("{key}.id"), problem))
            }
            Some(_) => Ok(self.tx.get(&documents::client(&pool.id, &declared.id)).await?),
            None => Ok(None),
        }
    }

    fn check_secrets(&self, declared: &DeclaredClient, key: &str) -> Result<(), SeedError> {
        let pinned = declared.pinned_secrets().count();
        if declared.generate_secret && pinned > 0 {
            return Err(declaration(key, "a secret is either pinned or generated, not both"));
        }
        if u64::try_from(pinned).unwrap_or(u64::MAX) > self.terms.quotas.secrets_per_client {
            let most = self.terms.quotas.secrets_per_client;
            return Err(declaration(key, format!("{pinned} secrets are pinned, and at most {most} can be live")));
        }
        let mut values: Vec<&str> = declared.pinned_secrets().map(Secret::reveal).collect();
        values.sort_unstable();
        values.dedup();
        if values.len() < pinned {
            return Err(declaration(key, "the same secret is pinned twice"));
        }
        Ok(())
    }

    async fn create_client(
        &mut self,
        pool: &DeclaredPool,
        declared: &DeclaredClient,
        settings: ClientSettings,
    ) -> Result<(), RegistryError> {
        let mut pinned = declared.pinned_secrets().cloned();
        let generate = || declared.generate_secret.then(|| random::client_secret(&*self.terms.effects.random));
        let new = NewClient {
            id: declared.id.clone(),
            name: name(declared),
            // A pinned secret stands for one that the service would have made: descriptions show it.
            generated: pinned.next().or_else(generate),
            supplied: None,
            settings,
            now: self.now,
        };
        clients::create(self.tx, &self.caller, &pool.id, &new, self.terms.quotas.clients).await?;
        for secret in pinned {
            self.add_secret(pool, declared, &secret).await?;
        }
        Ok(())
    }

    async fn replace_client(
        &mut self,
        pool: &DeclaredPool,
        declared: &DeclaredClient,
        settings: ClientSettings,
    ) -> Result<(), RegistryError> {
        clients::delete(self.tx, &self.caller, &pool.id, &declared.id).await?;
        self.create_client(pool, declared, settings).await
    }

    async fn update_client(
        &mut self,
        pool: &DeclaredPool,
        declared: &DeclaredClient,
        settings: ClientSettings,
        before: AppClient,
    ) -> Result<(), RegistryError> {
        let update = ClientUpdate { id: declared.id.clone(), name: Some(name(declared)), settings, now: self.now };
        clients::update(self.tx, &self.caller, &pool.id, &update, &self.terms.choices).await?;
        let pinned: Vec<&Secret> = declared.pinned_secrets().collect();
        if pinned.is_empty() {
            return Ok(());
        }
        let is = |value: &Secret, other: &Secret| value.matches(other.reveal().as_bytes());
        let mut stale: Vec<_> =
            before.secrets.iter().filter(|old| !pinned.iter().any(|new| is(&old.value, new))).collect();
        let missing = pinned.iter().filter(|new| !before.secrets.iter().any(|old| is(&old.value, new)));
        let mut live = before.secrets.len();
        for secret in missing {
            // Room first, but never without a secret in between.
            if live > 1
                && let Some(old) = stale.pop()
            {
                secrets::delete(self.tx, &self.caller, &pool.id, &declared.id, &old.id).await?;
                live -= 1;
            }
            self.add_secret(pool, declared, secret).await?;
            live += 1;
        }
        for old in stale {
            secrets::delete(self.tx, &self.caller, &pool.id, &declared.id, &old.id).await?;
        }
        Ok(())
    }

    async fn add_secret(
        &mut self,
        pool: &DeclaredPool,
        declared: &DeclaredClient,
        secret: &Secret,
    ) -> Result<(), RegistryError> {
        let new = NewSecret { client: declared.id.clone(), value: secret.clone(), supplied: false, now: self.now };
        let limit = self.terms.quotas.secrets_per_client;
        secrets::add(self.tx, &self.caller, &pool.id, &new, limit).await.map(drop)
    }
}

fn name(declared: &DeclaredClient) -> String {
    declared.name.clone().unwrap_or_else(|| declared.id.to_string())
}
