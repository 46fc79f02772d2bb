//! The functions themselves.

use super::{Resolver, Text};
use crate::import::document::Node;

/// How many unknown parts a text may have before the rest of it does not matter.
const MAX_UNKNOWN: usize = 100;

impl Resolver<'_> {
    /// Calls a function.
    pub(super) fn call(&self, function: &str, argument: &Node) -> Text {
        match (function, argument.items()) {
            ("Ref", _) => argument.text().map_or_else(|| Text::unknown("Ref"), |name| self.named(name)),
            ("Fn::GetAtt", [name, attribute]) => {
                let (name, attribute) = (name.text().unwrap_or_default(), self.text(attribute).value);
                self.attribute_of(name, &attribute)
            }
            ("Fn::GetAtt", _) => {
                let (name, attribute) = argument.text().unwrap_or_default().split_once('.').unwrap_or_default();
                self.attribute_of(name, attribute)
            }
            ("Fn::Sub", [template, values]) => self.substitute(template.text(), Some(values)),
            ("Fn::Sub", _) => self.substitute(argument.text(), None),
            ("Fn::Join", [between, list]) => self.join(&self.text(between), list),
            ("Fn::FindInMap", [map, first, second, ..]) => self.find_in_map(map, first, second),
            ("Fn::Select", [position, list]) => self.select(position, list),
            ("Fn::ImportValue", _) => {
                let export = self.text(argument);
                self.tied(&export.value).unwrap_or_else(|| Text::unknown(&export.value))
            }
            ("Fn::If", [condition, ..]) => {
                Text::undecided(function, condition.text().and_then(|name| self.unknown_of(name)))
            }
            (other, parts) => {
                let unknown = parts.iter().find_map(|part| self.text(part).tieable().map(str::to_owned));
                Text::undecided(other, unknown)
            }
        }
    }

    /// The list that a function comes to, if it is one that can be told.
    pub(super) fn split(&self, function: &str, argument: &Node) -> Option<Vec<String>> {
        match (function, argument.items()) {
            ("Fn::Split", [between, text]) => {
                let (between, text) = (self.text(between), self.text(text));
                let between = between.as_known().filter(|between| !between.is_empty())?;
                Some(text.as_known()?.split(between).map(str::to_owned).collect())
            }
            ("Ref", _) => {
                let name = argument.text()?;
                let kind = self.parameters.get(name)?.get("Type")?.text()?;
                let is_list = kind == "CommaDelimitedList" || kind.starts_with("List<");
                let text = self.named(name);
                let items = text.as_known().filter(|_| is_list)?.split(',').map(str::trim);
                Some(items.filter(|item| !item.is_empty()).map(str::to_owned).collect())
            }
            _ => None,
        }
    }

    fn join(&self, between: &Text, list: &Node) -> Text {
        let mut joined = Text::default();
        for (position, item) in self.list(list).into_iter().enumerate() {
            if position > 0 {
                joined.push(between.clone());
            }
            joined.push(item);
        }
        joined
    }

    fn select(&self, position: &Node, list: &Node) -> Text {
        let position = self.text(position).as_known().and_then(|text| text.parse::<usize>().ok());
        if let Some(Err(Some(choice))) = position.map(|position| self.certain(list.items(), position)) {
            return self.text(choice);
        }
        let list = self.list(list);
        if let [only] = list.as_slice()
            && !only.is_known()
        {
            return only.clone();
        }
        let selected = position.and_then(|position| list.into_iter().nth(position));
        selected.unwrap_or_else(|| Text::unknown("Fn::Select"))
    }

    /// The item at this place of those that are there; the choice that cannot be told, if one comes before it: it may be
    /// of nothing, and then another item is there.
    pub(super) fn certain<'n>(&self, items: &'n [Node], position: usize) -> Result<&'n Node, Option<&'n Node>> {
        let is_choice = |node: &Node| node.only_entry().is_some_and(|entry| entry.key == "Fn::If");
        let mut there = items.iter().filter_map(|item| self.chosen(item));
        for _ in 0..position {
            let before = there.next().ok_or(None)?;
            if is_choice(before) {
                return Err(Some(before));
            }
        }
        let item = there.next().ok_or(None)?;
        if is_choice(item) { Err(Some(item)) } else { Ok(item) }
    }

    fn find_in_map(&self, map: &Node, first: &Node, second: &Node) -> Text {
        let (map, first, second) = (self.text(map), self.text(first), self.text(second));
        let found = self.mappings.get(map.value.as_str()).and_then(|map| {
            let inner = map.get(&first.value)?;
            (self.step(map.entries().len()) && self.step(inner.entries().len())).then(|| inner.get(&second.value))?
        });
        match found.and_then(Node::text) {
            Some(text) if first.is_known() && second.is_known() => Text::known(text),
            _ => {
                let place = format!("{}.{}.{}", map.value, first.value, second.value);
                let of_keys = first.tieable().or(second.tieable()).map(str::to_owned);
                match (self.tied(&place), of_keys) {
                    (Some(tied), _) => tied,
                    (None, Some(name)) => Text::undecided("Fn::FindInMap", Some(name)),
                    (None, None) => Text::unknown(&place),
                }
            }
        }
    }

    /// A text that calls no function. What AWS fills in when it deploys, or at each request, cannot be told.
    pub(super) fn literal(&self, text: &str) -> Text {
        let filled_in = text.contains("{{resolve:") || text.contains("${stageVariables.");
        match self.tied(text).filter(|_| filled_in) {
            Some(tied) => tied,
            None if filled_in => {
                Text { value: text.to_owned(), unknown: vec![text.chars().take(200).collect()], line: 0 }
            }
            None => Text::known(text),
        }
    }

    /// `${Name}` is a name, `${Name.attribute}` an attribute, `${!Literal}` stands for `${Literal}`.
    fn substitute(&self, template: Option<&str>, values: Option<&Node>) -> Text {
        let Some(template) = template else { return Text::unknown("Fn::Sub") };
        let mut text = Text::default();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("${") {
            text.push(self.literal(before));
            let Some((name, after)) = after.split_once('}') else {
                rest = "";
                text.push(Text::unknown(after));
                break;
            };
            let name = name.trim();
            if !self.step(1 + values.map_or(0, |values| values.entries().len())) || text.unknown.len() > MAX_UNKNOWN {
                return Text::unknown("a text that takes too long to evaluate");
            }
            text.push(match (name.strip_prefix('!'), values.and_then(|values| values.get(name))) {
                (Some(literal), _) => self.literal(&format!("${{{literal}}}")),
                (None, Some(value)) => self.text(value),
                (None, None) => match name.split_once('.') {
                    Some((name, attribute)) => self.attribute_of(name, attribute),
                    None => self.named(name),
                },
            });
            rest = after;
        }
        text.push(self.literal(rest));
        text
    }
}
