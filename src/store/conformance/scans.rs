//! Scans: byte order, prefixes and pages.

use std::sync::Arc;

use super::{Case, Failure, Verdict};
use super::{ensure, ensure_eq, put, writing};
use crate::store::{Store, Stored};

pub(super) const CASES: &[Case] = &[
    Case::of("keys_are_in_byte_order", |store| Box::pin(order(store))),
    Case::of("a_scan_takes_exactly_the_prefix", |store| Box::pin(prefix(store))),
    Case::of("a_scan_begins_after_the_given_key", |store| Box::pin(after(store))),
    Case::of("a_scan_stops_at_its_limit", |store| Box::pin(limit(store))),
    Case::of("pages_give_every_document_once", |store| Box::pin(pages(store))),
];

/// Keys that a locale, a separator or an escape would sort differently, in the order of their bytes.
const ORDERED: [&str; 24] = [
    "", "\u{1}", " ", "!", "%2F", "/", "/a", "0", "9", "A", "Z", "_", "a", "a/", "a/b", "a0", "aB", "ab", "z", "~",
    "ß", "é", "日本", "😀",
];

fn keys(found: &[Stored]) -> Vec<&str> {
    found.iter().map(|stored| stored.key.as_str()).collect()
}

async fn fill(store: &dyn Store, keys: &[&str]) -> Verdict {
    // Not in the order they are expected in.
    let writes: Vec<_> = keys.iter().rev().map(|key| put(key, key)).collect();
    Ok(store.commit(writing(writes)).await?)
}

async fn order(store: Arc<dyn Store>) -> Verdict {
    fill(&*store, &ORDERED).await?;
    let found = store.scan("", None, usize::MAX).await?;
    ensure_eq(&keys(&found), &ORDERED.to_vec(), "all keys")?;
    ensure(found.iter().all(|stored| *stored.value == *stored.key.as_bytes()), || {
        "a key has another's value".to_owned()
    })
}

async fn prefix(store: Arc<dyn Store>) -> Verdict {
    let all = ["a", "a%2F1", "a/", "a/1", "a/1/x", "a/10", "a/2", "a/😀", "a0", "b", "é", "éa", "ê"];
    fill(&*store, &all).await?;
    let cases: [(&str, &[&str]); 7] = [
        ("a/", &["a/", "a/1", "a/1/x", "a/10", "a/2", "a/😀"]),
        ("a/1", &["a/1", "a/1/x", "a/10"]),
        ("a/1/", &["a/1/x"]),
        ("a%", &["a%2F1"]),
        ("é", &["é", "éa"]),
        ("A", &[]),
        ("a/1/x/", &[]),
    ];
    for (prefix, expected) in cases {
        let found = store.scan(prefix, None, 99).await?;
        ensure_eq(&keys(&found), &expected.to_vec(), &format!("the keys under `{prefix}`"))?;
    }
    Ok(())
}

async fn after(store: Arc<dyn Store>) -> Verdict {
    fill(&*store, &["a", "b/1", "b/2", "b/3", "c"]).await?;
    let cases: [(&str, &[&str]); 8] = [
        ("", &["b/1", "b/2", "b/3"]),
        ("a", &["b/1", "b/2", "b/3"]),
        ("b/", &["b/1", "b/2", "b/3"]),
        ("b/1", &["b/2", "b/3"]),
        ("b/1/", &["b/2", "b/3"]),
        ("b/2zz", &["b/3"]),
        ("b/3", &[]),
        ("d", &[]),
    ];
    for (after, expected) in cases {
        let found = store.scan("b/", Some(after), 99).await?;
        ensure_eq(&keys(&found), &expected.to_vec(), &format!("the keys under `b/` after `{after}`"))?;
    }
    Ok(())
}

async fn limit(store: Arc<dyn Store>) -> Verdict {
    fill(&*store, &["a/1", "a/2", "a/3", "b"]).await?;
    for (limit, expected) in [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (usize::MAX, 3)] {
        let found = store.scan("a/", None, limit).await?;
        ensure_eq(&found.len(), &expected, &format!("how many of three documents a limit of {limit} gives"))?;
    }
    Ok(())
}

async fn pages(store: Arc<dyn Store>) -> Verdict {
    let all: Vec<String> = (0..5_000).map(|number| format!("client/{number:05}")).collect();
    let names: Vec<&str> = all.iter().map(String::as_str).collect();
    for some in names.chunks(1_000) {
        fill(&*store, some).await?;
    }
    fill(&*store, &["client", "clienu"]).await?;
    let whole = store.scan("client/", None, 10_000).await?;
    ensure_eq(&keys(&whole), &names, "all in one scan")?;
    let mut paged: Vec<Stored> = Vec::new();
    loop {
        let after = paged.last().map(|stored| stored.key.clone());
        let page = store.scan("client/", after.as_deref(), 60).await?;
        ensure(page.len() <= 60, || format!("a page of {} documents where 60 were asked for", page.len()))?;
        if page.is_empty() {
            break;
        }
        paged.extend(page);
        ensure(paged.len() <= whole.len(), || "pages go on after the last document".to_owned())?;
    }
    if paged == whole { Ok(()) } else { Err(Failure("the pages differ from the whole".to_owned())) }
}
