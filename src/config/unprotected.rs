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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exposed {
    observing: Vec<String>,
    open: Vec<RouteKey>,
    /// Routes that may be open, and are those but for their letters.
    misspelled: Vec<RouteKey>,
}

impl Unprotected {
    /// Refuses gateways with routes that are open, unless that is put up with.
    pub fn check<'g>(
        &self,
        gateways: impl IntoIterator<Item = (&'g DeclaredGateway, &'g [Route])>,
    ) -> Result<(), Exposed> {
        let mut exposed = Exposed::default();
        for (gateway, routes) in gateways.into_iter().filter(|_| self.refused) {
            if gateway.mode == DeclaredMode::Observe {
                exposed.observing.push(gateway.name.clone());
                continue;
            }
            let open = routes.iter().filter(|route| route.is_unprotected() && !self.allowed.contains(&route.key));
            exposed.open.extend(open.map(|route| route.key.clone()));
        }
        let meant = |key: &&RouteKey| exposed.open.iter().any(|open| is_misspelled(open, key));
        exposed.misspelled = self.allowed.iter().filter(meant).cloned().collect();
        if exposed.observing.is_empty() && exposed.open.is_empty() { Ok(()) } else { Err(exposed) }
    }

    /// What to know about routes that may be open: those that are none of these, or that are not open.
    pub fn notes<'r>(&self, routes: impl IntoIterator<Item = &'r Route>) -> Vec<String> {
        let routes: Vec<_> = routes.into_iter().collect();
        let is_open = |key: &RouteKey| routes.iter().any(|route| route.key == *key && route.is_unprotected());
        let unused = self.allowed.iter().filter(|key| !is_open(key));
        let note = |key: &RouteKey| {
            if routes.iter().any(|route| route.key == *key) {
                return format!("`{key}` may be open (--allow), and is not");
            }
            match routes.iter().find(|route| is_misspelled(&route.key, key)) {
                Some(route) => format!("`{key}` may be open (--allow), and is not there: the route is `{}`", route.key),
                None => format!("`{key}` may be open (--allow), and is not there"),
            }
        };
        unused.map(note).collect()
    }
}

impl fmt::Display for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let observing = self.observing.iter().map(|name| format!("all of `{name}`, which only observes")).collect();
        let open = self.open.iter().map(ToString::to_string).collect();
        let enforce = "let it enforce: `mode: enforce`, or `--gateway-mode enforce` where a flag says so";
        let allow = "`--allow ROUTE` for each that is meant to be open";
        let parts: [(Vec<String>, &str); 2] = [(observing, enforce), (open, allow)];
        let parts = parts.iter().filter(|(those, _)| !those.is_empty());
        let parts: Vec<_> = parts.map(|(those, how)| format!("{} ({how})", those.join(", "))).collect();
        write!(f, "UNPROTECTED: {}", parts.join(", "))?;
        self.misspelled.iter().try_for_each(|key| write!(f, "; `{key}` is another route: mind the case of letters"))
    }
}

/// Whether a route is another one only by the case of its letters.
fn is_misspelled(route: &RouteKey, key: &RouteKey) -> bool {
    route != key && route.to_string().eq_ignore_ascii_case(&key.to_string())
}

impl std::error::Error for Exposed {}
