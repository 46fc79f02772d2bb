//! Counters: decimal text that batches add to.

use std::sync::Arc;

use super::{Case, Failure, Verdict};
use super::{add, delete, delete_prefix, ensure, ensure_all, ensure_eq, expecting, present, put, writing};
use crate::store::{Batch, Expect, Store, StoreError};

pub(super) const CASES: &[Case] = &[
    Case::of("a_counter_starts_at_0_and_never_goes_below", |store| Box::pin(floor(store))),
    Case::of("a_counter_is_a_document_with_a_version", |store| Box::pin(version(store))),
    Case::of("a_counter_counts_in_the_order_of_its_batch", |store| Box::pin(order(store))),
    Case::of("a_counter_stops_at_its_greatest_value", |store| Box::pin(ceiling(store))),
    Case::of("what_is_not_a_counter_is_named_and_left_alone", |store| Box::pin(corrupt(store))),
];

async fn floor(store: Arc<dyn Store>) -> Verdict {
    for (amount, expected) in [(-1, "0"), (1, "1"), (40, "41"), (0, "41"), (-1, "40"), (-41, "0"), (i64::MIN, "0")] {
        store.commit(writing([add("n", amount)])).await?;
        ensure_all(&*store, &[("n", expected)], &format!("the counter after adding {amount}")).await?;
    }
    Ok(())
}

async fn version(store: Arc<dyn Store>) -> Verdict {
    store.commit(writing([put("a", "1"), add("n", 1)])).await?;
    let first = present(&*store, "n").await?.version;
    store.commit(expecting("n", Expect::At(first), [add("n", 1)])).await?;
    let second = present(&*store, "n").await?.version;
    ensure(second > first, || format!("the counter went from version {first} to {second}"))?;
    store.commit(writing([delete("n")])).await?;
    store.commit(expecting("n", Expect::Absent, [add("n", 3)])).await?;
    ensure_all(&*store, &[("a", "1"), ("n", "3")], "a counter that was deleted and counts again").await?;
    store.commit(expecting("n", Expect::Below(4), [put("n", "8")])).await?;
    store.commit(expecting("n", Expect::Below(9), [add("n", 1)])).await?;
    ensure_all(&*store, &[("a", "1"), ("n", "9")], "a counter that was written as a document").await
}

async fn order(store: Arc<dyn Store>) -> Verdict {
    store.commit(writing([put("n/a", "5"), put("n/b", "5"), put("n/c", "5"), put("n/d", "5")])).await?;
    let a = [add("n/a", 1), add("n/a", -9), add("n/a", 2)];
    let b = [put("n/b", "7"), add("n/b", 1)];
    let c = [add("n/c", 1), delete("n/c"), add("n/c", 1)];
    let d = [delete_prefix("n/d"), add("n/d", 4), add("n/e", 1), delete_prefix("n/e")];
    store.commit(writing([a.to_vec(), b.to_vec(), c.to_vec(), d.to_vec()].concat())).await?;
    ensure_all(&*store, &[("n/a", "2"), ("n/b", "8"), ("n/c", "1"), ("n/d", "4")], "after several changes each").await
}

async fn ceiling(store: Arc<dyn Store>) -> Verdict {
    let most = u64::MAX.to_string();
    store.commit(writing([add("n", i64::MAX), add("n", i64::MAX), add("n", i64::MAX)])).await?;
    ensure_all(&*store, &[("n", &most)], "a full counter").await?;
    store.commit(expecting("a", Expect::Absent, [add("n", -1)])).await?;
    ensure_all(&*store, &[("n", &(u64::MAX - 1).to_string())], "a counter that was full").await
}

async fn corrupt(store: Arc<dyn Store>) -> Verdict {
    for value in ["", "-1", "1.5", "one", "99999999999999999999"] {
        store.commit(writing([put("n", value)])).await?;
        let adding = writing([put("a", "1"), delete("n"), put("n", value), add("n", 1)]);
        for batch in [writing([put("a", "1"), add("n", 1)]), adding, expecting("n", Expect::Below(9), [put("a", "1")])]
        {
            corrupted(&*store, batch, value).await?;
            ensure_all(&*store, &[("n", value)], "after a batch on what is no counter").await?;
        }
    }
    Ok(())
}

async fn corrupted(store: &dyn Store, batch: Batch, value: &str) -> Verdict {
    match store.commit(batch).await {
        Err(StoreError::Corrupt { key, .. }) => ensure_eq(&key.as_str(), &"n", "the key that the error names"),
        other => Err(Failure(format!("counting from `{value}`: expected a corrupt document, found {other:?}"))),
    }
}
