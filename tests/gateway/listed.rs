//! What `poolpass routes` says of routes beside who may use them.

use serde_json::{Value, json};

use crate::world::program;

/// What the listing of this configuration says.
fn listed(yaml: &str, flags: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let done = program(&folder, yaml).args(["routes", "poolpass.yaml"]).args(flags).output().unwrap();
    assert!(done.status.success(), "{done:?}");
    String::from_utf8(done.stdout).unwrap()
}

/// Two clients, of which none has `shop/nobody` on its list.
const LISTS: &str = "
pools:
  - id: us-east-1_Lists0001
    options: { token_rules: [{ groups: [staff], add_scopes: [shop/added] }] }
    resource_servers: [{ identifier: shop, scopes: [read, write, added, nobody] }]
    groups: [{ name: staff }]
    clients:
      - { id: web, allowed_flows: [code], allowed_scopes: [openid, shop/read], callback_urls: ['http://localhost/cb'] }
      - { id: job, secret: a_secret_of_24_characters, allowed_flows: [client_credentials], allowed_scopes: [shop/write] }
gateways:
  - name: shop
    dialect: http-api
    mode: mock
    authorizers:
      any: { pools: [us-east-1_Lists0001] }
      web: { pools: [us-east-1_Lists0001], audiences: [web] }
    routes:
      - { route: GET /signed-in, authorizer: any, scopes: [aws.cognito.signin.user.admin] }
      - { route: GET /added, authorizer: any, scopes: [shop/added] }
      - { route: GET /any, authorizer: any, scopes: [shop/write] }
      - { route: GET /nobody, authorizer: any, scopes: [shop/nobody] }
      - { route: GET /web, authorizer: web, scopes: [shop/write, shop/read] }
      - { route: GET /web-added, authorizer: web, scopes: [shop/added] }
";

#[test]
fn a_scope_is_said_to_be_out_of_reach_only_where_no_token_has_it() {
    let listed: Value = serde_json::from_str(&listed(LISTS, &["--json"])).unwrap();
    let routes = listed["gateways"][0]["routes"].as_array().unwrap();
    let lost = routes.iter().map(|route| (route["route"].as_str().unwrap(), route["unattainable_scopes"].clone()));
    assert_eq!(
        lost.filter(|(_, lost)| *lost != json!([])).collect::<Vec<_>>(),
        [("GET /nobody", json!(["shop/nobody"])), ("GET /web", json!(["shop/write"]))],
        "a sign-in through the JSON API, a rule for tokens or another client gives the others"
    );
}

#[test]
fn routes_that_the_gateway_answers_itself_are_noted_where_they_are_listed() {
    let of_stage = |stage: &str| {
        let gateway = format!(
            "
gateways:
  - name: api
    mode: mock
{stage}    routes: [{{ route: GET /ping, authorizer: none }}, {{ route: GET /pings, authorizer: none }}]
"
        );
        listed(&gateway, &[])
    };
    let text = of_stage("");
    assert!(text.ends_with("  note: GET /ping: the gateway answers `healthy` itself, as API Gateway does\n"), "{text}");
    let text = of_stage("    stage: prod\n");
    assert!(text.contains("GET /ping ") && !text.contains("note:"), "{text}");
}
