//! The last decisions, as many as fit into a number of bytes.

use std::collections::VecDeque;
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

/// A ring of records: when it is full, the oldest make room.
#[derive(Clone)]
pub struct Recorder {
    limit: usize,
    ring: Arc<Mutex<Ring>>,
}

#[derive(Default)]
struct Ring {
    bytes: usize,
    records: VecDeque<(usize, Arc<Kept>)>,
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
        Self { limit, ring: Arc::new(Mutex::new(Ring::default())) }
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
        let (kept, mut dropped) = (Arc::new(kept), Vec::new());
        let mut ring = self.lock();
        ring.bytes += size;
        ring.records.push_back((size, kept));
        while ring.bytes > self.limit {
            let Some((size, oldest)) = ring.records.pop_front() else { break };
            ring.bytes -= size;
            dropped.push(oldest);
        }
        // Freed after the lock, so that nobody waits for it.
        drop(ring);
    }

    /// The record of this request.
    pub fn find(&self, id: &str) -> Option<Arc<Kept>> {
        let ring = self.lock();
        ring.records.iter().rev().find(|(_, kept)| kept.id().as_str() == id).map(|(_, kept)| Arc::clone(kept))
    }

    /// The last records, newest first.
    pub fn latest(&self, count: usize) -> Vec<Arc<Kept>> {
        self.lock().records.iter().rev().take(count).map(|(_, record)| Arc::clone(record)).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn a_limit_of_zero_keeps_nothing() {
        let recorder = Recorder::new(0);
        recorder.record(record("a"));
        assert!(recorder.latest(10).is_empty() && !recorder.keeps());
    }
}
