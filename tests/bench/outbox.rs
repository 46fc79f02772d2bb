//! The messages that users would have received.

use poolpass::config::Settings;
use serde_json::{Value, json};

use super::local_server::LocalServer;

/// A pool that verifies e-mail addresses, and a client that people sign up with.
fn world(server: &LocalServer) -> (String, String) {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let pool = json!({ "PoolName": "shop", "AutoVerifiedAttributes": ["email"] });
    let pool = text(&server.done("CreateUserPool", &pool)["UserPool"]["Id"]);
    let client = json!({ "UserPoolId": pool, "ClientName": "spa" });
    let client = text(&server.done("CreateUserPoolClient", &client)["UserPoolClient"]["ClientId"]);
    (pool, client)
}

fn sign_up(server: &LocalServer, client: &str, name: &str) {
    let email = json!([{ "Name": "email", "Value": format!("{name}@example.com") }]);
    let wishes = json!({ "ClientId": client, "Username": name, "Password": "Password-1", "UserAttributes": email });
    server.done("SignUp", &wishes);
}

fn messages(server: &LocalServer, query: &str) -> Vec<Value> {
    let answer = server.get(&format!("/_poolpass/outbox{query}"), &[]);
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["messages"].as_array().unwrap().clone()
}

fn clear(server: &LocalServer, query: &str) -> Value {
    let mut answer = ureq::delete(server.url(&format!("/_poolpass/outbox{query}"))).call().unwrap();
    answer.body_mut().read_json().unwrap()
}

fn users(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["user"].as_str().unwrap()).collect()
}

#[test]
fn the_outbox_shows_the_newest_first_and_only_what_is_asked_for() {
    let server = LocalServer::start(Settings::default());
    let (pool, client) = world(&server);
    for name in ["ada", "ben", "eve"] {
        sign_up(&server, &client, name);
    }
    let all = messages(&server, "");
    assert_eq!(users(&all), ["eve", "ben", "ada"]);
    assert_eq!(users(&messages(&server, "?limit=1")), ["eve"]);
    assert_eq!(users(&messages(&server, &format!("?pool={pool}&user=ben"))), ["ben"]);
    assert_eq!(users(&messages(&server, "?to=ADA@example.com")), ["ada"]);
    let ben = all[1]["id"].as_str().unwrap();
    assert_eq!(users(&messages(&server, &format!("?newer_than={ben}"))), ["eve"]);
    assert!(messages(&server, "?pool=us-east-1_Nowhere01").is_empty());
    let ada = &all[2];
    let told = ["pool", "to", "medium", "purpose"].map(|member| ada[member].as_str().unwrap());
    assert_eq!(told, [pool.as_str(), "ada@example.com", "EMAIL", "SignUp"]);
    let code = ada["code"].as_str().unwrap();
    assert!(code.len() == 6 && ada["body"].as_str().unwrap().contains(code), "{ada}");
    server.done("ConfirmSignUp", &json!({ "ClientId": client, "Username": "ada", "ConfirmationCode": code }));
}

#[test]
fn whoever_waits_gets_a_message_when_it_comes() {
    let server = LocalServer::start(Settings { workers: Some(2), ..Settings::default() });
    let (_, client) = world(&server);
    sign_up(&server, &client, "ada");
    let known = messages(&server, "")[0]["id"].as_str().unwrap().to_owned();
    std::thread::scope(|threads| {
        let waiting = threads.spawn(|| messages(&server, &format!("?wait=30&newer_than={known}")));
        sign_up(&server, &client, "ben");
        assert_eq!(users(&waiting.join().unwrap()), ["ben"]);
    });
    assert!(messages(&server, "?wait=1&user=nobody").is_empty());
}

#[test]
fn the_outbox_can_be_emptied() {
    let server = LocalServer::start(Settings::default());
    let (_, client) = world(&server);
    for name in ["ada", "ben", "eve"] {
        sign_up(&server, &client, name);
    }
    assert_eq!(clear(&server, "?user=ben"), json!({ "deleted": 1 }));
    assert_eq!(users(&messages(&server, "")), ["eve", "ada"]);
    assert_eq!(clear(&server, ""), json!({ "deleted": 2 }));
    assert!(messages(&server, "").is_empty());
}

#[test]
fn a_wrong_parameter_is_named_a_wrong_one() {
    let server = LocalServer::start(Settings::default());
    for query in ["?limit=x", "?wait=-1", "?users=ada"] {
        let answer = server.get(&format!("/_poolpass/outbox{query}"), &[]);
        assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("bad_request")), "{query}");
    }
}
