//! Templates of CloudFormation and SAM: which API of a template is read, and what its resources say.

mod auth;
mod events;
mod http;
mod owner;
mod registrations;
mod rest;
mod sam;

use std::collections::BTreeMap;

use self::owner::Owner;
use super::document::{NOTHING, Node};
use super::draft::{Draft, Gate};
use super::reading::Reading;
use super::resolve::Text;
use super::{Severity, Wrong, api, openapi};
use crate::domain::gateway::dialect::Dialect;

/// The API that events of SAM belong to if they name none, by the type of the event.
const IMPLICIT: [(&str, &str, Kind); 2] =
    [("Api", "ServerlessRestApi", Kind::SamRest), ("HttpApi", "ServerlessHttpApi", Kind::SamHttp)];

/// The kinds of APIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    SamRest,
    SamHttp,
    Rest,
    Http,
}

/// A resource of a template.
#[derive(Debug, Clone, Copy)]
struct Resource<'d> {
    /// Its logical id.
    id: &'d str,
    /// Where it begins.
    line: u64,
    /// Its type.
    kind: &'d str,
    /// Its properties.
    properties: &'d Node,
    /// All of it.
    node: &'d Node,
}

/// The resources of a template that are created, or may be.
struct Template<'d, 'r> {
    root: &'d Node,
    resources: Vec<Resource<'d>>,
    reading: &'r Reading<'d>,
}

/// Refuses what macros add to a template: only those of AWS that add nothing to an API, or what is read here, are let be.
fn check_transform(root: &Node) -> Result<(), Wrong> {
    let Some(transform) = root.get("Transform") else { return Ok(()) };
    let several = if transform.items().is_empty() { std::slice::from_ref(transform) } else { transform.items() };
    let is_known = |node: &&Node| node.text().is_some_and(|name| name.starts_with("AWS::") && name != "AWS::Include");
    match several.iter().find(|node| !is_known(node)) {
        Some(node) => Err(Wrong::at(node.line, "what this transform adds cannot be told")),
        None => Ok(()),
    }
}

/// Reads the API of a template.
pub(super) fn read<'d>(root: &'d Node, reading: &Reading<'d>) -> Result<Draft, Wrong> {
    let entries = root.get("Resources").map(Node::entries).unwrap_or_default();
    if let Some(call) = root.entries().iter().chain(entries).find(|entry| entry.key.starts_with("Fn::")) {
        return Err(Wrong::at(call.line, format!("the resources that `{}` adds cannot be told", call.key)));
    }
    let has_kind = |node: &Node| !node.has_call() && node.get("Type").and_then(Node::text).is_some();
    if let Some(resource) = entries.iter().find(|entry| !has_kind(&entry.node)) {
        return Err(Wrong::at(resource.line, format!("it cannot be told what `{}` is", resource.key)));
    }
    check_transform(root)?;
    let created = entries.iter().filter(|entry| reading.is_created(&entry.node) != Ok(false));
    let resources = created.map(|entry| Resource {
        id: &entry.key,
        line: entry.line,
        kind: entry.node.get("Type").and_then(Node::text).unwrap_or_default(),
        properties: entry.node.get("Properties").unwrap_or(&NOTHING),
        node: &entry.node,
    });
    let template = Template { root, resources: resources.collect(), reading };
    template.resources.iter().try_for_each(|resource| template.check(resource))?;
    template.note_unread();
    let apis = template.apis();
    let (id, (kind, resource)) = match (&reading.ties.api, apis.len()) {
        (Some(wanted), _) => apis.get_key_value(wanted.as_str()),
        (None, 1) => apis.first_key_value(),
        (None, _) => None,
    }
    .ok_or_else(|| ambiguous(&apis, reading.ties.api.as_deref()))?;
    let draft = match kind {
        Kind::SamRest | Kind::SamHttp => sam::read(&template, id, *kind, *resource),
        Kind::Rest => rest::read(&template, resource.ok_or_else(|| ambiguous(&apis, None))?),
        Kind::Http => http::read(&template, resource.ok_or_else(|| ambiguous(&apis, None))?),
    }?;
    Ok(Draft { registered: registrations::of(&template), ..draft })
}

/// The APIs of a template; those that SAM makes up have no resource.
type Apis<'d> = BTreeMap<&'d str, (Kind, Option<Resource<'d>>)>;

fn ambiguous(apis: &Apis<'_>, wanted: Option<&str>) -> Wrong {
    let names: Vec<_> = apis.keys().take(20).map(|id| format!("`{id}`")).collect();
    let problem = match (wanted, names.as_slice()) {
        (_, []) => "the template declares no REST API and no HTTP API".to_owned(),
        (Some(wanted), _) => format!("the template declares no API `{wanted}`, but {}", names.join(", ")),
        (None, _) => format!("the template declares several APIs, say which of them is meant: {}", names.join(", ")),
    };
    Wrong { line: None, problem }
}

impl<'d> Template<'d, '_> {
    fn apis(&self) -> Apis<'d> {
        let mut apis = Apis::new();
        for resource in &self.resources {
            let websocket =
                || self.text(resource.properties, "ProtocolType").is_some_and(|text| text.value == "WEBSOCKET");
            let kind = match resource.kind {
                "AWS::Serverless::Api" => Some(Kind::SamRest),
                "AWS::Serverless::HttpApi" => Some(Kind::SamHttp),
                "AWS::ApiGateway::RestApi" => Some(Kind::Rest),
                "AWS::ApiGatewayV2::Api" if !websocket() => Some(Kind::Http),
                _ => None,
            };
            if let Some(kind) = kind {
                apis.insert(resource.id, (kind, Some(*resource)));
            }
        }
        for (event, id, kind) in IMPLICIT {
            if !events::of(self, event, id).is_empty() {
                apis.entry(id).or_insert((kind, None));
            }
        }
        apis
    }

    /// That what belongs to an API says so plainly: a route that is left out may be another one's, which may be open.
    fn check(&self, resource: &Resource<'d>) -> Result<(), Wrong> {
        if !["AWS::ApiGateway", "AWS::Serverless::"].iter().any(|family| resource.kind.starts_with(family)) {
            return Ok(());
        }
        if resource.properties.has_call() || !events::are_plain(resource, self.reading) {
            return Err(Wrong::at(resource.line, format!("what belongs to `{}` cannot be told", resource.id)));
        }
        self.check_owner(resource)
    }

    /// The resources of a type.
    fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &Resource<'d>> {
        self.resources.iter().filter(move |resource| resource.kind == kind)
    }

    /// The resources of a type that name an API under this key.
    fn of_api(&self, kind: &'static str, key: &'static str, api: &str) -> Vec<&Resource<'d>> {
        let owner = |resource: &&Resource<'d>| {
            self.reading.field(resource.properties, key).is_some_and(|node| self.owner(node) == Owner::Here(api))
        };
        self.of_kind(kind).filter(owner).collect()
    }

    fn text(&self, node: &Node, key: &str) -> Option<Text> {
        self.reading.field(node, key).map(|node| self.reading.text(node))
    }

    fn list(&self, node: &Node, key: &str) -> Vec<Text> {
        self.reading.field(node, key).map(|node| self.reading.list(node)).unwrap_or_default()
    }

    /// What the definition inside of a template says; nothing if there is none.
    fn definition(&self, properties: &Node, dialect: Dialect) -> Result<Draft, Wrong> {
        let elsewhere = ["DefinitionUri", "BodyS3Location"].into_iter().find_map(|key| properties.get(key));
        let body = ["DefinitionBody", "Body"].into_iter().find_map(|key| self.reading.field(properties, key));
        match (body, elsewhere) {
            (Some(body), _) if body.is_call() => Err(in_another_file(body)),
            (Some(body), _) => openapi::read(body, Some(dialect), self.reading),
            (None, Some(elsewhere)) => Err(in_another_file(elsewhere)),
            (None, None) => Ok(Draft::new(dialect)),
        }
    }

    /// Who may use a method or a route of CloudFormation.
    fn gate(&self, resource: &Resource<'d>) -> Gate {
        if let Err(undecided) = self.reading.is_created(resource.node) {
            return Gate::Conditional(undecided);
        }
        let properties = resource.properties;
        let authorizer = self.reading.field(properties, "AuthorizerId");
        let kind = self.text(properties, "AuthorizationType");
        let unclear = |what: &str, text: &Text| Gate::Unclear(what.to_owned(), text.tieable().map(str::to_owned));
        let Some(kind) = kind else {
            return authorizer.map_or(Gate::Open, |_| unclear("AuthorizationType", &Text::default()));
        };
        match (kind.as_known().unwrap_or_default(), authorizer) {
            ("NONE", _) => Gate::Open,
            ("AWS_IAM", _) => Gate::Unsupported("`AWS_IAM` authorization".to_owned()),
            ("CUSTOM", _) => Gate::Unsupported("a Lambda authorizer".to_owned()),
            ("COGNITO_USER_POOLS" | "JWT", Some(authorizer)) => {
                let text = self.reading.text(authorizer);
                let name = self.reading.referred(authorizer).or(text.only_unknown()).or(text.as_known());
                match name {
                    Some(name) => Gate::Asks(name.to_owned(), self.list(properties, "AuthorizationScopes")),
                    None => unclear("AuthorizerId", &text),
                }
            }
            _ => unclear("AuthorizationType", &kind),
        }
    }

    /// Says of resources that may be about routes that they are not read.
    fn note_unread(&self) {
        for resource in &self.resources {
            let what = match resource.kind {
                "AWS::Serverless::Application" | "AWS::CloudFormation::Stack" => "what another template declares",
                "AWS::ApiGatewayV2::ApiGatewayManagedOverrides" => "what it says of a route that `Target` makes",
                _ => continue,
            };
            let text = format!("`{}` is not read: {what} is not here", resource.id);
            self.reading.note(resource.line, Severity::Warning, text);
        }
    }

    /// Says that stages of a type are not used.
    fn note_stages(&self, kind: &'static str, key: &'static str, api: &str) {
        for stage in self.of_api(kind, key, api) {
            if let Some(name) = self.reading.field(stage.properties, "StageName") {
                api::note_stage(name, self.reading);
            }
        }
    }
}

fn in_another_file(node: &Node) -> Wrong {
    Wrong::at(node.line, "the definition of the API is in another file: import that one")
}
