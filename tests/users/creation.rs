//! `AdminCreateUser` and what comes of it.

use poolpass::control::ControlSettings;
use poolpass::domain::quotas::Quotas;
use serde_json::{Value, json};

use crate::world::{NOW, World, invalid, listed, refused, unknown};

#[tokio::test]
async fn a_new_user_has_a_sub_and_must_change_the_password() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let request =
        json!({"UserAttributes": listed(&json!({"email": "ada@example.com"})), "TemporaryPassword": "Passw0rd!"});
    let made = world.to(&pool, "ada", "AdminCreateUser", request).await;
    let sub = made["User"]["Attributes"][1]["Value"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    assert_eq!((sub.len(), sub.as_bytes()[14]), (36, b'4'), "{sub}");
    let attributes = json!([{"Name": "email", "Value": "ada@example.com"}, {"Name": "sub", "Value": sub}]);
    let user = json!({"Username": "ada", "Attributes": attributes, "UserCreateDate": NOW.1,
        "UserLastModifiedDate": NOW.1, "Enabled": true, "UserStatus": "FORCE_CHANGE_PASSWORD"});
    assert_eq!(made, json!({ "User": user }));
    let seen = json!({"Username": "ada", "UserAttributes": attributes, "UserCreateDate": NOW.1,
        "UserLastModifiedDate": NOW.1, "Enabled": true, "UserStatus": "FORCE_CHANGE_PASSWORD"});
    assert_eq!(world.to(&pool, "ada", "AdminGetUser", json!({})).await, seen);
    assert_eq!(world.to(&pool, &sub, "AdminGetUser", json!({})).await, seen);
}

#[tokio::test]
async fn an_invitation_carries_the_temporary_password_to_the_address_that_was_asked_for() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let both = listed(&json!({"email": "ada@example.com", "phone_number": "+15550100"}));
    let to = |messages: Vec<poolpass::domain::account::Message>| -> Vec<(String, String)> {
        messages.into_iter().map(|message| (message.to, message.code)).collect()
    };
    let request =
        json!({"UserAttributes": both, "TemporaryPassword": "Passw0rd!", "DesiredDeliveryMediums": ["EMAIL"]});
    world.to(&pool, "ada", "AdminCreateUser", request).await;
    assert_eq!(to(world.outbox(&pool).await), [("ada@example.com".to_owned(), "Passw0rd!".to_owned())]);
    let request = json!({"TemporaryPassword": "Other-0ne", "MessageAction": "RESEND"});
    world.to(&pool, "ada", "AdminCreateUser", request).await;
    assert_eq!(to(world.outbox(&pool).await)[0], ("+15550100".to_owned(), "Other-0ne".to_owned()));
}

#[tokio::test]
async fn a_suppressed_invitation_is_not_sent() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.user(&pool, "ada", json!({"email": "ada@example.com"})).await;
    assert!(world.outbox(&pool).await.is_empty());
}

#[tokio::test]
async fn a_generated_password_conforms_with_the_strictest_policy() {
    let world = World::new();
    let strict = json!({"MinimumLength": 40, "RequireUppercase": true, "RequireLowercase": true,
        "RequireNumbers": true, "RequireSymbols": true});
    let pool = world.pool(json!({"Policies": {"PasswordPolicy": strict}})).await;
    let request = json!({"UserAttributes": listed(&json!({"email": "ada@example.com"}))});
    world.to(&pool, "ada", "AdminCreateUser", request).await;
    let generated = world.outbox(&pool).await.remove(0).code;
    assert_eq!(generated.chars().count(), 40);
    let set = world.to(&pool, "ada", "AdminSetUserPassword", json!({"Password": generated, "Permanent": true})).await;
    assert_eq!(set, json!({}));
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.user(&pool, "ada", json!({})).await;
    let exists = refused("UsernameExistsException", "User account already exists");
    assert_eq!(world.to(&pool, "ada", "AdminCreateUser", json!({})).await, exists);
    let other = world.pool(json!({})).await;
    world.user(&other, "ada", json!({})).await;
}

#[tokio::test]
async fn a_name_that_is_the_sub_of_another_is_taken() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let made = world.user(&pool, "ada", json!({})).await;
    let sub = made["Attributes"][0]["Value"].as_str().unwrap();
    let exists = refused("UsernameExistsException", "User account already exists");
    assert_eq!(world.to(&pool, sub, "AdminCreateUser", json!({})).await, exists);
}

#[tokio::test]
async fn only_an_open_invitation_is_repeated() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let again = json!({"MessageAction": "RESEND"});
    assert_eq!(world.to(&pool, "ada", "AdminCreateUser", again.clone()).await, unknown());
    world.user(&pool, "ada", json!({})).await;
    world.clock.advance_millis(1_000);
    let repeated = world.to(&pool, "ada", "AdminCreateUser", again.clone()).await;
    assert_eq!(repeated["User"]["UserLastModifiedDate"], json!(NOW.1 + 1.0));
    world.to(&pool, "ada", "AdminSetUserPassword", json!({"Password": "Passw0rd!", "Permanent": true})).await;
    let closed = "Resend not possible. ada status is not FORCE_CHANGE_PASSWORD";
    let refusal = refused("UnsupportedUserStateException", closed);
    assert_eq!(world.to(&pool, "ada", "AdminCreateUser", again).await, refusal);
}

fn factors(factors: &[&str]) -> Value {
    json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": factors}}})
}

#[tokio::test]
async fn whoever_can_sign_in_with_a_code_needs_no_password() {
    let world = World::new();
    let pool = world.pool(factors(&["PASSWORD", "EMAIL_OTP"])).await;
    world.user(&pool, "ada", json!({"email": "ada@example.com", "email_verified": "true"})).await;
    assert_eq!(world.status(&pool, "ada").await, "CONFIRMED");
}

#[tokio::test]
async fn where_other_factors_are_possible_nobody_gets_a_password_that_nobody_learns() {
    let world = World::new();
    let pool = world.pool(factors(&["PASSWORD", "WEB_AUTHN"])).await;
    let request = json!({"MessageAction": "SUPPRESS"});
    let refusal = invalid("User is required to have a password");
    assert_eq!(world.to(&pool, "ada", "AdminCreateUser", request).await, refusal);
    assert_eq!(world.to(&pool, "ada", "AdminGetUser", json!({})).await, unknown());
}

#[tokio::test]
async fn a_temporary_password_must_conform_too() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let made = world.to(&pool, "ada", "AdminCreateUser", json!({"TemporaryPassword": "short"})).await;
    let sentence = "Password did not conform with policy: Password not long enough";
    assert_eq!(made, refused("InvalidPasswordException", sentence));
    assert_eq!(world.to(&pool, "ada", "AdminGetUser", json!({})).await, unknown());
}

#[tokio::test]
async fn a_pool_counts_its_users() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let count = async || {
        world.on(&pool, "DescribeUserPool", json!({})).await["UserPool"]["EstimatedNumberOfUsers"].as_u64().unwrap()
    };
    assert_eq!(count().await, 0);
    world.user(&pool, "ada", json!({})).await;
    world.user(&pool, "bob", json!({})).await;
    assert_eq!(count().await, 2);
    world.to(&pool, "ada", "AdminDeleteUser", json!({})).await;
    assert_eq!(count().await, 1);
}

#[tokio::test]
async fn a_full_pool_takes_nobody_until_somebody_leaves() {
    let quotas = Quotas { users: 1, ..Quotas::default() };
    let world = World::with(ControlSettings { quotas, ..ControlSettings::default() });
    let pool = world.pool(json!({})).await;
    world.user(&pool, "ada", json!({})).await;
    let full = world.to(&pool, "bob", "AdminCreateUser", json!({})).await;
    assert_eq!(full["message"], format!("User limit exceeded: user pool {pool} may have 1."));
    world.to(&pool, "ada", "AdminDeleteUser", json!({})).await;
    world.user(&pool, "bob", json!({})).await;
}
