//! Attempts are counted under the name they are made with, whether or not a user has it.
//!
//! Wrong passwords lock a name for longer each time; everything else has a cap per hour.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html>

use crate::domain::account::{AttemptKind, Attempts};
use crate::domain::id::{UserKey, UserPoolId};
use crate::domain::pool::UserPool;
use crate::domain::sign_in::Brief;
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::registry::users;
use crate::store::StoreError;
use crate::store::database::Database;
use crate::store::documents::{self, Key};
use crate::store::transaction::Transaction;

use super::codes::digest;

const HOUR_MILLIS: i64 = 3_600_000;
/// How many wrong passwords are free.
const FREE: u32 = 5;
/// The longest lock, and how long after a lock the counting begins anew.
const QUARTER_HOUR_MILLIS: i64 = 900_000;

/// Under which name of a pool something is tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pool: UserPoolId,
    name: UserKey,
}

/// What a password that was checked amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is the right one.
    Right,
    /// It is not; the failure is counted.
    Wrong,
    /// Too many were wrong: whether this one is right is not told.
    Locked,
}

impl Name {
    /// The name of the user, or what was presented for one where there is none: all names of a user count as one, and
    /// names that differ by their case only as one where the pool takes them for one.
    pub fn of(pool: &UserPool, presented: &str, user: Option<&User>) -> Self {
        let name = user.map_or(presented, |user| user.username.as_str());
        Self { pool: pool.id.clone(), name: users::key_of(pool, name) }
    }

    fn key(&self, kind: AttemptKind) -> Key<Brief<Attempts>> {
        documents::attempts(&self.pool, &digest(&[kind.name(), self.name.as_str()]))
    }
}

/// Counts one more, if the hour's cap leaves room for it. The transaction must be committed in every case.
pub async fn take(
    tx: &mut Transaction<'_>,
    name: &Name,
    kind: AttemptKind,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let key = name.key(kind);
    let begun = tx.get(&key).await?.and_then(|brief| brief.alive(now));
    let Attempts { count, since } = begun.unwrap_or(Attempts { count: 0, since: now });
    if count >= kind.hourly() {
        return Ok(false);
    }
    let value = Attempts { count: count + 1, since };
    tx.put(&key, &Brief { expires: Timestamp::from_millis(since.millis() + HOUR_MILLIS), value })?;
    Ok(true)
}

/// The same in a transaction of its own.
pub async fn take_now(database: &Database, name: &Name, kind: AttemptKind, now: Timestamp) -> Result<bool, StoreError> {
    database.transact(async |tx| take(tx, name, kind, now).await).await
}

/// Whether wrong passwords have locked the name. To be asked before a password is checked, and not relied upon: see
/// [`judge`].
pub async fn is_locked(database: &Database, name: &Name, now: Timestamp) -> Result<bool, StoreError> {
    let counted = database.get(&name.key(AttemptKind::Password)).await?;
    Ok(counted.and_then(|brief| brief.alive(now)).is_some_and(|attempts| locked(&attempts, now)))
}

/// Settles a password that was checked. Many may be checked at once: those that end while the name is locked are told
/// nothing, so that guesses side by side learn no more than guesses in a row.
pub async fn judge(database: &Database, name: &Name, right: bool, now: Timestamp) -> Result<Verdict, StoreError> {
    database.transact(async |tx| judge_in(tx, name, right, now).await).await
}

/// The same as a part of a transaction, which must be committed in every case.
pub async fn judge_in(
    tx: &mut Transaction<'_>,
    name: &Name,
    right: bool,
    now: Timestamp,
) -> Result<Verdict, StoreError> {
    let key = name.key(AttemptKind::Password);
    let counted = tx.get(&key).await?.and_then(|brief| brief.alive(now));
    if counted.as_ref().is_some_and(|attempts| locked(attempts, now)) {
        return Ok(Verdict::Locked);
    }
    if right {
        if counted.is_some() {
            tx.delete(&key);
        }
        return Ok(Verdict::Right);
    }
    let count = counted.map_or(0, |attempts| attempts.count).saturating_add(1);
    let expires = Timestamp::from_millis(now.millis() + lock_millis(count) + QUARTER_HOUR_MILLIS);
    tx.put(&key, &Brief { expires, value: Attempts { count, since: now } })?;
    Ok(Verdict::Wrong)
}

/// Forgets wrong passwords, since another way has proven the user.
pub fn forgive(tx: &mut Transaction<'_>, name: &Name) {
    tx.delete(&name.key(AttemptKind::Password));
}

fn locked(attempts: &Attempts, now: Timestamp) -> bool {
    now.millis() < attempts.since.millis() + lock_millis(attempts.count)
}

/// 2^(n−5) seconds after `n` wrong passwords, from the fifth on.
fn lock_millis(count: u32) -> i64 {
    let Some(beyond) = count.checked_sub(FREE) else { return 0 };
    1_i64.checked_shl(beyond.min(32)).map_or(QUARTER_HOUR_MILLIS, |seconds| (seconds * 1000).min(QUARTER_HOUR_MILLIS))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::settings::UsernameConfiguration;
    use crate::store::memory::MemoryStore;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn world() -> (Database, Name) {
        let database = Database::exclusive(Arc::new(MemoryStore::new()));
        (database, Name::of(&UserPool::plain(), "Ada", None))
    }

    #[tokio::test]
    async fn five_wrong_passwords_lock_and_each_more_doubles_the_lock_up_to_a_quarter_hour() {
        let (database, name) = world();
        let mut now = 0;
        for _ in 0..4 {
            assert_eq!(judge(&database, &name, false, at(now)).await.unwrap(), Verdict::Wrong);
        }
        assert!(!is_locked(&database, &name, at(now)).await.unwrap());
        for lock in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
            assert_eq!(judge(&database, &name, false, at(now)).await.unwrap(), Verdict::Wrong);
            assert_eq!(judge(&database, &name, true, at(now + lock - 1)).await.unwrap(), Verdict::Locked, "{lock}");
            assert!(!is_locked(&database, &name, at(now + lock)).await.unwrap(), "{lock}");
            now += lock;
        }
    }

    #[tokio::test]
    async fn the_right_password_or_a_quarter_hour_of_peace_begins_anew() {
        let (database, name) = world();
        for (end, right) in [(1, true), (901, false)] {
            for _ in 0..5 {
                assert_eq!(judge(&database, &name, false, at(0)).await.unwrap(), Verdict::Wrong);
            }
            let settled = if right { Verdict::Right } else { Verdict::Wrong };
            assert_eq!(judge(&database, &name, right, at(end)).await.unwrap(), settled);
            assert!(!is_locked(&database, &name, at(end)).await.unwrap(), "{end}");
        }
    }

    #[tokio::test]
    async fn a_cap_holds_for_an_hour() {
        let (database, name) = world();
        for _ in 0..5 {
            assert!(take_now(&database, &name, AttemptKind::Resend, at(0)).await.unwrap());
        }
        assert!(!take_now(&database, &name, AttemptKind::Resend, at(3599)).await.unwrap());
        assert!(take_now(&database, &name, AttemptKind::ChangePassword, at(3599)).await.unwrap());
        assert!(take_now(&database, &name, AttemptKind::Resend, at(3600)).await.unwrap());
    }

    /// Where `Ada` and `ADA` were counted as one in a pool that has both, who signed in as one made the lock of the other go.
    #[test]
    fn spellings_count_as_one_where_they_are_one_user() {
        let mut pool = UserPool::plain();
        assert_ne!(Name::of(&pool, "Ada", None), Name::of(&pool, "ADA", None));
        pool.fixed.username_configuration = Some(UsernameConfiguration { case_sensitive: false });
        assert_eq!(Name::of(&pool, "Ada", None), Name::of(&pool, "ADA", None));
    }
}
