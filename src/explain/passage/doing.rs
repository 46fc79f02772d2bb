//! Words that several sentences share.

use crate::domain::gateway::authorizer::{Authorizer, IdentitySource, Issuer};
use crate::domain::gateway::dialect::Dialect;
use crate::domain::rules::enforce::{Kind, kind_taken};
use crate::domain::scope::Scope;

/// The first few names, each in quotes, and how many more there are.
pub(super) fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let shown: Vec<String> = names.iter().take(5).map(|name| format!("`{}`", name.as_ref())).collect();
    match names.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Where a token is looked for.
pub(super) fn place(source: &IdentitySource) -> String {
    match source {
        IdentitySource::Header(name) => format!("the header `{name}`"),
        IdentitySource::Query(name) => format!("the query parameter `{name}`"),
    }
}

/// How a token is sent there.
pub(super) fn sending(source: &IdentitySource) -> String {
    match source {
        IdentitySource::Header(name) => format!("`{name}: Bearer TOKEN`"),
        IdentitySource::Query(name) => format!("`?{name}=TOKEN`"),
    }
}

/// The token that a route takes.
pub(super) fn token_taken(dialect: Dialect, authorizer: &Authorizer, scopes: &[Scope]) -> String {
    let kind = match kind_taken(dialect, scopes) {
        Some(Kind::Id) => "an ID token",
        None if scopes.is_empty() => "a token",
        Some(Kind::Access) | None => "an access token",
    };
    let with = match scopes {
        [] => String::new(),
        [one] => format!(" with the scope `{one}`"),
        several if dialect == Dialect::Rfc6750All => format!(" with all of the scopes {}", listed(several)),
        several => format!(" with one of the scopes {}", listed(several)),
    };
    format!("{kind} of {}{with}", issuers(authorizer))
}

/// Whose tokens an authorizer takes.
pub(super) fn issuers(authorizer: &Authorizer) -> String {
    let names: Vec<String> = authorizer.issuers.iter().map(issuer).collect();
    let shown: Vec<&str> = names.iter().take(3).map(String::as_str).collect();
    match names.len().saturating_sub(shown.len()) {
        0 => shown.join(" or "),
        more => format!("{} or {more} more", shown.join(", ")),
    }
}

pub(super) fn issuer(issuer: &Issuer) -> String {
    match issuer {
        Issuer::Pool(pool) => format!("the pool `{pool}`"),
        Issuer::Remote(url) => format!("`{url}`"),
    }
}

/// A number of seconds as people say it, rounded down.
pub(super) fn span(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
