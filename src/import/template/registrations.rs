//! `AWS::Cognito::…`: the resource servers and clients of a template.

use std::collections::BTreeSet;

use super::{Resource, Template};
use crate::domain::id::UserPoolId;
use crate::import::document::Value;
use crate::import::registered::{Client, Registered, Server};
use crate::import::resolve::Text;

/// What a template registers at pools. What it cannot be told of which pool it is, is left out.
pub(super) fn of(template: &Template<'_, '_>) -> Registered {
    let servers = template.of_kind("AWS::Cognito::UserPoolResourceServer");
    let clients = template.of_kind("AWS::Cognito::UserPoolClient");
    Registered {
        servers: servers.filter_map(|resource| server(template, resource)).collect(),
        clients: clients.filter_map(|resource| client(template, resource)).collect(),
    }
}

fn server(template: &Template<'_, '_>, resource: &Resource<'_>) -> Option<Server> {
    let reading = template.reading;
    let tied = reading.tied(resource.id).or_else(|| template.text(resource.properties, "Identifier"))?;
    let scopes = match reading.field(resource.properties, "Scopes") {
        None => Some(BTreeSet::new()),
        Some(list) if !matches!(list.value, Value::List(_)) => None,
        Some(list) => {
            let each = list.items().iter().filter_map(|item| reading.chosen(item));
            known(each.map(|item| template.text(item, "ScopeName").unwrap_or_else(|| reading.text(item))))
        }
    };
    let identifier = tied.as_known()?.to_owned();
    Some(Server { id: resource.id.to_owned(), pool: pool(template, resource)?, identifier, scopes })
}

fn client(template: &Template<'_, '_>, resource: &Resource<'_>) -> Option<Client> {
    let scopes = known(template.list(resource.properties, "AllowedOAuthScopes"));
    Some(Client { pool: pool(template, resource)?, scopes })
}

fn pool(template: &Template<'_, '_>, resource: &Resource<'_>) -> Option<UserPoolId> {
    let id = template.text(resource.properties, "UserPoolId")?;
    let id = id.as_known()?;
    Some(UserPoolId::new(template.reading.ties.map.get(id).map_or(id, String::as_str)))
}

/// The texts, if all of them are known.
fn known(texts: impl IntoIterator<Item = Text>) -> Option<BTreeSet<String>> {
    texts.into_iter().map(|text| text.as_known().map(str::to_owned)).collect()
}
