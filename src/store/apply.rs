//! What a commit does, written once for every store that holds its documents in an ordered table.

use super::{Batch, Expect, StoreError, Write};

/// An ordered table of versioned documents, as one commit sees it.
pub(super) trait Table {
    /// Either a refusal of this batch alone, or a failure of the table itself.
    type Error: From<StoreError>;

    /// The version at which the document was last written, if it exists.
    fn version(&self, key: &str) -> Result<Option<u64>, Self::Error>;

    /// The document's bytes, if it exists.
    fn value(&self, key: &str) -> Result<Option<Vec<u8>>, Self::Error>;

    /// Writes the document at this version.
    fn put(&mut self, key: String, version: u64, value: Vec<u8>) -> Result<(), Self::Error>;

    /// Removes the document, if it exists.
    fn delete(&mut self, key: &str) -> Result<(), Self::Error>;

    /// Removes every document whose key starts with these bytes.
    fn delete_prefix(&mut self, prefix: &str) -> Result<(), Self::Error>;
}

/// A [`Write`] whose counters are worked out, so that applying it cannot be refused any more.
enum Change {
    Put(String, Vec<u8>),
    Delete(String),
    DeletePrefix(String),
}

/// Applies the batch if its expectations hold; a refused batch has changed neither the table nor `last`.
///
/// `last` is the last version given out; every document written takes one of its own.
pub(super) fn apply<T: Table>(table: &mut T, last: &mut u64, batch: Batch) -> Result<(), T::Error> {
    for (key, expect) in &batch.expectations {
        if !holds(table, key, *expect)? {
            return Err(StoreError::Conflict.into());
        }
    }
    // INVARIANT: everything that can refuse the batch comes before the first change.
    for change in resolve(table, batch.writes)? {
        match change {
            Change::Put(key, value) => {
                *last += 1;
                table.put(key, *last, value)?;
            }
            Change::Delete(key) => table.delete(&key)?,
            Change::DeletePrefix(prefix) => table.delete_prefix(&prefix)?,
        }
    }
    Ok(())
}

fn holds<T: Table>(table: &T, key: &str, expect: Expect) -> Result<bool, T::Error> {
    Ok(match expect {
        Expect::Absent => table.version(key)?.is_none(),
        Expect::At(version) => table.version(key)? == Some(version),
        Expect::Below(limit) => counter(key, table.value(key)?.as_deref())? < limit,
    })
}

/// Turns every [`Write::Add`] into the document it leads to, given what the batch writes before it.
fn resolve<T: Table>(table: &T, writes: Vec<Write>) -> Result<Vec<Change>, T::Error> {
    let mut changes = Vec::with_capacity(writes.len());
    for write in writes {
        changes.push(match write {
            Write::Put(key, value) => Change::Put(key, value),
            Write::Delete(key) => Change::Delete(key),
            Write::DeletePrefix(prefix) => Change::DeletePrefix(prefix),
            Write::Add(key, amount) => {
                let count = match changes.iter().rev().find_map(|earlier| left(earlier, &key)) {
                    Some(value) => counter(&key, Some(value))?,
                    None => counter(&key, table.value(&key)?.as_deref())?,
                };
                let count = count.saturating_add_signed(amount).to_string().into_bytes();
                Change::Put(key, count)
            }
        });
    }
    Ok(changes)
}

/// What this change leaves of the counter under the key, if it touches it: what was removed counts as 0.
fn left<'a>(change: &'a Change, key: &str) -> Option<&'a [u8]> {
    match change {
        Change::Put(written, value) if written == key => Some(value),
        Change::Delete(deleted) if deleted == key => Some(b"0"),
        Change::DeletePrefix(prefix) if key.starts_with(prefix.as_str()) => Some(b"0"),
        Change::Put(..) | Change::Delete(_) | Change::DeletePrefix(_) => None,
    }
}

fn counter(key: &str, value: Option<&[u8]>) -> Result<u64, StoreError> {
    let Some(value) = value else { return Ok(0) };
    let text = String::from_utf8_lossy(value);
    text.parse().map_err(|error| StoreError::Corrupt { key: key.to_owned(), reason: format!("not a counter: {error}") })
}
