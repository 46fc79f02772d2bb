//! Its endpoints, and who may ask: strangers' pages are turned away where nothing else would stop them.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::local_server::LocalServer;
use poolpass::config::Settings;
use serde_json::{Value, json};

fn server() -> LocalServer {
    LocalServer::start(Settings {
        allowed_hosts: vec!["pool.example.test".to_owned()],
        allowed_origins: vec!["http://console.example.test:3000".to_owned()],
        ..Settings::default()
    })
}

/// The status and everything after it, of a request written by hand.
fn raw(server: &LocalServer, request: &str) -> (u16, String) {
    let url = server.url("");
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request.replace('\n', "\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("{answer}")), answer)
}

fn create_pool(headers: &str) -> String {
    let body = r#"{"PoolName":"drive-by"}"#;
    let target = "X-Amz-Target: AWSCognitoIdentityProviderService.CreateUserPool";
    let length = body.len();
    format!("POST / HTTP/1.1\n{headers}{target}\nContent-Length: {length}\nConnection: close\n\n{body}")
}

fn get(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\n{headers}Connection: close\n\n")
}

fn pools(server: &LocalServer) -> usize {
    server.done("ListUserPools", &json!({ "MaxResults": 10 }))["UserPools"].as_array().unwrap().len()
}

/// A client that may ask for `orders/read`.
fn world(server: &LocalServer) -> (String, String, String) {
    let pool = server.done("CreateUserPool", &json!({ "PoolName": "shop" }))["UserPool"]["Id"].clone();
    let scopes =
        json!([{ "ScopeName": "read", "ScopeDescription": "r" }, { "ScopeName": "write", "ScopeDescription": "w" }]);
    let orders = json!({ "UserPoolId": pool, "Identifier": "orders", "Name": "Orders", "Scopes": scopes });
    server.done("CreateResourceServer", &orders);
    let client = json!({
        "UserPoolId": pool, "ClientName": "job", "GenerateSecret": true, "AllowedOAuthScopes": ["orders/read"],
        "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthFlowsUserPoolClient": true,
    });
    let client = server.done("CreateUserPoolClient", &client)["UserPoolClient"].clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&pool), text(&client["ClientId"]), text(&client["ClientSecret"]))
}

#[test]
fn a_strangers_page_cannot_use_the_control_plane() {
    let server = server();
    let foreign = [
        "Host: evil.example\n",
        "Host: localhost\nOrigin: http://evil.example\n",
        "Host: localhost\nOrigin: null\n",
        "Host: localhost:7665\nOrigin: http://localhost:3000\n",
    ];
    for headers in foreign {
        let (status, answer) = raw(&server, &create_pool(headers));
        assert_eq!(status, 403, "{headers}{answer}");
        assert!(answer.contains(r#"{"__type":"AccessDeniedException","message":"refused: "#), "{answer}");
        assert!(answer.contains("x-amzn-errortype: AccessDeniedException:"), "{answer}");
    }
    assert_eq!(pools(&server), 0, "a refused request changes nothing");
    let ours = [
        "Host: localhost\n",
        "Host: localhost:1\nOrigin: http://localhost:1\n",
        "Host: pool.example.test\n",
        "Host: cognito-idp.us-east-1.amazonaws.com\n",
        "Host: localhost\nOrigin: http://console.example.test:3000\n",
    ];
    for headers in ours {
        assert_eq!(raw(&server, &create_pool(headers)).0, 200, "{headers}");
    }
    assert_eq!(pools(&server), ours.len());
}

#[test]
fn a_request_line_with_a_foreign_host_and_two_hosts_are_refused() {
    let server = server();
    let absolute = get("http://evil.example/_poolpass/traces", "Host: localhost\n");
    assert_eq!(raw(&server, &absolute).0, 403);
    let (status, answer) = raw(&server, &get("/_poolpass/traces", "Host: localhost\nHost: localhost\n"));
    assert!([400, 403].contains(&status), "{answer}");
    assert_eq!(raw(&server, "GET /_poolpass/traces HTTP/1.0\n\n").0, 200, "no browser speaks HTTP/1.0 without Host");
}

#[test]
fn the_test_bench_is_for_us_and_health_for_everybody() {
    let server = server();
    let (status, answer) = raw(&server, &get("/_poolpass/traces", "Host: evil.example\n"));
    assert_eq!(status, 403);
    assert!(
        answer.contains(r#"{"error":"forbidden","message":"refused: the request was sent to the host "#),
        "{answer}"
    );
    let (status, answer) = raw(&server, &get("/_poolpass/health", "Host: evil.example\nOrigin: null\n"));
    assert_eq!(status, 200);
    assert!(answer.contains(r#""status":"ok""#), "{answer}");
    let allowed = "Host: localhost\nOrigin: http://console.example.test:3000\n";
    let (status, answer) = raw(&server, &get("/_poolpass/traces", allowed));
    assert_eq!(status, 200);
    assert!(answer.contains("access-control-allow-origin: http://console.example.test:3000"), "{answer}");
}

#[test]
fn what_cognito_leaves_open_stays_open() {
    let server = server();
    let foreign = "Host: evil.example\nOrigin: http://evil.example\n";
    let form = "POST /oauth2/token HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 10\n";
    let (status, answer) = raw(&server, &format!("{form}{foreign}Connection: close\n\ngrant_type"));
    assert_eq!(status, 400);
    assert!(answer.contains("invalid_request") && answer.contains("access-control-allow-origin: *"), "{answer}");
    let (pool, ..) = world(&server);
    let (status, answer) = raw(&server, &get(&format!("/{pool}/.well-known/jwks.json"), foreign));
    assert_eq!(status, 200, "{answer}");
    let preflight = "OPTIONS / HTTP/1.1\nAccess-Control-Request-Method: POST\n";
    assert_eq!(raw(&server, &format!("{preflight}{foreign}Connection: close\n\n")).0, 200);
}

#[test]
fn a_dry_run_says_what_a_client_would_get_and_leaves_no_trace() {
    let server = server();
    let (pool, client, _) = world(&server);
    let asked = json!({ "client_id": client, "scope": "orders/read orders/write" });
    let answer = server.post("/_poolpass/explain", &[], &asked.to_string()).json();
    assert_eq!(answer["answer"], json!({ "status": 400, "error": "invalid_scope" }));
    assert_eq!(
        answer["cause"],
        format!(
            "`orders/write` is not on the list of client `{client}` (it is defined by resource server `orders`): add it \
             to AllowedOAuthScopes"
        )
    );
    assert_eq!((&answer["pool"], &answer["id"]), (&json!(pool), &Value::Null));
    let asked = json!({ "client_id": client });
    let answer = server.post("/_poolpass/explain", &[], &asked.to_string()).json();
    let granted = json!({ "status": 200, "scopes": ["orders/read"], "expires_in": 3600 });
    assert_eq!(answer["answer"], granted);
    assert_eq!(server.get("/_poolpass/traces", &[]).json(), json!({ "traces": [] }));
}

#[test]
fn a_dry_run_is_of_the_clients_own_flow_unless_another_is_named() {
    let server = server();
    let (pool, machine, _) = world(&server);
    let client_of = |flows: Value| {
        let client = json!({
            "UserPoolId": pool, "ClientName": "app", "AllowedOAuthScopes": ["openid", "orders/read"],
            "AllowedOAuthFlows": flows, "AllowedOAuthFlowsUserPoolClient": true,
            "CallbackURLs": ["https://app.example/callback"], "SupportedIdentityProviders": ["COGNITO"],
        });
        server.done("CreateUserPoolClient", &client)["UserPoolClient"]["ClientId"].clone()
    };
    let (app, page) = (client_of(json!(["implicit", "code"])), client_of(json!(["implicit"])));
    let explained = |asked: Value| {
        let answer = server.post("/_poolpass/explain", &[], &asked.to_string()).json();
        (answer["grant_type"].clone(), answer["answer"]["scopes"].clone())
    };
    let granted = |grant: &str| (json!(grant), json!(["openid"]));
    assert_eq!(explained(json!({ "client_id": app, "scope": "openid" })), granted("code"));
    assert_eq!(explained(json!({ "client_id": page, "scope": "openid" })), granted("implicit"));
    for named in ["code", "authorization_code", "implicit", "token"] {
        let asked = json!({ "client_id": app, "scope": "openid", "grant_type": named });
        assert_eq!(explained(asked), granted(named));
    }
    let machines = (json!("client_credentials"), json!(["orders/read"]));
    assert_eq!(explained(json!({ "client_id": machine })), machines);
    let nobodys = (json!("client_credentials"), Value::Null);
    assert_eq!(explained(json!({ "client_id": "nobody" })), nobodys);
}

#[test]
fn a_trace_tells_the_cause_and_no_secret() {
    let server = server();
    let (_, client, secret) = world(&server);
    let form = |secret: &str| format!("grant_type=client_credentials&client_id={client}&client_secret={secret}");
    let (answer, granted) = server.token(&form(&secret));
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    let (_, refused) = server.token(&form(&format!("{secret}%20")));
    let traces = server.get("/_poolpass/traces?limit=5", &[]);
    let ids: Vec<Value> = traces.json()["traces"].as_array().unwrap().iter().map(|trace| trace["id"].clone()).collect();
    assert_eq!(ids, [refused.clone(), granted.clone()], "newest first");
    let trace = server.get(&format!("/_poolpass/traces/{refused}"), &[]).json();
    assert_eq!(
        trace["cause"],
        format!(
            "the secret would match without the blank or line break around it; client `{client}` was found, so the id \
             is right"
        )
    );
    assert!(!traces.body.contains(&secret) && !traces.body.contains(&token), "a trace holds no secret and no token");
    let (whole, one) = (server.get("/_poolpass/traces?limit=x", &[]), server.get("/_poolpass/traces/none", &[]));
    assert_eq!((whole.status, one.status), (400, 404));
}

#[test]
fn keys_are_listed_rotated_and_retired() {
    let server = server();
    let (pool, ..) = world(&server);
    let path = |rest: &str| format!("/_poolpass/keys/{pool}{rest}");
    let kids = |document: &Value| -> Vec<(String, bool)> {
        let show = |key: &Value| (key["kid"].as_str().unwrap().to_owned(), key["signing"].as_bool().unwrap());
        document["keys"].as_array().unwrap().iter().map(show).collect()
    };
    let before = kids(&server.get(&path(""), &[]).json());
    let signing = |keys: &[(String, bool)]| keys.iter().map(|(_, signing)| *signing).collect::<Vec<_>>();
    assert_eq!(signing(&before), [true, true]);
    let rotated = server.post(&path("/rotate"), &[], "");
    assert_eq!(signing(&kids(&rotated.json())), [false, false, true, true]);
    assert!(!rotated.body.contains("pkcs8"), "private keys stay here");
    let retire = |kid: &str| server.post(&path("/retire"), &[], &json!({ "kid": kid }).to_string());
    assert_eq!(kids(&retire(&before[0].0).json()).len(), 3);
    let (gone, signs) = (retire(&before[0].0), retire(&kids(&rotated.json())[3].0));
    assert_eq!((gone.status, &gone.json()["error"]), (404, &json!("not_found")));
    assert_eq!((signs.status, &signs.json()["error"]), (409, &json!("still_signing")));
    assert_eq!(server.get("/_poolpass/keys/us-east-1_Nobody", &[]).status, 404);
}

#[test]
fn what_makes_no_sense_is_told_so() {
    let server = server();
    let nothing = server.get("/_poolpass/nothing", &[]);
    let expected = json!({ "error": "not_found", "message": "nothing is served at `/_poolpass/nothing`" });
    assert_eq!((nothing.status, nothing.json()), (404, expected));
    assert_eq!(server.get("/_poolpass/explain", &[]).status, 405);
    for body in ["", "{}", "[]", r#"{"client_id":"x","surprise":1}"#, r#"{"client_id":"#] {
        assert_eq!(server.post("/_poolpass/explain", &[], body).status, 400, "{body}");
    }
    let stranger = server.post("/_poolpass/explain", &[], r#"{"client_id":"nobody"}"#).json();
    assert_eq!(
        stranger["cause"],
        "no client has the id `nobo… (6 characters)`: it was never made here, or it was deleted"
    );
    assert_eq!(server.call("Surprise", &json!({})).status, 400);
}
