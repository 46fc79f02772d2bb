//! A document as a tree, in which everything knows its line.

mod yaml;

use std::sync::OnceLock;

pub(super) use yaml::read;

/// What stands where nothing is written.
pub(super) static NOTHING: Node = Node { line: 0, value: Value::Null };

/// A value, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// The line it begins on, counted from 1.
    pub(super) line: u64,
    /// What it is.
    pub(super) value: Value,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// Nothing.
    Null,
    /// A text, a number or a truth value, as it is written.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Values by name, each name once.
    Map(Map),
}

/// Values by name, each name once.
#[derive(Debug, Clone)]
pub(super) struct Map {
    /// The values, in the order they are written.
    pub(super) entries: Vec<Entry>,
    /// Where they are in the order of their names, once somebody has asked for one among many.
    sorted: OnceLock<Box<[usize]>>,
}

/// A value with a name.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The name.
    pub(super) key: String,
    /// The line of the name.
    pub(super) line: u64,
    /// The value.
    pub(super) node: Node,
}

impl Map {
    /// As many values as are compared with a name one after the other.
    const FEW: usize = 32;

    pub(super) fn new(entries: Vec<Entry>) -> Self {
        Self { entries, sorted: OnceLock::new() }
    }

    fn find(&self, key: &str) -> Option<&Entry> {
        if self.entries.len() <= Self::FEW {
            return self.entries.iter().find(|entry| entry.key == key);
        }
        let name = |at: &usize| self.entries.get(*at).map(|entry| entry.key.as_str());
        let sorted = self.sorted.get_or_init(|| {
            let mut places: Box<[usize]> = (0..self.entries.len()).collect();
            places.sort_by_key(name);
            places
        });
        let place = sorted.binary_search_by_key(&Some(key), name).ok()?;
        self.entries.get(*sorted.get(place)?)
    }
}

impl Node {
    /// The value of this name, unless it is null.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let Value::Map(map) = &self.value else { return None };
        Some(&map.find(key)?.node).filter(|node| !matches!(node.value, Value::Null))
    }

    /// The values by name; none if it is no map.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(map) => &map.entries,
            Value::Null | Value::Text(_) | Value::List(_) => &[],
        }
    }

    /// Whether it is a map.
    pub(super) fn is_map(&self) -> bool {
        matches!(self.value, Value::Map(_))
    }

    /// The items; none if it is no list.
    pub(super) fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            Value::Null | Value::Text(_) | Value::Map(_) => &[],
        }
    }

    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The one entry of a map that has only one, as a call of a function has.
    pub(super) fn only_entry(&self) -> Option<&Entry> {
        match self.entries() {
            [entry] => Some(entry),
            _ => None,
        }
    }

    /// Whether it calls a function of templates.
    pub(super) fn is_call(&self) -> bool {
        self.only_entry().is_some_and(|entry| entry.key == "Ref" || entry.key.starts_with("Fn::"))
    }

    /// Whether it is a call, or a map to which a call adds something.
    pub(super) fn has_call(&self) -> bool {
        self.is_call() || self.entries().iter().any(|entry| entry.key.starts_with("Fn::"))
    }

    /// What a local reference (`$ref: '#/a/b'`) in this document leads to, the value itself if it is none.
    pub(super) fn follow<'n>(&'n self, node: &'n Node) -> Option<&'n Node> {
        const LONGEST_CHAIN: usize = 8;
        let mut at = node;
        for _ in 0..LONGEST_CHAIN {
            let Some(reference) = at.get("$ref").and_then(Node::text) else { return Some(at) };
            let steps = reference.strip_prefix("#/")?.split('/').map(|step| step.replace("~1", "/").replace("~0", "~"));
            at = steps.into_iter().try_fold(self, |node, step| node.get(&step))?;
        }
        None
    }
}
