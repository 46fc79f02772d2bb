//! `ConfirmSignUp` and `ResendConfirmationCode`: codes, their ends, aliases, and what strangers learn.

use poolpass::self_service::outbox::Filter;
use serde_json::{Value, json};

use crate::support::{HOUR, Reply, World, expired, limited, merged, mismatch, other_than, refusal, verifying};

fn email(address: &str) -> Value {
    json!([{"Name": "email", "Value": address}])
}

async fn confirm(world: &World, username: &str, code: &str) -> Reply {
    world.ask("ConfirmSignUp", json!({"Username": username, "ConfirmationCode": code})).await
}

fn by_e_mail(destination: &str) -> Value {
    let details = json!({"Destination": destination, "DeliveryMedium": "EMAIL", "AttributeName": "email"});
    json!({"CodeDeliveryDetails": details})
}

#[tokio::test]
async fn the_right_code_confirms_once_and_proves_the_address() {
    let world = World::new(verifying(), json!({})).await;
    world.sign_up("ada", email("ada@example.com")).await;
    let code = world.newest().await.code;
    confirm(&world, "ada", &code).await.is(&json!({}));
    let user = world.user("ada").await;
    assert_eq!((user.status.name(), user.is_verified("email")), ("CONFIRMED", true));
    let again = refusal("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED");
    assert_eq!(confirm(&world, "ada", &code).await, again);
}

#[tokio::test]
async fn a_wrong_code_confirms_nothing() {
    let world = World::new(verifying(), json!({})).await;
    world.sign_up("ada", email("ada@example.com")).await;
    let code = world.newest().await.code;
    assert_eq!(confirm(&world, "ada", other_than(&code)).await, mismatch());
    assert_eq!(world.user("ada").await.status.name(), "UNCONFIRMED");
}

#[tokio::test]
async fn a_code_lives_for_a_day_to_the_millisecond() {
    let world = World::new(verifying(), json!({})).await;
    world.sign_up("ada", email("ada@example.com")).await;
    let ada = world.newest().await.code;
    world.sign_up("ben", email("ben@example.com")).await;
    let ben = world.newest().await.code;
    world.clock.advance_millis(24 * HOUR - 1);
    confirm(&world, "ada", &ada).await.is(&json!({}));
    world.clock.advance_millis(1);
    assert_eq!(confirm(&world, "ben", &ben).await, expired());
}

#[tokio::test]
async fn another_code_replaces_the_first() {
    let world = World::new(verifying(), json!({})).await;
    world.sign_up("ada", email("ada@example.com")).await;
    let first = world.newest().await.code;
    world.ask("ResendConfirmationCode", json!({"Username": "ada"})).await.is(&by_e_mail("a***@e***"));
    let second = world.newest().await;
    assert_eq!(second.purpose, "ResendCode");
    assert_eq!(confirm(&world, "ada", &first).await, mismatch());
    confirm(&world, "ada", &second.code).await.is(&json!({}));
    let confirmed = refusal("InvalidParameterException", "User is already confirmed.");
    assert_eq!(world.ask("ResendConfirmationCode", json!({"Username": "ada"})).await, confirmed);
}

#[tokio::test]
async fn fifteen_attempts_an_hour_and_not_even_the_right_code_after_them() {
    let world = World::new(verifying(), json!({})).await;
    world.sign_up("ada", email("ada@example.com")).await;
    let code = world.newest().await.code;
    for _ in 0..15 {
        assert_eq!(confirm(&world, "ada", other_than(&code)).await, mismatch());
    }
    assert_eq!(confirm(&world, "ada", &code).await, limited());
    world.clock.advance_millis(HOUR - 1);
    assert_eq!(confirm(&world, "ada", &code).await, limited());
    world.clock.advance_millis(1);
    confirm(&world, "ada", &code).await.is(&json!({}));
}

#[tokio::test]
async fn five_codes_an_hour_for_a_user_and_for_nobody() {
    let world = World::new(verifying(), json!({"PreventUserExistenceErrors": "ENABLED"})).await;
    world.sign_up("ada", email("ada@example.com")).await;
    for name in ["ada", "nobody"] {
        for _ in 0..5 {
            assert_eq!(world.ask("ResendConfirmationCode", json!({"Username": name})).await.status, 200, "{name}");
        }
        assert_eq!(world.ask("ResendConfirmationCode", json!({"Username": name})).await, limited(), "{name}");
    }
}

#[tokio::test]
async fn a_client_that_hides_users_says_nothing_about_an_unknown_name() {
    let hiding = json!({"PreventUserExistenceErrors": "ENABLED"});
    let world = World::new(json!({"UsernameAttributes": ["email"], "AutoVerifiedAttributes": ["email"]}), hiding).await;
    world.sign_up("tess@town.example", json!([])).await;
    let sent = world.outbox(Filter::default()).await.len();
    let known = world.ask("ResendConfirmationCode", json!({"Username": "tess@town.example"})).await;
    let unknown = world.ask("ResendConfirmationCode", json!({"Username": "tom@tower.example"})).await;
    known.is(&by_e_mail("t***@t***"));
    assert_eq!(known, unknown);
    assert_eq!(world.outbox(Filter::default()).await.len(), sent + 1);
    assert_eq!(confirm(&world, "tom@tower.example", "123456").await, expired());
}

#[tokio::test]
async fn a_client_that_hides_nothing_says_that_nobody_has_the_name() {
    let world = World::new(verifying(), json!({})).await;
    let unknown = refusal("UserNotFoundException", "Username/client id combination not found.");
    assert_eq!(confirm(&world, "nobody", "123456").await, unknown);
    assert_eq!(world.ask("ResendConfirmationCode", json!({"Username": "nobody"})).await, unknown);
}

#[tokio::test]
async fn nothing_is_sent_again_where_nothing_is_verified() {
    let world = World::new(json!({}), json!({})).await;
    world.sign_up("ada", email("ada@example.com")).await;
    let refused = refusal("InvalidParameterException", "Cannot resend codes. Auto verification not turned on.");
    assert_eq!(world.ask("ResendConfirmationCode", json!({"Username": "ada"})).await, refused);
}

/// Two who claim one address, in different spellings; the first has it as an alias.
async fn rivals() -> World {
    let settings = json!({"AliasAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": false}});
    let world = World::new(merged(settings, verifying()), json!({})).await;
    world.with_user("ada", "shared@example.com").await;
    world.sign_up("ben", email("Shared@Example.com")).await;
    world
}

#[tokio::test]
async fn an_alias_in_any_spelling_belongs_to_one_user() {
    let world = rivals().await;
    assert_eq!(world.user("SHARED@example.com").await.username, "ada");
    let code = world.newest().await.code;
    let clash = refusal("AliasExistsException", "An account with the email already exists.");
    assert_eq!(confirm(&world, "ben", &code).await, clash);
    assert_eq!(world.user("ben").await.status.name(), "UNCONFIRMED");
}

#[tokio::test]
async fn of_two_who_prove_one_address_at_once_one_has_it() {
    let settings = json!({"AliasAttributes": ["email"]});
    let world = World::new(merged(settings, verifying()), json!({})).await;
    let mut codes = Vec::new();
    for name in ["ada", "ben"] {
        world.sign_up(name, email("shared@example.com")).await;
        codes.push(world.newest().await.code);
    }
    let (ada, ben) = tokio::join!(confirm(&world, "ada", &codes[0]), confirm(&world, "ben", &codes[1]));
    let (won, lost, winner) = if ada.status == 200 { (ada, ben, "ada") } else { (ben, ada, "ben") };
    won.is(&json!({}));
    assert_eq!(lost, refusal("AliasExistsException", "An account with the email already exists."));
    assert_eq!(world.user("shared@example.com").await.username, winner);
}

#[tokio::test]
async fn an_alias_moves_to_whoever_proves_it_by_force() {
    let world = rivals().await;
    let code = world.newest().await.code;
    let clash = confirm(&world, "ben", &code).await;
    assert_eq!(clash.status, 400);
    let forced = json!({"Username": "ben", "ConfirmationCode": code, "ForceAliasCreation": true});
    world.ask("ConfirmSignUp", forced).await.is(&json!({}));
    assert_eq!(world.user("shared@example.com").await.username, "ben");
    let (ada, ben) = (world.user("ada").await, world.user("ben").await);
    assert_eq!((ada.is_verified("email"), ben.is_verified("email")), (false, true));
}
