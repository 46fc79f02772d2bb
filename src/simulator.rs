//! A whole server inside a test.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use tokio::sync::oneshot;

use crate::app::{self, App, BuildError, DeclareError, PoolsAt};
use crate::config::{ConfigFile, FileError, Settings, StoreChoice};
use crate::domain::id::UserPoolId;
use crate::domain::pool::{PoolChoices, UserPool};
use crate::effects::{Clock, Effects, Random};
use crate::seed;
use crate::server::{self, GatewayListeners, ListenError, Listeners};
use crate::store::StoreError;
use crate::store::documents;
use crate::tokens::RequestOrigin;

/// A running server with everything in memory, on a free port of 127.0.0.1 as each of its gateways, which stops when this is dropped.
///
/// It runs on a thread of its own, so it works under any test runtime, also one with a single thread.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let poolpass = poolpass::Simulator::builder()
///     .config(
///         "pools:
///            - id: us-east-1_Example01
///              resource_servers:
///                - { identifier: orders, scopes: [read, write] }
///              clients:
///                - id: reporter
///                  secret: a_secret_of_24_characters
///                  allowed_flows: [client_credentials]
///                  allowed_scopes: [orders/read]",
///     )
///     .start()
///     .await
///     .expect("a world that can be");
///
/// let token_url = poolpass.token_url("reporter").await.expect("a declared client");
/// let form = [
///     ("grant_type", "client_credentials"),
///     ("client_id", "reporter"),
///     ("client_secret", "a_secret_of_24_characters"),
/// ];
/// let mut answer = ureq::post(&token_url).send_form(form).expect("a token");
/// assert!(answer.body_mut().read_to_string().unwrap().contains("access_token"));
///
/// let issuer = poolpass.issuer("us-east-1_Example01").await.expect("a declared pool");
/// assert!(issuer.ends_with("/us-east-1_Example01"));
/// # });
/// ```
pub struct Simulator {
    app: App,
    endpoint: String,
    host: String,
    servers: Vec<ServerHandle>,
    thread: Option<JoinHandle<()>>,
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration cannot be read, or contradicts itself.
    #[error(transparent)]
    File(#[from] FileError),
    /// The configuration declares what cannot be.
    #[error(transparent)]
    Declare(#[from] DeclareError),
    /// The server cannot be put together.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// There is no port.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// There is no thread or no socket.
    #[error("the server does not start: {0}")]
    Start(#[from] io::Error),
}

/// What a simulator is to be like.
#[must_use]
pub struct SimulatorBuilder {
    config: String,
    demo: bool,
    effects: Effects,
    choices: Option<PoolChoices>,
}

impl Simulator {
    /// One with an empty world, the system's clock and the default settings, until it is told otherwise.
    pub fn builder() -> SimulatorBuilder {
        SimulatorBuilder { config: String::new(), demo: false, effects: Effects::system(), choices: None }
    }

    /// Where it listens, such as `http://127.0.0.1:49152`: what an AWS SDK takes for its endpoint.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Where this client gets its tokens; `None` if there is no such client now.
    pub async fn token_url(&self, client: &str) -> Option<String> {
        let pool = self.app.control.database.get(&documents::client_owner(&client.into())).await.ok()??;
        Some(format!("{}/{pool}/oauth2/token", self.endpoint))
    }

    /// The `iss` of this pool's tokens; `None` if there is no such pool now.
    pub async fn issuer(&self, pool: &str) -> Option<String> {
        let pool = self.pool(&UserPoolId::from(pool)).await.ok()??;
        let mode = pool.options.over(&self.app.control.settings.choices).issuer;
        let request = RequestOrigin { scheme: "http", host: &self.host };
        Some(self.app.oauth.tokens.issuers.issuer(mode, &pool.id, request))
    }

    /// Where this gateway is called, without base path and stage; `None` if the configuration declares none of this name.
    pub fn gateway_url(&self, name: &str) -> Option<String> {
        let gateway = self.app.gateways.all.iter().find(|gateway| &*gateway.name == name)?;
        gateway.place.addresses.first().map(|address| format!("http://{address}"))
    }

    async fn pool(&self, id: &UserPoolId) -> Result<Option<UserPool>, StoreError> {
        self.app.control.database.get(&documents::user_pool(id)).await
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // The handle's future does nothing until it is polled; the order itself is sent at once.
        for server in &self.servers {
            drop(server.stop(false));
        }
        if let Some(thread) = self.thread.take() {
            let _a_panic_was_reported_there = thread.join();
        }
    }
}

impl SimulatorBuilder {
    /// Begins with what this configuration (YAML) says; key files are read relative to the current folder.
    ///
    /// Where it listens and where its store is are the simulator's own matter, whatever the configuration says.
    pub fn config(mut self, yaml: &str) -> Self {
        yaml.clone_into(&mut self.config);
        self
    }

    /// Begins with the demo world as well, whose secrets and keys everybody knows.
    pub fn demo(mut self) -> Self {
        self.demo = true;
        self
    }

    /// Takes the time from this clock.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.effects.clock = clock;
        self
    }

    /// Takes ids, secrets and keys from this randomness.
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.effects.random = random;
        self
    }

    /// Makes these choices for pools that make none, whatever the configuration says.
    pub fn choices(mut self, choices: PoolChoices) -> Self {
        self.choices = Some(choices);
        self
    }

    /// Starts it; it is ready to be asked when this returns.
    pub async fn start(self) -> Result<Simulator, StartError> {
        let read = |path: &Path| std::fs::read_to_string(path);
        let file = ConfigFile::parse(Path::new("simulator.yaml"), &self.config, &read)?;
        let demo = self.demo.then(seed::demo::file).transpose()?;
        let settings = self.settings(&file)?;
        let listeners = Listeners::bind(&settings)?;
        let host = listeners.addresses().first().map(ToString::to_string).unwrap_or_default();
        let mut app = App::build(&settings, &self.effects, listeners.port())?;
        let files: Vec<_> = demo.into_iter().chain([file]).collect();
        for file in &files {
            app.declare(file).await?;
        }
        let gateways = GatewayListeners::anywhere(app::wanted(&files, &settings))?;
        app.open_gateways(&files, &settings, gateways.bound(), PoolsAt::Here).await?;
        let (told, ready) = oneshot::channel();
        let surfaces = app.clone();
        let thread = std::thread::Builder::new().name("simulator".to_owned()).spawn(move || {
            server::block_on(async move {
                let started = listeners.serve(&surfaces, settings.workers).and_then(|main| {
                    Ok(gateways.serve(&surfaces, settings.workers)?.into_iter().chain([main]).collect::<Vec<_>>())
                });
                let (running, handles) = match started {
                    Ok(running) => {
                        let handles = running.iter().map(|(_, handle)| handle.clone()).collect();
                        (Some(running), Ok(handles))
                    }
                    Err(error) => (None, Err(error)),
                };
                if told.send(handles).is_ok()
                    && let Some(running) = running
                    && let Err(error) = server::run_all(running).await
                {
                    tracing::error!(%error, "the simulator's server failed");
                }
            });
        })?;
        let servers = ready.await.map_err(io::Error::other)??;
        Ok(Simulator { app, endpoint: format!("http://{host}"), host, servers, thread: Some(thread) })
    }

    fn settings(&self, file: &ConfigFile) -> Result<Settings, FileError> {
        let mut settings = file.settle()?;
        settings.listen = vec!["127.0.0.1:0".to_owned()];
        settings.store = StoreChoice::Memory;
        settings.workers = settings.workers.or(Some(1));
        settings.choices = self.choices.unwrap_or(settings.choices);
        Ok(settings)
    }
}
