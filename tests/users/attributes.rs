//! Attributes as the schema of a pool allows them.

use serde_json::{Value, json};

use crate::world::{World, invalid, listed, refused, unknown};

const UPDATE: &str = "AdminUpdateUserAttributes";

async fn update(world: &World, pool: &str, attributes: Value) -> Value {
    world.to(pool, "ada", UPDATE, json!({"UserAttributes": listed(&attributes)})).await
}

async fn with_schema(schema: Value) -> (World, String) {
    let world = World::new();
    let pool = world.pool(json!({ "Schema": schema })).await;
    world.user(&pool, "ada", json!({})).await;
    (world, pool)
}

#[tokio::test]
async fn an_update_writes_what_it_names_and_an_empty_value_takes_away() {
    let (world, pool) = with_schema(json!([{"Name": "team", "AttributeDataType": "String"}])).await;
    let values = json!({"name": "Ada", "custom:team": "red", "locale": "en"});
    assert_eq!(update(&world, &pool, values).await, json!({}));
    assert_eq!(update(&world, &pool, json!({"name": "Ada L.", "locale": ""})).await, json!({}));
    assert_eq!(world.attributes(&pool, "ada").await, json!({"name": "Ada L.", "custom:team": "red"}));
}

#[tokio::test]
async fn a_missing_value_is_an_empty_one() {
    let (world, pool) = with_schema(Value::Null).await;
    update(&world, &pool, json!({"name": "Ada", "locale": "en"})).await;
    let request = json!({"UserAttributes": [{"Name": "name"}, {"Name": "locale", "Value": null}]});
    assert_eq!(world.to(&pool, "ada", UPDATE, request).await, json!({}));
    assert_eq!(world.attributes(&pool, "ada").await, json!({}));
}

#[tokio::test]
async fn a_refused_update_changes_nothing() {
    let (world, pool) = with_schema(Value::Null).await;
    let refusal = invalid("user.custom:x: Attribute does not exist in the schema.");
    assert_eq!(update(&world, &pool, json!({"name": "Ada", "custom:x": "1"})).await, refusal);
    assert_eq!(world.attributes(&pool, "ada").await, json!({}));
}

#[tokio::test]
async fn a_new_user_has_only_attributes_of_the_schema() {
    let (world, pool) = with_schema(Value::Null).await;
    let request = json!({"UserAttributes": listed(&json!({"custom:x": "1"}))});
    let sentence = "Attributes did not conform to the schema: Type for attribute {custom:x} could not be determined";
    assert_eq!(world.to(&pool, "bob", "AdminCreateUser", request).await, invalid(sentence));
}

#[tokio::test]
async fn an_immutable_attribute_is_given_at_creation_or_never() {
    let world = World::new();
    let schema = json!([{"Name": "tenant", "AttributeDataType": "String", "Mutable": false}]);
    let pool = world.pool(json!({ "Schema": schema })).await;
    world.user(&pool, "ada", json!({"custom:tenant": "a"})).await;
    world.user(&pool, "bob", json!({})).await;
    let refusal = invalid("user.custom:tenant: Attribute cannot be updated.");
    for user in ["ada", "bob"] {
        let change = json!({"UserAttributes": listed(&json!({"custom:tenant": "b"}))});
        assert_eq!(world.to(&pool, user, UPDATE, change).await, refusal, "{user}");
    }
    let deletion = json!({"UserAttributeNames": ["custom:tenant"]});
    assert_eq!(world.to(&pool, "ada", "AdminDeleteUserAttributes", deletion).await, refusal);
}

#[tokio::test]
async fn the_sub_is_nobodys_to_write() {
    let (world, pool) = with_schema(Value::Null).await;
    let refusal = invalid("user.sub: Attribute cannot be updated.");
    assert_eq!(update(&world, &pool, json!({"sub": "mine"})).await, refusal);
    let request = json!({"UserAttributes": listed(&json!({"sub": "mine"}))});
    assert_eq!(world.to(&pool, "bob", "AdminCreateUser", request).await, refusal);
}

#[tokio::test]
async fn values_keep_within_the_bounds_of_their_attribute() {
    let (world, pool) = with_schema(json!([
        {"Name": "code", "AttributeDataType": "String", "StringAttributeConstraints": {"MinLength": "2", "MaxLength": "4"}},
        {"Name": "age", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "-1", "MaxValue": "120"}},
        {"Name": "vip", "AttributeDataType": "Boolean"},
        {"Name": "joined", "AttributeDataType": "DateTime"},
    ]))
    .await;
    for (name, value, sentence) in [
        ("custom:code", "a", "String must be at least 2 characters long"),
        ("custom:code", "abcde", "String must be no longer than 4 characters"),
        ("custom:age", "-2", "Number must be at least -1"),
        ("custom:age", "121", "Number must be no larger than 120"),
        ("custom:age", "1.5", "Invalid number"),
        ("custom:age", "99999999999999999999", "Invalid number"),
        ("custom:vip", "yes", "Invalid boolean"),
        ("custom:joined", "yesterday", "Invalid date and time"),
        ("birthdate", "1815", "String must be at least 10 characters long"),
        ("updated_at", "-1", "Number must be at least 0"),
    ] {
        let refusal = invalid(&format!("user.{name}: {sentence}"));
        assert_eq!(update(&world, &pool, json!({name: value})).await, refusal, "{name} {value}");
    }
    let fitting = json!({"custom:code": "abcd", "custom:age": "-1", "custom:vip": "true",
        "custom:joined": "2026-01-01T00:00:00Z", "birthdate": "1815-12-10", "updated_at": "0"});
    assert_eq!(update(&world, &pool, fitting.clone()).await, json!({}));
    assert_eq!(world.attributes(&pool, "ada").await, fitting);
}

#[tokio::test]
async fn the_sentence_about_a_new_user_is_another_one() {
    let (world, pool) = with_schema(json!([{"Name": "age", "AttributeDataType": "Number"}])).await;
    let request = json!({"UserAttributes": listed(&json!({"custom:age": "old"}))});
    let sentence = "Attributes did not conform to the schema: custom:age: Invalid number\n";
    assert_eq!(world.to(&pool, "bob", "AdminCreateUser", request).await, invalid(sentence));
}

#[tokio::test]
async fn addresses_look_like_addresses() {
    let (world, pool) = with_schema(Value::Null).await;
    for email in ["ada", "@example.com", "ada@", "a b@example.com", "a@b@c"] {
        assert_eq!(update(&world, &pool, json!({"email": email})).await, invalid("Invalid email address format."));
    }
    for phone in ["5550100", "+", "+1 555 0100", "+0123", "+1234567890123456", "+12x"] {
        let refusal = invalid("Invalid phone number format.");
        assert_eq!(update(&world, &pool, json!({"phone_number": phone})).await, refusal, "{phone}");
    }
}

#[tokio::test]
async fn a_flag_is_written_in_any_case_and_kept_in_one() {
    let (world, pool) = with_schema(Value::Null).await;
    update(&world, &pool, json!({"email": "ada@example.com", "email_verified": "True"})).await;
    let kept = json!({"email": "ada@example.com", "email_verified": "true"});
    assert_eq!(world.attributes(&pool, "ada").await, kept);
}

#[tokio::test]
async fn a_new_address_is_not_verified_unless_the_administrator_says_so() {
    let (world, pool) = with_schema(Value::Null).await;
    let verified = |email: &str| json!({"email": email, "email_verified": "true"});
    update(&world, &pool, verified("a@example.com")).await;
    update(&world, &pool, json!({"email": "b@example.com"})).await;
    let reset = json!({"email": "b@example.com", "email_verified": "false"});
    assert_eq!(world.attributes(&pool, "ada").await, reset);
    update(&world, &pool, verified("c@example.com")).await;
    update(&world, &pool, json!({"email": "c@example.com"})).await;
    assert_eq!(world.attributes(&pool, "ada").await, verified("c@example.com"));
}

#[tokio::test]
async fn a_new_address_that_the_pool_verifies_gets_a_code() {
    let world = World::new();
    let pool = world.pool(json!({"AutoVerifiedAttributes": ["email"]})).await;
    world.user(&pool, "ada", json!({"email": "a@example.com", "email_verified": "true"})).await;
    update(&world, &pool, json!({"email": "b@example.com"})).await;
    let messages = world.outbox(&pool).await;
    let sent: Vec<_> = messages.iter().map(|message| (message.to.as_str(), message.purpose.as_str())).collect();
    assert_eq!(sent, [("b@example.com", "UpdateUserAttribute")]);
    assert_eq!(messages[0].code.len(), 6);
    update(&world, &pool, json!({"email": "c@example.com", "email_verified": "true"})).await;
    assert_eq!(world.outbox(&pool).await.len(), 1);
}

#[tokio::test]
async fn where_a_pool_verifies_first_the_old_address_stays_until_then() {
    let world = World::new();
    let pool = world
        .pool(json!({"AutoVerifiedAttributes": ["email"],
            "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}}))
        .await;
    let old = json!({"email": "a@example.com", "email_verified": "true"});
    world.user(&pool, "ada", old.clone()).await;
    update(&world, &pool, json!({"email": "b@example.com", "name": "Ada"})).await;
    let kept = json!({"email": "a@example.com", "email_verified": "true", "name": "Ada"});
    assert_eq!(world.attributes(&pool, "ada").await, kept);
    assert_eq!(world.outbox(&pool).await[0].to, "b@example.com");
}

#[tokio::test]
async fn deleted_attributes_are_gone_and_those_of_a_verified_address_go_together() {
    let (world, pool) = with_schema(Value::Null).await;
    update(&world, &pool, json!({"email": "a@example.com", "email_verified": "true", "name": "Ada", "locale": "en"}))
        .await;
    let deletion = json!({"UserAttributeNames": ["email", "name", "nickname"]});
    assert_eq!(world.to(&pool, "ada", "AdminDeleteUserAttributes", deletion).await, json!({}));
    assert_eq!(world.attributes(&pool, "ada").await, json!({"locale": "en"}));
}

#[tokio::test]
async fn what_is_not_in_the_schema_cannot_be_deleted() {
    let (world, pool) = with_schema(Value::Null).await;
    let deletion = json!({"UserAttributeNames": ["name", "custom:x"]});
    let refusal = invalid("Invalid user attributes: user.custom:x: Attribute does not exist in the schema.\n");
    assert_eq!(world.to(&pool, "ada", "AdminDeleteUserAttributes", deletion).await, refusal);
}

#[tokio::test]
async fn an_address_that_is_the_name_cannot_be_taken_away() {
    let world = World::new();
    let pool = world.pool(json!({"UsernameAttributes": ["email"]})).await;
    world.user(&pool, "ada@example.com", json!({})).await;
    let refusal = invalid("user.email: Attribute cannot be updated.");
    let deletion = json!({"UserAttributeNames": ["email"]});
    assert_eq!(world.to(&pool, "ada@example.com", "AdminDeleteUserAttributes", deletion).await, refusal);
    let empty = json!({"UserAttributes": [{"Name": "email", "Value": ""}]});
    assert_eq!(world.to(&pool, "ada@example.com", UPDATE, empty).await, refusal);
}

#[tokio::test]
async fn what_is_required_cannot_be_taken_away() {
    let (world, pool) = with_schema(json!([{"Name": "email", "Required": true}])).await;
    let refusal = invalid("Attributes did not conform to the schema: email: The attribute is required\n");
    assert_eq!(update(&world, &pool, json!({"email": ""})).await, refusal);
}

#[tokio::test]
async fn an_attribute_for_developers_is_an_administrators_to_write() {
    let schema = json!([{"Name": "risk", "AttributeDataType": "Number", "DeveloperOnlyAttribute": true}]);
    let (world, pool) = with_schema(schema).await;
    assert_eq!(update(&world, &pool, json!({"dev:custom:risk": "3"})).await, json!({}));
    assert_eq!(world.attributes(&pool, "ada").await, json!({"dev:custom:risk": "3"}));
}

#[tokio::test]
async fn nobody_is_updated_who_is_not_there() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    assert_eq!(update(&world, &pool, json!({"name": "Ada"})).await, unknown());
    let elsewhere = refused("ResourceNotFoundException", "User pool us-east-1_Missing00 does not exist.");
    assert_eq!(update(&world, "us-east-1_Missing00", json!({"name": "Ada"})).await, elsewhere);
}
