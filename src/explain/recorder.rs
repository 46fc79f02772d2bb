//! The last decisions, as many as fit into a number of bytes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Record;

/// A ring of records: when it is full, the oldest make room.
#[derive(Clone)]
pub struct Recorder {
    limit: usize,
    ring: Arc<Mutex<Ring>>,
}

#[derive(Default)]
struct Ring {
    bytes: usize,
    records: VecDeque<(usize, Arc<Record>)>,
}

impl Recorder {
    /// Room for this many bytes of records; 0 keeps none.
    pub fn new(limit: usize) -> Self {
        Self { limit, ring: Arc::new(Mutex::new(Ring::default())) }
    }

    /// Keeps the record, unless it alone would not fit.
    pub fn record(&self, record: Record) {
        if self.limit == 0 {
            return;
        }
        let size = record.size();
        if size > self.limit {
            return;
        }
        let mut dropped = Vec::new();
        let mut ring = self.lock();
        ring.bytes += size;
        ring.records.push_back((size, Arc::new(record)));
        while ring.bytes > self.limit {
            let Some((size, oldest)) = ring.records.pop_front() else { break };
            ring.bytes -= size;
            dropped.push(oldest);
        }
        // Freed after the lock, so that nobody waits for it.
        drop(ring);
    }

    /// The record of this request.
    pub fn find(&self, id: &str) -> Option<Arc<Record>> {
        let ring = self.lock();
        ring.records.iter().rev().find(|(_, record)| record.id.as_str() == id).map(|(_, record)| Arc::clone(record))
    }

    /// The last records, newest first.
    pub fn latest(&self, count: usize) -> Vec<Arc<Record>> {
        self.lock().records.iter().rev().take(count).map(|(_, record)| Arc::clone(record)).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::RequestId;
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
        let ids: Vec<_> = recorder.latest(10).iter().map(|record| record.id.to_string()).collect();
        assert_eq!(ids, ["d", "c", "b"]);
        assert!(recorder.find("a").is_none() && recorder.find("b").is_some());
    }

    #[test]
    fn a_limit_of_zero_keeps_nothing() {
        let recorder = Recorder::new(0);
        recorder.record(record("a"));
        assert_eq!(recorder.latest(10), []);
    }
}
