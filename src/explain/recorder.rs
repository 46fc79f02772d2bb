//! The last decisions, as many as fit into a number of bytes.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::id::RequestId;

use super::{Passage, Record};

/// One decision as it is kept.
#[derive(Debug)]
pub enum Kept {
    /// About a token.
    Token(Record),
    /// About a request to a gateway.
    Gateway(Passage),
}

/// Rings of records: when they are full, old ones make room. None goes while there is one that is more than twice as old.
///
/// Threads keep to rings of their own, as far as there are enough. What a thread made it frees itself then, mostly: to free
/// each other's would cost them more than all the rest of keeping.
#[derive(Clone)]
pub struct Recorder {
    limit: usize,
    rings: Arc<Rings>,
}

struct Rings {
    /// How many bytes all records have.
    bytes: AtomicUsize,
    /// How many records there have been.
    count: AtomicU64,
    /// The number of the oldest record, or a smaller one.
    oldest: AtomicU64,
    each: Vec<Mutex<Ring>>,
}

/// On cache lines that it shares with no other.
#[repr(align(128))]
#[derive(Default)]
struct Ring {
    entries: VecDeque<Entry>,
}

struct Entry {
    /// Its place in the order of all.
    number: u64,
    size: usize,
    kept: Arc<Kept>,
}

impl Kept {
    /// The record, if it is about a token.
    pub fn token(&self) -> Option<&Record> {
        match self {
            Self::Token(record) => Some(record),
            Self::Gateway(_) => None,
        }
    }

    /// The id that the answer carried.
    pub fn id(&self) -> &RequestId {
        match self {
            Self::Token(record) => &record.id,
            Self::Gateway(passage) => &passage.id,
        }
    }
}

impl Recorder {
    /// Room for this many bytes of records; 0 keeps none.
    pub fn new(limit: usize) -> Self {
        let each = (0..RINGS).map(|_| Mutex::default()).collect();
        let (bytes, count, oldest) = Default::default();
        Self { limit, rings: Arc::new(Rings { bytes, count, oldest, each }) }
    }

    /// Whether anything is kept: who has to make a record first need not, if not.
    pub fn keeps(&self) -> bool {
        self.limit > 0
    }

    /// Keeps the record about a token, unless it alone would not fit.
    pub fn record(&self, record: Record) {
        if self.keeps() {
            self.keep(record.size(), Kept::Token(record));
        }
    }

    /// Keeps the record about a request to a gateway, unless it alone would not fit.
    pub fn pass(&self, passage: Passage) {
        if self.keeps() {
            self.keep(passage.size(), Kept::Gateway(passage));
        }
    }

    fn keep(&self, size: usize, kept: Kept) {
        if size > self.limit {
            return;
        }
        let rings = &self.rings;
        let (number, own) = (rings.count.fetch_add(1, Ordering::Relaxed), OWN.with(|own| *own));
        if let Some(ring) = rings.each.get(own) {
            lock(ring).entries.push_back(Entry { number, size, kept: Arc::new(kept) });
        }
        let mut bytes = rings.bytes.fetch_add(size, Ordering::Relaxed) + size;
        while bytes > self.limit {
            // Freed outside of the lock, so that nobody waits for it.
            let Some(gone) = rings.pop(own, number) else { return };
            bytes = rings.bytes.fetch_sub(gone.size, Ordering::Relaxed) - gone.size;
        }
    }

    /// The record of this request.
    pub fn find(&self, id: &str) -> Option<Arc<Kept>> {
        let found = |ring: &Mutex<Ring>| {
            let ring = lock(ring);
            ring.entries.iter().rev().find(|entry| entry.kept.id().as_str() == id).map(|entry| Arc::clone(&entry.kept))
        };
        self.rings.each.iter().find_map(found)
    }

    /// The last records, newest first.
    pub fn latest(&self, count: usize) -> Vec<Arc<Kept>> {
        let mut latest = Vec::new();
        for ring in &self.rings.each {
            let ring = lock(ring);
            latest.extend(ring.entries.iter().rev().take(count).map(|entry| (entry.number, Arc::clone(&entry.kept))));
        }
        latest.sort_unstable_by_key(|(number, _)| Reverse(*number));
        latest.into_iter().take(count).map(|(_, kept)| kept).collect()
    }
}

impl Rings {
    /// Takes out the oldest record of a thread's own ring, if it is at least half as old as the oldest of all, and else
    /// that one. This is the number of the newest.
    fn pop(&self, own: usize, newest: u64) -> Option<Entry> {
        let age = |number: u64| newest.saturating_sub(number);
        let own = || {
            let half = age(self.oldest.load(Ordering::Relaxed)) / 2;
            let mut ring = lock(self.each.get(own)?);
            let is_old = ring.first().is_some_and(|number| age(number) >= half);
            is_old.then(|| ring.entries.pop_front())?
        };
        own().or_else(|| {
            let firsts = self.each.iter().filter_map(|ring| Some((lock(ring).first()?, ring)));
            let (oldest, ring) = firsts.min_by_key(|(first, _)| *first)?;
            self.oldest.store(oldest, Ordering::Relaxed);
            own().or_else(|| lock(ring).entries.pop_front())
        })
    }
}

impl Ring {
    /// The number of the oldest record.
    fn first(&self) -> Option<u64> {
        self.entries.front().map(|entry| entry.number)
    }
}

/// How many rings there are.
const RINGS: usize = 16;

/// How many threads have taken a ring.
static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// The ring of this thread.
    static OWN: usize = THREADS.fetch_add(1, Ordering::Relaxed) % RINGS;
}

fn lock(ring: &Mutex<Ring>) -> MutexGuard<'_, Ring> {
    ring.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::ops::Range;
    use std::sync::mpsc;
    use std::thread;

    use proptest::collection::vec;
    use proptest::{prop_assert, prop_assert_eq, proptest};

    use super::*;
    use crate::domain::time::Timestamp;
    use crate::domain::trace::Trace;
    use crate::explain::Answer;

    fn record(id: &str) -> Record {
        Record {
            id: RequestId::from(id),
            at: Timestamp::from_millis(0),
            grant_type: None,
            client: None,
            pool: None,
            answer: Answer::Refused { status: 400, error: Some("invalid_client"), description: None },
            trace: Trace::new(),
        }
    }

    #[test]
    fn the_oldest_records_make_room() {
        let recorder = Recorder::new(3 * record("a").size());
        for id in ["a", "b", "c", "d"] {
            recorder.record(record(id));
        }
        let ids: Vec<_> = recorder.latest(10).iter().map(|record| record.id().to_string()).collect();
        assert_eq!(ids, ["d", "c", "b"]);
        assert!(recorder.find("a").is_none() && recorder.find("b").is_some());
    }

    fn name(id: u32) -> String {
        format!("{id:04}")
    }

    proptest! {
        #[test]
        fn no_record_goes_while_there_is_one_more_than_twice_as_old(turns in vec((0..3_usize, 1..40_u32), 1..12)) {
            let recorder = Recorder::new(50 * record("1000").size());
            let last: u32 = thread::scope(|scope| {
                // Each turn is over before the next begins.
                let threads = [(); 3].map(|()| {
                    let ((turn, turns), (done, over)) = (mpsc::channel::<Range<u32>>(), mpsc::channel());
                    let recorder = recorder.clone();
                    scope.spawn(move || {
                        for ids in turns {
                            ids.for_each(|id| recorder.record(record(&name(id))));
                            done.send(()).unwrap();
                        }
                    });
                    (turn, over)
                });
                let mut next = 0;
                for (thread, count) in turns {
                    threads[thread].0.send(next..next + count).unwrap();
                    threads[thread].1.recv().unwrap();
                    next += count;
                }
                next
            });
            let kept: Vec<u32> = recorder.latest(1_000).iter().map(|kept| kept.id().as_str().parse().unwrap()).collect();
            prop_assert!(kept.is_sorted_by(|one, next| one > next), "{:?}", kept);
            prop_assert_eq!(kept.len(), usize::try_from(last.min(50)).unwrap());
            let (oldest, gone) = (last - kept.last().unwrap(), (0..last).filter(|id| !kept.contains(id)));
            for gone in gone {
                prop_assert!(2 * (last - gone) >= oldest, "{} is gone and {:?} are kept", gone, kept);
                prop_assert!(recorder.find(&name(gone)).is_none());
            }
            for there in &kept {
                prop_assert!(recorder.find(&name(*there)).is_some());
            }
        }
    }

    #[test]
    fn a_limit_of_zero_keeps_nothing() {
        let recorder = Recorder::new(0);
        recorder.record(record("a"));
        assert!(recorder.latest(10).is_empty() && !recorder.keeps());
    }
}
