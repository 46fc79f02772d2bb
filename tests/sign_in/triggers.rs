//! Triggers around a sign-in: what they are told, and what their answers and failures do.

use poolpass::hooks::HookFailure;
use serde_json::{Value, json};

use crate::support::{NOW, PASSWORD, World, merged, text};

fn arn(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:000000000000:function:{name}")
}

fn events(world: &World, source: &str) -> Vec<Value> {
    let events = world.functions.events.lock().unwrap();
    events.iter().filter(|event| event["triggerSource"] == source).cloned().collect()
}

#[tokio::test]
async fn triggers_are_told_who_signs_in() {
    let lambdas = json!({"PreAuthentication": arn("before"), "PostAuthentication": arn("after")});
    let world = World::with(json!({"LambdaConfig": lambdas}), json!({})).await;
    let request = json!({
        "ClientId": world.client, "AuthFlow": "USER_PASSWORD_AUTH", "ClientMetadata": {"shop": "north"},
        "AuthParameters": {"USERNAME": "ada", "PASSWORD": PASSWORD},
    });
    world.call("InitiateAuth", request).await.is_signed_in();
    let before = events(&world, "PreAuthentication_Authentication");
    let sub = before[0]["request"]["userAttributes"]["sub"].clone();
    let attributes = json!({
        "sub": sub, "email": "ada@shop.example", "email_verified": "true", "cognito:user_status": "CONFIRMED",
    });
    let event = |source: &str, request: Value| {
        json!({
            "version": "1", "region": "us-east-1", "userPoolId": world.pool, "userName": "ada",
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": world.client},
            "triggerSource": source, "request": request, "response": {},
        })
    };
    let request = json!({"userAttributes": attributes, "validationData": {"shop": "north"}, "userNotFound": false});
    assert_eq!(before, [event("PreAuthentication_Authentication", request)]);
    let request = json!({"userAttributes": attributes, "newDeviceUsed": false});
    let after = events(&world, "PostAuthentication_Authentication");
    assert_eq!(after, [event("PostAuthentication_Authentication", request)]);
}

#[tokio::test]
async fn a_trigger_that_fails_ends_the_sign_in_in_the_services_words() {
    let failures = [
        (HookFailure::Failed("No entry.".to_owned()), "UserLambdaValidationException"),
        (HookFailure::NoEndpoint(arn("f")), "UnexpectedLambdaException"),
        (HookFailure::Unreadable(arn("f"), "x".to_owned()), "InvalidLambdaResponseException"),
    ];
    for trigger in ["PreAuthentication", "PostAuthentication"] {
        for (failure, name) in &failures {
            let failure = failure.clone();
            let mut lambdas = json!({});
            lambdas[trigger] = json!(arn("f"));
            let judge = Box::new(move |_: &Value| Err(failure.clone()));
            let world = World::scripted(json!({"LambdaConfig": lambdas}), json!({}), judge).await;
            let refused = world.with_password("ada", PASSWORD).await;
            assert_eq!((refused.status, &refused.body["__type"]), (400, &json!(name)), "{}", refused.body);
            if *name == "UserLambdaValidationException" {
                refused.is_refused(name, &format!("{trigger} failed with error No entry."));
            }
        }
    }
}

/// A function that moves in `grace`, with the password `PASSWORD`.
fn migrating(event: &Value) -> Result<Value, HookFailure> {
    let right = event["userName"] == "grace" && event["request"]["password"] == PASSWORD;
    if !right {
        return Err(HookFailure::Failed("Bad password".to_owned()));
    }
    let attributes = json!({"email": "grace@shop.example", "email_verified": "true"});
    Ok(json!({"userAttributes": attributes, "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS"}))
}

#[tokio::test]
async fn an_unknown_user_is_moved_in_once() {
    let pool = json!({"LambdaConfig": {"UserMigration": arn("migrate")}});
    let world = World::scripted(pool, json!({}), Box::new(migrating)).await;
    let refused = world.with_password("grace", "wrong").await;
    refused.is_refused("UserNotFoundException", "User does not exist.");
    world.with_password("grace", PASSWORD).await.is_signed_in();
    world.with_password("grace", PASSWORD).await.is_signed_in();
    assert_eq!(events(&world, "UserMigration_Authentication").len(), 2);
    let user = world.admin("AdminGetUser", "grace").await;
    assert_eq!(user["UserStatus"], "CONFIRMED");
}

/// Three triggers: a riddle, which may be tried twice.
#[expect(clippy::unnecessary_wraps, reason = "other functions can fail")]
fn riddle(event: &Value) -> Result<Value, HookFailure> {
    let session = event["request"]["session"].as_array().cloned().unwrap_or_default();
    Ok(match event["triggerSource"].as_str().unwrap_or_default() {
        "DefineAuthChallenge_Authentication" => match session.last() {
            Some(round) if round["challengeName"] == "SRP_A" => {
                json!({"challengeName": "PASSWORD_VERIFIER", "issueTokens": false, "failAuthentication": false})
            }
            Some(round) if round["challengeName"] == "CUSTOM_CHALLENGE" && round["challengeResult"] == true => {
                json!({"issueTokens": true, "failAuthentication": false})
            }
            _ if session.len() > 3 => json!({"issueTokens": false, "failAuthentication": true}),
            _ => json!({"challengeName": "CUSTOM_CHALLENGE", "issueTokens": false, "failAuthentication": false}),
        },
        "CreateAuthChallenge_Authentication" => json!({
            "publicChallengeParameters": {"riddle": "6 * 7"}, "privateChallengeParameters": {"answer": "42"},
            "challengeMetadata": "RIDDLE",
        }),
        "VerifyAuthChallengeResponse_Authentication" => {
            let right = event["request"]["challengeAnswer"] == event["request"]["privateChallengeParameters"]["answer"];
            json!({"answerCorrect": right})
        }
        _ => json!({}),
    })
}

fn riddles() -> Value {
    json!({"LambdaConfig": {
        "DefineAuthChallenge": arn("define"), "CreateAuthChallenge": arn("create"),
        "VerifyAuthChallengeResponse": arn("verify"),
    }})
}

#[tokio::test]
async fn triggers_lead_a_sign_in_round_by_round() {
    let world = World::scripted(riddles(), json!({}), Box::new(riddle)).await;
    let begun = world.initiate("CUSTOM_AUTH", json!({"USERNAME": "ada"})).await;
    let session = begun.asks("CUSTOM_CHALLENGE");
    assert_eq!(begun.body["ChallengeParameters"], json!({"USERNAME": "ada", "riddle": "6 * 7"}));
    let wrong = world.respond("CUSTOM_CHALLENGE", &session, json!({"ANSWER": "41"})).await;
    let session = wrong.asks("CUSTOM_CHALLENGE");
    world.respond("CUSTOM_CHALLENGE", &session, json!({"ANSWER": "42"})).await.is_signed_in();
    let asked = events(&world, "DefineAuthChallenge_Authentication");
    let round = |right: bool| json!({"challengeName": "CUSTOM_CHALLENGE", "challengeResult": right, "challengeMetadata": "RIDDLE"});
    assert_eq!(asked[2]["request"]["session"], json!([round(false), round(true)]));
}

#[tokio::test]
async fn triggers_may_give_up() {
    let world = World::scripted(riddles(), json!({}), Box::new(riddle)).await;
    let mut session = world.initiate("CUSTOM_AUTH", json!({"USERNAME": "ada"})).await.asks("CUSTOM_CHALLENGE");
    for _ in 0..3 {
        session = world.respond("CUSTOM_CHALLENGE", &session, json!({"ANSWER": "41"})).await.asks("CUSTOM_CHALLENGE");
    }
    let refused = world.respond("CUSTOM_CHALLENGE", &session, json!({"ANSWER": "41"})).await;
    refused.is_refused("NotAuthorizedException", "Incorrect username or password.");
}

#[tokio::test]
async fn a_custom_sign_in_can_begin_with_srp() {
    let world = World::scripted(riddles(), json!({}), Box::new(riddle)).await;
    let a = crate::srp_client::SrpClient::new().public();
    let begun = world.initiate("CUSTOM_AUTH", json!({"USERNAME": "ada", "CHALLENGE_NAME": "SRP_A", "SRP_A": a})).await;
    let session = begun.asks("PASSWORD_VERIFIER");
    let answer = merged(world.srp_answer(&begun, PASSWORD, NOW), json!({"Session": session}));
    let asked = world.call("RespondToAuthChallenge", answer).await;
    let session = asked.asks("CUSTOM_CHALLENGE");
    assert_eq!(text(&asked.body, "/ChallengeParameters/riddle"), "6 * 7");
    world.respond("CUSTOM_CHALLENGE", &session, json!({"ANSWER": "42"})).await.is_signed_in();
}

#[tokio::test]
async fn triggers_do_not_learn_tokens_for_nobody() {
    let client = json!({"PreventUserExistenceErrors": "ENABLED"});
    let judge = Box::new(|_: &Value| Ok(json!({"issueTokens": true, "failAuthentication": false})));
    let world = World::scripted(riddles(), client, judge).await;
    let refused = world.initiate("CUSTOM_AUTH", json!({"USERNAME": "eve"})).await;
    refused.is_refused("NotAuthorizedException", "Incorrect username or password.");
    assert_eq!(events(&world, "DefineAuthChallenge_Authentication")[0]["request"]["userNotFound"], json!(true));
}

#[tokio::test]
async fn without_triggers_there_is_no_custom_sign_in() {
    let world = World::new().await;
    let refused = world.initiate("CUSTOM_AUTH", json!({"USERNAME": "ada"})).await;
    let sentence = "Custom auth lambda trigger is not configured for the user pool.";
    refused.is_refused("InvalidParameterException", sentence);
}
