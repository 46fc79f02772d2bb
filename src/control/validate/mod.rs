//! Holds a request's body against the tables of `model`, before any operation sees it.
//!
//! Bytes and a table enter; what leaves is an object that has only modelled members, no nulls in their place, the right
//! types, and satisfies every constraint, or else one refusal in the service's words. First everything is brought to
//! its type (one mismatch refuses the whole document), then all violated constraints are collected into one message.
//!
//! The walk goes as deep as the table, never as deep as the document, and takes time linear in the body. Elements
//! beyond the allowed size of a list of structures are not looked into: the list's own violation is reported, and the
//! answer stays in proportion to the request.
//!
//! Whether an existing thing contradicts the request is not decided here. One syntactic rule is not either: what a
//! domain may look like depends on another member, see `model::DOMAIN`.

mod constraint;
mod pattern;
mod rendering;
#[cfg(test)]
mod tests;

use std::fmt::Display;

use serde_json::{Map, Value};
use thiserror::Error;

use self::constraint::{Constraint, constraints};
use self::rendering::{Place, Shown};
use super::model::{Member, Shape};

/// Why a document was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Rejected {
    /// Not readable as the operation's request: a `SerializationException`, without a message where this one is empty.
    #[error("{0}")]
    Serialization(String),
    /// Readable, but against the model: an `InvalidParameterException` listing every violated constraint.
    #[error("{0}")]
    Constraints(String),
}

impl Rejected {
    /// The refusal of a too long value, for limits that only an operation can know.
    pub fn too_long(path: &str, value: &str, max: i64) -> Rejected {
        let violation = violation(&format_args!(" '{value}'"), &path, Constraint::LengthAtMost(max));
        Violations(vec![violation]).into_rejected()
    }
}

/// Reads a body as a document of these members.
pub fn document(body: &[u8], input: &'static [Member]) -> Result<Map<String, Value>, Rejected> {
    validate(input, parse(body)?)
}

/// Reads a body as a JSON object; of members given twice the last one counts.
///
/// Whatever is not one (an empty body, invalid UTF-8, more than 127 levels of nesting, a list) is refused without a
/// message, as the service does.
pub fn parse(body: &[u8]) -> Result<Value, Rejected> {
    match serde_json::from_slice(body) {
        Ok(object @ Value::Object(_)) => Ok(object),
        Ok(_) | Err(_) => Err(Rejected::Serialization(String::new())),
    }
}

/// Reduces a document to what the model knows, or says everything that is wrong with it.
pub fn validate(input: &'static [Member], document: Value) -> Result<Map<String, Value>, Rejected> {
    let Value::Object(members) = document else {
        return Err(Rejected::Serialization(String::new()));
    };
    let fitted = fit_members(input, members)?;
    let mut violations = Violations(Vec::new());
    violations.look_into(input, &fitted, &Place::Root);
    if violations.0.is_empty() { Ok(fitted) } else { Err(violations.into_rejected()) }
}

fn fit_members(members: &'static [Member], mut given: Map<String, Value>) -> Result<Map<String, Value>, Rejected> {
    let mut fitted = Map::new();
    for member in members {
        match given.remove(member.name) {
            None | Some(Value::Null) => {}
            Some(value) => {
                fitted.insert(member.name.to_owned(), fit(member.shape, value)?);
            }
        }
    }
    Ok(fitted)
}

/// The value, if its type is the shape's; unknown members of structures are gone.
fn fit(shape: &'static Shape, value: Value) -> Result<Value, Rejected> {
    match (shape, value) {
        // Absent for a member; in a list it stays, to be refused by name.
        (_, Value::Null) => Ok(Value::Null),
        (Shape::Text(_) | Shape::Choice(_), text @ Value::String(_)) => Ok(text),
        (Shape::Boolean, flag @ Value::Bool(_)) => Ok(flag),
        (Shape::Integer(_), number @ Value::Number(_)) if fits_in_32_bits(&number) => Ok(number),
        (Shape::List(_, element), Value::Array(elements)) => {
            elements.into_iter().map(|each| fit(element, each)).collect::<Result<_, _>>().map(Value::Array)
        }
        // COGNITO: amazon-cognito-identity-js refreshes with `"DEVICE_KEY": null` wherever devices are not tracked.
        (Shape::Map(_, _, entry), Value::Object(entries)) => entries
            .into_iter()
            .filter(|(_, each)| !each.is_null())
            .map(|(key, each)| Ok((key, fit(entry, each)?)))
            .collect::<Result<_, _>>()
            .map(Value::Object),
        (Shape::Structure(members), Value::Object(given)) => fit_members(members, given).map(Value::Object),
        (_, other) => Err(mismatch(shape, &other)),
    }
}

fn fits_in_32_bits(number: &Value) -> bool {
    number.as_i64().is_some_and(|number| i32::try_from(number).is_ok())
}

fn mismatch(shape: &Shape, value: &Value) -> Rejected {
    let wanted = match shape {
        Shape::List(..) => return Rejected::Serialization("Expected list or null".to_owned()),
        Shape::Map(..) | Shape::Structure(_) => return Rejected::Serialization("Expected map or null".to_owned()),
        Shape::Text(_) | Shape::Choice(_) => "a String",
        Shape::Integer(_) => "an Integer",
        Shape::Boolean => "a Boolean",
    };
    let found = match value {
        Value::Array(_) => return Rejected::Serialization("Start of list found where not expected.".to_owned()),
        Value::Object(_) => {
            return Rejected::Serialization("Start of structure or map found where not expected.".to_owned());
        }
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
    };
    Rejected::Serialization(format!("{found} can not be converted to {wanted}"))
}

/// The violated constraints of one document, worded.
struct Violations(Vec<String>);

impl Violations {
    fn look_into(&mut self, members: &'static [Member], given: &Map<String, Value>, place: &Place<'_>) {
        for member in members {
            let place = Place::Member(place, member.name);
            match given.get(member.name) {
                Some(value) => self.look_at(member.shape, value, &place),
                None if member.required => self.null(member.shape, &place),
                None => {}
            }
        }
    }

    fn look_at(&mut self, shape: &'static Shape, value: &Value, place: &Place<'_>) {
        for violated in constraints(shape).filter(|constraint| !constraint.holds(value)) {
            self.0.push(violation(&Shown { shape, value }, place, violated));
        }
        match (shape, value) {
            (Shape::Structure(members), Value::Object(given)) => self.look_into(members, given, place),
            (Shape::List(size, element @ Shape::Structure(_)), Value::Array(elements)) => {
                for (position, each) in (1..=most(size.max)).zip(elements) {
                    let place = Place::Element(place, position);
                    if each.is_null() { self.null(element, &place) } else { self.look_at(element, each, &place) }
                }
            }
            (Shape::Map(size, _, entry @ Shape::Structure(_)), Value::Object(entries)) => {
                for (key, each) in entries.iter().take(most(size.max)) {
                    self.look_at(entry, each, &Place::Entry(place, key));
                }
            }
            _ => {}
        }
    }

    fn null(&mut self, shape: &'static Shape, place: &Place<'_>) {
        self.0.push(violation(&Shown { shape, value: &Value::Null }, place, Constraint::NotNull));
    }

    fn into_rejected(self) -> Rejected {
        let Violations(found) = self;
        let plural = if found.len() == 1 { "" } else { "s" };
        Rejected::Constraints(format!("{} validation error{plural} detected: {}", found.len(), found.join("; ")))
    }
}

fn violation(shown: &dyn Display, place: &dyn Display, constraint: Constraint) -> String {
    format!("Value{shown} at '{place}' failed to satisfy constraint: {constraint}")
}

fn most(max: Option<i64>) -> usize {
    max.and_then(|max| usize::try_from(max).ok()).unwrap_or(usize::MAX)
}
