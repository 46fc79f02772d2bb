//! The default store: one file, written by one thread, safe against a crash at any moment.
//!
//! Commits wait in a queue for the writer (`writer`), which takes all that wait into one transaction of the file and
//! answers each after the sync. Reads see the last finished transaction and run beside the event loop, never on it.
//! Opening, and what can be wrong with a file, is `open`.

mod open;
mod writer;

use std::ops::Bound;
use std::path::Path;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;

use ::redb::{Database, Error, ReadOnlyTable, ReadableDatabase, StorageBackend, TableDefinition};
use async_trait::async_trait;
use tokio::sync::oneshot;

use super::{Batch, Store, StoreError, Stored};
pub use open::OpenError;
use writer::Job;

/// A document with its version, which is why a look-up and an expectation both cost one read.
const DOCUMENTS: TableDefinition<'_, &str, (u64, &[u8])> = TableDefinition::new("documents");

/// What the file says about itself, by name.
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");

/// In [`META`]: the number of the file's layout.
const META_FORMAT: &str = "format";

/// In [`META`]: the last version given to a document.
const META_VERSION: &str = "version";

/// Documents in one redb file.
#[derive(Debug)]
pub struct RedbStore {
    database: Shared,
    queue: Option<Sender<Job>>,
    writer: Option<JoinHandle<()>>,
}

/// Emptied when the store is dropped, so that the file is free again although a forgotten read may still be queued.
type Shared = Arc<RwLock<Option<Database>>>;

type Documents = ReadOnlyTable<&'static str, (u64, &'static [u8])>;

impl RedbStore {
    /// Opens the store in this file, which is created if it is not there; its mode becomes 0600.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::start(open::file(path.as_ref())?)
    }

    /// Opens the store on a storage of one's own, for tests that look at what reaches the disk.
    pub fn with_backend(backend: impl StorageBackend) -> Result<Self, OpenError> {
        Self::start(open::backend(backend, Path::new("(own backend)"))?)
    }

    fn start(opened: open::Opened) -> Result<Self, OpenError> {
        let open::Opened { database, last, path } = opened;
        let database = Arc::new(RwLock::new(Some(database)));
        let (queue, jobs) = mpsc::channel();
        let shared = Arc::clone(&database);
        let writer = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer::run(&shared, last, &jobs))
            .map_err(|error| OpenError::unopenable(&path, &error))?;
        Ok(Self { database, queue: Some(queue), writer: Some(writer) })
    }

    /// Reads from the last finished transaction, beside the event loop.
    async fn read<T, R>(&self, read: R) -> Result<T, StoreError>
    where
        T: Send + 'static,
        R: FnOnce(&Documents) -> Result<T, Error> + Send + 'static,
    {
        let shared = Arc::clone(&self.database);
        let reading = tokio::task::spawn_blocking(move || {
            let guard = shared.read().unwrap_or_else(PoisonError::into_inner);
            let database = guard.as_ref().ok_or_else(closed)?;
            documents(database).and_then(|documents| read(&documents)).map_err(|error| unavailable(&error))
        });
        reading.await.unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
    }
}

impl Drop for RedbStore {
    /// Finishes what was accepted, then closes the file.
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has already answered by dropping its queue.
            let _ = writer.join();
        }
        drop(self.database.write().unwrap_or_else(PoisonError::into_inner).take());
    }
}

#[async_trait]
impl Store for RedbStore {
    async fn get(&self, key: &str) -> Result<Option<Stored>, StoreError> {
        let key = key.to_owned();
        self.read(move |documents| {
            let Some(found) = documents.get(key.as_str())? else { return Ok(None) };
            Ok(Some(stored(key, found.value())))
        })
        .await
    }

    async fn scan(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<Stored>, StoreError> {
        let (prefix, after) = (prefix.to_owned(), after.map(str::to_owned));
        self.read(move |documents| {
            let start = match after.as_deref() {
                Some(after) if after >= prefix.as_str() => Bound::Excluded(after),
                _ => Bound::Included(prefix.as_str()),
            };
            let mut found = Vec::new();
            for entry in documents.range::<&str>((start, Bound::Unbounded))?.take(limit) {
                let (key, document) = entry?;
                if !key.value().starts_with(&prefix) {
                    break;
                }
                found.push(stored(key.value().to_owned(), document.value()));
            }
            Ok(found)
        })
        .await
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or_else(closed)?;
        queue.send(Job { batch, reply }).map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

fn documents(database: &Database) -> Result<Documents, Error> {
    Ok(database.begin_read()?.open_table(DOCUMENTS)?)
}

fn stored(key: String, (version, value): (u64, &[u8])) -> Stored {
    Stored { key, version, value: value.into() }
}

fn closed() -> StoreError {
    StoreError::Unavailable("its writer has stopped".to_owned())
}

fn unavailable(error: &Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}
