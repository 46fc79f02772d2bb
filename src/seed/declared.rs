//! What is to be done about one declared thing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::store::StoreError;
use crate::store::documents::Key;
use crate::store::transaction::Transaction;

use super::Place;

/// Between a digest and the mark of a password.
const SEPARATOR: char = ' ';

/// The mark of the password in what is kept of a declaration.
pub(super) fn mark_in(kept: &str) -> Option<&str> {
    kept.split_once(SEPARATOR).map(|(_, mark)| mark)
}

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

    /// The same, with what shows which password was declared.
    pub(super) fn marked(self, mark: Option<&str>) -> Self {
        let digest = mark.map_or(self.digest.clone(), |mark| format!("{}{SEPARATOR}{mark}", self.digest));
        Self { digest, ..self }
    }

    /// What is kept of the declaration that was last applied.
    pub(super) async fn before(&self, tx: &mut Transaction<'_>) -> Result<Option<String>, StoreError> {
        tx.get(&self.at).await
    }

    /// Whether this is what is kept of it.
    pub(super) fn is_kept_as(&self, before: &str) -> bool {
        self.digest == before
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
