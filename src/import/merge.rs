//! Laying what a template says for all over what it says for one.

use std::collections::HashMap;

use super::document::{Entry, Map, Node, Value};

/// What holds for one where something holds for all: maps are laid over each other, of lists both parts count, of
/// everything else its own.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html>
pub(super) fn over(all: &Node, own: &Node) -> Node {
    let value = match (&all.value, &own.value) {
        // A call is one value, not a map of them.
        _ if all.is_call() || own.is_call() => own.value.clone(),
        (Value::Map(below), Value::Map(above)) => Value::Map(Map::new(maps(&below.entries, &above.entries))),
        (Value::List(below), Value::List(above)) => Value::List(below.iter().chain(above).cloned().collect()),
        (_, Value::Null) => all.value.clone(),
        _ => own.value.clone(),
    };
    Node { line: own.line, value }
}

fn maps(below: &[Entry], above: &[Entry]) -> Vec<Entry> {
    let by_key = |entries: &'_ [Entry]| -> HashMap<String, usize> {
        entries.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at)).collect()
    };
    let (known, own) = (by_key(below), by_key(above));
    let laid = below.iter().map(|entry| match own.get(&entry.key).and_then(|at| above.get(*at)) {
        Some(own) => Entry { key: own.key.clone(), line: own.line, node: over(&entry.node, &own.node) },
        None => entry.clone(),
    });
    laid.chain(above.iter().filter(|entry| !known.contains_key(&entry.key)).cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::document;

    #[test]
    fn own_words_win_and_lists_add_up() {
        let all = document::read("{a: 1, b: {x: 1, y: 1}, l: [1], f: {Ref: p}}").unwrap();
        let own = document::read("{a: 2, b: {y: 2, z: 2}, l: [2], c: 3}").unwrap();
        let merged = over(&all, &own);
        let text = |path: &[&str]| path.iter().try_fold(&merged, |node, key| node.get(key))?.text();
        assert_eq!((text(&["a"]), text(&["c"]), text(&["f", "Ref"])), (Some("2"), Some("3"), Some("p")));
        assert_eq!(over(&document::read("!Ref a").unwrap(), &document::read("!Sub b").unwrap()).entries().len(), 1);
        assert_eq!((text(&["b", "x"]), text(&["b", "y"]), text(&["b", "z"])), (Some("1"), Some("2"), Some("2")));
        assert_eq!(merged.get("l").map(|list| list.items().len()), Some(2));
    }
}
