//! The composition root: settings in, surfaces out. The only place that picks implementations.

mod gateways;

use std::num::NonZero;
use std::sync::Arc;

use crate::bench::sign_in::{Door, Given, Kind, NotSignedIn, Wanted};
use crate::bench::{Bench, Seed, SeedFailure};
use crate::config::{ConfigFile, Exposed, FileError, HookSettings, Settings, StoreChoice, World};
use crate::control::{Control, ControlSettings};
use crate::domain::rules::issue_rule::IssueRule;
use crate::effects::Effects;
use crate::explain::{Answer, Recorder};
use crate::gateway::{Gateways, Verifier};
use crate::guard::Guard;
use crate::hooks::HttpFunctions;
use crate::keys::{KeyRing, Reserve, Signer};
use crate::oauth::headless::{self, Headless, Refusal, SignedIn};
use crate::oauth::{self, OAuth};
use crate::seed::{self, Report, SeedError, Terms};
use crate::sign_in::SignIns;
use crate::store::database::Database;
use crate::store::memory::MemoryStore;
use crate::store::redb::{OpenError, RedbStore};
use crate::store::{Store, StoreError};
use crate::tokens::{ClientViews, Issuers, RequestOrigin, Tokens};

pub use gateways::{Known, Opened, Plan, PoolsAt, check, plans, wanted};

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

/// Why what a file declares was not applied.
#[derive(Debug, thiserror::Error)]
pub enum DeclareError {
    /// The file declares what cannot be.
    #[error(transparent)]
    File(#[from] FileError),
    /// A route is open that must not be.
    #[error(transparent)]
    Exposed(#[from] Exposed),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
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
    /// The gateways, on listeners of their own.
    pub gateways: Gateways,
}

impl App {
    /// Puts a server's parts together; `port` is the one it listens on.
    pub fn build(settings: &Settings, effects: &Effects, port: u16) -> Result<Self, BuildError> {
        Self::on(open(&settings.store)?, settings, effects, port)
    }

    /// The same on this store, whatever the settings say, which nobody else may write to.
    pub fn on(store: Arc<dyn Store>, settings: &Settings, effects: &Effects, port: u16) -> Result<Self, BuildError> {
        let clock = Arc::clone(&effects.clock);
        let database = Database::exclusive(store).sweeping(move || clock.now());
        let threads = settings.signing_threads.unwrap_or_else(cores);
        let signer = Signer::start(threads).map_err(BuildError::Threads)?;
        let reserve = Reserve::start(Arc::clone(&effects.random)).map_err(BuildError::Threads)?;
        let keys = KeyRing::new(database.clone(), effects.clone(), reserve, signer);
        let tokens = Tokens {
            views: ClientViews::new(database, settings.choices),
            keys,
            effects: effects.clone(),
            issuers: Issuers::new(port, settings.base_url.as_deref()),
            hooks: Arc::new(functions(&settings.hooks)),
        };
        let mut sign_ins = SignIns::new(tokens.clone());
        sign_ins.self_service.quotas = settings.quotas;
        let recorder = Recorder::new(settings.trace_bytes);
        let control_settings = ControlSettings {
            region: settings.region.clone(),
            strict_auth: settings.strict_auth,
            quotas: settings.quotas,
            choices: settings.choices,
        };
        let control = Control::new(sign_ins.clone(), recorder.clone(), control_settings);
        let gateways =
            Gateways { all: Arc::from([]), verifier: Verifier::new(tokens.clone()), recorder: recorder.clone() };
        let oauth = OAuth {
            tokens,
            sign_ins,
            recorder,
            well_known_max_age: settings.well_known_max_age,
            choices: settings.choices,
        };
        let bench = Bench {
            views: oauth.tokens.views.clone(),
            keys: oauth.tokens.keys.clone(),
            effects: effects.clone(),
            recorder: oauth.recorder.clone(),
            refusal,
            seed: Some(seeding(&control.database, terms(settings, effects))),
            sign_in: door(&oauth),
            gateways: None,
        };
        let reached =
            settings.base_url.as_deref().and_then(|url| url::Url::parse(url).ok()?.host_str().map(str::to_owned));
        let hosts: Vec<String> = settings.allowed_hosts.iter().cloned().chain(reached).collect();
        let guard = Guard::new(&hosts, &settings.allowed_origins);
        Ok(Self { control, oauth, bench, guard, gateways })
    }

    /// Applies what a file declares.
    pub async fn declare(&self, file: &ConfigFile) -> Result<Report, DeclareError> {
        let settings = &self.control.settings;
        let effects = self.control.effects.clone();
        let terms = Terms { effects, quotas: settings.quotas, choices: settings.choices };
        match seed::apply(&self.control.database, &file.world, &terms).await {
            Ok(report) => Ok(report),
            Err(SeedError::Declaration { key, problem }) => Err(file.error(&key, problem).into()),
            Err(SeedError::Store(error)) => Err(error.into()),
        }
    }
}

fn terms(settings: &Settings, effects: &Effects) -> Terms {
    Terms { effects: effects.clone(), quotas: settings.quotas, choices: settings.choices }
}

/// What `POST /_poolpass/seed` does: its body is a world in JSON, with the keys themselves where a file names key files.
fn seeding(database: &Database, terms: Terms) -> Seed {
    let database = database.clone();
    Arc::new(move |body| {
        let (database, terms) = (database.clone(), terms.clone());
        Box::pin(async move {
            let world: World =
                serde_json::from_slice(&body).map_err(|error| SeedFailure::Unreadable(error.to_string()))?;
            let report = seed::apply(&database, &world, &terms).await.map_err(failure)?;
            serde_json::to_value(report).map_err(|error| SeedFailure::Failed(error.to_string()))
        })
    })
}

fn failure(error: SeedError) -> SeedFailure {
    match error {
        SeedError::Declaration { .. } => SeedFailure::Conflict(error.to_string()),
        SeedError::Store(error @ StoreError::Conflict) => {
            SeedFailure::Conflict(format!("{error}, time and again: nothing was applied; try again"))
        }
        SeedError::Store(error) => SeedFailure::Failed(error.to_string()),
    }
}

/// What `POST /_poolpass/sign-in` does: its words in those of the OAuth endpoints, and back.
fn door(oauth: &OAuth) -> Door {
    let oauth = oauth.clone();
    Arc::new(move |wanted, asker| {
        let oauth = oauth.clone();
        Box::pin(async move {
            let origin = RequestOrigin { scheme: asker.scheme, host: &asker.host };
            let client = wanted.client.as_ref().map(ToString::to_string).unwrap_or_default();
            let signed_in = headless::sign_in(&oauth, origin, &asked(wanted, &client)).await;
            signed_in.map(|signed_in| given(signed_in, client)).map_err(not_signed_in)
        })
    })
}

fn asked(wanted: Wanted, client: &str) -> Headless {
    Headless {
        client_id: client.to_owned(),
        username: wanted.user,
        password: wanted.password.map(|password| password.reveal().to_owned()),
        mfa_code: wanted.mfa_code,
        redirect_uri: wanted.redirect_uri,
        scope: (!wanted.scopes.is_empty()).then(|| wanted.scopes.join(" ")),
        nonce: wanted.nonce,
        state: wanted.state,
        resource: wanted.resource,
        code_challenge: wanted.code_challenge.filter(|_| wanted.answer == Kind::Code),
        response_type: None,
        exchange: Some(wanted.answer == Kind::Tokens),
    }
}

fn given(signed_in: SignedIn, client: String) -> Given {
    let SignedIn { request_id, redirect, code, state: _, tokens } = signed_in;
    let given = Given { request_id, client, location: Some(redirect), code, ..Given::default() };
    match tokens {
        None => given,
        Some(tokens) => Given {
            access_token: Some(tokens.access_token),
            id_token: tokens.id_token,
            refresh_token: tokens.refresh_token,
            token_type: Some(tokens.token_type),
            expires_in: Some(tokens.expires_in),
            ..given
        },
    }
}

fn not_signed_in(refusal: Refusal) -> NotSignedIn {
    let Refusal { status, error, message, request_id } = refusal;
    NotSignedIn {
        status,
        error,
        message: format!("{}; see `poolpass explain {request_id}`", message.trim_end_matches('.')),
    }
}

/// What the token endpoint answers to a refusal, as the dry run tells it.
fn refusal(rule: IssueRule) -> Answer {
    let error = oauth::error::answer(rule);
    Answer::Refused { status: error.status(), error: error.error(), description: error.description() }
}

fn open(store: &StoreChoice) -> Result<Arc<dyn Store>, OpenError> {
    Ok(match store {
        StoreChoice::Memory => Arc::new(MemoryStore::new()),
        StoreChoice::Redb(path) => Arc::new(RedbStore::open(path)?),
    })
}

fn functions(hooks: &HookSettings) -> HttpFunctions {
    HttpFunctions::new(hooks.url.as_deref(), hooks.functions.clone(), hooks.timeout)
}

/// How many threads can work at once.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_that_lost_to_other_changes_is_a_conflict_and_a_broken_store_is_not() {
        assert_eq!(
            failure(SeedError::Store(StoreError::Conflict)),
            SeedFailure::Conflict(
                "the data changed in the meantime, time and again: nothing was applied; try again".to_owned()
            )
        );
        assert_eq!(
            failure(SeedError::Store(StoreError::Unavailable("full".to_owned()))),
            SeedFailure::Failed("the store is unavailable: full".to_owned())
        );
    }
}
