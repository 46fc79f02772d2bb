//! Documents behind three methods: `get`, `scan` and an atomic `commit`.
//!
//! A store knows no rule: it compares versions and moves bytes, so that every backend can be small enough to behave
//! like the others. Backends are proven by one suite, `conformance`, which offers no way to skip a case.
//! What may be stored, and under which key, is `documents`; optimistic transactions are `transaction`.

mod apply;
pub mod conformance;
pub mod database;
pub mod documents;
pub mod memory;
pub mod redb;
pub mod transaction;

use std::sync::Arc;

use async_trait::async_trait;

/// A document as read: its bytes and the version that a later commit can expect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The whole key.
    pub key: String,
    /// Grows with every write of any key; never reused, not even after a deletion.
    pub version: u64,
    /// The document's bytes.
    pub value: Arc<[u8]>,
}

/// What must still be true when a batch is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// No document has this key.
    Absent,
    /// The document exists and was last written at this version.
    At(u64),
    /// The counter stored under this key (absent counts as 0) is below this limit.
    Below(u64),
}

/// One change of a batch. Changes are applied in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Write the document, whether or not it exists.
    Put(String, Vec<u8>),
    /// Remove the document; removing what is absent is fine.
    Delete(String),
    /// Remove every document whose key starts with these bytes.
    DeletePrefix(String),
    /// Add to the counter stored under this key as decimal text; absent counts as 0, and the result is never below 0.
    Add(String, i64),
}

/// Everything one commit checks and changes: all of it or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// What must hold, by key.
    pub expectations: Vec<(String, Expect)>,
    /// What changes, in order.
    pub writes: Vec<Write>,
}

/// Why a store did not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// An expectation did not hold: nothing was changed, and trying again from the reads on may succeed.
    #[error("the data changed in the meantime")]
    Conflict,
    /// The store cannot be reached or written to.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// A stored document is not what this version of the program writes.
    #[error("the stored document `{key}` cannot be read: {reason}")]
    Corrupt {
        /// The document's key.
        key: String,
        /// What the decoder said.
        reason: String,
    },
}

/// A place that keeps documents.
///
/// INVARIANT: a commit that was acknowledged is there after a restart (for stores that survive one), and a commit is
/// seen whole or not at all. Once polled, a commit runs to its end even if its future is dropped.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// The document under this key, if any.
    async fn get(&self, key: &str) -> Result<Option<Stored>, StoreError>;

    /// Up to `limit` documents whose key starts with `prefix` and is greater than `after`, in byte order of the keys.
    async fn scan(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<Stored>, StoreError>;

    /// Applies the batch if every expectation holds, else answers [`StoreError::Conflict`] and changes nothing.
    async fn commit(&self, batch: Batch) -> Result<(), StoreError>;
}
