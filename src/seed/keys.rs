//! Declared signing keys.

use crate::config::{DeclaredKeys, DeclaredPool};
use crate::domain::key::{KeyOrigin, KeyUsage, PoolKeys, StoredKey};
use crate::domain::secret::Secret;
use crate::keys::KeyError;
use crate::keys::rsa::KeyPair;
use crate::store::documents;

use super::declared::{Declared, Need};
use super::{Place, SeedError, declaration};

impl Place<'_, '_> {
    /// The keys of a pool. Those that signed before stay published until they are retired, and
    /// a pool that the API made keeps its own.
    pub(super) async fn keys(
        &mut self,
        pool: &DeclaredPool,
        declared: &DeclaredKeys,
        of_pool: Need,
        key: &str,
    ) -> Result<(), SeedError> {
        let imported = |name: &str, pem: &Secret, usage| {
            let key_of = format!("{key}.{name}");
            self.import(pem.reveal(), usage).map_err(|error| declaration(&key_of, error.to_string()))
        };
        let id = imported("id", &declared.id, KeyUsage::Id)?;
        let access = imported("access", &declared.access, KeyUsage::Access)?;
        if id.kid == access.kid {
            let problem = "the key is the one for ID tokens; each kind of token has its own";
            return Err(declaration(&format!("{key}.access"), problem));
        }
        let at = documents::pool_keys(&pool.id);
        let stored = self.tx.get(&at).await?;
        let digest = documents::keys_declaration(&pool.id);
        // A pool always has keys sooner or later: those it made for itself give way to the first declared ones.
        let declared_before = self.tx.get(&digest).await?.is_some();
        let this = Declared::new(format!("keys of {}", pool.id), digest, declared);
        if of_pool == Need::LeaveAlone {
            self.report(&this, Need::LeaveAlone);
            return Ok(());
        }
        if self.need(&this, stored.is_some() && declared_before).await? == Need::Nothing {
            return Ok(());
        }
        let mut keys = stored.unwrap_or_default();
        for key in [id, access] {
            put_last(&mut keys, key);
        }
        self.tx.put(&at, &keys)?;
        self.applied(&this)?;
        Ok(self.tx.touch_registry(&pool.id)?)
    }

    fn import(&self, pem: &str, usage: KeyUsage) -> Result<StoredKey, KeyError> {
        KeyPair::from_pem(pem)?.stored(usage, KeyOrigin::Declared, self.now)
    }
}

/// Makes a key the one that signs.
fn put_last(keys: &mut PoolKeys, key: StoredKey) {
    keys.keys.retain(|old| old.kid != key.kid || old.usage != key.usage);
    keys.keys.push(key);
}
