//! From what a file declares to an API that can be served.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::draft::{Draft, Gate, Planned};
use super::reading::Reading;
use super::registered::{Lost, Registered};
use super::resolve::{Text, Undecided};
use super::tie::{self, Tied};
use super::{Imported, NeededPool, Needs, Severity, Wrong};
use crate::domain::gateway::api::Api;
use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::route::{Access, Closed, Route, RouteKey};
use crate::domain::gateway::table::RouteTable;
use crate::domain::id::UserPoolId;
use crate::domain::scope::Scope;

/// Ties the authorizers that routes ask, and arranges the rest.
pub(super) fn settle(draft: Draft, reading: Reading<'_>) -> Result<Imported, Wrong> {
    let dialect = draft.dialect;
    let mut settling = Settling { draft: &draft, reading: &reading, tied: BTreeMap::new(), needs: Needs::default() };
    let mut routes: Vec<Route> = Vec::with_capacity(draft.routes.len());
    let (mut lines, mut uncertain): (HashMap<String, u64>, HashSet<String>) = Default::default();
    for planned in &draft.routes {
        let key = key(planned)?;
        let conditional = matches!(planned.gate, Gate::Conditional(_));
        if conditional && !uncertain.insert(key.to_string()) {
            // Of two under contrary conditions one exists: the first, which is closed, stands for both.
            continue;
        }
        let access = keyed(settling.access(planned), planned, &reading);
        lines.insert(key.to_string(), planned.line);
        routes.push(Route { key, access, takes_ambiguous_targets: false, canned: planned.mock.clone() });
    }
    let needs = settling.needs;
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

/// The routes of a file being settled, one after the other.
struct Settling<'a, 'd> {
    draft: &'a Draft,
    reading: &'a Reading<'d>,
    tied: BTreeMap<String, Tied>,
    needs: Needs,
}

impl Settling<'_, '_> {
    fn access(&mut self, planned: &Planned) -> Access {
        let reading = self.reading;
        match &planned.gate {
            Gate::Unsaid | Gate::Open => Access::Open,
            Gate::Unsupported(kind) => {
                let text = format!("`{}` asks for {kind}, which is not simulated: it is closed", named(planned));
                reading.note(planned.line, Severity::Closes, text);
                Access::Closed(Closed::Unsupported(kind.clone()))
            }
            Gate::Unclear(what, unknown) => {
                let advice = unknown.as_ref().map(|name| format!("; tie `{name}` with `--map {name}=VALUE`"));
                let advice = advice.unwrap_or_default();
                let text = format!("who may use `{}` cannot be told: it is closed{advice}", named(planned));
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
            Gate::Asks(name, scopes) => self.asked(planned, name, scopes),
        }
    }

    /// Who an authorizer lets through with these scopes.
    fn asked(&mut self, planned: &Planned, name: &str, scopes: &[Text]) -> Access {
        let (draft, reading) = (self.draft, self.reading);
        let tie = || {
            // Where the file does not declare it, there is no better place than the first route that asks it.
            let line = draft.authorizers.get(name).map_or(planned.line, |declared| declared.line);
            tie::authorizer((name, line), &draft.authorizers, draft.dialect, reading)
        };
        let tied = self.tied.entry(name.to_owned()).or_insert_with(tie);
        for text in scopes {
            note_scope(text, planned, reading);
        }
        for pool in &tied.pools {
            // COGNITO: a REST API takes ID tokens where a method asks for no scopes (documented; docs/fidelity.md).
            let id_tokens = draft.dialect == Dialect::RestApi && scopes.is_empty();
            let known = scopes.iter().filter(|text| text.is_known()).map(|text| Scope::new(text.value.as_str()));
            let defined = known.filter(|scope| !matches!(draft.registered.lost(pool, scope), Some(Lost::Undefined(_))));
            need(pool, defined.collect(), id_tokens, &tied.audiences, &mut self.needs);
        }
        for text in scopes.iter().filter(|text| text.is_known()) {
            note_lost(text, planned, &tied.pools, &draft.registered, reading);
        }
        match &tied.outcome {
            Ok(authorizer) => {
                // One that is not known stays as it is written: no token has it.
                let scopes = scopes.iter().map(|text| Scope::new(text.value.as_str()));
                Access::Authorizer(authorizer.clone(), scopes.collect())
            }
            Err(closed) => Access::Closed(closed.clone()),
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

/// Says that a scope is not known.
fn note_scope(text: &Text, planned: &Planned, reading: &Reading<'_>) {
    if !text.is_known() {
        let (scope, advice) = (&text.value, text.advice("VALUE"));
        let told = format!("the scope `{scope}` of `{}` cannot be told{advice}", named(planned));
        reading.note(text.line, Severity::Warning, told);
    }
}

/// Says that no token has a scope, if that is so in all of the pools.
fn note_lost(text: &Text, planned: &Planned, pools: &[UserPoolId], registered: &Registered, reading: &Reading<'_>) {
    let scope = Scope::new(text.value.as_str());
    let lost: Option<Vec<_>> = pools.iter().map(|pool| registered.lost(pool, &scope)).collect();
    let why = match lost.as_deref().and_then(<[_]>::first) {
        None => return,
        Some(Lost::Undefined(server)) => format!("which the resource server `{server}` of this file does not define"),
        Some(Lost::Unattainable) => "which no client of this file may have".to_owned(),
    };
    reading.note(text.line, Severity::Warning, format!("`{}` asks for `{scope}`, {why}", named(planned)));
}

fn need(id: &UserPoolId, scopes: Vec<Scope>, id_tokens: bool, audiences: &[String], needs: &mut Needs) {
    let known = needs.pools.iter().position(|pool| pool.id == *id);
    if known.is_none() {
        let (scopes, audiences) = (Vec::new(), Vec::new());
        needs.pools.push(NeededPool { id: id.clone(), scopes, audiences, id_tokens: false });
    }
    let at = known.unwrap_or(needs.pools.len() - 1);
    let Some(pool) = needs.pools.get_mut(at) else { return };
    pool.id_tokens |= id_tokens;
    for scope in scopes {
        if !pool.scopes.contains(&scope) {
            pool.scopes.push(scope);
        }
    }
    for client in audiences {
        if !pool.audiences.contains(client) {
            pool.audiences.push(client.clone());
        }
    }
}

fn named(planned: &Planned) -> String {
    if planned.path == "$default" { planned.path.clone() } else { format!("{} {}", planned.method, planned.path) }
}
