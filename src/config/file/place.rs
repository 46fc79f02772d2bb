//! Where in a file the thing stands that a key leads to.

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;

/// A document of which only the places are kept.
enum Node {
    /// Keys with their lines.
    Map(Vec<(String, u64, Node)>),
    /// Elements with the lines where they begin.
    List(Vec<(u64, Node)>),
    /// Anything that has no keys.
    Leaf,
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Nodes)
    }
}

struct Nodes;

impl<'de> Visitor<'de> for Nodes {
    type Value = Node;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut keys = Vec::new();
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            keys.push((key.value, key.referenced.line(), map.next_value()?));
        }
        Ok(Node::Map(keys))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element::<Spanned<Node>>()? {
            elements.push((element.referenced.line(), element.value));
        }
        Ok(Node::List(elements))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_str<E>(self, _: &str) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Node::Leaf)
    }
}

/// The line of what a key such as `pools[0].settings.Policies` leads to, or of the innermost thing around it.
pub(super) fn line_of(text: &str, key: &str) -> Option<u64> {
    let mut node: Node = serde_saphyr::from_str(text).ok()?;
    let mut line = None;
    let segments = key.split(['.', '[']).map(|segment| segment.strip_suffix(']').ok_or(segment));
    for segment in segments {
        let found = match (node, segment) {
            (Node::Map(keys), Err(name)) => {
                keys.into_iter().find(|(key, ..)| key == name).map(|(_, at, node)| (at, node))
            }
            (Node::List(elements), Ok(position)) => {
                position.parse().ok().and_then(|position| elements.into_iter().nth(position))
            }
            _ => None,
        };
        let Some((at, inner)) = found else { break };
        line = Some(at);
        node = inner;
    }
    line.filter(|line| *line > 0)
}
