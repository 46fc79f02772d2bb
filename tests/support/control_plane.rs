//! Control planes for a test binary: all of them share one reserve of keys, since primes are dear.

use std::sync::{Arc, OnceLock};

use poolpass::control::{Control, ControlSettings};
use poolpass::effects::{Effects, SystemRandom};
use poolpass::explain::Recorder;
use poolpass::hooks::NoFunctions;
use poolpass::keys::{KeyRing, Reserve, Signer};
use poolpass::sign_in::SignIns;
use poolpass::store::database::Database;
use poolpass::tokens::{ClientViews, Issuers, Tokens};

/// A control plane on this database. Its keys come from a randomness of their own, so that a test's seed decides all ids.
pub(crate) fn control(database: &Database, effects: &Effects, settings: ControlSettings) -> Control {
    let tokens = Tokens {
        views: ClientViews::new(database.clone(), settings.choices),
        keys: key_ring(database, effects),
        effects: effects.clone(),
        issuers: Issuers::new(7665, None),
        hooks: Arc::new(NoFunctions),
    };
    Control::new(SignIns::new(tokens), Recorder::new(1024 * 1024), settings)
}

fn key_ring(database: &Database, effects: &Effects) -> KeyRing {
    static SHARED: OnceLock<(Reserve, Signer)> = OnceLock::new();
    let start = || {
        let reserve = Reserve::start(Arc::new(SystemRandom)).expect("a thread for the reserve");
        (reserve, Signer::start(1).expect("a thread to sign"))
    };
    let (reserve, signer) = SHARED.get_or_init(start);
    KeyRing::new(database.clone(), effects.clone(), reserve.clone(), signer.clone())
}
