//! Sign-in with SRP, by a client written for these tests.

use serde_json::json;

use crate::srp_client::N;
use crate::support::{NOW, PASSWORD, World, merged, text};

const INCORRECT: &str = "Incorrect username or password.";

#[tokio::test]
async fn a_password_is_proven_without_being_sent() {
    let world = World::new().await;
    let begun = world.srp_begun("ada").await;
    begun.asks("PASSWORD_VERIFIER");
    assert_eq!(begun.body.get("Session"), None);
    assert_eq!(text(&begun.body, "/ChallengeParameters/USER_ID_FOR_SRP"), "ada");
    let answer = world.srp_answer(&begun, PASSWORD, NOW);
    world.call("RespondToAuthChallenge", answer).await.is_signed_in();
}

#[tokio::test]
async fn an_alias_or_another_case_proves_the_same_user() {
    let pool = json!({"AliasAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": false}});
    let world = World::with(pool, json!({})).await;
    for name in ["ada@shop.example", "ADA"] {
        let begun = world.srp_begun(name).await;
        let answer = world.srp_answer(&begun, PASSWORD, NOW);
        world.call("RespondToAuthChallenge", answer).await.is_signed_in();
    }
}

#[tokio::test]
async fn a_multiple_of_the_modulus_proves_nothing() {
    let world = World::new().await;
    for a in ["0", "00", N, &format!("0{N}"), "", "xyz", &"f".repeat(800)] {
        let refused = world.initiate("USER_SRP_AUTH", json!({"USERNAME": "ada", "SRP_A": a})).await;
        refused.is_refused("InvalidParameterException", "Invalid SRP_A");
    }
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_the_exchange_is_over() {
    let world = World::new().await;
    let begun = world.srp_begun("ada").await;
    let wrong = world.call("RespondToAuthChallenge", world.srp_answer(&begun, "wrong", NOW)).await;
    wrong.is_refused("NotAuthorizedException", INCORRECT);
    let late = world.call("RespondToAuthChallenge", world.srp_answer(&begun, PASSWORD, NOW)).await;
    let sentence = "Invalid session for the user, session can only be used once.";
    late.is_refused("NotAuthorizedException", sentence);
}

#[tokio::test]
async fn a_proof_is_not_taken_twice() {
    let world = World::new().await;
    let begun = world.srp_begun("ada").await;
    let answer = world.srp_answer(&begun, PASSWORD, NOW);
    world.call("RespondToAuthChallenge", answer.clone()).await.is_signed_in();
    let again = world.call("RespondToAuthChallenge", answer).await;
    let sentence = "Invalid session for the user, session can only be used once.";
    again.is_refused("NotAuthorizedException", sentence);
}

#[tokio::test]
async fn a_proof_for_another_exchange_is_refused() {
    let world = World::new().await;
    let (first, second) = (world.srp_begun("ada").await, world.srp_begun("ada").await);
    let mut answer = world.srp_answer(&first, PASSWORD, NOW);
    let block = text(&second.body, "/ChallengeParameters/SECRET_BLOCK");
    answer["ChallengeResponses"]["PASSWORD_CLAIM_SECRET_BLOCK"] = json!(block);
    let refused = world.call("RespondToAuthChallenge", answer).await;
    refused.is_refused("NotAuthorizedException", INCORRECT);
}

#[tokio::test]
async fn an_old_or_badly_written_timestamp_is_refused() {
    let world = World::new().await;
    for timestamp in ["Tue Nov 14 22:03:20 UTC 2023", "Tue Nov 14 22:13:20 2023", "now"] {
        let begun = world.srp_begun("ada").await;
        let refused = world.call("RespondToAuthChallenge", world.srp_answer(&begun, PASSWORD, timestamp)).await;
        refused.is_refused("NotAuthorizedException", INCORRECT);
        world.clock.advance_millis(1);
    }
}

#[tokio::test]
async fn an_exchange_that_was_never_begun_is_refused() {
    let world = World::new().await;
    let begun = world.srp_begun("ada").await;
    for block in ["AYABAYABAYABAYAB", "not base64!", ""] {
        let mut answer = world.srp_answer(&begun, PASSWORD, NOW);
        answer["ChallengeResponses"]["PASSWORD_CLAIM_SECRET_BLOCK"] = json!(block);
        let refused = world.call("RespondToAuthChallenge", answer).await;
        refused.is_refused("NotAuthorizedException", "Invalid session for the user.");
    }
    let answer = world.srp_answer(&begun, PASSWORD, NOW);
    let other = merged(answer, json!({"Session": "AYABAYABAYABAYABAYABAYAB"}));
    let refused = world.call("RespondToAuthChallenge", other).await;
    refused.is_refused("NotAuthorizedException", "Invalid session for the user.");
}
