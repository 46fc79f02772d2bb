//! `poolpass gateway`: gateways alone, for tokens that are issued elsewhere.

pub(super) mod announce;
mod flags;
mod kind;

use std::path::PathBuf;

use clap::Args;
use clap::builder::BoolishValueParser;
use serde::Serialize;

use crate::app::{self, App, PoolsAt};
use crate::config::{ConfigFile, Layer, StoreChoice};
use crate::domain::id::UserPoolId;
use crate::effects::Effects;
use crate::server::{self, GatewayListeners, Listeners};

use self::announce::ReadyGateway;
use super::serve::{Ends, LogFormat, start_logging};
use super::{Failure, Output};

pub(super) use flags::ApiFlags;
pub(super) use kind::{configuration, is_an_api};

/// Run gateways alone, for tokens that are issued elsewhere: by AWS, or by another poolpass.
///
/// A pool in a file of an API or in `pools:` of an authorizer means its issuer, of which the keys are fetched.
#[derive(Debug, Args)]
pub(super) struct Gateway {
    /// The file that describes the API (OpenAPI, SAM or CloudFormation).
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The configuration file (YAML) with `gateways:`; the pools it declares are not served.
    #[arg(long, value_name = "FILE", env = "POOLPASS_CONFIG")]
    config: Option<PathBuf>,
    /// Where the pools are: the issuer of one is this URL and its id. Default: the issuers of AWS.
    #[arg(long, value_name = "URL", env = "POOLPASS_POOLS_AT")]
    pools_at: Option<String>,
    #[command(flatten)]
    api: ApiFlags,
    /// Address of the test bench, where `poolpass explain --endpoint http://HOST:PORT` asks why; port 0 takes a free one.
    /// Can be given several times. Default: there is none.
    #[arg(long, value_name = "HOST:PORT", env = "POOLPASS_LISTEN", value_delimiter = ',')]
    listen: Option<Vec<String>>,
    /// Listen beyond loopback.
    #[arg(long, env = "POOLPASS_OPEN", num_args = 0..=1, default_missing_value = "true", require_equals = true,
          value_parser = BoolishValueParser::new())]
    open: Option<bool>,
    /// How many threads handle connections. Default: the number of cores.
    #[arg(long, value_name = "COUNT", env = "POOLPASS_WORKERS")]
    workers: Option<usize>,
    /// Print one line of JSON when the gateways are ready, and no banner.
    #[arg(long, env = "POOLPASS_READY_JSON", value_parser = BoolishValueParser::new(),
          num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    ready_json: Option<bool>,
    /// What is logged, such as `info` or `poolpass::gateway=debug`.
    #[arg(long, value_name = "FILTER", env = "POOLPASS_LOG", default_value = "warn,actix_http=off")]
    log: String,
    /// How it is logged, on standard error.
    #[arg(long, value_name = "FORMAT", env = "POOLPASS_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
}

/// The line that programs wait for.
#[derive(Serialize)]
struct Ready<'a> {
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<String>,
    gateways: Vec<ReadyGateway<'a>>,
}

impl Gateway {
    /// Runs the gateways until they are told to stop.
    pub(super) fn run(self, output: &mut Output) -> Result<(), Failure> {
        start_logging(&self.log, self.log_format)?;
        let files = self.files()?;
        let pools_at = self.pools_at()?;
        let ready_json = self.ready_json.unwrap_or(false);
        let listen = self.listen.clone();
        let told = Layer { workers: self.workers, open: self.open, listen, ..self.api.layer() };
        let mut settings = files.iter().fold(told, |layer, file| layer.over(file.server.clone())).settle()?;
        settings.store = StoreChoice::Memory;
        // What is asked of the test bench must have been kept, and what nobody can ask for need not be.
        let bench = self.listen.as_ref().map(|_| Listeners::bind(&settings)).transpose()?;
        settings.trace_bytes = if bench.is_some() { settings.trace_bytes } else { 0 };
        let listeners = GatewayListeners::bind(app::wanted(&files, &settings), &settings)?;
        let mut app = App::build(&settings, &Effects::system(), 0)?;
        // There are no pools here that a seed could make.
        app.bench.seed = None;
        server::block_on(async move {
            let ends = Ends::heard()?;
            let issuer = |pool: &UserPoolId| issuer(pools_at.as_deref(), pool);
            let opened = app.open_gateways(&files, &settings, listeners.bound(), PoolsAt::Elsewhere(&issuer)).await?;
            let endpoint = bench.as_ref().and_then(|bench| bench.addresses().first().copied());
            let endpoint = endpoint.map(|address| format!("http://{}", announce::reachable(address)));
            let bench = bench.map(|bench| bench.serve_bench(&app)).transpose()?;
            let running = listeners.serve(&app, settings.workers)?.into_iter().chain(bench);
            output.line(&if ready_json {
                serde_json::to_string(&Ready { event: "ready", endpoint, gateways: announce::ready(&app.gateways) })?
            } else {
                let notes: Vec<String> = opened.notes.into_iter().chain(of_aws(&app, pools_at.as_deref())).collect();
                banner(&app, endpoint.as_deref(), &notes)
            })?;
            Ok(server::run_until(running, ends.come()).await?)
        })
    }

    fn files(&self) -> Result<Vec<ConfigFile>, Failure> {
        let config = self.config.as_deref().map(|file| configuration(file, "poolpass gateway FILE")).transpose()?;
        let api = self.file.as_deref().map(|file| self.api.declared(file, false)).transpose()?;
        if api.is_none() {
            self.api.without_file("poolpass gateway FILE")?;
        }
        let files: Vec<_> = config.into_iter().chain(api).collect();
        if files.iter().all(|file| file.gateways.is_empty()) {
            let problem = "no gateway is declared; name the file of an API, or declare `gateways:` with --config";
            return Err(Failure(problem.to_owned()));
        }
        Ok(files)
    }

    fn pools_at(&self) -> Result<Option<String>, Failure> {
        let Some(text) = &self.pools_at else { return Ok(None) };
        let url = url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        match url.filter(|url| url.query().is_none() && url.fragment().is_none()) {
            Some(_) => Ok(Some(text.trim_end_matches('/').to_owned())),
            None => Err(Failure(format!("--pools-at: `{text}` is not an http or https URL without query"))),
        }
    }
}

fn issuer(pools_at: Option<&str>, pool: &UserPoolId) -> String {
    match pools_at {
        Some(url) => format!("{url}/{pool}"),
        None => format!("https://cognito-idp.{}.amazonaws.com/{pool}", pool.region()),
    }
}

/// What to know where the pools are those of AWS, which may not be meant.
fn of_aws(app: &App, pools_at: Option<&str>) -> Option<String> {
    let mut issuers = app.gateways.all.iter().flat_map(|gateway| announce::remote_issuers(gateway));
    let is_asked = pools_at.is_none() && issuers.any(|issuer| issuer.starts_with("https://cognito-idp."));
    is_asked.then(|| {
        "pools are asked for at AWS: tokens of a server on this machine are refused unless --pools-at says where it is, \
         such as http://localhost:7665"
            .to_owned()
    })
}

fn banner(app: &App, endpoint: Option<&str>, notes: &[String]) -> String {
    let mut text = format!("poolpass {} is ready\n\n", env!("CARGO_PKG_VERSION"));
    text.extend(endpoint.map(|endpoint| format!("  {:<10} {endpoint}/_poolpass/traces\n", "traces")));
    (text + &announce::lines(&app.gateways, notes)).trim_end().to_owned()
}
