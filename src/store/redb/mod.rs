//! The default store: one file, written by one thread, safe against a crash at any moment.
//!
//! Commits wait in a queue for the writer (`writer`), which takes all that wait into one transaction of the file and
//! answers each after the sync. Reads see the last finished transaction, which the writer keeps open for them
//! (`snapshot`): short ones run where they are asked for, long ones beside the event loop.
//! Opening, and what can be wrong with a file, is `open`.

mod open;
mod snapshot;
mod writer;

use std::ops::Bound;
use std::path::Path;
use std::sync::mpsc::{self, Sender};
use std::thread::JoinHandle;

use ::redb::{Error, StorageBackend, StorageError, TableDefinition};
use async_trait::async_trait;
use tokio::sync::oneshot;

use super::{Batch, Store, StoreError, Stored};
pub use open::OpenError;
use snapshot::{Documents, Snapshot};
use writer::Job;

/// A document with its version, which is why a look-up and an expectation both cost one read.
const DOCUMENTS: TableDefinition<'_, &str, (u64, &[u8])> = TableDefinition::new("documents");

/// What the file says about itself, by name.
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");

/// In [`META`]: the number of the file's layout.
const META_FORMAT: &str = "format";

/// In [`META`]: the last version given to a document.
const META_VERSION: &str = "version";

/// How many documents are read where they are asked for; a longer scan would keep other requests waiting.
const SHORT_SCAN: usize = 64;

/// Documents in one redb file.
#[derive(Debug)]
pub struct RedbStore {
    snapshot: Snapshot,
    queue: Option<Sender<Job>>,
    writer: Option<JoinHandle<()>>,
}

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
        let snapshot = Snapshot::of(&database).map_err(|error| OpenError::from_redb(&path, error))?;
        let (queue, jobs) = mpsc::channel();
        let shown = snapshot.clone();
        let writer = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                writer::run(&database, &shown, last, &jobs);
                // Before the database, which counts on nobody reading when it is closed.
                shown.close();
            })
            .map_err(|error| OpenError::unopenable(&path, &error))?;
        Ok(Self { snapshot, queue: Some(queue), writer: Some(writer) })
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
        self.snapshot.close();
    }
}

#[async_trait]
impl Store for RedbStore {
    /// Read on the calling thread: a few microseconds from pages in memory, where a hop to another thread and back costs
    /// ten times as much. A page that is not in memory is one short read of the file.
    async fn get(&self, key: &str) -> Result<Option<Stored>, StoreError> {
        let documents = self.snapshot.now()?;
        let found = documents.get(key).map_err(|error| unavailable(&error.into()))?;
        Ok(found.map(|found| stored(key.to_owned(), found.value())))
    }

    async fn scan(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<Stored>, StoreError> {
        if limit <= SHORT_SCAN {
            return scan(&*self.snapshot.now()?, prefix, after, limit);
        }
        let snapshot = self.snapshot.clone();
        let (prefix, after) = (prefix.to_owned(), after.map(str::to_owned));
        // Taken only when its turn comes: what waits must not keep old pages from being used again.
        let reading = tokio::task::spawn_blocking(move || scan(&*snapshot.now()?, &prefix, after.as_deref(), limit));
        reading.await.unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or_else(closed)?;
        queue.send(Job { batch, reply }).map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

fn scan(documents: &Documents, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<Stored>, StoreError> {
    let start = match after {
        Some(after) if after >= prefix => Bound::Excluded(after),
        _ => Bound::Included(prefix),
    };
    let failed = |error: StorageError| unavailable(&error.into());
    let mut found = Vec::new();
    for entry in documents.range::<&str>((start, Bound::Unbounded)).map_err(failed)?.take(limit) {
        let (key, document) = entry.map_err(failed)?;
        if !key.value().starts_with(prefix) {
            break;
        }
        found.push(stored(key.value().to_owned(), document.value()));
    }
    Ok(found)
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
