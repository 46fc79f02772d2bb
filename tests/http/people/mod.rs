//! What nobody should send to the endpoints for people: each has its documented answer, and changes nothing.

mod pages;
mod proofs;

use serde_json::{Value, json};

use crate::server::{Reply, Server, at, form, request};

pub(crate) const POOL: &str = "eu-west-1_People001";
pub(crate) const PASSWORD: &str = "Correct-horse-1";
const CALLBACK: &str = "https://app.example.com/cb";

/// Two pools with a user and a client each, and the tokens of `ada`.
pub(crate) struct People {
    pub(crate) server: Server,
    pub(crate) tokens: Value,
}

impl People {
    pub(crate) fn new() -> Self {
        let server = Server::in_memory(&[]);
        let pool = |id: &str, client: &str| {
            json!({
                "id": id,
                "settings": {"AutoVerifiedAttributes": ["email"]},
                "clients": [{
                    "id": client, "allowed_flows": ["code", "implicit"], "callback_urls": [CALLBACK],
                    "allowed_scopes": ["openid", "email", "aws.cognito.signin.user.admin"],
                    "logout_urls": ["https://app.example.com/bye"],
                    "settings": {
                        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                        "PreventUserExistenceErrors": "ENABLED",
                    },
                }],
                "users": [{
                    "username": "ada", "password": PASSWORD,
                    "attributes": {"email": "ada@example.com", "email_verified": "true"},
                }],
            })
        };
        let world = json!({"pools": [pool(POOL, "spa"), pool("eu-west-1_People002", "other")]});
        let seeded = server.send(&request("POST", "/_poolpass/seed", &[], world.to_string().as_bytes()));
        assert_eq!(seeded.code(), 200, "{}", seeded.whole());
        let tokens = sign_in(&server, "spa").done("sign-in");
        Self { server, tokens }
    }

    /// The member of the tokens of `ada`.
    pub(crate) fn token(&self, name: &str) -> &str {
        at(&self.tokens, name).as_str().expect("a token")
    }

    /// An access token of the other pool.
    pub(crate) fn foreign_token(&self) -> String {
        let tokens = sign_in(&self.server, "other").done("sign-in");
        at(&tokens, "/access_token").as_str().expect("a token").to_owned()
    }

    /// Everything about the users.
    fn inventory(&self) -> Value {
        let of_pool = json!({"UserPoolId": POOL});
        let outbox = self.server.send(&request("GET", "/_poolpass/outbox", &[], b""));
        json!([
            self.server.done("ListUsers", &of_pool),
            self.server.done("ListGroups", &of_pool),
            self.server.done("AdminGetUser", &json!({"UserPoolId": POOL, "Username": "ada"})),
            outbox.json(),
        ])
    }

    /// Tries something, after which everything is as it was and everything that `ada` has still works.
    pub(crate) fn unharmed_by(&self, attempt: impl FnOnce(&Self)) {
        let before = self.inventory();
        attempt(self);
        assert_eq!(self.inventory(), before);
        let bearer = format!("Authorization: Bearer {}", self.token("/access_token"));
        let known = self.server.send(&request("GET", "/oauth2/userInfo", &[&bearer], b""));
        assert_eq!(at(&known.json(), "/username"), "ada");
        let body = format!("grant_type=refresh_token&client_id=spa&refresh_token={}", self.token("/refresh_token"));
        let refreshed = self.server.send(&form("/oauth2/token", &[], body.as_bytes()));
        assert_eq!(refreshed.code(), 200, "{}", refreshed.whole());
        assert_eq!(sign_in(&self.server, "spa").code(), 200);
    }
}

/// Signs `ada` in with the password, without a browser.
fn sign_in(server: &Server, client: &str) -> Reply {
    let wanted = json!({"user": "ada", "password": PASSWORD, "client": client});
    server.send(&request("POST", "/_poolpass/sign-in", &[], wanted.to_string().as_bytes()))
}
