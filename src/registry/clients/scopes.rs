//! Whether the scopes on a client's list exist when the list is written.

use std::collections::HashMap;

use crate::domain::client::ClientSettings;
use crate::domain::id::UserPoolId;
use crate::domain::resource_server::ResourceServer;
use crate::domain::scope::Scope;
use crate::store::documents;
use crate::store::transaction::Transaction;

use super::super::RegistryError;
use super::{ClientError, SettingsError};

/// The resource servers that a list of scopes names; those that do not exist are missing.
type Servers<'a> = HashMap<&'a str, ResourceServer>;

/// Refuses a list with a scope that does not exist and is not in `kept`.
///
/// Reads each named resource server once, and no other. The reads are remembered although a scope that disappears later
/// does no harm (it is inactive then): so whoever has seen a server deleted never sees a client appear that was still
/// allowed to name it. It costs nothing but a second try when the very server changes at the same moment.
pub(super) async fn require(
    tx: &mut Transaction<'_>,
    pool: &UserPoolId,
    settings: &ClientSettings,
    kept: &[Scope],
) -> Result<(), RegistryError> {
    let wanted = settings.allowed_scopes();
    let mut servers: HashMap<&str, Option<ResourceServer>> = HashMap::new();
    for (identifier, _) in wanted.iter().filter_map(Scope::split) {
        if !servers.contains_key(identifier) {
            servers.insert(identifier, tx.get(&documents::resource_server(pool, identifier)).await?);
        }
    }
    let servers = servers.into_iter().filter_map(|(identifier, server)| Some((identifier, server?))).collect();
    Ok(all_exist(wanted, &servers, kept).map_err(ClientError::from)?)
}

fn all_exist(wanted: &[Scope], servers: &Servers<'_>, kept: &[Scope]) -> Result<(), SettingsError> {
    let defined = |scope: &Scope| {
        scope
            .split()
            .is_some_and(|(identifier, name)| servers.get(identifier).is_some_and(|server| server.defines(name)))
    };
    match wanted.iter().find(|scope| !(scope.is_built_in() || defined(scope) || kept.contains(scope))) {
        Some(unknown) => Err(SettingsError::ScopeNotFound(unknown.clone())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::resource_server::ScopeDefinition;

    fn judged(wanted: &[&str], kept: &[&str]) -> Result<(), SettingsError> {
        let identifier = "https://api.example.com/v1";
        let scopes = vec![ScopeDefinition { scope_name: "read".into(), scope_description: "Read".into() }];
        let server = ResourceServer { identifier: identifier.into(), name: "Orders".into(), scopes };
        let list = |names: &[&str]| names.iter().copied().map(Scope::from).collect::<Vec<_>>();
        all_exist(&list(wanted), &HashMap::from([(identifier, server)]), &list(kept))
    }

    fn unknown(name: &str) -> Result<(), SettingsError> {
        Err(SettingsError::ScopeNotFound(Scope::from(name)))
    }

    #[test]
    fn built_in_and_defined_scopes_exist() {
        assert_eq!(
            judged(&["openid", "https://api.example.com/v1/read", "aws.cognito.signin.user.admin"], &[]),
            Ok(())
        );
        assert_eq!(judged(&[], &[]), Ok(()));
    }

    #[test]
    fn the_first_unknown_scope_is_named() {
        assert_eq!(judged(&["openid", "Cognito", "nope"], &[]), unknown("Cognito"));
        assert_eq!(judged(&["OpenID"], &[]), unknown("OpenID"));
        for wrong in ["https://api.example.com/v1/Read", "https://api.example.com/v1/", "https://api.example.com/read"]
        {
            assert_eq!(judged(&[wrong], &[]), unknown(wrong));
        }
    }

    #[test]
    fn a_kept_scope_need_not_exist() {
        assert_eq!(judged(&["gone/read"], &["gone/read"]), Ok(()));
        assert_eq!(judged(&["gone/write"], &["gone/read"]), unknown("gone/write"));
    }
}
