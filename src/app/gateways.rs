//! Gateways: from what is declared to what is served.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::config::gateway::{DeclaredForward, misdeclared};
use crate::config::{ConfigFile, DeclaredGateway, DeclaredMode, Misdeclared, Settings};
use crate::domain::gateway::api::Api;
use crate::domain::gateway::table::RouteTable;
use crate::domain::id::UserPoolId;
use crate::domain::pool::UserPool;
use crate::domain::rules::enforce::Observing;
use crate::gateway::forward::{Limits, Upstream};
use crate::gateway::{Gateway, Mode, Place};
use crate::server::GatewayListeners;
use crate::store::StoreError;
use crate::store::documents;

use super::{App, DeclareError};

/// How many pools are read at once.
const BATCH: usize = 100;

impl App {
    /// Puts the declared gateways together; `listeners` are theirs.
    pub async fn open_gateways(
        &mut self,
        files: &[ConfigFile],
        settings: &Settings,
        listeners: &GatewayListeners,
    ) -> Result<(), DeclareError> {
        let known = self.pools_here().await?;
        let mut all: Vec<Arc<Gateway>> = Vec::new();
        for file in files {
            for (position, declared) in file.gateways.iter().enumerate() {
                let addresses = listeners.addresses(addresses(declared, settings));
                let built = build(declared, None, addresses, &|pool| known.contains(pool)).and_then(|gateway| {
                    alone(&gateway, &all)?;
                    Ok(gateway)
                });
                let Misdeclared { key, problem } = match built {
                    Ok(gateway) => {
                        all.push(Arc::new(gateway));
                        continue;
                    }
                    Err(misdeclared) => misdeclared,
                };
                return Err(file.error(&format!("gateways[{position}].{key}"), problem).into());
            }
        }
        self.gateways.all = all.into();
        Ok(())
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
pub fn addresses<'a>(declared: &'a DeclaredGateway, settings: &'a Settings) -> &'a [String] {
    if declared.listen.0.is_empty() { &settings.gateway_listen } else { &declared.listen.0 }
}

fn build(
    declared: &DeclaredGateway,
    imported: Option<Api>,
    addresses: Vec<SocketAddr>,
    known: &dyn Fn(&UserPoolId) -> bool,
) -> Result<Gateway, Misdeclared> {
    let Api { dialect, routes, cors, responses } = declared.api(imported, known)?;
    let table = RouteTable::new(routes, dialect).map_err(|error| misdeclared("routes", error))?;
    let upstream = declared.upstream()?.map(|url| Upstream::new(&url, limits(&declared.forward)));
    let upstream = upstream.transpose().map_err(|error| misdeclared("upstream", error))?;
    if upstream.is_none() && declared.mode != DeclaredMode::Mock {
        let problem = "requests that are let through need an `upstream`, unless the `mode` is `mock`";
        return Err(misdeclared("upstream", problem));
    }
    let mode = match declared.mode {
        DeclaredMode::Enforce => Mode::Enforce,
        DeclaredMode::Mock => Mode::Mock,
        DeclaredMode::Observe => Mode::Observe(Observing::announce(&declared.name, |line| tracing::warn!("{line}"))),
    };
    let (host, base_path, stage) = declared.place()?;
    let place = Place { addresses, host, base_path, stage };
    Ok(Gateway { name: declared.name.clone(), place, dialect, table, mode, upstream, cors, responses })
}

fn limits(declared: &DeclaredForward) -> Limits {
    Limits {
        connect: Duration::from_secs(declared.connect_timeout.get().into()),
        answer: Duration::from_secs(declared.timeout.get().into()),
        body: declared.max_body,
    }
}

/// Refuses a gateway that another one stands in the way of.
fn alone(gateway: &Gateway, others: &[Arc<Gateway>]) -> Result<(), Misdeclared> {
    if others.iter().any(|other| other.name == gateway.name) {
        return Err(misdeclared("name", format!("there is a gateway `{}` already", gateway.name)));
    }
    match others.iter().find(|other| other.place.is_taken_by(&gateway.place)) {
        None => Ok(()),
        Some(other) => {
            let problem = format!(
                "the gateway `{}` has the same address, host, base path and stage as `{}`",
                gateway.name, other.name
            );
            Err(misdeclared("base_path", problem))
        }
    }
}
