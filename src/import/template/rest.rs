//! `AWS::ApiGateway::…`: REST APIs, as a tree of resources or as an OpenAPI document inside of the template.

use std::collections::HashMap;

use super::{Resource, Template};
use crate::domain::gateway::dialect::Dialect;
use crate::import::draft::{Declared, Draft, Means, Planned};
use crate::import::{Severity, Wrong, api, mock};

/// How many segments a path may have.
const DEEPEST: usize = 64;

/// Reads the REST API of this resource.
pub(super) fn read(template: &Template<'_, '_>, api: Resource<'_>) -> Result<Draft, Wrong> {
    let mut draft = template.definition(api.properties, Dialect::RestApi)?;
    for authorizer in template.of_api("AWS::ApiGateway::Authorizer", "RestApiId", api.id) {
        draft.authorizers.insert(authorizer.id.to_owned(), declared(template, authorizer));
    }
    let resources = template.of_api("AWS::ApiGateway::Resource", "RestApiId", api.id);
    let tree =
        Tree { template, api: api.id, resources: resources.into_iter().map(|found| (found.id, found)).collect() };
    for method in template.of_api("AWS::ApiGateway::Method", "RestApiId", api.id) {
        let (key, reading) = (template.text(method.properties, "HttpMethod"), template.reading);
        let Some(key) = key.as_ref().and_then(|text| text.as_known()) else {
            return Err(Wrong::at(method.line, format!("the `HttpMethod` of `{}` cannot be told", method.id)));
        };
        let (method_key, path) = (key.to_uppercase(), tree.path(method)?);
        let mock = mock::answer(&method_key, reading.field(method.properties, "Integration"), reading);
        let keyed = reading.field(method.properties, "ApiKeyRequired");
        let keyed = keyed.map(|said| !reading.text(said).value.eq_ignore_ascii_case("false"));
        let gate = template.gate(method);
        draft.routes.push(Planned { keyed, mock, ..Planned::new(method.line, method_key, path, gate) });
    }
    for response in template.of_api("AWS::ApiGateway::GatewayResponse", "RestApiId", api.id) {
        let kind = template.text(response.properties, "ResponseType").unwrap_or_default();
        api::response(&kind.value, response.properties, &mut draft.responses, template.reading);
    }
    if let Some(policy) = template.reading.field(api.properties, "Policy") {
        template.reading.note(policy.line, Severity::Warning, "resource policies are not simulated");
    }
    template.note_stages("AWS::ApiGateway::Stage", "RestApiId", api.id);
    template.note_stages("AWS::ApiGateway::Deployment", "RestApiId", api.id);
    Ok(draft)
}

fn declared(template: &Template<'_, '_>, authorizer: &Resource<'_>) -> Declared {
    let properties = authorizer.properties;
    let kind = template.text(properties, "Type").unwrap_or_default();
    let means = match kind.value.as_str() {
        "COGNITO_USER_POOLS" => Means::Pools {
            pools: template.list(properties, "ProviderARNs"),
            source: template.text(properties, "IdentitySource"),
            pattern: template.text(properties, "IdentityValidationExpression").filter(|text| !text.value.is_empty()),
        },
        "TOKEN" | "REQUEST" => Means::Unsupported("a Lambda authorizer".to_owned()),
        other => Means::Unsupported(format!("an authorizer of type `{other}`")),
    };
    Declared { line: authorizer.line, means }
}

/// The resources that make up paths.
struct Tree<'t, 'd> {
    template: &'t Template<'d, 't>,
    api: &'t str,
    resources: HashMap<&'t str, &'t Resource<'d>>,
}

impl Tree<'_, '_> {
    /// The path of a method.
    fn path(&self, method: &Resource<'_>) -> Result<String, Wrong> {
        let unclear = |at: &Resource<'_>| {
            Wrong::at(at.line, format!("the path of `{}` cannot be told: tie what it refers to", at.id))
        };
        let (reading, mut parts) = (self.template.reading, Vec::new());
        let (mut at, mut key) = (method, "ResourceId");
        loop {
            let above = reading.field(at.properties, key).ok_or_else(|| unclear(at))?;
            if reading.attribute(above) == Some((self.api, "RootResourceId")) {
                break;
            }
            let name = reading.referred(above).ok_or_else(|| unclear(at))?;
            let Some(resource) = self.resources.get(name) else {
                // Tied on purpose: the resource of another template, by its path.
                let tied = reading.tied(name).filter(|tied| tied.value.starts_with('/')).ok_or_else(|| unclear(at))?;
                parts.push(tied.value.trim_matches('/').to_owned());
                break;
            };
            let part = self.template.text(resource.properties, "PathPart");
            let part = part.as_ref().and_then(|text| text.as_known()).filter(|part| !part.contains('/'));
            parts.push(part.ok_or_else(|| unclear(resource))?.to_owned());
            if parts.len() > DEEPEST {
                return Err(unclear(at));
            }
            (at, key) = (resource, "ParentId");
        }
        parts.reverse();
        parts.retain(|part| !part.is_empty());
        Ok(format!("/{}", parts.join("/")))
    }
}
