//! `UpdateUserAttributes`, `DeleteUserAttributes`, `GetUserAttributeVerificationCode` and `VerifyUserAttribute`.

use serde_json::{Value, json};

use crate::support::{HOUR, Reply, World, expired, limited, merged, mismatch, other_than, refusal, verifying};

/// Ada, signed in.
async fn signed_in(pool: Value) -> (World, String) {
    let world = World::new(merged(verifying(), pool), json!({})).await;
    world.with_user("ada", "ada@example.com").await;
    let token = world.access_token("ada").await;
    (world, token)
}

async fn update(world: &World, token: &str, name: &str, value: &str) -> Reply {
    let body = json!({"AccessToken": token, "UserAttributes": [{"Name": name, "Value": value}]});
    world.call("UpdateUserAttributes", body).await
}

async fn verify(world: &World, token: &str, code: &str) -> Reply {
    let body = json!({"AccessToken": token, "AttributeName": "email", "Code": code});
    world.call("VerifyUserAttribute", body).await
}

async fn send_code(world: &World, token: &str, attribute: &str) -> Reply {
    world.call("GetUserAttributeVerificationCode", json!({"AccessToken": token, "AttributeName": attribute})).await
}

fn details() -> Value {
    json!({"Destination": "n***@t***", "DeliveryMedium": "EMAIL", "AttributeName": "email"})
}

async fn email(world: &World) -> (String, bool) {
    let user = world.user("ada").await;
    (user.attribute("email").unwrap_or_default().to_owned(), user.is_verified("email"))
}

#[tokio::test]
async fn a_new_address_is_unproven_until_its_code_comes() {
    let (world, token) = signed_in(json!({})).await;
    let answer = json!({"CodeDeliveryDetailsList": [details()]});
    update(&world, &token, "email", "new@town.example").await.is(&answer);
    assert_eq!(email(&world).await, ("new@town.example".to_owned(), false));
    let message = world.newest().await;
    assert_eq!((message.to.as_str(), message.purpose.as_str()), ("new@town.example", "UpdateUserAttribute"));
    assert_eq!(verify(&world, &token, other_than(&message.code)).await, mismatch());
    verify(&world, &token, &message.code).await.is(&json!({}));
    assert_eq!(email(&world).await, ("new@town.example".to_owned(), true));
    assert_eq!(verify(&world, &token, &message.code).await, expired());
}

#[tokio::test]
async fn the_former_address_stays_where_the_pool_wants_the_new_one_proven_first() {
    let first = json!({"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}});
    let (world, token) = signed_in(first).await;
    let answer = json!({"CodeDeliveryDetailsList": [details()]});
    update(&world, &token, "email", "new@town.example").await.is(&answer);
    assert_eq!(email(&world).await, ("ada@example.com".to_owned(), true));
    verify(&world, &token, &world.newest().await.code).await.is(&json!({}));
    assert_eq!(email(&world).await, ("new@town.example".to_owned(), true));
    assert!(world.user("ada").await.pending.is_empty());
}

#[tokio::test]
async fn a_code_proves_only_the_address_that_it_went_to() {
    let (world, token) = signed_in(json!({})).await;
    send_code(&world, &token, "email").await;
    let code = world.newest().await.code;
    world.change("ada", |user| drop(user.attributes.insert("email".into(), "other@town.example".into()))).await;
    world.change("ada", |user| drop(user.attributes.insert("email_verified".into(), "false".into()))).await;
    assert_eq!(verify(&world, &token, &code).await, expired());
    assert_eq!(email(&world).await, ("other@town.example".to_owned(), false));
}

#[tokio::test]
async fn a_code_lives_for_a_day_to_the_millisecond() {
    for (passed, answer) in [(24 * HOUR - 1, Reply { status: 200, body: json!({}) }), (24 * HOUR, expired())] {
        let (world, token) = signed_in(json!({})).await;
        send_code(&world, &token, "email").await;
        let code = world.newest().await.code;
        world.clock.advance_millis(passed);
        let token = world.access_token("ada").await;
        assert_eq!(verify(&world, &token, &code).await, answer);
    }
}

#[tokio::test]
async fn codes_and_guesses_at_them_are_limited_by_the_hour() {
    let (world, token) = signed_in(json!({})).await;
    let answer = json!({"CodeDeliveryDetails":
        {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}});
    for _ in 0..5 {
        send_code(&world, &token, "email").await.is(&answer);
    }
    assert_eq!(send_code(&world, &token, "email").await, limited());
    let code = world.newest().await.code;
    for _ in 0..15 {
        assert_eq!(verify(&world, &token, other_than(&code)).await, mismatch());
    }
    assert_eq!(verify(&world, &token, &code).await, limited());
}

#[tokio::test]
async fn only_addresses_that_the_user_has_can_be_proven() {
    let (world, token) = signed_in(json!({})).await;
    let odd = refusal("InvalidParameterException", "nickname is not a verifiable attribute.");
    assert_eq!(send_code(&world, &token, "nickname").await, odd);
    let none = refusal("InvalidParameterException", "User does not have phone_number.");
    assert_eq!(send_code(&world, &token, "phone_number").await, none);
}

#[tokio::test]
async fn a_user_cannot_take_the_proven_address_of_another() {
    let (world, token) = signed_in(json!({"AliasAttributes": ["email"]})).await;
    world.with_user("ben", "ben@example.com").await;
    assert_eq!(update(&world, &token, "email", "ben@example.com").await.status, 200);
    let code = world.newest().await.code;
    let clash = refusal("AliasExistsException", "An account with the email already exists.");
    assert_eq!(verify(&world, &token, &code).await, clash);
    assert_eq!(world.user("ben@example.com").await.username, "ben");
}

#[tokio::test]
async fn flags_and_unknown_names_cannot_be_written() {
    let (world, token) = signed_in(json!({})).await;
    let flag = refusal("NotAuthorizedException", "A client attempted to write unauthorized attribute");
    assert_eq!(update(&world, &token, "email_verified", "true").await, flag);
    let unknown = "user.custom:x: Attribute does not exist in the schema.";
    assert_eq!(update(&world, &token, "custom:x", "y").await, refusal("InvalidParameterException", unknown));
}

#[tokio::test]
async fn an_attribute_is_taken_away() {
    let (world, token) = signed_in(json!({})).await;
    update(&world, &token, "nickname", "countess").await.is(&json!({}));
    let delete = |name: &str| json!({"AccessToken": token, "UserAttributeNames": [name]});
    world.call("DeleteUserAttributes", delete("nickname")).await.is(&json!({}));
    assert_eq!(world.user("ada").await.attribute("nickname"), None);
    let unknown = "Invalid user attributes: user.custom:x: Attribute does not exist in the schema.\n";
    let refused = refusal("InvalidParameterException", unknown);
    assert_eq!(world.call("DeleteUserAttributes", delete("custom:x")).await, refused);
}
