//! Access tokens that come back: at userInfo and in the JSON API.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolpass::domain::sign_in::Origin;
use poolpass::tokens::AccessFailure;
use serde_json::json;

use super::world::{API, World, claims};

const INVALID: &str = r#"error="invalid_token", error_description="Access token is expired, disabled, or deleted, or the user has globally signed out.""#;

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[test]
fn user_info_says_everything_as_text_and_by_scope() {
    let world = World::start();
    let info = |scopes: &[&str]| {
        let answer = world.user_info(&bearer(&world.signed_in("web", scopes).text("access_token")));
        assert_eq!(answer.status, 200);
        answer.body
    };
    let sub = "11111111-1111-4111-8111-111111111111";
    assert_eq!(
        info(&["openid"]),
        format!(
            r#"{{"sub":"{sub}","custom:team":"red","email":"ada@example.com","email_verified":"true","name":"Ada Lovelace","username":"ada"}}"#
        )
    );
    assert_eq!(
        info(&["openid", "email"]),
        format!(r#"{{"sub":"{sub}","email":"ada@example.com","email_verified":"true","username":"ada"}}"#)
    );
}

#[test]
fn user_info_refuses_in_the_services_words() {
    let world = World::start();
    let malformed = r#"error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint""#;
    for header in ["Basic eDp5", "Bearer", "Bearer "] {
        let answer = world.user_info(header);
        assert_eq!((answer.status, answer.challenge.as_deref()), (400, Some(malformed)), "{header}");
    }
    let answer = world.user_info("Bearer x");
    assert_eq!((answer.status, answer.challenge.as_deref()), (401, Some(INVALID)));
    let answer = world.user_info(&bearer(&world.api("web").access_token));
    let without = r#"error="invalid_token", error_description="Access token does not contain openid scope""#;
    assert_eq!((answer.status, answer.challenge.as_deref()), (401, Some(without)));
    let token = world.signed_in("web", &["openid"]);
    let answer = world.user_info(&bearer(&token.text("id_token")));
    assert_eq!((answer.status, answer.challenge.as_deref()), (401, Some(INVALID)));
    world.pass(3_600);
    assert_eq!(world.user_info(&bearer(&token.text("access_token"))).challenge.as_deref(), Some(INVALID));
}

#[test]
fn a_forged_or_foreign_token_is_nobodys() {
    let world = World::start();
    let ours = world.api("web").access_token;
    let foreign = world.api("elsewhere").access_token;
    let swapped = |token: &str, from: &str, to: &str| {
        let changed = URL_SAFE_NO_PAD.encode(claims(token).replace(from, to));
        let parts: Vec<&str> = token.split('.').collect();
        format!("{}.{changed}.{}", parts[0], parts[2])
    };
    let none = URL_SAFE_NO_PAD.encode(r#"{"kid":"x","alg":"none"}"#);
    let unsigned = format!("{none}.{}.", ours.split('.').nth(1).unwrap());
    let failure = |token: &str| match world.wait(world.tokens().access(token)) {
        Ok(access) => format!("{} of {}", access.user.username, access.view.pool),
        Err(failure) => format!("{failure:?}"),
    };
    assert_eq!(failure(&ours), "ada of eu-west-1_People001");
    assert_eq!(failure(&foreign), "ada of eu-west-1_Elsewhere");
    assert_eq!(failure(&swapped(&ours, "\"username\":\"ada\"", "\"username\":\"bob\"")), "WrongSignature");
    // Another pool's token that claims to be this pool's.
    let elsewhere = swapped(&foreign, "\"client_id\":\"elsewhere\"", "\"client_id\":\"web\"");
    assert_eq!(failure(&elsewhere), "WrongSignature");
    assert_eq!(failure(&unsigned), "NotAToken");
    for garbage in ["", "x", "a.b.c", "....", ours.split_at(ours.len() - 4).0] {
        assert!(["NotAToken", "WrongSignature"].contains(&failure(garbage).as_str()), "{garbage}");
    }
}

#[test]
fn a_global_sign_out_ends_every_token_of_the_user_and_no_later_one() {
    let world = World::start();
    let (api, browser) = (world.api("web"), world.signed_in("other", &["openid"]));
    world.pass(5);
    assert_eq!(world.call("GlobalSignOut", &json!({ "AccessToken": api.access_token })).told(), (200, "{}"));
    let again = world.refused("GlobalSignOut", &json!({ "AccessToken": api.access_token }));
    assert_eq!(again, ("NotAuthorizedException".to_owned(), "Access Token has been revoked".to_owned()));
    assert_eq!(world.user_info(&bearer(&browser.text("access_token"))).status, 401);
    assert_eq!(world.refresh("other", &browser.text("refresh_token")).status, 400);
    let input = json!({ "ClientId": "web", "RefreshToken": api.refresh_token });
    let revoked = ("NotAuthorizedException".to_owned(), "Refresh Token has been revoked".to_owned());
    assert_eq!(world.refused("GetTokensFromRefreshToken", &input), revoked);
    world.pass(1);
    let later = world.signed_in("other", &["openid"]);
    assert_eq!(world.user_info(&bearer(&later.text("access_token"))).status, 200);
    assert_eq!(world.refresh("other", &later.text("refresh_token")).status, 200);
}

#[test]
fn a_token_without_the_scope_of_the_api_does_not_open_it() {
    let world = World::start();
    let token = world.signed_in("web", &["openid"]).text("access_token");
    let refused = world.refused("GlobalSignOut", &json!({ "AccessToken": token }));
    let expected = ("NotAuthorizedException".to_owned(), "Access Token does not have required scopes".to_owned());
    assert_eq!(refused, expected);
    let token = world.signed_in("web", &["openid", API]).text("access_token");
    assert_eq!(world.call("GlobalSignOut", &json!({ "AccessToken": token })).status, 200);
}

#[test]
fn tokens_of_a_user_do_not_open_a_later_one_of_the_same_name() {
    let world = World::start();
    let tokens = world.api("web");
    world.change("ada", |user| user.sub = "44444444-4444-4444-8444-444444444444".into());
    let gone = ("UserNotFoundException".to_owned(), "User does not exist.".to_owned());
    assert_eq!(world.refused("GlobalSignOut", &json!({ "AccessToken": tokens.access_token })), gone);
    let input = json!({ "ClientId": "web", "RefreshToken": tokens.refresh_token });
    assert_eq!(world.refused("GetTokensFromRefreshToken", &input), gone);
    assert_eq!(world.refresh("web", &tokens.refresh_token.unwrap()).status, 400);
}

#[test]
fn a_disabled_user_and_a_machine_are_let_in_nowhere() {
    let world = World::start();
    let tokens = world.api("web");
    world.change("ada", |user| user.enabled = false);
    let refused = world.refused("GlobalSignOut", &json!({ "AccessToken": tokens.access_token }));
    assert_eq!(refused, ("NotAuthorizedException".to_owned(), "User is disabled.".to_owned()));
    assert_eq!(world.refresh("web", &tokens.refresh_token.unwrap()).status, 400);
    let machine = world.call("GetClientToken", &json!({ "ClientId": "job", "Secret": super::world::SECRET }));
    let token = machine.json()["ClientAuthenticationResult"]["AccessToken"].as_str().unwrap().to_owned();
    let failure = world.wait(world.tokens().access(&token)).map(|access| access.user.username).unwrap_err();
    assert!(matches!(failure, AccessFailure::OfNoUser), "{failure}");
    assert_eq!(world.user_info(&bearer(&token)).challenge.as_deref(), Some(INVALID));
}

#[test]
fn a_retired_key_verifies_nothing_and_a_rotated_one_still_does() {
    let world = World::start();
    let view = world.view("elsewhere");
    let old = world.api("elsewhere").access_token;
    let keys = &world.tokens().keys;
    let rotated = world.wait(keys.rotate(&view.pool)).unwrap();
    assert!(world.wait(world.tokens().access(&old)).is_ok());
    for key in &rotated.keys[..2] {
        world.wait(keys.retire(&view.pool, &key.kid)).unwrap();
    }
    assert!(matches!(world.wait(world.tokens().access(&old)), Err(AccessFailure::WrongSignature)));
}

#[test]
fn an_implicit_token_opens_user_info_until_the_user_signs_out_everywhere() {
    let world = World::start();
    let token = world.begin(world.tokens(), "web", &["openid"], Origin::Implicit).result.unwrap().access_token;
    assert_eq!(world.user_info(&bearer(&token)).status, 200);
    world.pass(1);
    let api = world.api("web").access_token;
    assert_eq!(world.call("GlobalSignOut", &json!({ "AccessToken": api })).status, 200);
    assert_eq!(world.user_info(&bearer(&token)).status, 401);
}
