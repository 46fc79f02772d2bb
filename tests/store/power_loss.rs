//! Loss of power at every sync, and between: what was acknowledged is there, and nothing is there by half.
//!
//! A workload runs on a disk that remembers its history. Then the history is cut at many places, and of what was not
//! synced by then only some survives, torn and out of order; the store is opened on what is left.

use std::collections::BTreeMap;
use std::sync::Arc;

use poolpass::store::redb::RedbStore;
use poolpass::store::{Batch, Expect, Store as _, StoreError, Stored, Write};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::task::JoinSet;

use crate::disk::{Disk, Event, Platter};

/// Everything random follows from this, but for which batches happen to share a transaction.
const SEED: u64 = 0x5eed_0001;

/// Each slot has one writer, which numbers its batches with stamps from 1.
const SLOTS: usize = 6;
const STAMPS_ALONE: usize = 30;
const STAMPS_TOGETHER: usize = 50;
const STAMPS_REOPENED: usize = 20;

/// How often the power fails just before each sync, each time with other losses.
const CRASHES_PER_SYNC: u64 = 6;

#[derive(Debug)]
enum Note {
    Issued { slot: usize, stamp: usize },
    Acknowledged { slot: usize, stamp: usize },
    Seen { version: u64 },
}

type History = Vec<Event<Note>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn power_loss_takes_nothing_acknowledged_and_leaves_nothing_half_written() {
    let history = history().await;
    let (mut platter, mut known) = (Platter::default(), Known::default());
    let mut random = StdRng::seed_from_u64(SEED);
    let mut crashes = 0;
    for (cut, event) in history.iter().enumerate() {
        let count = match event {
            Event::Sync => CRASHES_PER_SYNC,
            Event::Write { .. } | Event::SetLen(_) => u64::from(random.random_bool(0.15)),
            Event::Note(_) => 0,
        };
        for crash in 0..count {
            let image = platter.crash(SEED ^ ((cut as u64) << 8) ^ crash);
            let complaint = known.complaint(image).await;
            assert_eq!(complaint, None, "seed {SEED:#x}, cut at event {cut}, crash {crash}");
            crashes += 1;
        }
        platter.take_in(event);
        known.take_in(event);
        if matches!(event, Event::Sync) {
            assert_eq!(platter.unsynced(), 0);
        }
    }
    assert_eq!(known.complaint(platter.crash(SEED)).await, None, "after everything was synced");
    assert!(crashes > 500, "only {crashes} crashes were tried");
}

/// Runs the workload and returns what the disk and the writers saw.
async fn history() -> History {
    let disk = Disk::holding(Vec::new());
    let store = Arc::new(RedbStore::with_backend(disk.clone()).expect("an empty disk opens"));
    write(&store, &disk, 0, 1..=STAMPS_ALONE).await;
    together(&store, &disk, 1..=STAMPS_TOGETHER).await;
    drop(store);
    let store = Arc::new(RedbStore::with_backend(disk.clone()).expect("a disk that was closed opens"));
    together(&store, &disk, STAMPS_TOGETHER + 1..=STAMPS_TOGETHER + STAMPS_REOPENED).await;
    drop(store);
    disk.take_events()
}

async fn together(store: &Arc<RedbStore>, disk: &Disk<Note>, stamps: std::ops::RangeInclusive<usize>) {
    let mut writers = JoinSet::new();
    for slot in 1..=SLOTS {
        let (store, disk, stamps) = (Arc::clone(store), disk.clone(), stamps.clone());
        writers.spawn(async move { write(&store, &disk, slot, stamps).await });
    }
    writers.join_all().await;
}

async fn write(store: &RedbStore, disk: &Disk<Note>, slot: usize, stamps: std::ops::RangeInclusive<usize>) {
    for stamp in stamps {
        disk.note(Note::Issued { slot, stamp });
        store.commit(batch(slot, stamp)).await.expect("nobody else writes this slot");
        disk.note(Note::Acknowledged { slot, stamp });
        if stamp % 4 == 0 {
            let found = store.get(&stamp_key(slot)).await.expect("the disk works").expect("it was just written");
            disk.note(Note::Seen { version: found.version });
        }
        if stamp % 3 == 0 {
            let refused = store.commit(refused_batch(slot)).await;
            assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
        }
    }
}

fn stamp_key(slot: usize) -> String {
    format!("stamp/{slot}")
}

/// The documents of a slot after the batch with this stamp: none, or two or three of very different sizes.
fn documents(slot: usize, stamp: usize) -> Vec<(String, Vec<u8>)> {
    let names: &[&str] = match stamp % 5 {
        0 => &[],
        1 | 2 => &["a", "b"],
        _ => &["a", "b", "c"],
    };
    let document = |(place, name): (usize, &&str)| {
        let length = if (stamp + place).is_multiple_of(11) { 20_000 } else { (stamp * 611 + place * 97) % 1_500 };
        let value = format!("{stamp}.").into_bytes().into_iter().cycle().take(length + 4).collect();
        (format!("slot/{slot}/{name}"), value)
    };
    names.iter().enumerate().map(document).collect()
}

/// Brings the slot from the stamp before to this one; `total` counts the batches of all slots.
fn batch(slot: usize, stamp: usize) -> Batch {
    let mut writes = vec![Write::Add("total".to_owned(), 1)];
    match stamp % 5 {
        0 | 2 => writes.push(Write::DeletePrefix(format!("slot/{slot}/"))),
        1 => writes.push(Write::Delete(format!("slot/{slot}/c"))),
        _ => {}
    }
    writes.extend(documents(slot, stamp).into_iter().map(|(key, value)| Write::Put(key, value)));
    writes.push(Write::Put(stamp_key(slot), stamp.to_string().into_bytes()));
    let expectations = if stamp == 1 { vec![(stamp_key(slot), Expect::Absent)] } else { Vec::new() };
    Batch { expectations, writes }
}

fn refused_batch(slot: usize) -> Batch {
    let writes = vec![Write::Put("refused".to_owned(), Vec::new()), Write::Add("total".to_owned(), 1)];
    Batch { expectations: vec![(stamp_key(slot), Expect::Absent)], writes }
}

/// What can be said of the store at one moment of its history.
#[derive(Debug, Clone, Default)]
struct Known {
    issued: BTreeMap<usize, usize>,
    acknowledged: BTreeMap<usize, usize>,
    version: u64,
}

impl Known {
    fn take_in(&mut self, event: &Event<Note>) {
        match event {
            Event::Note(Note::Issued { slot, stamp }) => drop(self.issued.insert(*slot, *stamp)),
            Event::Note(Note::Acknowledged { slot, stamp }) => drop(self.acknowledged.insert(*slot, *stamp)),
            Event::Note(Note::Seen { version }) => self.version = self.version.max(*version),
            Event::Write { .. } | Event::SetLen(_) | Event::Sync => {}
        }
    }

    /// Opens the store on what the crash left and says what is wrong with it; then the image is kept.
    async fn complaint(&self, image: Vec<u8>) -> Option<String> {
        let known = self.clone();
        let disk = Disk::holding(image.clone());
        // A task of its own: should redb panic, the cut is told all the same.
        let verdict = tokio::spawn(async move { known.check(disk).await }).await;
        let complaint = verdict.unwrap_or_else(|panic| Err(panic.to_string())).err()?;
        let kept = std::env::temp_dir().join("poolpass-power-loss.redb");
        std::fs::write(&kept, image).expect("the image can be kept");
        Some(format!("{complaint}; the disk is in {}", kept.display()))
    }

    async fn check(&self, disk: Disk<Note>) -> Result<(), String> {
        let store = RedbStore::with_backend(disk).map_err(|error| error.to_string())?;
        let found = store.scan("", None, usize::MAX).await.map_err(|error| error.to_string())?;
        let seen = found.iter().map(|stored| stored.version).max().unwrap_or(0).max(self.version);
        self.check_documents(&found)?;
        let after = Batch { expectations: Vec::new(), writes: vec![Write::Put("after".to_owned(), Vec::new())] };
        store.commit(after).await.map_err(|error| format!("writing after the crash: {error}"))?;
        let version = store.get("after").await.map_err(|error| error.to_string())?.map_or(0, |stored| stored.version);
        claim(version > seen, || format!("version {version} was given out after version {seen} was seen"))
    }

    fn check_documents(&self, found: &[Stored]) -> Result<(), String> {
        let found: BTreeMap<_, _> = found.iter().map(|stored| (stored.key.clone(), stored.value.to_vec())).collect();
        let number = |key: &str| -> usize {
            found.get(key).map_or(0, |value| String::from_utf8_lossy(value).parse().expect("a number was written"))
        };
        let mut expected = BTreeMap::new();
        let mut total = 0;
        for slot in 0..=SLOTS {
            let stamp = number(&stamp_key(slot));
            let least = self.acknowledged.get(&slot).copied().unwrap_or(0);
            let most = self.issued.get(&slot).copied().unwrap_or(0);
            claim((least..=most).contains(&stamp), || {
                format!("slot {slot} is at stamp {stamp}, while {least} was acknowledged and {most} asked for")
            })?;
            if stamp > 0 {
                expected.insert(stamp_key(slot), stamp.to_string().into_bytes());
                expected.extend(documents(slot, stamp));
            }
            total += stamp;
        }
        if total > 0 {
            expected.insert("total".to_owned(), total.to_string().into_bytes());
        }
        claim(found == expected, || {
            let wrong: Vec<_> =
                found.keys().chain(expected.keys()).filter(|key| found.get(*key) != expected.get(*key)).collect();
            format!("half-written: {wrong:?}")
        })
    }
}

fn claim(holds: bool, complaint: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(complaint()) }
}
