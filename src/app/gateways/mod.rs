//! Gateways: from what is declared to what is served.

mod check;
mod explain;
mod missing;
mod plan;
mod revocation;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::config::gateway::{DeclaredForward, DeclaredMetadata, DeclaredPayload, misdeclared};
use crate::config::{ConfigFile, DeclaredGateway, DeclaredMode, FileError, Misdeclared, Settings};
use crate::domain::gateway::api::Api;
use crate::domain::gateway::authorizer::Issuer;
use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::route::{Access, Route};
use crate::domain::gateway::table::RouteTable;
use crate::domain::id::UserPoolId;
use crate::domain::pool::UserPool;
use crate::domain::rules::enforce::Observing;
use crate::gateway::context::{Payload, Telling};
use crate::gateway::forward::{Limits, Upstream};
use crate::gateway::function::{BinaryType, Function};
use crate::gateway::{Behind, Gateway, Metadata, Mode, Place, Showing, circle};
use crate::store::StoreError;
use crate::store::documents;

use super::{App, DeclareError};

pub use check::check;
pub use plan::{Known, Plan, plans};

/// How many pools are read at once.
const BATCH: usize = 100;

/// Where the pools are whose tokens the gateways of a server take.
#[derive(Clone, Copy)]
pub enum PoolsAt<'a> {
    /// In this server.
    Here,
    /// Elsewhere: the issuer of a pool.
    Elsewhere(&'a dyn Fn(&UserPoolId) -> String),
}

/// What came of opening gateways.
#[derive(Default)]
pub struct Opened {
    /// What was declared because imported files need it.
    pub missing: Option<ConfigFile>,
    /// What whoever opened them should know.
    pub notes: Vec<String>,
    /// The pools that imported files name, which are not here and are not to be made.
    pub lacking: BTreeSet<UserPoolId>,
}

impl App {
    /// Puts the declared gateways together; `bound` says what the addresses that they want are bound as.
    pub async fn open_gateways(
        &mut self,
        files: &[ConfigFile],
        settings: &Settings,
        bound: &BTreeMap<String, Vec<SocketAddr>>,
        pools: PoolsAt<'_>,
    ) -> Result<Opened, DeclareError> {
        let known = match pools {
            PoolsAt::Here => Known::These(self.pools_here().await?),
            PoolsAt::Elsewhere(_) => Known::Elsewhere,
        };
        let plans = plans(files, &known)?;
        settings.unprotected.check(plans.iter().map(|plan| (plan.declared, plan.api.routes.as_slice())))?;
        let declared = files.iter().flat_map(|file| &file.world.pools).map(|pool| &pool.id).collect();
        let missing = missing::file(&plans, &declared);
        if let Some(missing) = &missing {
            self.declare(missing).await?;
        }
        let lacking = plans.iter().flat_map(|plan| plan.lacks.iter().cloned()).collect();
        let (mut all, mut notes): (Vec<Arc<Gateway>>, Vec<String>) = (Vec::new(), Vec::new());
        for plan in &plans {
            let wanted = addresses(plan.declared, settings).iter();
            let addresses = wanted.filter_map(|name| bound.get(name)).flatten().copied().collect();
            notes.extend(plan.notes.iter().cloned());
            let (gateway, said) = open(plan, addresses, pools, &all)?;
            notes.extend(said);
            all.push(Arc::new(gateway));
        }
        refuse_circle(&plans, &all)?;
        notes.extend(settings.unprotected.notes(plans.iter().flat_map(|plan| &plan.api.routes)));
        self.gateways.all = all.into();
        self.bench.gateways = Some(Arc::new(self.gateways.clone()));
        Ok(Opened { missing, notes, lacking })
    }

    async fn pools_here(&self) -> Result<BTreeSet<UserPoolId>, StoreError> {
        let (mut pools, prefix) = (BTreeSet::new(), documents::user_pools());
        let mut last: Option<UserPoolId> = None;
        loop {
            let after = last.as_ref().map(UserPoolId::as_str);
            let batch: Vec<UserPool> = self.control.database.scan(&prefix, after, BATCH).await?;
            let Some(end) = batch.last() else { return Ok(pools) };
            last = Some(end.id.clone());
            pools.extend(batch.into_iter().map(|pool| pool.id));
        }
    }
}

/// The addresses that a gateway wants to listen on.
fn addresses<'a>(declared: &'a DeclaredGateway, settings: &'a Settings) -> &'a [String] {
    if declared.listen.0.is_empty() { &settings.gateway_listen } else { &declared.listen.0 }
}

/// Every address that the gateways of these files want to listen on.
pub fn wanted<'a>(files: &'a [ConfigFile], settings: &'a Settings) -> impl Iterator<Item = &'a String> {
    let gateways = files.iter().flat_map(|file| &file.gateways);
    gateways.flat_map(|gateway| addresses(gateway, settings))
}

/// The gateway of a plan, with these before it, and what to know about it.
fn open(
    plan: &Plan<'_>,
    addresses: Vec<SocketAddr>,
    pools: PoolsAt<'_>,
    others: &[Arc<Gateway>],
) -> Result<(Gateway, Vec<String>), FileError> {
    let misdeclared = |error| plan.file.misdeclared(plan.position, error);
    let mut notes = revocation::notes(plan.declared, matches!(pools, PoolsAt::Here)).map_err(misdeclared)?;
    let built = build(plan, addresses, pools).and_then(|gateway| alone(gateway, others));
    let gateway = built.map_err(misdeclared)?;
    if gateway.table.routes().is_empty() {
        notes.push(format!("the gateway `{}` has no routes: it refuses every request", gateway.name));
    }
    Ok((gateway, notes))
}

/// Refuses gateways of which one is behind itself; each has the position of its plan.
fn refuse_circle(plans: &[Plan<'_>], all: &[Arc<Gateway>]) -> Result<(), FileError> {
    let Some(gateway) = circle::first(all) else { return Ok(()) };
    let problem =
        format!("the upstream leads back to the gateway `{}` itself: name where the API listens", gateway.name);
    let plan = plans.iter().find(|plan| plan.declared.name.as_str() == &*gateway.name);
    plan.map_or(Ok(()), |plan| Err(plan.file.misdeclared(plan.position, misdeclared("upstream", problem))))
}

fn build(plan: &Plan<'_>, addresses: Vec<SocketAddr>, pools: PoolsAt<'_>) -> Result<Gateway, Misdeclared> {
    let declared = plan.declared;
    let Api { dialect, mut routes, cors, responses } = plan.api.clone();
    if let PoolsAt::Elsewhere(issuer) = pools {
        for route in &mut routes {
            send_elsewhere(route, issuer);
        }
    }
    let table = RouteTable::new(routes, dialect).map_err(|error| misdeclared("routes", error))?;
    let behind = behind(declared, dialect, plan.file.is_of_flags())?;
    let mode = match declared.mode {
        DeclaredMode::Enforce => Mode::Enforce,
        DeclaredMode::Mock => Mode::Mock,
        DeclaredMode::Observe => Mode::Observe(Observing::announce(&declared.name, |line| tracing::warn!("{line}"))),
    };
    let metadata = metadata(&declared.resource_metadata, &table);
    let (host, base_path, stage) = declared.place()?;
    let place = Place { addresses, host, base_path, stage };
    let telling = telling(&declared.forward)?;
    let name = declared.name.as_str().into();
    let showing = Showing { header: declared.explain.header, page: declared.explain.page };
    Ok(Gateway { name, place, dialect, table, mode, behind, cors, responses, telling, showing, metadata })
}

/// What a gateway publishes.
fn metadata(declared: &DeclaredMetadata, table: &RouteTable) -> Option<Metadata> {
    let DeclaredMetadata::Some(declared) = declared else { return None };
    let found = Metadata::of(table.routes().iter().map(|route| &**route));
    Some(Metadata {
        resource: declared.resource.as_ref().map(|url| url.trim_end_matches('/').to_owned()),
        scopes: declared.scopes_supported.clone().unwrap_or(found.scopes),
        name: declared.resource_name.clone(),
        documentation: declared.resource_documentation.clone(),
        ..found
    })
}

/// What stands behind a gateway, which flags declare or a configuration.
fn behind(declared: &DeclaredGateway, dialect: Dialect, by_flags: bool) -> Result<Behind, Misdeclared> {
    let limits = limits(&declared.forward);
    if let Some(function) = &declared.function {
        let binary = function.binary_media_types.iter().enumerate().map(|(position, text)| {
            let key = || format!("function.binary_media_types[{position}]");
            BinaryType::parse(text).map_err(|error| misdeclared(key(), error))
        });
        let binary = binary.collect::<Result<_, _>>()?;
        let payload = payload(function.payload(dialect));
        let function = Function::new(&function.url()?, &function.name, (dialect, payload), binary, limits);
        return function.map(Behind::Function).map_err(|error| misdeclared("function.url", error));
    }
    match declared.upstream()? {
        Some(url) => {
            let upstream = Upstream::new(&url, limits).map_err(|error| misdeclared("upstream", error))?;
            Ok(Behind::Upstream(upstream))
        }
        None if declared.mode == DeclaredMode::Mock => Ok(Behind::Nothing),
        None => {
            let how = if by_flags {
                "name the upstream (--upstream URL), or start with `--gateway-mode mock`"
            } else {
                "set `upstream:` or `function:` of this gateway, or `mode: mock`"
            };
            Err(misdeclared("upstream", format!("requests that are let through need somewhere to go: {how}")))
        }
    }
}

fn payload(declared: DeclaredPayload) -> Payload {
    match declared {
        DeclaredPayload::V1 => Payload::V1,
        DeclaredPayload::V2 => Payload::V2,
    }
}

/// What the upstream is told about whoever was let through.
fn telling(declared: &DeclaredForward) -> Result<Telling, Misdeclared> {
    Telling::new(payload(declared.payload), &declared.headers).map_err(|error| misdeclared("forward.headers", error))
}

fn limits(declared: &DeclaredForward) -> Limits {
    Limits {
        connect: Duration::from_secs(declared.connect_timeout.get().into()),
        answer: Duration::from_secs(declared.timeout.get().into()),
        body: declared.max_body,
    }
}

/// Puts the issuers of pools in the place of pools that are not here.
fn send_elsewhere(route: &mut Route, issuer: &dyn Fn(&UserPoolId) -> String) {
    let Access::Authorizer(authorizer, _) = &mut route.access else { return };
    for each in &mut Arc::make_mut(authorizer).issuers {
        if let Issuer::Pool(pool) = each {
            *each = Issuer::Remote(issuer(pool));
        }
    }
}

/// Refuses a gateway that another one stands in the way of.
fn alone(gateway: Gateway, others: &[Arc<Gateway>]) -> Result<Gateway, Misdeclared> {
    if others.iter().any(|other| other.name == gateway.name) {
        return Err(misdeclared("name", format!("there is a gateway `{}` already", gateway.name)));
    }
    match others.iter().find(|other| other.place.is_taken_by(&gateway.place)) {
        None => Ok(gateway),
        Some(other) => {
            let problem = format!(
                "the gateway `{}` has the same address, host, base path and stage as `{}`",
                gateway.name, other.name
            );
            Err(misdeclared("base_path", problem))
        }
    }
}
