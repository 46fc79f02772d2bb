//! What upstreams were told about the last tokens. It is the same for every request with a token, and making it anew costs
//! more than deciding about the request.

use std::sync::Arc;

use dashmap::DashMap;
use hyper::header::HeaderValue;

use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::route::Route;
use crate::domain::rules::enforce::Verified;

/// How many are kept; all are forgotten when there are more, which only costs time.
const MOST: usize = 1_000;

/// The headers; cloning shares them.
#[derive(Debug, Clone, Default)]
pub(super) struct Retold(Arc<DashMap<Key, (Arc<Verified>, HeaderValue), foldhash::fast::RandomState>>);

/// What makes one header differ from another.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    /// Where the token lies: that is its own place for as long as it is kept here.
    token: usize,
    dialect: Dialect,
    /// Whether it is for routes that ask for scopes.
    scopes: bool,
}

impl Retold {
    /// The header about this token for this route, made now unless it was before.
    pub(super) fn get(
        &self,
        dialect: Dialect,
        token: &Arc<Verified>,
        route: &Route,
        make: impl FnOnce() -> Option<HeaderValue>,
    ) -> Option<HeaderValue> {
        let key = Key { token: Arc::as_ptr(token).addr(), dialect, scopes: !route.scopes().is_empty() };
        if let Some(known) = self.0.get(&key) {
            return Some(known.1.clone());
        }
        let header = make()?;
        if self.0.len() >= MOST {
            self.0.clear();
        }
        self.0.insert(key, (Arc::clone(token), header.clone()));
        Some(header)
    }
}
