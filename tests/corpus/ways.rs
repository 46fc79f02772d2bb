//! The ways of asking: the pure function, the token endpoint and its trace, the dry run, the command line.

use std::collections::{BTreeSet, HashSet};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolpass::config::Settings;
use poolpass::domain::client::OAuthFlow;
use poolpass::domain::pool::{AllInactive, PoolChoices, ScopeProfile};
use poolpass::domain::rules::issue_rule::IssueRule;
use poolpass::domain::rules::resolve_scopes::{AllowList, Requested, ScopePolicy, resolve_scopes};
use poolpass::domain::scope::{self, Scope};
use poolpass::domain::trace::{Evidence, Outcome, Rule, Trace};
use serde_json::{Value, json};

use super::case::{self, Case, Change, Expected, Seen, Server, Step};
use super::local_server::LocalServer;

const NOTHING: [&str; 0] = [];

#[test]
fn the_corpus_covers_every_row_and_names_its_sources() {
    let cases = case::all();
    assert!(cases.len() >= 60, "only {} cases", cases.len());
    let rows: BTreeSet<u8> = cases.iter().flat_map(|case| case.rows.iter().copied()).collect();
    assert_eq!(rows, (1..=19).collect());
    let names: HashSet<_> = cases.iter().map(|case| &case.name).collect();
    assert_eq!(names.len(), cases.len(), "two cases have the same name");
    let rules: HashSet<_> = IssueRule::all().map(Rule::id).collect();
    for case in &cases {
        let known = case.source.starts_with("https://") || case.source == "docs/fidelity.md";
        assert!(known && !case.rows.is_empty(), "{}: no source or no row", case.name);
        if let Expected::Refused { rule, .. } = &case.expect {
            assert!(rules.contains(rule.as_str()), "{}: no rule `{rule}`", case.name);
        }
        let asked = case.request.scope.is_some() && case.request.encoded.is_some();
        assert!(!asked, "{}: the scope is given twice", case.name);
    }
}

#[test]
fn the_pure_function_decides_every_case() {
    let differences: Vec<_> = case::all().iter().flat_map(|case| case.differences("pure", &purely(case))).collect();
    assert_eq!(differences, NOTHING);
}

fn purely(case: &Case) -> Seen {
    let (servers, allowed) = case.outcome_of_changes();
    let defines = |name: &str| {
        scope::split(name).is_some_and(|(identifier, scope_name)| {
            servers.get(identifier).is_some_and(|scopes| scopes.iter().any(|scope| scope == scope_name))
        })
    };
    let allowed: Vec<Scope> = allowed.iter().map(|name| Scope::from(name.as_str())).collect();
    let list = AllowList::compile(&allowed, &defines);
    let client = &case.given.client;
    let policy = ScopePolicy {
        profile: case.given.profile,
        all_inactive: case.given.all_inactive,
        flow: case.request.flow,
        flow_allowed: client.switched_on && client.flows.contains(&case.request.flow),
    };
    let parameter = case.scope();
    let mut trace = Trace::new();
    let result = resolve_scopes(&Requested::parse(parameter.as_deref()), &list, &defines, policy, &mut trace);
    let answer = match result {
        Ok(granted) => Ok(granted.iter().map(ToString::to_string).collect()),
        Err(refused) => Err(poolpass::oauth::error::answer(refused.rule()).error().unwrap_or_default().to_owned()),
    };
    Seen { answer, steps: steps(&trace) }
}

fn steps(trace: &Trace<IssueRule>) -> Vec<Step> {
    let outcome = |outcome| match outcome {
        Outcome::Held => "held",
        Outcome::Refused => "refused",
        Outcome::Noted => "noted",
    };
    let scope = |evidence: &Evidence| match evidence {
        Evidence::Scope { scope, .. } => Some(scope.to_string()),
        Evidence::UnlistedScope { scope, .. } => Some(scope.as_str().to_owned()),
        _ => None,
    };
    let show = |step: &poolpass::domain::trace::Step<IssueRule>| Step {
        rule: step.rule.id().to_owned(),
        outcome: outcome(step.outcome).to_owned(),
        scope: scope(&step.evidence),
    };
    trace.steps().iter().map(show).collect()
}

/// One server for each pair of choices, with one pool that every case fills and empties again.
struct Worlds {
    worlds: Vec<(PoolChoices, LocalServer, String)>,
}

impl Worlds {
    fn start() -> Self {
        let pairs = [
            (ScopeProfile::Documented, AllInactive::Token),
            (ScopeProfile::Documented, AllInactive::InvalidScope),
            (ScopeProfile::Observed, AllInactive::Token),
        ];
        let start = |(scope_profile, all_inactive)| {
            let choices = PoolChoices { scope_profile, all_inactive, ..PoolChoices::default() };
            let server = LocalServer::start(Settings { choices, ..Settings::default() });
            let pool = server.done("CreateUserPool", &json!({ "PoolName": "corpus" }));
            let id = pool["UserPool"]["Id"].as_str().unwrap().to_owned();
            (choices, server, id)
        };
        Self { worlds: pairs.map(start).into() }
    }

    fn of(&self, case: &Case) -> (&LocalServer, &str) {
        let fits = |choices: &PoolChoices| {
            choices.scope_profile == case.given.profile && choices.all_inactive == case.given.all_inactive
        };
        let (_, server, pool) = self.worlds.iter().find(|(choices, ..)| fits(choices)).expect("a server for the case");
        (server, pool)
    }
}

/// A case as it exists on a server, gone when dropped.
struct Arranged<'a> {
    server: &'a LocalServer,
    pool: &'a str,
    client: String,
    secret: String,
    servers: Vec<String>,
}

impl<'a> Arranged<'a> {
    fn new(worlds: &'a Worlds, case: &Case) -> Self {
        let (server, pool) = worlds.of(case);
        for (identifier, scopes) in &case.given.resource_servers {
            server.done("CreateResourceServer", &resource_server(pool, identifier, scopes));
        }
        let mut client = client(pool, case, &case.given.client.allowed_scopes);
        client["ClientName"] = json!("corpus");
        client["GenerateSecret"] = json!(true);
        let made = server.done("CreateUserPoolClient", &client)["UserPoolClient"].clone();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        let servers = case.outcome_of_changes().0.into_keys().collect();
        let arranged = Self { server, pool, client: text("ClientId"), secret: text("ClientSecret"), servers };
        for change in &case.given.then {
            arranged.change(case, change);
        }
        arranged
    }

    fn change(&self, case: &Case, change: &Change) {
        let (server, pool) = (self.server, self.pool);
        let of = |wanted: &Server| resource_server(pool, &wanted.identifier, &wanted.scopes);
        match change {
            Change::DeleteServer(identifier) => {
                server.done("DeleteResourceServer", &json!({ "UserPoolId": pool, "Identifier": identifier }))
            }
            Change::CreateServer(wanted) => server.done("CreateResourceServer", &of(wanted)),
            Change::UpdateServer(wanted) => server.done("UpdateResourceServer", &of(wanted)),
            Change::Allow(scopes) => {
                let mut client = client(pool, case, scopes);
                client["ClientId"] = json!(self.client);
                server.done("UpdateUserPoolClient", &client)
            }
        };
    }
}

impl Drop for Arranged<'_> {
    fn drop(&mut self) {
        let pool = self.pool;
        self.server.call("DeleteUserPoolClient", &json!({ "UserPoolId": pool, "ClientId": self.client }));
        for identifier in &self.servers {
            self.server.call("DeleteResourceServer", &json!({ "UserPoolId": pool, "Identifier": identifier }));
        }
    }
}

fn resource_server(pool: &str, identifier: &str, scopes: &[String]) -> Value {
    let scopes: Vec<Value> =
        scopes.iter().map(|scope| json!({ "ScopeName": scope, "ScopeDescription": "a scope" })).collect();
    json!({ "UserPoolId": pool, "Identifier": identifier, "Name": "server", "Scopes": scopes })
}

fn client(pool: &str, case: &Case, allowed: &[String]) -> Value {
    let flows = &case.given.client.flows;
    let mut document = json!({
        "UserPoolId": pool,
        "AllowedOAuthScopes": allowed,
        "AllowedOAuthFlows": flows,
        "AllowedOAuthFlowsUserPoolClient": case.given.client.switched_on,
    });
    if !flows.contains(&OAuthFlow::ClientCredentials) {
        document["CallbackURLs"] = json!(["https://app.example/callback"]);
        document["SupportedIdentityProviders"] = json!(["COGNITO"]);
    }
    document
}

/// The cases of machines, or those of people, whose scopes are decided where a browser asks for a code.
fn cases(of_people: bool) -> Vec<Case> {
    let people = |case: &Case| case.request.flow != OAuthFlow::ClientCredentials;
    let cases: Vec<Case> = case::all().into_iter().filter(|case| people(case) == of_people).collect();
    assert!(!cases.is_empty(), "no case is left to try");
    cases
}

#[test]
fn the_dry_run_decides_every_case_of_people() {
    let worlds = Worlds::start();
    let mut differences = Vec::new();
    for case in cases(true) {
        let arranged = Arranged::new(&worlds, &case);
        let grant = if case.request.flow == OAuthFlow::Code { "authorization_code" } else { "implicit" };
        let mut asked = json!({ "client_id": arranged.client, "grant_type": grant });
        asked["scope"] = case.scope().into();
        let dry_run = arranged.server.post("/_poolpass/explain", &[], &asked.to_string());
        differences.extend(case.differences("dry run", &Seen::of_document(&dry_run.json())));
    }
    assert_eq!(differences, NOTHING);
}

#[test]
fn the_server_and_the_command_line_answer_every_case() {
    let worlds = Worlds::start();
    let mut differences = Vec::new();
    for case in cases(false) {
        let arranged = Arranged::new(&worlds, &case);
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}&{}",
            arranged.client,
            arranged.secret,
            case.form()
        );
        let (answer, id) = arranged.server.token(&form);
        let document = answer.json();
        let trace = arranged.server.get(&format!("/_poolpass/traces/{id}"), &[]).json();
        let traced = Seen::of_document(&trace);
        let told = match document["access_token"].as_str() {
            Some(token) => Ok(granted_by(token)),
            None => Err(document["error"].as_str().unwrap_or_default().to_owned()),
        };
        assert_eq!(answer.status, if told.is_ok() { 200 } else { 400 }, "{}: {}", case.name, answer.body);
        assert_ne!(trace["cause"].as_str().unwrap_or_default(), "", "{}", case.name);
        differences.extend(case.differences("trace", &traced));
        differences.extend(case.differences("http", &Seen { answer: told, steps: traced.steps }));
        // The dry run of the same question.
        let mut asked = json!({ "client_id": arranged.client, "grant_type": "client_credentials" });
        asked["scope"] = case.scope().into();
        let dry_run = arranged.server.post("/_poolpass/explain", &[], &asked.to_string());
        differences.extend(case.differences("dry run", &Seen::of_document(&dry_run.json())));
        if let Some(told) = on_the_command_line(&arranged, &case) {
            differences.extend(case.differences("command line", &told));
        }
    }
    assert_eq!(differences, NOTHING);
}

/// What `poolpass explain` says; `None` for what no argument can hold.
fn on_the_command_line(arranged: &Arranged<'_>, case: &Case) -> Option<Seen> {
    let scope = case.scope();
    if scope.as_ref().is_some_and(|scope| scope.contains('\0')) {
        return None;
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_poolpass"));
    command.args(["explain", "--json", "--endpoint", &arranged.server.url(""), "--client", &arranged.client]);
    command.args(["--grant", "client_credentials"]);
    command.args(scope.map(|scope| format!("--scope={scope}")));
    let output = command.output().unwrap();
    let document = serde_json::from_slice(&output.stdout);
    Some(Seen::of_document(&document.unwrap_or_else(|error| panic!("{}: {error}: {output:?}", case.name))))
}

/// The scopes of a token; a token without the claim has none.
fn granted_by(token: &str) -> Vec<String> {
    let claims = token.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    match &claims["scope"] {
        Value::Null => Vec::new(),
        scope => scope.as_str().filter(|scope| !scope.is_empty()).unwrap().split(' ').map(str::to_owned).collect(),
    }
}
