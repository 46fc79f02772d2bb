//! What many sign-ins leave behind: no more than a few did.

use std::path::Path;
use std::sync::Arc;

use poolpass::domain::id::{ClientId, SignInId, Subject, UserKey, UserPoolId};
use poolpass::domain::secret::Secret;
use poolpass::domain::sign_in::{AuthorizationCode, Brief, BrowserSession, Origin, RefreshFamily, SignIn};
use poolpass::domain::time::Timestamp;
use poolpass::effects::{Clock as _, ManualClock};
use poolpass::store::Store;
use poolpass::store::StoreError;
use poolpass::store::database::Database;
use poolpass::store::documents::{self, ALL_BRIEF};
use poolpass::store::memory::MemoryStore;
use poolpass::store::redb::RedbStore;
use poolpass::store::transaction::Transaction;
use tokio::task::LocalSet;

const MINUTE: i64 = 60 * 1_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// How many sign-ins a simulated year has, and how many of them go on at once.
const IN_A_YEAR: usize = 20_000;
const AT_ONCE: usize = 50;
/// Refresh tokens live for 30 days, as they do unless a client says otherwise.
const KEPT: i64 = 30 * DAY;

/// A server's store and its clock.
struct Year {
    store: Arc<dyn Store>,
    database: Database,
    clock: Arc<ManualClock>,
    pool: UserPoolId,
}

impl Year {
    fn new(store: Arc<dyn Store>) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(0)));
        let time = Arc::clone(&clock);
        let database = Database::exclusive(Arc::clone(&store)).sweeping(move || time.now());
        Self { store, database, clock, pool: UserPoolId::from("us-east-1_Example01") }
    }

    /// Lets the sign-ins of these numbers happen, evenly over the year.
    async fn go_on(&self, sign_ins: std::ops::Range<usize>) {
        for first in sign_ins.step_by(AT_ONCE) {
            let together: Vec<_> = (first..first + AT_ONCE)
                .map(|number| {
                    let (database, pool, now) = (self.database.clone(), self.pool.clone(), self.clock.now());
                    tokio::task::spawn_local(async move { sign_in(&database, &pool, number, now).await })
                })
                .collect();
            for one in together {
                one.await.expect("a store that works").expect("a task that ends");
            }
            self.clock.advance_millis(365 * DAY / i64::try_from(IN_A_YEAR / AT_ONCE).expect("a store that works"));
        }
    }

    async fn kept(&self) -> Vec<poolpass::store::Stored> {
        self.store.scan(ALL_BRIEF, None, usize::MAX).await.expect("a store that works")
    }
}

/// What a browser's sign-in writes: a session and a code, of which every tenth is never fetched; then the family.
async fn sign_in(database: &Database, pool: &UserPoolId, number: usize, now: Timestamp) -> Result<(), StoreError> {
    // Ids are digests: they come in no order.
    let id = format!("{:016x}", (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let sign_in = proven(&id, now);
    let ends = |after: i64| Timestamp::from_millis(now.millis() + after);
    let (user, sub) = (sign_in.user.clone(), sign_in.sub.clone());
    let session = Brief { expires: ends(60 * MINUTE), value: BrowserSession { user, sub, at: now } };
    let value = AuthorizationCode {
        sign_in: sign_in.clone(),
        redirect_uri: "http://localhost:3000/callback".to_owned(),
        code_challenge: None,
    };
    let code = Brief { expires: ends(5 * MINUTE), value };
    let authorize = async |tx: &mut Transaction<'_>| {
        tx.put(&documents::browser_session(pool, &id), &session)?;
        tx.put(&documents::authorization_code(pool, &code.value.sign_in.id), &code)
    };
    database.transact(authorize).await?;
    if number.is_multiple_of(10) {
        return Ok(());
    }
    let secret = Secret::new("0123456789abcdef0123456789abcdef");
    let value =
        RefreshFamily { sign_in, secret, generation: 0, replaced: None, refresh_until: ends(KEPT), revoked: false };
    let family = Brief { expires: ends(KEPT), value };
    let exchange = async |tx: &mut Transaction<'_>| {
        tx.delete(&documents::authorization_code(pool, &family.value.sign_in.id));
        tx.put(&documents::refresh_family(pool, &family.value.sign_in.id), &family)
    };
    database.transact::<(), StoreError>(exchange).await
}

fn proven(id: &str, at: Timestamp) -> SignIn {
    SignIn {
        id: SignInId::from(id),
        user: UserKey::from("ada"),
        sub: Subject::from("8c2a7a4e-0000-4000-8000-000000000000"),
        client: ClientId::from("browser"),
        origin: Origin::Code,
        at,
        begun: at,
        event_id: id.to_owned(),
        scopes: Vec::new(),
        nonce: None,
        resource: None,
        session: None,
    }
}

/// How long the sweeping may take to catch up on a machine that does much else.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// Runs the year; what `size` was after its first tenth and at its end.
async fn a_year(store: Arc<dyn Store>, size: impl Fn() -> u64) -> [u64; 2] {
    let (year, together) = (Year::new(store), LocalSet::new());
    together.run_until(year.go_on(0..IN_A_YEAR / 10)).await;
    let early = size();
    together.run_until(year.go_on(IN_A_YEAR / 10..IN_A_YEAR)).await;
    let kept = year.kept().await;
    // Nothing alive is missing: the families of the last 30 days.
    let now = year.clock.now();
    let families = kept.iter().filter(|stored| stored.key.ends_with("/family"));
    let alive = families.filter(|stored| {
        let family: Brief<RefreshFamily> = documents::decode(stored).expect("a store that works");
        family.alive(now).is_some()
    });
    let alive = alive.count();
    let moments = KEPT / (365 * DAY / i64::try_from(IN_A_YEAR / AT_ONCE).expect("a store that works"));
    assert_eq!(alive, usize::try_from(moments).expect("a store that works") * AT_ONCE * 9 / 10);
    // So fast a year leaves the sweeping behind, which forgets nothing that it owes; then it has left a small part.
    let swept = async {
        while year.kept().await.len() > alive + alive / 4 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, swept).await.expect("what is over goes");
    [early, size()]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_thousand_sign_ins_leave_little_more_than_what_is_alive() {
    a_year(Arc::new(MemoryStore::new()), || 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_thousand_sign_ins_leave_no_larger_file_than_two_thousand() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.redb");
    let size = |file: &Path| std::fs::metadata(file).unwrap().len();
    let [early, late] = a_year(Arc::new(RedbStore::open(&file).unwrap()), || size(&file)).await;
    assert!(late <= early, "{early} bytes, then {late}");
}
