//! The authorize endpoint: where each error goes, byte for byte, and what a signed-in browser gets.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html>

use serde_json::json;

use crate::world::{ABSENT, CALLBACK, PASSWORD, World, authorize, claims, login, query};

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

#[test]
fn every_error_goes_where_the_service_sends_it() {
    let world = World::new();
    let browser = world.browser();
    let cb = |rest: &str| format!("{CALLBACK}{rest}");
    let cases: Vec<(Vec<(&str, &str)>, String)> = vec![
        (vec![("client_id", "nobody")], "/error?error=invalid_request".into()),
        (vec![("redirect_uri", "https://evil.example/")], "/error?error=redirect_mismatch&client_id=spa".into()),
        (vec![("response_type", "id_token")], "/error?error=invalid_request&client_id=spa".into()),
        (vec![("response_type", "token id_token")], "/error?error=invalid_request&client_id=spa".into()),
        (vec![("identity_provider", "Google")], "/error?error=invalid_request&client_id=spa".into()),
        (vec![("idp_identifier", "corp")], "/error?error=invalid_request&client_id=spa".into()),
        (vec![("scope", "openid nope")], cb("?error_description=invalid_scope&state=S&error=invalid_request")),
        (vec![("scope", "phone")], cb("?error_description=invalid_scope&state=S&error=invalid_request")),
        (vec![("scope", "openid,email")], cb("?error_description=invalid_scope&state=S&error=invalid_request")),
        (vec![("scope", "nope"), ("state", ABSENT)], cb("?error_description=invalid_scope&error=invalid_request")),
        (vec![("scope", "nope"), ("state", "")], cb("?error_description=invalid_scope&state=&error=invalid_request")),
        (
            vec![("scope", "nope"), ("response_type", "token")],
            cb("#error_description=invalid_scope&state=S&error=invalid_request"),
        ),
        (
            vec![("client_id", "codeonly"), ("response_type", "token")],
            cb("#error_description=unauthorized_client&state=S&error=invalid_request"),
        ),
        (
            vec![("code_challenge", CHALLENGE)],
            cb("?error_description=invalid_code_challenge&state=S&error=invalid_request"),
        ),
        (
            vec![("code_challenge", CHALLENGE), ("code_challenge_method", "plain")],
            cb("?error_description=invalid_code_challenge&state=S&error=invalid_request"),
        ),
        (
            vec![("code_challenge_method", "S256")],
            cb("?error_description=invalid_code_challenge&state=S&error=invalid_request"),
        ),
        (vec![("resource", "nope")], cb("?error_description=invalid_resource&state=S&error=invalid_request")),
        (vec![("prompt", "login none")], cb("?error_description=invalid_prompt&state=S&error=invalid_request")),
        (vec![("prompt", "none")], cb("?error=login_required&state=S")),
    ];
    for (parameters, expected) in cases {
        let answer = browser.get(&authorize(&parameters));
        assert_eq!(answer.to(), (302, expected.as_str()), "{parameters:?}");
        assert_eq!(answer.body, "");
    }
}

#[test]
fn a_missing_parameter_is_named_on_the_error_page() {
    let world = World::new();
    let browser = world.browser();
    for (parameter, client) in [("client_id", "spa"), ("response_type", "spa"), ("redirect_uri", "codeonly")] {
        let rest = query(&[("client_id", client), (parameter, ABSENT)]);
        for path in ["/oauth2/authorize", "/login", "/signup", "/forgotPassword"] {
            let answer = browser.get(&format!("{path}?{rest}"));
            assert_eq!(answer.to(), (302, format!("/error?{rest}").as_str()), "{path}");
        }
        let page = browser.get(&format!("/error?{rest}"));
        assert_eq!(page.status, 400);
        let sentence = format!("Required String parameter &#39;{parameter}&#39; is not present");
        assert!(page.body.contains(&sentence), "{}", page.body);
    }
}

#[test]
fn a_repeated_or_unreadable_parameter_is_no_request() {
    let world = World::new();
    let browser = world.browser();
    for more in ["&scope=openid&scope=email", "&redirect_uri=https://evil.example/", "&nonce=%ff", "&%73tate=2"] {
        let answer = browser.get(&format!("{}{more}", authorize(&[])));
        assert_eq!(answer.to(), (302, "/error?error=invalid_request"), "{more}");
    }
    let two = format!("{}&resource=https://a.example&resource=https://b.example", authorize(&[]));
    let expected = format!("{CALLBACK}?error_description=invalid_resource&state=S&error=invalid_request");
    assert_eq!(browser.get(&two).to(), (302, expected.as_str()));
}

#[test]
fn no_callback_but_a_registered_one_is_ever_redirected_to() {
    let world = World::new();
    let browser = world.browser();
    let attempts = [
        "//evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "https://app.example.com@evil.example/cb",
        "https://app.example.com./cb",
        "https://APP.example.com/cb",
        "https://app.example.com/CB",
        "https://app.example.com/cb/",
        "https://app.example.com/cb/../cb",
        "https://app.example.com%2Fcb",
        "https://app.example.com/%63b",
        "https://app.example.com/cb?",
        "https://app.example.com/cb#",
        "https://app.example.com/cb\r\nSet-Cookie: a=b",
        " https://app.example.com/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "/oauth2/authorize",
    ];
    for redirect_uri in attempts {
        for path in ["/oauth2/authorize", "/login", "/signup", "/mfa"] {
            let answer = browser.get(&format!("{path}?{}", query(&[("redirect_uri", redirect_uri)])));
            let expected = "/error?error=redirect_mismatch&client_id=spa";
            assert_eq!(answer.to(), (302, expected), "{path} {redirect_uri:?}");
        }
    }
}

#[test]
fn a_redirect_mismatch_is_explained_with_both_strings() {
    let world = World::new();
    let browser = world.browser();
    let answer = browser.get(&authorize(&[("redirect_uri", "https://app.example.com/callback")]));
    let trace = world.trace(&answer);
    let cause = "the request names the callback `https://app.example.com/callback`, the most similar registered one is \
                 `https://app.example.com/cb`; they differ from character 26 on: register it in CallbackURLs of client \
                 `spa`, or send the registered one";
    assert_eq!(trace["cause"], json!(cause));
    // The error page says it too.
    let page = browser.get(&answer.location);
    assert_eq!(page.status, 400);
    assert!(page.body.contains("An error was encountered with the requested page."), "{}", page.body);
    assert!(page.body.contains("they differ from character 26 on"), "{}", page.body);
}

#[test]
fn a_client_that_is_not_set_up_for_the_pages_is_told_so() {
    let world = World::new();
    for path in ["/oauth2/authorize", "/login"] {
        let answer = world.browser().get(&format!("{path}?{}", query(&[("client_id", "offline")])));
        let expected = (403, "Login pages unavailable. Please contact an administrator.");
        assert_eq!((answer.status, answer.body.as_str()), expected);
    }
}

#[test]
fn without_a_session_the_browser_is_sent_to_sign_in_with_the_same_query() {
    let world = World::new();
    let asked =
        "response_type=code&client_id=spa&redirect_uri=https%3A%2F%2Fapp.example.com/cb&state=a%20b+c&unknown=%7B";
    let answer = world.browser().get(&format!("/oauth2/authorize?{asked}"));
    assert_eq!(answer.to(), (302, format!("/login?{asked}").as_str()));
}

#[test]
fn only_get_is_served() {
    let world = World::new();
    let answer = world.browser().post(&authorize(&[]), &[]);
    assert_eq!((answer.status, answer.headers["allow"].as_str()), (405, "GET"));
}

#[test]
fn a_code_comes_with_the_state_and_is_bound_to_its_challenge() {
    let world = World::new();
    let browser = world.browser();
    let asked = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256"), ("scope", "openid api/read")];
    let credentials = [("username", "ada"), ("password", PASSWORD)];
    let answer = browser.fill(&login(&asked), &credentials);
    let code = answer.parameter("code").unwrap();
    assert!(uuid::Uuid::parse_str(&code).is_ok());
    assert_eq!(answer.to(), (302, format!("{CALLBACK}?code={code}&state=S").as_str()));
    let (status, tokens) = world.exchange("spa", &code, &[("code_verifier", VERIFIER)]);
    assert_eq!(status, 200, "{tokens}");
    assert_eq!(claims(tokens["access_token"].as_str().unwrap())["scope"], json!("openid api/read"));
    // Without its verifier, a code that was asked for with a challenge is worth nothing.
    let code = browser.get(&authorize(&asked)).parameter("code").unwrap();
    assert_eq!(world.exchange("spa", &code, &[]), (400, json!({"error": "invalid_grant"})));
}

#[test]
fn without_a_state_the_callback_gets_none_and_another_requests_state_is_not_kept() {
    let world = World::new();
    let browser = world.browser();
    browser.fill(&login(&[("state", "first")]), &[("username", "ada"), ("password", PASSWORD)]);
    for (state, expected) in [(ABSENT, None), ("second", Some("second")), ("", None)] {
        let answer = browser.get(&authorize(&[("state", state)]));
        let code = answer.parameter("code").unwrap();
        let with = expected.map(|state| format!("&state={state}")).unwrap_or_default();
        let empty = if state.is_empty() { "&state=" } else { "" };
        assert_eq!(answer.to(), (302, format!("{CALLBACK}?code={code}{with}{empty}").as_str()));
    }
}

#[test]
fn implicit_tokens_come_in_the_fragment() {
    let world = World::new();
    let browser = world.browser();
    browser.fill(&login(&[]), &[("username", "ada"), ("password", PASSWORD)]);
    let answer = browser.get(&authorize(&[("response_type", "token"), ("scope", "openid"), ("nonce", "n")]));
    let (id, access) = (answer.parameter("id_token").unwrap(), answer.parameter("access_token").unwrap());
    let expected = format!("{CALLBACK}#id_token={id}&access_token={access}&token_type=Bearer&expires_in=3600&state=S");
    assert_eq!(answer.to(), (302, expected.as_str()));
    assert_eq!(claims(&id)["nonce"], json!("n"));
    let answer = browser.get(&authorize(&[("response_type", "token"), ("scope", "api/read"), ("state", "")]));
    let access = answer.parameter("access_token").unwrap();
    let expected = format!("{CALLBACK}#access_token={access}&token_type=bearer&expires_in=3600&state=");
    assert_eq!(answer.to(), (302, expected.as_str()));
}

#[test]
fn a_resource_becomes_the_audience() {
    let world = World::new();
    let browser = world.browser();
    let asked = [("resource", "https://api.example.com/v1"), ("state", ABSENT)];
    let answer = browser.fill(&login(&asked), &[("username", "ada"), ("password", PASSWORD)]);
    let code = answer.parameter("code").unwrap();
    assert_eq!(answer.location, format!("{CALLBACK}?code={code}"));
    let (_, tokens) = world.exchange("spa", &code, &[]);
    assert_eq!(claims(tokens["access_token"].as_str().unwrap())["aud"], json!("https://api.example.com/v1"));
}

#[test]
fn a_signed_in_browser_is_asked_only_where_the_prompt_says_so() {
    let world = World::new();
    let browser = world.browser();
    let credentials = [("username", "ada"), ("password", PASSWORD)];
    browser.fill(&login(&[]), &credentials);
    for prompt in [ABSENT, "none", "consent"] {
        let answer = browser.get(&authorize(&[("prompt", prompt)]));
        assert!(answer.parameter("code").is_some(), "{prompt:?} {answer:?}");
    }
    for prompt in ["login", "select_account"] {
        let answer = browser.get(&authorize(&[("prompt", prompt)]));
        assert_eq!(answer.to(), (302, login(&[("prompt", prompt)]).as_str()));
        // And once asked, the user comes through.
        let answer = browser.fill(&login(&[("prompt", prompt)]), &credentials);
        assert!(answer.parameter("code").is_some(), "{prompt:?} {answer:?}");
    }
    // The account that is signed in may be chosen, but it is no answer to a request for the password.
    let go_on = [("continueAs", "1")];
    assert!(browser.fill(&login(&[("prompt", "select_account")]), &go_on).parameter("code").is_some());
    let insists = login(&[("prompt", "login")]);
    assert_eq!(browser.fill(&insists, &go_on).to(), (302, insists.as_str()));
}
