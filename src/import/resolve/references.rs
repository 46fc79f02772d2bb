//! What values refer to: names of the file, not what they come to.

use super::Resolver;
use crate::import::document::Node;

impl Resolver<'_> {
    /// The name in the file that a value refers to: `!Ref X`, `!GetAtt X.y`, `!Sub "${X}"`, or just `X`; also through
    /// functions that choose one value of several, or put nothing to it.
    pub(in crate::import) fn referred<'n>(&self, node: &'n Node) -> Option<&'n str> {
        let node = self.chosen(node).filter(|_| self.step(1))?;
        if let Some(text) = node.text() {
            return Some(text);
        }
        let call = node.only_entry()?;
        match (call.key.as_str(), call.node.items()) {
            ("Ref", []) => call.node.text(),
            ("Fn::GetAtt", [name, _]) => name.text(),
            ("Fn::GetAtt", []) => call.node.text()?.split('.').next(),
            ("Fn::Sub", []) => Some(placeholder(call.node.text()?)?.split('.').next()?),
            ("Fn::Sub", [template, values]) => {
                let name = placeholder(template.text()?)?;
                values.get(name).map_or_else(|| name.split('.').next(), |value| self.referred(value))
            }
            ("Fn::Join", [_, list]) => {
                let mut items = list.items().iter().filter(|item| self.chosen(item).is_some());
                items.next().filter(|_| items.next().is_none()).and_then(|only| self.referred(only))
            }
            ("Fn::Select", [position, list]) => {
                let position: usize = self.number(position)?;
                let item = self.certain(list.items(), position).ok()?;
                self.referred(item)
            }
            _ => None,
        }
    }

    /// The attribute that a value takes of a resource, with the resource's name.
    pub(in crate::import) fn attribute<'n>(&self, node: &'n Node) -> Option<(&'n str, &'n str)> {
        let call = self.chosen(node)?.only_entry().filter(|call| call.key == "Fn::GetAtt")?;
        match call.node.items() {
            [name, attribute] => name.text().zip(attribute.text()),
            _ => call.node.text()?.split_once('.'),
        }
    }
}

/// The name in a template that is nothing but `${name}`.
fn placeholder(template: &str) -> Option<&str> {
    let name = template.strip_prefix("${")?.strip_suffix('}')?.trim();
    (!name.starts_with('!') && !name.contains(['$', '{', '}'])).then_some(name)
}
