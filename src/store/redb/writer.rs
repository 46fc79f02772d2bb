//! The one thread that writes: batches that wait together share a transaction and its syncs.

use std::ops::Bound;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use ::redb::{Database, Error, ReadableTable as _, StorageError, Table as RedbTable};
use tokio::sync::oneshot;

use super::snapshot::Snapshot;
use super::{DOCUMENTS, META, META_VERSION, unavailable};
use crate::store::apply::{Table, apply};
use crate::store::{Batch, StoreError};

type Answer = Result<(), StoreError>;

/// A batch, and who waits for its outcome.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) batch: Batch,
    pub(super) reply: oneshot::Sender<Answer>,
}

/// Bounds how much one transaction holds in memory, and how long its first batch waits for the others.
const MAX_GROUP: usize = 1_024;

/// How long a transaction is held open for company: a transaction costs as much processor time as a dozen batches in it,
/// and on a quick disk it would otherwise be over before the next batch comes.
const COMPANY: Duration = Duration::from_millis(12);
/// How often it is looked who came meanwhile, and after how long without a further batch nobody is expected any more.
const LOOK: Duration = Duration::from_millis(2);

/// Writes until nobody can send any more.
pub(super) fn run(database: &Database, snapshot: &Snapshot, mut last: u64, queue: &Receiver<Job>) {
    let mut crowded = false;
    while let Ok(first) = queue.recv() {
        let jobs = gather(first, queue, crowded);
        // Who writes alone, one thing after the other, never waits.
        crowded = jobs.len() > 1;
        let (batches, replies): (Vec<_>, Vec<_>) = jobs.into_iter().map(|job| (job.batch, job.reply)).unzip();
        let answers = write_group(database, snapshot, &mut last, batches)
            .unwrap_or_else(|error| vec![Err(unavailable(&error)); replies.len()]);
        // INVARIANT: nobody is told before the transaction is on the disk, refusals included: what refused them is in it.
        for (reply, answer) in replies.into_iter().zip(answers) {
            // Who dropped the future does not want to know.
            let _ = reply.send(answer);
        }
    }
}

/// What goes into one transaction: what came in during the last sync, and in a crowd who comes just after.
fn gather(first: Job, queue: &Receiver<Job>, crowded: bool) -> Vec<Job> {
    let mut jobs = vec![first];
    jobs.extend(queue.try_iter().take(MAX_GROUP - 1));
    let begun = Instant::now();
    let mut expected = crowded;
    while expected && jobs.len() < MAX_GROUP && begun.elapsed() < COMPANY {
        // Who waits for each of them is woken by each of them.
        std::thread::sleep(LOOK);
        let before = jobs.len();
        jobs.extend(queue.try_iter().take(MAX_GROUP - before));
        expected = jobs.len() > before;
    }
    jobs
}

/// Applies the batches in order, each judged against what the earlier ones leave, in one transaction.
///
/// A failure leaves `last` where it is: a version that may have reached the disk is not given out again.
fn write_group(
    database: &Database,
    snapshot: &Snapshot,
    last: &mut u64,
    batches: Vec<Batch>,
) -> Result<Vec<Answer>, Error> {
    let transaction = database.begin_write()?;
    let (answers, changed) = {
        let mut documents = Documents { table: transaction.open_table(DOCUMENTS)?, changed: false };
        (judge(&mut documents, last, batches)?, documents.changed)
    };
    if changed {
        transaction.open_table(META)?.insert(META_VERSION, *last)?;
        transaction.commit()?;
        snapshot.renew(database)?;
    } else {
        transaction.abort()?;
    }
    Ok(answers)
}

fn judge(documents: &mut Documents<'_>, last: &mut u64, batches: Vec<Batch>) -> Result<Vec<Answer>, StorageError> {
    let answer = |batch| match apply(documents, last, batch) {
        Ok(()) => Ok(Ok(())),
        Err(Stop::Refused(error)) => Ok(Err(error)),
        Err(Stop::Broken(error)) => Err(error),
    };
    batches.into_iter().map(answer).collect()
}

/// The documents inside the writer's transaction.
struct Documents<'a> {
    table: RedbTable<'a, &'static str, (u64, &'static [u8])>,
    changed: bool,
}

/// Why a batch went no further.
enum Stop {
    /// This batch is refused, and has changed nothing; the others go on.
    Refused(StoreError),
    /// The file failed, and with it the whole transaction.
    Broken(StorageError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Refused(error)
    }
}

impl From<StorageError> for Stop {
    fn from(error: StorageError) -> Self {
        Self::Broken(error)
    }
}

impl Table for Documents<'_> {
    type Error = Stop;

    fn version(&self, key: &str) -> Result<Option<u64>, Stop> {
        Ok(self.table.get(key)?.map(|found| found.value().0))
    }

    fn value(&self, key: &str) -> Result<Option<Vec<u8>>, Stop> {
        Ok(self.table.get(key)?.map(|found| found.value().1.to_vec()))
    }

    fn put(&mut self, key: String, version: u64, value: Vec<u8>) -> Result<(), Stop> {
        self.table.insert(key.as_str(), (version, value.as_slice()))?;
        self.changed = true;
        Ok(())
    }

    fn delete(&mut self, key: &str) -> Result<(), Stop> {
        self.changed |= self.table.remove(key)?.is_some();
        Ok(())
    }

    fn delete_prefix(&mut self, prefix: &str) -> Result<(), Stop> {
        let mut changed = false;
        let end = after_prefix(prefix);
        let end = end.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        self.table.retain_in::<&str, _>((Bound::Included(prefix), end), |_, _| {
            changed = true;
            false
        })?;
        self.changed |= changed;
        Ok(())
    }
}

/// The least string above all that start with `prefix`; none if there is no such string.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        // Code points and their UTF-8 bytes have the same order; the range steps over the surrogates.
        if let Some(next) = (last..=char::MAX).nth(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::after_prefix;

    #[test]
    fn a_prefix_ends_where_its_last_character_grows() {
        let ends = ["", "a", "pool/", "z\u{d7ff}", "z\u{10ffff}", "\u{10ffff}"].map(after_prefix);
        let expected = [None, Some("b"), Some("pool0"), Some("z\u{e000}"), Some("{"), None];
        assert_eq!(ends.each_ref().map(Option::as_deref), expected);
    }
}
