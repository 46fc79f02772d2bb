//! OpenAPI 3 and Swagger 2 with the extensions of API Gateway.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html>

mod schemes;
mod security;

use std::collections::BTreeMap;

use self::schemes::Scheme;
use super::api;
use super::document::{Entry, Node};
use super::draft::{Draft, Gate, Planned};
use super::reading::Reading;
use super::{Severity, Wrong, mock};
use crate::domain::gateway::dialect::Dialect;

/// The extension of OpenAPI with this name.
const INTEGRATION: &str = "x-amazon-apigateway-integration";

/// The methods that a path may have, by the key of their operation.
const METHODS: [(&str, &str); 9] = [
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
    ("head", "HEAD"),
    ("patch", "PATCH"),
    ("trace", "TRACE"),
    ("x-amazon-apigateway-any-method", "ANY"),
];

/// Reads a document; which kind of API it is for follows from it, unless it is known.
pub(super) fn read(root: &Node, known: Option<Dialect>, reading: &Reading<'_>) -> Result<Draft, Wrong> {
    check_version(root)?;
    if root.has_call() {
        return Err(Wrong::at(root.line, "parts of this document are in another file"));
    }
    let schemes = schemes::read(root, reading);
    let dialect = known.unwrap_or_else(|| dialect(root, &schemes, reading));
    let mut draft = Draft::new(dialect);
    for path in
        root.get("paths").map(Node::entries).unwrap_or_default().iter().filter(|path| !path.key.starts_with("x-"))
    {
        let Some(item) = root.follow(&path.node) else {
            return Err(Wrong::at(
                path.line,
                format!("the reference at `{}` leads out of this file, or nowhere", path.key),
            ));
        };
        let Some(item) = reading.chosen(item) else { continue };
        // The specification leaves open what operations beside a reference mean.
        let is_doubled = item.get("$ref").is_some() || path.node.get("$ref").is_some() && has_operations(&path.node);
        if path.key.starts_with("Fn::") || item.has_call() || !item.is_map() || is_doubled {
            // A path that is left out may be another route's, which may be open.
            return Err(Wrong::at(path.line, format!("what is at `{}` cannot be told", path.key)));
        }
        for operation in item.entries() {
            draft.routes.extend(route(path, operation, &schemes, reading));
        }
    }
    if let Some(security) = root.get("security").filter(|security| !security.items().is_empty()) {
        // COGNITO: API Gateway reads `security` of operations only (documented; docs/fidelity.md).
        let text =
            "`security` of the whole document is ignored, as API Gateway ignores it: repeat it at each operation";
        reading.note(security.line, Severity::Warning, text);
    }
    note_base_path(root, reading);
    if let Some(policy) = root.get("x-amazon-apigateway-policy") {
        reading.note(policy.line, Severity::Warning, "resource policies are not simulated");
    }
    for response in root.get("x-amazon-apigateway-gateway-responses").map(Node::entries).unwrap_or_default() {
        api::response(&response.key, &response.node, &mut draft.responses, reading);
    }
    draft.cors = root.get("x-amazon-apigateway-cors").map(|node| api::cors(node, reading));
    draft.authorizers = schemes
        .into_iter()
        .filter_map(|(name, scheme)| match scheme {
            Scheme::Authorizer(declared) => Some((name, declared)),
            Scheme::ApiKey => None,
        })
        .collect();
    Ok(draft)
}

/// Says that what the paths begin with at AWS is not used, unless the gateway has a base path already.
fn note_base_path(root: &Node, reading: &Reading<'_>) {
    if reading.ties.has_base_path {
        return;
    }
    let base_path = root.get("basePath").filter(|path| path.text() != Some("/")).map(|node| ("basePath", node));
    let servers = root.get("servers").map(|node| ("servers", node));
    for (key, node) in base_path.into_iter().chain(servers) {
        let text = format!("`{key}` is not used: for paths that begin with it, set `base_path` {}", api::WHERE);
        reading.note(node.line, Severity::Notice, text);
    }
}

fn check_version(root: &Node) -> Result<(), Wrong> {
    let (node, supported): (_, &[&str]) = match (root.get("openapi"), root.get("swagger")) {
        (Some(version), _) => (version, &["3.0", "3.1"]),
        (None, Some(version)) => (version, &["2.0", "2"]),
        (None, None) => return Err(Wrong::at(root.line, "it says neither `openapi` nor `swagger`")),
    };
    let version = node.text().unwrap_or_default();
    let fits = supported.iter().any(|known| version == *known || version.starts_with(&format!("{known}.")));
    if fits { Ok(()) } else { Err(Wrong::at(node.line, format!("version `{version}` of OpenAPI is not read"))) }
}

/// The kind of API: what only an HTTP API has makes it one.
fn dialect(root: &Node, schemes: &BTreeMap<String, Scheme>, reading: &Reading<'_>) -> Dialect {
    let paths = root.get("paths").map(Node::entries).unwrap_or_default();
    let of_http = |entry: &Entry| {
        let integrations = entry.node.entries().iter().filter_map(|operation| operation.node.get(INTEGRATION));
        let mut integrations =
            integrations.filter_map(|integration| reading.field(integration, "payloadFormatVersion"));
        entry.key == "/$default" || integrations.next().is_some()
    };
    let is_http = root.get("x-amazon-apigateway-cors").is_some()
        || root.get("x-amazon-apigateway-importexport-version").is_some()
        || schemes.values().any(Scheme::is_jwt)
        || paths.iter().any(of_http);
    if is_http { Dialect::HttpApi } else { Dialect::RestApi }
}

fn has_operations(item: &Node) -> bool {
    item.entries().iter().any(|operation| method(operation).is_some())
}

/// The method of an operation, if it is one.
fn method(operation: &Entry) -> Option<&'static str> {
    METHODS.iter().find(|(key, _)| operation.key.eq_ignore_ascii_case(key)).map(|(_, method)| *method)
}

fn route(
    path: &Entry,
    operation: &Entry,
    schemes: &BTreeMap<String, Scheme>,
    reading: &Reading<'_>,
) -> Option<Planned> {
    let method = method(operation)?;
    let node = if operation.node.is_map() { reading.chosen(&operation.node)? } else { &operation.node };
    let is_clear = node.is_map() && !node.has_call() && node.get("$ref").is_none();
    let asks_iam = node.get("x-amazon-apigateway-auth").and_then(|auth| reading.field(auth, "type"));
    let mock = mock::answer(method, node.get(INTEGRATION), reading);
    let (asked, keyed) = security::gate(node, schemes, reading);
    let gate = match asks_iam.map(|kind| reading.text(kind).value) {
        _ if !is_clear => reading.unclear(&operation.key, node),
        Some(kind) if !kind.eq_ignore_ascii_case("NONE") => Gate::Unsupported(format!("`{kind}` authorization")),
        _ => asked,
    };
    let path = if path.key == "/$default" { "$default" } else { path.key.as_str() };
    Some(Planned { keyed, mock, ..Planned::new(operation.line, method.to_owned(), path.to_owned(), gate) })
}
