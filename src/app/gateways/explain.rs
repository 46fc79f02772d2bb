//! How the test bench asks the gateways.

use crate::bench::gateways::{Explaining, RouteDryRun, Told, Waiting};
use crate::explain::{Explanation, Kept};
use crate::gateway::Gateways;
use crate::gateway::dry_run::DryRun;

impl Explaining for Gateways {
    fn explained<'a>(&'a self, kept: &'a Kept) -> Waiting<'a, Explanation> {
        Box::pin(async move {
            match kept {
                Kept::Token(record) => Explanation::of(record),
                Kept::Gateway(passage) => Self::explained(self, passage).await,
            }
        })
    }

    fn dry_run<'a>(&'a self, asked: &'a RouteDryRun) -> Waiting<'a, Result<Told, String>> {
        let what = DryRun { gateway: asked.gateway.as_deref(), route: &asked.route, token: asked.token.as_deref() };
        Box::pin(async move {
            let told = if asked.all_dialects {
                self.compared(what).await.map(Told::All)
            } else {
                Self::dry_run(self, what).await.map(|explanation| Told::One(Box::new(explanation)))
            };
            told.map_err(|problem| problem.to_string())
        })
    }
}
