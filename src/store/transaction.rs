//! Optimistic transactions: what was read must still hold when the writes are committed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::id::UserPoolId;

use super::documents::{Counter, Key, Prefix, RegistryMark, decode, encode, registry_mark};
use super::{Batch, Expect, Store, StoreError, Stored, Write};

/// Reads that are remembered and writes that are planned; nothing is written until the whole is committed.
pub struct Transaction<'a> {
    store: &'a dyn Store,
    expectations: BTreeMap<String, Expect>,
    seen: BTreeMap<String, Option<Stored>>,
    planned: BTreeMap<String, Option<Vec<u8>>>,
    prefixes: Vec<String>,
    counts: Vec<(String, i64)>,
    touched: BTreeSet<UserPoolId>,
}

/// What a transaction became when its closure was done.
pub(super) struct Planned {
    /// What to commit.
    pub(super) batch: Batch,
    /// The pools whose registry it changes.
    pub(super) touched: BTreeSet<UserPoolId>,
}

impl<'a> Transaction<'a> {
    /// A transaction that has read and planned nothing.
    pub(super) fn new(store: &'a dyn Store) -> Self {
        Self {
            store,
            expectations: BTreeMap::new(),
            seen: BTreeMap::new(),
            planned: BTreeMap::new(),
            prefixes: Vec::new(),
            counts: Vec::new(),
            touched: BTreeSet::new(),
        }
    }

    /// The document, remembered: it must be unchanged (or still absent) at commit. Sees this transaction's own writes.
    pub async fn get<D: DeserializeOwned>(&mut self, key: &Key<D>) -> Result<Option<D>, StoreError> {
        self.read(key, true).await
    }

    /// The document as of now, not remembered: for what may change in the meantime without harm.
    pub async fn peek<D: DeserializeOwned>(&mut self, key: &Key<D>) -> Result<Option<D>, StoreError> {
        self.read(key, false).await
    }

    async fn read<D: DeserializeOwned>(&mut self, key: &Key<D>, remember: bool) -> Result<Option<D>, StoreError> {
        let text = key.as_str();
        if let Some(planned) = self.planned.get(text) {
            return planned.as_deref().map(|bytes| parse(text, bytes)).transpose();
        }
        if self.prefixes.iter().any(|prefix| text.starts_with(prefix.as_str())) {
            return Ok(None);
        }
        if !remember {
            return self.store.get(text).await?.as_ref().map(decode).transpose();
        }
        // Read twice, a document looks the same both times: whether it still does is for the commit to find out.
        if !self.seen.contains_key(text) {
            let stored = self.store.get(text).await?;
            let found = stored.as_ref().map_or(Expect::Absent, |stored| Expect::At(stored.version));
            self.expectations.insert(text.to_owned(), found);
            self.seen.insert(text.to_owned(), stored);
        }
        self.seen.get(text).and_then(Option::as_ref).map(decode).transpose()
    }

    /// Up to `limit` documents after the member `after`, in key order; not remembered, and blind to this
    /// transaction's own writes.
    pub async fn scan<D: DeserializeOwned>(
        &mut self,
        prefix: &Prefix<D>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<D>, StoreError> {
        let after = after.map(|segment| prefix.member(segment));
        self.scan_after(prefix, after.as_ref(), limit).await
    }

    /// The same after a whole key, for prefixes that end within a segment.
    pub async fn scan_after<D: DeserializeOwned>(
        &mut self,
        prefix: &Prefix<D>,
        after: Option<&Key<D>>,
        limit: usize,
    ) -> Result<Vec<D>, StoreError> {
        let found = self.store.scan(prefix.as_str(), after.map(Key::as_str), limit).await?;
        found.iter().map(decode).collect()
    }

    /// Plans to write the document.
    pub fn put<D: Serialize>(&mut self, key: &Key<D>, document: &D) -> Result<(), StoreError> {
        self.planned.insert(key.as_str().to_owned(), Some(encode(key.as_str(), document)?));
        Ok(())
    }

    /// Plans to remove the document.
    pub fn delete<D>(&mut self, key: &Key<D>) {
        self.planned.insert(key.as_str().to_owned(), None);
    }

    /// Plans to remove every document under the prefix; earlier plans under it are dropped.
    pub fn delete_prefix(&mut self, prefix: &str) {
        self.planned.retain(|key, _| !key.starts_with(prefix));
        self.counts.retain(|(key, _)| !key.starts_with(prefix));
        self.prefixes.push(prefix.to_owned());
    }

    /// How many members there are, counting those that this transaction plans.
    pub async fn count(&mut self, counter: &Key<Counter>) -> Result<u64, StoreError> {
        let stored = self.store.get(counter.as_str()).await?;
        let stored: u64 = stored.map_or(Ok(0), |stored| parse(counter.as_str(), &stored.value))?;
        Ok(stored.saturating_add_signed(self.planned_members(counter)))
    }

    fn planned_members(&self, counter: &Key<Counter>) -> i64 {
        self.counts.iter().filter(|(key, _)| key == counter.as_str()).map(|(_, by)| by).sum()
    }

    /// Plans one member more, if the counter is below the limit now; the limit is an expectation of the commit too.
    /// Answers whether there was room. Concurrent additions do not disturb each other.
    pub async fn add_member(&mut self, counter: &Key<Counter>, limit: u64) -> Result<bool, StoreError> {
        if self.count(counter).await? >= limit {
            return Ok(false);
        }
        // What this transaction adds beside must fit as well.
        let room = limit.saturating_add_signed(-self.planned_members(counter));
        self.expectations.insert(counter.as_str().to_owned(), Expect::Below(room));
        self.counts.push((counter.as_str().to_owned(), 1));
        Ok(true)
    }

    /// Plans one member less.
    pub fn remove_member(&mut self, counter: &Key<Counter>) {
        self.counts.push((counter.as_str().to_owned(), -1));
    }

    /// Plans the mark that something of the pool's registry changed.
    ///
    /// INVARIANT: called by every change to a pool's settings, clients, secrets, resource servers, domains or keys.
    pub fn touch_registry(&mut self, pool: &UserPoolId) -> Result<(), StoreError> {
        self.touched.insert(pool.clone());
        self.put(&registry_mark(pool), &RegistryMark {})
    }

    /// Counts the deletion of a pool as a change of its registry, without leaving a mark behind.
    pub fn forget_registry(&mut self, pool: &UserPoolId) {
        self.touched.insert(pool.clone());
    }

    pub(super) fn into_planned(self) -> Planned {
        let mut writes: Vec<Write> = self.prefixes.into_iter().map(Write::DeletePrefix).collect();
        writes.extend(self.planned.into_iter().map(|(key, document)| match document {
            Some(bytes) => Write::Put(key, bytes),
            None => Write::Delete(key),
        }));
        writes.extend(self.counts.into_iter().map(|(key, by)| Write::Add(key, by)));
        let expectations = if writes.is_empty() { Vec::new() } else { self.expectations.into_iter().collect() };
        Planned { batch: Batch { expectations, writes }, touched: self.touched }
    }
}

fn parse<D: DeserializeOwned>(key: &str, bytes: &[u8]) -> Result<D, StoreError> {
    serde_json::from_slice(bytes)
        .map_err(|error| StoreError::Corrupt { key: key.to_owned(), reason: error.to_string() })
}
