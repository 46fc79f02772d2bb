//! What tokens say, by the door that the user came through.

use poolpass::domain::rules::sign_in_rule::SignInRule;
use poolpass::domain::sign_in::Origin;
use poolpass::tokens::TokenFailure;
use serde_json::{Value, json};

use super::world::{API, World, claim, names};

#[test]
fn the_code_grant_gives_three_tokens_in_documented_order() {
    let world = World::start();
    let answer = world.signed_in("web", &["openid", "orders/read"]);
    let tokens: Vec<String> = ["access_token", "id_token", "refresh_token"].map(|name| answer.text(name)).into();
    let expected = format!(
        r#"{{"access_token":"{}","id_token":"{}","refresh_token":"{}","token_type":"Bearer","expires_in":3600}}"#,
        tokens[0], tokens[1], tokens[2]
    );
    assert_eq!(answer.body, expected);
    assert_eq!(
        names(&tokens[0]),
        [
            "sub",
            "cognito:groups",
            "iss",
            "version",
            "client_id",
            "origin_jti",
            "event_id",
            "token_use",
            "scope",
            "auth_time",
            "exp",
            "iat",
            "jti",
            "username"
        ]
    );
    assert_eq!(
        names(&tokens[1]),
        [
            "at_hash",
            "sub",
            "cognito:groups",
            "email_verified",
            "cognito:preferred_role",
            "iss",
            "cognito:username",
            "nonce",
            "origin_jti",
            "cognito:roles",
            "aud",
            "event_id",
            "token_use",
            "auth_time",
            "name",
            "exp",
            "iat",
            "jti",
            "email",
            "custom:team"
        ]
    );
    assert_eq!(claim(&tokens[0], "scope"), "openid orders/read");
    assert_eq!(claim(&tokens[1], "email_verified"), true);
    assert_eq!(claim(&tokens[1], "cognito:groups"), json!(["staff", "admins"]));
    assert_eq!(claim(&tokens[1], "cognito:preferred_role"), "arn:aws:iam::000000000000:role/admins");
    for name in ["event_id", "origin_jti", "auth_time"] {
        assert_eq!(claim(&tokens[0], name), claim(&tokens[1], name), "{name}");
    }
    assert_ne!(claim(&tokens[0], "jti"), claim(&tokens[1], "jti"));
}

#[test]
fn without_openid_there_is_no_id_token() {
    let world = World::start();
    let answer = world.signed_in("web", &["orders/read"]);
    assert_eq!(answer.json()["id_token"], Value::Null);
    assert_eq!(claim(&answer.text("access_token"), "scope"), "orders/read");
}

#[test]
fn a_sign_in_through_the_api_has_its_own_claims() {
    let world = World::start();
    let tokens = world.api("web");
    assert_eq!(
        names(&tokens.access_token),
        [
            "sub",
            "cognito:groups",
            "iss",
            "client_id",
            "origin_jti",
            "event_id",
            "token_use",
            "scope",
            "auth_time",
            "exp",
            "iat",
            "jti",
            "username"
        ]
    );
    assert_eq!(claim(&tokens.access_token, "scope"), API);
    let id = tokens.id_token.unwrap();
    assert_eq!(claim(&id, "at_hash"), Value::Null);
    assert_eq!(claim(&id, "custom:team"), "red");
}

#[test]
fn implicit_tokens_have_no_origin_and_no_refresh_token() {
    let world = World::start();
    let tokens = world.begin(world.tokens(), "web", &["openid", "email"], Origin::Implicit).result.unwrap();
    assert_eq!(tokens.refresh_token, None);
    assert_eq!(
        names(&tokens.access_token),
        [
            "sub",
            "cognito:groups",
            "iss",
            "version",
            "client_id",
            "event_id",
            "token_use",
            "scope",
            "auth_time",
            "exp",
            "iat",
            "jti",
            "username"
        ]
    );
    let id = tokens.id_token.unwrap();
    assert_eq!((claim(&id, "origin_jti"), claim(&id, "name")), (Value::Null, Value::Null));
}

/// The implicit grant has no exchange, where the code grant is judged.
#[test]
fn a_client_that_may_not_read_what_its_scopes_mean_gets_nothing_at_once_either() {
    let world = World::start();
    let begun = |scopes: &[&str]| world.begin(world.tokens(), "narrow", scopes, Origin::Implicit).result;
    let Err(TokenFailure::Refused(rule)) = begun(&["openid", "email"]) else { panic!("tokens were issued") };
    assert_eq!(rule, SignInRule::AttributesReadable.into());
    assert!(begun(&["openid"]).is_ok());
}

#[test]
fn a_client_whose_tokens_cannot_be_revoked_gets_none_with_an_origin() {
    let world = World::start();
    let answer = world.signed_in("fixed", &["openid"]);
    assert_eq!(claim(&answer.text("access_token"), "origin_jti"), Value::Null);
    assert_eq!(world.user_info(&format!("Bearer {}", answer.text("access_token"))).status, 200);
}

#[test]
fn an_id_token_names_the_access_token_that_came_with_it() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let world = World::start();
    let answer = world.signed_in("web", &["openid"]);
    let digest = sha2::Sha256::digest(answer.text("access_token").as_bytes());
    let expected = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&digest[..16]);
    assert_eq!(claim(&answer.text("id_token"), "at_hash"), expected);
}
