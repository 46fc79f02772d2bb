//! What a batch expects, and that a refused batch changes nothing.

use std::sync::Arc;

use super::{Case, Verdict};
use super::{add, delete, delete_prefix, ensure_all, ensure_eq, expecting, present, put, refused, writing};
use crate::store::{Batch, Expect, Store};

pub(super) const CASES: &[Case] = &[
    Case::of("absent_holds_only_without_the_document", |store| Box::pin(absent(store))),
    Case::of("at_holds_only_for_the_last_version", |store| Box::pin(at(store))),
    Case::of("below_holds_only_under_the_limit", |store| Box::pin(below(store))),
    Case::of("a_refused_batch_changes_nothing", |store| Box::pin(refusal(store))),
    Case::of("expectations_are_judged_before_the_batch_changes_anything", |store| Box::pin(before(store))),
    Case::of("expectations_hold_without_writes", |store| Box::pin(no_writes(store))),
];

async fn absent(store: Arc<dyn Store>) -> Verdict {
    store.commit(expecting("a", Expect::Absent, [put("a", "1")])).await?;
    refused(&*store, expecting("a", Expect::Absent, [put("a", "2")]), "the document exists").await?;
    store.commit(writing([put("empty", ""), put("counter", "0")])).await?;
    refused(&*store, expecting("empty", Expect::Absent, [put("a", "2")]), "an empty document exists").await?;
    refused(&*store, expecting("counter", Expect::Absent, [put("a", "2")]), "a counter at 0 exists").await?;
    ensure_eq(&present(&*store, "a").await?.value.to_vec(), &b"1".to_vec(), "the document after refusals")?;
    store.commit(writing([delete("a")])).await?;
    store.commit(expecting("a", Expect::Absent, [put("a", "3")])).await?;
    ensure_all(&*store, &[("a", "3"), ("counter", "0"), ("empty", "")], "after deletion and creation").await
}

async fn at(store: Arc<dyn Store>) -> Verdict {
    refused(&*store, expecting("a", Expect::At(0), [put("a", "0")]), "an absent document has no version").await?;
    store.commit(writing([put("a", "1")])).await?;
    let first = present(&*store, "a").await?.version;
    refused(&*store, expecting("a", Expect::At(first + 1), [put("a", "0")]), "a later version").await?;
    refused(&*store, expecting("b", Expect::At(first), [put("a", "0")]), "another document's version").await?;
    store.commit(expecting("a", Expect::At(first), [put("a", "2")])).await?;
    refused(&*store, expecting("a", Expect::At(first), [put("a", "0")]), "an earlier version").await?;
    let second = present(&*store, "a").await?.version;
    store.commit(writing([delete("a")])).await?;
    refused(&*store, expecting("a", Expect::At(second), [put("a", "0")]), "the document was deleted").await?;
    store.commit(writing([put("a", "2")])).await?;
    refused(&*store, expecting("a", Expect::At(second), [put("a", "0")]), "it was deleted and made again").await?;
    ensure_all(&*store, &[("a", "2")], "after refusals").await
}

async fn below(store: Arc<dyn Store>) -> Verdict {
    refused(&*store, expecting("n", Expect::Below(0), [add("n", 1)]), "0 is not below 0").await?;
    for _ in 0..3 {
        store.commit(expecting("n", Expect::Below(3), [add("n", 1)])).await?;
    }
    refused(&*store, expecting("n", Expect::Below(3), [add("n", 1)]), "3 is not below 3").await?;
    store.commit(expecting("n", Expect::Below(10), [add("n", 7)])).await?;
    refused(&*store, expecting("n", Expect::Below(9), [add("n", 1)]), "10 is not below 9").await?;
    ensure_all(&*store, &[("n", "10")], "the counter after refusals").await
}

async fn refusal(store: Arc<dyn Store>) -> Verdict {
    store.commit(writing([put("a", "1"), put("b/1", "1"), put("b/2", "1"), put("n", "5")])).await?;
    let before = store.scan("", None, 9).await?;
    let version = present(&*store, "a").await?.version;
    let holding = [("a", Expect::At(version)), ("c", Expect::Absent), ("n", Expect::Below(6))];
    for failing in [("b/1", Expect::Absent), ("a", Expect::At(version + 9)), ("n", Expect::Below(5))] {
        let expectations = holding.iter().chain([&failing]).map(|(key, expect)| ((*key).to_owned(), *expect)).collect();
        let writes = vec![put("a", "2"), delete("n"), delete_prefix("b/"), add("n", 1), put("c", "1")];
        refused(&*store, Batch { expectations, writes }, "the last expectation fails").await?;
        ensure_eq(&store.scan("", None, 9).await?, &before, "the documents after a refused batch")?;
    }
    store.commit(expecting("a", Expect::At(version), [put("a", "2")])).await?;
    ensure_all(&*store, &[("a", "2"), ("b/1", "1"), ("b/2", "1"), ("n", "5")], "after the batch that holds").await
}

async fn before(store: Arc<dyn Store>) -> Verdict {
    store.commit(expecting("a", Expect::Absent, [put("a", "1"), put("a", "2")])).await?;
    refused(&*store, expecting("a", Expect::Absent, [delete("a"), put("a", "3")]), "it deletes it itself").await?;
    ensure_all(&*store, &[("a", "2")], "after the refusal").await
}

async fn no_writes(store: Arc<dyn Store>) -> Verdict {
    store.commit(expecting("a", Expect::Absent, [])).await?;
    store.commit(writing([put("a", "1")])).await?;
    refused(&*store, expecting("a", Expect::Absent, []), "the document exists").await?;
    let version = present(&*store, "a").await?.version;
    store.commit(expecting("a", Expect::At(version), [])).await?;
    ensure_eq(&present(&*store, "a").await?.version, &version, "the version of a document only expected")
}
