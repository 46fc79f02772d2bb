//! Enabling, signing out, resetting, confirming and deleting.

use poolpass::domain::id::{UserKey, UserPoolId};
use poolpass::domain::time::Timestamp;
use poolpass::domain::user::{User, UserStatus};
use poolpass::store::documents;
use serde_json::{Value, json};

use crate::world::{NOW, World, invalid, refused, unknown};

async fn stored(world: &World, pool: &str) -> User {
    let key = documents::user(&UserPoolId::from(pool), &UserKey::from("ada"));
    world.control.database.get(&key).await.unwrap().expect("a user called ada")
}

async fn with_user(attributes: Value) -> (World, String) {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.user(&pool, "ada", attributes).await;
    (world, pool)
}

async fn confirmed(attributes: Value) -> (World, String) {
    let (world, pool) = with_user(attributes).await;
    world.to(&pool, "ada", "AdminSetUserPassword", json!({"Password": "Passw0rd!", "Permanent": true})).await;
    (world, pool)
}

#[tokio::test]
async fn disabling_keeps_the_status_and_signs_out_and_enabling_undoes_the_first() {
    let (world, pool) = confirmed(json!({})).await;
    world.clock.advance_millis(1_000);
    let later = Timestamp::from_millis(NOW.0 + 1_000);
    assert_eq!(world.to(&pool, "ada", "AdminDisableUser", json!({})).await, json!({}));
    let user = stored(&world, &pool).await;
    assert_eq!((user.enabled, user.status, user.signed_out), (false, UserStatus::Confirmed, Some(later)));
    assert_eq!(world.to(&pool, "ada", "AdminEnableUser", json!({})).await, json!({}));
    let user = stored(&world, &pool).await;
    assert_eq!((user.enabled, user.status, user.signed_out), (true, UserStatus::Confirmed, Some(later)));
}

#[tokio::test]
async fn a_global_sign_out_marks_its_moment() {
    let (world, pool) = confirmed(json!({})).await;
    assert_eq!(stored(&world, &pool).await.signed_out, None);
    assert_eq!(world.to(&pool, "ada", "AdminUserGlobalSignOut", json!({})).await, json!({}));
    let user = stored(&world, &pool).await;
    assert_eq!((user.enabled, user.signed_out), (true, Some(Timestamp::from_millis(NOW.0))));
}

#[tokio::test]
async fn a_reset_sends_a_code_to_a_verified_address() {
    let (world, pool) = confirmed(json!({"email": "ada@example.com", "email_verified": "true"})).await;
    assert_eq!(world.to(&pool, "ada", "AdminResetUserPassword", json!({})).await, json!({}));
    assert_eq!(world.status(&pool, "ada").await, "RESET_REQUIRED");
    let messages = world.outbox(&pool).await;
    let sent: Vec<_> = messages.iter().map(|message| (message.to.as_str(), message.purpose.as_str())).collect();
    assert_eq!(sent, [("ada@example.com", "ForgotPassword")]);
}

#[tokio::test]
async fn a_reset_needs_a_verified_address() {
    let (world, pool) = confirmed(json!({"email": "ada@example.com"})).await;
    let sentence = "Cannot reset password for the user as there is no registered/verified email or phone_number";
    assert_eq!(world.to(&pool, "ada", "AdminResetUserPassword", json!({})).await, invalid(sentence));
    assert_eq!(world.status(&pool, "ada").await, "CONFIRMED");
}

#[tokio::test]
async fn an_invited_user_cannot_be_reset() {
    let (world, pool) = with_user(json!({"email": "ada@example.com", "email_verified": "true"})).await;
    let refusal = refused("NotAuthorizedException", "User password cannot be reset in the current state.");
    assert_eq!(world.to(&pool, "ada", "AdminResetUserPassword", json!({})).await, refusal);
}

#[tokio::test]
async fn a_disabled_user_cannot_be_reset() {
    let (world, pool) = confirmed(json!({"email": "ada@example.com", "email_verified": "true"})).await;
    world.to(&pool, "ada", "AdminDisableUser", json!({})).await;
    let answer = world.to(&pool, "ada", "AdminResetUserPassword", json!({})).await;
    assert_eq!(answer, refused("NotAuthorizedException", "User is disabled."));
}

#[tokio::test]
async fn only_an_unconfirmed_user_is_confirmed() {
    let (world, pool) = with_user(json!({})).await;
    let sentence = "User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD";
    let refusal = refused("NotAuthorizedException", sentence);
    assert_eq!(world.to(&pool, "ada", "AdminConfirmSignUp", json!({})).await, refusal);
    let user = User { status: UserStatus::Unconfirmed, ..stored(&world, &pool).await };
    let key = documents::user(&UserPoolId::from(pool.as_str()), &UserKey::from("ada"));
    let put = world.control.database.transact(async |tx| tx.put(&key, &user));
    put.await.unwrap();
    assert_eq!(world.to(&pool, "ada", "AdminConfirmSignUp", json!({})).await, json!({}));
    assert_eq!(world.status(&pool, "ada").await, "CONFIRMED");
}

#[tokio::test]
async fn every_operation_on_a_user_needs_one() {
    let (world, pool) = with_user(json!({})).await;
    for operation in [
        "AdminGetUser",
        "AdminConfirmSignUp",
        "AdminResetUserPassword",
        "AdminDeleteUser",
        "AdminEnableUser",
        "AdminDisableUser",
        "AdminUserGlobalSignOut",
        "AdminListGroupsForUser",
    ] {
        assert_eq!(world.to(&pool, "eve", operation, json!({})).await, unknown(), "{operation}");
    }
}
