//! `/logout`: the forms it takes, and that it sends nobody elsewhere.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html>

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::client::Browser;
use crate::world::{CALLBACK, PASSWORD, World, authorize, login};

const BYE: &str = "https://app.example.com/bye";

fn signed_in(world: &World) -> Browser {
    let browser = world.browser();
    browser.fill(&login(&[]), &[("username", "ada"), ("password", PASSWORD)]);
    browser
}

#[test]
fn a_registered_url_is_redirected_to_exactly() {
    let world = World::new();
    let browser = signed_in(&world);
    let answer = browser.get(&format!("/logout?client_id=spa&logout_uri={BYE}&redirect_uri=x&response_type=code"));
    assert_eq!(answer.to(), (302, BYE));
    assert_eq!(answer.cookie("cognito"), Some("cognito=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
    assert_eq!(browser.get(&authorize(&[])).location, login(&[]));
}

#[test]
fn a_session_is_over_on_the_server_too() {
    let world = World::new();
    let browser = signed_in(&world);
    let cookie = browser.value("cognito").unwrap();
    browser.get(&format!("/logout?client_id=spa&logout_uri={BYE}"));
    browser.set("cognito", "/", &cookie);
    assert_eq!(browser.get(&authorize(&[])).location, login(&[]));
}

#[test]
fn another_user_can_sign_in_with_the_parameters_of_a_sign_in() {
    let world = World::new();
    let browser = signed_in(&world);
    let asked = format!("client_id=spa&response_type=code&state=S&redirect_uri={CALLBACK}");
    let answer = browser.get(&format!("/logout?{asked}"));
    let expected = format!("/login?{asked}&scope=openid+email+api%2Fread");
    assert_eq!(answer.to(), (302, expected.as_str()));
    assert_eq!(browser.get(&answer.location).status, 200);
    let answer = browser.get(&format!("/logout?{asked}&scope=openid"));
    assert_eq!(answer.location, format!("/login?{asked}&scope=openid"));
}

#[test]
fn an_unregistered_url_is_not_redirected_to() {
    let world = World::new();
    for uri in
        ["https://evil.example/", "//evil.example", "https://app.example.com/bye/", "https://APP.example.com/bye"]
    {
        let browser = signed_in(&world);
        let query = format!("client_id=spa&logout_uri={uri}");
        let answer = browser.get(&format!("/logout?{query}"));
        assert_eq!(answer.to(), (302, format!("/login?{query}").as_str()), "{uri}");
        let next = browser.get(&answer.location);
        assert_eq!(next.to(), (400, ""), "{uri}");
        assert!(next.body.contains("An error was encountered with the requested page."), "{}", next.body);
        let answer = browser.get(&format!("/logout?client_id=spa&post_logout_redirect_uri={uri}"));
        assert_eq!(answer.to(), (302, "/error?error=redirect_mismatch&client_id=spa"), "{uri}");
    }
}

#[test]
fn the_page_after_a_refused_logout_says_which_url_was_not_registered() {
    let world = World::new();
    let browser = signed_in(&world);
    let answer = browser.get("/logout?client_id=spa&logout_uri=https://app.example.com/Bye");
    let cause = "the request names the logout URL `https://app.example.com/Bye`, the most similar registered one is \
                 `https://app.example.com/bye`; they differ from character 25 on: register it \
                 in LogoutURLs of client `spa`, or send the registered one";
    assert_eq!(world.trace(&answer)["cause"], cause);
    let page = browser.get(&answer.location).body.replace("&#x60;", "`").replace("&#96;", "`");
    assert!(page.contains(cause), "{page}");
}

#[test]
fn a_page_to_sign_in_on_takes_no_notice_of_a_logout_url() {
    let world = World::new();
    let browser = world.browser();
    assert_eq!(browser.get(&login(&[("logout_uri", BYE)])).status, 200);
    let answer = browser.get("/login?client_id=spa");
    assert_eq!(answer.to(), (302, "/error?client_id=spa"));
    let answer = browser.get(&format!("/login?client_id=nobody&logout_uri={BYE}"));
    assert_eq!(answer.to(), (302, "/error?error=invalid_request"));
}

#[test]
fn without_anything_usable_the_missing_parameter_is_named() {
    let world = World::new();
    let answer = world.browser().get("/logout?client_id=spa");
    assert_eq!(answer.to(), (302, "/error?client_id=spa"));
    assert_eq!(world.browser().get("/logout").to(), (302, "/error?"));
    assert_eq!(world.browser().get("/logout?client_id=nobody").to(), (302, "/error?error=invalid_request"));
}

#[test]
fn the_openid_connect_form_works_too() {
    let world = World::new();
    let hint = format!("x.{}.x", URL_SAFE_NO_PAD.encode(r#"{"aud":"spa"}"#));
    let browser = signed_in(&world);
    let answer = browser.get(&format!("/logout?id_token_hint={hint}&post_logout_redirect_uri={BYE}&state=a%20b"));
    assert_eq!(answer.to(), (302, format!("{BYE}?state=a+b").as_str()));
    assert_eq!(browser.get(&authorize(&[])).location, login(&[]));
    let answer = world.browser().get(&format!("/logout?client_id=spa&post_logout_redirect_uri={BYE}?x%3D1&state=s"));
    assert_eq!(answer.to(), (302, format!("{BYE}?x=1&state=s").as_str()));
}
