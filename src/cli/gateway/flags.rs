//! The flags that declare a gateway, for every command that serves one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::BoolishValueParser;

use super::kind::is_a_configuration;
use crate::cli::Failure;
use crate::cli::serve::choice;
use crate::config::gateway::OneOrMore;
use crate::config::{ConfigFile, DeclaredGateway, DeclaredMode, Layer};
use crate::domain::gateway::route::RouteKey;

/// What flags say about gateways.
#[derive(Debug, Args)]
pub(in crate::cli) struct ApiFlags {
    /// Address that gateways listen on which name none; port 0 takes a free one. Can be given several times.
    ///
    /// Default: `127.0.0.1:7277` and `[::1]:7277`.
    #[arg(long, value_name = "HOST:PORT", env = "POOLPASS_GATEWAY_LISTEN", value_delimiter = ',')]
    gateway_listen: Option<Vec<String>>,
    /// Where requests go that are let through.
    #[arg(long, value_name = "URL", env = "POOLPASS_UPSTREAM")]
    upstream: Option<String>,
    /// What becomes of requests: `enforce`, `observe` (all go upstream) or `mock` (none does). Default: enforce.
    #[arg(long, value_name = "MODE", env = "POOLPASS_GATEWAY_MODE", value_parser = choice::<DeclaredMode>())]
    gateway_mode: Option<DeclaredMode>,
    /// What a name of the file means here: a pool id, ARN or issuer, a logical id, an audience. Can be given several times.
    #[arg(long = "map", value_name = "THEIRS=OURS", env = "POOLPASS_MAP", value_delimiter = ',')]
    map: Vec<String>,
    /// The logical id of the API, where a template has several.
    #[arg(long, value_name = "ID", env = "POOLPASS_GATEWAY_API")]
    gateway_api: Option<String>,
    /// End with 1, and serve nothing, if a route is open to everybody.
    #[arg(long, env = "POOLPASS_FAIL_ON_UNPROTECTED", num_args = 0..=1, default_missing_value = "true",
          require_equals = true, value_parser = BoolishValueParser::new())]
    fail_on_unprotected: Option<bool>,
    /// A route that may be open all the same, such as `GET /health`. Can be given several times.
    #[arg(long, value_name = "ROUTE", env = "POOLPASS_ALLOW_UNPROTECTED", value_delimiter = ',',
          value_parser = RouteKey::parse)]
    allow: Option<Vec<RouteKey>>,
}

impl ApiFlags {
    /// What the flags say for all gateways.
    pub(in crate::cli) fn layer(&self) -> Layer {
        Layer {
            gateway_listen: self.gateway_listen.clone(),
            fail_on_unprotected: self.fail_on_unprotected,
            allow_unprotected: self.allow.clone(),
            ..Layer::default()
        }
    }

    /// The gateway in front of the API that this file describes.
    pub(in crate::cli) fn declared(&self, api: &Path, create_missing: bool) -> Result<ConfigFile, Failure> {
        if is_a_configuration(api) {
            let problem = "this is a configuration, which describes no API itself: name it with --config";
            return Err(Failure(format!("{}: {problem}", api.display())));
        }
        let gateway = DeclaredGateway {
            name: name_after(api),
            dialect: None,
            listen: OneOrMore::default(),
            host: None,
            base_path: None,
            stage: None,
            upstream: self.upstream.clone(),
            function: None,
            mode: self.gateway_mode.unwrap_or_default(),
            import: api.file_name().map(PathBuf::from),
            api: self.gateway_api.clone(),
            map: map(&self.map)?,
            create_missing,
            authorizers: BTreeMap::new(),
            default_authorizer: None,
            routes: Vec::new(),
            cors: None,
            responses: BTreeMap::new(),
            resource_metadata: crate::config::gateway::DeclaredMetadata::default(),
            forward: crate::config::gateway::DeclaredForward::default(),
            explain: crate::config::gateway::DeclaredExplain::default(),
        };
        gateway.upstream().map_err(|error| Failure(format!("--upstream (POOLPASS_UPSTREAM): {}", error.problem)))?;
        Ok(ConfigFile::of_gateway(api, gateway))
    }

    /// Refuses what is for a file, where there is none; `wanted` is how to name one.
    pub(in crate::cli) fn without_file(&self, wanted: &str) -> Result<(), Failure> {
        let given = [
            ("--upstream", "upstream", self.upstream.is_some()),
            ("--gateway-mode", "mode", self.gateway_mode.is_some()),
            ("--map", "map", !self.map.is_empty()),
            ("--gateway-api", "api", self.gateway_api.is_some()),
        ];
        match given.iter().find(|(_, _, given)| *given) {
            Some((flag, key, _)) => Err(Failure(format!(
                "{flag} is for a gateway with a file: {wanted}; a gateway of a configuration says `{key}:` itself"
            ))),
            None => Ok(()),
        }
    }
}

/// Reads `THEIRS=OURS`; theirs may have `=` in it.
fn map(pairs: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let pair = |text: &String| match text.rsplit_once('=') {
        Some((theirs, ours)) if !theirs.is_empty() && !ours.is_empty() => Ok((theirs.to_owned(), ours.to_owned())),
        _ => Err(Failure(format!("--map: `{text}` is not THEIRS=OURS"))),
    };
    pairs.iter().map(pair).collect()
}

/// The file's name without its ending, in the letters that names of gateways have.
fn name_after(api: &Path) -> String {
    let stem = api.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.~".contains(c) { c } else { '-' };
    if stem.is_empty() { "gateway".to_owned() } else { stem.chars().map(plain).collect() }
}
