//! The browser's session: one hour, one pool, one user, and a token that nobody could have planted.

use serde_json::json;

use crate::client::Browser;
use crate::world::{PASSWORD, World, authorize, login};

const POOL: &str = "eu-west-1_Browser01";
const OTHER: [(&str, &str); 1] = [("client_id", "otherspa")];

fn sign_in(world: &World) -> Browser {
    let browser = world.browser();
    let answer = browser.fill(&login(&[]), &[("username", "ada"), ("password", PASSWORD)]);
    assert!(answer.parameter("code").is_some(), "{answer:?}");
    browser
}

fn is_signed_in(browser: &Browser, parameters: &[(&str, &str)]) -> bool {
    let answer = browser.get(&authorize(parameters));
    assert_eq!(answer.status, 302);
    answer.parameter("code").is_some()
}

#[test]
fn a_session_ends_an_hour_after_the_sign_in_however_it_is_used() {
    let world = World::new();
    let browser = sign_in(&world);
    for _ in 0..5 {
        world.clock.advance_millis(600_000);
        assert!(is_signed_in(&browser, &[]));
    }
    world.clock.advance_millis(599_999);
    assert!(is_signed_in(&browser, &[]));
    world.clock.advance_millis(1);
    assert!(!is_signed_in(&browser, &[]));
}

#[test]
fn a_planted_token_is_replaced_by_a_new_one() {
    let world = World::new();
    let (attacker, victim) = (sign_in(&world), world.browser());
    let planted = attacker.value("cognito").unwrap();
    victim.set("cognito", "/", &planted);
    victim.fill(&login(&[]), &[("username", "ben"), ("password", PASSWORD)]);
    assert_ne!(victim.value("cognito").unwrap(), planted);
    assert!(is_signed_in(&victim, &[]));
    assert!(!is_signed_in(&attacker, &[]), "the planted token is worth nothing any more");
    // A token of the attacker's own making is no session at all, before and after.
    let invented = format!("{POOL}.{}", "A".repeat(43));
    let (attacker, victim) = (world.browser(), world.browser());
    attacker.set("cognito", "/", &invented);
    victim.set("cognito", "/", &invented);
    victim.fill(&login(&[]), &[("username", "ben"), ("password", PASSWORD)]);
    assert!(!is_signed_in(&attacker, &[]));
}

#[test]
fn every_sign_in_has_a_token_of_its_own() {
    let world = World::new();
    let browser = sign_in(&world);
    let first = browser.value("cognito").unwrap();
    browser.fill(&login(&[]), &[("username", "ada"), ("password", PASSWORD)]);
    assert_ne!(browser.value("cognito").unwrap(), first);
}

#[test]
fn a_session_of_one_pool_is_none_of_another() {
    let world = World::new();
    let browser = sign_in(&world);
    assert!(!is_signed_in(&browser, &OTHER));
    // Not even if the cookie says so.
    let token = browser.value("cognito").unwrap().split_once('.').unwrap().1.to_owned();
    let forger = world.browser();
    forger.set("cognito", "/", &format!("eu-west-1_Browser02.{token}"));
    assert!(!is_signed_in(&forger, &OTHER));
    // One browser can be signed in to both, and signed out of one.
    let answer = browser.fill(&login(&OTHER), &[("username", "ada"), ("password", PASSWORD)]);
    assert!(answer.parameter("code").is_some(), "{answer:?}");
    assert!(is_signed_in(&browser, &[]) && is_signed_in(&browser, &OTHER));
    browser.get("/logout?client_id=spa&logout_uri=https://app.example.com/bye");
    assert!(!is_signed_in(&browser, &[]) && is_signed_in(&browser, &OTHER));
}

#[test]
fn a_session_ends_with_its_user() {
    let ends = |operation: &str| {
        let world = World::new();
        let browser = sign_in(&world);
        world.clock.advance_millis(1);
        let ada = json!({"UserPoolId": POOL, "Username": "ada"});
        world.done(operation, &ada);
        if operation == "AdminDeleteUser" {
            let again = json!({"UserPoolId": POOL, "Username": "ada", "TemporaryPassword": PASSWORD});
            world.done("AdminCreateUser", &again);
        }
        !is_signed_in(&browser, &[])
    };
    for operation in ["AdminDisableUser", "AdminDeleteUser"] {
        assert!(ends(operation), "{operation}");
    }
    assert!(!ends("AdminUserGlobalSignOut"), "a global sign-out ends tokens, not the browser's session");
}

#[test]
fn a_global_sign_out_ends_the_tokens_and_leaves_the_session() {
    let world = World::new();
    let browser = sign_in(&world);
    let before = refresh_token(&world, &browser);
    world.clock.advance_millis(1);
    world.done("AdminUserGlobalSignOut", &json!({ "UserPoolId": POOL, "Username": "ada" }));
    world.clock.advance_millis(1);
    let after = refresh_token(&world, &browser);
    assert_eq!((refreshed(&world, &before), refreshed(&world, &after)), (400, 200));
}

/// The status of a refresh.
fn refreshed(world: &World, token: &serde_json::Value) -> u16 {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let form = [("grant_type", "refresh_token"), ("client_id", "spa"), ("refresh_token", token.as_str().unwrap())];
    agent.post(format!("{}/oauth2/token", world.endpoint())).send_form(form).unwrap().status().as_u16()
}

/// A refresh token of another sign-in through the browser's session.
fn refresh_token(world: &World, browser: &Browser) -> serde_json::Value {
    let code = browser.get(&authorize(&[])).parameter("code").unwrap();
    world.exchange("spa", &code, &[]).1["refresh_token"].clone()
}

#[test]
fn other_cookies_of_this_machine_do_no_harm() {
    let world = World::new();
    let browser = sign_in(&world);
    browser.set("XSRF-TOKEN", "/", "of another program");
    browser.set("cognito-other", "/", "x");
    assert!(is_signed_in(&browser, &[]));
    let answer = browser.fill(&login(&[]), &[("username", "ben"), ("password", PASSWORD)]);
    assert!(answer.parameter("code").is_some(), "{answer:?}");
}

#[test]
fn revoking_a_token_signs_the_browser_out_as_well_if_that_is_asked_for() {
    let world = World::new();
    let browser = sign_in(&world);
    let other = sign_in(&world);
    for sessions in [json!(null), json!("NONE")] {
        let asked = json!({ "ClientId": "spa", "Token": refresh_token(&world, &browser), "RevokeAssociatedSessions": sessions });
        assert_eq!(world.done("RevokeToken", &asked), json!({}));
        assert!(is_signed_in(&browser, &[]), "{sessions}");
    }
    // One that is revoked already still leads to its session, and what else came through that lives on.
    let [token, sibling] = [(); 2].map(|()| refresh_token(&world, &browser));
    let linked = json!({ "ClientId": "spa", "Token": token, "RevokeAssociatedSessions": "LINKED" });
    world.done("RevokeToken", &json!({ "ClientId": "spa", "Token": token }));
    assert_eq!(world.done("RevokeToken", &linked), json!({}));
    assert!(!is_signed_in(&browser, &[]));
    assert!(is_signed_in(&other, &[]));
    assert_eq!(refreshed(&world, &sibling), 200);
}
