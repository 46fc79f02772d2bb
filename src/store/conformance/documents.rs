//! Single documents, their versions, and the order of changes inside a batch.

use std::sync::Arc;

use super::{Case, Failure, Verdict};
use super::{delete, delete_prefix, ensure, ensure_all, ensure_eq, present, put, text, writing};
use crate::store::{Batch, Store, Write};

pub(super) const CASES: &[Case] = &[
    Case::of("an_absent_document_is_none", |store| Box::pin(absent(store))),
    Case::of("a_document_is_read_as_it_was_written", |store| Box::pin(written(store))),
    Case::of("a_version_is_never_reused", |store| Box::pin(versions(store))),
    Case::of("documents_of_one_batch_have_their_own_versions", |store| Box::pin(versions_of_a_batch(store))),
    Case::of("removing_what_is_absent_is_fine", |store| Box::pin(remove_absent(store))),
    Case::of("an_empty_batch_changes_nothing", |store| Box::pin(empty_batch(store))),
    Case::of("changes_of_a_batch_are_applied_in_order", |store| Box::pin(order(store))),
    Case::of("a_prefix_deletion_takes_exactly_the_prefix", |store| Box::pin(prefix(store))),
    Case::of("a_prefix_deletion_sees_earlier_changes_of_its_batch", |store| Box::pin(prefix_in_order(store))),
    Case::of("bytes_are_kept_whatever_they_are", |store| Box::pin(bytes(store))),
];

async fn absent(store: Arc<dyn Store>) -> Verdict {
    ensure_eq(&store.get("pool/a").await?, &None, "an empty store")?;
    store.commit(writing([put("pool/a", "1")])).await?;
    ensure_eq(&store.get("pool/").await?, &None, "a prefix of a key")?;
    ensure_eq(&store.get("pool/a/").await?, &None, "a key that goes on")
}

async fn written(store: Arc<dyn Store>) -> Verdict {
    store.commit(writing([put("pool/a", "first"), put("pool/b", "other")])).await?;
    ensure_all(&*store, &[("pool/a", "first"), ("pool/b", "other")], "after writing").await?;
    store.commit(writing([put("pool/a", "second")])).await?;
    ensure_all(&*store, &[("pool/a", "second"), ("pool/b", "other")], "after overwriting").await?;
    store.commit(writing([delete("pool/a")])).await?;
    ensure_all(&*store, &[("pool/b", "other")], "after deleting").await?;
    ensure_eq(&text(&*store, "pool/a").await?, &None, "the deleted document")
}

async fn versions(store: Arc<dyn Store>) -> Verdict {
    let mut last = 0;
    for round in 0..5 {
        for _ in 0..2 {
            store.commit(writing([put("pool/a", "same")])).await?;
            last = later(&*store, "pool/a", last).await?;
            store.commit(writing([put("pool/b", "other")])).await?;
            last = later(&*store, "pool/b", last).await?;
        }
        let removal = if round % 2 == 0 { delete("pool/a") } else { delete_prefix("pool/") };
        store.commit(writing([removal])).await?;
    }
    Ok(())
}

/// The document's version, which must be greater than any seen before.
async fn later(store: &dyn Store, key: &str, last: u64) -> Result<u64, Failure> {
    let version = present(store, key).await?.version;
    ensure(version > last, || format!("`{key}` was written at version {version}, after version {last} was seen"))?;
    let scanned = store.scan(key, None, 1).await?.first().map(|stored| stored.version);
    ensure_eq(&scanned, &Some(version), "the version in a scan")?;
    Ok(version)
}

async fn versions_of_a_batch(store: Arc<dyn Store>) -> Verdict {
    store.commit(writing([put("a", "1"), put("b", "1"), put("c", "1")])).await?;
    let mut versions: Vec<_> = store.scan("", None, 9).await?.iter().map(|stored| stored.version).collect();
    versions.sort_unstable();
    versions.dedup();
    ensure_eq(&versions.len(), &3, "different versions of three documents written together")
}

async fn remove_absent(store: Arc<dyn Store>) -> Verdict {
    store.commit(writing([delete("a"), delete_prefix("b"), put("c", "1")])).await?;
    ensure_all(&*store, &[("c", "1")], "after removing nothing").await
}

async fn empty_batch(store: Arc<dyn Store>) -> Verdict {
    store.commit(Batch::default()).await?;
    ensure_all(&*store, &[], "an empty store after an empty batch").await?;
    store.commit(writing([put("a", "1")])).await?;
    let before = store.get("a").await?;
    store.commit(Batch::default()).await?;
    ensure_eq(&store.get("a").await?, &before, "a document across an empty batch")
}

async fn order(store: Arc<dyn Store>) -> Verdict {
    let twice = [put("a", "1"), put("a", "2"), put("b", "1"), delete("b"), delete("c"), put("c", "1")];
    store.commit(writing(twice)).await?;
    ensure_all(&*store, &[("a", "2"), ("c", "1")], "put, put; put, delete; delete, put").await
}

async fn prefix(store: Arc<dyn Store>) -> Verdict {
    let keys = ["client/a", "client/a/", "client/a/1", "client/a/\u{10ffff}", "client/a0", "client/b", "clienu"];
    store.commit(writing(keys.map(|key| put(key, "1")))).await?;
    store.commit(writing([delete_prefix("client/a/")])).await?;
    let rest = [("client/a", "1"), ("client/a0", "1"), ("client/b", "1"), ("clienu", "1")];
    ensure_all(&*store, &rest, "after deleting `client/a/`").await?;
    store.commit(writing([delete_prefix("client")])).await?;
    ensure_all(&*store, &[("clienu", "1")], "after deleting `client`").await?;
    store.commit(writing([put("ü/\u{10ffff}", "1"), put("ý", "1"), delete_prefix("ü")])).await?;
    ensure_all(&*store, &[("clienu", "1"), ("ý", "1")], "after deleting `ü`").await?;
    store.commit(writing([delete_prefix("")])).await?;
    ensure_all(&*store, &[], "after deleting every key").await
}

async fn prefix_in_order(store: Arc<dyn Store>) -> Verdict {
    store.commit(writing([put("a/1", "old"), put("a/2", "old")])).await?;
    store.commit(writing([put("a/3", "new"), delete_prefix("a/"), put("a/2", "new"), put("b", "new")])).await?;
    ensure_all(&*store, &[("a/2", "new"), ("b", "new")], "put, delete the prefix, put").await
}

async fn bytes(store: Arc<dyn Store>) -> Verdict {
    let all: Vec<u8> = (0..=u8::MAX).collect();
    let big: Vec<u8> = all.iter().copied().cycle().take(1024 * 1024).collect();
    for (key, value) in [("none", Vec::new()), ("all", all), ("big", big)] {
        store.commit(writing([Write::Put(key.to_owned(), value.clone())])).await?;
        let found = present(&*store, key).await?.value;
        ensure(*found == *value, || format!("`{key}`: {} bytes came back as {} others", value.len(), found.len()))?;
    }
    let lengths: Vec<_> = store.scan("", None, 9).await?.iter().map(|stored| stored.value.len()).collect();
    ensure_eq(&lengths, &vec![256, 1024 * 1024, 0], "the lengths in a scan")
}
