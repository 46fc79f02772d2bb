//! Every store against the one suite, and what only a file can get wrong.

mod disk;
mod file;
mod group;
mod power_loss;
mod sweep;
mod transactions;

use std::path::Path;
use std::sync::Arc;

use poolpass::store::Store;
use poolpass::store::conformance::{check, check_restart};
use poolpass::store::memory::MemoryStore;
use poolpass::store::redb::RedbStore;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_memory_store_conforms() {
    let outcome = check(|| async { Arc::new(MemoryStore::new()) as Arc<dyn Store> }).await;
    assert_eq!(outcome, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_redb_store_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = (0..).map(|number| folder.path().join(format!("{number}.redb")));
    let outcome = check(|| std::future::ready(redb(&files.next().unwrap()))).await;
    assert_eq!(outcome, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_redb_store_conforms_after_being_closed_and_opened() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = (0..).map(|number| folder.path().join(format!("{number}.redb")));
    let outcome = check(|| {
        let file = files.next().unwrap();
        drop(redb(&file));
        std::future::ready(redb(&file))
    })
    .await;
    assert_eq!(outcome, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_redb_store_survives_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = check_restart(|| std::future::ready(redb(&folder.path().join("store.redb")))).await;
    assert_eq!(outcome, Ok(()));
}

fn redb(file: &Path) -> Arc<dyn Store> {
    Arc::new(RedbStore::open(file).expect("a store in a folder of our own opens"))
}
