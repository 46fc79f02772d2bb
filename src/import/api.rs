//! What OpenAPI documents and templates say alike: CORS, gateway responses, stages.

use super::Severity;
use super::document::Node;
use super::reading::Reading;
use crate::domain::gateway::cors::Cors;
use crate::domain::gateway::responses::{GatewayResponse, ResponseType, Responses};

/// Where a gateway is told what its paths begin with.
pub(super) const WHERE: &str = "under `gateways:` of a file for --config";

/// The CORS settings of an HTTP API, with keys as in OpenAPI (`allowOrigins`) or in templates (`AllowOrigins`).
pub(super) fn cors(node: &Node, reading: &Reading<'_>) -> Cors {
    if node.text().is_some() {
        // SAM: `CorsConfiguration: true` lets every origin ask.
        let allow_origins = if reading.flag(node) { vec!["*".to_owned()] } else { Vec::new() };
        return Cors { allow_origins, ..Cors::default() };
    }
    let field = |name: &str| field(node, name, reading);
    let list = |name: &str| -> Vec<String> {
        let texts = field(name).map(|node| reading.list(node)).unwrap_or_default();
        let known = texts.iter().filter_map(|text| {
            if !text.is_known() {
                reading.note(
                    text.line,
                    Severity::Warning,
                    format!("`{}` in the CORS settings cannot be told", text.value),
                );
            }
            text.as_known().filter(|text| !text.is_empty())
        });
        known.map(str::to_owned).collect()
    };
    Cors {
        allow_origins: list("allowOrigins"),
        allow_methods: list("allowMethods"),
        allow_headers: list("allowHeaders"),
        expose_headers: list("exposeHeaders"),
        allow_credentials: field("allowCredentials").is_some_and(|node| reading.flag(node)),
        max_age: field("maxAge").and_then(|node| reading.number(node)),
    }
}

/// Adds a gateway response.
pub(super) fn response(kind: &str, node: &Node, responses: &mut Responses, reading: &Reading<'_>) {
    let Some(kind) = ResponseType::of_name(kind) else {
        reading.note(node.line, Severity::Warning, format!("there is no gateway response of type `{kind}`"));
        return;
    };
    let field = |name: &str| field(node, name, reading);
    let status = field("statusCode").and_then(|node| reading.number::<u16>(node));
    let body = field("responseTemplates").and_then(|templates| {
        let json = templates.get("application/json").or_else(|| templates.entries().first().map(|entry| &entry.node));
        reading.text(json?).as_known().map(str::to_owned)
    });
    let parameters = field("responseParameters");
    let parameters = parameters.map(|node| headers(node, "gatewayresponse.header.", reading)).unwrap_or_default();
    let response =
        GatewayResponse { status: status.filter(|code| (100..600).contains(code)), headers: parameters, body };
    responses.0.insert(kind, response);
}

/// The value of this name, which templates write with a capital.
pub(super) fn field<'n>(node: &'n Node, name: &str, reading: &Reading<'_>) -> Option<&'n Node> {
    let found = node.entries().iter().find(|entry| entry.key.eq_ignore_ascii_case(name))?;
    reading.chosen(&found.node)
}

/// The headers among the parameters of a response: those whose names begin so, with `'value'`, or `Headers: {X: "'value'"}`.
pub(super) fn headers(parameters: &Node, prefix: &str, reading: &Reading<'_>) -> Vec<(String, String)> {
    let flat = parameters.entries().iter().filter_map(|entry| Some((entry.key.strip_prefix(prefix)?, &entry.node)));
    let nested = parameters.get("Headers").map(Node::entries).unwrap_or_default();
    let all = flat.chain(nested.iter().map(|entry| (entry.key.as_str(), &entry.node)));
    all.filter_map(|(name, node)| {
        let text = reading.text(node);
        let fixed = text.as_known().and_then(quoted);
        if fixed.is_none() {
            let told = format!("the header `{name}` of a response is not a fixed text: it is left out");
            reading.note(node.line, Severity::Warning, told);
        }
        fixed.map(|value| (name.to_owned(), value.to_owned()))
    })
    .collect()
}

/// The text between single quotes, which is how mappings write one that is fixed.
pub(super) fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?.strip_suffix('\'')
}

/// Says once that what the file sends requests to is not used.
pub(super) fn note_integrations(reading: &Reading<'_>) {
    let text = "the integrations in this file are not used: requests go to the upstream of the gateway";
    reading.note_file(Severity::Notice, text);
}

/// Says that a stage of the file is not used, unless the gateway has one already.
pub(super) fn note_stage(stage: &Node, reading: &Reading<'_>) {
    let name = reading.text(stage);
    if name.value != "$default" && !reading.ties.has_stage {
        let text = format!("the stage `{}` is not used: for paths that begin with it, set `stage` {WHERE}", name.value);
        reading.note(stage.line, Severity::Notice, text);
    }
}
