//! Configured quotas that the service holds as constraints of its model.
//!
//! How many scopes a resource server or a client may have is a list size in the tables. Where the configuration says
//! otherwise, the operation gets a table of its own.

use std::sync::LazyLock;

use dashmap::DashMap;

use crate::domain::quotas::Quotas;

use super::model::{Bounds, Member, Shape};

/// Tables made so far, by operation and size. They live as long as the program does; there are only as many as there
/// are configured values.
static MADE: LazyLock<DashMap<(&'static str, i64), &'static [Member]>> = LazyLock::new(DashMap::new);

/// The table to hold a request of this operation against, whose shipped one is `input`.
pub fn table(operation: &'static str, input: &'static [Member], quotas: &Quotas) -> &'static [Member] {
    let shipped = Quotas::default();
    let (name, quota, shipped) = match operation {
        "CreateResourceServer" | "UpdateResourceServer" => {
            ("Scopes", quotas.scopes_per_resource_server, shipped.scopes_per_resource_server)
        }
        "CreateUserPoolClient" | "UpdateUserPoolClient" => {
            ("AllowedOAuthScopes", quotas.scopes_per_client, shipped.scopes_per_client)
        }
        _ => return input,
    };
    if quota == shipped {
        return input;
    }
    let most = i64::try_from(quota).unwrap_or(i64::MAX);
    *MADE.entry((operation, most)).or_insert_with(|| resized(input, name, most))
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
