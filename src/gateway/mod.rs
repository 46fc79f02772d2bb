//! The gateway in front of an API: it lets through who a route's scopes let through, and says why not to all others.
//!
//! A request comes in on a listener of the gateway's own and is decided in stages (`decide`): a route is found, a token is
//! found, its signature is verified (`verifier`), its claims are judged. The answer to a refusal is the dialect's
//! (`dialect`). What is let through goes upstream (`forward`) or to a function (`function`), for which a `Permit` is needed,
//! and only a decision makes one; there it is told who asks (`context`). Browsers learn what they may do (`cors`). Other
//! proxies may ask for a decision alone (`forward_auth`).

pub mod circle;
mod coming;
pub mod context;
mod cors;
pub mod decide;
pub mod dialect;
pub mod dry_run;
mod explain;
pub mod forward;
mod forward_auth;
pub mod function;
mod header_name;
mod metadata;
mod method;
mod mock;
mod near;
pub mod place;
mod record;
pub mod serve;
mod show;
pub mod tls;
pub mod verifier;

use std::sync::Arc;

use crate::domain::gateway::cors::Cors;
use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::responses::Responses;
use crate::domain::gateway::table::RouteTable;
use crate::domain::rules::enforce::Observing;
use crate::explain::Recorder;

pub use decide::{Asked, Decision};
pub use forward::Upstream;
pub use function::Function;
pub use metadata::Metadata;
pub use place::Place;
pub use show::Showing;
pub use verifier::Verifier;

/// One API behind a gateway.
#[derive(Debug)]
pub struct Gateway {
    /// Its name.
    pub name: Arc<str>,
    /// Where it is found.
    pub place: Place,
    /// Whose manners it has.
    pub dialect: Dialect,
    /// Its routes.
    pub table: RouteTable,
    /// What becomes of requests.
    pub mode: Mode,
    /// Where requests go that are let through.
    pub behind: Behind,
    /// What browsers of other origins may do, if the gateway answers them itself.
    pub cors: Option<Cors>,
    /// Its answers that are worded otherwise.
    pub responses: Responses,
    /// What the upstream is told about whoever was let through.
    pub telling: context::Telling,
    /// Where a refusal says why.
    pub showing: Showing,
    /// What it publishes for clients that look for tokens, if it does.
    pub metadata: Option<Metadata>,
}

/// What is behind a gateway.
#[derive(Debug)]
pub enum Behind {
    /// Nothing: it only mocks.
    Nothing,
    /// An API that is spoken to as the gateway is.
    Upstream(Upstream),
    /// A function that is called as Lambda is.
    Function(Function),
}

/// What becomes of requests.
#[derive(Debug)]
pub enum Mode {
    /// Those that are let through go upstream.
    Enforce,
    /// All go upstream, also those that would be refused.
    Observe(Observing),
    /// None goes upstream: the gateway answers with what it decided.
    Mock,
}

impl Mode {
    /// Whether requests go upstream that were refused.
    pub fn observes(&self) -> bool {
        matches!(self, Self::Observe(_))
    }

    /// As the configuration spells it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Enforce => "enforce",
            Self::Observe(_) => "observe",
            Self::Mock => "mock",
        }
    }
}

/// What every gateway of a server shares; cloning shares it.
#[derive(Clone)]
pub struct Gateways {
    /// The gateways.
    pub all: Arc<[Arc<Gateway>]>,
    /// Verifies tokens.
    pub verifier: Verifier,
    /// Keeps what was decided.
    pub recorder: Recorder,
}
