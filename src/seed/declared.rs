//! What is to be done about one declared thing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::store::StoreError;
use crate::store::documents::Key;
use crate::store::transaction::Transaction;

use super::Place;

/// What is to be done about a declared thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// It is absent.
    Create,
    /// It was declared differently before.
    Update,
    /// It is declared as before.
    Nothing,
    /// It was made by the API.
    LeaveAlone,
}

/// A declared thing: what it is called in reports, where its digest is kept, and the digest.
pub(super) struct Declared {
    what: String,
    at: Key<String>,
    digest: String,
}

impl Declared {
    pub(super) fn new<D: Serialize>(what: String, at: Key<String>, declaration: &D) -> Self {
        Self { what, at, digest: digest(declaration) }
    }

    /// Whether the thing, which exists, was declared differently when its declaration was last applied.
    pub(super) async fn was_changed(&self, tx: &mut Transaction<'_>) -> Result<bool, StoreError> {
        Ok(tx.get(&self.at).await?.is_some_and(|before| before != self.digest))
    }
}

impl Place<'_, '_> {
    /// Compares a declaration with the one that was last applied, and reports what is to be done.
    pub(super) async fn need(&mut self, declared: &Declared, exists: bool) -> Result<Need, StoreError> {
        let need = match self.tx.get(&declared.at).await? {
            _ if !exists => Need::Create,
            None => Need::LeaveAlone,
            Some(before) if before == declared.digest => Need::Nothing,
            Some(_) => Need::Update,
        };
        self.report(declared, need);
        Ok(need)
    }

    /// Reports what is to be done about a thing.
    pub(super) fn report(&mut self, declared: &Declared, need: Need) {
        let what = &declared.what;
        match need {
            Need::Create => self.report.created.push(what.clone()),
            Need::Update => self.report.updated.push(what.clone()),
            Need::Nothing => self.report.unchanged += 1,
            Need::LeaveAlone => self.report.left_alone.push(what.clone()),
        }
    }

    /// Notes that the thing is now as it is declared.
    pub(super) fn applied(&mut self, declared: &Declared) -> Result<(), StoreError> {
        self.tx.put(&declared.at, &declared.digest)
    }
}

fn digest<D: Serialize>(declared: &D) -> String {
    let bytes = serde_json::to_vec(declared).expect("invariant: declarations came from text and can be written");
    STANDARD.encode(Sha256::digest(bytes))
}
