//! Configured quotas that the service holds as constraints of its model.
//!
//! How many scopes a resource server or a client may have is a list size in the tables. Where the configuration says
//! otherwise, the operation gets a table of its own.

use std::sync::LazyLock;

use dashmap::DashMap;

use crate::domain::quotas::Quotas;

use super::model::{Bounds, Member, Shape};
use super::operation::Entry;

/// Tables made so far, by operation and size. They live as long as the program does; there are only as many as there
/// are configured values.
static MADE: LazyLock<DashMap<(&'static str, i64), &'static [Member]>> = LazyLock::new(DashMap::new);

/// The table to hold a request against.
pub(super) fn table(entry: &Entry, quotas: &Quotas) -> &'static [Member] {
    let (name, quota, shipped) = match entry.name {
        "CreateResourceServer" | "UpdateResourceServer" => {
            ("Scopes", quotas.scopes_per_resource_server, Quotas::default().scopes_per_resource_server)
        }
        "CreateUserPoolClient" | "UpdateUserPoolClient" => {
            ("AllowedOAuthScopes", quotas.scopes_per_client, Quotas::default().scopes_per_client)
        }
        _ => return entry.input,
    };
    if quota == shipped {
        return entry.input;
    }
    let most = i64::try_from(quota).unwrap_or(i64::MAX);
    *MADE.entry((entry.name, most)).or_insert_with(|| resized(entry.input, name, most))
}

fn resized(members: &'static [Member], name: &str, most: i64) -> &'static [Member] {
    let resize = |member: &Member| match member.shape {
        Shape::List(size, element) if member.name == name => {
            let shape = Shape::List(Bounds { max: Some(most), ..*size }, element);
            Member { shape: Box::leak(Box::new(shape)), ..*member }
        }
        _ => *member,
    };
    members.iter().map(resize).collect::<Vec<_>>().leak()
}
