//! A user's code and tokens without a browser.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolpass::config::Settings;
use poolpass::domain::secret::Secret;
use poolpass::domain::totp;
use poolpass::effects::{Clock as _, SystemClock};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::local_server::{Answer, LocalServer};

const CALLBACK: &str = "http://localhost:3000/callback";

/// A user, and a client that an application in a browser could be.
fn world(server: &LocalServer) {
    let world = json!({
        "pools": [{
            "id": "us-east-1_Example01",
            "clients": [
                { "id": "site", "secret": "secret_number_one_of_site", "allowed_flows": ["code"],
                  "allowed_scopes": ["openid"], "callback_urls": [CALLBACK] },
                { "id": "spa", "allowed_flows": ["code"], "allowed_scopes": ["openid", "email"],
                  "callback_urls": [CALLBACK, "http://localhost:5173/"] },
            ],
            "users": [
                { "username": "ada", "password": "Password-1", "attributes": { "email": "ada@example.com" } },
                { "username": "eve", "temporary_password": "Password-2" },
                { "username": "kim", "password": "Password-3", "status": "UNCONFIRMED" },
            ],
        }],
    });
    let seeded = server.post("/_poolpass/seed", &[], &world.to_string());
    assert_eq!(seeded.status, 200, "{}", seeded.body);
}

fn sign_in(server: &LocalServer, wanted: &Value) -> Answer {
    server.post("/_poolpass/sign-in", &[], &wanted.to_string())
}

fn claims(token: &Value) -> Value {
    let claims = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

#[test]
fn a_user_gets_tokens_with_and_without_a_password() {
    let server = LocalServer::start(Settings::default());
    world(&server);
    let wishes = [
        json!({ "user": "ada" }),
        json!({ "user": "ada", "password": "Password-1", "client": "spa", "scopes": ["email", "openid"] }),
        json!({ "user": "ada", "client": "site", "scopes": ["openid"], "nonce": "n", "state": "s" }),
    ];
    for wanted in &wishes {
        let answer = sign_in(&server, wanted);
        assert_eq!(answer.status, 200, "{wanted}: {}", answer.body);
        let tokens = answer.json();
        let access = claims(&tokens["access_token"]);
        let client = wanted.get("client").unwrap_or(&json!("spa")).clone();
        assert_eq!((&access["username"], &access["client_id"], &tokens["client"]), (&json!("ada"), &client, &client));
        assert_eq!(claims(&tokens["id_token"])["nonce"], *wanted.get("nonce").unwrap_or(&Value::Null));
        assert!(tokens["refresh_token"].is_string() && tokens["token_type"] == "Bearer", "{tokens}");
        let id = tokens["request_id"].as_str().unwrap();
        let trace = server.get(&format!("/_poolpass/traces/{id}"), &[]).json();
        assert_eq!((&trace["answer"]["status"], &trace["user"]), (&json!(200), &json!("ada")), "{trace}");
    }
}

#[test]
fn a_code_is_the_callers_to_exchange() {
    let server = LocalServer::start(Settings::default());
    world(&server);
    let exchange = |given: &Value, verifier: &str| {
        let form = format!(
            "grant_type=authorization_code&client_id=spa&code={}&redirect_uri={CALLBACK}&code_verifier={verifier}",
            given["code"].as_str().unwrap()
        );
        server.token(&form).0.status
    };
    let given = sign_in(&server, &json!({ "user": "ada", "answer": "code", "state": "a b" })).json();
    let location = format!("{CALLBACK}?code={}&state=a+b", given["code"].as_str().unwrap());
    assert_eq!(given["location"].as_str().unwrap().replace("%20", "+"), location);
    assert_eq!((&given["redirect_uri"], given.get("access_token")), (&json!(CALLBACK), None));
    assert_eq!(exchange(&given, given["code_verifier"].as_str().unwrap()), 200);
    let own = "a-verifier-of-the-callers-own-with-43-characters";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(own));
    let wanted = json!({ "user": "ada", "answer": "code", "code_challenge": challenge });
    let given = sign_in(&server, &wanted).json();
    assert_eq!(given.get("code_verifier"), None);
    assert_eq!(exchange(&given, own), 200);
}

#[test]
fn whoever_could_not_sign_in_in_a_browser_cannot_here() {
    let server = LocalServer::start(Settings::default());
    world(&server);
    let cases = [
        (json!({ "user": "nobody" }), "the pool has no user `nobody`"),
        (json!({ "user": "kim" }), "the user's account is not confirmed"),
        (json!({ "user": "ada", "password": "wrong" }), "Incorrect username or password; see `poolpass explain "),
        (json!({ "user": "eve", "password": "Password-2" }), "the user must answer NEW_PASSWORD_REQUIRED first"),
        (json!({ "user": "ada", "scopes": ["orders/read"] }), "`orders/read` "),
        (json!({ "user": "ada", "redirect_uri": "http://evil.example/" }), "the request names the callback"),
        (json!({ "user": "ada", "client": "nobody" }), "no client has the id `nobo"),
        (json!({ "user": "ada", "pool": "us-east-1_Nowhere01" }), "no client without a secret may use the code grant"),
        (json!({ "username": "ada" }), "the body is {\"user\", \"client\"?, …}: unknown field `username`"),
        (json!([]), "the body is "),
    ];
    for (wanted, beginning) in cases {
        let answer = sign_in(&server, &wanted);
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!((400..=401).contains(&answer.status) && message.starts_with(beginning), "{wanted}: {}", answer.body);
    }
}

const TOTP: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// A pool in which second factors are asked for: `app` has an authenticator app, `both` also codes by e-mail, and
/// `mail` nothing else.
fn world_with_factors(server: &LocalServer) {
    let email =
        json!({ "EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:0:identity/a@b.example" });
    let user = |name: &str, more: Value| {
        let attributes = json!({ "email": format!("{name}@example.com"), "email_verified": "true" });
        let mut user = json!({ "username": name, "password": "Password-1", "attributes": attributes });
        user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        user
    };
    let world = json!({
        "pools": [{
            "id": "us-east-1_Factors01",
            "settings": { "EmailConfiguration": email },
            "mfa": {
                "MfaConfiguration": "OPTIONAL",
                "SoftwareTokenMfaConfiguration": { "Enabled": true },
                "EmailMfaConfiguration": { "Message": "your code is {####}", "Subject": "your code" },
            },
            "clients": [{ "id": "spa", "allowed_flows": ["code"], "allowed_scopes": ["openid"], "callback_urls": [CALLBACK] }],
            "users": [
                user("app", json!({ "totp_secret": TOTP })),
                user("both", json!({ "totp_secret": TOTP })),
                user("mail", json!({})),
            ],
        }],
    });
    let seeded = server.post("/_poolpass/seed", &[], &world.to_string());
    assert_eq!(seeded.status, 200, "{}", seeded.body);
    let on = json!({ "Enabled": true });
    let preference =
        |name: &str| json!({ "UserPoolId": "us-east-1_Factors01", "Username": name, "EmailMfaSettings": on });
    let mut both = preference("both");
    // A declared secret is preferred, and then there is nothing to choose.
    both["SoftwareTokenMfaSettings"] = json!({ "Enabled": true, "PreferredMfa": false });
    server.done("AdminSetUserMFAPreference", &both);
    server.done("AdminSetUserMFAPreference", &preference("mail"));
}

/// What the user's authenticator app shows in so many of its steps from now.
fn shown(in_steps: i64) -> String {
    let mut at = SystemClock.now();
    at = poolpass::domain::time::Timestamp::from_millis(at.millis() + in_steps * 30_000);
    totp::code_at(&Secret::new(TOTP), at).unwrap()
}

#[test]
fn the_code_of_an_authenticator_app_answers_where_it_is_asked_for_or_can_be_chosen() {
    let server = LocalServer::start(Settings::default());
    world_with_factors(&server);
    for user in ["app", "both"] {
        let wanted = json!({ "user": user, "password": "Password-1", "mfa_code": shown(0) });
        let answer = sign_in(&server, &wanted);
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(claims(&answer.json()["access_token"])["username"], user);
        let again = sign_in(&server, &wanted);
        assert_eq!(again.status, 401, "a code works once: {}", again.body);
    }
}

#[test]
fn a_second_factor_that_is_missing_or_wrong_gives_no_tokens() {
    let server = LocalServer::start(Settings::default());
    world_with_factors(&server);
    let cases = [
        ("app", None, "challenge", "the user must answer SOFTWARE_TOKEN_MFA first"),
        ("both", None, "challenge", "the user must answer SELECT_MFA_TYPE first"),
        ("mail", None, "challenge", "the user must answer EMAIL_OTP first"),
        // Every sign-in has a code of its own, which is sent only then.
        ("mail", Some("12345678".to_owned()), "challenge", "the user must answer EMAIL_OTP first"),
        ("app", Some(shown(20)), "not_signed_in", "Invalid code received for user"),
        ("both", Some(String::new()), "not_signed_in", "Invalid code received for user"),
    ];
    for (user, code, error, message) in cases {
        let mut wanted = json!({ "user": user, "password": "Password-1" });
        if let Some(code) = code {
            wanted["mfa_code"] = json!(code);
        }
        let answer = sign_in(&server, &wanted);
        let (told, body) = (answer.json(), &answer.body);
        assert_eq!((answer.status, &told["error"], told.get("access_token")), (401, &json!(error), None), "{body}");
        assert!(told["message"].as_str().unwrap().starts_with(message), "{wanted}: {body}");
    }
}
