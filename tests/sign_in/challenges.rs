//! Sessions that cannot be answered, and the choice of how to begin.

use serde_json::json;

use crate::support::{NOW, PASSWORD, World, merged, text};

const FOREIGN: &str = "Invalid session for the user.";

async fn temporary() -> (World, String) {
    let world = World::new().await;
    world.set_password("ada", "Temp0rary!", false).await;
    let session = world.with_password("ada", "Temp0rary!").await.asks("NEW_PASSWORD_REQUIRED");
    (world, session)
}

#[tokio::test]
async fn a_session_ends_after_the_clients_minutes() {
    let (world, session) = temporary().await;
    let answer =
        async || world.respond("NEW_PASSWORD_REQUIRED", &session, json!({"NEW_PASSWORD": "An0ther!pass"})).await;
    world.clock.advance_millis(3 * 60_000);
    let sentence = "Invalid session for the user, session is expired.";
    answer().await.is_refused("NotAuthorizedException", sentence);
    let client = world.new_client(json!({"AuthSessionValidity": 15})).await;
    let parameters = json!({"USERNAME": "ada", "PASSWORD": "Temp0rary!"});
    let session = world.initiate_at(&client, "USER_PASSWORD_AUTH", parameters).await.asks("NEW_PASSWORD_REQUIRED");
    world.clock.advance_millis(15 * 60_000 - 1);
    let request = json!({
        "ClientId": client, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": session,
        "ChallengeResponses": {"USERNAME": "ada", "NEW_PASSWORD": "An0ther!pass"},
    });
    world.call("RespondToAuthChallenge", request).await.is_signed_in();
}

#[tokio::test]
async fn a_session_of_another_client_user_or_challenge_is_refused_and_stays_good() {
    let (world, session) = temporary().await;
    world.new_user("eve", json!({})).await;
    let other = world.new_client(json!({})).await;
    let request = |client: &str, challenge: &str, name: &str| {
        json!({
            "ClientId": client, "ChallengeName": challenge, "Session": session,
            "ChallengeResponses": {"USERNAME": name, "NEW_PASSWORD": "An0ther!pass", "SOFTWARE_TOKEN_MFA_CODE": "000000"},
        })
    };
    let tried = [
        request(&other, "NEW_PASSWORD_REQUIRED", "ada"),
        request(&world.client, "NEW_PASSWORD_REQUIRED", "eve"),
        request(&world.client, "SOFTWARE_TOKEN_MFA", "ada"),
        merged(request(&world.client, "NEW_PASSWORD_REQUIRED", "ada"), json!({"Session": "AYABAYABAYABAYABAYABAYAB"})),
    ];
    for request in tried {
        let refused = world.call("RespondToAuthChallenge", request).await;
        refused.is_refused("NotAuthorizedException", FOREIGN);
    }
    let right = request(&world.client, "NEW_PASSWORD_REQUIRED", "ada");
    world.call("RespondToAuthChallenge", right).await.is_signed_in();
}

#[tokio::test]
async fn of_two_answers_at_once_one_counts() {
    let (world, session) = temporary().await;
    let answer = |password: &str| world.respond("NEW_PASSWORD_REQUIRED", &session, json!({"NEW_PASSWORD": password}));
    let (one, other) = futures(answer("An0ther!pass"), answer("Th1rd!password")).await;
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400], "{} {}", one.body, other.body);
}

async fn futures<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> (A, B) {
    tokio::join!(one, other)
}

#[tokio::test]
async fn a_user_who_was_disabled_between_two_steps_is_not_signed_in() {
    let (world, session) = temporary().await;
    world.admin("AdminDisableUser", "ada").await;
    let refused = world.respond("NEW_PASSWORD_REQUIRED", &session, json!({"NEW_PASSWORD": "An0ther!pass"})).await;
    refused.is_refused("NotAuthorizedException", "User is disabled.");
}

async fn choosing() -> World {
    let policy = json!({"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}});
    World::with(json!({"Policies": policy}), json!({})).await
}

#[tokio::test]
async fn who_names_no_preference_may_choose() {
    let world = World::new().await;
    let begun = world.initiate("USER_AUTH", json!({"USERNAME": "ada"})).await;
    let session = begun.asks("SELECT_CHALLENGE");
    assert_eq!(begun.body["AvailableChallenges"], json!(["PASSWORD_SRP", "PASSWORD"]));
    let odd = world.respond("SELECT_CHALLENGE", &session, json!({"ANSWER": "EMAIL_OTP"})).await;
    odd.is_refused("InvalidParameterException", "Invalid ANSWER for the challenge");
    let chosen = json!({"ANSWER": "PASSWORD", "PASSWORD": PASSWORD});
    world.respond("SELECT_CHALLENGE", &session, chosen).await.is_signed_in();
}

#[tokio::test]
async fn srp_can_be_chosen_and_preferred() {
    let world = World::new().await;
    let a = crate::srp_client::SrpClient::new().public();
    let session = world.initiate("USER_AUTH", json!({"USERNAME": "ada"})).await.asks("SELECT_CHALLENGE");
    let chosen = world.respond("SELECT_CHALLENGE", &session, json!({"ANSWER": "PASSWORD_SRP", "SRP_A": a})).await;
    let preferred = json!({"USERNAME": "ada", "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": a});
    let preferred = world.initiate("USER_AUTH", preferred).await;
    for begun in [chosen, preferred] {
        let session = begun.asks("PASSWORD_VERIFIER");
        let answer = merged(world.srp_answer(&begun, PASSWORD, NOW), json!({"Session": session}));
        world.call("RespondToAuthChallenge", answer).await.is_signed_in();
    }
}

#[tokio::test]
async fn a_code_by_e_mail_is_a_first_factor() {
    let world = choosing().await;
    let parameters = json!({"USERNAME": "ada", "PREFERRED_CHALLENGE": "EMAIL_OTP"});
    let begun = world.initiate("USER_AUTH", parameters).await;
    let session = begun.asks("EMAIL_OTP");
    assert_eq!(begun.body["AvailableChallenges"], json!(["EMAIL_OTP"]));
    assert_eq!(text(&begun.body, "/ChallengeParameters/CODE_DELIVERY_DESTINATION"), "a***@s***");
    for _ in 0..5 {
        let wrong = world.respond("EMAIL_OTP", &session, json!({"EMAIL_OTP_CODE": "00000000"})).await;
        wrong.is_refused("CodeMismatchException", "Invalid code or auth state for the user.");
    }
    let code = world.last_code().await;
    world.respond("EMAIL_OTP", &session, json!({"EMAIL_OTP_CODE": code})).await.is_signed_in();
    let again = world.respond("EMAIL_OTP", &session, json!({"EMAIL_OTP_CODE": code})).await;
    let sentence = "Invalid session for the user, session can only be used once.";
    again.is_refused("NotAuthorizedException", sentence);
}
