//! Passwords as an administrator sets them.

use serde_json::{Value, json};

use crate::world::{World, refused, unknown};

async fn set(world: &World, pool: &str, password: &str, permanent: bool) -> Value {
    world.to(pool, "ada", "AdminSetUserPassword", json!({"Password": password, "Permanent": permanent})).await
}

async fn with_policy(policy: Value) -> (World, String) {
    let world = World::new();
    let pool = world.pool(json!({"Policies": {"PasswordPolicy": policy}})).await;
    world.user(&pool, "ada", json!({})).await;
    (world, pool)
}

fn breaks(rule: &str) -> Value {
    refused("InvalidPasswordException", &format!("Password did not conform with policy: {rule}"))
}

#[tokio::test]
async fn a_permanent_password_confirms_and_a_temporary_one_must_be_changed() {
    let (world, pool) = with_policy(json!({})).await;
    assert_eq!(set(&world, &pool, "Passw0rd!", true).await, json!({}));
    assert_eq!(world.status(&pool, "ada").await, "CONFIRMED");
    assert_eq!(set(&world, &pool, "Passw0rd!", false).await, json!({}));
    assert_eq!(world.status(&pool, "ada").await, "FORCE_CHANGE_PASSWORD");
}

#[tokio::test]
async fn the_first_rule_that_a_password_breaks_is_named() {
    let strict = json!({"MinimumLength": 8, "RequireUppercase": true, "RequireLowercase": true,
        "RequireNumbers": true, "RequireSymbols": true});
    let (world, pool) = with_policy(strict).await;
    for (password, rule) in [
        ("a", "Password not long enough"),
        ("aaaaaaa", "Password not long enough"),
        ("aaaaaaaa", "Password must have uppercase characters"),
        ("AAAAAAAA", "Password must have lowercase characters"),
        ("AAAAaaaa", "Password must have numeric characters"),
        ("AAAAaaa1", "Password must have symbol characters"),
        ("AAAAaaa1é", "Password must have symbol characters"),
    ] {
        assert_eq!(set(&world, &pool, password, true).await, breaks(rule), "{password}");
    }
    for symbol in r#"^$*.[]{}()?-"!@#%&/\,><':;|_~`+="#.chars() {
        assert_eq!(set(&world, &pool, &format!("AAAaaa1{symbol}"), true).await, json!({}), "{symbol}");
    }
}

#[tokio::test]
async fn a_policy_asks_only_for_what_it_names() {
    let (world, pool) = with_policy(json!({"MinimumLength": 6})).await;
    assert_eq!(set(&world, &pool, "aaaaaa", true).await, json!({}));
    assert_eq!(set(&world, &pool, "aaaaa", true).await, breaks("Password not long enough"));
}

#[tokio::test]
async fn a_password_is_not_used_again_while_it_is_remembered() {
    let (world, pool) = with_policy(json!({"MinimumLength": 6, "PasswordHistorySize": 2})).await;
    let used = refused(
        "PasswordHistoryPolicyViolationException",
        "Password has previously been used. Please choose a different one.",
    );
    for password in ["first-1", "second-2"] {
        assert_eq!(set(&world, &pool, password, true).await, json!({}), "{password}");
    }
    for password in ["first-1", "second-2"] {
        assert_eq!(set(&world, &pool, password, true).await, used, "{password}");
    }
    assert_eq!(set(&world, &pool, "third-3", true).await, json!({}));
    assert_eq!(set(&world, &pool, "first-1", true).await, json!({}));
}

#[tokio::test]
async fn nobody_without_an_account_has_a_password() {
    let (world, pool) = with_policy(json!({})).await;
    let answer = world.to(&pool, "eve", "AdminSetUserPassword", json!({"Password": "Passw0rd!"})).await;
    assert_eq!(answer, unknown());
}

#[tokio::test]
async fn no_answer_and_no_document_contains_a_password() {
    use poolpass::store::Store;
    let (world, pool) = with_policy(json!({})).await;
    set(&world, &pool, "Tr0ub4dor&3", true).await;
    let documents = world.store.scan("", None, 10_000).await.unwrap();
    let contain = |stored: &poolpass::store::Stored| String::from_utf8_lossy(&stored.value).contains("Tr0ub4dor");
    assert!(documents.len() > 5 && !documents.iter().any(contain));
}
