//! What the one writer thread does with the batches of many.

use std::sync::Arc;

use poolpass::store::redb::RedbStore;
use poolpass::store::{Batch, Expect, Store as _, StoreError, Write};
use tokio::task::JoinSet;

use crate::disk::Disk;

const WRITERS: usize = 64;
const COMMITS: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_share_their_syncs() {
    let disk: Disk<()> = Disk::holding(Vec::new());
    let store = Arc::new(RedbStore::with_backend(disk.clone()).unwrap());
    drop(disk.take_events());
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let store = Arc::clone(&store);
        writers.spawn(async move {
            for commit in 0..COMMITS {
                store.commit(put(&format!("{writer}/{commit}"))).await.expect("nothing is expected of the store");
            }
        });
    }
    writers.join_all().await;
    let syncs = disk.syncs();
    assert_eq!(store.scan("", None, usize::MAX).await.unwrap().len(), WRITERS * COMMITS);
    assert!(syncs * 4 <= WRITERS * COMMITS, "{syncs} syncs for {} commits", WRITERS * COMMITS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lone_commit_costs_one_sync_and_a_refused_one_none() {
    let disk: Disk<()> = Disk::holding(Vec::new());
    let store = RedbStore::with_backend(disk.clone()).unwrap();
    let mut costs = Vec::new();
    let refused = Batch { expectations: vec![("b".to_owned(), Expect::At(1))], ..put("c") };
    // The first commit after opening also marks the file as open.
    for batch in [put("a"), put("b"), refused, Batch::default()] {
        drop(disk.take_events());
        let _ = store.commit(batch).await;
        costs.push(disk.syncs());
    }
    assert_eq!(costs[1..], [1, 0, 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_disk_that_fails_is_told_to_everyone_who_waits() {
    let disk: Disk<()> = Disk::holding(Vec::new());
    let store = Arc::new(RedbStore::with_backend(disk.clone()).unwrap());
    store.commit(put("before")).await.unwrap();
    disk.fail();
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let store = Arc::clone(&store);
        writers.spawn(async move { store.commit(put(&writer.to_string())).await });
    }
    let answers = writers.join_all().await;
    let unavailable = |answer: &Result<(), StoreError>| matches!(answer, Err(StoreError::Unavailable(_)));
    assert_eq!(answers.iter().filter(|answer| unavailable(answer)).count(), WRITERS, "{answers:?}");
}

fn put(key: &str) -> Batch {
    Batch { expectations: Vec::new(), writes: vec![Write::Put(key.to_owned(), b"{}".to_vec())] }
}
