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
mod sweep;
pub mod transaction;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

/// A document as read: its bytes and the version that a later commit can expect.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// The whole key.
    pub key: String,
    /// Grows with every write of any key; never reused, not even after a deletion.
    pub version: u64,
    /// The document's bytes.
    pub value: Arc<[u8]>,
}

/// Shows the document's length, never its bytes: they may hold a private key.
impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, version, value } = self;
        f.debug_struct("Stored").field("key", key).field("version", version).field("bytes", &value.len()).finish()
    }
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
#[derive(Clone, PartialEq, Eq)]
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

/// Shows a document's length, never its bytes: they may hold a private key.
impl fmt::Debug for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Put(key, value) => f.debug_struct("Put").field("key", key).field("bytes", &value.len()).finish(),
            Self::Delete(key) => f.debug_tuple("Delete").field(key).finish(),
            Self::DeletePrefix(prefix) => f.debug_tuple("DeletePrefix").field(prefix).finish(),
            Self::Add(key, by) => f.debug_tuple("Add").field(key).field(by).finish(),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debugging_shows_no_document() {
        let stored = Stored { key: "k".to_owned(), version: 1, value: Arc::from(*b"hidden") };
        assert_eq!(format!("{stored:?}"), r#"Stored { key: "k", version: 1, bytes: 6 }"#);
        let writes = vec![Write::Put("k".to_owned(), b"hidden".to_vec()), Write::Add("c".to_owned(), -1)];
        let shown = format!("{:?}", Batch { expectations: Vec::new(), writes });
        assert_eq!(shown, r#"Batch { expectations: [], writes: [Put { key: "k", bytes: 6 }, Add("c", -1)] }"#);
    }
}
