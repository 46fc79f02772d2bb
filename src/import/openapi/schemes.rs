//! Security schemes, and which of them are authorizers.

use std::collections::BTreeMap;

use crate::import::document::Node;
use crate::import::draft::{Declared, Means};
use crate::import::reading::Reading;
use crate::import::resolve::Text;

/// A security scheme.
pub(super) enum Scheme {
    /// An authorizer, or what looks like one.
    Authorizer(Declared),
    /// An API key.
    ApiKey,
}

impl Scheme {
    /// Whether only an HTTP API has such an authorizer.
    pub(super) fn is_jwt(&self) -> bool {
        matches!(self, Self::Authorizer(Declared { means: Means::Jwt { .. }, .. }))
    }
}

/// The schemes of a document, by name.
pub(super) fn read(root: &Node, reading: &Reading<'_>) -> BTreeMap<String, Scheme> {
    let of_three = root.get("components").and_then(|components| components.get("securitySchemes"));
    let of_two = root.get("securityDefinitions");
    let all = of_three.into_iter().chain(of_two).flat_map(Node::entries);
    all.map(|entry| {
        let node = root.follow(&entry.node).unwrap_or(&entry.node);
        let scheme = match means(root, node, reading) {
            Some(means) => Scheme::Authorizer(Declared { line: entry.line, means }),
            None => Scheme::ApiKey,
        };
        (entry.key.clone(), scheme)
    })
    .collect()
}

/// What an authorizer asks for; none for an API key.
fn means(root: &Node, scheme: &Node, reading: &Reading<'_>) -> Option<Means> {
    let text = |node: &Node, key: &str| reading.field(node, key).map(|node| reading.text(node));
    let kind = text(scheme, "type").unwrap_or_default().value;
    let authtype = text(scheme, "x-amazon-apigateway-authtype").map(|text| text.value.to_ascii_lowercase());
    if authtype.as_deref() == Some("awssigv4") {
        return Some(Means::Unsupported("`AWS_IAM` authorization".to_owned()));
    }
    let authorizer = reading.field(scheme, "x-amazon-apigateway-authorizer").and_then(|node| root.follow(node));
    let Some(authorizer) = authorizer else {
        let lambda = authtype.as_deref().is_some_and(|authtype| authtype != "cognito_user_pools");
        let key = kind.eq_ignore_ascii_case("apiKey") && authtype.is_none() && is_key_header(scheme, reading);
        return match (lambda, key) {
            (true, _) => Some(Means::Unsupported("a Lambda authorizer".to_owned())),
            (false, true) => None,
            (false, false) => Some(Means::Unknown(kind)),
        };
    };
    let asked = text(authorizer, "type").unwrap_or_default();
    Some(match asked.value.to_ascii_lowercase().as_str() {
        "cognito_user_pools" => Means::Pools {
            pools: reading.field(authorizer, "providerARNs").map(|arns| reading.list(arns)).unwrap_or_default(),
            source: text(authorizer, "identitySource").or_else(|| header(scheme, reading)),
            pattern: text(authorizer, "identityValidationExpression").filter(|text| !text.value.is_empty()),
        },
        "jwt" => jwt(scheme, authorizer, reading),
        "token" | "request" => Means::Unsupported("a Lambda authorizer".to_owned()),
        _ => Means::Unsupported(format!("an authorizer of type `{}`", asked.value)),
    })
}

/// Whether this header is where API keys are.
fn is_key_header(scheme: &Node, reading: &Reading<'_>) -> bool {
    let name = reading.field(scheme, "name").map(|name| reading.text(name).value);
    name.is_some_and(|name| name.eq_ignore_ascii_case("x-api-key"))
}

/// The header that the scheme itself names.
fn header(scheme: &Node, reading: &Reading<'_>) -> Option<Text> {
    let name = reading.text(reading.field(scheme, "name")?);
    Some(Text { value: format!("method.request.header.{}", name.value), ..name })
}

fn jwt(scheme: &Node, authorizer: &Node, reading: &Reading<'_>) -> Means {
    let configuration = reading.field(authorizer, "jwtConfiguration");
    let issuer = configuration.and_then(|node| reading.field(node, "issuer")).map(|node| reading.text(node));
    let discovered = || {
        let url = reading.text(reading.field(scheme, "openIdConnectUrl")?);
        let issuer = url.value.strip_suffix("/.well-known/openid-configuration").unwrap_or(&url.value).to_owned();
        Some(Text { value: issuer, ..url })
    };
    let audience = configuration.and_then(|node| reading.field(node, "audience"));
    Means::Jwt {
        issuer: issuer.filter(|issuer| !issuer.value.is_empty()).or_else(discovered),
        audiences: audience.map(|node| reading.list(node)).unwrap_or_default(),
        source: reading.field(authorizer, "identitySource").and_then(|node| reading.list(node).into_iter().next()),
    }
}
