//! Values and places as the service prints them in its messages, which is Java's `toString`.

use std::fmt::{self, Display, Formatter};

use serde_json::Value;

use crate::control::model::Shape;

/// Where a value is: `scopes.1.member.scopeName`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    Root,
    Member(&'a Place<'a>, &'static str),
    /// An element of a list, counted from 1.
    Element(&'a Place<'a>, usize),
    Entry(&'a Place<'a>, &'a str),
}

impl Display for Place<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Place::Root => Ok(()),
            Place::Member(Place::Root, name) => lower_first(name, out),
            Place::Member(parent, name) => {
                write!(out, "{parent}.")?;
                lower_first(name, out)
            }
            Place::Element(list, position) => write!(out, "{list}.{position}.member"),
            Place::Entry(map, key) => write!(out, "{map}.{key}.member"),
        }
    }
}

fn lower_first(name: &str, out: &mut Formatter<'_>) -> fmt::Result {
    let mut characters = name.chars();
    if let Some(first) = characters.next() {
        write!(out, "{}", first.to_ascii_lowercase())?;
    }
    out.write_str(characters.as_str())
}

/// A value between its quotes, nothing at all for a sensitive one, a bare `null` for a missing one.
pub(super) struct Shown<'a> {
    pub(super) shape: &'static Shape,
    pub(super) value: &'a Value,
}

impl Display for Shown<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        if self.value.is_null() {
            return out.write_str(" null");
        }
        if is_sensitive(self.shape) {
            return Ok(());
        }
        write!(out, " '{}'", AsJava(self.value))
    }
}

fn is_sensitive(shape: &Shape) -> bool {
    match shape {
        Shape::Text(text) => text.sensitive,
        Shape::Choice(_) | Shape::Integer(_) | Shape::Boolean => false,
        Shape::List(_, element) => is_sensitive(element),
        Shape::Map(_, key, value) => key.sensitive || is_sensitive(value),
        Shape::Structure(members) => members.iter().any(|member| is_sensitive(member.shape)),
    }
}

struct AsJava<'a>(&'a Value);

impl Display for AsJava<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Null => out.write_str("null"),
            Value::Bool(flag) => write!(out, "{flag}"),
            Value::Number(number) => write!(out, "{number}"),
            Value::String(text) => out.write_str(text),
            Value::Array(elements) => {
                let mut separator = "[";
                for element in elements {
                    write!(out, "{separator}{}", AsJava(element))?;
                    separator = ", ";
                }
                out.write_str(if elements.is_empty() { "[]" } else { "]" })
            }
            Value::Object(entries) => {
                let mut separator = "{";
                for (name, value) in entries {
                    write!(out, "{separator}{name}={}", AsJava(value))?;
                    separator = ", ";
                }
                out.write_str(if entries.is_empty() { "{}" } else { "}" })
            }
        }
    }
}
