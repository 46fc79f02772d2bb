//! YAML, and JSON, which is YAML. The short forms of functions (`!Ref x`) become the long ones (`Ref: x`).
//!
//! How deep and how large a tree may become is bounded, also by what aliases repeat.

use std::collections::{HashMap, HashSet};

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

use super::{Entry, Map, Node, Value};
use crate::import::Wrong;

/// The longest text, in bytes.
const MAX_TEXT: usize = 16 << 20;

/// The deepest nesting.
const MAX_DEPTH: usize = 100;

/// What all nodes together may weigh: each its text and [`NODE_WEIGHT`].
const MAX_WEIGHT: usize = 96 << 20;
const NODE_WEIGHT: usize = 64;

/// Reads the one document of a text.
pub(in crate::import) fn read(text: &str) -> Result<Node, Wrong> {
    if text.len() > MAX_TEXT {
        return Err(Wrong { line: None, problem: format!("the file is longer than {} MiB", MAX_TEXT >> 20) });
    }
    let mut options = granit_parser::options! {
        simple_key_max_lookahead: MAX_TEXT,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    options.set_emit_comments(false);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let parser = Parser::new_from_str_with_options(text, options);
    Tree { parser, anchored: HashMap::new(), weight: 0 }.document()
}

/// A tree that is growing.
struct Tree<'t> {
    parser: Parser<'t, StrInput<'t>>,
    anchored: HashMap<usize, Node>,
    weight: usize,
}

impl<'t> Tree<'t> {
    fn next(&mut self) -> Result<(Event<'t>, u64), Wrong> {
        let place = |span: &Span| span.start.line() as u64;
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, place(&span))),
            Some(Err(error)) => Err(misread(&error)),
            None => Ok((Event::StreamEnd, 0)),
        }
    }

    fn document(mut self) -> Result<Node, Wrong> {
        let mut found = None;
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => break,
                (Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd, _) => {}
                (_, line) if found.is_some() => return Err(Wrong::at(line, "a second document begins here")),
                (event, line) => found = Some(self.node(event, line, 0)?),
            }
        }
        found.ok_or_else(|| Wrong { line: None, problem: "the file is empty".to_owned() })
    }

    fn node(&mut self, event: Event<'t>, line: u64, depth: usize) -> Result<Node, Wrong> {
        self.weigh(line, depth, 0)?;
        let (anchor, function) = (event.anchor_id(), event.tag().and_then(function));
        let value = match event {
            Event::Alias(anchor) => match self.anchored.remove(&anchor) {
                // Taken out while it is copied, so that an alias inside of what it names finds nothing.
                Some(named) => {
                    let copy = self.copy(&named, depth);
                    self.anchored.insert(anchor, named);
                    return copy.map(|node| Node { line, ..node });
                }
                None => return Err(Wrong::at(line, "an alias inside of what it stands for")),
            },
            Event::Scalar(text, style, _, tag) => {
                self.weigh(line, depth, text.len())?;
                let plain = style == ScalarStyle::Plain && tag.is_none();
                let null = plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                if null { Value::Null } else { Value::Text(text.into_owned()) }
            }
            Event::SequenceStart(..) => self.list(depth)?,
            Event::MappingStart(..) => self.map(depth)?,
            _ => return Err(Wrong::at(line, "a value is missing")),
        };
        let mut node = Node { line, value };
        if let Some(key) = function {
            node = Node { line, value: Value::Map(Map::new(vec![Entry { key, line, node }])) };
        }
        if let Some(anchor) = anchor {
            let copy = self.copy(&node, depth)?;
            self.anchored.insert(anchor, copy);
        }
        Ok(node)
    }

    fn list(&mut self, depth: usize) -> Result<Value, Wrong> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Value::List(items)),
                (event, line) => items.push(self.node(event, line, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value, Wrong> {
        let (mut entries, mut merged) = (Vec::new(), Vec::new());
        let mut keys = HashSet::new();
        loop {
            let (event, line) = self.next()?;
            let key = match event {
                Event::MappingEnd => break,
                event => self.node(event, line, depth + 1)?,
            };
            let key = match key.value {
                Value::Text(key) => key,
                Value::Null => String::from("null"),
                Value::List(_) | Value::Map(_) => return Err(Wrong::at(line, "a key must be a text")),
            };
            let (event, begins) = self.next()?;
            let node = self.node(event, begins, depth + 1)?;
            if key == "<<" {
                merged.push(node);
            } else if keys.insert(key.clone()) {
                entries.push(Entry { key, line, node });
            } else {
                return Err(Wrong::at(line, format!("the key `{key}` stands here twice")));
            }
        }
        for node in merged {
            add_absent(node, &mut entries, &mut keys);
        }
        Ok(Value::Map(Map::new(entries)))
    }

    /// Counts what is added to the tree.
    fn weigh(&mut self, line: u64, depth: usize, text: usize) -> Result<(), Wrong> {
        self.weight = self.weight.saturating_add(text).saturating_add(NODE_WEIGHT);
        if depth > MAX_DEPTH {
            return Err(Wrong::at(line, format!("nested more than {MAX_DEPTH} deep")));
        }
        if self.weight > MAX_WEIGHT {
            return Err(Wrong::at(line, "the document is too large, counting what its aliases repeat"));
        }
        Ok(())
    }

    /// A copy for another place, counted as if it had been written there.
    fn copy(&mut self, node: &Node, depth: usize) -> Result<Node, Wrong> {
        let text = node.text().map_or(0, str::len);
        self.weigh(node.line, depth, text)?;
        let value = match &node.value {
            Value::List(items) => {
                Value::List(items.iter().map(|item| self.copy(item, depth + 1)).collect::<Result<_, _>>()?)
            }
            Value::Map(map) => {
                let mut copies = Vec::with_capacity(map.entries.len());
                for entry in &map.entries {
                    self.weigh(entry.line, depth, entry.key.len())?;
                    let node = self.copy(&entry.node, depth + 1)?;
                    copies.push(Entry { key: entry.key.clone(), line: entry.line, node });
                }
                Value::Map(Map::new(copies))
            }
            Value::Null => Value::Null,
            Value::Text(text) => Value::Text(text.clone()),
        };
        Ok(Node { line: node.line, value })
    }
}

/// What a merge key (`<<: *base`) adds: the entries whose keys are not there yet.
fn add_absent(node: Node, entries: &mut Vec<Entry>, keys: &mut HashSet<String>) {
    match node.value {
        Value::Map(more) => {
            for entry in more.entries {
                if keys.insert(entry.key.clone()) {
                    entries.push(entry);
                }
            }
        }
        Value::List(items) => {
            for item in items {
                add_absent(item, entries, keys);
            }
        }
        Value::Null | Value::Text(_) => {}
    }
}

/// The long name of the function that a tag is short for.
fn function(tag: &Tag) -> Option<String> {
    match (tag.handle(), tag.suffix()) {
        ("!", "") => None,
        ("!", name @ ("Ref" | "Condition")) => Some(name.to_owned()),
        ("!", name) => Some(format!("Fn::{name}")),
        _ => None,
    }
}

fn misread(error: &ScanError) -> Wrong {
    Wrong::at(error.marker().line() as u64, format!("neither YAML nor JSON: {}", error.info()))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn problem(text: &str) -> Wrong {
        read(text).unwrap_err()
    }

    #[test]
    fn short_functions_become_long_ones() {
        let node = read("a: !Ref x\nb:\n  - !GetAtt p.Arn\nc: !If [y, !Ref z, '']\nd: !!str 1\n").unwrap();
        assert_eq!(node.get("a").and_then(|node| node.get("Ref")).and_then(Node::text), Some("x"));
        let attribute = node.get("b").and_then(|node| node.items().first()).unwrap();
        assert_eq!((attribute.line, attribute.get("Fn::GetAtt").and_then(Node::text)), (3, Some("p.Arn")));
        assert_eq!(node.get("c").and_then(|node| node.get("Fn::If")).map(|node| node.items().len()), Some(3));
        assert_eq!(node.get("d").and_then(Node::text), Some("1"));
    }

    #[test]
    fn json_is_read_with_its_lines() {
        let node = read("{\n\t\"a\": {\"b\": \"\\u00e9\\/\"},\n\t\"n\": null,\n\t\"t\": true\n}\n").unwrap();
        assert_eq!(node.get("a").and_then(|node| node.get("b")).and_then(Node::text), Some("é/"));
        assert!(node.get("n").is_none());
        assert_eq!(node.get("t").map(|node| (node.line, node.text())), Some((4, Some("true"))));
        let long = format!("{{\"{}\": 1}}", "k".repeat(5000));
        assert_eq!(read(&long).unwrap().entries().len(), 1);
    }

    #[test]
    fn aliases_and_merge_keys_are_followed() {
        let node = read("base: &b {x: 1, y: 2}\nmore:\n  <<: *b\n  y: 3\nsame: *b\n").unwrap();
        let of = |map: &str, key: &str| node.get(map)?.get(key)?.text().map(str::to_owned);
        assert_eq!((of("more", "x"), of("more", "y")), (Some("1".to_owned()), Some("3".to_owned())));
        assert_eq!(of("same", "y"), Some("2".to_owned()));
    }

    #[test]
    fn what_multiplies_is_turned_away() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let before = format!("*a{}, ", level - 1).repeat(10);
            writeln!(bomb, "a{level}: &a{level} [{}]", before.trim_end_matches(", ")).unwrap();
        }
        assert_eq!(problem(&bomb).problem, "the document is too large, counting what its aliases repeat");
        assert!(problem(&"[".repeat(5000)).problem.starts_with("neither YAML nor JSON"));
        let deep = (0..90).fold(String::from("&a x"), |inner, _| format!("[{inner}]"));
        let deeper = format!("- &d {deep}\n- {}*d{}\n", "[".repeat(50), "]".repeat(50));
        assert_eq!(problem(&deeper).problem, "nested more than 100 deep");
        assert_eq!(problem("a: &a [*a]\n"), Wrong::at(1, "an alias inside of what it stands for"));
    }

    #[test]
    fn an_ambiguous_document_is_none() {
        assert_eq!(problem("a: 1\nb: 2\na: 3\n"), Wrong::at(3, "the key `a` stands here twice"));
        assert_eq!(problem("a: 1\n---\nb: 2\n"), Wrong::at(3, "a second document begins here"));
        assert_eq!(problem("? [a]\n: 1\n"), Wrong::at(1, "a key must be a text"));
        assert_eq!(problem(" \n# nothing\n").problem, "the file is empty");
        assert!(problem("a: [1").problem.starts_with("neither YAML nor JSON"));
    }
}
