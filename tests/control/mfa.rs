//! `GetUserPoolMfaConfig` and `SetUserPoolMfaConfig`.

use serde_json::json;

use crate::support::World;

#[tokio::test]
async fn a_fresh_pool_has_no_second_factor() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let reply = world.call("GetUserPoolMfaConfig", json!({"UserPoolId": pool})).await;
    assert_eq!(reply.body, r#"{"MfaConfiguration":"OFF"}"#);
}

#[tokio::test]
async fn factors_are_replaced_and_not_merged() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let first = json!({
        "SoftwareTokenMfaConfiguration": {"Enabled": true},
        "MfaConfiguration": "OPTIONAL",
        "WebAuthnConfiguration": {"RelyingPartyId": "login.example.com", "UserVerification": "required"},
    });
    let mut request = first.clone();
    request["UserPoolId"] = json!(pool);
    assert_eq!(world.done("SetUserPoolMfaConfig", request).await, first);
    assert_eq!(world.done("GetUserPoolMfaConfig", json!({"UserPoolId": pool})).await, first);
    assert_eq!(world.describe(&pool).await["MfaConfiguration"], "OPTIONAL");
    let second = json!({"UserPoolId": pool, "WebAuthnConfiguration": {"RelyingPartyId": "login.example.com"}});
    let expected = json!({"MfaConfiguration": "OFF", "WebAuthnConfiguration": {"RelyingPartyId": "login.example.com"}});
    assert_eq!(world.done("SetUserPoolMfaConfig", second).await, expected);
    assert_eq!(world.done("GetUserPoolMfaConfig", json!({"UserPoolId": pool})).await, expected);
}

#[tokio::test]
async fn sms_set_as_a_factor_is_the_pools_own() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let sender = json!({"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"});
    let sms = json!({"SmsAuthenticationMessage": "code {####}", "SmsConfiguration": sender});
    let request = json!({"UserPoolId": pool, "SmsMfaConfiguration": sms, "MfaConfiguration": "ON"});
    let expected = json!({"SmsMfaConfiguration": sms, "MfaConfiguration": "ON"});
    assert_eq!(world.done("SetUserPoolMfaConfig", request).await, expected);
    assert_eq!(world.describe(&pool).await["SmsConfiguration"], sender);
}

#[tokio::test]
async fn an_update_may_keep_a_second_factor_that_is_not_sms() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let software = json!({
        "UserPoolId": pool, "SoftwareTokenMfaConfiguration": {"Enabled": true}, "MfaConfiguration": "ON",
    });
    world.done("SetUserPoolMfaConfig", software).await;
    world.done("UpdateUserPool", json!({"UserPoolId": pool, "MfaConfiguration": "ON"})).await;
    assert_eq!(world.describe(&pool).await["MfaConfiguration"], "ON");
    world.done("UpdateUserPool", json!({"UserPoolId": pool})).await;
    assert_eq!(world.describe(&pool).await["MfaConfiguration"], "OFF");
}

#[tokio::test]
async fn impossible_factors_are_refused_and_change_nothing() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let none = "At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be provided.";
    for software in [json!(null), json!({"Enabled": false})] {
        let request = json!({
            "UserPoolId": pool, "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": software,
        });
        world.call("SetUserPoolMfaConfig", request).await.is_refused("InvalidParameterException", none);
    }
    let email = json!({"UserPoolId": pool, "EmailMfaConfiguration": {"Message": "code {####}"}});
    world.call("SetUserPoolMfaConfig", email).await.is_refused(
        "InvalidParameterException",
        "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of \
         COGNITO_DEFAULT.",
    );
    let shown = world.done("GetUserPoolMfaConfig", json!({"UserPoolId": pool})).await;
    assert_eq!(shown, json!({"MfaConfiguration": "OFF"}));
}
