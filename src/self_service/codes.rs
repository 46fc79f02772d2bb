//! One-time codes: six digits that prove an address, once, until their end.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::domain::account::{CodePurpose, Confirmation, Contact};
use crate::domain::id::{Subject, UserPoolId};
use crate::domain::secret::Secret;
use crate::domain::sign_in::Brief;
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::effects::{Effects, random};
use crate::store::transaction::Transaction;
use crate::store::{StoreError, documents};

/// How many digits a code has.
pub const DIGITS: usize = 6;
/// How many digits a one-time password by e-mail has.
pub const EMAIL_OTP_DIGITS: usize = 8;

/// How many wrong codes end a code. The hourly caps slow guessing down; this ends it.
const MOST_FAILURES: u32 = 100;

/// What became of a code that was presented.
#[derive(Clone)]
pub enum Checked {
    /// It is the right one.
    Right(Confirmation),
    /// Another one is waited for.
    Mismatch,
    /// None is waited for, or its end has come.
    Expired,
}

/// The digest by which documents are named whose names are secret or of any length.
pub(super) fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // The length in front keeps `a`, `bc` apart from `ab`, `c`.
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

fn key_of(purpose: CodePurpose, sub: &Subject) -> String {
    digest(&[purpose.name(), sub.as_str()])
}

/// A code of so many digits.
pub fn new(effects: &Effects, count: usize) -> Secret {
    random::digits(&*effects.random, count)
}

/// Waits for this code from now on, and no longer for an earlier one of the same purpose.
pub fn expect(
    tx: &mut Transaction<'_>,
    pool: &UserPoolId,
    confirmation: Confirmation,
    now: Timestamp,
) -> Result<(), StoreError> {
    let expires = Timestamp::from_millis(now.millis() + confirmation.purpose.lifetime_millis());
    let key = documents::confirmation(pool, &key_of(confirmation.purpose, &confirmation.sub));
    tx.put(&key, &Brief { expires, value: confirmation })
}

/// A code for a user, sent to this contact.
pub fn for_user(user: &User, purpose: CodePurpose, contact: Contact, code: Secret) -> Confirmation {
    Confirmation { purpose, sub: user.sub.clone(), contact, code, failures: 0 }
}

/// Compares the code with the one that is waited for, and counts a wrong one. The right one is spent by [`forget`]. The
/// transaction must be committed in every case.
pub async fn check(
    tx: &mut Transaction<'_>,
    pool: &UserPoolId,
    (purpose, sub): (CodePurpose, &Subject),
    presented: &str,
    now: Timestamp,
) -> Result<Checked, StoreError> {
    let key = documents::confirmation(pool, &key_of(purpose, sub));
    let Some(brief) = tx.get(&key).await? else { return Ok(Checked::Expired) };
    let expires = brief.expires;
    let Some(mut confirmation) = brief.alive(now) else { return Ok(Checked::Expired) };
    if confirmation.code.matches(presented.as_bytes()) {
        return Ok(Checked::Right(confirmation));
    }
    confirmation.failures += 1;
    if confirmation.failures >= MOST_FAILURES {
        tx.delete(&key);
    } else {
        tx.put(&key, &Brief { expires, value: confirmation })?;
    }
    Ok(Checked::Mismatch)
}

/// Waits for no code of this purpose any longer.
pub fn forget(tx: &mut Transaction<'_>, pool: &UserPoolId, purpose: CodePurpose, sub: &Subject) {
    tx.delete(&documents::confirmation(pool, &key_of(purpose, sub)));
}
