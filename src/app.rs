//! The composition root: settings in, surfaces out. The only place that picks implementations.

use std::num::NonZero;
use std::sync::Arc;

use crate::bench::Bench;
use crate::config::{Settings, StoreChoice};
use crate::control::{Control, ControlSettings};
use crate::domain::rules::issue_rule::IssueRule;
use crate::effects::Effects;
use crate::explain::{Answer, Recorder};
use crate::guard::Guard;
use crate::keys::{KeyRing, Reserve, Signer};
use crate::oauth::{self, OAuth};
use crate::store::database::Database;
use crate::store::memory::MemoryStore;
use crate::store::redb::{OpenError, RedbStore};
use crate::tokens::{ClientViews, Issuers};

/// Why a server could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// Threads cannot be started.
    #[error("threads cannot be started: {0}")]
    Threads(std::io::Error),
}

/// Everything that serves requests.
#[derive(Clone)]
pub struct App {
    /// The JSON API.
    pub control: Control,
    /// The OAuth endpoints.
    pub oauth: OAuth,
    /// The test bench.
    pub bench: Bench,
    /// What turns strangers away.
    pub guard: Guard,
}

impl App {
    /// Puts a server's parts together; `port` is the one it listens on.
    pub fn build(settings: &Settings, effects: &Effects, port: u16) -> Result<Self, BuildError> {
        let database = open(&settings.store)?;
        let threads = settings.signing_threads.unwrap_or_else(cores);
        let signer = Signer::start(threads).map_err(BuildError::Threads)?;
        let reserve = Reserve::start(Arc::clone(&effects.random)).map_err(BuildError::Threads)?;
        let keys = KeyRing::new(database.clone(), effects.clone(), reserve, signer);
        let control = Control {
            database: database.clone(),
            effects: effects.clone(),
            keys: keys.clone(),
            settings: ControlSettings {
                region: settings.region.clone(),
                strict_auth: settings.strict_auth,
                quotas: settings.quotas,
                choices: settings.choices,
            },
        };
        let oauth = OAuth {
            views: ClientViews::new(database, keys.clone(), settings.choices),
            keys,
            effects: effects.clone(),
            recorder: Recorder::new(settings.trace_bytes),
            issuers: Issuers::new(port, settings.base_url.as_deref()),
            well_known_max_age: settings.well_known_max_age,
            choices: settings.choices,
        };
        let bench = Bench {
            views: oauth.views.clone(),
            keys: oauth.keys.clone(),
            effects: effects.clone(),
            recorder: oauth.recorder.clone(),
            refusal,
            seed: None,
        };
        let guard = Guard::new(&settings.allowed_hosts, &settings.allowed_origins);
        Ok(Self { control, oauth, bench, guard })
    }
}

/// What the token endpoint answers to a refusal, as the dry run tells it.
fn refusal(rule: IssueRule) -> Answer {
    let error = oauth::error::answer(rule);
    Answer::Refused { status: error.status(), error: error.error(), description: error.description() }
}

fn open(store: &StoreChoice) -> Result<Database, OpenError> {
    Ok(match store {
        StoreChoice::Memory => Database::exclusive(Arc::new(MemoryStore::new())),
        StoreChoice::Redb(path) => Database::exclusive(Arc::new(RedbStore::open(path)?)),
    })
}

/// How many threads can work at once.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}
