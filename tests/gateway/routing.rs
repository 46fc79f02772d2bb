//! Which route a request finds: the tables are `routing.json`, held against the matcher itself and against a gateway.

use std::collections::BTreeMap;

use poolpass::domain::gateway::dialect::Dialect;
use poolpass::domain::gateway::route::{Access, Route, RouteKey};
use poolpass::domain::gateway::table::{Found, RouteTable};
use poolpass::domain::gateway::target::Ambiguity;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    name: String,
    dialects: Vec<Dialect>,
    stage: Option<String>,
    base_path: Option<String>,
    routes: Vec<String>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The method and the target; `HOST` is the gateway's.
    ask: String,
    /// The route that is found.
    route: Option<String>,
    /// Why none is.
    refused: Option<Reason>,
    /// The values of the route's parameters, where they are looked at.
    values: Option<BTreeMap<String, String>>,
}

impl Case {
    fn outcome(&self) -> Result<&str, Reason> {
        match (&self.route, self.refused) {
            (Some(route), None) => Ok(route),
            (None, Some(reason)) => Err(reason),
            _ => panic!("{}: either a route or a reason", self.ask),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Reason {
    #[serde(rename = "no route")]
    Route,
    #[serde(rename = "no method")]
    Method,
    #[serde(rename = "ambiguous")]
    Ambiguous,
    #[serde(rename = "no stage")]
    Stage,
    #[serde(rename = "no host")]
    Host,
    #[serde(rename = "no request")]
    Request,
}

impl Reason {
    /// The status and the message of the answer.
    fn answer(self, dialect: Dialect) -> (u16, &'static str) {
        match (self, dialect) {
            (Self::Route | Self::Method, Dialect::RestApi) => (403, "Missing Authentication Token"),
            (Self::Route | Self::Method | Self::Stage, _) if dialect != Dialect::RestApi => (404, "Not Found"),
            (Self::Stage | Self::Host, _) => (403, "Forbidden"),
            (Self::Route | Self::Method, _) => (404, "Not Found"),
            (Self::Ambiguous | Self::Request, _) => (400, "Bad Request"),
        }
    }
}

fn tables() -> Vec<Table> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gateway/routing.json");
    serde_json::from_str(&std::fs::read_to_string(file).expect("the tables")).expect("tables")
}

fn routes(table: &Table, dialect: Dialect) -> RouteTable {
    let route = |key: &String| {
        let key = RouteKey::parse(key).expect("a route key");
        Route { key, access: Access::Open, takes_ambiguous_targets: false, canned: None }
    };
    RouteTable::new(table.routes.iter().map(route).collect(), dialect).expect("the routes differ")
}

/// What the matcher finds, and with which values.
fn found(routes: &RouteTable, method: &str, path: &str) -> Result<(String, BTreeMap<String, String>), Reason> {
    match routes.find(method, path) {
        Found::Nothing => Err(Reason::Route),
        Found::OtherMethod => Err(Reason::Method),
        Found::Route(matched) if routes.is_spelled_otherwise(method, &matched) => Err(Reason::Ambiguous),
        Found::Route(matched) if Ambiguity::of(path, matched.tail).is_some() => Err(Reason::Ambiguous),
        Found::Route(matched) if routes.reads_otherwise(method, path, &matched) => Err(Reason::Ambiguous),
        Found::Route(matched) => {
            let values = matched.parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
            Ok((matched.route.key.to_string(), values.collect()))
        }
    }
}

#[test]
fn the_matcher_finds_what_is_written() {
    let mut seen = 0;
    for table in tables().iter().filter(|table| table.stage.is_none()) {
        for dialect in &table.dialects {
            let routes = routes(table, *dialect);
            for case in &table.cases {
                let (method, target) = case.ask.split_once(' ').expect("a method and a target");
                if !target.starts_with('/') {
                    continue;
                }
                let path = target.split('?').next().expect("a path");
                let about = format!("{}: {dialect}: {}", table.name, case.ask);
                let found = found(&routes, method, path);
                let route = found.as_ref().map(|(route, _)| route.as_str()).map_err(|reason| *reason);
                assert_eq!(route, case.outcome(), "{about}");
                if let Some(expected) = &case.values {
                    assert_eq!(found.map(|(_, values)| values).as_ref(), Ok(expected), "{about}");
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 250, "only {seen} cases were tried");
}

/// Every table as a gateway of each of its dialects, found by its host.
fn gateways(tables: &[Table]) -> String {
    let mut each = Vec::new();
    for (number, table) in tables.iter().enumerate() {
        for dialect in &table.dialects {
            let routes: Vec<_> =
                table.routes.iter().map(|route| json!({ "route": route, "authorizer": "none" })).collect();
            let name = host(number, *dialect);
            let mut gateway =
                json!({ "name": name, "host": name, "dialect": dialect, "mode": "mock", "routes": routes });
            for (key, value) in [("stage", &table.stage), ("base_path", &table.base_path)] {
                if let Some(value) = value {
                    gateway[key] = json!(value);
                }
            }
            each.push(gateway);
        }
    }
    format!("gateways: {}\n", Value::from(each))
}

fn host(number: usize, dialect: Dialect) -> String {
    format!("t{number}-{dialect}.localhost")
}

#[test]
fn a_gateway_finds_what_is_written() {
    let tables = tables();
    let world = World::start(&gateways(&tables));
    for (number, table) in tables.iter().enumerate() {
        for dialect in &table.dialects {
            let host = host(number, *dialect);
            for case in &table.cases {
                let ask = case.ask.replace("HOST", &host);
                let about = format!("{}: {dialect}: {ask}", table.name);
                let answer = world.raw(&host, &format!("{ask} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
                let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
                let status: u16 = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
                let body: Value = serde_json::from_str(body).unwrap_or_default();
                match case.outcome() {
                    Ok(route) => assert_eq!((status, body["route"].as_str()), (200, Some(route)), "{about}: {answer}"),
                    Err(reason) => {
                        let (expected, message) = reason.answer(*dialect);
                        assert_eq!(status, expected, "{about}: {answer}");
                        // Those of RFC 6750 have an error instead, and what is no request reaches no gateway.
                        let says = matches!(dialect, Dialect::RestApi | Dialect::HttpApi) && !ask.starts_with("HEAD ");
                        if says && reason != Reason::Request {
                            assert_eq!(body["message"], message, "{about}");
                        }
                    }
                }
            }
        }
    }
}
