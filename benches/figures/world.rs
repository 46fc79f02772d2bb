//! The pool, servers and clients that the figures are taken on.

use crate::load::{Connection, Request};

/// A confidential machine client.
pub(crate) struct Client {
    pub(crate) pool: String,
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl Client {
    /// A form that asks for everything the client may have.
    pub(crate) fn form(&self) -> String {
        format!("grant_type=client_credentials&client_id={}&client_secret={}", self.id, self.secret)
    }
}

/// Calls an operation that must succeed.
pub(crate) fn call(connection: &mut Connection, name: &str, body: &serde_json::Value) -> serde_json::Value {
    let (status, answer) = connection.ask(&Request::operation(name, &body.to_string()));
    assert_eq!(status, 200, "{name}: {}", String::from_utf8_lossy(&answer));
    if answer.is_empty() {
        serde_json::Value::Null
    } else {
        serde_json::from_slice(&answer).expect("the answer is JSON")
    }
}

/// The text at this pointer of an answer.
pub(crate) fn text(answer: &serde_json::Value, pointer: &str) -> String {
    answer.pointer(pointer).and_then(serde_json::Value::as_str).expect("the answer has the member").to_owned()
}

/// A pool with one resource server.
pub(crate) fn pool(connection: &mut Connection) -> String {
    let made = call(connection, "CreateUserPool", &serde_json::json!({ "PoolName": "figures" }));
    let pool = text(&made, "/UserPool/Id");
    let scopes: Vec<_> = (0..3)
        .map(|number| serde_json::json!({ "ScopeName": format!("scope{number}"), "ScopeDescription": "one" }))
        .collect();
    let server = serde_json::json!({
        "UserPoolId": pool, "Identifier": "https://api.example.com/orders", "Name": "orders", "Scopes": scopes,
    });
    call(connection, "CreateResourceServer", &server);
    pool
}

/// A client of the pool with two scopes; `flow` says which grant it may use.
pub(crate) fn client(connection: &mut Connection, pool: &str, flow: &str) -> Client {
    let request = serde_json::json!({
        "UserPoolId": pool, "ClientName": "figures", "GenerateSecret": true,
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": [flow],
        "CallbackURLs": if flow == "code" { vec!["https://example.com/callback"] } else { Vec::new() },
        "AllowedOAuthScopes": ["https://api.example.com/orders/scope0", "https://api.example.com/orders/scope1"],
    });
    let made = call(connection, "CreateUserPoolClient", &request);
    let (id, secret) = (text(&made, "/UserPoolClient/ClientId"), text(&made, "/UserPoolClient/ClientSecret"));
    Client { pool: pool.to_owned(), id, secret }
}
