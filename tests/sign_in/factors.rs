//! Second factors: apps, codes, the choice among them, and their set-up.

use poolpass::domain::rules::sign_in_rule::SignInRule;
use poolpass::domain::secret::Secret;
use poolpass::domain::totp;
use serde_json::{Value, json};

use crate::support::{PASSWORD, World, merged, text};

const USED: &str = "Invalid session for the user, session can only be used once.";

async fn world(mfa: &str) -> World {
    let world = World::new().await;
    let request = json!({
        "UserPoolId": world.pool, "MfaConfiguration": mfa, "SoftwareTokenMfaConfiguration": {"Enabled": true},
    });
    world.done("SetUserPoolMfaConfig", request).await;
    world
}

fn code(world: &World, secret: &Secret) -> Value {
    json!({"SOFTWARE_TOKEN_MFA_CODE": totp::code_at(secret, world.now()).expect("base32")})
}

#[tokio::test]
async fn an_app_is_asked_for_and_its_code_works_once() {
    let world = world("OPTIONAL").await;
    let secret = world.with_app("ada").await;
    let begun = world.with_password("ada", PASSWORD).await;
    let session = begun.asks("SOFTWARE_TOKEN_MFA");
    assert!(session.starts_with("AYAB"), "{session}");
    assert_eq!(text(&begun.body, "/ChallengeParameters/USER_ID_FOR_SRP"), "ada");
    let right = code(&world, &secret);
    world.respond("SOFTWARE_TOKEN_MFA", &session, right.clone()).await.is_signed_in();
    let replayed = world.respond("SOFTWARE_TOKEN_MFA", &session, right.clone()).await;
    replayed.is_refused("NotAuthorizedException", USED);
    let session = world.with_password("ada", PASSWORD).await.asks("SOFTWARE_TOKEN_MFA");
    let replayed = world.respond("SOFTWARE_TOKEN_MFA", &session, right).await;
    replayed.is_refused("ExpiredCodeException", "Your software token has already been used once.");
    world.clock.advance_millis(30_000);
    world.respond("SOFTWARE_TOKEN_MFA", &session, code(&world, &secret)).await.is_signed_in();
}

#[tokio::test]
async fn six_wrong_codes_end_a_session() {
    let world = world("OPTIONAL").await;
    let secret = world.with_app("ada").await;
    let session = world.with_password("ada", PASSWORD).await.asks("SOFTWARE_TOKEN_MFA");
    for _ in 0..6 {
        let wrong = world.respond("SOFTWARE_TOKEN_MFA", &session, json!({"SOFTWARE_TOKEN_MFA_CODE": "000000"})).await;
        wrong.is_refused("CodeMismatchException", "Invalid code received for user");
    }
    let late = world.respond("SOFTWARE_TOKEN_MFA", &session, code(&world, &secret)).await;
    late.is_refused("NotAuthorizedException", USED);
}

#[tokio::test]
async fn where_mfa_is_on_an_app_is_set_up_on_the_way() {
    let world = world("ON").await;
    let begun = world.with_password("ada", PASSWORD).await;
    let session = begun.asks("MFA_SETUP");
    assert_eq!(text(&begun.body, "/ChallengeParameters/MFAS_CAN_SETUP"), r#"["SOFTWARE_TOKEN_MFA"]"#);
    let early = world.respond("MFA_SETUP", &session, json!({})).await;
    early.is_refused("NotAuthorizedException", "Invalid session for the user.");
    let answered = SignInRule::ChallengeAnswered;
    assert_eq!(world.remarks(&early, answered), [Some("MFA_SETUP: no app was verified")]);
    let made = world.done("AssociateSoftwareToken", json!({"Session": session})).await;
    let (secret, second) = (Secret::new(text(&made, "/SecretCode")), text(&made, "/Session"));
    let reused = world.call("AssociateSoftwareToken", json!({"Session": session})).await;
    reused.is_refused("NotAuthorizedException", USED);
    let wrong = world.call("VerifySoftwareToken", json!({"Session": second, "UserCode": "000000"})).await;
    wrong.is_refused("EnableSoftwareTokenMFAException", "Code mismatch");
    let first_code = totp::code_at(&secret, world.now()).expect("base32");
    let verified = world.done("VerifySoftwareToken", json!({"Session": second, "UserCode": first_code})).await;
    assert_eq!(text(&verified, "/Status"), "SUCCESS");
    let signed_in = world.respond("MFA_SETUP", &text(&verified, "/Session"), json!({})).await;
    signed_in.is_signed_in();
    assert_eq!(world.remarks(&signed_in, answered), [Some("MFA_SETUP")]);
    let session = world.with_password("ada", PASSWORD).await.asks("SOFTWARE_TOKEN_MFA");
    let replayed = json!({"SOFTWARE_TOKEN_MFA_CODE": first_code});
    let replayed = world.respond("SOFTWARE_TOKEN_MFA", &session, replayed).await;
    replayed.is_refused("ExpiredCodeException", "Your software token has already been used once.");
}

#[tokio::test]
async fn an_app_that_proved_nothing_changes_nothing() {
    let world = world("OPTIONAL").await;
    let secret = world.with_app("ada").await;
    let session = world.with_password("ada", PASSWORD).await.asks("SOFTWARE_TOKEN_MFA");
    let signed_in = world.respond("SOFTWARE_TOKEN_MFA", &session, code(&world, &secret)).await;
    let token = signed_in.access_token();
    world.done("AssociateSoftwareToken", json!({"AccessToken": token})).await;
    let wrong = world.call("VerifySoftwareToken", json!({"AccessToken": token, "UserCode": "000000"})).await;
    wrong.is_refused("EnableSoftwareTokenMFAException", "Code mismatch");
    world.clock.advance_millis(30_000);
    let session = world.with_password("ada", PASSWORD).await.asks("SOFTWARE_TOKEN_MFA");
    world.respond("SOFTWARE_TOKEN_MFA", &session, code(&world, &secret)).await.is_signed_in();
}

#[tokio::test]
async fn a_factor_that_the_user_lacks_cannot_be_switched_on() {
    let world = world("OPTIONAL").await;
    let token = world.with_password("ada", PASSWORD).await.access_token();
    let wish = json!({"Enabled": true});
    let request = json!({"AccessToken": token, "SoftwareTokenMfaSettings": wish});
    let refused = world.call("SetUserMFAPreference", request).await;
    refused.is_refused("InvalidParameterException", "User has not verified software token mfa");
    let sms = json!({"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"});
    let request = json!({
        "UserPoolId": world.pool, "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": {"SmsConfiguration": sms},
    });
    world.done("SetUserPoolMfaConfig", request).await;
    let request = json!({"UserPoolId": world.pool, "Username": "ada", "SMSMfaSettings": wish});
    let refused = world.call("AdminSetUserMFAPreference", request).await;
    let sentence = "User does not have delivery config set to turn on SMS_MFA";
    refused.is_refused("InvalidParameterException", sentence);
}

#[tokio::test]
async fn a_factor_that_the_pool_does_not_offer_cannot_be_switched_on() {
    let world = world("OPTIONAL").await;
    let secret = world.with_app("ada").await;
    let session = world.with_password("ada", PASSWORD).await.asks("SOFTWARE_TOKEN_MFA");
    let token = world.respond("SOFTWARE_TOKEN_MFA", &session, code(&world, &secret)).await.access_token();
    let phone = json!([{"Name": "phone_number", "Value": "+15555550100"}]);
    let request = json!({"UserPoolId": world.pool, "Username": "ada", "UserAttributes": phone});
    world.done("AdminUpdateUserAttributes", request).await;
    let off = json!({"UserPoolId": world.pool, "MfaConfiguration": "OFF"});
    world.done("SetUserPoolMfaConfig", off).await;
    let settings = [
        ("SoftwareTokenMfaSettings", "SOFTWARE_TOKEN_MFA"),
        ("SMSMfaSettings", "SMS_MFA"),
        ("EmailMfaSettings", "EMAIL_OTP"),
        ("WebAuthnMfaSettings", "WEB_AUTHN_MFA"),
    ];
    let owners = [
        ("SetUserMFAPreference", json!({"AccessToken": token})),
        ("AdminSetUserMFAPreference", json!({"UserPoolId": world.pool, "Username": "ada"})),
    ];
    for (member, factor) in settings {
        for (operation, owner) in &owners {
            let with = |wish: Value| merged(owner.clone(), json!({member: wish}));
            let refused = world.call(operation, with(json!({"Enabled": true}))).await;
            let sentence = format!("User does not have delivery config set to turn on {factor}");
            refused.is_refused("InvalidParameterException", &sentence);
            if member != "WebAuthnMfaSettings" {
                let refused = world.call(operation, with(json!({"PreferredMfa": true}))).await;
                refused.is_refused("InvalidParameterException", &sentence);
            }
            world.done(operation, with(json!({"Enabled": false}))).await;
        }
    }
    let listed = world.admin("AdminGetUserAuthFactors", "ada").await;
    assert_eq!(listed, json!({"Username": "ada", "ConfiguredUserAuthFactors": ["PASSWORD"]}));
}

#[tokio::test]
async fn factors_are_listed_and_an_app_can_be_taken_away() {
    let world = world("OPTIONAL").await;
    world.with_app("ada").await;
    let listed = world.admin("AdminGetUserAuthFactors", "ada").await;
    let expected = json!({
        "Username": "ada", "PreferredMfaSetting": "SOFTWARE_TOKEN_MFA", "UserMFASettingList": ["SOFTWARE_TOKEN_MFA"],
        "ConfiguredUserAuthFactors": ["PASSWORD"],
    });
    assert_eq!(listed, expected);
    world.admin("AdminDeleteSoftwareToken", "ada").await;
    let token = world.with_password("ada", PASSWORD).await.access_token();
    let listed = world.done("GetUserAuthFactors", json!({"AccessToken": token})).await;
    assert_eq!(listed, json!({"Username": "ada", "ConfiguredUserAuthFactors": ["PASSWORD"]}));
}

#[tokio::test]
async fn of_several_factors_one_is_chosen_and_a_code_is_sent() {
    let email = json!({"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/a@b.example"});
    let sms = json!({"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"});
    let world = World::with(json!({"EmailConfiguration": email, "SmsConfiguration": sms}), json!({})).await;
    let request = json!({
        "UserPoolId": world.pool, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": true},
        "EmailMfaConfiguration": {"Message": "code {####}", "Subject": "s"}, "SmsMfaConfiguration": {"SmsConfiguration": sms},
    });
    world.done("SetUserPoolMfaConfig", request).await;
    let phone = json!([{"Name": "phone_number", "Value": "+15555550100"}]);
    let request = json!({"UserPoolId": world.pool, "Username": "ada", "UserAttributes": phone});
    world.done("AdminUpdateUserAttributes", request).await;
    let on = json!({"Enabled": true});
    let request = json!({
        "UserPoolId": world.pool, "Username": "ada", "EmailMfaSettings": on, "SMSMfaSettings": on,
    });
    world.done("AdminSetUserMFAPreference", request).await;
    let begun = world.with_password("ada", PASSWORD).await;
    let session = begun.asks("SELECT_MFA_TYPE");
    assert_eq!(text(&begun.body, "/ChallengeParameters/MFAS_CAN_CHOOSE"), r#"["SMS_MFA","EMAIL_OTP"]"#);
    let odd = world.respond("SELECT_MFA_TYPE", &session, json!({"ANSWER": "SOFTWARE_TOKEN_MFA"})).await;
    odd.is_refused("InvalidParameterException", "Invalid ANSWER for the challenge");
    let asked = world.respond("SELECT_MFA_TYPE", &session, json!({"ANSWER": "EMAIL_OTP"})).await;
    let session = asked.asks("EMAIL_OTP");
    let parameters = json!({
        "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "a***@s***", "USER_ID_FOR_SRP": "ada",
    });
    assert_eq!(asked.body["ChallengeParameters"], parameters);
    let code = world.last_code().await;
    assert_eq!(code.len(), 8);
    let wrong = world.respond("EMAIL_OTP", &session, json!({"EMAIL_OTP_CODE": "00000000"})).await;
    wrong.is_refused("CodeMismatchException", "Invalid code or auth state for the user.");
    world.respond("EMAIL_OTP", &session, json!({"EMAIL_OTP_CODE": code})).await.is_signed_in();
    let session = world.with_password("ada", PASSWORD).await.asks("SELECT_MFA_TYPE");
    let session = world.respond("SELECT_MFA_TYPE", &session, json!({"ANSWER": "SMS_MFA"})).await.asks("SMS_MFA");
    let code = world.last_code().await;
    assert_eq!(code.len(), 6);
    world.respond("SMS_MFA", &session, json!({"SMS_MFA_CODE": code})).await.is_signed_in();
}
