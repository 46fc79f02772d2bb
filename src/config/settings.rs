//! The settings in force, after file, environment and flags have been put together.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

use crate::domain::id::Region;
use crate::domain::pool::PoolChoices;
use crate::domain::quotas::Quotas;

use super::hooks::HookSettings;
use super::unprotected::Unprotected;

/// The port of the pool, OAuth, console and test bench: POOL on a telephone's keypad.
pub const DEFAULT_PORT: u16 = 7665;

/// The port of the gateways: PASS on the same keypad.
pub const GATEWAY_PORT: u16 = 7277;

/// Everything that a server can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `host:port` to listen on; port 0 takes a free one.
    pub listen: Vec<String>,
    /// `host:port` that gateways listen on which name no address.
    pub gateway_listen: Vec<String>,
    /// Whether open routes of gateways are put up with.
    pub unprotected: Unprotected,
    /// Where documents are kept.
    pub store: StoreChoice,
    /// Where the server is reachable, if that is not `http://localhost:{port}`.
    pub base_url: Option<String>,
    /// The region of callers who name none, and of the ids of pools that are made for them.
    pub region: Region,
    /// Whether a signed operation must be signed.
    pub strict_auth: bool,
    /// How much of everything there may be.
    pub quotas: Quotas,
    /// The choices of pools that made none.
    pub choices: PoolChoices,
    /// Where functions are called.
    pub hooks: HookSettings,
    /// How long a JWKS or discovery document may be cached, in seconds.
    pub well_known_max_age: u32,
    /// How many bytes of traces are kept; 0 keeps none.
    pub trace_bytes: usize,
    /// Host names, beside the usual local ones, by which the control plane may be called.
    pub allowed_hosts: Vec<String>,
    /// Origins from which pages may call the control plane and the test bench.
    pub allowed_origins: Vec<String>,
    /// Whether the server may listen beyond loopback without asking anybody for credentials.
    pub open: bool,
    /// How many threads handle connections; the number of cores unless set.
    pub workers: Option<usize>,
    /// How many threads sign; the number of cores unless set.
    pub signing_threads: Option<usize>,
}

/// Where documents are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreChoice {
    /// Nowhere: they are gone when the server stops.
    Memory,
    /// In one file.
    Redb(PathBuf),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: both_faces(DEFAULT_PORT),
            gateway_listen: both_faces(GATEWAY_PORT),
            unprotected: Unprotected::default(),
            store: StoreChoice::Redb(PathBuf::from("poolpass.redb")),
            base_url: None,
            region: Region::from("us-east-1"),
            strict_auth: false,
            quotas: Quotas::default(),
            choices: PoolChoices::default(),
            hooks: HookSettings::default(),
            well_known_max_age: 60,
            trace_bytes: 4 * 1024 * 1024,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            open: false,
            workers: None,
            signing_threads: None,
        }
    }
}

/// Both addresses of `localhost`.
fn both_faces(port: u16) -> Vec<String> {
    vec![format!("127.0.0.1:{port}"), format!("[::1]:{port}")]
}

/// Not a store that this version knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the store `{0}` is neither `memory` nor `redb:PATH`")]
pub struct UnknownStore(String);

impl FromStr for StoreChoice {
    type Err = UnknownStore;

    fn from_str(text: &str) -> Result<Self, UnknownStore> {
        match text.split_once(':') {
            None if text == "memory" => Ok(Self::Memory),
            Some(("redb", path)) if !path.is_empty() => Ok(Self::Redb(PathBuf::from(path))),
            _ => Err(UnknownStore(text.to_owned())),
        }
    }
}

impl fmt::Display for StoreChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("memory"),
            Self::Redb(path) => write!(f, "redb:{}", path.display()),
        }
    }
}

impl<'de> Deserialize<'de> for StoreChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_written_as_it_is_read() {
        for text in ["memory", "redb:/data/poolpass.redb", "redb:a:b"] {
            assert_eq!(text.parse::<StoreChoice>().unwrap().to_string(), text);
        }
        for text in ["", "redb", "redb:", "postgres://x", "memory:x"] {
            assert_eq!(text.parse::<StoreChoice>(), Err(UnknownStore(text.to_owned())));
        }
    }
}
