//! From what a file declares to an API that can be served.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::draft::{Draft, Gate, Planned};
use super::reading::Reading;
use super::resolve::{Text, Undecided};
use super::tie::{self, Tied};
use super::{Imported, NeededPool, Needs, Severity, Wrong};
use crate::domain::gateway::api::Api;
use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::route::{Access, Closed, Route, RouteKey};
use crate::domain::gateway::table::RouteTable;
use crate::domain::scope::Scope;

/// Ties the authorizers that routes ask, and arranges the rest.
pub(super) fn settle(draft: Draft, reading: Reading<'_>) -> Result<Imported, Wrong> {
    let (dialect, mut needs, mut tied) = (draft.dialect, Needs::default(), BTreeMap::new());
    let mut routes: Vec<Route> = Vec::with_capacity(draft.routes.len());
    let (mut lines, mut uncertain): (HashMap<String, u64>, HashSet<String>) = Default::default();
    for planned in &draft.routes {
        let key = key(planned)?;
        let conditional = matches!(planned.gate, Gate::Conditional(_));
        if conditional && !uncertain.insert(key.to_string()) {
            // Of two under contrary conditions one exists: the first, which is closed, stands for both.
            continue;
        }
        if let Gate::Asks(name, _) = &planned.gate
            && !tied.contains_key(name)
        {
            tied.insert(name.clone(), tie::authorizer(name, draft.authorizers.get(name), dialect, &reading));
        }
        let access = keyed(access(planned, dialect, &tied, &mut needs, &reading), planned, &reading);
        lines.insert(key.to_string(), planned.line);
        routes.push(Route { key, access, takes_ambiguous_targets: false, canned: planned.mock.clone() });
    }
    if routes.is_empty() {
        let problem = "the file declares no routes; if its API is defined in another file, import that one";
        return Err(Wrong { line: None, problem: problem.to_owned() });
    }
    if let Err(same) = RouteTable::new(routes.clone(), dialect) {
        let line = lines.get(&same.second.to_string()).copied();
        return Err(Wrong { line, problem: same.to_string() });
    }
    let api = Api { dialect, routes, cors: draft.cors, responses: draft.responses };
    Ok(Imported { api, notes: reading.into_notes(), needs })
}

fn key(planned: &Planned) -> Result<RouteKey, Wrong> {
    let text = match planned.path.as_str() {
        "$default" => "$default".to_owned(),
        path => format!("{} {path}", planned.method),
    };
    RouteKey::parse(&text).map_err(|error| Wrong::at(planned.line, error.to_string()))
}

fn access(
    planned: &Planned,
    dialect: Dialect,
    tied: &BTreeMap<String, Tied>,
    needs: &mut Needs,
    reading: &Reading<'_>,
) -> Access {
    match &planned.gate {
        Gate::Unsaid | Gate::Open => Access::Open,
        Gate::Unsupported(kind) => {
            let text = format!("`{}` asks for {kind}, which is not simulated: it is closed", named(planned));
            reading.note(planned.line, Severity::Closes, text);
            Access::Closed(Closed::Unsupported(kind.clone()))
        }
        Gate::Unclear(what) => {
            let text = format!("who may use `{}` cannot be told: it is closed", named(planned));
            reading.note(planned.line, Severity::Closes, text);
            Access::Closed(Closed::Unresolved(what.clone()))
        }
        Gate::Conditional(Undecided { condition, unknown }) => {
            let advice = match unknown {
                Some(name) => {
                    format!("tie `{name}`, on which its condition `{condition}` depends, with `--map {name}=VALUE`")
                }
                None => format!("its condition is `{condition}`"),
            };
            let text = format!("whether `{}` exists cannot be told: it is closed; {advice}", named(planned));
            reading.note(planned.line, Severity::Closes, text);
            Access::Closed(Closed::Unresolved(unknown.as_ref().unwrap_or(condition).clone()))
        }
        Gate::Asks(name, scopes) => {
            let Some(authorizer) = tied.get(name) else { return Access::Closed(Closed::Unresolved(name.clone())) };
            let scopes = scopes.iter().map(|scope| self::scope(scope, planned, reading)).collect::<Vec<_>>();
            // COGNITO: a REST API takes ID tokens where a method asks for no scopes (documented; docs/fidelity.md).
            need(authorizer, &scopes, dialect == Dialect::RestApi && scopes.is_empty(), needs);
            match &authorizer.outcome {
                Ok(authorizer) => Access::Authorizer(authorizer.clone(), scopes),
                Err(closed) => Access::Closed(closed.clone()),
            }
        }
    }
}

/// What an API key changes: it is asked for nowhere, so that a route which asks for nothing else is closed.
fn keyed(access: Access, planned: &Planned, reading: &Reading<'_>) -> Access {
    match &access {
        _ if planned.keyed != Some(true) => access,
        Access::Open => {
            let text = format!("`{}` asks for an API key only, which is not simulated: it is closed", named(planned));
            reading.note(planned.line, Severity::Closes, text);
            Access::Closed(Closed::Unsupported("an API key".to_owned()))
        }
        Access::Authorizer(..) => {
            let text = format!("`{}` asks for an API key too, which is not simulated", named(planned));
            reading.note(planned.line, Severity::Warning, text);
            access
        }
        Access::Closed(_) => access,
    }
}

/// A scope. One that is not known stays as it is written: no token has it.
fn scope(text: &Text, planned: &Planned, reading: &Reading<'_>) -> Scope {
    if let Some(unknown) = text.unknown.first() {
        let told = format!(
            "the scope `{}` of `{}` cannot be told: tie it with `--map {unknown}=VALUE`",
            text.value,
            named(planned)
        );
        reading.note(text.line, Severity::Warning, told);
    }
    Scope::new(text.value.as_str())
}

fn need(authorizer: &Tied, scopes: &[Scope], id_tokens: bool, needs: &mut Needs) {
    for id in &authorizer.pools {
        let known = needs.pools.iter().position(|pool| pool.id == *id);
        if known.is_none() {
            let (scopes, audiences) = (Vec::new(), Vec::new());
            needs.pools.push(NeededPool { id: id.clone(), scopes, audiences, id_tokens: false });
        }
        let at = known.unwrap_or(needs.pools.len() - 1);
        let Some(pool) = needs.pools.get_mut(at) else { continue };
        pool.id_tokens |= id_tokens;
        let new = |scope: &&Scope| !pool.scopes.contains(scope) && !scope.as_str().contains("${");
        let scopes: Vec<_> = scopes.iter().filter(new).cloned().collect();
        pool.scopes.extend(scopes);
        let new = |client: &&String| !pool.audiences.contains(client);
        let audiences: Vec<_> = authorizer.audiences.iter().filter(new).cloned().collect();
        pool.audiences.extend(audiences);
    }
}

fn named(planned: &Planned) -> String {
    if planned.path == "$default" { planned.path.clone() } else { format!("{} {}", planned.method, planned.path) }
}
