//! The events of SAM: the routes that functions ask for.

use super::owner::Owner;
use super::{Resource, Template};
use crate::import::Wrong;
use crate::import::document::{Entry, NOTHING, Node};
use crate::import::reading::Reading;

/// The types of resources that have events.
const WITH_EVENTS: [&str; 2] = ["AWS::Serverless::Function", "AWS::Serverless::StateMachine"];

/// An event that asks for a route.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event<'d> {
    /// Where.
    pub(super) line: u64,
    /// Its properties.
    pub(super) properties: &'d Node,
    /// The function, or whatever asks.
    pub(super) asking: &'d Node,
}

/// The events of a type (`Api`, `HttpApi`) that belong to this API.
pub(super) fn of<'d>(template: &Template<'d, '_>, kind: &str, api: &str) -> Vec<Event<'d>> {
    let implicit = super::IMPLICIT.iter().any(|(event, id, _)| *event == kind && *id == api);
    let reading = template.reading;
    let events = template.resources.iter().flat_map(|resource| {
        events(resource, reading).iter().filter_map(|entry| {
            let event = reading.chosen(&entry.node)?;
            let properties = event.get("Properties").unwrap_or(&NOTHING);
            let is_wanted = event.get("Type").and_then(Node::text) == Some(kind);
            is_wanted.then_some(Event { line: entry.line, properties, asking: resource.node })
        })
    });
    events
        .filter(|event| match reading.field(event.properties, key(kind)) {
            Some(node) => template.owner(node) == Owner::Here(api),
            None => implicit,
        })
        .collect()
}

/// The key under which an event of this type names its API.
fn key(kind: &str) -> &'static str {
    if kind == "Api" { "RestApiId" } else { "ApiId" }
}

/// The events of a function that name an API, and what they say of it.
pub(super) fn named<'d>(resource: &Resource<'d>, reading: &Reading<'d>) -> impl Iterator<Item = (&'d Entry, &'d Node)> {
    events(resource, reading).iter().filter_map(|entry| {
        let event = reading.chosen(&entry.node)?;
        let kind = event.get("Type").and_then(Node::text).filter(|kind| matches!(*kind, "Api" | "HttpApi"))?;
        Some((entry, reading.field(event.get("Properties")?, key(kind))?))
    })
}

fn events<'d>(resource: &Resource<'d>, reading: &Reading<'d>) -> &'d [Entry] {
    let has_events = WITH_EVENTS.contains(&resource.kind);
    let events =
        Some(resource.properties).filter(|_| has_events).and_then(|properties| reading.field(properties, "Events"));
    events.map(Node::entries).unwrap_or_default()
}

/// Whether all events of a function can be told.
pub(super) fn are_plain(resource: &Resource<'_>, reading: &Reading<'_>) -> bool {
    let plain = |entry: &Entry| {
        let event = reading.chosen(&entry.node);
        let (properties, kind) =
            (event.and_then(|event| event.get("Properties")), event.and_then(|event| event.get("Type")));
        !entry.key.starts_with("Fn::")
            && [event, properties].into_iter().flatten().all(|node| !node.has_call())
            && kind.is_none_or(|kind| kind.text().is_some())
    };
    events(resource, reading).iter().all(plain)
}

impl Event<'_> {
    /// Its method and path. An HTTP API's event without either is for `$default`, one without a method for all of them.
    pub(super) fn key(&self, template: &Template<'_, '_>) -> Result<(String, String), Wrong> {
        let known = |key: &str| match template.text(self.properties, key) {
            Some(text) => match text.as_known() {
                Some(known) => Ok(Some(known.to_owned())),
                None => Err(Wrong::at(self.line, format!("the `{key}` of an event cannot be told: `{}`", text.value))),
            },
            None => Ok(None),
        };
        match (known("Method")?, known("Path")?) {
            (method, Some(path)) => Ok((method.map_or_else(|| "ANY".to_owned(), |method| method.to_uppercase()), path)),
            (None, None) => Ok(("ANY".to_owned(), "$default".to_owned())),
            (Some(_), None) => Err(Wrong::at(self.line, "an event has a `Method` and no `Path`")),
        }
    }
}
