//! No form is taken that our own page did not send.

use crate::client::Browser;
use crate::world::{PASSWORD, World, query};

const FORMS: [&str; 8] = [
    "/login",
    "/signup",
    "/confirm",
    "/resendcode",
    "/forgotPassword",
    "/confirmforgotPassword",
    "/mfa",
    "/changePassword",
];

/// A form that would do what it says on any of the pages.
fn form(csrf: &str) -> Vec<(&str, &str)> {
    vec![
        ("_csrf", csrf),
        ("username", "ada"),
        ("password", PASSWORD),
        ("code", "123456"),
        ("signInAs", "ada"),
        ("requiredAttributes[email]", "new@example.com"),
    ]
}

/// Whether the form is turned away: by its page again, or, where a page stands for a step, back to the beginning.
fn is_turned_away(browser: &Browser, path: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> bool {
    let answer = browser.post_with(path, form, headers);
    let steps = path.starts_with("/mfa") || path.starts_with("/changePassword");
    let begins_again = steps && answer.status == 302 && answer.location.ends_with("notice=expired");
    assert_eq!(answer.cookie("cognito"), None, "{path}");
    begins_again || (answer.status == 403 && answer.body.contains("This page was out of date. Please try again."))
}

#[test]
fn a_form_without_its_token_or_with_another_is_turned_away() {
    let world = World::with_picker("true");
    for path in FORMS.map(|path| format!("{path}?{}", query(&[]))) {
        let browser = world.browser();
        assert!(is_turned_away(&browser, &path, &form("x"), &[]), "{path}: no cookie");
        if path.starts_with("/mfa") || path.starts_with("/changePassword") {
            continue;
        }
        let csrf = browser.get(&path).csrf();
        assert!(is_turned_away(&browser, &path, &form(""), &[]), "{path}: no field");
        let other = world.browser().get(&path).csrf();
        assert!(is_turned_away(&browser, &path, &form(&other), &[]), "{path}: another browser's field");
        assert!(is_turned_away(&browser, &path, &form(&csrf), &[]), "{path}: the field of an older page");
    }
}

#[test]
fn a_form_that_names_another_origin_is_turned_away() {
    let world = World::with_picker("true");
    let browser = world.browser();
    let path = format!("/login?{}", query(&[]));
    let host = world.endpoint().trim_start_matches("http://").to_owned();
    let foreign = [
        "null",
        "https://evil.example",
        "http://localhost",
        &format!("https://{host}"),
        &format!("http://{host}.evil.example"),
    ];
    for origin in foreign {
        let csrf = browser.get(&path).csrf();
        assert!(is_turned_away(&browser, &path, &form(&csrf), &[("Origin", origin)]), "{origin}");
    }
    let csrf = browser.get(&path).csrf();
    let answer = browser.post_with(&path, &form(&csrf), &[("Origin", world.endpoint())]);
    assert!(answer.parameter("code").is_some(), "{answer:?}");
}

#[test]
fn a_step_is_not_taken_from_a_forged_form() {
    let world = World::new();
    for (username, page) in [("grace", "/mfa"), ("noor", "/changePassword")] {
        let browser = world.browser();
        let answer = browser.fill(&format!("/login?{}", query(&[])), &[("username", username), ("password", PASSWORD)]);
        assert_eq!(answer.to(), (302, format!("{page}?{}", query(&[])).as_str()));
        let form = [("_csrf", "x"), ("authentication_code", "123456"), ("password", "Another-horse-2")];
        assert!(is_turned_away(&browser, &answer.location, &form, &[]), "{page}");
    }
}

#[test]
fn an_oversized_form_is_not_read() {
    let world = World::new();
    let long = "a".repeat(70_000);
    let answer = world.browser().post(&format!("/login?{}", query(&[])), &[("username", &long)]);
    assert_eq!((answer.status, answer.body.as_str()), (413, ""));
}
