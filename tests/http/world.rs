//! A server with one pool, one API and one machine client, and what must still be so after a test has tried its worst.

use serde_json::{Value, json};

use crate::server::{Reply, Server, at, form};

pub(crate) const SECRET: &str = "the_secret_of_the_machine_client";

/// The server and what is on it.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) pool: String,
    pub(crate) client: String,
}

impl World {
    pub(crate) fn new(flags: &[&str]) -> Self {
        let server = Server::in_memory(flags);
        let pool = server.done("CreateUserPool", &json!({"PoolName": "shop"}));
        let text = |value: &Value| value.as_str().expect("an id is a string").to_owned();
        let pool = text(at(&pool, "/UserPool/Id"));
        let scope = |name: &str| json!({"ScopeName": name, "ScopeDescription": name});
        server.done(
            "CreateResourceServer",
            &json!({
                "UserPoolId": pool, "Identifier": "https://api.example.com", "Name": "orders",
                "Scopes": [scope("read"), scope("write")],
            }),
        );
        let input = json!({
            "UserPoolId": pool, "ClientName": "machine", "ClientSecret": SECRET,
            "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["client_credentials"],
            "AllowedOAuthScopes": ["https://api.example.com/read", "https://api.example.com/write"],
        });
        let client = server.done("CreateUserPoolClient", &input);
        let client = text(at(&client, "/UserPoolClient/ClientId"));
        Self { server, pool, client }
    }

    /// The credentials of the machine client, as form parameters.
    pub(crate) fn credentials(&self) -> String {
        format!("grant_type=client_credentials&client_id={}&client_secret={SECRET}", self.client)
    }

    /// Sends a form to the token endpoint.
    pub(crate) fn token(&self, body: &str) -> Reply {
        self.server.send(&form("/oauth2/token", &[], body.as_bytes()))
    }

    /// Everything that exists, as the API describes it.
    pub(crate) fn inventory(&self) -> Value {
        let of_pool = json!({"UserPoolId": self.pool});
        let client = json!({"UserPoolId": self.pool, "ClientId": self.client});
        json!([
            self.server.done("ListUserPools", &json!({"MaxResults": 60})),
            self.server.done("DescribeUserPool", &of_pool),
            self.server.done("ListUserPoolClients", &of_pool),
            self.server.done("DescribeUserPoolClient", &client),
            self.server.done("ListUserPoolClientSecrets", &client),
            self.server.done("ListResourceServers", &of_pool),
        ])
    }

    /// Tries something, after which everything is as it was and the server still issues tokens.
    pub(crate) fn unharmed_by(&self, attempt: impl FnOnce(&Self)) {
        let before = self.inventory();
        attempt(self);
        assert_eq!(self.inventory(), before);
        let reply = self.token(&self.credentials());
        assert_eq!(reply.code(), 200, "{}", reply.whole());
    }
}
