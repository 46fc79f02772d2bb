//! Tokens that were verified before, and by which keys. Verifying costs more than all else; what a token says is judged
//! anew for every request.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dashmap::DashMap;

use crate::domain::rules::enforce::Verified;
use crate::keys::Keyset;

use super::key_set::KeySet;

/// How many tokens are remembered; all are forgotten when more are met, which only costs time.
const MOST: usize = 10_000;
/// How many bytes of tokens are remembered; the same.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// What verified a token.
#[derive(Clone)]
pub(super) enum Keys {
    /// The keys of a pool here.
    Ours(Arc<Keyset>),
    /// The keys of somebody else.
    Theirs(Arc<KeySet>),
}

impl Keys {
    /// Whether these are the very same keys.
    pub(super) fn are(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Ours(one), Self::Ours(other)) => Arc::ptr_eq(one, other),
            (Self::Theirs(one), Self::Theirs(other)) => Arc::ptr_eq(one, other),
            (Self::Ours(_), Self::Theirs(_)) | (Self::Theirs(_), Self::Ours(_)) => false,
        }
    }
}

/// The tokens.
#[derive(Default)]
pub(super) struct Memory {
    tokens: DashMap<Arc<str>, (Arc<Verified>, Keys), foldhash::fast::RandomState>,
    bytes: AtomicUsize,
}

impl Memory {
    /// The token of this very text, and what verified it.
    pub(super) fn recall(&self, text: &str) -> Option<(Arc<Verified>, Keys)> {
        self.tokens.get(text).map(|known| (Arc::clone(&known.0), known.1.clone()))
    }

    pub(super) fn remember(&self, text: &str, verified: &Arc<Verified>, keys: Keys) {
        if self.tokens.len() >= MOST || self.bytes.load(Ordering::Relaxed) >= MOST_BYTES {
            self.tokens.clear();
            self.bytes.store(0, Ordering::Relaxed);
        }
        if self.tokens.insert(Arc::from(text), (Arc::clone(verified), keys)).is_none() {
            self.bytes.fetch_add(text.len(), Ordering::Relaxed);
        }
    }

    pub(super) fn forget(&self, text: &str) {
        if self.tokens.remove(text).is_some() {
            let less = |bytes: usize| Some(bytes.saturating_sub(text.len()));
            let _always_some = self.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        }
    }
}
