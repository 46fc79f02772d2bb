//! `poolpass serve`.

mod banner;
mod made;

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use clap::builder::{BoolishValueParser, TypedValueParser as _};
use clap::{Args, ValueEnum};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::app::{self, App, PoolsAt};
use crate::config::hooks::HookLayer;
use crate::config::{ConfigFile, Layer, Settings, SettingsError, StoreChoice};
use crate::domain::pool::{AllInactive, IssuerMode, ScopeProfile};
use crate::effects::Effects;
use crate::seed;
use crate::server::{self, GatewayListeners, Listeners};

use self::banner::Announcement;
use self::made::Made;
use super::gateway::{ApiFlags, configuration};
use super::{Failure, Output};

/// Run the server.
///
/// A flag wins over its environment variable, that over the configuration file, and the file over the default. Lists are
/// separated by commas in the environment.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Address to listen on; port 0 takes a free one. Can be given several times.
    ///
    /// Default: `127.0.0.1:7665` and `[::1]:7665`.
    #[arg(long, value_name = "HOST:PORT", env = "POOLPASS_LISTEN", value_delimiter = ',')]
    listen: Option<Vec<String>>,
    /// Where documents are kept: `memory` or `redb:PATH`.
    ///
    /// Default: `redb:poolpass.redb`, or `memory` with --demo.
    #[arg(long, env = "POOLPASS_STORE")]
    store: Option<StoreChoice>,
    /// The configuration file (YAML).
    #[arg(long, value_name = "FILE", env = "POOLPASS_CONFIG")]
    config: Option<PathBuf>,
    /// Declare the demo world: a pool, two APIs and three clients whose secrets and keys everybody knows.
    #[arg(long, env = "POOLPASS_DEMO", num_args = 0..=1, default_missing_value = "true", require_equals = true,
          value_parser = BoolishValueParser::new())]
    demo: Option<bool>,
    /// Listen beyond loopback although nobody is asked for credentials.
    #[arg(long, env = "POOLPASS_OPEN", num_args = 0..=1, default_missing_value = "true", require_equals = true,
          value_parser = BoolishValueParser::new())]
    open: Option<bool>,
    #[command(flatten)]
    gateway: GatewayFlags,
    #[command(flatten)]
    behaviour: Behaviour,
    /// How many threads handle connections. Default: half the cores, and for gateways as many as there are.
    #[arg(long, value_name = "COUNT", env = "POOLPASS_WORKERS")]
    workers: Option<usize>,
    /// How many threads sign. Default: the number of cores.
    #[arg(long, value_name = "COUNT", env = "POOLPASS_SIGNING_THREADS")]
    signing_threads: Option<usize>,
    /// Print one line of JSON when the server is ready, and no banner.
    #[arg(long, env = "POOLPASS_READY_JSON", value_parser = BoolishValueParser::new(),
          num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    ready_json: Option<bool>,
    /// What is logged, such as `info` or `poolpass::oauth=debug`. Bytes that are no HTTP are nobody's news.
    #[arg(long, value_name = "FILTER", env = "POOLPASS_LOG", default_value = "warn,actix_http=off")]
    log: String,
    /// How it is logged, on standard error.
    #[arg(long, value_name = "FORMAT", env = "POOLPASS_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
}

/// How the server behaves on the wire.
#[derive(Debug, Args)]
#[command(next_help_heading = "Behaviour")]
struct Behaviour {
    /// Where the server is reachable, if that is not http://localhost:PORT.
    #[arg(long, value_name = "URL", env = "POOLPASS_BASE_URL")]
    base_url: Option<String>,
    /// What `iss` says: `local`, `base-url`, `aws` or `host`.
    #[arg(long, value_name = "MODE", env = "POOLPASS_ISSUER", value_parser = choice::<IssuerMode>())]
    issuer: Option<IssuerMode>,
    /// The region of callers who name none. Default: us-east-1.
    #[arg(long, env = "POOLPASS_REGION")]
    region: Option<String>,
    /// How scopes are decided where sources disagree: `documented` or `observed`.
    #[arg(long, value_name = "PROFILE", env = "POOLPASS_SCOPE_PROFILE", value_parser = choice::<ScopeProfile>())]
    scope_profile: Option<ScopeProfile>,
    /// What to answer when every scope is inactive: `token` or `invalid_scope`.
    #[arg(long, value_name = "ANSWER", env = "POOLPASS_ALL_INACTIVE", value_parser = choice::<AllInactive>())]
    all_inactive: Option<AllInactive>,
    /// Answer for a pool without a domain as AWS does: not at all.
    #[arg(long, env = "POOLPASS_REQUIRE_DOMAIN", num_args = 0..=1, default_missing_value = "true",
          require_equals = true, value_parser = BoolishValueParser::new())]
    require_domain: Option<bool>,
    /// Let an update of a client re-send scopes that are on its list but inactive.
    #[arg(long, env = "POOLPASS_ACCEPT_INACTIVE_ON_UPDATE", num_args = 0..=1, default_missing_value = "true",
          require_equals = true, value_parser = BoolishValueParser::new())]
    accept_inactive_on_update: Option<bool>,
    /// Refuse unsigned calls of operations that AWS wants signed.
    #[arg(long, env = "POOLPASS_STRICT_AUTH", num_args = 0..=1, default_missing_value = "true",
          require_equals = true, value_parser = BoolishValueParser::new())]
    strict_auth: Option<bool>,
    /// Let a refresh keep scopes that were taken off the client's list after the sign-in.
    #[arg(long, env = "POOLPASS_KEEP_REMOVED_SCOPES", num_args = 0..=1, default_missing_value = "true",
          require_equals = true, value_parser = BoolishValueParser::new())]
    keep_removed_scopes: Option<bool>,
    /// Offer on the hosted pages to sign in as any user, without a password.
    #[arg(long, env = "POOLPASS_SIGN_IN_PICKER", num_args = 0..=1, default_missing_value = "true",
          require_equals = true, value_parser = BoolishValueParser::new())]
    sign_in_picker: Option<bool>,
    /// Offer it to callers from beyond this machine, too.
    #[arg(long, env = "POOLPASS_OPEN_PICKER", num_args = 0..=1, default_missing_value = "true",
          require_equals = true, value_parser = BoolishValueParser::new())]
    open_picker: Option<bool>,
    /// Where the functions of a pool's `LambdaConfig` are called: the part of the URL before `/2015-03-31/functions/`.
    #[arg(long, value_name = "URL", env = "POOLPASS_HOOKS_URL")]
    hooks_url: Option<String>,
    /// How long a JWKS or discovery document may be cached. Default: 60.
    #[arg(long, value_name = "SECONDS", env = "POOLPASS_WELL_KNOWN_MAX_AGE")]
    well_known_max_age: Option<u32>,
    /// How many bytes of decision traces are kept; 0 keeps none. Default: 4194304.
    #[arg(long, value_name = "BYTES", env = "POOLPASS_TRACE_BYTES")]
    trace_bytes: Option<usize>,
    /// A further host name by which the control plane may be called. Can be given several times.
    #[arg(long, value_name = "NAME", env = "POOLPASS_ALLOWED_HOSTS", value_delimiter = ',')]
    allowed_host: Option<Vec<String>>,
    /// An origin whose pages may call the control plane. Can be given several times.
    #[arg(long, value_name = "ORIGIN", env = "POOLPASS_ALLOWED_ORIGINS", value_delimiter = ',')]
    allowed_origin: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum LogFormat {
    Text,
    Json,
}

/// Reads a choice by its name in the configuration, which is spelled in one place only: beside the choice.
pub(super) fn choice<T>() -> impl clap::builder::TypedValueParser<Value = T>
where
    T: serde::de::DeserializeOwned + Clone + Send + Sync + 'static,
{
    clap::builder::NonEmptyStringValueParser::new()
        .try_map(|text| serde_json::from_value::<T>(serde_json::Value::String(text)).map_err(|error| error.to_string()))
}

/// The gateways that flags declare.
#[derive(Debug, Args)]
#[command(next_help_heading = "Gateway")]
struct GatewayFlags {
    /// Stand in front of the API that this file describes (OpenAPI, SAM or CloudFormation); without a file, in front of
    /// those of the configuration or the demo world.
    #[arg(long, value_name = "FILE", env = "POOLPASS_GATEWAY", num_args = 0..=1, default_missing_value = "")]
    gateway: Option<String>,
    /// Declare the pools, resource servers and clients that the file needs and nobody declares.
    #[arg(long, env = "POOLPASS_CREATE_MISSING", num_args = 0..=1, default_missing_value = "true",
          require_equals = true, value_parser = BoolishValueParser::new())]
    create_missing: Option<bool>,
    #[command(flatten)]
    api: ApiFlags,
}

impl GatewayFlags {
    /// What the flags declare.
    fn file(&self, demo: bool) -> Result<Option<ConfigFile>, Failure> {
        if let Some(api) = self.gateway.as_deref().filter(|api| !api.is_empty()) {
            return Ok(Some(self.api.declared(Path::new(api), self.create_missing.unwrap_or(false))?));
        }
        if self.create_missing == Some(true) {
            return Err(Failure("--create-missing is for a gateway with a file: --gateway FILE".to_owned()));
        }
        self.api.without_file("--gateway FILE")?;
        let wanted = demo && self.gateway.is_some();
        Ok(wanted.then(seed::demo::gateway).transpose()?)
    }
}

impl Serve {
    /// Runs the server until it is told to stop.
    pub(super) fn run(self, output: &mut Output) -> Result<(), Failure> {
        start_logging(&self.log, self.log_format)?;
        let (ready_json, demo) = (self.ready_json.unwrap_or(false), self.demo.unwrap_or(false));
        let mut files = self.files()?;
        let settings = self.settings(&files)?;
        let listeners = Listeners::bind(&settings)?;
        let address = *listeners.addresses().first().ok_or_else(|| Failure("no address to listen on".to_owned()))?;
        let gateways = GatewayListeners::bind(app::wanted(&files, &settings), &settings)?;
        let mut app = App::build(&settings, &Effects::system(), address.port())?;
        server::block_on(async move {
            // Before anything is announced: whoever reads the ready line may send a signal at once.
            let ends = Ends::heard()?;
            for file in &files {
                declare(&app, file).await?;
            }
            let opened = app.open_gateways(&files, &settings, gateways.bound(), PoolsAt::Here).await?;
            let made = Made::of(&app, &files, opened.missing.as_ref()).await?;
            files.extend(opened.missing.clone());
            let main = listeners.serve(&app, settings.workers)?;
            let running = gateways.serve(&app, settings.workers)?.into_iter().chain([main]);
            let (files, opened) = (&files, &opened);
            let announcement = Announcement { app: &app, settings: &settings, address, files, demo, made, opened };
            output.line(&if ready_json { announcement.line() } else { announcement.banner() })?;
            Ok(server::run_until(running, ends.come()).await?)
        })
    }

    /// The user's file, the demo world and the gateway of the flags, as far as they are wanted.
    fn files(&self) -> Result<Vec<ConfigFile>, Failure> {
        let wants_demo = self.demo.unwrap_or(false);
        let file = self.config.as_deref().map(|file| configuration(file, "--gateway FILE")).transpose()?;
        let demo = wants_demo.then(seed::demo::file).transpose()?;
        let gateway = self.gateway.file(wants_demo)?;
        let files: Vec<_> = file.into_iter().chain(demo).chain(gateway).collect();
        if self.gateway.gateway.is_some() && files.iter().all(|file| file.gateways.is_empty()) {
            let problem =
                "--gateway: no gateway is declared; name the file of an API, or declare `gateways:` with --config";
            return Err(Failure(problem.to_owned()));
        }
        Ok(files)
    }

    fn settings(self, files: &[ConfigFile]) -> Result<Settings, Failure> {
        let demo = self.demo.unwrap_or(false);
        let told = self.layer();
        let mut layer = files.iter().fold(told.clone(), |layer, file| layer.over(file.server.clone()));
        if demo && layer.store.is_none() {
            layer.store = Some(StoreChoice::Memory);
        }
        layer.settle().map_err(|error| blamed(&error, &told, files))
    }

    /// What flags and environment say.
    fn layer(self) -> Layer {
        let behaviour = self.behaviour;
        Layer {
            listen: self.listen,
            store: self.store,
            base_url: behaviour.base_url,
            region: behaviour.region,
            strict_auth: behaviour.strict_auth,
            quotas: None,
            issuer: behaviour.issuer,
            scope_profile: behaviour.scope_profile,
            all_inactive: behaviour.all_inactive,
            require_domain: behaviour.require_domain,
            accept_inactive_on_update: behaviour.accept_inactive_on_update,
            keep_removed_scopes: behaviour.keep_removed_scopes,
            sign_in_picker: behaviour.sign_in_picker,
            open_picker: behaviour.open_picker,
            hooks: HookLayer { url: behaviour.hooks_url, ..HookLayer::default() },
            well_known_max_age: behaviour.well_known_max_age,
            trace_bytes: behaviour.trace_bytes,
            allowed_hosts: behaviour.allowed_host,
            allowed_origins: behaviour.allowed_origin,
            open: self.open,
            workers: self.workers,
            signing_threads: self.signing_threads,
            ..self.gateway.api.layer()
        }
    }
}

pub(super) fn start_logging(filter: &str, format: LogFormat) -> Result<(), Failure> {
    let filter = tracing_subscriber::EnvFilter::try_new(filter)
        .map_err(|error| Failure(format!("the log filter `{filter}` cannot be read: {error}")))?;
    let colours = io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(io::stderr);
    match format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().init(),
    }
    Ok(())
}

/// What is wrong with a setting, and which flag, variable or line of a file gave it.
fn blamed(error: &SettingsError, told: &Layer, files: &[ConfigFile]) -> Failure {
    let file = files.iter().find(|file| error.is_due_to(&file.server));
    if !error.is_due_to(told) {
        return file.map_or_else(|| Failure(error.to_string()), |file| file.misplaced(error).into());
    }
    let flag = format!("--{}", error.key().replace(['_', '.'], "-"));
    let is_flag =
        |argument: &str| argument.strip_prefix(&flag).is_some_and(|rest| rest.is_empty() || rest.starts_with('='));
    let source = if std::env::args_os().any(|argument| argument.to_str().is_some_and(is_flag)) {
        flag
    } else {
        format!("POOLPASS_{}", error.key().replace('.', "_").to_uppercase())
    };
    Failure(format!("{source}: {error}"))
}

async fn declare(app: &App, file: &ConfigFile) -> Result<(), Failure> {
    let report = app.declare(file).await?;
    for what in report.left_alone {
        tracing::warn!("the {what} exists and was not declared before: it is left as the API made it");
    }
    Ok(())
}

/// The signals that mean the end.
pub(super) struct Ends {
    interrupt: Signal,
    terminate: Signal,
}

impl Ends {
    /// From here on SIGINT and SIGTERM wait to be asked for.
    pub(super) fn heard() -> io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for one of them.
    pub(super) async fn come(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
