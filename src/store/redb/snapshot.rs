//! The last finished transaction, kept open for whoever reads.

use std::sync::{Arc, PoisonError, RwLock};

use ::redb::{Database, Error, ReadOnlyTable, ReadableDatabase as _};

use super::{DOCUMENTS, closed};
use crate::store::StoreError;

/// The documents as one finished transaction left them.
pub(super) type Documents = ReadOnlyTable<&'static str, (u64, &'static [u8])>;

/// What readers see: opened once for each transaction that was written instead of once for each read.
///
/// INVARIANT: renewed before anybody is told that a commit is done. Its pages cannot be used again while it is open,
/// which is for one transaction longer than without it; whoever reads long keeps its own clone of the documents.
#[derive(Clone)]
pub(super) struct Snapshot {
    documents: Arc<RwLock<Option<Arc<Documents>>>>,
}

impl Snapshot {
    /// Of what the file holds now.
    pub(super) fn of(database: &Database) -> Result<Self, Error> {
        let snapshot = Self { documents: Arc::default() };
        snapshot.renew(database)?;
        Ok(snapshot)
    }

    /// The documents as of now.
    pub(super) fn now(&self) -> Result<Arc<Documents>, StoreError> {
        self.documents.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(closed)
    }

    /// Shows the transaction that was finished last; if that fails, nothing, as the one before is no longer true.
    pub(super) fn renew(&self, database: &Database) -> Result<(), Error> {
        let opened = open(database);
        let (documents, outcome) = match opened {
            Ok(documents) => (Some(Arc::new(documents)), Ok(())),
            Err(error) => (None, Err(error)),
        };
        self.show(documents);
        outcome
    }

    /// Shows nothing any more, so that the file is free again although a forgotten read may still be queued.
    pub(super) fn close(&self) {
        self.show(None);
    }

    fn show(&self, documents: Option<Arc<Documents>>) {
        let mut shown = self.documents.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *shown, documents);
        // Closing a transaction takes a moment, which no reader needs to wait for.
        drop(shown);
        drop(before);
    }
}

/// Says whether it is open, never what is in it.
impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").field("open", &self.now().is_ok()).finish()
    }
}

fn open(database: &Database) -> Result<Documents, Error> {
    Ok(database.begin_read()?.open_table(DOCUMENTS)?)
}
