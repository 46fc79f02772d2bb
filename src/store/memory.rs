//! A store that is gone with its process: for tests, throw-away servers and the embedded simulator.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;

use super::apply::{Table, apply};
use super::{Batch, Store, StoreError, Stored};

/// Documents in an ordered map behind one lock.
#[derive(Debug, Default)]
pub struct MemoryStore {
    documents: RwLock<Documents>,
}

#[derive(Debug, Default)]
struct Documents {
    map: Map,
    /// The last version given out.
    last: u64,
}

/// Keys and values carry no spare capacity: a pool may hold 100,000 clients.
type Map = BTreeMap<Box<str>, Document>;

struct Document {
    version: u64,
    value: Arc<[u8]>,
}

/// Shows the document's length, never its bytes: they may hold a private key.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("version", &self.version).field("bytes", &self.value.len()).finish()
    }
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn get(&self, key: &str) -> Result<Option<Stored>, StoreError> {
        let documents = self.documents.read().unwrap_or_else(PoisonError::into_inner);
        Ok(documents.map.get(key).map(|document| stored(key, document)))
    }

    async fn scan(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<Stored>, StoreError> {
        let start = match after {
            Some(after) if after >= prefix => Bound::Excluded(after),
            _ => Bound::Included(prefix),
        };
        let documents = self.documents.read().unwrap_or_else(PoisonError::into_inner);
        let found = documents.map.range::<str, _>((start, Bound::Unbounded));
        let found = found.take_while(|(key, _)| key.starts_with(prefix)).take(limit);
        Ok(found.map(|(key, document)| stored(key, document)).collect())
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let mut documents = self.documents.write().unwrap_or_else(PoisonError::into_inner);
        let Documents { map, last } = &mut *documents;
        apply(map, last, batch)
    }
}

fn stored(key: &str, document: &Document) -> Stored {
    Stored { key: key.to_owned(), version: document.version, value: Arc::clone(&document.value) }
}

impl Table for Map {
    type Error = StoreError;

    fn version(&self, key: &str) -> Result<Option<u64>, StoreError> {
        Ok(self.get(key).map(|document| document.version))
    }

    fn value(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.get(key).map(|document| document.value.to_vec()))
    }

    fn put(&mut self, key: String, version: u64, value: Vec<u8>) -> Result<(), StoreError> {
        self.insert(key.into_boxed_str(), Document { version, value: value.into() });
        Ok(())
    }

    fn delete(&mut self, key: &str) -> Result<(), StoreError> {
        self.remove(key);
        Ok(())
    }

    fn delete_prefix(&mut self, prefix: &str) -> Result<(), StoreError> {
        // Key by key: the cost must follow what is removed, not what stays.
        let found = self.range::<str, _>((Bound::Included(prefix), Bound::Unbounded)).map(|(key, _)| key);
        let doomed: Vec<_> = found.take_while(|key| key.starts_with(prefix)).cloned().collect();
        for key in doomed {
            self.remove(&key);
        }
        Ok(())
    }
}
