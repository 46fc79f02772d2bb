//! Keys for the control planes of a test binary: all of them share one reserve, since primes are dear.

use std::sync::{Arc, OnceLock};

use poolpass::effects::{Effects, SystemRandom};
use poolpass::keys::{KeyRing, Reserve, Signer};
use poolpass::store::database::Database;

/// A ring on this database. Its keys come from a randomness of their own, so that a test's seed decides all ids.
pub(crate) fn key_ring(database: &Database, effects: &Effects) -> KeyRing {
    static SHARED: OnceLock<(Reserve, Signer)> = OnceLock::new();
    let start = || {
        let reserve = Reserve::start(Arc::new(SystemRandom)).expect("a thread for the reserve");
        (reserve, Signer::start(1).expect("a thread to sign"))
    };
    let (reserve, signer) = SHARED.get_or_init(start);
    KeyRing::new(database.clone(), effects.clone(), reserve.clone(), signer.clone())
}
