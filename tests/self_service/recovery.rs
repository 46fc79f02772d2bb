//! `ForgotPassword` and `ConfirmForgotPassword`: where codes go, what they are good for, what strangers learn.

use poolpass::domain::user::UserStatus;
use serde_json::{Value, json};

use crate::support::{
    HOUR, PASSWORD, Reply, World, expired, limited, merged, mismatch, other_than, refusal, verifying,
};

const NEW: &str = "Battery-Staple-2";

async fn forgot(world: &World, username: &str) -> Reply {
    world.ask("ForgotPassword", json!({"Username": username})).await
}

async fn reset(world: &World, username: &str, code: &str, password: &str) -> Reply {
    let body = json!({"Username": username, "ConfirmationCode": code, "Password": password});
    world.ask("ConfirmForgotPassword", body).await
}

fn sent_to(destination: &str, medium: &str, attribute: &str) -> Value {
    let details = json!({"Destination": destination, "DeliveryMedium": medium, "AttributeName": attribute});
    json!({"CodeDeliveryDetails": details})
}

async fn world_with_ada(pool: Value, client: Value) -> World {
    let world = World::new(merged(verifying(), pool), client).await;
    world.with_user("ada", "ada@example.com").await;
    world
}

#[tokio::test]
async fn a_code_sets_a_new_password_once() {
    let world = world_with_ada(json!({}), json!({})).await;
    forgot(&world, "ada").await.is(&sent_to("a***@e***", "EMAIL", "email"));
    let code = world.newest().await.code;
    assert_eq!(reset(&world, "ada", other_than(&code), NEW).await, mismatch());
    reset(&world, "ada", &code, NEW).await.is(&json!({}));
    assert!(world.has_password("ada", NEW).await);
    assert!(!world.has_password("ada", PASSWORD).await);
    assert_eq!(reset(&world, "ada", &code, NEW).await, expired());
}

#[tokio::test]
async fn a_code_lives_for_an_hour_to_the_millisecond() {
    for (passed, answer) in [(HOUR - 1, Reply { status: 200, body: json!({}) }), (HOUR, expired())] {
        let world = world_with_ada(json!({}), json!({})).await;
        forgot(&world, "ada").await;
        let code = world.newest().await.code;
        world.clock.advance_millis(passed);
        assert_eq!(reset(&world, "ada", &code, NEW).await, answer);
    }
}

#[tokio::test]
async fn of_two_who_use_one_code_at_once_one_wins() {
    let world = world_with_ada(json!({}), json!({})).await;
    forgot(&world, "ada").await;
    let code = world.newest().await.code;
    let (one, other) = tokio::join!(reset(&world, "ada", &code, NEW), reset(&world, "ada", &code, "Other-Staple-3"));
    let won = [one.status, other.status].iter().filter(|status| **status == 200).count();
    assert_eq!(won, 1, "{one:?} {other:?}");
}

#[tokio::test]
async fn a_reset_confirms_a_user_whose_password_an_administrator_took() {
    let world = world_with_ada(json!({}), json!({})).await;
    world.change("ada", |user| user.status = UserStatus::ResetRequired).await;
    forgot(&world, "ada").await;
    let code = world.newest().await.code;
    reset(&world, "ada", &code, NEW).await.is(&json!({}));
    assert_eq!(world.user("ada").await.status.name(), "CONFIRMED");
}

#[tokio::test]
async fn a_bad_password_does_not_cost_the_code() {
    let history = json!({"Policies": {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 2}}});
    let world = world_with_ada(history, json!({})).await;
    forgot(&world, "ada").await;
    let code = world.newest().await.code;
    let short = "Password did not conform with policy: Password not long enough";
    assert_eq!(reset(&world, "ada", &code, "Short-1").await, refusal("InvalidPasswordException", short));
    let used = reset(&world, "ada", &code, PASSWORD).await;
    assert_eq!(used.body["__type"], "PasswordHistoryPolicyViolationException");
    reset(&world, "ada", &code, NEW).await.is(&json!({}));
}

#[tokio::test]
async fn a_stranger_cannot_tell_an_unknown_name_from_a_known_one() {
    let pool = json!({"UsernameAttributes": ["email"], "AutoVerifiedAttributes": ["email"]});
    let world = World::new(pool, json!({"PreventUserExistenceErrors": "ENABLED"})).await;
    world.with_user("tess@town.example", "tess@town.example").await;
    let (known, unknown) = ("tess@town.example", "tom@tower.example");
    for name in [known, unknown] {
        assert_eq!(reset(&world, name, "123456", NEW).await, expired(), "{name}");
        forgot(&world, name).await.is(&sent_to("t***@t***", "EMAIL", "email"));
    }
    let code = world.newest().await.code;
    for name in [known, unknown] {
        for _ in 0..19 {
            assert_eq!(reset(&world, name, other_than(&code), NEW).await, mismatch(), "{name}");
        }
        assert_eq!(reset(&world, name, other_than(&code), NEW).await, limited(), "{name}");
    }
    for name in [known, unknown] {
        for _ in 0..19 {
            assert_eq!(forgot(&world, name).await.status, 200, "{name}");
        }
        assert_eq!(forgot(&world, name).await, limited(), "{name}");
    }
}

#[tokio::test]
async fn a_hidden_user_who_cannot_be_reached_is_answered_like_nobody() {
    let world = world_with_ada(json!({}), json!({"PreventUserExistenceErrors": "ENABLED"})).await;
    world.change("ada", |user| user.enabled = false).await;
    let disabled = forgot(&world, "ada").await;
    world.change("ada", |user| user.enabled = true).await;
    world.change("ada", |user| drop(user.attributes.remove("email_verified"))).await;
    let unverified = forgot(&world, "ada").await;
    assert_eq!(disabled.status, 200);
    assert_eq!(disabled, unverified);
    assert_eq!(reset(&world, "ada", "123456", NEW).await, mismatch());
}

#[tokio::test]
async fn a_client_that_hides_nothing_says_why_no_code_was_sent() {
    let world = world_with_ada(json!({}), json!({})).await;
    let unknown = refusal("UserNotFoundException", "Username/client id combination not found.");
    assert_eq!(forgot(&world, "nobody").await, unknown);
    assert_eq!(reset(&world, "nobody", "123456", NEW).await, unknown);
    world.change("ada", |user| drop(user.attributes.remove("email_verified"))).await;
    let unreachable = "Cannot reset password for the user as there is no registered/verified email or phone_number";
    assert_eq!(forgot(&world, "ada").await, refusal("InvalidParameterException", unreachable));
    world.change("ada", |user| user.status = UserStatus::ForceChangePassword).await;
    let state = refusal("NotAuthorizedException", "User password cannot be reset in the current state.");
    assert_eq!(forgot(&world, "ada").await, state);
    world.change("ada", |user| user.enabled = false).await;
    assert_eq!(forgot(&world, "ada").await, refusal("NotAuthorizedException", "User is disabled."));
}

#[tokio::test]
async fn the_pool_says_where_a_code_goes_first() {
    let only = |names: &[&str]| {
        let numbered = names.iter().zip(1..).map(|(name, priority)| json!({"Name": name, "Priority": priority}));
        json!({"AccountRecoverySetting": {"RecoveryMechanisms": numbered.collect::<Vec<_>>()}})
    };
    let tried = [
        (json!({}), sent_to("+*******9934", "SMS", "phone_number")),
        (only(&["verified_email", "verified_phone_number"]), sent_to("a***@e***", "EMAIL", "email")),
        (only(&["verified_phone_number", "verified_email"]), sent_to("+*******9934", "SMS", "phone_number")),
    ];
    for (pool, answer) in tried {
        let world = world_with_ada(pool, json!({})).await;
        world
            .change("ada", |user| {
                user.attributes.insert("phone_number".into(), "+15555559934".into());
                user.attributes.insert("phone_number_verified".into(), "true".into());
            })
            .await;
        forgot(&world, "ada").await.is(&answer);
    }
    let world = world_with_ada(only(&["admin_only"]), json!({"PreventUserExistenceErrors": "ENABLED"})).await;
    let refused = refusal("NotAuthorizedException", "Contact administrator to reset password.");
    assert_eq!(forgot(&world, "ada").await, refused);
    assert_eq!(forgot(&world, "nobody").await, refused);
}
