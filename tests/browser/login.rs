//! `/login`: the form, its headers, and what it answers.

use serde_json::json;

use crate::world::{CALLBACK, PASSWORD, World, authorize, claims, login, query};

#[test]
fn the_form_has_the_names_that_scripts_know() {
    let world = World::new();
    let page = world.browser().get(&login(&[]));
    assert_eq!(page.status, 200);
    for expected in [
        r#"<form name="cognitoSignInForm" method="post" action="/login?response_type=code&#38;client_id=spa"#,
        r#"<input type="hidden" name="_csrf" value=""#,
        r#"<input type="hidden" name="cognitoAsfData" value="">"#,
        r#"<input id="signInFormUsername" name="username" type="text""#,
        r#"<input id="signInFormPassword" name="password" type="password""#,
        r#"name="signInSubmitButton""#,
    ] {
        assert!(page.body.contains(expected), "{expected}\n{}", page.body);
    }
    assert!(!page.body.contains("<script") && !page.body.contains("style="), "{}", page.body);
}

#[test]
fn a_page_loads_only_our_stylesheet_and_is_framed_by_nobody() {
    let world = World::new();
    let browser = world.browser();
    let page = browser.get(&login(&[]));
    let header = |name: &str| page.headers[name].as_str();
    assert_eq!(
        header("content-security-policy"),
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    assert_eq!(header("x-frame-options"), "DENY");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("referrer-policy"), "same-origin");
    assert_eq!(header("content-type"), "text/html;charset=UTF-8");
    assert_eq!(header("cache-control"), "no-cache, no-store, max-age=0, must-revalidate");
    assert!(!page.headers.contains_key("access-control-allow-origin"));
    let path = page.body.split(r#"rel="stylesheet" href=""#).nth(1).unwrap().split('"').next().unwrap();
    let style = browser.get(path);
    assert_eq!((style.status, style.headers["content-type"].as_str()), (200, "text/css; charset=utf-8"));
    assert!(style.headers.contains_key("etag"));
}

#[test]
fn a_good_password_leads_straight_to_the_callback() {
    let world = World::new();
    let browser = world.browser();
    let answer = browser.fill(&login(&[]), &[("username", "ada"), ("password", PASSWORD), ("cognitoAsfData", "")]);
    assert_eq!(answer.status, 302);
    assert!(answer.location.starts_with(&format!("{CALLBACK}?code=")), "{answer:?}");
    let cookie = answer.cookie("cognito").unwrap();
    assert!(cookie.starts_with("cognito=eu-west-1_Browser01."), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax"), "{cookie}");
    let trace = world.trace(&answer);
    assert_eq!(trace["answer"]["scopes"], json!(["openid", "email", "api/read"]));
}

#[test]
fn a_wrong_password_is_answered_with_the_page_and_401() {
    let world = World::new();
    let browser = world.browser();
    for (username, password) in [("ada", "wrong"), ("nobody", PASSWORD), ("ada", ""), ("", "")] {
        let answer = browser.fill(&login(&[]), &[("username", username), ("password", password)]);
        assert_eq!(answer.status, 401, "{username}");
        assert_eq!(answer.cookie("cognito"), None);
        if username == "ada" {
            assert!(answer.body.contains("Incorrect username or password"), "{}", answer.body);
            assert!(answer.body.contains(r#"aria-invalid="true" aria-describedby="problem""#));
            assert!(answer.body.contains(r#"value="ada""#));
        }
    }
}

#[test]
fn a_form_that_is_posted_with_a_scope_that_the_client_lacks_is_a_wrong_method() {
    let world = World::new();
    let browser = world.browser();
    let csrf = browser.get(&login(&[])).csrf();
    let form = [("_csrf", csrf.as_str()), ("username", "ada"), ("password", PASSWORD)];
    let answer = browser.post(&login(&[("scope", "openid nope")]), &form);
    assert_eq!((answer.status, answer.body.as_str(), answer.cookie("cognito")), (405, "", None));
}

#[test]
fn a_scripted_client_needs_only_the_cookie_the_field_and_the_credentials() {
    let world = World::new();
    let first = world.browser();
    let page = first.get(&login(&[]));
    let xsrf = page.cookie("XSRF-TOKEN").unwrap();
    assert!(xsrf.ends_with("; Path=/login; HttpOnly; SameSite=Lax"), "{xsrf}");
    let script = world.browser();
    script.set("XSRF-TOKEN", "/", &first.value("XSRF-TOKEN").unwrap());
    let csrf = page.csrf();
    let form = [("_csrf", csrf.as_str()), ("username", "ada"), ("password", PASSWORD)];
    assert!(script.post(&login(&[]), &form).parameter("code").is_some());
}

#[test]
fn a_form_that_is_sent_twice_gives_two_good_codes() {
    let world = World::new();
    let browser = world.browser();
    let csrf = browser.get(&login(&[])).csrf();
    let form = [("_csrf", csrf.as_str()), ("username", "ada"), ("password", PASSWORD)];
    let codes: Vec<_> = (0..2).map(|_| browser.post(&login(&[]), &form).parameter("code").unwrap()).collect();
    assert_ne!(codes[0], codes[1]);
    for code in codes {
        assert_eq!(world.exchange("spa", &code, &[]).0, 200);
    }
}

#[test]
fn the_time_of_the_sign_in_is_that_of_the_session() {
    let world = World::new();
    let browser = world.browser();
    browser.fill(&login(&[]), &[("username", "ada"), ("password", PASSWORD)]);
    world.clock.advance_millis(600_000);
    let code = browser.get(&authorize(&[])).parameter("code").unwrap();
    let (_, tokens) = world.exchange("spa", &code, &[]);
    let claims = claims(tokens["access_token"].as_str().unwrap());
    assert_eq!((&claims["auth_time"], &claims["iat"]), (&json!(1_790_000_000), &json!(1_790_000_600)));
}

#[test]
fn a_login_hint_fills_in_the_name() {
    let world = World::new();
    let page = world.browser().get(&login(&[("login_hint", "ada"), ("lang", "de")]));
    assert!(page.body.contains(r#"name="username" type="text" value="ada""#), "{}", page.body);
}

#[test]
fn a_client_of_another_pool_has_nothing_to_do_with_this_pools_host() {
    let world = World::new();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
    let url = format!("{}/login?{}", world.endpoint(), query(&[]));
    let host = |name: &str| {
        let answer = agent.get(&url).header("Host", name).call().unwrap();
        (answer.status().as_u16(), answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()))
    };
    assert_eq!(host("shop.auth.eu-west-1.localhost"), (200, None));
    assert_eq!(host("other.auth.eu-west-1.localhost"), (302, Some("/error?error=invalid_request".to_owned())));
}
