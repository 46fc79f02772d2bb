//! "Sign in as": who gets the list, and what a click does.

use serde_json::json;

use crate::world::{PASSWORD, World, authorize, claims, login};

#[test]
fn one_click_signs_in_without_a_password_and_is_noted() {
    let world = World::with_picker("true");
    let browser = world.browser();
    let page = browser.get(&login(&[]));
    assert!(page.body.contains(r#"<button type="submit" name="signInAs" value="ada">"#), "{}", page.body);
    let answer = browser.fill(&login(&[]), &[("signInAs", "ada")]);
    let trace = world.trace(&answer);
    let steps = trace["steps"].as_array().unwrap();
    let noted = steps.iter().find(|step| step["rule"] == "password-matches").unwrap();
    assert_eq!(noted["outcome"], json!("noted"));
    assert_eq!(noted["remark"], json!("chosen from the list of users: no password was asked"));
    let (_, tokens) = world.exchange("spa", &answer.parameter("code").unwrap(), &[]);
    assert_eq!(claims(tokens["access_token"].as_str().unwrap())["username"], json!("ada"));
    assert!(browser.get(&authorize(&[])).parameter("code").is_some());
}

/// The element of the page that has the focus; there is at most one.
fn focused(page: &str) -> Option<&str> {
    let mut elements = page.split('<').filter(|element| element.contains(" autofocus"));
    let focused = elements.next();
    assert_eq!(elements.next(), None);
    focused.and_then(|element| element.split('"').find(|text| ["username", "password", "signInAs"].contains(text)))
}

#[test]
fn the_form_has_the_focus_unless_the_list_is_in_use() {
    let world = World::with_picker("true");
    let browser = world.browser();
    assert_eq!(focused(&browser.get(&login(&[])).body), Some("username"));
    assert_eq!(focused(&browser.get(&login(&[("find", "be")])).body), None);
    let wrong = browser.fill(&login(&[]), &[("username", "ben"), ("password", "wrong")]);
    assert_eq!(focused(&wrong.body), Some("password"));
    browser.fill(&login(&[]), &[("signInAs", "ben")]);
    assert_eq!(focused(&browser.get(&login(&[])).body), Some("signInAs"));
}

#[test]
fn the_last_one_chosen_comes_first() {
    let world = World::with_picker("true");
    let browser = world.browser();
    browser.fill(&login(&[]), &[("signInAs", "ben")]);
    let page = browser.get(&login(&[]));
    let first = page.body.split(r#"name="signInAs" value=""#).nth(1).unwrap();
    assert!(first.starts_with(r#"ben" autofocus>"#), "{first}");
}

#[test]
fn a_search_finds_by_name_address_or_group_and_keeps_the_request() {
    let world = World::with_picker("true");
    let browser = world.browser();
    let found = |find: &str| {
        let page = browser.get(&format!("{}&find={find}", login(&[])));
        let names = page.body.split(r#"name="signInAs" value=""#).skip(1);
        names.map(|rest| rest.split('"').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("AD"), ["ada"]);
    assert_eq!(found("ben%40example"), ["ben"]);
    assert_eq!(found("admins"), ["ada"]);
    assert!(found("zzz").is_empty());
    let page = browser.get(&format!("{}&find=ada", login(&[])));
    assert!(page.body.contains(r#"<input type="hidden" name="state" value="S">"#), "{}", page.body);
    assert!(!page.body.contains("find=ada"), "the search goes no further: {}", page.body);
}

#[test]
fn where_it_is_off_nobody_can_be_chosen() {
    let world = World::new();
    let browser = world.browser();
    assert!(!browser.get(&login(&[])).body.contains("signInAs"));
    let answer = browser.fill(&login(&[]), &[("signInAs", "ada")]);
    assert_eq!((answer.status, answer.cookie("cognito")), (403, None));
}

#[test]
fn a_page_that_points_its_own_name_here_gets_no_list() {
    let world = World::with_picker("true");
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
    let url = format!("{}{}", world.endpoint(), login(&[]));
    let mut answer = agent.get(&url).header("Host", "evil.example").call().unwrap();
    assert!(!answer.body_mut().read_to_string().unwrap().contains("signInAs"));
}

#[test]
fn who_may_not_sign_in_cannot_be_chosen() {
    let world = World::with_picker("true");
    let browser = world.browser();
    let refused = |username: &str| {
        let answer = browser.fill(&login(&[]), &[("signInAs", username)]);
        assert_eq!(answer.cookie("cognito"), None);
        (answer.status, answer.body.split(r#"role="alert">"#).nth(1).unwrap().split('<').next().unwrap().to_owned())
    };
    assert_eq!(refused("nobody"), (401, "User does not exist.".to_owned()));
    assert_eq!(refused("kim"), (401, "User is not confirmed.".to_owned()));
    world.done("AdminDisableUser", &json!({"UserPoolId": "eu-west-1_Browser01", "Username": "ada"}));
    assert_eq!(refused("ada"), (401, "User is disabled.".to_owned()));
}

#[test]
fn a_password_works_beside_it() {
    let world = World::with_picker("true");
    let answer = world.browser().fill(&login(&[]), &[("username", "ada"), ("password", PASSWORD)]);
    assert!(answer.parameter("code").is_some(), "{answer:?}");
}
