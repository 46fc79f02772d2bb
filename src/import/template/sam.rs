//! `AWS::Serverless::…`: what SAM makes of an API, its defaults and the events of functions.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-controlling-access-to-apis.html>

use std::collections::{BTreeSet, HashMap};

use super::auth::Auth;
use super::events::{self, Event};
use super::{Kind, Resource, Template};
use crate::domain::gateway::cors::Cors;
use crate::domain::gateway::dialect::Dialect;
use crate::import::document::{NOTHING, Node};
use crate::import::draft::{Draft, Gate, Planned};
use crate::import::{Severity, Wrong, api, merge};

/// Reads an API of SAM; `resource` is none for the one that SAM makes up.
pub(super) fn read(
    template: &Template<'_, '_>,
    id: &str,
    kind: Kind,
    resource: Option<Resource<'_>>,
) -> Result<Draft, Wrong> {
    let (dialect, event, section) = match kind {
        Kind::SamHttp | Kind::Http => (Dialect::HttpApi, "HttpApi", "HttpApi"),
        Kind::SamRest | Kind::Rest => (Dialect::RestApi, "Api", "Api"),
    };
    let all = template.root.get("Globals").unwrap_or(&NOTHING);
    let globals = all.get(section).unwrap_or(&NOTHING);
    if let Some(call) = [all, globals].into_iter().find(|node| node.has_call()) {
        return Err(Wrong::at(call.line, "what holds for every API cannot be told"));
    }
    let properties = merge::over(globals, resource.map_or(&NOTHING, |resource| resource.properties));
    let mut draft = template.definition(&properties, dialect)?;
    let auth = Auth::of(template, &properties, dialect);
    draft.authorizers.extend(auth.declared());
    add_events(&mut draft, &events::of(template, event, id), &auth)?;
    if !draft.routes.is_empty() {
        api::note_integrations(template.reading);
    }
    browsers(&mut draft, &properties, &auth);
    for planned in &mut draft.routes {
        auth.complete(planned, &draft.authorizers);
    }
    for response in template.reading.field(&properties, "GatewayResponses").map(Node::entries).unwrap_or_default() {
        api::response(&response.key, &response.node, &mut draft.responses, template.reading);
    }
    if let Some(stage) = template.reading.field(&properties, "StageName") {
        api::note_stage(stage, template.reading);
    }
    Ok(draft)
}

/// Adds the routes of events, or what they say about routes of the definition.
fn add_events(draft: &mut Draft, events: &[Event<'_>], auth: &Auth<'_>) -> Result<(), Wrong> {
    let places = draft.routes.iter().enumerate();
    let mut places: HashMap<_, _> =
        places.map(|(at, route)| ((route.method.clone(), route.path.clone()), at)).collect();
    for event in events {
        let ((method, path), gate) = (event.key(auth.template)?, auth.of_event(*event));
        let place = places.entry((method.clone(), path.clone())).or_insert(draft.routes.len());
        let at = *place;
        match (draft.routes.get_mut(at), gate) {
            (Some(_), Gate::Unsaid) => {}
            (Some(known), gate) => known.gate = gate,
            (None, gate) => draft.routes.push(Planned::new(event.line, method, path, gate)),
        }
        if let (Some(route), Some(keyed)) = (draft.routes.get_mut(at), auth.keyed(*event)) {
            route.keyed = Some(keyed);
        }
    }
    Ok(())
}

/// What browsers of other origins are told, and whether their preflights need a token.
fn browsers(draft: &mut Draft, properties: &Node, auth: &Auth<'_>) {
    let reading = auth.template.reading;
    if draft.dialect == Dialect::HttpApi {
        if let Some(cors) = reading.field(properties, "CorsConfiguration") {
            draft.cors = Some(api::cors(cors, reading));
        }
        return;
    }
    let Some(cors) = reading.field(properties, "Cors") else { return };
    if auth.has_default() && auth.covers_preflights() {
        // COGNITO: SAM puts the default authorizer on preflights too, which browsers send without a token (documented).
        let text = "preflights need a token too, so that browsers of other origins get nowhere: SAM's \
                    `AddDefaultAuthorizerToCorsPreflight` is on unless it is set to `false`";
        reading.note(cors.line, Severity::Warning, text);
        let with_options: BTreeSet<_> =
            draft.routes.iter().filter(|route| route.method == "OPTIONS").map(path).collect();
        let mut paths: BTreeSet<_> = draft.routes.iter().map(path).collect();
        paths.retain(|path| !with_options.contains(path));
        let preflight = |path| Planned::new(cors.line, "OPTIONS".to_owned(), path, Gate::Unsaid);
        draft.routes.extend(paths.into_iter().map(preflight));
        return;
    }
    draft.cors = Some(of_rest(cors, &draft.routes, auth.template));
}

fn path(route: &Planned) -> String {
    route.path.clone()
}

/// The CORS settings of a REST API of SAM, whose values are texts in single quotes, with commas.
fn of_rest(cors: &Node, routes: &[Planned], template: &Template<'_, '_>) -> Cors {
    let list = |node: Option<&Node>| -> Vec<String> {
        let Some(text) = node.map(|node| template.reading.text(node)) else { return Vec::new() };
        let Some(known) = text.as_known() else {
            let told = format!("`{}` in the CORS settings cannot be told", text.value);
            template.reading.note(text.line, Severity::Warning, told);
            return Vec::new();
        };
        let items = api::quoted(known).unwrap_or(known).split(',').map(str::trim);
        items.filter(|item| !item.is_empty()).map(str::to_owned).collect()
    };
    if cors.text().is_some() || cors.is_call() {
        return Cors { allow_origins: list(Some(cors)), allow_methods: methods(routes), ..Cors::default() };
    }
    let field = |key| template.reading.field(cors, key);
    let given = list(field("AllowMethods"));
    Cors {
        allow_origins: field("AllowOrigin").map_or_else(|| vec!["*".to_owned()], |node| list(Some(node))),
        allow_methods: if given.is_empty() { methods(routes) } else { given },
        allow_headers: list(field("AllowHeaders")),
        expose_headers: Vec::new(),
        allow_credentials: field("AllowCredentials").is_some_and(|node| template.reading.flag(node)),
        max_age: field("MaxAge").and_then(|node| template.reading.number(node)),
    }
}

/// What SAM allows when no methods are given: those there are, or all if one is for all.
fn methods(routes: &[Planned]) -> Vec<String> {
    const ALL: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
    let mut methods: BTreeSet<String> = routes.iter().map(|route| route.method.clone()).collect();
    if methods.contains("ANY") {
        return ALL.map(str::to_owned).to_vec();
    }
    methods.insert("OPTIONS".to_owned());
    methods.into_iter().collect()
}
