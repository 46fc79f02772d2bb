//! Whether routes that are open to everybody keep a server from starting.

use std::fmt;

use crate::domain::gateway::route::{Route, RouteKey};

/// Whether open routes are put up with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unprotected {
    /// Whether none may be open.
    pub refused: bool,
    /// The routes that may be open all the same.
    pub allowed: Vec<RouteKey>,
}

/// Routes that are open and must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposed(Vec<String>);

impl Unprotected {
    /// Refuses routes that are open, unless that is put up with.
    pub fn check<'r>(&self, routes: impl IntoIterator<Item = &'r Route>) -> Result<(), Exposed> {
        let open = |route: &&Route| route.is_unprotected() && !self.allowed.contains(&route.key);
        let open = routes.into_iter().filter(|_| self.refused).filter(open);
        let open: Vec<_> = open.map(|route| route.key.to_string()).collect();
        if open.is_empty() { Ok(()) } else { Err(Exposed(open)) }
    }
}

impl fmt::Display for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UNPROTECTED: {}", self.0.join(", "))
    }
}

impl std::error::Error for Exposed {}
