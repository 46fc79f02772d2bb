//! The keys of each pool: provisioned on first use, rotated, retired, and cached as parsed.

use std::sync::Arc;

use dashmap::DashMap;

use crate::domain::id::{KeyId, UserPoolId};
use crate::domain::key::{KeyOrigin, KeyUsage, PoolKeys, StoredKey};
use crate::effects::Effects;
use crate::store::database::Database;
use crate::store::documents::{pool_keys, user_pool};
use crate::store::transaction::Transaction;

use super::rsa::KeyPair;
use super::signer::VerifyingKey;
use super::{KeyError, Reserve, Signer, SigningKey, USAGES, jwks, published};

/// How many parsed keys and key sets are kept; all are dropped when more are met, which only costs time.
const CACHED: usize = 2_048;

/// Everything about one pool's keys at one registry revision.
pub struct Keyset {
    /// Signs access tokens.
    pub access: Arc<SigningKey>,
    /// Signs ID tokens.
    pub id: Arc<SigningKey>,
    /// The JWKS document.
    pub jwks: String,
    /// What verifies tokens, also those of keys that were rotated out.
    verifying: Vec<(KeyUsage, KeyId, VerifyingKey)>,
}

/// What a pool's keys say about a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// None of them has that `kid`.
    Unknown,
    /// One has, and did not make the signature.
    Differs,
    /// One has, and made it.
    Matches,
}

impl Keyset {
    /// Whether one of the pool's keys for access tokens made this signature of this text.
    pub fn verifies_access(&self, kid: &str, text: &str, signature: &[u8]) -> bool {
        let key = self.verifying.iter().find(|(usage, known, _)| *usage == KeyUsage::Access && known.as_str() == kid);
        key.is_some_and(|(.., key)| key.verifies(text, signature))
    }

    /// Whether one of the pool's keys, for whatever kind of token, made this signature of this text.
    pub fn check(&self, kid: &str, text: &str, signature: &[u8]) -> Checked {
        match self.verifying.iter().find(|(_, known, _)| known.as_str() == kid) {
            None => Checked::Unknown,
            Some((.., key)) if key.verifies(text, signature) => Checked::Matches,
            Some(_) => Checked::Differs,
        }
    }
}

/// The keys of every pool.
#[derive(Clone)]
pub struct KeyRing {
    shared: Arc<Shared>,
}

struct Shared {
    database: Database,
    effects: Effects,
    reserve: Reserve,
    signer: Signer,
    /// Held while a pool without keys gets some, so that those who wait share them.
    provisioning: tokio::sync::Mutex<()>,
    /// A `kid` stands for one key for ever, so these never go stale.
    parsed: DashMap<KeyId, Arc<SigningKey>>,
    keysets: DashMap<UserPoolId, (u64, Arc<Keyset>)>,
}

impl KeyRing {
    /// Keys kept in this database, signing on these threads.
    pub fn new(database: Database, effects: Effects, reserve: Reserve, signer: Signer) -> Self {
        let provisioning = tokio::sync::Mutex::new(());
        let (parsed, keysets) = (DashMap::new(), DashMap::new());
        Self { shared: Arc::new(Shared { database, effects, reserve, signer, provisioning, parsed, keysets }) }
    }

    /// The threads that sign.
    pub fn signer(&self) -> &Signer {
        &self.shared.signer
    }

    /// Two keys for a new pool if they lie ready; a pool that gets none here gets them on first use.
    pub fn ready_made(&self) -> Option<PoolKeys> {
        let pairs = self.shared.reserve.try_take_two()?;
        let made = pairs.iter().zip(USAGES).map(|(pair, usage)| self.store_form(pair, usage, KeyOrigin::Generated));
        made.collect::<Result<_, _>>().ok().map(|keys| PoolKeys { keys })
    }

    /// The pool's keys as they are now, made if there are none yet.
    pub async fn keyset(&self, pool: &UserPoolId) -> Result<Arc<Keyset>, KeyError> {
        let revision = self.shared.database.registry_revision(pool).await?;
        self.keyset_at(pool, revision).await
    }

    /// The pool's keys at a registry revision that was just read, made if there are none yet.
    pub async fn keyset_at(&self, pool: &UserPoolId, revision: u64) -> Result<Arc<Keyset>, KeyError> {
        let shared = &self.shared;
        let cached = shared.keysets.get(pool).filter(|cached| cached.0 == revision).map(|cached| Arc::clone(&cached.1));
        if let Some(keyset) = cached {
            return Ok(keyset);
        }
        // Keys made here are cached under the revision before them, and so are read once more.
        let keyset = Arc::new(self.compile(&self.stored(pool).await?)?);
        if shared.keysets.len() >= CACHED {
            shared.keysets.clear();
        }
        shared.keysets.insert(pool.clone(), (revision, Arc::clone(&keyset)));
        Ok(keyset)
    }

    /// The pool's stored keys, made if there are none yet.
    pub async fn stored(&self, pool: &UserPoolId) -> Result<PoolKeys, KeyError> {
        match self.shared.database.get(&pool_keys(pool)).await? {
            Some(keys) => Ok(keys),
            None => self.provision(pool).await,
        }
    }

    async fn provision(&self, pool: &UserPoolId) -> Result<PoolKeys, KeyError> {
        if self.shared.database.get(&user_pool(pool)).await?.is_none() {
            return Err(KeyError::NoSuchPool);
        }
        let _turn = self.shared.provisioning.lock().await;
        if let Some(keys) = self.shared.database.get(&pool_keys(pool)).await? {
            return Ok(keys);
        }
        let mut made = PoolKeys::default();
        for usage in USAGES {
            made.keys.push(self.make(usage).await?);
        }
        let work = async |tx: &mut Transaction<'_>| {
            if tx.get(&user_pool(pool)).await?.is_none() {
                return Err(KeyError::NoSuchPool);
            }
            if let Some(keys) = tx.get(&pool_keys(pool)).await? {
                return Ok(keys);
            }
            tx.put(&pool_keys(pool), &made)?;
            tx.touch_registry(pool)?;
            Ok(made.clone())
        };
        self.shared.database.transact(work).await
    }

    /// Adds a key for each use, which signs from now on; the ones before stay published.
    pub async fn rotate(&self, pool: &UserPoolId) -> Result<PoolKeys, KeyError> {
        self.stored(pool).await?;
        let mut made = Vec::with_capacity(USAGES.len());
        for usage in USAGES {
            made.push(self.make(usage).await?);
        }
        let work = async |tx: &mut Transaction<'_>| {
            let mut keys = tx.get(&pool_keys(pool)).await?.ok_or(KeyError::NoSuchPool)?;
            keys.keys.extend(made.iter().cloned());
            tx.put(&pool_keys(pool), &keys)?;
            tx.touch_registry(pool)?;
            Ok(keys)
        };
        self.shared.database.transact(work).await
    }

    /// Stops publishing a key that was rotated out: what it signed no longer verifies.
    pub async fn retire(&self, pool: &UserPoolId, kid: &KeyId) -> Result<PoolKeys, KeyError> {
        let work = async |tx: &mut Transaction<'_>| {
            let Some(mut keys) = tx.get(&pool_keys(pool)).await? else {
                // A pool may exist for long before it needs keys.
                let exists = tx.get(&user_pool(pool)).await?.is_some();
                return Err(if exists { KeyError::NoSuchKey(kid.to_string()) } else { KeyError::NoSuchPool });
            };
            if !keys.keys.iter().any(|key| key.kid == *kid) {
                return Err(KeyError::NoSuchKey(kid.to_string()));
            }
            if USAGES.iter().filter_map(|usage| keys.current(*usage)).any(|key| key.kid == *kid) {
                return Err(KeyError::StillSigning(kid.to_string()));
            }
            keys.keys.retain(|key| key.kid != *kid);
            tx.put(&pool_keys(pool), &keys)?;
            tx.touch_registry(pool)?;
            Ok(keys)
        };
        self.shared.database.transact(work).await
    }

    async fn make(&self, usage: KeyUsage) -> Result<StoredKey, KeyError> {
        self.store_form(&self.shared.reserve.take().await?, usage, KeyOrigin::Generated)
    }

    fn store_form(&self, pair: &KeyPair, usage: KeyUsage, origin: KeyOrigin) -> Result<StoredKey, KeyError> {
        pair.stored(usage, origin, self.shared.effects.clock.now())
    }

    fn compile(&self, keys: &PoolKeys) -> Result<Keyset, KeyError> {
        let key = |usage| {
            let stored = keys.current(usage).ok_or_else(|| KeyError::Unusable("a pool lacks a key".to_owned()))?;
            self.parsed(stored)
        };
        let verifying =
            keys.keys.iter().map(|stored| Ok((stored.usage, stored.kid.clone(), VerifyingKey::parse(stored)?)));
        Ok(Keyset {
            access: key(KeyUsage::Access)?,
            id: key(KeyUsage::Id)?,
            jwks: jwks::document(keys),
            verifying: verifying.collect::<Result<_, KeyError>>()?,
        })
    }

    fn parsed(&self, stored: &StoredKey) -> Result<Arc<SigningKey>, KeyError> {
        if published::contains(&stored.kid) && stored.origin != KeyOrigin::Declared {
            return Err(KeyError::Published(stored.kid.to_string()));
        }
        if let Some(key) = self.shared.parsed.get(&stored.kid) {
            return Ok(Arc::clone(&key));
        }
        let key = Arc::new(SigningKey::parse(stored)?);
        if self.shared.parsed.len() >= CACHED {
            self.shared.parsed.clear();
        }
        self.shared.parsed.insert(stored.kid.clone(), Arc::clone(&key));
        Ok(key)
    }
}
