//! `Auth` of an API of SAM, and of the events that say something of their own.

use std::collections::BTreeMap;

use super::Template;
use super::events::Event;
use crate::domain::gateway::dialect::Dialect;
use crate::import::Severity;
use crate::import::document::{NOTHING, Node};
use crate::import::draft::{Declared, Gate, Means, Planned};
use crate::import::reading::Reading;
use crate::import::resolve::Text;

/// What an API says about authorization.
pub(super) struct Auth<'t> {
    /// The template it stands in.
    pub(super) template: &'t Template<'t, 't>,
    dialect: Dialect,
    said: &'t Node,
    authorizers: BTreeMap<&'t str, &'t Node>,
}

impl<'t> Auth<'t> {
    /// Finds it among the properties of an API.
    pub(super) fn of(template: &'t Template<'t, 't>, properties: &'t Node, dialect: Dialect) -> Self {
        let auth = template.reading.field(properties, "Auth").unwrap_or(&NOTHING);
        let authorizers = template.reading.field(auth, "Authorizers").map(Node::entries).unwrap_or_default();
        let authorizers = authorizers.iter().map(|entry| (entry.key.as_str(), &entry.node)).collect();
        if let Some(policy) = template.reading.field(auth, "ResourcePolicy") {
            template.reading.note(policy.line, Severity::Warning, "resource policies are not simulated");
        }
        Self { template, dialect, said: auth, authorizers }
    }

    /// Its authorizers.
    pub(super) fn declared(&self) -> impl Iterator<Item = (String, Declared)> {
        self.authorizers.iter().map(|(name, node)| ((*name).to_owned(), self.authorizer(node)))
    }

    /// Whether there is an authorizer for whatever names none.
    pub(super) fn has_default(&self) -> bool {
        !matches!(self.default("OPTIONS"), Gate::Open)
    }

    /// Whether the default is for preflights too, as it is unless the contrary is said.
    pub(super) fn covers_preflights(&self) -> bool {
        let said = self.template.reading.field(self.said, "AddDefaultAuthorizerToCorsPreflight");
        said.is_none_or(|said| !self.template.reading.text(said).value.eq_ignore_ascii_case("false"))
    }

    /// Who may use the route of an event, as far as the event says so.
    pub(super) fn of_event(&self, event: Event<'_>) -> Gate {
        let reading = self.template.reading;
        if let Err(undecided) = reading.is_created(event.asking) {
            return Gate::Conditional(undecided);
        }
        let Some(auth) = reading.field(event.properties, "Auth") else { return Gate::Unsaid };
        if !is_plain(auth) {
            return reading.unclear("Auth", auth);
        }
        let scopes = reading.field(auth, "AuthorizationScopes");
        let own = scopes.map(|scopes| reading.list(scopes));
        match (reading.field(auth, "Authorizer"), own) {
            (Some(authorizer), own) => self.asked(&reading.text(authorizer), own),
            (None, None) => Gate::Unsaid,
            (None, Some(own)) if self.dialect == Dialect::HttpApi => {
                match reading.field(self.said, "DefaultAuthorizer") {
                    Some(default) => self.asked(&reading.text(default), Some(own)),
                    None => Gate::Unclear("Authorizer".to_owned(), None),
                }
            }
            (None, Some(_)) => {
                // COGNITO: SAM reads the scopes of a REST API's event only beside an authorizer (its source).
                let text = "SAM ignores these scopes, as the event names no `Authorizer`: those of the default count";
                reading.note(scopes.map_or(event.line, |scopes| scopes.line), Severity::Warning, text);
                Gate::Unsaid
            }
        }
    }

    /// Whether an event asks for an API key, if it says so.
    pub(super) fn keyed(&self, event: Event<'_>) -> Option<bool> {
        asks_key(self.template.reading.field(event.properties, "Auth")?, self.template.reading)
    }

    /// Puts the default where a route says nothing, and opens what is marked with `NONE`.
    pub(super) fn complete(&self, planned: &mut Planned, declared: &BTreeMap<String, Declared>) {
        let said = match &planned.gate {
            Gate::Asks(name, _) if name == "NONE" && !declared.contains_key(name) => Some(Gate::Open),
            Gate::Unsaid => Some(self.default(&planned.method)),
            Gate::Asks(..) | Gate::Open | Gate::Unsupported(_) | Gate::Unclear(..) | Gate::Conditional(_) => None,
        };
        if let Some(gate) = said {
            planned.gate = gate;
        }
        planned.keyed = planned.keyed.or_else(|| asks_key(self.said, self.template.reading));
    }

    /// Who may use a route about which nothing else is said.
    fn default(&self, method: &str) -> Gate {
        if !is_plain(self.said) {
            return self.template.reading.unclear("Auth", self.said);
        }
        // COGNITO: of an HTTP API, the default is not for `OPTIONS`; of a REST API, unless that is said (documented).
        let skipped = method == "OPTIONS" && (self.dialect == Dialect::HttpApi || !self.covers_preflights());
        match self.template.reading.field(self.said, "DefaultAuthorizer") {
            Some(_) if skipped => Gate::Open,
            Some(default) => self.asked(&self.template.reading.text(default), None),
            None => Gate::Open,
        }
    }

    /// The authorizer of this name with these scopes, or else with its own.
    fn asked(&self, name: &Text, scopes: Option<Vec<Text>>) -> Gate {
        match name.as_known() {
            None => Gate::Unclear("Authorizer".to_owned(), name.tieable().map(str::to_owned)),
            Some("NONE") => Gate::Open,
            Some("AWS_IAM") => Gate::Unsupported("`AWS_IAM` authorization".to_owned()),
            Some(known) => {
                let own = || self.authorizers.get(known).map(|node| self.template.list(node, "AuthorizationScopes"));
                Gate::Asks(known.to_owned(), scopes.or_else(own).unwrap_or_default())
            }
        }
    }

    fn authorizer(&self, node: &Node) -> Declared {
        let (template, reading) = (self.template, self.template.reading);
        let identity = reading.field(node, "Identity").unwrap_or(&NOTHING);
        let jwt = reading.field(node, "JwtConfiguration");
        let either = |node: &'_ Node, names: [&str; 2]| {
            names.into_iter().find(|name| reading.field(node, name).is_some()).map(str::to_owned)
        };
        let means = if let Some(pools) = reading.field(node, "UserPoolArn") {
            let header = template.text(identity, "Header");
            Means::Pools {
                pools: reading.list(pools),
                source: header.map(|text| Text { value: format!("method.request.header.{}", text.value), ..text }),
                pattern: template.text(identity, "ValidationExpression").filter(|text| !text.value.is_empty()),
            }
        } else if let Some(jwt) = jwt {
            Means::Jwt {
                issuer: either(jwt, ["issuer", "Issuer"]).and_then(|key| template.text(jwt, &key)),
                audiences: either(jwt, ["audience", "Audience"])
                    .map(|key| template.list(jwt, &key))
                    .unwrap_or_default(),
                source: template.text(node, "IdentitySource"),
            }
        } else {
            Means::Unsupported("a Lambda authorizer".to_owned())
        };
        Declared { line: node.line, means }
    }
}

/// Whether an API key is asked for, if that is said. What cannot be told asks for one.
fn asks_key(auth: &Node, reading: &Reading<'_>) -> Option<bool> {
    reading.field(auth, "ApiKeyRequired").map(|said| !reading.text(said).value.eq_ignore_ascii_case("false"))
}

/// Whether it is a map that says all there is to say.
fn is_plain(auth: &Node) -> bool {
    auth.text().is_none() && auth.items().is_empty() && !auth.has_call()
}
