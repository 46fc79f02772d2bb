//! A single constraint: whether a value satisfies it, and how the service words it.

use crate::domain::hash_order::hash_order;
use std::fmt::{self, Display, Formatter};

use serde_json::Value;

use super::pattern;
use crate::control::model::{Bounds, Shape, Text};

/// One thing that the model demands of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Constraint {
    NotNull,
    LengthAtMost(i64),
    LengthAtLeast(i64),
    Pattern(&'static str),
    ValueAtMost(i64),
    ValueAtLeast(i64),
    OneOf(&'static [&'static str]),
    Elements(&'static Shape),
    ElementsNotNull,
    Keys(&'static Text),
    Entries(&'static Shape),
}

/// The constraints of a shape, in the order in which the service prints them.
///
/// A structure has none of its own: its members are looked at one by one, also in lists and maps.
pub(super) fn constraints(shape: &'static Shape) -> impl Iterator<Item = Constraint> {
    match shape {
        Shape::Text(text) => of_text(text),
        Shape::Choice(values) => [Some(Constraint::OneOf(values)), None, None, None, None],
        Shape::Integer(bounds) => {
            [bounds.max.map(Constraint::ValueAtMost), bounds.min.map(Constraint::ValueAtLeast), None, None, None]
        }
        Shape::Boolean | Shape::Structure(_) => [None; 5],
        Shape::List(size, element) => {
            let [most, least] = of_size(*size);
            let each = simple(element);
            let present = each.map(|_| Constraint::ElementsNotNull);
            [most, least, each.map(Constraint::Elements), present, None]
        }
        Shape::Map(size, key, value) => {
            let [most, least] = of_size(*size);
            [most, least, Some(Constraint::Keys(key)), simple(value).map(Constraint::Entries), None]
        }
    }
    .into_iter()
    .flatten()
}

fn of_text(text: &Text) -> [Option<Constraint>; 5] {
    let [most, least] = of_size(text.length);
    [most, least, text.pattern.map(Constraint::Pattern), None, None]
}

fn of_size(size: Bounds) -> [Option<Constraint>; 2] {
    [size.max.map(Constraint::LengthAtMost), size.min.map(Constraint::LengthAtLeast)]
}

/// Simple values in a list or map share one clause; structures get their own, member by member.
fn simple(shape: &'static Shape) -> Option<&'static Shape> {
    (!matches!(shape, Shape::Structure(_))).then_some(shape)
}

impl Constraint {
    /// Whether `value`, whose type already fits the shape, satisfies the constraint.
    pub(super) fn holds(self, value: &Value) -> bool {
        match self {
            Constraint::NotNull => !value.is_null(),
            Constraint::LengthAtMost(max) => length(value) <= max,
            Constraint::LengthAtLeast(min) => length(value) >= min,
            Constraint::Pattern(expression) => value.as_str().is_none_or(|text| pattern::matches(expression, text)),
            Constraint::ValueAtMost(max) => value.as_i64().is_none_or(|number| number <= max),
            Constraint::ValueAtLeast(min) => value.as_i64().is_none_or(|number| number >= min),
            Constraint::OneOf(values) => value.as_str().is_none_or(|text| values.contains(&text)),
            Constraint::Elements(shape) | Constraint::Entries(shape) => contents(value)
                .all(|each| each.is_null() || constraints(shape).all(|constraint| constraint.holds(each))),
            Constraint::ElementsNotNull => contents(value).all(|each| !each.is_null()),
            Constraint::Keys(key) => {
                value.as_object().into_iter().flat_map(serde_json::Map::keys).all(|name| key_holds(key, name))
            }
        }
    }
}

fn key_holds(key: &'static Text, name: &str) -> bool {
    let units = utf16_units(name);
    key.length.max.is_none_or(|max| units <= max)
        && key.length.min.is_none_or(|min| units >= min)
        && key.pattern.is_none_or(|expression| pattern::matches(expression, name))
}

fn contents(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten().chain(value.as_object().into_iter().flat_map(serde_json::Map::values))
}

fn length(value: &Value) -> i64 {
    match value {
        Value::String(text) => utf16_units(text),
        Value::Array(elements) => count(elements.len()),
        Value::Object(entries) => count(entries.len()),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

fn utf16_units(text: &str) -> i64 {
    count(text.encode_utf16().count())
}

fn count(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

impl Display for Constraint {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Constraint::NotNull => out.write_str("Member must not be null"),
            Constraint::LengthAtMost(max) => write!(out, "Member must have length less than or equal to {max}"),
            Constraint::LengthAtLeast(min) => write!(out, "Member must have length greater than or equal to {min}"),
            Constraint::Pattern(expression) => {
                write!(out, "Member must satisfy regular expression pattern: {expression}")
            }
            Constraint::ValueAtMost(max) => write!(out, "Member must have value less than or equal to {max}"),
            Constraint::ValueAtLeast(min) => write!(out, "Member must have value greater than or equal to {min}"),
            Constraint::OneOf(values) => {
                // COGNITO: printed in the order of a Java set, not the model's (awsdocs/aws-cloudformation-user-guide#517).
                write!(out, "Member must satisfy enum value set: [{}]", hash_order(values.to_vec()).join(", "))
            }
            Constraint::Elements(shape) => {
                write!(out, "Member must satisfy constraint: [{}]", listed(constraints(shape)))
            }
            Constraint::ElementsNotNull => write!(out, "Member must satisfy constraint: [{}]", Constraint::NotNull),
            Constraint::Keys(key) => {
                write!(out, "Map keys must satisfy constraint: [{}]", listed(of_text(key).into_iter().flatten()))
            }
            Constraint::Entries(shape) => {
                write!(out, "Map value must satisfy constraint: [{}]", listed(constraints(shape)))
            }
        }
    }
}

fn listed(constraints: impl Iterator<Item = Constraint>) -> String {
    constraints.map(|constraint| constraint.to_string()).collect::<Vec<_>>().join(", ")
}
