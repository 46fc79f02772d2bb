//! The conditions of templates.

use super::Resolver;
use crate::import::document::Node;

/// A condition of which it cannot be told whether it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::import) struct Undecided {
    /// Its name.
    pub(in crate::import) condition: String,
    /// What has to be tied so that it can be told, if anything can.
    pub(in crate::import) unknown: Option<String>,
}

impl Resolver<'_> {
    /// Whether a resource is created.
    pub(in crate::import) fn is_created(&self, resource: &Node) -> Result<bool, Undecided> {
        let Some(condition) = resource.get("Condition") else { return Ok(true) };
        let name = condition.text().unwrap_or("Condition");
        let undecided = || Undecided { condition: name.to_owned(), unknown: self.unknown_of(name) };
        self.condition(name).ok_or_else(undecided)
    }

    /// The first name that is not known of those on which the condition of this name depends.
    pub(super) fn unknown_of(&self, name: &str) -> Option<String> {
        let condition = self.conditions.get(name)?;
        self.refer(|| self.unknown_in(condition))?
    }

    fn unknown_in(&self, node: &Node) -> Option<String> {
        if !self.step(1) {
            return None;
        }
        let call = node.only_entry()?;
        match (call.key.as_str(), call.node.items()) {
            ("Condition", _) => self.unknown_of(call.node.text()?),
            ("Fn::Equals", parts) => parts.iter().find_map(|part| self.text(part).tieable().map(str::to_owned)),
            (_, parts) => parts.iter().filter(|part| self.holds(part).is_none()).find_map(|part| self.unknown_in(part)),
        }
    }

    /// Whether the condition of this name holds, if that can be told.
    pub(super) fn condition(&self, name: &str) -> Option<bool> {
        let condition = self.conditions.get(name)?;
        self.refer(|| self.holds(condition))?
    }

    fn holds(&self, node: &Node) -> Option<bool> {
        if !self.step(1) {
            return None;
        }
        let call = node.only_entry()?;
        let parts = call.node.items();
        match (call.key.as_str(), parts) {
            ("Condition", _) => self.condition(call.node.text()?),
            ("Fn::Equals", [left, right]) => {
                let (left, right) = (self.text(left), self.text(right));
                (left.is_known() && right.is_known()).then(|| left.value == right.value)
            }
            ("Fn::Not", [inner]) => self.holds(inner).map(|holds| !holds),
            ("Fn::And", _) => self.all(parts, true),
            ("Fn::Or", _) => self.all(parts, false),
            _ => None,
        }
    }

    /// Whether all of them hold (`sought`), or whether one of them does (not `sought`).
    fn all(&self, parts: &[Node], sought: bool) -> Option<bool> {
        let held: Vec<_> = parts.iter().map(|part| self.holds(part)).collect();
        if held.contains(&Some(!sought)) {
            return Some(!sought);
        }
        held.into_iter().collect::<Option<Vec<_>>>().map(|_| sought)
    }
}
