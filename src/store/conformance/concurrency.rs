//! What several readers and writers see of each other.

use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::task::{JoinHandle, JoinSet};

use super::{Case, Failure, Verdict};
use super::{add, as_text, delete_prefix, ensure, ensure_all, ensure_eq, everything, present, put, text, writing};
use crate::store::{Batch, Expect, Store, StoreError};

pub(super) const CASES: &[Case] = &[
    Case::of("a_batch_is_seen_whole_or_not_at_all", |store| Box::pin(whole(store))),
    Case::of("of_two_commits_that_expect_each_other_unchanged_one_wins", |store| Box::pin(write_skew(store))),
    Case::of("of_fifty_creations_one_wins", |store| Box::pin(one_creation(store))),
    Case::of("fifty_parallel_writers_lose_no_update", |store| Box::pin(lost_updates(store))),
    Case::of("fifty_parallel_additions_are_all_counted", |store| Box::pin(additions(store))),
    Case::of("a_limited_counter_is_never_exceeded", |store| Box::pin(limited(store))),
    Case::of("a_commit_whose_future_is_dropped_still_lands_whole", |store| Box::pin(dropped(store))),
    Case::of("an_aborted_task_leaves_all_of_its_batch_or_nothing", |store| Box::pin(aborted(store))),
];

const WRITERS: usize = 50;

async fn whole(store: Arc<dyn Store>) -> Verdict {
    let writer: JoinHandle<Verdict> = tokio::spawn({
        let store = Arc::clone(&store);
        async move {
            for round in 1..=200 {
                let value = round.to_string();
                let batch = if round % 7 == 0 {
                    [delete_prefix("d/"), add("n", 1)]
                } else {
                    [put("d/a", &value), put("d/z", &value)]
                };
                store.commit(writing(batch)).await?;
            }
            Ok(store.commit(writing([put("end", "")])).await?)
        }
    });
    while text(&*store, "end").await?.is_none() && !writer.is_finished() {
        let seen = store.scan("d/", None, 9).await?;
        let values: Vec<_> = seen.iter().map(as_text).collect();
        let agree = values.is_empty() || (values.len() == 2 && values.first() == values.last());
        ensure(agree, || format!("a reader saw half of a batch: {values:?}"))?;
        tokio::task::yield_now().await;
    }
    joined(writer.await)
}

/// Each transaction reads both documents, expects both unchanged and writes one of them.
async fn write_skew(store: Arc<dyn Store>) -> Verdict {
    for round in 0..20 {
        store.commit(writing([put("a", "on duty"), put("b", "on duty")])).await?;
        let expectations = vec![
            ("a".to_owned(), Expect::At(present(&*store, "a").await?.version)),
            ("b".to_owned(), Expect::At(present(&*store, "b").await?.version)),
        ];
        let leave = |key| Batch { expectations: expectations.clone(), writes: vec![put(key, "off duty")] };
        let (first, second) = (spawn_commit(&store, leave("a")), spawn_commit(&store, leave("b")));
        let outcomes = [outcome(first).await?, outcome(second).await?];
        ensure_eq(&outcomes.iter().filter(|won| **won).count(), &1, &format!("winners of two in round {round}"))?;
        let expected = if outcomes == [true, false] { ["off duty", "on duty"] } else { ["on duty", "off duty"] };
        let [a, b] = expected;
        ensure_all(&*store, &[("a", a), ("b", b)], "after one of two won").await?;
    }
    Ok(())
}

async fn one_creation(store: Arc<dyn Store>) -> Verdict {
    for round in 0..5 {
        let key = format!("domain/{round}");
        let create = |writer: usize| Batch {
            expectations: vec![(key.clone(), Expect::Absent)],
            writes: vec![put(&key, &writer.to_string()), add("created", 1)],
        };
        let commits: Vec<_> = (0..WRITERS).map(|writer| spawn_commit(&store, create(writer))).collect();
        let mut winners = Vec::new();
        for (writer, commit) in commits.into_iter().enumerate() {
            if outcome(commit).await? {
                winners.push(writer.to_string());
            }
        }
        ensure_eq(&winners.len(), &1, "winners of fifty creations")?;
        ensure_eq(&text(&*store, &key).await?, &winners.pop(), "whose document it is")?;
    }
    ensure_eq(&text(&*store, "created").await?, &Some("5".to_owned()), "creations counted")
}

async fn lost_updates(store: Arc<dyn Store>) -> Verdict {
    every_writer(|writer| {
        let store = Arc::clone(&store);
        async move {
            loop {
                let found = store.get("n").await?;
                let count: usize =
                    found.as_ref().map_or(Ok(0), |stored| as_text(stored).parse()).map_err(not_a_number)?;
                let expect = found.map_or(Expect::Absent, |stored| Expect::At(stored.version));
                let writes = vec![put("n", &(count + 1).to_string()), put(&format!("seen/{writer}"), "1")];
                match store.commit(Batch { expectations: vec![("n".to_owned(), expect)], writes }).await {
                    Ok(()) => return Ok(()),
                    Err(StoreError::Conflict) => tokio::task::yield_now().await,
                    Err(error) => return Err(error.into()),
                }
            }
        }
    })
    .await?;
    ensure_eq(&text(&*store, "n").await?, &Some(WRITERS.to_string()), "fifty increments")?;
    ensure_eq(&store.scan("seen/", None, 99).await?.len(), &WRITERS, "documents beside the increments")
}

async fn additions(store: Arc<dyn Store>) -> Verdict {
    every_writer(|_| {
        let store = Arc::clone(&store);
        async move {
            for _ in 0..4 {
                store.commit(writing([add("n", 3), add("n", -1)])).await?;
            }
            Ok(())
        }
    })
    .await?;
    ensure_all(&*store, &[("n", &(WRITERS * 8).to_string())], "additions without an expectation").await
}

async fn limited(store: Arc<dyn Store>) -> Verdict {
    let join = |writer: usize| Batch {
        expectations: vec![("n".to_owned(), Expect::Below(20))],
        writes: vec![add("n", 1), put(&format!("member/{writer}"), "1")],
    };
    let commits: Vec<_> = (0..WRITERS).map(|writer| spawn_commit(&store, join(writer))).collect();
    let mut won = 0;
    for commit in commits {
        won += usize::from(outcome(commit).await?);
    }
    ensure_eq(&won, &20, "winners under a limit of 20")?;
    ensure_eq(&text(&*store, "n").await?, &Some("20".to_owned()), "the counter")?;
    ensure_eq(&store.scan("member/", None, 99).await?.len(), &20, "members")
}

async fn dropped(store: Arc<dyn Store>) -> Verdict {
    drop(store.commit(writing([put("never", "polled")])));
    for round in 0..20 {
        let value = round.to_string();
        let mut commit = store.commit(writing([put("d/a", &value), put("d/z", &value)]));
        // The first poll may already be the last one needed.
        if let Poll::Ready(answer) = commit.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            answer?;
        }
        drop(commit);
        eventually(&*store, &[("d/a", &value), ("d/z", &value)]).await?;
    }
    Ok(())
}

async fn aborted(store: Arc<dyn Store>) -> Verdict {
    for round in 0..100 {
        let key = format!("d/{round:03}");
        let task = spawn_commit(&store, writing([put(&format!("{key}/a"), "1"), put(&format!("{key}/z"), "1")]));
        if round % 2 == 0 {
            tokio::task::yield_now().await;
        }
        task.abort();
        let finished = task.await.is_ok();
        let seen = store.scan(&format!("{key}/"), None, 9).await?.len();
        ensure(seen == 2 || (seen == 0 && !finished), || {
            format!("{seen} of 2 documents, commit finished: {finished}")
        })?;
    }
    // What was cut short may still land, but never by half.
    store.commit(writing([put("end", "")])).await?;
    let seen = everything(&*store).await?.len();
    ensure(seen % 2 == 1, || format!("{seen} documents where an odd number was expected"))
}

/// Waits, with a bound, for a commit that nobody waits for.
async fn eventually(store: &dyn Store, expected: &[(&str, &str)]) -> Verdict {
    let mut seen = ensure_all(store, expected, "what a dropped commit left").await;
    for _ in 0..2_000 {
        if seen.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
        seen = ensure_all(store, expected, "what a dropped commit left").await;
    }
    seen
}

async fn every_writer<F: Future<Output = Verdict> + Send + 'static>(mut work: impl FnMut(usize) -> F) -> Verdict {
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        writers.spawn(work(writer));
    }
    while let Some(verdict) = writers.join_next().await {
        joined(verdict)?;
    }
    Ok(())
}

fn spawn_commit(store: &Arc<dyn Store>, batch: Batch) -> JoinHandle<Result<(), StoreError>> {
    let store = Arc::clone(store);
    tokio::spawn(async move { store.commit(batch).await })
}

/// Whether the commit won; a conflict is a loss, anything else a failure.
async fn outcome(commit: JoinHandle<Result<(), StoreError>>) -> Result<bool, Failure> {
    match commit.await {
        Ok(Ok(())) => Ok(true),
        Ok(Err(StoreError::Conflict)) => Ok(false),
        Ok(Err(error)) => Err(error.into()),
        Err(error) => Err(Failure(format!("a writer stopped: {error}"))),
    }
}

fn joined(verdict: Result<Verdict, tokio::task::JoinError>) -> Verdict {
    verdict.unwrap_or_else(|error| Err(Failure(format!("a task stopped: {error}"))))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` wants")]
fn not_a_number(error: std::num::ParseIntError) -> Failure {
    Failure(format!("a counter is not a number: {error}"))
}
