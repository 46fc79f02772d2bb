//! With `PreventUserExistenceErrors` on, nobody learns who exists.

use serde_json::{Value, json};

use crate::support::{NOW, PASSWORD, Reply, World, text};

async fn hiding() -> World {
    let policy = json!({"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}});
    World::with(json!({"Policies": policy}), json!({"PreventUserExistenceErrors": "ENABLED"})).await
}

/// The names of all members, and the lengths of their texts.
fn shape(document: &Value) -> Value {
    match document {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
        Value::String(text) => json!(text.len()),
        other => other.clone(),
    }
}

#[tokio::test]
async fn an_unknown_user_fails_like_a_wrong_password() {
    let world = hiding().await;
    let known = world.with_password("ada", "wrong").await;
    let unknown = world.with_password("eve", "wrong").await;
    known.is_refused("NotAuthorizedException", "Incorrect username or password.");
    assert_eq!((unknown.status, unknown.body), (known.status, known.body));
    for _ in 0..4 {
        world.with_password("eve", "wrong").await;
    }
    let locked = world.with_password("eve", PASSWORD).await;
    locked.is_refused("NotAuthorizedException", "Password attempts exceeded");
}

#[tokio::test]
async fn without_it_an_unknown_user_is_named() {
    let world = World::new().await;
    let flows = [
        ("USER_PASSWORD_AUTH", json!({"USERNAME": "eve", "PASSWORD": PASSWORD})),
        ("USER_SRP_AUTH", json!({"USERNAME": "eve", "SRP_A": "2"})),
        ("USER_AUTH", json!({"USERNAME": "eve"})),
    ];
    for (flow, parameters) in flows {
        let refused = world.initiate(flow, parameters).await;
        refused.is_refused("UserNotFoundException", "User does not exist.");
    }
}

#[tokio::test]
async fn srp_with_nobody_looks_like_srp_with_somebody_and_fails_at_the_second_step() {
    let world = hiding().await;
    let (known, unknown) = (world.srp_begun("ada").await, world.srp_begun("eve").await);
    assert_eq!(shape(&unknown.body), shape(&known.body));
    let stable = |begun: &Reply| {
        ["SALT", "USER_ID_FOR_SRP", "USERNAME"].map(|name| text(&begun.body, &format!("/ChallengeParameters/{name}")))
    };
    let again = world.srp_begun("eve").await;
    assert_eq!(stable(&again), stable(&unknown));
    assert_ne!(stable(&world.srp_begun("eva").await)[0], stable(&unknown)[0]);
    assert_ne!(text(&again.body, "/ChallengeParameters/SRP_B"), text(&unknown.body, "/ChallengeParameters/SRP_B"));
    let wrong = |begun: &Reply| world.srp_answer(begun, "wrong", NOW);
    let of_known = world.call("RespondToAuthChallenge", wrong(&known)).await;
    let of_unknown = world.call("RespondToAuthChallenge", wrong(&unknown)).await;
    of_known.is_refused("NotAuthorizedException", "Incorrect username or password.");
    assert_eq!((of_unknown.status, of_unknown.body), (of_known.status, of_known.body));
}

#[tokio::test]
async fn nobody_goes_by_no_other_name_either() {
    let world = hiding().await;
    for name in ["ada", "eve"] {
        let begun = world.srp_begun(name).await;
        let mut request = world.srp_answer(&begun, "wrong", NOW);
        request["ChallengeResponses"]["USERNAME"] = json!("somebody");
        let refused = world.call("RespondToAuthChallenge", request).await;
        refused.is_refused("NotAuthorizedException", "Invalid session for the user.");
    }
}

#[tokio::test]
async fn an_answer_goes_by_no_address_that_users_do_not_sign_in_with() {
    let world = hiding().await;
    let begun = world.srp_begun("ada").await;
    let mut request = world.srp_answer(&begun, PASSWORD, NOW);
    request["ChallengeResponses"]["USERNAME"] = json!("ada@shop.example");
    let refused = world.call("RespondToAuthChallenge", request).await;
    refused.is_refused("NotAuthorizedException", "Invalid session for the user.");
}

#[tokio::test]
async fn a_code_to_nobody_looks_like_a_code_to_somebody() {
    let world = hiding().await;
    let begin = async |name: &str| {
        world.initiate("USER_AUTH", json!({"USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP"})).await
    };
    let (known, unknown) = (begin("ada").await, begin("eve").await);
    assert_eq!(shape(&unknown.body), shape(&known.body));
    let again = begin("eve").await;
    assert_eq!(again.body["ChallengeParameters"], unknown.body["ChallengeParameters"]);
    let guess = async |begun: &Reply, name: &str| {
        let request = json!({
            "ClientId": world.client, "ChallengeName": "EMAIL_OTP", "Session": begun.asks("EMAIL_OTP"),
            "ChallengeResponses": {"USERNAME": name, "EMAIL_OTP_CODE": "00000000"},
        });
        world.call("RespondToAuthChallenge", request).await
    };
    for _ in 0..7 {
        let (one, other) = (guess(&known, "ada").await, guess(&unknown, "eve").await);
        assert_eq!((one.status, one.body), (other.status, other.body));
    }
}

#[tokio::test]
async fn the_choice_of_nobody_looks_like_that_of_somebody() {
    let world = hiding().await;
    let begin = async |name: &str| world.initiate("USER_AUTH", json!({"USERNAME": name})).await;
    let (known, unknown) = (begin("ada").await, begin("eve").await);
    assert_eq!(shape(&unknown.body), shape(&known.body));
    let session = unknown.asks("SELECT_CHALLENGE");
    let responses = json!({"USERNAME": "eve", "ANSWER": "PASSWORD", "PASSWORD": PASSWORD});
    let refused = world.respond("SELECT_CHALLENGE", &session, responses).await;
    refused.is_refused("NotAuthorizedException", "Incorrect username or password.");
}
