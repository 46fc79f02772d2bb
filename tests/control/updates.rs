//! `UpdateUserPool`: it replaces everything, or nothing.

use serde_json::{Value, json};

use crate::support::{World, merged};

#[tokio::test]
async fn an_update_replaces_everything_but_the_name_and_what_is_fixed() {
    let world = World::new();
    let pool = world
        .pool(json!({
            "UsernameAttributes": ["email"],
            "UsernameConfiguration": {"CaseSensitive": false},
            "Schema": [{"Name": "team", "AttributeDataType": "String"}],
        }))
        .await;
    let before = world.describe(&pool).await;
    let changed = json!({
        "UserPoolId": pool, "PoolName": "market", "UserPoolTags": {"a": "b"}, "DeletionProtection": "ACTIVE",
        "AutoVerifiedAttributes": ["email", "email"],
    });
    world.clock.advance_millis(1_000);
    assert_eq!(world.call("UpdateUserPool", changed).await.body, "{}");
    let shown = world.describe(&pool).await;
    let expected = [
        ("Name", json!("market")),
        ("UserPoolTags", json!({"a": "b"})),
        ("DeletionProtection", json!("ACTIVE")),
        ("AutoVerifiedAttributes", json!(["email"])),
        ("LastModifiedDate", json!(1_700_000_001.163)),
    ];
    assert_eq!(shown, with(&before, &expected));
    world.done("UpdateUserPool", json!({"UserPoolId": pool})).await;
    let kept = [("Name", json!("market")), ("LastModifiedDate", json!(1_700_000_001.163))];
    assert_eq!(world.describe(&pool).await, with(&before, &kept));
}

#[tokio::test]
async fn a_failed_update_changes_nothing() {
    let world = World::new();
    let pool = world.pool(json!({"UserPoolTags": {"a": "b"}, "AutoVerifiedAttributes": ["email"]})).await;
    let before = world.describe(&pool).await;
    world.clock.advance_millis(1_000);
    for wrong in [
        json!({"MfaConfiguration": "ON"}),
        json!({"AutoVerifiedAttributes": ["phone_number"]}),
        json!({"PoolName": ""}),
        json!({"DeletionProtection": "MAYBE"}),
        json!({"UserPoolTags": {"a": 1}}),
        json!({"UserPoolTier": "LITE", "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP"]}}}),
    ] {
        let request = merged(json!({"UserPoolId": pool, "PoolName": "market"}), wrong.clone());
        assert_eq!(world.call("UpdateUserPool", request).await.status, 400, "{wrong}");
        assert_eq!(world.describe(&pool).await, before, "{wrong}");
    }
}

#[tokio::test]
async fn a_plan_in_use_cannot_be_left_for_a_smaller_one() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let factors = json!({"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}});
    let request = json!({"UserPoolId": pool, "UserPoolTier": "LITE", "Policies": factors});
    world.call("UpdateUserPool", request).await.is_refused(
        "TierChangeNotAllowedException",
        "The following features need to be disabled for the LITE pricing tier configured: Passwordless Sign-In",
    );
    world.done("UpdateUserPool", json!({"UserPoolId": pool, "UserPoolTier": "LITE"})).await;
    assert_eq!(world.describe(&pool).await["UserPoolTier"], "LITE");
}

#[tokio::test]
async fn settings_that_were_fixed_are_no_members_of_an_update() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let before = world.describe(&pool).await;
    let fixed = json!({
        "UserPoolId": pool, "AliasAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": true},
        "Schema": [{"Name": "team", "AttributeDataType": "String"}],
    });
    world.done("UpdateUserPool", fixed).await;
    assert_eq!(world.describe(&pool).await, before);
}

fn with(pool: &Value, changes: &[(&str, Value)]) -> Value {
    merged(pool.clone(), changes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
}
