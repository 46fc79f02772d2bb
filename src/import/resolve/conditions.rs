//! The conditions of templates.

use super::Resolver;
use crate::import::document::Node;

impl Resolver<'_> {
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
