//! What a file itself says of the scopes of pools: the resource servers that define them, the clients that may have them.

use std::collections::BTreeSet;

use crate::domain::id::UserPoolId;
use crate::domain::scope::Scope;

/// The scope that a user's token has without a client's list.
const SIGN_IN: &str = "aws.cognito.signin.user.admin";

/// What is registered at pools.
#[derive(Debug, Default)]
pub(super) struct Registered {
    /// Their resource servers.
    pub(super) servers: Vec<Server>,
    /// Their clients.
    pub(super) clients: Vec<Client>,
}

/// A resource server.
#[derive(Debug)]
pub(super) struct Server {
    /// Its logical id.
    pub(super) id: String,
    /// The pool it is of.
    pub(super) pool: UserPoolId,
    /// Its identifier.
    pub(super) identifier: String,
    /// The names of its scopes, if they can be told.
    pub(super) scopes: Option<BTreeSet<String>>,
}

/// A client.
#[derive(Debug)]
pub(super) struct Client {
    /// The pool it is of.
    pub(super) pool: UserPoolId,
    /// The scopes it may have, if they can be told.
    pub(super) scopes: Option<BTreeSet<String>>,
}

/// Why no token has a scope, as far as the file goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost<'r> {
    /// The resource server with this logical id does not define it.
    Undefined(&'r str),
    /// No client may have it.
    Unattainable,
}

impl Registered {
    /// Why no token of a pool has a scope, if that is so.
    pub(super) fn lost(&self, pool: &UserPoolId, scope: &Scope) -> Option<Lost<'_>> {
        self.undefined(pool, scope).map(Lost::Undefined).or_else(|| self.unattainable(pool, scope))
    }

    fn undefined(&self, pool: &UserPoolId, scope: &Scope) -> Option<&str> {
        let (identifier, name) = scope.split().filter(|_| !scope.is_built_in())?;
        let mut servers = self.servers.iter().filter(|server| server.pool == *pool && server.identifier == identifier);
        let first = servers.clone().next()?;
        let lacks = |server: &Server| server.scopes.as_ref().is_some_and(|scopes| !scopes.contains(name));
        servers.all(lacks).then_some(&first.id)
    }

    fn unattainable(&self, pool: &UserPoolId, scope: &Scope) -> Option<Lost<'_>> {
        let clients = || self.clients.iter().filter(|client| client.pool == *pool);
        let lacks = |client: &Client| client.scopes.as_ref().is_some_and(|scopes| !scopes.contains(scope.as_str()));
        let lost = scope.as_str() != SIGN_IN && clients().next().is_some() && clients().all(lacks);
        lost.then_some(Lost::Unattainable)
    }
}
