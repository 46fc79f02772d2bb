//! What a store that outlives its process keeps.

use std::sync::Arc;

use super::{Failure, Verdict};
use super::{add, delete, delete_prefix, ensure, ensure_eq, expecting, present, put, refused, writing};
use crate::store::{Expect, Store};

const ROUNDS: usize = 5;

/// Checks that all that was acknowledged is there after each restart, and that versions go on growing.
///
/// `open` opens the same store again and again, empty the first time; each is dropped before the next is opened.
pub async fn check_restart<F, S>(mut open: F) -> Result<(), Failure>
where
    F: FnMut() -> S,
    S: Future<Output = Arc<dyn Store>>,
{
    let mut before = Vec::new();
    let mut last = 0;
    for round in 0..ROUNDS {
        let store = open().await;
        ensure_eq(&store.scan("", None, usize::MAX).await?, &before, &format!("all documents after restart {round}"))?;
        last = write(&*store, round, last).await?;
        before = store.scan("", None, usize::MAX).await?;
    }
    deletions(&*open().await).await?;
    let found = open().await.scan("", None, usize::MAX).await?;
    ensure_eq(&found, &Vec::new(), "all documents after deleting all of them and a restart")?;
    let store = open().await;
    store.commit(expecting("n", Expect::Absent, [put("n", "1")])).await?;
    later(&*store, "n", last).await?;
    Ok(())
}

/// Writes some of everything, the last of it never seen by a reader before the restart.
async fn write(store: &dyn Store, round: usize, mut last: u64) -> Result<u64, Failure> {
    let count = round.to_string();
    let expect = if round == 0 { Expect::Absent } else { Expect::At(present(store, "kept").await?.version) };
    store.commit(expecting("kept", expect, [put("kept", &count)])).await?;
    last = later(store, "kept", last).await?;
    refused(store, expecting("kept", expect, [put("kept", "lost")]), "the document was just written").await?;
    let big = "x".repeat(100_000);
    store.commit(writing([put(&format!("many/{round}/a"), &count), put(&format!("many/{round}/b"), &big)])).await?;
    store.commit(writing([delete(&format!("many/{round}/a")), put("gone/a", "1"), put("gone/b", "1")])).await?;
    store.commit(writing([delete_prefix("gone/")])).await?;
    store.commit(expecting("n", Expect::Below(round as u64 + 1), [add("n", 1)])).await?;
    later(store, "n", last).await
}

/// Removes everything, so that no document is left to tell the last version.
async fn deletions(store: &dyn Store) -> Verdict {
    Ok(store.commit(writing([delete_prefix("")])).await?)
}

async fn later(store: &dyn Store, key: &str, last: u64) -> Result<u64, Failure> {
    let version = present(store, key).await?.version;
    ensure(version > last, || format!("`{key}` was written at version {version}, after version {last} was seen"))?;
    Ok(version)
}
