//! Whether routes that are open to everybody keep a server from starting.

use std::fmt;

use super::gateway::{DeclaredGateway, DeclaredMode};
use crate::domain::gateway::route::{Route, RouteKey};

/// Whether open routes are put up with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unprotected {
    /// Whether none may be open.
    pub refused: bool,
    /// The routes that may be open all the same.
    pub allowed: Vec<RouteKey>,
}

/// What is open and must not be: routes, and gateways that only observe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposed(Vec<String>);

impl Unprotected {
    /// Refuses gateways with routes that are open, unless that is put up with.
    pub fn check<'g>(
        &self,
        gateways: impl IntoIterator<Item = (&'g DeclaredGateway, &'g [Route])>,
    ) -> Result<(), Exposed> {
        let gateways = gateways.into_iter().filter(|_| self.refused);
        let open: Vec<_> = gateways.flat_map(|(gateway, routes)| self.open(gateway, routes)).collect();
        if open.is_empty() { Ok(()) } else { Err(Exposed(open)) }
    }

    fn open(&self, gateway: &DeclaredGateway, routes: &[Route]) -> Vec<String> {
        if gateway.mode == DeclaredMode::Observe {
            return vec![format!("all of `{}`, which only observes", gateway.name)];
        }
        let open = routes.iter().filter(|route| route.is_unprotected() && !self.allowed.contains(&route.key));
        open.map(|route| route.key.to_string()).collect()
    }
}

impl fmt::Display for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UNPROTECTED: {} (`--allow ROUTE` for each that is meant to be open)", self.0.join(", "))
    }
}

impl std::error::Error for Exposed {}
