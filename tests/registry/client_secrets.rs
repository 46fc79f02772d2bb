//! The two live secrets of a client through the wire.

use serde_json::{Value, json};

use crate::world::{World, refused};

const OWN: &str = "a_secret_of_my_own_choosing";

/// A pool, and the answer that made a client in it.
async fn with_client(settings: Value) -> (World, String, Value) {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, settings).await;
    (world, pool, client)
}

fn id(client: &Value) -> &str {
    client["ClientId"].as_str().unwrap()
}

#[tokio::test]
async fn a_secret_is_rotated_without_a_gap() {
    let (world, pool, client) = with_client(json!({"GenerateSecret": true})).await;
    let id = id(&client);
    let named = json!({"ClientId": id});
    let first = json!({"ClientSecretId": format!("{id}--1767225600125"), "ClientSecretCreateDate": 1_767_225_600.125});
    let listed = world.on(&pool, "ListUserPoolClientSecrets", named.clone()).await;
    assert_eq!(listed, json!({"ClientSecrets": [first]}));

    world.clock.advance_millis(1_000);
    let added = world.on(&pool, "AddUserPoolClientSecret", named.clone()).await;
    let second = json!({"ClientSecretId": format!("{id}--1767225601125"), "ClientSecretCreateDate": 1_767_225_601.125});
    let value = added["ClientSecretDescriptor"]["ClientSecretValue"].clone();
    let mut with_value = second.clone();
    with_value["ClientSecretValue"] = value.clone();
    assert_eq!(added, json!({ "ClientSecretDescriptor": with_value }));
    assert_eq!(value.as_str().unwrap().len(), 52);
    let listed = world.on(&pool, "ListUserPoolClientSecrets", named.clone()).await;
    assert_eq!(listed, json!({"ClientSecrets": [first, second]}));
    let described = world.on(&pool, "DescribeUserPoolClient", named.clone()).await;
    assert_eq!(described, json!({ "UserPoolClient": client }));

    let old = json!({"ClientId": id, "ClientSecretId": first["ClientSecretId"]});
    assert_eq!(world.on(&pool, "DeleteUserPoolClientSecret", old).await, json!({}));
    let listed = world.on(&pool, "ListUserPoolClientSecrets", named.clone()).await;
    assert_eq!(listed, json!({"ClientSecrets": [second]}));
    let mut rotated = client.clone();
    rotated["ClientSecret"] = value;
    let described = world.on(&pool, "DescribeUserPoolClient", named).await;
    assert_eq!(described, json!({ "UserPoolClient": rotated }));
}

#[tokio::test]
async fn a_secret_of_the_callers_own_is_never_shown() {
    let (world, pool, client) = with_client(json!({"ClientSecret": OWN})).await;
    assert_eq!(client["ClientSecret"], Value::Null);
    let added = world.on(&pool, "AddUserPoolClientSecret", json!({"ClientId": id(&client), "ClientSecret": OWN})).await;
    // Made in the same millisecond as the first, it still has an id of its own.
    let descriptor = json!({
        "ClientSecretId": format!("{}--1767225600126", id(&client)),
        "ClientSecretCreateDate": 1_767_225_600.125,
    });
    assert_eq!(added, json!({ "ClientSecretDescriptor": descriptor }));
}

#[tokio::test]
async fn a_third_secret_is_refused_also_when_many_are_added_at_once() {
    let (world, pool, client) = with_client(json!({"GenerateSecret": true})).await;
    let named = json!({"ClientId": id(&client)});
    let answers = world.racing(&pool, "AddUserPoolClientSecret", 16, |_| named.clone()).await;
    let full = refused("LimitExceededException", "Maximum number of client secrets reached for the app client.");
    assert_eq!(answers.iter().filter(|answer| **answer == full).count(), 15);
    let listed = world.on(&pool, "ListUserPoolClientSecrets", named).await;
    assert_eq!(listed["ClientSecrets"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_last_secret_cannot_be_deleted() {
    let (world, pool, client) = with_client(json!({"GenerateSecret": true})).await;
    let only = format!("{}--1767225600125", id(&client));
    let last = json!({"ClientId": id(&client), "ClientSecretId": only});
    assert_eq!(
        world.on(&pool, "DeleteUserPoolClientSecret", last).await,
        refused("InvalidParameterException", "Cannot delete the last remaining client secret.")
    );
    let unknown = json!({"ClientId": id(&client), "ClientSecretId": "nope"});
    assert_eq!(
        world.on(&pool, "DeleteUserPoolClientSecret", unknown).await,
        refused("ResourceNotFoundException", "User pool client secret nope does not exist.")
    );
    let listed = world.on(&pool, "ListUserPoolClientSecrets", json!({"ClientId": id(&client)})).await;
    let kept = json!([{"ClientSecretId": only, "ClientSecretCreateDate": 1_767_225_600.125}]);
    assert_eq!(listed, json!({ "ClientSecrets": kept }));
}

#[tokio::test]
async fn a_public_client_has_no_secrets_and_gets_none() {
    let (world, pool, client) = with_client(json!({})).await;
    let named = json!({"ClientId": id(&client)});
    assert_eq!(
        world.on(&pool, "AddUserPoolClientSecret", named.clone()).await,
        refused("InvalidParameterException", "Client secret operations are not supported for public clients.")
    );
    assert_eq!(world.on(&pool, "ListUserPoolClientSecrets", named.clone()).await, json!({"ClientSecrets": []}));
    let described = world.on(&pool, "DescribeUserPoolClient", named).await;
    assert_eq!(described, json!({ "UserPoolClient": client }));
}
