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
        let mut text = format!("{}  of gateway {} ({})\n\n", self.request, self.gateway, self.dialect);
        for explanation in &self.dialects {
            let dialect = explanation.dialect.map(Dialect::name).unwrap_or_default();
            let Told::Passed(passed) = &explanation.answer else { continue };
            text.extend([&format!("  {dialect:<12}"), passed_as(passed).as_str(), "\n"]);
            for detail in
                [&passed.body, &passed.www_authenticate.as_ref().map(|value| format!("WWW-Authenticate: {value}"))]
            {
                text.extend(detail.iter().map(|detail| format!("  {:<12}{detail}\n", "")));
            }
            let change = explanation.change.as_ref().map(|change| format!("  {:<12}to be let in: {change}\n", ""));
            text.extend(
                [format!("  {:<12}{}\n", "", explanation.cause)].into_iter().chain(change).chain(["\n".to_owned()]),
            );
        }
        let lines = text.trim_end().lines().map(|line| printable(line) + "\n");
        lines.collect()
    }
}
