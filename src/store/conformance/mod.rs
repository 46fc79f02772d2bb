//! The suite that every store must pass, all of it.
//!
//! [`check`] takes a way to make an empty store and runs every case on a store of its own; [`check_restart`] is for the
//! stores that outlive their process. The list of cases is private and there is no way to leave one out: a backend that
//! behaves differently from the others would make every rule above it wrong.

mod concurrency;
mod counters;
mod documents;
mod expectations;
mod restart;
mod scans;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::{Batch, Expect, Store, StoreError, Stored, Write};

pub use restart::check_restart;

/// What a store did that it must not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(String);

/// The cases that failed, by name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Failures(Vec<(&'static str, Failure)>);

impl fmt::Display for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cases failed", self.0.len())?;
        self.0.iter().try_for_each(|(name, failure)| write!(f, "\n  {name}: {failure}"))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self(format!("unexpected error: {error}"))
    }
}

type Verdict = Result<(), Failure>;
type Running = Pin<Box<dyn Future<Output = Verdict> + Send>>;

/// A claim about every store, and how it is tried on an empty one.
struct Case {
    name: &'static str,
    run: fn(Arc<dyn Store>) -> Running,
}

impl Case {
    const fn of(name: &'static str, run: fn(Arc<dyn Store>) -> Running) -> Self {
        Self { name, run }
    }
}

const CASES: &[&[Case]] = &[documents::CASES, expectations::CASES, counters::CASES, scans::CASES, concurrency::CASES];

/// Runs every case, each on a new store from `empty`, and names those that fail.
///
/// Wants a tokio runtime with time enabled, and with several threads for the cases about concurrency to bite.
pub async fn check<F, S>(mut empty: F) -> Result<(), Failures>
where
    F: FnMut() -> S,
    S: Future<Output = Arc<dyn Store>>,
{
    let mut failures = Vec::new();
    for case in CASES.iter().copied().flatten() {
        let store = empty().await;
        if let Err(failure) = (case.run)(store).await {
            failures.push((case.name, failure));
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(Failures(failures)) }
}

fn ensure(holds: bool, claim: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(Failure(claim())) }
}

fn ensure_eq<T: PartialEq + fmt::Debug>(found: &T, expected: &T, what: &str) -> Verdict {
    ensure(found == expected, || format!("{what}: expected {expected:?}, found {found:?}"))
}

fn put(key: &str, value: &str) -> Write {
    Write::Put(key.to_owned(), value.as_bytes().to_vec())
}

fn delete(key: &str) -> Write {
    Write::Delete(key.to_owned())
}

fn delete_prefix(prefix: &str) -> Write {
    Write::DeletePrefix(prefix.to_owned())
}

fn add(key: &str, amount: i64) -> Write {
    Write::Add(key.to_owned(), amount)
}

fn writing(writes: impl Into<Vec<Write>>) -> Batch {
    Batch { expectations: Vec::new(), writes: writes.into() }
}

fn expecting(key: &str, expect: Expect, writes: impl Into<Vec<Write>>) -> Batch {
    Batch { expectations: vec![(key.to_owned(), expect)], writes: writes.into() }
}

/// Commits what must be refused as a conflict.
async fn refused(store: &dyn Store, batch: Batch, why: &str) -> Verdict {
    let expectations = format!("{:?}", batch.expectations);
    match store.commit(batch).await {
        Err(StoreError::Conflict) => Ok(()),
        other => Err(Failure(format!("{why}: expected a conflict for {expectations}, found {other:?}"))),
    }
}

/// The document's text, if it exists.
async fn text(store: &dyn Store, key: &str) -> Result<Option<String>, Failure> {
    Ok(store.get(key).await?.map(|stored| as_text(&stored)))
}

/// The document, which must exist.
async fn present(store: &dyn Store, key: &str) -> Result<Stored, Failure> {
    let found = store.get(key).await?.ok_or_else(|| Failure(format!("`{key}` is absent")))?;
    ensure_eq(&found.key.as_str(), &key, "the key of the document that was asked for")?;
    Ok(found)
}

/// Every document, as key and text.
async fn everything(store: &dyn Store) -> Result<Vec<(String, String)>, Failure> {
    Ok(store
        .scan("", None, usize::MAX)
        .await?
        .into_iter()
        .map(|stored| (stored.key.clone(), as_text(&stored)))
        .collect())
}

async fn ensure_all(store: &dyn Store, expected: &[(&str, &str)], what: &str) -> Verdict {
    let expected: Vec<_> = expected.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    ensure_eq(&everything(store).await?, &expected, what)
}

fn as_text(stored: &Stored) -> String {
    String::from_utf8_lossy(&stored.value).into_owned()
}
