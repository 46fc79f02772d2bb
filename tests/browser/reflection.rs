//! Nothing that a request says gets into a page as anything but text.

use crate::world::{PASSWORD, World, query};

const ATTACK: &str = r#""><script>alert(1)</script><img src=x onerror='alert(1)'>"#;

fn is_harmless(body: &str) -> bool {
    !body.contains("<script") && !body.contains("<img") && !body.contains(r#"""><"#) && !body.contains("='alert")
}

#[test]
fn no_parameter_is_reflected_unescaped_by_any_page() {
    let world = World::with_picker("true");
    let names = [
        "state",
        "nonce",
        "login_hint",
        "lang",
        "unknown",
        "notice",
        "find",
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "prompt",
        "resource",
        "error",
        "error_description",
        "user_name",
        "confirmation_code",
        "logout_uri",
        ATTACK,
    ];
    let pages = [
        "/login",
        "/signup",
        "/confirm",
        "/resendcode",
        "/forgotPassword",
        "/confirmforgotPassword",
        "/mfa",
        "/changePassword",
        "/error",
        "/confirmUser",
        "/logout",
        "/oauth2/authorize",
    ];
    for name in names {
        for page in pages {
            let browser = world.browser();
            let answer = browser.get(&format!("{page}?{}", query(&[(name, ATTACK)])));
            assert!(is_harmless(&answer.body), "{page} {name}\n{}", answer.body);
            assert!(!answer.location.contains(['<', '"', '\r', '\n']), "{page} {name}: {}", answer.location);
            if answer.location.starts_with('/') {
                let answer = browser.get(&answer.location);
                assert!(is_harmless(&answer.body), "{page} {name}, then {}", answer.body);
            }
        }
    }
}

#[test]
fn no_field_of_a_form_is_reflected_unescaped() {
    let world = World::with_picker("true");
    let fields = [
        "username",
        "password",
        "code",
        "requiredAttributes[email]",
        "requiredAttributes[\"><script>]",
        "signInAs",
        "authentication_code",
    ];
    for page in ["/login", "/signup", "/confirm", "/resendcode", "/forgotPassword", "/confirmforgotPassword"] {
        for field in fields {
            let browser = world.browser();
            let path = format!("{page}?{}", query(&[]));
            let mut form = vec![("username", "ada"), ("password", PASSWORD), ("code", "123456")];
            form.retain(|(name, _)| *name != field);
            form.push((field, ATTACK));
            let answer = browser.fill(&path, &form);
            assert!(is_harmless(&answer.body), "{page} {field}\n{}", answer.body);
            if answer.location.starts_with('/') {
                let answer = browser.get(&answer.location);
                assert!(is_harmless(&answer.body), "{page} {field}, then {}", answer.body);
            }
        }
    }
}

#[test]
fn a_user_name_of_markup_is_listed_as_text() {
    let world = World::with_picker("true");
    let page = world.browser().get(&format!("/login?{}", query(&[])));
    assert!(page.body.contains("alert(1)") && is_harmless(&page.body), "{}", page.body);
}

#[test]
fn a_cookie_is_not_reflected_unescaped() {
    use base64::Engine as _;
    let world = World::new();
    let encoded = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let quoted = serde_json::to_string(ATTACK).unwrap();
    for challenge in ["SMS_MFA", "SELECT_MFA_TYPE", "MFA_SETUP", "NEW_PASSWORD_REQUIRED", ""] {
        let step = format!(
            r#"{{"client":"spa","username":{quoted},"challenge":"{challenge}","session":{quoted},"destination":{quoted},
            "secret":{quoted},"parameters":{{"MFAS_CAN_CHOOSE":"[\"x\"]","requiredAttributes":"[\"\\\"><script>\"]"}}}}"#
        );
        for page in ["/mfa", "/changePassword", "/confirm", "/resendcode", "/confirmforgotPassword"] {
            let browser = world.browser();
            browser.set("poolpass-step", "/", &encoded(&step));
            browser.set("poolpass-trace", "/", &encoded(ATTACK));
            let answer = browser.get(&format!("{page}?{}", query(&[])));
            assert!(is_harmless(&answer.body), "{page} {challenge}\n{}", answer.body);
        }
    }
}
