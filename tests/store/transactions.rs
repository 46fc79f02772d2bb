//! Transactions and revisions, on the memory store.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use poolpass::domain::id::UserPoolId;
use poolpass::store::database::Database;
use poolpass::store::documents::Key;
use poolpass::store::memory::MemoryStore;
use poolpass::store::transaction::Transaction;
use poolpass::store::{StoreError, documents};

fn database() -> Database {
    Database::exclusive(Arc::new(MemoryStore::new()))
}

fn pool() -> UserPoolId {
    UserPoolId::from("us-east-1_Example01")
}

/// Any document that is a text.
fn document(name: &str) -> Key<String> {
    documents::resource_server_declaration(&pool(), name)
}

#[tokio::test]
async fn a_transaction_sees_its_own_writes() {
    let key = document("x");
    let work = async |tx: &mut Transaction<'_>| {
        tx.put(&key, &"first".to_owned())?;
        let written = tx.get(&key).await?;
        tx.delete(&key);
        Ok::<_, StoreError>((written, tx.get(&key).await?))
    };
    assert_eq!(database().transact(work).await.unwrap(), (Some("first".to_owned()), None));
}

#[tokio::test]
async fn what_was_read_and_changed_meanwhile_is_read_again() {
    let (database, key, runs) = (database(), document("x"), AtomicUsize::new(0));
    let work = async |tx: &mut Transaction<'_>| {
        let found: Option<String> = tx.get(&key).await?;
        if runs.fetch_add(1, Ordering::SeqCst) == 0 {
            let meddle = async |tx: &mut Transaction<'_>| tx.put(&key, &"meddled".to_owned());
            database.transact::<_, StoreError>(meddle).await?;
        }
        tx.put(&key, &format!("{found:?} and more"))
    };
    database.transact::<_, StoreError>(work).await.unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    assert_eq!(database.get(&key).await.unwrap(), Some("Some(\"meddled\") and more".to_owned()));
}

#[tokio::test]
async fn what_is_read_twice_looks_the_same_and_is_tried_again() {
    let (database, key, runs) = (database(), document("x"), AtomicUsize::new(0));
    let work = async |tx: &mut Transaction<'_>| {
        let first: Option<String> = tx.get(&key).await?;
        if runs.fetch_add(1, Ordering::SeqCst) == 0 {
            let meddle = async |tx: &mut Transaction<'_>| tx.put(&key, &"meddled".to_owned());
            database.transact::<_, StoreError>(meddle).await?;
        }
        let second: Option<String> = tx.get(&key).await?;
        tx.put(&document("y"), &"written".to_owned())?;
        Ok::<_, StoreError>((first, second))
    };
    let both = Some("meddled".to_owned());
    assert_eq!(database.transact(work).await.unwrap(), (both.clone(), both));
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_transaction_ends_although_short_ones_keep_coming() {
    let (database, key) = (database(), document("x"));
    let done = Arc::new(AtomicUsize::new(0));
    let short = {
        let (database, key, done) = (database.clone(), document("x"), Arc::clone(&done));
        async move {
            while done.load(Ordering::SeqCst) == 0 {
                let write = async |tx: &mut Transaction<'_>| tx.put(&key, &"short".to_owned());
                database.transact::<_, StoreError>(write).await.unwrap();
                tokio::task::yield_now().await;
            }
        }
    };
    let long = async {
        let work = async |tx: &mut Transaction<'_>| {
            tx.get(&key).await?;
            for _ in 0..200 {
                tokio::task::yield_now().await;
            }
            tx.put(&key, &"long".to_owned())
        };
        let result = database.transact::<_, StoreError>(work).await;
        done.store(1, Ordering::SeqCst);
        result
    };
    let ((), result) = tokio::join!(short, long);
    result.unwrap();
}

#[tokio::test]
async fn members_planned_together_keep_to_the_limit() {
    let (database, counter) = (database(), documents::client_count(&pool()));
    let work = async |tx: &mut Transaction<'_>| {
        let mut room = Vec::new();
        for _ in 0..4 {
            room.push(tx.add_member(&counter, 3).await?);
        }
        Ok::<_, StoreError>(room)
    };
    assert_eq!(database.transact(work).await.unwrap(), [true, true, true, false]);
    assert_eq!(database.transact(work).await.unwrap(), [false; 4]);
}

#[tokio::test]
async fn members_planned_together_leave_room_for_those_that_came_in_between() {
    let (database, counter, runs) = (database(), documents::client_count(&pool()), AtomicUsize::new(0));
    let one = async |tx: &mut Transaction<'_>| tx.add_member(&counter, 3).await;
    let two = async |tx: &mut Transaction<'_>| {
        let room = (tx.add_member(&counter, 3).await?, tx.add_member(&counter, 3).await?);
        if runs.fetch_add(1, Ordering::SeqCst) == 0 {
            assert!(database.transact::<_, StoreError>(one).await?);
            assert!(database.transact::<_, StoreError>(one).await?);
        }
        Ok::<_, StoreError>(room)
    };
    assert_eq!(database.transact(two).await.unwrap(), (true, false));
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_change_of_the_registry_moves_its_revision_and_no_other() {
    let (database, other) = (database(), UserPoolId::from("us-east-1_Example02"));
    let before =
        (database.registry_revision(&pool()).await.unwrap(), database.registry_revision(&other).await.unwrap());
    let touch = async |tx: &mut Transaction<'_>| tx.touch_registry(&pool());
    database.transact::<_, StoreError>(touch).await.unwrap();
    let after = (database.registry_revision(&pool()).await.unwrap(), database.registry_revision(&other).await.unwrap());
    assert_ne!(before.0, after.0);
    assert_eq!(before.1, after.1);
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_no_stale_revision() {
    let (database, key) = (database(), document("x"));
    let before = database.registry_revision(&pool()).await.unwrap();
    {
        let touch = async |tx: &mut Transaction<'_>| {
            tx.put(&key, &"written".to_owned())?;
            tx.touch_registry(&pool())
        };
        let transaction = database.transact::<_, StoreError>(touch);
        let mut transaction = std::pin::pin!(transaction);
        // Polled once, so that the commit is under way, and then dropped.
        let polled = std::future::poll_fn(|cx| std::task::Poll::Ready(transaction.as_mut().poll(cx).is_ready())).await;
        assert!(!polled, "the commit runs in a task of its own");
    }
    while database.get(&key).await.unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    tokio::task::yield_now().await;
    assert_ne!(database.registry_revision(&pool()).await.unwrap(), before);
}
