//! Events of version 2.0, which HTTP APIs have.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{ACCOUNT, DEFAULT, Facts, Multi, decoded};

/// The event. What there is nothing of is left out.
pub(in crate::gateway::function) fn event(facts: &Facts<'_>) -> Value {
    let mut headers = facts.headers(str::to_owned);
    let cookies = headers.remove("cookie").map(|cookies| apart(&cookies));
    let query = facts.parameters();
    let parameters: BTreeMap<_, _> = facts.parameters.iter().map(|(name, value)| (*name, decoded(value))).collect();
    let route = facts.route.map_or_else(|| DEFAULT.to_owned(), ToString::to_string);
    let mut event = json!({
        "version": "2.0",
        "routeKey": route,
        // COGNITO: decoded, whatever its name says; what a domain maps to the API is not in it (measured, documented).
        "rawPath": decoded(&facts.staged_path()),
        "rawQueryString": facts.query,
        "headers": joined(&headers),
        "requestContext": context(facts, &route),
        "isBase64Encoded": facts.body.is_base64,
    });
    if let Some(members) = event.as_object_mut() {
        add(members, "cookies", cookies.map(Value::from));
        add(members, "queryStringParameters", (!query.is_empty()).then(|| json!(joined(&query))));
        add(members, "pathParameters", (!parameters.is_empty()).then(|| json!(parameters)));
        add(members, "body", facts.body.text.clone().map(Value::from));
    }
    event
}

fn context(facts: &Facts<'_>, route: &str) -> Value {
    let domain = facts.domain();
    let mut context = json!({
        "accountId": ACCOUNT,
        "apiId": facts.gateway,
        "domainName": domain,
        "domainPrefix": domain.split('.').next(),
        "http": {
            "method": facts.method,
            "path": decoded(&facts.staged_path()),
            "protocol": facts.protocol,
            "sourceIp": facts.source,
            "userAgent": facts.header("user-agent").unwrap_or_default(),
        },
        "requestId": facts.id,
        "routeKey": route,
        "stage": facts.stage_name(),
        "time": facts.time(),
        "timeEpoch": facts.now.millis(),
    });
    if let Some(members) = context.as_object_mut() {
        add(members, "authorizer", facts.authorizer.clone());
    }
    context
}

fn add(members: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        members.insert(name.to_owned(), value);
    }
}

/// Several values as one, with commas between them.
fn joined(several: &Multi) -> BTreeMap<&str, String> {
    several.iter().map(|(name, values)| (name.as_str(), values.join(","))).collect()
}

/// Each cookie of its own.
fn apart(headers: &[String]) -> Vec<String> {
    let each = headers.iter().flat_map(|header| header.split(';')).map(str::trim);
    each.filter(|cookie| !cookie.is_empty()).map(str::to_owned).collect()
}
