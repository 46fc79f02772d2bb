//! What the trace of a sign-in says.

use poolpass::domain::trace::Evidence;
use serde_json::json;

use crate::support::{PASSWORD, Reply, World};

/// The steps about the secret hash.
fn about_hash(world: &World, reply: &Reply) -> Vec<String> {
    world.steps(reply).into_iter().filter(|step| step.starts_with("secret-hash")).collect()
}

#[tokio::test]
async fn of_a_client_without_a_secret_no_secret_hash_is_spoken_of() {
    let world = World::new().await;
    let signed_in = world.with_password("ada", PASSWORD).await;
    signed_in.is_signed_in();
    assert_eq!(about_hash(&world, &signed_in), [""; 0]);
    let parameters = json!({"USERNAME": "ada", "PASSWORD": PASSWORD, "SECRET_HASH": "AAAA"});
    let refused = world.initiate("USER_PASSWORD_AUTH", parameters).await;
    assert_eq!(about_hash(&world, &refused), ["secret-hash-matches Refused"]);
    let cause = format!("client `{}` has no secret, so there is no SECRET_HASH of it: leave it out", world.client);
    assert_eq!(world.cause(&refused), cause);
}

#[tokio::test]
async fn of_a_client_with_a_secret_both_rules_are() {
    let world = World::new().await;
    let client = world.new_client(json!({"GenerateSecret": true})).await;
    let parameters = json!({"USERNAME": "ada", "PASSWORD": PASSWORD, "SECRET_HASH": "AAAA"});
    let refused = world.initiate_at(&client, "USER_PASSWORD_AUTH", parameters).await;
    assert_eq!(about_hash(&world, &refused), ["secret-hash-presented Held", "secret-hash-matches Refused"]);
    assert!(world.cause(&refused).contains("was not made with a live secret"), "{}", world.cause(&refused));
}

#[tokio::test]
async fn an_answer_to_a_challenge_names_its_user() {
    let world = World::new().await;
    let mfa = json!({"Enabled": true});
    let mfa = json!({"UserPoolId": world.pool, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": mfa});
    world.done("SetUserPoolMfaConfig", mfa).await;
    world.with_app("ada").await;
    let session = world.with_password("ada", PASSWORD).await.asks("SOFTWARE_TOKEN_MFA");
    let answer = json!({"SOFTWARE_TOKEN_MFA_CODE": "000000"});
    let refused = world.respond("SOFTWARE_TOKEN_MFA", &session, answer.clone()).await;
    let [Evidence::User { username, .. }] = &world.evidence(&refused, "user-exists")[..] else {
        panic!("{:?}", world.evidence(&refused, "user-exists"));
    };
    assert_eq!(username.as_str(), "ada");
    world.done("AdminDeleteUser", json!({"UserPoolId": world.pool, "Username": "ada"})).await;
    let gone = world.respond("SOFTWARE_TOKEN_MFA", &session, answer).await;
    let beginning = "the user `ada` of the sign-in does not exist any more";
    assert!(world.cause(&gone).starts_with(beginning), "{}", world.cause(&gone));
}
