//! A store, the transactions on it, and the revisions by which cached views of a pool are validated.

use std::sync::{Arc, OnceLock};

use dashmap::DashMap;
use serde::de::DeserializeOwned;

use crate::domain::id::UserPoolId;
use crate::domain::time::Timestamp;

use super::documents::{Key, Prefix, decode, registry_mark};
use super::sweep::Sweeper;
use super::transaction::{Planned, Transaction};
use super::{Batch, Store, StoreError};

/// How often a transaction is tried beside others before it is tried alone.
const TOGETHER: usize = 3;
/// How often it is tried before its conflict is reported; alone, only other processes can make it conflict.
const ATTEMPTS: usize = 64;

/// A store and everything that is built on its three methods.
#[derive(Clone)]
pub struct Database {
    shared: Arc<Shared>,
}

struct Shared {
    store: Arc<dyn Store>,
    /// Registry revisions counted here; `None` if other processes write to the store as well.
    counted: Option<DashMap<UserPoolId, u64>>,
    /// Shared by those who try; whoever has lost a few times takes it alone, and then nobody here is in the way.
    turns: tokio::sync::RwLock<()>,
    /// Woken by every commit.
    committed: tokio::sync::Notify,
    /// Deletes what is over, once it has been told the time.
    sweeper: OnceLock<Arc<Sweeper>>,
}

impl Database {
    /// On a store that only this process writes to: revisions are counted in memory and cost no read.
    pub fn exclusive(store: Arc<dyn Store>) -> Self {
        Self::new(store, Some(DashMap::new()))
    }

    /// On a store that other processes write to as well: a revision is one read.
    pub fn shared(store: Arc<dyn Store>) -> Self {
        Self::new(store, None)
    }

    fn new(store: Arc<dyn Store>, counted: Option<DashMap<UserPoolId, u64>>) -> Self {
        let turns = tokio::sync::RwLock::new(());
        Self {
            shared: Arc::new(Shared {
                store,
                counted,
                turns,
                committed: tokio::sync::Notify::new(),
                sweeper: OnceLock::new(),
            }),
        }
    }

    /// From now on, what is over by this clock is deleted in small steps between the commits that write more of it.
    #[must_use]
    pub fn sweeping(self, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.shared.sweeper.get_or_init(|| Arc::new(Sweeper::new(Box::new(now))));
        self
    }

    /// The document as of now.
    pub async fn get<D: DeserializeOwned>(&self, key: &Key<D>) -> Result<Option<D>, StoreError> {
        self.shared.store.get(key.as_str()).await?.as_ref().map(decode).transpose()
    }

    /// Up to `limit` documents after the member `after`, in key order.
    pub async fn scan<D: DeserializeOwned>(
        &self,
        prefix: &Prefix<D>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<D>, StoreError> {
        let after = after.map(|segment| prefix.member(segment));
        let found = self.shared.store.scan(prefix.as_str(), after.as_ref().map(Key::as_str), limit).await?;
        found.iter().map(decode).collect()
    }

    /// Waits for the next commit: of those that come after this is called, whenever it is awaited.
    pub fn next_commit(&self) -> impl Future<Output = ()> + '_ {
        self.shared.committed.notified()
    }

    /// A number that changes with every change to the pool's settings, clients, secrets, resource servers, domains or
    /// keys. Read it *before* the documents that are to be cached under it.
    pub async fn registry_revision(&self, pool: &UserPoolId) -> Result<u64, StoreError> {
        match &self.shared.counted {
            Some(counted) => Ok(counted.get(pool).map_or(0, |revision| *revision)),
            None => Ok(self.shared.store.get(registry_mark(pool).as_str()).await?.map_or(0, |mark| mark.version)),
        }
    }

    /// Runs `work` and commits what it planned, trying again from the start when something it read has changed.
    ///
    /// `work` may run several times: it must have no effect beside its transaction and its result, and must not begin
    /// another transaction, which could wait for this one. When it fails, nothing is written.
    pub async fn transact<T, E: From<StoreError>>(
        &self,
        mut work: impl AsyncFnMut(&mut Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        for attempt in 0..ATTEMPTS {
            let (_together, _alone) = if attempt < TOGETHER {
                (Some(self.shared.turns.read().await), None)
            } else {
                (None, Some(self.shared.turns.write().await))
            };
            let mut tx = Transaction::new(&*self.shared.store);
            let result = work(&mut tx).await?;
            match self.commit(tx.into_planned()).await {
                Ok(()) => return Ok(result),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Commits and then counts the revisions.
    ///
    /// INVARIANT: a caller that goes away does not part the two, or a cached view would outlive its change. So both run
    /// in a task of their own.
    async fn commit(&self, planned: Planned) -> Result<(), StoreError> {
        let Planned { batch, touched } = planned;
        if batch == Batch::default() {
            return Ok(());
        }
        let shared = Arc::clone(&self.shared);
        let brief = shared.sweeper.get().and_then(|sweeper| Some((sweeper, Sweeper::brief_in(&batch)?)));
        let brief = brief.map(|(sweeper, key)| (Arc::clone(sweeper), key));
        let task = tokio::spawn(async move {
            let result = shared.store.commit(batch).await;
            shared.committed.notify_waiters();
            if let (Ok(()), Some((sweeper, key))) = (&result, brief) {
                sweeper.written(key, &shared.store);
            }
            // Counted even if the commit failed: whether an unavailable store kept the batch is not known.
            if let Some(counted) = &shared.counted {
                for pool in touched {
                    *counted.entry(pool).or_insert(0) += 1;
                }
            }
            result
        });
        task.await.unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
    }
}
