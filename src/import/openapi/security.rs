//! What an operation's `security` comes to.

use std::collections::BTreeMap;

use super::schemes::Scheme;
use crate::import::Severity;
use crate::import::document::{Entry, Node, Value};
use crate::import::draft::{Declared, Gate, Means};
use crate::import::reading::Reading;

/// Who may use an operation, and whether an API key is asked for, if that is said.
pub(super) fn gate(
    operation: &Node,
    schemes: &BTreeMap<String, Scheme>,
    reading: &Reading<'_>,
) -> (Gate, Option<bool>) {
    let is_null = |entry: &&Entry| entry.key == "security" && matches!(entry.node.value, Value::Null);
    if let Some(nothing) = operation.entries().iter().find(is_null) {
        return (reading.unclear("security", &nothing.node), None);
    }
    let Some(security) = reading.field(operation, "security") else {
        note_misspelled(operation, reading);
        return (Gate::Unsaid, None);
    };
    // What is no list of maps says nothing to API Gateway, and may have been meant to.
    let is_odd = |item: &Node| !item.is_map() || reading.chosen(item).is_some_and(|item| !item.is_map());
    if !matches!(security.value, Value::List(_)) || security.items().iter().any(is_odd) {
        return (reading.unclear("security", security), None);
    }
    // A requirement that cannot be told is a call, whose name is no scheme: it closes the route.
    let asked: Vec<&Entry> =
        security.items().iter().filter_map(|item| reading.chosen(item)).flat_map(Node::entries).collect();
    let (keys, others): (Vec<&Entry>, Vec<&Entry>) =
        asked.into_iter().partition(|entry| matches!(schemes.get(&entry.key), Some(Scheme::ApiKey)));
    let keyed = (!keys.is_empty()).then_some(true);
    // COGNITO: a method has one authorizer; of several the first that API Gateway knows is taken (assumed;
    // docs/fidelity.md).
    let known = others.iter().find(|entry| is_known(schemes.get(&entry.key)));
    let Some(chosen) = known.or(others.first()) else { return (Gate::Unsaid, keyed) };
    if others.iter().any(|entry| entry.key != chosen.key) {
        let text = format!("of several authorizers only the first counts: `{}`", chosen.key);
        reading.note(chosen.line, Severity::Warning, text);
    }
    (Gate::Asks(chosen.key.clone(), reading.list(&chosen.node)), keyed)
}

/// Says that a key was meant that has another case, and so says nothing.
fn note_misspelled(operation: &Node, reading: &Reading<'_>) {
    let meant = |entry: &&Entry| entry.key != "security" && entry.key.eq_ignore_ascii_case("security");
    if let Some(entry) = operation.entries().iter().find(meant) {
        reading.note(entry.line, Severity::Warning, format!("`{}` says nothing: the key is `security`", entry.key));
    }
}

fn is_known(scheme: Option<&Scheme>) -> bool {
    match scheme {
        Some(Scheme::Authorizer(Declared { means, .. })) => !matches!(means, Means::Unknown(_)),
        Some(Scheme::ApiKey) | None => false,
    }
}
