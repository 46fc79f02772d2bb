//! Events of version 1.0: those of REST APIs, and of HTTP APIs that choose it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::domain::gateway::route::RouteKey;
use crate::gateway::dialect::short;

use super::{ACCOUNT, DEFAULT, Facts, Multi, decoded};

/// The event, of a REST API or of an HTTP API.
pub(in crate::gateway::function) fn event(facts: &Facts<'_>, rest: bool) -> Value {
    let headers = if rest { facts.headers(capitals) } else { facts.headers(str::to_owned) };
    let query = facts.parameters();
    let body = &facts.body;
    // COGNITO: the stage is in the path of an HTTP API, and not in that of a REST API (measured).
    let path = if rest {
        format!("{}{}", facts.base, facts.path)
    } else {
        decoded(&format!("{}{}", facts.base, facts.staged_path()))
    };
    let mut event = json!({
        "resource": resource(facts),
        "path": path,
        "httpMethod": facts.method,
        "headers": last_of_each(&headers),
        "multiValueHeaders": headers,
        "queryStringParameters": unless_empty(last_of_each(&query)),
        "multiValueQueryStringParameters": unless_empty(query),
        "pathParameters": unless_empty(parameters(facts, rest)),
        "stageVariables": null,
        "requestContext": context(facts, rest),
        "body": body.text,
        "isBase64Encoded": body.is_base64,
    });
    if let (false, Some(members)) = (rest, event.as_object_mut()) {
        members.insert("version".to_owned(), json!("1.0"));
    }
    event
}

fn context(facts: &Facts<'_>, rest: bool) -> Value {
    let domain = facts.domain();
    let mut context = json!({
        "accountId": ACCOUNT,
        "apiId": facts.gateway,
        "domainName": domain,
        "domainPrefix": domain.split('.').next(),
        // COGNITO: that of an HTTP API has one id, a REST API a second and shorter one (seen in events).
        "extendedRequestId": if rest { short(facts.id.as_bytes()) } else { facts.id.to_owned() },
        "httpMethod": facts.method,
        "identity": {
            "accessKey": null,
            "accountId": null,
            "caller": null,
            "cognitoAuthenticationProvider": null,
            "cognitoAuthenticationType": null,
            "cognitoIdentityId": null,
            "cognitoIdentityPoolId": null,
            "principalOrgId": null,
            "sourceIp": facts.source,
            "user": null,
            "userAgent": facts.header("user-agent"),
            "userArn": null,
        },
        "path": format!("{}{}", facts.base, facts.staged_path()),
        "protocol": facts.protocol,
        "requestId": facts.id,
        "requestTime": facts.time(),
        "requestTimeEpoch": facts.now.millis(),
        "resourceId": facts.route.map(ToString::to_string),
        "resourcePath": resource(facts),
        "stage": facts.stage_name(),
    });
    let authorizer = match (&facts.authorizer, rest) {
        (Some(authorizer), _) => Some(authorizer.clone()),
        // COGNITO: where no token is asked for, an HTTP API says so, and a REST API says nothing (documented).
        (None, false) => Some(json!({ "claims": null, "scopes": null })),
        (None, true) => None,
    };
    if let (Some(authorizer), Some(members)) = (authorizer, context.as_object_mut()) {
        members.insert("authorizer".to_owned(), authorizer);
    }
    context
}

/// The path of the route, as it is declared.
fn resource<'a>(facts: &Facts<'a>) -> &'a str {
    facts.route.and_then(RouteKey::path).map_or(DEFAULT, |path| path.as_str())
}

// COGNITO: a REST API leaves the parameters of the path as they stand there, an HTTP API decodes them (reported).
fn parameters<'a>(facts: &'a Facts<'_>, rest: bool) -> BTreeMap<&'a str, String> {
    let value = |value: &String| if rest { value.clone() } else { decoded(value) };
    facts.parameters.iter().map(|(name, each)| (*name, value(each))).collect()
}

// COGNITO: of several values the last one counts where there is room for one (documented for headers).
fn last_of_each(several: &Multi) -> BTreeMap<&str, &str> {
    several.iter().filter_map(|(name, values)| Some((name.as_str(), values.last()?.as_str()))).collect()
}

fn unless_empty<K, V>(map: BTreeMap<K, V>) -> Option<BTreeMap<K, V>> {
    (!map.is_empty()).then_some(map)
}

/// `x-user-id` as `X-User-Id`.
fn capitals(name: &str) -> String {
    let mut begins = true;
    let spelled = name.chars().map(|one| {
        let spelled = if begins { one.to_ascii_uppercase() } else { one };
        begins = one == '-';
        spelled
    });
    spelled.collect()
}
