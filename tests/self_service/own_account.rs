//! `GetUser`, `ChangePassword` and `DeleteUser`: what an access token is good for.

use serde_json::{Value, json};

use crate::support::{HOUR, PASSWORD, Reply, World, limited, refusal, verifying};

const NEW: &str = "Battery-Staple-2";

async fn world_with_ada(client: Value) -> World {
    let world = World::new(verifying(), client).await;
    world.with_user("ada", "ada@example.com").await;
    world
}

async fn change(world: &World, token: &str, previous: &str, proposed: &str) -> Reply {
    let body = json!({"AccessToken": token, "PreviousPassword": previous, "ProposedPassword": proposed});
    world.call("ChangePassword", body).await
}

fn wrong() -> Reply {
    refusal("NotAuthorizedException", "Incorrect username or password.")
}

#[tokio::test]
async fn a_user_sees_the_own_attributes() {
    let world = world_with_ada(json!({})).await;
    let token = world.access_token("ada").await;
    let attributes = json!([
        {"Name": "sub", "Value": world.user("ada").await.sub.as_str()},
        {"Name": "email", "Value": "ada@example.com"},
        {"Name": "email_verified", "Value": "true"},
    ]);
    let reply = world.call("GetUser", json!({"AccessToken": token})).await;
    reply.is(&json!({"Username": "ada", "UserAttributes": attributes}));
}

#[tokio::test]
async fn a_client_shows_a_user_only_what_it_may_read() {
    let world = world_with_ada(json!({"ReadAttributes": ["email"]})).await;
    let token = world.access_token("ada").await;
    let seen = world.done("GetUser", json!({"AccessToken": token})).await;
    let names: Vec<_> = seen["UserAttributes"].as_array().unwrap().iter().map(|one| &one["Name"]).collect();
    assert_eq!(names, ["sub", "email"]);
}

#[tokio::test]
async fn a_token_without_the_scope_of_the_api_is_good_for_nothing_here() {
    let world = world_with_ada(json!({})).await;
    let token = world.access_token_with("ada", &["openid"]).await;
    let refused = refusal("NotAuthorizedException", "Access Token does not have required scopes");
    for (operation, more) in [
        ("GetUser", json!({})),
        ("DeleteUser", json!({})),
        ("ChangePassword", json!({"PreviousPassword": PASSWORD, "ProposedPassword": NEW})),
        ("UpdateUserAttributes", json!({"UserAttributes": []})),
        ("DeleteUserAttributes", json!({"UserAttributeNames": []})),
        ("GetUserAttributeVerificationCode", json!({"AttributeName": "email"})),
        ("VerifyUserAttribute", json!({"AttributeName": "email", "Code": "123456"})),
    ] {
        let body = crate::support::merged(json!({"AccessToken": token}), more);
        assert_eq!(world.call(operation, body).await, refused, "{operation}");
    }
}

#[tokio::test]
async fn a_password_is_replaced_for_whoever_knows_it() {
    let world = world_with_ada(json!({})).await;
    let token = world.access_token("ada").await;
    assert_eq!(change(&world, &token, "Wrong-Horse-1", NEW).await, wrong());
    let weak = "Password did not conform with policy: Password must have symbol characters";
    let refused = refusal("InvalidPasswordException", weak);
    assert_eq!(change(&world, &token, PASSWORD, "BatteryStaple2").await, refused);
    change(&world, &token, PASSWORD, NEW).await.is(&json!({}));
    assert_eq!(change(&world, &token, PASSWORD, "Other-Staple-3").await, wrong());
    change(&world, &token, NEW, PASSWORD).await.is(&json!({}));
}

#[tokio::test]
async fn a_password_is_changed_five_times_an_hour() {
    let world = world_with_ada(json!({})).await;
    let token = world.access_token("ada").await;
    for _ in 0..5 {
        change(&world, &token, PASSWORD, PASSWORD).await.is(&json!({}));
    }
    assert_eq!(change(&world, &token, PASSWORD, NEW).await, limited());
    world.clock.advance_millis(HOUR);
    let token = world.access_token("ada").await;
    change(&world, &token, PASSWORD, NEW).await.is(&json!({}));
}

#[tokio::test]
async fn of_two_changes_at_once_one_wins() {
    let world = world_with_ada(json!({})).await;
    let token = world.access_token("ada").await;
    let other = change(&world, &token, PASSWORD, "Other-Staple-3");
    let (one, other) = tokio::join!(change(&world, &token, PASSWORD, NEW), other);
    let lost = if one.status == 400 { &one } else { &other };
    assert_eq!([&one, &other].iter().filter(|reply| reply.status == 200).count(), 1, "{one:?} {other:?}");
    assert_eq!(*lost, wrong());
}

#[tokio::test]
async fn a_deleted_user_is_gone_and_the_name_is_free() {
    let world = world_with_ada(json!({})).await;
    let token = world.access_token("ada").await;
    world.call("DeleteUser", json!({"AccessToken": token})).await.is(&Value::Null);
    let gone = refusal("UserNotFoundException", "User does not exist.");
    assert_eq!(world.call("GetUser", json!({"AccessToken": token})).await, gone);
    world.with_user("ada", "ada@example.com").await;
    assert_eq!(world.call("GetUser", json!({"AccessToken": token})).await, gone);
}
