//! A secret in the wrong place: whatever people mix up, no trace shows it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poolpass::config::Settings;
use poolpass::domain::pool::{PoolChoices, ScopeProfile};
use poolpass::explain::{Explanation, text};
use serde_json::{Value, json};

use super::local_server::LocalServer;

const SECRET: &str = "the_secret_of_one+machine_and_nobody";

/// A client of this secret.
fn client(server: &LocalServer, secret: &str) -> String {
    let pool = server.done("CreateUserPool", &json!({ "PoolName": "shop" }))["UserPool"]["Id"].clone();
    let scopes = json!([{ "ScopeName": "read", "ScopeDescription": "r" }]);
    let orders = json!({ "UserPoolId": pool, "Identifier": "orders", "Name": "Orders", "Scopes": scopes });
    server.done("CreateResourceServer", &orders);
    let client = json!({
        "UserPoolId": pool, "ClientName": "job", "ClientSecret": secret, "AllowedOAuthScopes": ["orders/read"],
        "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthFlowsUserPoolClient": true,
    });
    let made = server.done("CreateUserPoolClient", &client);
    made["UserPoolClient"]["ClientId"].as_str().unwrap().to_owned()
}

/// Asks with this form and this user and password, and returns the trace.
fn ask(server: &LocalServer, form: &str, basic: Option<&str>) -> Value {
    let header = basic.map(|basic| ("Authorization", format!("Basic {}", STANDARD.encode(basic))));
    let kind = ("Content-Type", "application/x-www-form-urlencoded".to_owned());
    let headers: Vec<_> = [Some(kind), header].into_iter().flatten().collect();
    let answer = server.post("/oauth2/token", &headers, form);
    let latest = server.get("/_poolpass/traces?limit=1", &[]).json();
    let trace = latest["traces"][0].clone();
    assert_eq!(trace["answer"]["status"], answer.status, "{form}: {trace}");
    trace
}

/// Forms and Basic headers that hold the secret where it does not belong.
fn mixed_up(id: &str, sent: &str, twice: &str) -> Vec<(String, Option<String>)> {
    let machine = format!("grant_type=client_credentials&client_id={id}");
    let right = format!("{machine}&client_secret={sent}");
    let form = |text: String| (text, None);
    vec![
        form(format!("grant_type=client_credentials&client_id={sent}&client_secret={id}")),
        form(format!("grant_type=client_credentials&client_id={sent}")),
        form(format!("grant_type=client_credentials&client_id=%20{sent}%0A&client_secret={sent}")),
        form(format!("grant_type=client_credentials&client_id={id}:{sent}")),
        form(format!("grant_type=client_credentials&client_id={twice}&client_secret={id}")),
        form(format!("grant_type={sent}&client_id={id}&client_secret=client_credentials")),
        form(format!("grant_type={twice}")),
        form(format!("grant_type=client_credentials%26client_secret={sent}")),
        form(format!("grant_type={id}:{sent}&client_id={id}")),
        form(format!("{right}&scope={sent}")),
        form(format!("{right}&scope={twice}")),
        form(format!("{right}&scope=orders/{sent}")),
        form(format!("{right}&scope=orders/read%20{sent}/read")),
        form(format!("{right}&scope=\"{sent}\",orders/read")),
        form(format!("{right}{sent}")),
        form(format!("{right}&client_secret={sent}")),
        form(right.replace("client_credentials", "authorization_code") + &format!("&code={sent}&redirect_uri={sent}")),
        form(right.replace("client_credentials", "refresh_token") + &format!("&refresh_token={sent}")),
        ("grant_type=client_credentials".to_owned(), Some(format!("{SECRET}:{id}"))),
        ("grant_type=client_credentials".to_owned(), Some(format!("{SECRET}:"))),
        ("grant_type=client_credentials".to_owned(), Some(SECRET.to_owned())),
        (machine.clone(), Some(format!("{SECRET}:{id}"))),
        (format!("grant_type=client_credentials&client_id={sent}"), Some(format!("{id}:{SECRET}"))),
        (format!("{machine}&scope={sent}"), Some(format!("{id}:{SECRET}"))),
    ]
}

/// The trace as people see it.
fn printed(trace: &Value) -> String {
    text::render(&serde_json::from_value::<Explanation>(trace.clone()).unwrap())
}

#[test]
fn no_mix_up_shows_the_secret() {
    for scope_profile in [ScopeProfile::Documented, ScopeProfile::Observed] {
        let choices = PoolChoices { scope_profile, ..PoolChoices::default() };
        let server = LocalServer::start(Settings { choices, ..Settings::default() });
        let id = client(&server, SECRET);
        let (sent, twice) = (SECRET.replace('+', "%2B"), SECRET.replace('+', "%252B"));
        let pieces: Vec<&str> = SECRET.split('+').collect();
        for (form, basic) in mixed_up(&id, &sent, &twice) {
            let trace = ask(&server, &form, basic.as_deref());
            for shown in [trace.to_string(), printed(&trace)] {
                let leaked = pieces.iter().any(|piece| shown.contains(piece));
                assert!(!leaked, "{form} {basic:?} is shown as {shown}");
            }
        }
    }
}

#[test]
fn a_swapped_id_and_secret_are_named_as_the_cause() {
    let server = LocalServer::start(Settings::default());
    let id = client(&server, SECRET);
    let form = format!("grant_type=client_credentials&client_id={}&client_secret={id}", SECRET.replace('+', "%2B"));
    let in_header = format!("{SECRET}:{id}");
    for (form, basic) in [(form.as_str(), None), ("grant_type=client_credentials", Some(in_header.as_str()))] {
        let trace = ask(&server, form, basic);
        let cause = "the client id and the secret are swapped: what came as the secret is the id of a client";
        let hint = "the_… (36 characters)";
        assert_eq!((&trace["cause"], &trace["client_id"]), (&json!(cause), &json!(hint)));
        let steps = trace["steps"].as_array().unwrap();
        let refused = steps.iter().find(|step| step["outcome"] == "refused").unwrap();
        assert_eq!((&refused["value"], &refused["slip"]), (&json!(hint), &json!("swapped_with_secret")));
    }
}

#[test]
fn a_client_that_exists_is_shown_whole() {
    let server = LocalServer::start(Settings::default());
    let id = client(&server, SECRET);
    let trace = ask(&server, &format!("grant_type=client_credentials&client_id={id}&client_secret=wrong"), None);
    assert_eq!((&trace["client_id"], &trace["grant_type"]), (&json!(id), &json!("client_credentials")));
}
