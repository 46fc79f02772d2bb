//! Refreshing: what stays, what is replaced, and when it is over.

use serde_json::{Value, json};

use super::world::{SECRET, World, claim};

const INVALID_GRANT: (u16, &str) = (400, r#"{"error":"invalid_grant"}"#);

/// The refresh token of an answer of `GetTokensFromRefreshToken`.
fn replacement(answer: &super::world::Answer) -> String {
    let token = answer.json()["AuthenticationResult"]["RefreshToken"].take();
    token.as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}

fn reused(answer: &super::world::Answer) -> bool {
    answer.body == r#"{"__type":"RefreshTokenReuseException","message":"Refresh token reuse detected"}"#
}

#[test]
fn a_refresh_keeps_what_belongs_to_the_sign_in() {
    let world = World::start();
    let first = world.signed_in("web", &["openid", "orders/read"]);
    world.pass(1_000);
    let second = world.refresh("web", &first.text("refresh_token"));
    assert_eq!(second.status, 200);
    let members: Vec<String> = second.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["access_token", "expires_in", "id_token", "token_type"]);
    let (old, new) = (first.text("access_token"), second.text("access_token"));
    for name in ["sub", "auth_time", "origin_jti", "event_id", "scope", "username"] {
        assert_eq!(claim(&old, name), claim(&new, name), "{name}");
    }
    assert_ne!(claim(&old, "jti"), claim(&new, "jti"));
    assert_eq!(claim(&new, "iat").as_i64(), claim(&old, "iat").as_i64().map(|iat| iat + 1_000));
    assert_eq!(claim(&second.text("id_token"), "nonce"), Value::Null);
}

#[test]
fn the_trace_of_a_good_refresh_names_no_fault() {
    let world = World::start();
    let answer = world.refresh("web", &world.signed_in("web", &["openid"]).text("refresh_token"));
    let trace = world.get(&format!("/_poolpass/traces/{}", answer.id.unwrap())).json();
    let steps = trace["steps"].as_array().unwrap();
    let known = steps.iter().filter(|step| step["rule"] == "refresh-token-known");
    let known: Vec<_> = known.map(|step| (&step["outcome"], &step["remark"])).collect();
    assert_eq!(known, [(&json!("held"), &Value::Null)]);
}

#[test]
fn a_scope_parameter_changes_nothing_at_a_refresh() {
    let world = World::start();
    let first = world.signed_in("web", &["openid"]);
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("refresh_token", &first.text("refresh_token")),
        ("scope", "openid orders/write"),
    ];
    assert_eq!(claim(&world.token(&form).text("access_token"), "scope"), "openid");
}

#[test]
fn a_refresh_token_ends_when_its_client_says() {
    let world = World::start();
    let first = world.signed_in("web", &["openid"]);
    world.pass(30 * 86_400 - 1);
    assert_eq!(world.refresh("web", &first.text("refresh_token")).status, 200);
    world.pass(1);
    assert_eq!(world.refresh("web", &first.text("refresh_token")).told(), INVALID_GRANT);
    let input = json!({ "ClientId": "web", "RefreshToken": first.text("refresh_token") });
    let expected = ("NotAuthorizedException".to_owned(), "Refresh Token has expired".to_owned());
    assert_eq!(world.refused("GetTokensFromRefreshToken", &input), expected);
}

#[test]
fn a_refresh_token_is_of_its_client_pool_and_sign_in_only() {
    let world = World::start();
    let token = world.signed_in("web", &["openid"]).text("refresh_token");
    assert_eq!(world.refresh("other", &token).told(), INVALID_GRANT);
    assert_eq!(world.refresh("elsewhere", &token).told(), INVALID_GRANT);
    let forged = token.replacen(".AAAAAA.", ".AAAAAQ.", 1);
    assert_ne!(forged, token);
    for wrong in [forged.as_str(), "x", "a.b.c.d.e", token.split_at(1).1] {
        assert_eq!(world.refresh("web", wrong).told(), INVALID_GRANT, "{wrong}");
    }
    assert_eq!(world.refresh("web", &token).status, 200);
}

#[test]
fn a_rotated_token_works_again_within_the_grace_period_and_then_only_its_newest_child_does() {
    let world = World::start();
    let first = world.signed_in("rotating", &["openid"]).text("refresh_token");
    let older = replacement(&world.get_tokens("rotating", &first));
    world.pass(59);
    let newest = replacement(&world.get_tokens("rotating", &first));
    assert!(reused(&world.get_tokens("rotating", &older)));
    world.pass(1);
    assert!(reused(&world.get_tokens("rotating", &first)));
    // Nothing else was revoked by the reuse.
    let next = world.refresh("rotating", &newest);
    assert_eq!(next.status, 200);
    assert_ne!(next.text("refresh_token"), newest);
    world.pass(60);
    assert_eq!(world.refresh("rotating", &newest).told(), INVALID_GRANT);
}

#[test]
fn a_replacement_ends_when_the_first_token_would_have() {
    let world = World::start();
    let first = world.signed_in("rotating", &["openid"]).text("refresh_token");
    world.pass(30 * 86_400 - 1);
    let second = replacement(&world.get_tokens("rotating", &first));
    world.pass(1);
    assert_eq!(world.refresh("rotating", &second).told(), INVALID_GRANT);
}

#[test]
fn of_parallel_refreshes_without_grace_one_wins() {
    let world = World::start();
    let settings = json!({
        "UserPoolId": super::world::POOL, "ClientId": "rotating", "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"],
        "CallbackURLs": [super::world::CALLBACK], "RefreshTokenRotation": { "Feature": "ENABLED" },
    });
    assert_eq!(world.call("UpdateUserPoolClient", &settings).status, 200);
    let token = world.signed_in("rotating", &["openid"]).text("refresh_token");
    let mut answers: Vec<_> = std::thread::scope(|scope| {
        let refresh = |_| scope.spawn(|| world_refresh(&world, &token));
        let running: Vec<_> = (0..6).map(refresh).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    answers.sort_unstable();
    assert_eq!(answers, [200, 400, 400, 400, 400, 400]);
}

fn world_refresh(world: &World, token: &str) -> u16 {
    world.refresh("rotating", token).status
}

#[test]
fn without_rotation_the_api_returns_no_refresh_token() {
    let world = World::start();
    let token = world.api("web").refresh_token.unwrap();
    let result = world.get_tokens("web", &token).json()["AuthenticationResult"].take();
    let members: Vec<&String> = result.as_object().unwrap().keys().collect();
    assert_eq!(members, ["AccessToken", "ExpiresIn", "IdToken", "TokenType"]);
    assert_eq!(claim(result["AccessToken"].as_str().unwrap(), "scope"), super::world::API);
}

#[test]
fn the_api_wants_the_clients_secret() {
    let world = World::start();
    let token = world.signed_in_backend();
    let with = |secret: Value| json!({ "ClientId": "backend", "RefreshToken": token, "ClientSecret": secret });
    let wrong = world.refused("GetTokensFromRefreshToken", &with(json!("another_secret_of_24_chars")));
    let expected = ("NotAuthorizedException", "Unable to verify secret for client backend");
    assert_eq!((wrong.0.as_str(), wrong.1.as_str()), expected);
    assert_eq!(world.call("GetTokensFromRefreshToken", &with(json!(SECRET))).status, 200);
    let unknown = world.refused("GetTokensFromRefreshToken", &json!({ "ClientId": "nobody", "RefreshToken": token }));
    assert_eq!(unknown.0, "ResourceNotFoundException");
}

#[test]
fn revoking_the_newest_or_the_first_token_ends_everything_and_one_between_nothing() {
    let world = World::start();
    for (revoked, ends) in [(0, true), (1, false), (2, true)] {
        let answer = world.signed_in("rotating", &["openid"]);
        let mut line = vec![answer.text("refresh_token")];
        for _ in 0..2 {
            line.push(replacement(&world.get_tokens("rotating", line.last().unwrap())));
        }
        let form = [("token", line[revoked].as_str()), ("client_id", "rotating")];
        assert_eq!(world.post("/oauth2/revoke", None, &form).told(), (200, ""));
        let access = format!("Bearer {}", answer.text("access_token"));
        assert_eq!(world.user_info(&access).status, if ends { 401 } else { 200 }, "{revoked}");
        assert_eq!(world.refresh("rotating", &line[2]).status, if ends { 400 } else { 200 }, "{revoked}");
    }
}

impl World {
    fn signed_in_backend(&self) -> String {
        let code = self.code("backend", &["openid"], None);
        let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", super::world::CALLBACK)];
        self.post("/oauth2/token", Some(("backend", SECRET)), &form).text("refresh_token")
    }

    fn revoke_backend(&self, basic: Option<(&str, &str)>, form: &[(&str, &str)]) -> (u16, String) {
        let answer = self.post("/oauth2/revoke", basic, form);
        (answer.status, answer.body)
    }
}

#[test]
fn the_revocation_endpoint_wants_basic_from_a_client_with_a_secret() {
    let world = World::start();
    let token = world.signed_in_backend();
    let in_form = [("token", token.as_str()), ("client_id", "backend"), ("client_secret", SECRET)];
    let unproven = (401, r#"{"error":"invalid_client"}"#.to_owned());
    assert_eq!(world.revoke_backend(None, &in_form), unproven);
    assert_eq!(world.revoke_backend(Some(("backend", "wrong")), &in_form[..1]), unproven);
    assert_eq!(world.revoke_backend(None, &[("token", &token), ("client_id", "nobody")]), unproven);
    let missing = (400, r#"{"error":"invalid_request"}"#.to_owned());
    assert_eq!(world.revoke_backend(Some(("backend", SECRET)), &[]), missing);
    for _again in 0..2 {
        assert_eq!(world.revoke_backend(Some(("backend", SECRET)), &in_form[..1]), (200, String::new()));
    }
    let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    assert_eq!(world.post("/oauth2/token", Some(("backend", SECRET)), &form).told(), INVALID_GRANT);
}

#[test]
fn only_refresh_tokens_of_clients_that_allow_it_are_revoked() {
    let world = World::start();
    let answer = world.signed_in("web", &["openid"]);
    for name in ["access_token", "id_token"] {
        let form = [("token", &*answer.text(name)), ("client_id", "web")];
        let refused = world.revoke_backend(None, &form);
        assert_eq!(refused, (400, r#"{"error":"unsupported_token_type"}"#.to_owned()));
        let input = json!({ "ClientId": "web", "Token": answer.text(name) });
        assert_eq!(world.refused("RevokeToken", &input).0, "UnsupportedTokenTypeException");
    }
    let fixed = world.signed_in("fixed", &["openid"]).text("refresh_token");
    let form = [("token", fixed.as_str()), ("client_id", "fixed")];
    assert_eq!(world.revoke_backend(None, &form), (400, r#"{"error":"invalid_request"}"#.to_owned()));
    let input = json!({ "ClientId": "fixed", "Token": fixed });
    assert_eq!(world.refused("RevokeToken", &input).0, "UnsupportedOperationException");
    for token in ["never-issued", fixed.as_str(), "a.b.c.d.e"] {
        let answer = world.call("RevokeToken", &json!({ "ClientId": "web", "Token": token }));
        assert_eq!(answer.told(), (200, "{}"), "{token}");
    }
    assert_eq!(world.refresh("fixed", &fixed).status, 200);
    let wrong = json!({ "ClientId": "backend", "Token": "x", "ClientSecret": "another_secret_of_24_chars" });
    assert_eq!(world.refused("RevokeToken", &wrong).0, "UnauthorizedException");
}
