//! `AWS::ApiGatewayV2::…`: HTTP APIs, by their routes or as an OpenAPI document inside of the template.

use super::{Resource, Template};
use crate::domain::gateway::dialect::Dialect;
use crate::import::document::NOTHING;
use crate::import::draft::{Declared, Draft, Gate, Means, Planned};
use crate::import::resolve::Text;
use crate::import::{Wrong, api};

/// Reads the HTTP API of this resource.
pub(super) fn read(template: &Template<'_, '_>, api: Resource<'_>) -> Result<Draft, Wrong> {
    let reading = template.reading;
    let mut draft = template.definition(api.properties, Dialect::HttpApi)?;
    for authorizer in template.of_api("AWS::ApiGatewayV2::Authorizer", "ApiId", api.id) {
        draft.authorizers.insert(authorizer.id.to_owned(), declared(template, authorizer));
    }
    if let Some(cors) = reading.field(api.properties, "CorsConfiguration") {
        draft.cors = Some(api::cors(cors, reading));
    }
    if api.properties.get("Target").is_some() {
        // Quick create: one route to one target, without an authorizer.
        let key = template.text(api.properties, "RouteKey");
        let key = key.unwrap_or_else(|| Text { value: "$default".to_owned(), ..Text::default() });
        draft.routes.push(planned(&key, api.line, Gate::Open)?);
        api::note_integrations(reading);
    }
    for route in template.of_api("AWS::ApiGatewayV2::Route", "ApiId", api.id) {
        let key = template.text(route.properties, "RouteKey").unwrap_or_default();
        draft.routes.push(planned(&key, route.line, template.gate(route))?);
        if route.properties.get("Target").is_some() {
            api::note_integrations(reading);
        }
    }
    template.note_stages("AWS::ApiGatewayV2::Stage", "ApiId", api.id);
    Ok(draft)
}

fn planned(text: &Text, line: u64, gate: Gate) -> Result<Planned, Wrong> {
    let Some(key) = text.as_known().filter(|key| !key.is_empty()) else {
        let line = if text.line == 0 { line } else { text.line };
        return Err(Wrong::at(line, format!("the `RouteKey` cannot be told{}", text.advice("VALUE"))));
    };
    let (method, path) = match key.split_once(' ') {
        Some((method, path)) => (method.to_owned(), path.trim().to_owned()),
        None if key == "$default" => (String::new(), key.to_owned()),
        None => return Err(Wrong::at(line, format!("the route `{key}` is neither `METHOD /path` nor `$default`"))),
    };
    Ok(Planned::new(line, method, path, gate))
}

fn declared(template: &Template<'_, '_>, authorizer: &Resource<'_>) -> Declared {
    let (properties, reading) = (authorizer.properties, template.reading);
    let kind = template.text(properties, "AuthorizerType").unwrap_or_default();
    let configuration = reading.field(properties, "JwtConfiguration").unwrap_or(&NOTHING);
    let means = match kind.value.as_str() {
        "JWT" => Means::Jwt {
            issuer: template.text(configuration, "Issuer"),
            audiences: template.list(configuration, "Audience"),
            source: template.list(properties, "IdentitySource").into_iter().next(),
        },
        "REQUEST" => Means::Unsupported("a Lambda authorizer".to_owned()),
        other => Means::Unsupported(format!("an authorizer of type `{other}`")),
    };
    Declared { line: authorizer.line, means }
}
