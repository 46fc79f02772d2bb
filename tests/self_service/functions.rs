//! The functions that have a say: their events, their answers and their failures.

use std::sync::Arc;

use poolpass::hooks::HookFailure;
use poolpass::self_service::outbox::Filter;
use serde_json::{Value, json};

use crate::support::{PASSWORD, Script, World, refusal, verifying};

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

/// A world whose functions are one, which gives this answer.
async fn world(trigger: &str, answer: Result<Value, HookFailure>) -> (World, Arc<Script>) {
    let script = Arc::new(Script::default());
    script.answers.lock().expect("nobody panicked").insert(ARN.to_owned(), answer);
    let pool = crate::support::merged(verifying(), json!({"LambdaConfig": {trigger: ARN}}));
    (World::with_functions(pool, json!({}), script.clone()).await, script)
}

fn email() -> Value {
    json!([{"Name": "email", "Value": "ada@example.com"}])
}

fn only_event(script: &Script) -> Value {
    let events = script.events.lock().expect("nobody panicked");
    assert_eq!(events.len(), 1, "{events:?}");
    events.first().expect("the event").clone()
}

#[tokio::test]
async fn the_function_before_a_sign_up_sees_it_and_can_confirm_it() {
    let decided = json!({"autoConfirmUser": true, "autoVerifyEmail": true, "autoVerifyPhone": false});
    let (world, script) = world("PreSignUp", Ok(decided)).await;
    let body = json!({
        "Username": "ada", "Password": PASSWORD, "UserAttributes": email(),
        "ValidationData": [{"Name": "invite", "Value": "7"}], "ClientMetadata": {"from": "web"},
    });
    let reply = world.ask("SignUp", body).await;
    let user = world.user("ada").await;
    reply.is(&json!({"UserConfirmed": true, "UserSub": user.sub.as_str()}));
    assert_eq!((user.status.name(), user.is_verified("email")), ("CONFIRMED", true));
    let event = json!({
        "version": "1", "region": "us-east-1", "userPoolId": world.pool.as_str(), "userName": "ada",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": world.client},
        "triggerSource": "PreSignUp_SignUp",
        "request": {
            "userAttributes": {"email": "ada@example.com"},
            "validationData": {"invite": "7"},
            "clientMetadata": {"from": "web"},
        },
        "response": {"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false},
    });
    assert_eq!(only_event(&script), event);
}

#[tokio::test]
async fn a_function_that_refuses_a_sign_up_prevents_it() {
    let (world, _) = world("PreSignUp", Err(HookFailure::Failed("no strangers".to_owned()))).await;
    let refused = refusal("UserLambdaValidationException", "PreSignUp failed with error no strangers.");
    assert_eq!(world.sign_up("ada", email()).await, refused);
    // The name is still free: the function is asked again.
    assert_eq!(world.sign_up("ada", email()).await, refused);
}

#[tokio::test]
async fn a_function_cannot_vouch_for_an_address_that_is_not_there() {
    let (world, _) = world("PreSignUp", Ok(json!({"autoVerifyPhone": true}))).await;
    let missing = "Attributes did not conform to the schema: phone_number: The attribute is required\n";
    assert_eq!(world.sign_up("ada", email()).await, refusal("InvalidParameterException", missing));
}

#[tokio::test]
async fn a_function_without_an_endpoint_is_a_broken_one() {
    let (world, _) = world("PreSignUp", Err(HookFailure::NoEndpoint(ARN.to_owned()))).await;
    let reply = world.sign_up("ada", email()).await;
    assert_eq!((reply.status, &reply.body["__type"]), (400, &json!("UnexpectedLambdaException")));
}

#[tokio::test]
async fn the_function_after_a_confirmation_is_told_of_it() {
    let (world, script) = world("PostConfirmation", Ok(json!({}))).await;
    world.with_user("ada", "ada@example.com").await;
    let event = only_event(&script);
    assert_eq!(event["triggerSource"], "PostConfirmation_ConfirmSignUp");
    let attributes = json!({
        "sub": world.user("ada").await.sub.as_str(), "email": "ada@example.com", "email_verified": "true",
        "cognito:user_status": "CONFIRMED",
    });
    assert_eq!(event["request"], json!({"userAttributes": attributes}));
    world.ask("ForgotPassword", json!({"Username": "ada"})).await;
    let code = world.newest().await.code;
    let body = json!({"Username": "ada", "ConfirmationCode": code, "Password": "Battery-Staple-2"});
    world.ask("ConfirmForgotPassword", body).await.is(&json!({}));
    let source = script.events.lock().unwrap()[1]["triggerSource"].clone();
    assert_eq!(source, "PostConfirmation_ConfirmForgotPassword");
}

#[tokio::test]
async fn who_forgot_a_password_elsewhere_is_moved_in_to_set_one_here() {
    let attributes = json!({"email": "eva@example.com", "email_verified": "true"});
    let (world, script) = world("UserMigration", Ok(json!({"userAttributes": attributes}))).await;
    let body = json!({"Username": "eva", "ClientMetadata": {"from": "web"}});
    world.ask("ForgotPassword", body).await.is(&json!({"CodeDeliveryDetails": {
        "Destination": "e***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email",
    }}));
    let event = only_event(&script);
    assert_eq!((&event["triggerSource"], &event["userName"]), (&json!("UserMigration_ForgotPassword"), &json!("eva")));
    assert_eq!(event["request"], json!({"clientMetadata": {"from": "web"}}));
    assert_eq!(world.user("eva").await.status.name(), "RESET_REQUIRED");
    let code = world.newest().await.code;
    let body = json!({"Username": "eva", "ConfirmationCode": code, "Password": PASSWORD});
    world.ask("ConfirmForgotPassword", body).await.is(&json!({}));
    assert_eq!(world.user("eva").await.status.name(), "CONFIRMED");
    world.access_token("eva").await;
}

#[tokio::test]
async fn whom_the_function_does_not_know_is_nobody_here() {
    let unknown = refusal("UserNotFoundException", "Username/client id combination not found.");
    for answer in [Ok(json!(null)), Ok(json!({})), Err(HookFailure::Failed("no such user".to_owned()))] {
        let (world, _) = world("UserMigration", answer).await;
        assert_eq!(world.ask("ForgotPassword", json!({"Username": "eva"})).await, unknown);
    }
}

#[tokio::test]
async fn a_function_writes_messages_in_its_own_words() {
    let words = json!({"emailMessage": "Hello {username}: {####}", "emailSubject": "Welcome", "smsMessage": null});
    let (world, script) = world("CustomMessage", Ok(words)).await;
    assert_eq!(world.sign_up("ada", email()).await.status, 200);
    let message = world.newest().await;
    let (subject, body) = (Some("Welcome".to_owned()), format!("Hello ada: {}", message.code));
    assert_eq!((message.subject, message.body), (subject, body));
    let event = only_event(&script);
    assert_eq!(event["triggerSource"], "CustomMessage_SignUp");
    assert_eq!(event["request"]["codeParameter"], "{####}");
}

#[tokio::test]
async fn every_reason_for_a_message_has_its_source() {
    let unwritten = json!({"emailMessage": null, "emailSubject": null, "smsMessage": null});
    let (world, script) = world("CustomMessage", Ok(unwritten)).await;
    world.sign_up("ada", email()).await;
    world.ask("ResendConfirmationCode", json!({"Username": "ada"})).await;
    world.confirm("ada").await;
    world.ask("ForgotPassword", json!({"Username": "ada"})).await;
    let token = world.access_token("ada").await;
    let address = json!({"AccessToken": token, "AttributeName": "email"});
    world.done("GetUserAttributeVerificationCode", address).await;
    let changed = json!([{"Name": "email", "Value": "new@example.com"}]);
    world.done("UpdateUserAttributes", json!({"AccessToken": token, "UserAttributes": changed})).await;
    let events = script.events.lock().unwrap();
    let sources: Vec<_> = events.iter().map(|event| event["triggerSource"].as_str().unwrap()).collect();
    let expected = ["SignUp", "ResendCode", "ForgotPassword", "VerifyUserAttribute", "UpdateUserAttribute"];
    assert_eq!(sources, expected.map(|name| format!("CustomMessage_{name}")));
}

#[tokio::test]
async fn a_message_that_cannot_be_written_undoes_nothing() {
    let (world, _) = world("CustomMessage", Err(HookFailure::Failed("no words".to_owned()))).await;
    let refused = refusal("UserLambdaValidationException", "CustomMessage failed with error no words.");
    assert_eq!(world.sign_up("ada", email()).await, refused);
    let state = async || {
        let user = world.user("ada").await;
        (user.status.name(), user.attribute("email").map(str::to_owned), user.is_verified("email"))
    };
    assert_eq!(state().await, ("UNCONFIRMED", Some("ada@example.com".to_owned()), false));
    let changed = json!([{"Name": "email", "Value": "new@example.com"}]);
    let body = json!({"UserPoolId": world.pool.as_str(), "Username": "ada", "UserAttributes": changed});
    assert_eq!(world.call("AdminUpdateUserAttributes", body).await, refused);
    assert_eq!(state().await, ("UNCONFIRMED", Some("new@example.com".to_owned()), false));
    assert!(world.outbox(Filter::default()).await.is_empty());
}
