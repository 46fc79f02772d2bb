//! The decision about one request, from its target to a permit. Nothing is sent, answered or recorded here.

use std::sync::Arc;

use percent_encoding::percent_decode_str;

use crate::domain::gateway::authorizer::IdentitySource;
use crate::domain::gateway::route::Route;
use crate::domain::gateway::table::{Found, Matched};
use crate::domain::gateway::target::Ambiguity;
use crate::domain::rules::enforce::{self, Admission, Held, Permit, Requirement, Steps, Verified};
use crate::domain::rules::enforce_rule::EnforceRule;
use crate::domain::trace::{Cut, Evidence};

use super::{Gateway, Verifier};

/// What is asked of a gateway, as far as a decision needs it.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The method, as it was written.
    pub method: &'a str,
    /// The path as it was written, without what leads to the gateway (base path, stage) and without the query.
    pub path: &'a str,
    /// The query as it was written.
    pub query: &'a str,
    /// Every value of a header.
    pub header: &'a dyn Fn(&str) -> Vec<&'a [u8]>,
}

/// What was decided, and why.
pub struct Decision<'g> {
    /// The route, once one was found.
    pub matched: Option<Matched<'g>>,
    /// The token, once its issuer has vouched for it, whatever became of it then.
    pub token: Option<Arc<Verified>>,
    /// The permit, or which rule refused it.
    pub outcome: Held<Permit>,
    /// The steps.
    pub trace: Steps,
}

/// What was found out on the way.
struct Findings<'g> {
    matched: Option<Matched<'g>>,
    token: Option<Arc<Verified>>,
}

impl Gateway {
    /// Decides about a request.
    pub async fn decide(&self, verifier: &Verifier, asked: &Asked<'_>) -> Decision<'_> {
        let mut trace = Steps::new();
        trace.reserve(16);
        let mut found = Findings { matched: None, token: None };
        let outcome = self.stages(verifier, asked, &mut found, &mut trace).await;
        let Findings { matched, token } = found;
        Decision { matched, token, outcome, trace }
    }

    async fn stages<'g>(
        &'g self,
        verifier: &Verifier,
        asked: &Asked<'_>,
        found: &mut Findings<'g>,
        trace: &mut Steps,
    ) -> Held<Permit> {
        // 1. Which route is it?
        let matched = found.matched.insert(self.find(asked, trace)?);
        self.check_target(asked, matched, trace)?;
        let route: &'g Arc<Route> = matched.route;
        // 2. Does it demand a token?
        let requirement = match enforce::admission(route, self.dialect, trace)? {
            Admission::Free(permit) => return Ok(permit),
            Admission::Demands(requirement) => requirement,
        };
        // 3. Whose token is it?
        let signed = self.token(verifier, asked, &requirement, trace).await?;
        found.token = Some(Arc::clone(&signed));
        // 4. Does it say enough, and still count?
        let standing = verifier.standing(&signed, requirement.authorizer).await;
        enforce::judge(signed, &requirement, standing, verifier.now(), trace)
    }

    fn find(&self, asked: &Asked<'_>, trace: &mut Steps) -> Held<Matched<'_>> {
        // Links hold secrets, too.
        let shown = |text| Cut::guarded(text, Cut::LIMIT);
        let path = || Evidence::Presented { parameter: "path", value: shown(asked.path) };
        let method = || Evidence::Presented { parameter: "method", value: shown(asked.method) };
        match self.table.find(asked.method, asked.path) {
            Found::Route(matched) => {
                let route = Cut::new(&matched.route.key.to_string());
                trace.grant(EnforceRule::RouteMatches, Evidence::Presented { parameter: "route", value: route });
                Ok(matched)
            }
            Found::OtherMethod => {
                trace.grant(EnforceRule::RouteMatches, path());
                Err(trace.refuse(EnforceRule::MethodMatches, method()))
            }
            Found::Nothing => Err(trace.refuse(EnforceRule::RouteMatches, path())),
        }
    }

    fn check_target(&self, asked: &Asked<'_>, matched: &Matched<'_>, trace: &mut Steps) -> Held<()> {
        match self.ambiguity(asked, matched) {
            None => Ok(()),
            Some(ambiguity) => Err(trace.refuse(EnforceRule::TargetUnambiguous, Evidence::Remark(ambiguity.name()))),
        }
    }

    /// How a server behind the gateway may read the request otherwise, unless its route does not mind.
    fn ambiguity(&self, asked: &Asked<'_>, matched: &Matched<'_>) -> Option<Ambiguity> {
        // Of methods no route says that it does not.
        if self.table.is_spelled_otherwise(asked.method, matched) {
            return Some(Ambiguity::MethodCase);
        }
        if matched.route.takes_ambiguous_targets {
            return None;
        }
        let otherwise = || self.table.reads_otherwise(asked.method, asked.path, matched);
        Ambiguity::of(asked.path, matched.tail).or_else(|| otherwise().then_some(Ambiguity::OtherRoute))
    }

    async fn token(
        &self,
        verifier: &Verifier,
        asked: &Asked<'_>,
        requirement: &Requirement<'_>,
        trace: &mut Steps,
    ) -> Held<Arc<Verified>> {
        match &requirement.authorizer.source {
            IdentitySource::Header(name) => {
                let values = (asked.header)(name);
                let token = enforce::presented(&values, self.dialect, trace)?;
                verifier.verify(token, requirement.authorizer, trace).await
            }
            IdentitySource::Query(name) => {
                let values = parameters(asked.query, name);
                let values: Vec<&[u8]> = values.iter().map(Vec::as_slice).collect();
                let token = enforce::presented(&values, self.dialect, trace)?;
                verifier.verify(token, requirement.authorizer, trace).await
            }
        }
    }
}

/// The values of a query parameter, decoded.
fn parameters(query: &str, name: &str) -> Vec<Vec<u8>> {
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let named = pairs.filter(|(key, _)| percent_decode_str(key).eq(name.bytes()));
    named.map(|(_, value)| percent_decode_str(value).collect()).collect()
}
