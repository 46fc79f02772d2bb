//! Sign-ins of more than one page: second factors, temporary passwords, confirmation, and what ends them.

use poolpass::domain::secret::Secret;
use poolpass::domain::totp;
use poolpass::effects::Clock as _;

use crate::client::{Answer, Browser};
use crate::world::{PASSWORD, TOTP, World, login, query};

fn begin(browser: &Browser, username: &str) -> Answer {
    browser.fill(&login(&[]), &[("username", username), ("password", PASSWORD)])
}

fn to(path: &str) -> String {
    format!("{path}?{}", query(&[]))
}

fn code(world: &World) -> String {
    totp::code_at(&Secret::new(TOTP), world.clock.now()).unwrap()
}

#[test]
fn a_second_factor_is_asked_for_and_leads_to_the_callback() {
    let world = World::new();
    let browser = world.browser();
    let answer = begin(&browser, "grace");
    assert_eq!(answer.to(), (302, to("/mfa").as_str()));
    assert_eq!(answer.cookie("cognito"), None, "a password alone is no session");
    let wrong = browser.fill(&to("/mfa"), &[("authentication_code", "000000")]);
    assert_eq!(wrong.status, 401);
    assert!(wrong.body.contains("Invalid code received for user"), "{}", wrong.body);
    let answer = browser.fill(&to("/mfa"), &[("authentication_code", &code(&world))]);
    assert!(answer.parameter("code").is_some(), "{answer:?}");
    assert!(answer.cookie("poolpass-step").unwrap().contains("Max-Age=0"));
}

#[test]
fn a_step_is_told_to_its_own_page_and_to_no_other_program_of_this_host() {
    let world = World::new();
    let browser = world.browser();
    let answer = begin(&browser, "grace");
    let step: Vec<_> = answer.cookies.iter().filter(|cookie| cookie.starts_with("poolpass-step=")).collect();
    assert_eq!(step.len(), 1, "{step:?}");
    assert!(step[0].contains("; Path=/mfa; "), "{step:?}");
}

#[test]
fn a_page_that_waits_for_a_code_says_where_it_is() {
    let world = World::new();
    let browser = world.browser();
    let answer = browser.fill(&to("/forgotPassword"), &[("username", "ada")]);
    assert_eq!(answer.status, 302, "{answer:?}");
    let page = browser.get(&answer.location);
    assert!(page.body.contains("<code>poolpass outbox --code</code>"), "{}", page.body);
    assert!(!browser.get(&to("/forgotPassword")).body.contains("poolpass outbox"));
}

#[test]
fn pages_are_not_for_names_that_strangers_could_point_here() {
    let world = World::new();
    let browser = world.browser();
    for page in ["/login", "/signup", "/forgotPassword"] {
        let answer = browser.get_with(&to(page), &[("Host", "evil.example")]);
        assert_eq!(answer.status, 403, "{page}");
        assert!(answer.body.contains("`evil.example`"), "{}", answer.body);
        assert_eq!(browser.get_with(&to(page), &[("Host", "pool.localhost:7665")]).status, 200, "{page}");
    }
    let csrf = browser.get(&login(&[])).csrf();
    let form = [("_csrf", csrf.as_str()), ("username", "ada"), ("password", PASSWORD)];
    assert_eq!(browser.post_with(&login(&[]), &form, &[("Host", "evil.example")]).status, 403);
}

#[test]
fn a_step_of_another_client_or_without_a_beginning_goes_back_to_signing_in() {
    let world = World::new();
    let browser = world.browser();
    begin(&browser, "grace");
    let elsewhere = query(&[("client_id", "codeonly")]);
    let answer = browser.get(&format!("/mfa?{elsewhere}"));
    assert_eq!(answer.to(), (302, format!("/login?{elsewhere}&notice=expired").as_str()));
    for page in ["/mfa", "/changePassword"] {
        let answer = world.browser().get(&to(page));
        assert_eq!(answer.to(), (302, format!("{}&notice=expired", to("/login")).as_str()));
    }
}

#[test]
fn a_sign_in_that_took_too_long_begins_again_with_a_word_on_it() {
    let world = World::new();
    let browser = world.browser();
    begin(&browser, "grace");
    let csrf = browser.get(&to("/mfa")).csrf();
    world.clock.advance_millis(181_000);
    let answer = browser.post(&to("/mfa"), &[("_csrf", &csrf), ("authentication_code", &code(&world))]);
    assert_eq!(answer.to(), (302, format!("{}&notice=expired", to("/login")).as_str()));
    let page = browser.get(&answer.location);
    assert!(page.body.contains("Your sign-in took too long. Please begin again."), "{}", page.body);
    // The word goes no further than this page.
    assert!(!page.body.contains("notice=expired"), "{}", page.body);
}

#[test]
fn a_temporary_password_must_be_replaced() {
    let world = World::new();
    let browser = world.browser();
    assert_eq!(begin(&browser, "noor").to(), (302, to("/changePassword").as_str()));
    let weak = browser.fill(&to("/changePassword"), &[("password", "short")]);
    assert_eq!(weak.status, 401);
    assert!(weak.body.contains("Password not long enough"), "{}", weak.body);
    let answer = browser.fill(&to("/changePassword"), &[("password", "Another-horse-2")]);
    assert!(answer.parameter("code").is_some(), "{answer:?}");
    let again = world.browser().fill(&login(&[]), &[("username", "noor"), ("password", "Another-horse-2")]);
    assert!(again.parameter("code").is_some(), "{again:?}");
}

#[test]
fn a_new_password_or_an_attribute_beyond_its_bounds_is_refused_and_can_be_mended() {
    let world = World::new();
    let browser = world.browser();
    begin(&browser, "noor");
    let (long, long_name) = (format!("A1-a{}", "a".repeat(253)), "n".repeat(2_049));
    let good = ("password", "Another-horse-2");
    for form in [&[("password", long.as_str())][..], &[good, ("requiredAttributes[name]", &long_name)]] {
        let refused = browser.fill(&to("/changePassword"), form);
        assert_eq!(refused.status, 400);
        assert!(refused.body.contains("One of the values is too long or no text."), "{}", refused.body);
    }
    let none = browser.fill(&to("/changePassword"), &[("password", "")]);
    assert_eq!((none.status, none.body.contains("Enter a password.")), (400, true), "{}", none.body);
    let answer = browser.fill(&to("/changePassword"), &[good, ("cognitoAsfData", &"a".repeat(9_000))]);
    assert!(answer.parameter("code").is_some(), "what no page reads is no matter: {answer:?}");
}

#[test]
fn a_code_that_is_missing_or_too_long_costs_no_attempt() {
    let world = World::new();
    let browser = world.browser();
    begin(&browser, "grace");
    for (sent, told) in [("  ".to_owned(), "Enter the code."), ("1".repeat(2_049), "One of the values is too long")] {
        for _ in 0..8 {
            let refused = browser.fill(&to("/mfa"), &[("authentication_code", &sent)]);
            assert_eq!((refused.status, refused.body.contains(told)), (400, true), "{}", refused.body);
        }
    }
    let answer = browser.fill(&to("/mfa"), &[("authentication_code", &code(&world))]);
    assert!(answer.parameter("code").is_some(), "{answer:?}");
}

#[test]
fn a_code_for_no_name_is_neither_sent_nor_waited_for() {
    let world = World::new();
    let browser = world.browser();
    for page in ["/forgotPassword", "/resendcode"] {
        for name in ["", "a b"] {
            let refused = browser.fill(&to(page), &[("username", name)]);
            assert_eq!(refused.status, 400, "{page} {name}");
            assert!(refused.body.contains("Enter a name without blanks."), "{page} {name}: {}", refused.body);
        }
    }
    let confirmed = [("username", ""), ("code", "000000"), ("password", "Another-horse-2")];
    for page in ["/confirm", "/confirmforgotPassword"] {
        let refused = browser.fill(&to(page), &confirmed);
        assert_eq!(refused.status, 400, "{page}");
        assert!(refused.body.contains("Enter a name without blanks."), "{page}: {}", refused.body);
    }
}

#[test]
fn who_is_not_confirmed_is_asked_for_the_code() {
    let world = World::new();
    let browser = world.browser();
    assert_eq!(begin(&browser, "kim").to(), (302, to("/confirm").as_str()));
    let page = browser.get(&to("/confirm"));
    assert!(page.body.contains(r#"name="username" type="text" value="kim""#), "{}", page.body);
    let wrong = browser.fill(&to("/confirm"), &[("username", "kim"), ("code", "000000")]);
    assert_eq!(wrong.status, 400);
}

#[test]
fn signing_up_leads_to_the_code_and_a_bad_password_does_not() {
    let world = World::new();
    let browser = world.browser();
    let page = browser.get(&to("/signup"));
    assert!(page.body.contains(r#"name="requiredAttributes[email]" type="email""#), "{}", page.body);
    let email = ("requiredAttributes[email]", "zoe@example.com");
    let weak = browser.fill(&to("/signup"), &[("username", "zoe"), ("password", "short"), email]);
    assert_eq!(weak.status, 400);
    assert!(weak.body.contains("Password not long enough") && weak.body.contains("zoe@example.com"));
    let answer = browser.fill(&to("/signup"), &[("username", "zoe"), ("password", PASSWORD), email]);
    assert_eq!(answer.to(), (302, to("/confirm").as_str()));
    let page = browser.get(&answer.location);
    assert!(page.body.contains("We have sent a code to z***@e***."), "{}", page.body);
    let taken = browser.fill(&to("/signup"), &[("username", "zoe"), ("password", PASSWORD), email]);
    assert_eq!(taken.status, 400);
}

#[test]
fn a_forgotten_password_is_asked_for_in_the_same_words_whoever_it_is() {
    let world = World::new();
    let browser = world.browser();
    let answer = browser.fill(&to("/forgotPassword"), &[("username", "ada")]);
    assert_eq!(answer.to(), (302, to("/confirmforgotPassword").as_str()));
    let wrong = [("username", "ada"), ("code", "000000"), ("password", "Another-horse-2")];
    assert_eq!(browser.fill(&to("/confirmforgotPassword"), &wrong).status, 400);
}

#[test]
fn the_page_for_a_code_knows_who_was_sent_it_and_where() {
    let world = World::new();
    let browser = world.browser();
    browser.fill(&to("/forgotPassword"), &[("username", "ada")]);
    let page = browser.get(&to("/confirmforgotPassword")).body;
    assert!(page.contains("name=\"username\" type=\"text\" value=\"ada\""), "{page}");
    assert!(page.contains("We have sent a code to a***@"), "{page}");
}

#[test]
fn a_link_without_its_code_names_what_is_missing() {
    let world = World::new();
    let answer = world.browser().get("/confirmUser?client_id=spa&user_name=kim");
    assert_eq!(answer.to(), (302, "/error?client_id=spa&user_name=kim"));
    let answer = world.browser().get("/confirmUser?client_id=spa&user_name=kim&confirmation_code=000000");
    assert_eq!(answer.status, 400);
    let long = "k".repeat(129);
    let answer = world.browser().get(&format!("/confirmUser?client_id=spa&user_name={long}&confirmation_code=000000"));
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("One of the values is too long or no text."), "{}", answer.body);
}
