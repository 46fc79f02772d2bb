//! Routes that somebody may have meant who called none.

use std::sync::Arc;

use crate::domain::gateway::path::Segment;
use crate::domain::gateway::route::{Method, Route, RouteKey};
use crate::domain::gateway::table::{Found, RouteTable};

/// How many are named.
const NAMED: usize = 3;

/// So many segments at most are taken for what leads to the gateway.
const SEGMENTS: usize = 4;

/// The routes that come nearest to this method and path, the nearest first; none that has nothing to do with them.
pub(super) fn routes(table: &RouteTable, method: &str, path: &str) -> Vec<String> {
    let mut near: Vec<(usize, &Route)> =
        table.routes().iter().map(|route| (nearness(route, method, path), &**route)).collect();
    near.retain(|(nearness, _)| *nearness > 0);
    // Stable: among equals the one that is declared first.
    near.sort_by_key(|(nearness, _)| std::cmp::Reverse(*nearness));
    near.into_iter().take(NAMED).map(|(_, route)| route.key.to_string()).collect()
}

/// The first few routes that this path leads to with the method that they name.
pub(super) fn of_path(table: &RouteTable, path: &str) -> Vec<String> {
    let is_found = |route: &&Arc<Route>| match route.key.method() {
        Some(Method::Named(method)) => {
            matches!(table.find(method, path), Found::Route(found) if found.route.key == route.key)
        }
        Some(Method::Any) | None => false,
    };
    table.routes().iter().filter(is_found).take(NAMED).map(|route| route.key.to_string()).collect()
}

/// What the path begins with, and the route that the rest leads to: its first segments may be those of a stage or of a base
/// path that the gateway does not have.
pub(super) fn below(table: &RouteTable, method: &str, path: &str) -> Option<(String, String)> {
    let begins = path.match_indices('/').map(|(begin, _)| begin).filter(|begin| *begin > 0);
    begins.take(SEGMENTS).find_map(|begin| {
        let (prefix, rest) = path.split_at(begin);
        match table.find(method, rest) {
            Found::Route(found) if has_literal(&found.route.key) => {
                Some((prefix.to_owned(), found.route.key.to_string()))
            }
            Found::Route(_) | Found::OtherMethod | Found::Nothing => None,
        }
    })
}

/// Whether the route is for less than any path of some length.
fn has_literal(key: &RouteKey) -> bool {
    match key {
        RouteKey::Of(_, template) => template.segments().iter().any(|segment| matches!(segment, Segment::Literal(_))),
        RouteKey::Default => false,
    }
}

/// How many segments agree from the beginning, and a little for the rest. Case and slashes at the end do not count.
fn nearness(route: &Route, method: &str, path: &str) -> usize {
    let RouteKey::Of(own, template) = &route.key else { return 0 };
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let templates = template.segments();
    let agrees = |(template, segment): &(&Segment, &&str)| match template {
        Segment::Literal(text) => text.eq_ignore_ascii_case(segment),
        Segment::Parameter(_) | Segment::Greedy(_) => true,
    };
    let literal = templates.iter().any(|segment| matches!(segment, Segment::Literal(_)));
    let same = templates.iter().zip(&segments).take_while(agrees).count();
    let whole = same == templates.len() && same == segments.len();
    let of_method = match own {
        Method::Any => true,
        Method::Named(name) => name.eq_ignore_ascii_case(method),
    };
    // A path of parameters alone agrees with everything.
    if !whole && (same == 0 || !literal) {
        return 0;
    }
    4 * same + 2 * usize::from(whole) + usize::from(of_method)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::gateway::dialect::Dialect;
    use crate::domain::gateway::route::Access;

    #[test]
    fn the_nearest_routes_come_first_and_strangers_not_at_all() {
        let route = |key: &&str| Route {
            key: RouteKey::parse(key).unwrap(),
            access: Access::Open,
            takes_ambiguous_targets: false,
            canned: None,
        };
        let keys = ["GET /", "POST /orders", "GET /orders", "GET /orders/{id}", "GET /Stock/{id}/parts", "$default"];
        let table = RouteTable::new(keys.iter().map(route).collect(), Dialect::HttpApi).unwrap();
        let near = |method, path| routes(&table, method, path);
        assert_eq!(near("GET", "/orders/"), ["GET /orders", "POST /orders", "GET /orders/{id}"]);
        assert_eq!(near("DELETE", "/Orders/7"), ["GET /orders/{id}", "POST /orders", "GET /orders"]);
        assert_eq!(near("GET", "/stock/7"), ["GET /Stock/{id}/parts"]);
        assert_eq!(near("POST", "/"), ["GET /"]);
        assert!(near("GET", "/elsewhere").is_empty());
    }

    #[test]
    fn a_route_is_found_behind_what_may_be_a_stage() {
        let route = |key: &&str| Route {
            key: RouteKey::parse(key).unwrap(),
            access: Access::Open,
            takes_ambiguous_targets: false,
            canned: None,
        };
        let keys = ["GET /", "GET /orders/{id}", "POST /{any+}"];
        let table = RouteTable::new(keys.iter().map(route).collect(), Dialect::RestApi).unwrap();
        let found = |method, path| below(&table, method, path);
        let behind = |prefix: &str| Some((prefix.to_owned(), "GET /orders/{id}".to_owned()));
        assert_eq!(found("GET", "/dev/orders/7"), behind("/dev"));
        assert_eq!(found("GET", "/shop/dev/orders/7"), behind("/shop/dev"));
        for (method, path) in
            [("GET", "/dev/"), ("POST", "/dev/orders/7"), ("GET", "/dev/stock"), ("GET", "/a/b/c/d/e/orders/7")]
        {
            assert_eq!(found(method, path), None, "{method} {path}");
        }
    }
}
