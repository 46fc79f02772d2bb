//! The functions of templates, as far as they can be evaluated without an account: references to parameters with a
//! default, to resources of the same file whose names or ARNs follow from it, texts put together of these, conditions.
//!
//! What cannot be told stays in the text as `${Name}`, and the text says that it is not known. How much may be evaluated
//! is bounded, so that references in circles, or ever more of them, come to an end.

mod conditions;
mod functions;
mod names;
mod references;

pub(super) use conditions::Undecided;

use std::cell::Cell;
use std::collections::HashMap;

use super::Ties;
use super::document::{Node, Value};

/// How many values are evaluated at most for one file.
const MAX_STEPS: usize = 500_000;

/// How often a reference may lead to another.
const MAX_REFERENCES: usize = 8;

/// The longest text that is put together.
const MAX_TEXT: usize = 8 << 10;

/// What a value comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Text {
    /// The text; what is not known stands in it as `${Name}`.
    pub(super) value: String,
    /// What is not known.
    pub(super) unknown: Vec<String>,
    /// Where it stands.
    pub(super) line: u64,
}

/// Evaluates the functions of one file.
pub(super) struct Resolver<'d> {
    ties: &'d Ties,
    parameters: HashMap<&'d str, &'d Node>,
    resources: HashMap<&'d str, &'d Node>,
    conditions: HashMap<&'d str, &'d Node>,
    mappings: HashMap<&'d str, &'d Node>,
    steps: Cell<usize>,
    references: Cell<usize>,
}

impl Text {
    /// What this function comes to is not known, because this name is not, if it has one that can be tied.
    fn undecided(function: &str, name: Option<String>) -> Self {
        Self { value: format!("${{{function}}}"), unknown: vec![name.unwrap_or_else(|| function.to_owned())], line: 0 }
    }

    /// A text that is known.
    fn known(value: impl Into<String>) -> Self {
        Self { value: value.into(), ..Self::default() }
    }

    /// What this name stands for is not known.
    fn unknown(name: &str) -> Self {
        let name = name.chars().take(200).collect::<String>();
        Self { value: format!("${{{name}}}"), unknown: vec![name], line: 0 }
    }

    fn at(self, line: u64) -> Self {
        Self { line, ..self }
    }

    /// Whether all of it is known.
    pub(super) fn is_known(&self) -> bool {
        self.unknown.is_empty()
    }

    /// The text, if all of it is known.
    pub(super) fn as_known(&self) -> Option<&str> {
        self.is_known().then_some(self.value.as_str())
    }

    /// What is not known and has a name that can be tied.
    pub(super) fn tieable(&self) -> Option<&str> {
        let named = |name: &&String| !name.contains(' ') && !name.starts_with("Fn::");
        self.unknown.iter().find(named).map(String::as_str)
    }

    /// The name that can be tied so that the text is known, if it is all that the text is made of.
    pub(super) fn only_unknown(&self) -> Option<&str> {
        let [name] = self.unknown.as_slice() else { return None };
        let whole =
            *name == self.value || self.value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) == Some(name);
        self.tieable().filter(|_| whole)
    }

    /// How to have it known, for the end of a sentence; `ours` is what it should be tied to.
    pub(super) fn advice(&self, ours: &str) -> String {
        match (self.only_unknown(), self.tieable()) {
            (Some(name), _) => format!(": tie it with `--map {name}={ours}`"),
            (None, Some(name)) => format!(": tie what it depends on with `--map {name}=VALUE`"),
            (None, None) => String::new(),
        }
    }

    fn push(&mut self, more: Text) {
        if self.value.len() + more.value.len() > MAX_TEXT {
            self.unknown.push("a text that is too long".to_owned());
            return;
        }
        self.value.push_str(&more.value);
        self.unknown.extend(more.unknown);
    }
}

impl<'d> Resolver<'d> {
    /// Evaluates with the parameters, resources, conditions and mappings of a file.
    pub(super) fn new(root: &'d Node, ties: &'d Ties) -> Self {
        let section = |name: &str| -> HashMap<&'d str, &'d Node> {
            let entries = root.get(name).map(Node::entries).unwrap_or_default();
            entries.iter().map(|entry| (entry.key.as_str(), &entry.node)).collect()
        };
        Self {
            ties,
            parameters: section("Parameters"),
            resources: section("Resources"),
            conditions: section("Conditions"),
            mappings: section("Mappings"),
            steps: Cell::new(MAX_STEPS),
            references: Cell::new(0),
        }
    }

    /// The value of this name, after conditions, unless it is to be left out.
    pub(super) fn field<'n>(&self, node: &'n Node, key: &str) -> Option<&'n Node> {
        self.chosen(node.get(key)?)
    }

    /// The value that conditions choose; none if it is null or to be left out (`AWS::NoValue`). A choice that cannot be
    /// told stays as it is.
    pub(super) fn chosen<'n>(&self, node: &'n Node) -> Option<&'n Node> {
        let mut at = node;
        while let Some([condition, yes, no]) =
            at.only_entry().filter(|entry| entry.key == "Fn::If").map(|entry| entry.node.items())
        {
            match condition.text().and_then(|name| self.condition(name)) {
                Some(holds) => at = if holds { yes } else { no },
                None => return Some(at),
            }
        }
        let left_out =
            at.only_entry().is_some_and(|entry| entry.key == "Ref" && entry.node.text() == Some("AWS::NoValue"));
        (!left_out && !matches!(at.value, Value::Null)).then_some(at)
    }

    /// What a value comes to as a text.
    pub(super) fn text(&self, node: &Node) -> Text {
        if !self.step(1) {
            return Text::unknown("a value that takes too long to evaluate").at(node.line);
        }
        let Some(node) = self.chosen(node) else { return Text::default().at(node.line) };
        let text = match &node.value {
            Value::Text(text) => self.literal(text),
            Value::Map(_) => match node.only_entry() {
                Some(call) => self.call(&call.key, &call.node),
                None => Text::unknown("a map where a text should be"),
            },
            Value::List(_) => Text::unknown("a list where a text should be"),
            Value::Null => Text::default(),
        };
        text.at(node.line)
    }

    /// What a value comes to as a list. If it cannot be told, the list has one text that is not known; it is not empty.
    pub(super) fn list(&self, node: &Node) -> Vec<Text> {
        let Some(node) = self.chosen(node) else { return Vec::new() };
        let items = match &node.value {
            Value::List(items) => {
                let items = items.iter().filter_map(|item| self.chosen(item));
                return items.map(|item| self.text(item)).collect();
            }
            _ => node.only_entry().and_then(|call| self.split(&call.key, &call.node)),
        };
        match items {
            Some(items) => items.into_iter().map(|item| Text::known(item).at(node.line)).collect(),
            None => vec![self.text(node)],
        }
    }

    /// Whether a value is true.
    pub(super) fn flag(&self, node: &Node) -> bool {
        self.text(node).value.eq_ignore_ascii_case("true")
    }

    /// The number that a value is.
    pub(super) fn number<N: std::str::FromStr>(&self, node: &Node) -> Option<N> {
        self.text(node).as_known()?.trim_matches('\'').parse().ok()
    }

    /// A resource by its logical id, if it is of this type.
    pub(super) fn resource(&self, name: &str, kind: &str) -> Option<&'d Node> {
        let resource = self.resources.get(name).copied()?;
        (resource.get("Type").and_then(Node::text) == Some(kind)).then_some(resource)
    }

    /// This logical id, if there is a resource of this type under it.
    pub(super) fn logical_id(&self, name: &str, kind: &str) -> Option<&'d str> {
        let (id, resource) = self.resources.get_key_value(name)?;
        (resource.get("Type").and_then(Node::text) == Some(kind)).then_some(*id)
    }

    /// Whether there is a parameter of this name.
    pub(super) fn is_parameter(&self, name: &str) -> bool {
        self.parameters.contains_key(name)
    }

    /// Takes steps of those that are left.
    fn step(&self, count: usize) -> bool {
        let left = self.steps.get().checked_sub(count);
        self.steps.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Follows a reference, unless too many led here.
    fn refer<T>(&self, follow: impl FnOnce() -> T) -> Option<T> {
        let before = self.references.get();
        if before >= MAX_REFERENCES || !self.step(1) {
            return None;
        }
        self.references.set(before + 1);
        let found = follow();
        self.references.set(before);
        Some(found)
    }
}

#[cfg(test)]
mod tests;
