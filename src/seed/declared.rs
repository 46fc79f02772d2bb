//! What is to be done about one declared thing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::store::StoreError;
use crate::store::documents;

use super::Place;

/// What is to be done about a declared thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// It is absent.
    Create,
    /// It was declared differently before.
    Update,
    /// It is declared as before, or was made by the API.
    Nothing,
}

impl Place<'_, '_> {
    /// Compares a declaration with the one that was last applied, and notes it and what is to be done.
    pub(super) async fn need<D: Serialize>(
        &mut self,
        what: &str,
        declared: &D,
        exists: bool,
    ) -> Result<Need, StoreError> {
        let key = documents::declaration(what);
        let digest = digest(declared);
        let before = self.tx.get(&key).await?;
        let need = match before {
            _ if !exists => Need::Create,
            None => {
                self.report.left_alone.push(what.to_owned());
                return Ok(Need::Nothing);
            }
            Some(before) if before == digest => Need::Nothing,
            Some(_) => Need::Update,
        };
        match need {
            Need::Create => self.report.created.push(what.to_owned()),
            Need::Update => self.report.updated.push(what.to_owned()),
            Need::Nothing => self.report.unchanged += 1,
        }
        if need != Need::Nothing {
            self.tx.put(&key, &digest)?;
        }
        Ok(need)
    }
}

fn digest<D: Serialize>(declared: &D) -> String {
    let bytes = serde_json::to_vec(declared).expect("invariant: declarations came from text and can be written");
    STANDARD.encode(Sha256::digest(bytes))
}
