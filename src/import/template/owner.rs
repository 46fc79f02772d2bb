//! To which API of a template its parts belong.
//!
//! A part that is left out may close what is open without it. So it is left out only where it is plain that it belongs to
//! another API, and a template in which that cannot be told is refused.

use super::{IMPLICIT, Resource, Template, events};
use crate::import::document::Node;
use crate::import::{Severity, Wrong};

/// The types of APIs.
const APIS: [&str; 4] =
    ["AWS::Serverless::Api", "AWS::Serverless::HttpApi", "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"];

/// The types of resources that are read as parts of an API, and the key under which they name it.
const PARTS: [(&str, &str); 6] = [
    ("AWS::ApiGateway::Method", "RestApiId"),
    ("AWS::ApiGateway::Resource", "RestApiId"),
    ("AWS::ApiGateway::Authorizer", "RestApiId"),
    ("AWS::ApiGateway::GatewayResponse", "RestApiId"),
    ("AWS::ApiGatewayV2::Route", "ApiId"),
    ("AWS::ApiGatewayV2::Authorizer", "ApiId"),
];

/// The API that a value names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner<'d> {
    /// The one with this logical id.
    Here(&'d str),
    /// One that is not of this template.
    Elsewhere,
    /// It cannot be told.
    Unclear,
}

impl<'d> Template<'d, '_> {
    /// The API that a value names.
    pub(super) fn owner(&self, node: &'d Node) -> Owner<'d> {
        let (reading, map) = (self.reading, &self.reading.ties.map);
        let Some(node) = reading.chosen(node) else { return Owner::Unclear };
        let named = reading.referred(node);
        if let Some(api) = named.and_then(|name| self.api(name)) {
            return Owner::Here(api);
        }
        let text = reading.text(node);
        let meant = map.get(&text.value).map(String::as_str).or(text.as_known()).filter(|meant| !meant.is_empty());
        if let Some(meant) = meant {
            return self.api(meant).map_or(Owner::Elsewhere, Owner::Here);
        }
        // Whatever is exported, or given as a parameter, is there before this template's own APIs are.
        let imported = node.only_entry().is_some_and(|call| call.key == "Fn::ImportValue");
        let given = named.is_some_and(|name| reading.is_parameter(name));
        if imported || given { Owner::Elsewhere } else { Owner::Unclear }
    }

    /// Refuses a part of which it cannot be told to which API it belongs.
    pub(super) fn check_owner(&self, resource: &Resource<'d>) -> Result<(), Wrong> {
        if let Some((_, key)) = PARTS.iter().find(|(kind, _)| *kind == resource.kind) {
            self.owned(resource.id, resource.line, self.reading.field(resource.properties, key))?;
        }
        events::named(resource, self.reading).try_for_each(|(entry, api)| self.owned(&entry.key, entry.line, Some(api)))
    }

    fn owned(&self, part: &str, line: u64, api: Option<&'d Node>) -> Result<(), Wrong> {
        match api.map_or(Owner::Unclear, |api| self.owner(api)) {
            Owner::Here(_) => {}
            Owner::Elsewhere => {
                let text = format!("`{part}` belongs to an API that is not in this file: it is left out");
                self.reading.note(line, Severity::Notice, text);
            }
            Owner::Unclear => {
                let text = api.map(|api| self.reading.text(api)).unwrap_or_default();
                let is_useful = text.unknown.iter().all(|name| self.api(name).is_none());
                let advice = if is_useful { text.advice("API") } else { String::new() };
                return Err(Wrong::at(line, format!("which API `{part}` belongs to cannot be told{advice}")));
            }
        }
        Ok(())
    }

    /// The API with this logical id, whether or not it is created.
    fn api(&self, name: &str) -> Option<&'d str> {
        let made_up = IMPLICIT.iter().find(|(_, id, _)| *id == name).map(|(_, id, _)| *id);
        made_up.or_else(|| APIS.iter().find_map(|kind| self.reading.logical_id(name, kind)))
    }
}
