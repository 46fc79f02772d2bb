//! What a gateway publishes about the API behind it, so that clients that know nothing but its URL find out where tokens
//! are to be had and for which scopes (RFC 9728). Clients of the Model Context Protocol begin so.
//!
//! Refusals name the URL of the document in `WWW-Authenticate`; everybody may read it, scripts of other origins too.

use actix_web::http::uri::Authority;
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::domain::gateway::authorizer::{IdentitySource, Issuer};
use crate::domain::gateway::route::{Access, Route};
use crate::domain::scope::Scope;

use super::{Gateway, Gateways, Place};

/// Where such documents are; what the path of the resource is follows.
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// What a gateway publishes.
#[derive(Debug)]
pub struct Metadata {
    /// What is protected: a URL without a slash at its end, or that which the client asks under.
    pub resource: Option<String>,
    /// Whose tokens are taken.
    pub issuers: Vec<Issuer>,
    /// The scopes that are asked for.
    pub scopes: Vec<Scope>,
    /// Where tokens are looked for, in the words of RFC 6750.
    pub methods: Vec<&'static str>,
    /// What people call it.
    pub name: Option<String>,
    /// What developers should read.
    pub documentation: Option<String>,
}

/// The document (RFC 9728, section 2).
#[derive(Debug, Serialize)]
struct Document<'a> {
    resource: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authorization_servers: Vec<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    scopes_supported: &'a [Scope],
    bearer_methods_supported: &'a [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_documentation: Option<&'a str>,
}

impl Metadata {
    /// What there is to say of these routes. What is declared otherwise goes before it.
    pub fn of<'r>(routes: impl Iterator<Item = &'r Route>) -> Self {
        let (mut issuers, mut scopes, mut methods) = (Vec::new(), Vec::new(), Vec::new());
        for route in routes {
            let Access::Authorizer(authorizer, wanted) = &route.access else { continue };
            add_new(&mut issuers, &authorizer.issuers);
            add_new(&mut scopes, wanted);
            methods.extend(method(&authorizer.source).filter(|method| !methods.contains(method)));
        }
        Self { resource: None, issuers, scopes, methods, name: None, documentation: None }
    }

    /// The URL of what is protected, for a client that asks under this authority.
    fn resource(&self, place: &Place, authority: &str) -> String {
        self.resource.clone().unwrap_or_else(|| format!("http://{authority}{}", place.prefix()))
    }

    /// The URL of the document (section 3.1).
    pub fn url(&self, place: &Place, authority: &str) -> String {
        let resource = self.resource(place, authority);
        let (origin, path) = apart(&resource);
        format!("{origin}{WELL_KNOWN}{path}")
    }

    /// Whether the document is at the well-known place that this path follows.
    fn is_at(&self, place: &Place, path: &str) -> bool {
        let declared = self.resource.as_deref().map(apart);
        path == place.prefix() || declared.is_some_and(|(_, declared)| path == declared)
    }
}

fn add_new<T: Clone + PartialEq>(list: &mut Vec<T>, more: &[T]) {
    for one in more {
        if !list.contains(one) {
            list.push(one.clone());
        }
    }
}

/// The place in the words of RFC 6750; there are none for another header, or another parameter.
fn method(source: &IdentitySource) -> Option<&'static str> {
    match source {
        IdentitySource::Header(name) if name.eq_ignore_ascii_case("authorization") => Some("header"),
        IdentitySource::Query(name) if name == "access_token" => Some("query"),
        IdentitySource::Header(_) | IdentitySource::Query(_) => None,
    }
}

/// A URL before and from its path on.
fn apart(url: &str) -> (&str, &str) {
    let begin = url.find("://").map_or(0, |scheme| scheme + 3);
    let slash = url.get(begin..).and_then(|rest| rest.find('/')).map_or(url.len(), |slash| begin + slash);
    url.split_at_checked(slash).unwrap_or((url, ""))
}

/// The authority that the client asked under, if that is one, or where the request came in.
pub(super) fn authority(request: &HttpRequest) -> String {
    let asked = request.uri().authority().map(Authority::as_str);
    let asked = asked.or_else(|| request.headers().get(header::HOST)?.to_str().ok());
    let is_plain = |text: &&str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~:[]%".contains(&byte);
        !text.is_empty() && text.bytes().all(plain)
    };
    asked.filter(is_plain).map_or_else(|| request.app_config().local_addr().to_string(), str::to_owned)
}

/// What a request asks for that asks for a document.
pub(super) struct Published<'g> {
    gateway: &'g Gateway,
    metadata: &'g Metadata,
}

/// The document that the request asks for, if it asks for one; `host` is in lower case and without a port.
pub(super) fn asked<'g>(gateways: &'g Gateways, request: &HttpRequest, host: Option<&str>) -> Option<Published<'g>> {
    let path = request.uri().path().strip_prefix(WELL_KNOWN)?;
    let asks = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    asks.then(|| found(gateways, request, host, path))?
}

impl Published<'_> {
    /// The document, or the answer to a browser that may want it.
    pub(super) async fn answer(&self, gateways: &Gateways, request: &HttpRequest) -> HttpResponse {
        let open = (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        if *request.method() == Method::OPTIONS {
            let mut answer = HttpResponse::NoContent();
            answer.insert_header(open);
            answer.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET"));
            // Clients of the Model Context Protocol name its version in a header of their own.
            answer.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "*"));
            return answer.finish();
        }
        let document = document(gateways, self.gateway, self.metadata, &authority(request)).await;
        HttpResponse::Ok().insert_header(open).json(document)
    }
}

fn found<'g>(gateways: &'g Gateways, request: &HttpRequest, host: Option<&str>, path: &str) -> Option<Published<'g>> {
    let address = request.app_config().local_addr();
    let all = gateways.all.iter();
    let published = all.filter_map(|gateway| Some(Published { gateway, metadata: gateway.metadata.as_ref()? }));
    let here = published.filter(|each| each.gateway.place.answers_for(address, host));
    let those = here.filter(|each| each.metadata.is_at(&each.gateway.place, path));
    those.max_by_key(|each| each.gateway.place.host.is_some())
}

async fn document<'g>(gateways: &Gateways, gateway: &Gateway, metadata: &'g Metadata, authority: &str) -> Document<'g> {
    let mut authorization_servers = Vec::new();
    for issuer in &metadata.issuers {
        authorization_servers.extend(gateways.verifier.url_of(issuer).await);
    }
    Document {
        resource: metadata.resource(&gateway.place, authority),
        authorization_servers,
        scopes_supported: &metadata.scopes,
        bearer_methods_supported: &metadata.methods,
        resource_name: metadata.name.as_deref(),
        resource_documentation: metadata.documentation.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(base: &str, stage: Option<&str>) -> Place {
        Place { base_path: base.to_owned(), stage: stage.map(str::to_owned), ..Place::default() }
    }

    #[test]
    fn the_path_of_the_resource_follows_the_well_known_one() {
        let mut metadata = Metadata::of(std::iter::empty());
        let url = |metadata: &Metadata, place: &Place| metadata.url(place, "localhost:7277");
        let root = "http://localhost:7277/.well-known/oauth-protected-resource";
        assert_eq!(url(&metadata, &place("", None)), root);
        assert_eq!(url(&metadata, &place("/shop", Some("prod"))), format!("{root}/shop/prod"));
        assert!(metadata.is_at(&place("/shop", None), "/shop"));
        for other in ["", "/", "/shop/", "/shopping", "/shop/mcp"] {
            assert!(!metadata.is_at(&place("/shop", None), other), "{other}");
        }
        metadata.resource = Some("https://mcp.example.com/v1/mcp".to_owned());
        let expected = "https://mcp.example.com/.well-known/oauth-protected-resource/v1/mcp";
        assert_eq!(url(&metadata, &place("/shop", None)), expected);
        assert!(metadata.is_at(&place("/shop", None), "/v1/mcp") && metadata.is_at(&place("/shop", None), "/shop"));
        metadata.resource = Some("https://mcp.example.com".to_owned());
        assert!(metadata.is_at(&place("/shop", None), ""));
    }
}
