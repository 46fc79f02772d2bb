//! One request as each dialect would answer it, side by side.

use serde::{Deserialize, Serialize};

use crate::domain::gateway::dialect::Dialect;

use super::Explanation;
use super::json::Told;
use super::text::{passed_as, printable};

/// The same request in every dialect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The gateway.
    pub gateway: String,
    /// The dialect that it speaks.
    pub dialect: Dialect,
    /// What is asked of it.
    pub request: String,
    /// What each dialect makes of it.
    pub dialects: Vec<Explanation>,
}

impl Comparison {
    /// For the terminal, ending in a line break.
    pub fn render(&self) -> String {
        let mut lines =
            vec![format!("{}  of gateway {} ({})", self.request, self.gateway, self.dialect), String::new()];
        for explanation in &self.dialects {
            let Told::Passed(passed) = &explanation.answer else { continue };
            lines.push(format!("  {:<12}{}", name(explanation), passed_as(passed)));
            let challenge = passed.www_authenticate.as_ref().map(|value| format!("WWW-Authenticate: {value}"));
            lines.extend(passed.body.iter().chain(&challenge).map(|detail| format!("  {:<12}{detail}", "")));
        }
        for (dialects, one) in self.causes() {
            lines.extend([String::new(), format!("{}: {}", dialects.join(", "), one.cause)]);
            lines.extend(one.change.as_ref().map(|change| format!("To be let in: {change}")));
        }
        lines.iter().map(|line| printable(line) + "\n").collect()
    }

    /// Each cause once, with the dialects that it is the cause in.
    fn causes(&self) -> Vec<(Vec<&'static str>, &Explanation)> {
        let mut causes: Vec<(Vec<&'static str>, &Explanation)> = Vec::new();
        for each in &self.dialects {
            let same = |one: &Explanation| (&one.cause, &one.change) == (&each.cause, &each.change);
            match causes.iter_mut().find(|(_, one)| same(one)) {
                Some((dialects, _)) => dialects.push(name(each)),
                None => causes.push((vec![name(each)], each)),
            }
        }
        causes
    }
}

fn name(explanation: &Explanation) -> &'static str {
    explanation.dialect.map(Dialect::name).unwrap_or_default()
}
