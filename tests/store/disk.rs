//! A disk in memory that remembers everything it was told, so that any moment of its past can lose power.

use std::io::{Error, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard};

use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand::{RngExt as _, SeedableRng as _};
use redb::StorageBackend;

/// What happened to the disk, or to those who wait for it, in order.
#[derive(Debug, Clone)]
pub(crate) enum Event<N> {
    Write { offset: u64, data: Vec<u8> },
    SetLen(u64),
    Sync,
    Note(N),
}

/// The disk as its user sees it, with its history.
#[derive(Debug)]
pub(crate) struct Disk<N>(Arc<Mutex<State<N>>>);

#[derive(Debug)]
struct State<N> {
    contents: Vec<u8>,
    events: Vec<Event<N>>,
    failing: bool,
}

impl<N> Clone for Disk<N> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<N> Disk<N> {
    pub(crate) fn holding(contents: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(State { contents, events: Vec::new(), failing: false })))
    }

    fn state(&self) -> MutexGuard<'_, State<N>> {
        self.0.lock().expect("nothing panics while holding the lock")
    }

    /// Puts what somebody learned between what the disk was told before and after.
    pub(crate) fn note(&self, note: N) {
        self.state().events.push(Event::Note(note));
    }

    pub(crate) fn take_events(&self) -> Vec<Event<N>> {
        std::mem::take(&mut self.state().events)
    }

    pub(crate) fn syncs(&self) -> usize {
        self.state().events.iter().filter(|event| matches!(event, Event::Sync)).count()
    }

    /// From now on nothing is written any more, and whoever tries is told so.
    pub(crate) fn fail(&self) {
        self.state().failing = true;
    }

    fn record(&self, event: Event<N>, change: impl FnOnce(&mut Vec<u8>)) -> Result<(), Error> {
        let mut state = self.state();
        if state.failing {
            return Err(Error::new(ErrorKind::StorageFull, "no space left on device"));
        }
        change(&mut state.contents);
        state.events.push(event);
        Ok(())
    }
}

impl<N: std::fmt::Debug + Send + Sync + 'static> StorageBackend for Disk<N> {
    fn len(&self) -> Result<u64, Error> {
        Ok(self.state().contents.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), Error> {
        let (state, start) = (self.state(), position(offset));
        let found = state.contents.get(start..start + out.len()).ok_or(ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(found);
        Ok(())
    }

    fn set_len(&self, len: u64) -> Result<(), Error> {
        self.record(Event::SetLen(len), |contents| contents.resize(position(len), 0))
    }

    fn sync_data(&self) -> Result<(), Error> {
        self.record(Event::Sync, |_| ())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), Error> {
        self.record(Event::Write { offset, data: data.to_vec() }, |contents| write_at(contents, position(offset), data))
    }
}

/// What is on the disk for certain, and what it was told since the last sync.
#[derive(Debug, Default)]
pub(crate) struct Platter {
    durable: Vec<u8>,
    unsynced: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    SetLen(usize),
}

const SECTOR: usize = 512;

impl Platter {
    pub(crate) fn take_in<N>(&mut self, event: &Event<N>) {
        match event {
            Event::Write { offset, data } => self.unsynced.push(Change::Write(position(*offset), data.clone())),
            Event::SetLen(len) => self.unsynced.push(Change::SetLen(position(*len))),
            Event::Sync => self.unsynced.drain(..).for_each(|change| change.apply(&mut self.durable)),
            Event::Note(_) => {}
        }
    }

    pub(crate) fn unsynced(&self) -> usize {
        self.unsynced.len()
    }

    /// What may be found when the power comes back: of the unsynced changes some, in any order, some of them torn.
    pub(crate) fn crash(&self, seed: u64) -> Vec<u8> {
        let mut random = StdRng::seed_from_u64(seed);
        // From a disk that wrote nothing by itself to one that was almost done.
        let mut one_of = |chances: &[f64]| *chances.choose(&mut random).expect("there are some");
        let (kept, torn) = (one_of(&[0.0, 0.1, 0.5, 0.9, 1.0]), one_of(&[0.0, 0.5, 1.0]));
        let mut surviving = Vec::new();
        for change in &self.unsynced {
            match change {
                Change::Write(offset, data) if random.random_bool(torn) => {
                    surviving.extend(tear(*offset, data, kept, &mut random));
                }
                whole if random.random_bool(kept) => surviving.push(whole.clone()),
                _ => {}
            }
        }
        if random.random_bool(0.7) {
            surviving.shuffle(&mut random);
        }
        let mut image = self.durable.clone();
        for change in surviving {
            change.apply(&mut image);
        }
        image
    }
}

impl Change {
    fn apply(self, contents: &mut Vec<u8>) {
        match self {
            Self::Write(offset, data) => write_at(contents, offset, &data),
            Self::SetLen(len) => contents.resize(len, 0),
        }
    }
}

/// The sectors of one write that made it: the first few, or any.
fn tear(offset: usize, data: &[u8], kept: f64, random: &mut StdRng) -> Vec<Change> {
    let (mut pieces, mut start, mut rest) = (Vec::new(), offset, data);
    while let Some((piece, after)) = rest.split_at_checked(rest.len().min(SECTOR - start % SECTOR))
        && !piece.is_empty()
    {
        pieces.push(Change::Write(start, piece.to_vec()));
        (start, rest) = (start + piece.len(), after);
    }
    if random.random_bool(0.5) {
        pieces.truncate(random.random_range(0..=pieces.len()));
    } else {
        pieces.retain(|_| random.random_bool(kept));
    }
    pieces
}

fn write_at(contents: &mut Vec<u8>, offset: usize, data: &[u8]) {
    let end = offset + data.len();
    if contents.len() < end {
        contents.resize(end, 0);
    }
    contents.get_mut(offset..end).expect("it was just made long enough").copy_from_slice(data);
}

fn position(offset: u64) -> usize {
    usize::try_from(offset).expect("the disk is small")
}
