//! What a file declares, before it is tied to what there is here.

use std::collections::BTreeMap;

use crate::domain::gateway::cors::Cors;
use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::responses::Responses;
use crate::domain::gateway::route::Canned;

use super::registered::Registered;
use super::resolve::{Text, Undecided};

/// An API as it is declared.
#[derive(Debug)]
pub(super) struct Draft {
    /// Whose manners it has.
    pub(super) dialect: Dialect,
    /// Its authorizers, by name.
    pub(super) authorizers: BTreeMap<String, Declared>,
    /// Its routes.
    pub(super) routes: Vec<Planned>,
    /// What browsers are told.
    pub(super) cors: Option<Cors>,
    /// The answers that are worded otherwise.
    pub(super) responses: Responses,
    /// What it registers at pools.
    pub(super) registered: Registered,
}

/// A declared authorizer.
#[derive(Debug, Clone)]
pub(super) struct Declared {
    /// Where.
    pub(super) line: u64,
    /// What it asks of tokens.
    pub(super) means: Means,
}

/// What an authorizer asks of tokens.
#[derive(Debug, Clone)]
pub(super) enum Means {
    /// That they are of these pools, whatever their client.
    Pools {
        /// The ARNs of the pools.
        pools: Vec<Text>,
        /// Where the token is; the header `Authorization` unless said.
        source: Option<Text>,
        /// What an audience must match.
        pattern: Option<Text>,
    },
    /// That they are of this issuer, and for one of these audiences.
    Jwt {
        /// What `iss` must be.
        issuer: Option<Text>,
        /// The audiences.
        audiences: Vec<Text>,
        /// Where the token is; the header `Authorization` unless said.
        source: Option<Text>,
    },
    /// Something that is not simulated: this.
    Unsupported(String),
    /// Nothing that API Gateway would know of: a security scheme of this type, without its extensions.
    Unknown(String),
}

/// A declared route.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    /// Where.
    pub(super) line: u64,
    /// `GET`, `ANY`.
    pub(super) method: String,
    /// Its path, or `$default`.
    pub(super) path: String,
    /// Who may use it.
    pub(super) gate: Gate,
    /// Whether it asks for an API key, if that is said.
    pub(super) keyed: Option<bool>,
    /// The answer of a mock integration.
    pub(super) mock: Option<Canned>,
}

/// Who may use a declared route.
#[derive(Debug, Clone)]
pub(super) enum Gate {
    /// Everybody, unless a default of the API says otherwise.
    Unsaid,
    /// Everybody.
    Open,
    /// Who this authorizer lets through, with these scopes.
    Asks(String, Vec<Text>),
    /// Nobody, as authorization of this kind is not simulated.
    Unsupported(String),
    /// Nobody, as this cannot be told; with the name that it depends on, if that can be tied.
    Unclear(String, Option<String>),
    /// Nobody, as it cannot be told whether there is such a route.
    Conditional(Undecided),
}

impl Planned {
    /// A route about which no more is said than this.
    pub(super) fn new(line: u64, method: String, path: String, gate: Gate) -> Self {
        Self { line, method, path, gate, keyed: None, mock: None }
    }
}

impl Draft {
    /// An API about which nothing is said yet.
    pub(super) fn new(dialect: Dialect) -> Self {
        let (authorizers, responses) = (BTreeMap::new(), Responses::default());
        let registered = Registered::default();
        Self { dialect, authorizers, routes: Vec::new(), cors: None, responses, registered }
    }
}
