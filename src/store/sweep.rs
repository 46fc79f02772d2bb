//! Deleting what is over, in small steps between the commits that make more of it.
//!
//! INVARIANT: a document under `brief/` is deleted only if its `expires` has passed and nobody has written it since that
//! was read. Whoever reads one that is over must not need it, so when it goes is nobody's concern.
//!
//! Every few commits that write such documents earn one step over a few more of them than they can have written, so that
//! what is over stays a small part of what is kept, however many sign-ins there are. A step that finds nothing writes
//! nothing. Where the last one ended is remembered by the process only, and a process begins where it first writes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Deserialize;

use crate::domain::time::Timestamp;

use super::documents::ALL_BRIEF;
use super::{Batch, Expect, Store, StoreError, Stored, Write};

/// How many commits that write documents with an end earn a step.
const EVERY: usize = 8;
/// How many documents a step looks at.
const STEP: usize = 64;
/// How many steps are made as one when commits come faster than steps: they all wait for the same disk.
const MOST: usize = 8;

/// What time it is.
pub(super) type Now = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// Where the sweeping of one store has got to.
pub(super) struct Sweeper {
    now: Now,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Commits that have not earned a step yet, or whose steps have not been made.
    commits: usize,
    /// Whether somebody makes steps.
    running: bool,
    /// After which key the next step begins; empty for the beginning, and `None` before the first commit.
    after: Option<String>,
}

/// Of a document with an end, just that.
#[derive(Deserialize)]
struct End {
    expires: Timestamp,
}

impl Sweeper {
    pub(super) fn new(now: Now) -> Self {
        Self { now, state: Mutex::default() }
    }

    /// The key of a document with an end that this batch writes, if it writes any: what [`Self::written`] asks for.
    pub(super) fn brief_in(batch: &Batch) -> Option<String> {
        batch.writes.iter().find_map(|write| match write {
            Write::Put(key, _) if key.starts_with(ALL_BRIEF) => Some(key.clone()),
            Write::Put(..) | Write::Delete(_) | Write::DeletePrefix(_) | Write::Add(..) => None,
        })
    }

    /// Counts a commit that wrote this document; a step that it earns is made in a task of its own.
    pub(super) fn written(self: &Arc<Self>, key: String, store: &Arc<dyn Store>) {
        let mut state = self.state();
        state.commits += 1;
        state.after.get_or_insert(key);
        if state.running || state.commits < EVERY {
            return;
        }
        state.running = true;
        let turn = Turn(Arc::clone(self));
        let store = Arc::clone(store);
        tokio::spawn(async move { turn.sweep(&*store).await });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever holds this makes the steps; nobody else does until it is dropped, also with a task that is cut off.
struct Turn(Arc<Sweeper>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.state().running = false;
    }
}

impl Turn {
    /// Makes the steps that were earned, also those that are earned meanwhile.
    async fn sweep(self, store: &dyn Store) {
        while let Some((after, limit)) = self.next() {
            match step(store, &after, limit, (self.0.now)()).await {
                Ok(end) => self.0.state().after = Some(end),
                Err(error) => {
                    // What could not be deleted now is met again; until then its steps are not made up for.
                    tracing::warn!(%error, "documents that are over could not be swept away");
                    self.0.state().commits = 0;
                }
            }
        }
    }

    /// Where the next step begins and how many documents it looks at, if one was earned.
    fn next(&self) -> Option<(String, usize)> {
        let mut state = self.0.state();
        let earned = (state.commits / EVERY).min(MOST);
        state.commits -= earned * EVERY;
        (earned > 0).then(|| (state.after.clone().unwrap_or_default(), earned * STEP))
    }
}

/// Looks at the next few documents, deletes those that are over, and answers where it ended: nowhere after the last one.
async fn step(store: &dyn Store, after: &str, limit: usize, now: Timestamp) -> Result<String, StoreError> {
    let found = store.scan(ALL_BRIEF, Some(after), limit).await?;
    let over: Vec<&Stored> = found.iter().filter(|stored| is_over(stored, now)).collect();
    if !over.is_empty() {
        let unchanged = over.iter().map(|stored| (stored.key.clone(), Expect::At(stored.version)));
        let gone = over.iter().map(|stored| Write::Delete(stored.key.clone()));
        let batch = Batch { expectations: unchanged.collect(), writes: gone.collect() };
        match store.commit(batch).await {
            // One of them was changed in between: it wins, and the others are met again.
            Ok(()) | Err(StoreError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    let last = found.last().filter(|_| found.len() == limit);
    Ok(last.map(|stored| stored.key.clone()).unwrap_or_default())
}

/// A document that cannot be read is left for whoever needs it to complain about.
fn is_over(stored: &Stored, now: Timestamp) -> bool {
    serde_json::from_slice::<End>(&stored.value).is_ok_and(|end| end.expires <= now)
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;
    use crate::store::memory::MemoryStore;

    fn key(id: usize) -> String {
        format!("{ALL_BRIEF}pool/code/{id:05}")
    }

    fn brief(id: usize, expires: i64) -> Write {
        Write::Put(key(id), format!(r#"{{"expires":{expires},"value":{{}}}}"#).into_bytes())
    }

    async fn write(store: &dyn Store, writes: Vec<Write>) {
        store.commit(Batch { expectations: Vec::new(), writes }).await.unwrap();
    }

    async fn ids(store: &dyn Store) -> Vec<String> {
        let found = store.scan("", None, usize::MAX).await.unwrap();
        found.into_iter().map(|stored| stored.key).collect()
    }

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    #[tokio::test]
    async fn a_step_deletes_exactly_what_is_over() {
        let store = MemoryStore::new();
        let unreadable = Write::Put(key(3), b"{}".to_vec());
        let outside = Write::Put("in/pool/user/a".to_owned(), br#"{"expires":1}"#.to_vec());
        write(&store, vec![brief(0, 999), brief(1, 1_000), brief(2, 1_001), unreadable, outside]).await;
        assert_eq!(step(&store, "", STEP, NOW).await.unwrap(), "");
        assert_eq!(ids(&store).await, [&key(2), &key(3), "in/pool/user/a"]);
    }

    #[tokio::test]
    async fn steps_go_on_where_the_last_one_ended_and_begin_anew() {
        let store = MemoryStore::new();
        write(&store, (0..=STEP).map(|id| brief(id, 2_000)).collect()).await;
        let end = step(&store, "", STEP, NOW).await.unwrap();
        assert_eq!(end, key(STEP - 1));
        assert_eq!(step(&store, &end, STEP, NOW).await.unwrap(), "");
    }

    /// Writes a document anew after it was scanned and before anything else is committed.
    struct Racing(MemoryStore);

    #[async_trait]
    impl Store for Racing {
        async fn get(&self, key: &str) -> Result<Option<Stored>, StoreError> {
            self.0.get(key).await
        }

        async fn scan(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<Stored>, StoreError> {
            let found = self.0.scan(prefix, after, limit).await?;
            write(&self.0, vec![brief(1, 5_000)]).await;
            Ok(found)
        }

        async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
            self.0.commit(batch).await
        }
    }

    #[tokio::test]
    async fn a_change_in_between_wins() {
        let store = Racing(MemoryStore::new());
        write(&store, vec![brief(0, 1), brief(1, 1)]).await;
        assert_eq!(step(&store, "", STEP, NOW).await.unwrap(), "");
        assert_eq!(ids(&store.0).await, [key(0), key(1)]);
        // The next one finds it alive, and deletes the other.
        step(&store, "", STEP, NOW).await.unwrap();
        assert_eq!(ids(&store.0).await, [key(1)]);
    }
}
