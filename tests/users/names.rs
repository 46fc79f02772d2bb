//! User names, addresses as user names, aliases, and case.

use serde_json::{Value, json};
use tokio::task::{LocalSet, spawn_local};

use crate::world::{World, invalid, listed, refused, unknown};

const ADA: &str = "ada@example.com";

fn verified(email: &str) -> Value {
    json!({"email": email, "email_verified": "true"})
}

async fn is(world: &World, pool: &str, name: &str) -> Value {
    world.to(pool, name, "AdminGetUser", json!({})).await["Username"].take()
}

#[tokio::test]
async fn case_matters_unless_the_pool_says_otherwise() {
    let world = World::new();
    let strict = world.pool(json!({})).await;
    world.user(&strict, "Ada", json!({})).await;
    assert_eq!(world.to(&strict, "ada", "AdminGetUser", json!({})).await, unknown());
    world.user(&strict, "ada", json!({})).await;

    let lenient = world.pool(json!({"UsernameConfiguration": {"CaseSensitive": false}})).await;
    world.user(&lenient, "Ada", json!({})).await;
    assert_eq!(is(&world, &lenient, "aDA").await, "Ada");
    let exists = refused("UsernameExistsException", "User account already exists");
    assert_eq!(world.to(&lenient, "ada", "AdminCreateUser", json!({})).await, exists);
}

#[tokio::test]
async fn where_addresses_are_names_the_user_name_is_the_sub() {
    let world = World::new();
    let pool = world.pool(json!({"UsernameAttributes": ["email"]})).await;
    let made = world.user(&pool, ADA, json!({})).await;
    let sub = made["Attributes"].as_array().unwrap().iter().find(|attribute| attribute["Name"] == "sub").unwrap();
    assert_eq!(made["Username"], sub["Value"]);
    assert_eq!(world.attributes(&pool, ADA).await, json!({"email": ADA}));
    assert_eq!(is(&world, &pool, sub["Value"].as_str().unwrap()).await, made["Username"]);
}

#[tokio::test]
async fn where_addresses_are_names_each_is_given_once_verified_or_not() {
    let world = World::new();
    let pool = world.pool(json!({"UsernameAttributes": ["email", "phone_number"]})).await;
    world.user(&pool, ADA, json!({"phone_number": "+15550100"})).await;
    for (name, kind) in [(ADA, "email"), ("+15550100", "phone_number")] {
        let exists = refused("UsernameExistsException", &format!("An account with the given {kind} already exists."));
        assert_eq!(world.to(&pool, name, "AdminCreateUser", json!({})).await, exists);
    }
}

#[tokio::test]
async fn where_addresses_are_names_nothing_else_is_one() {
    let world = World::new();
    for (attributes, sentence) in [
        (json!(["email"]), "Username should be an email."),
        (json!(["phone_number"]), "Username should be a phone number."),
        (json!(["phone_number", "email"]), "Username should be either an email or a phone number."),
    ] {
        let pool = world.pool(json!({"UsernameAttributes": attributes})).await;
        assert_eq!(world.to(&pool, "ada", "AdminCreateUser", json!({})).await, invalid(sentence));
    }
}

#[tokio::test]
async fn where_addresses_are_names_the_attribute_cannot_be_another() {
    let world = World::new();
    let pool = world.pool(json!({"UsernameAttributes": ["email", "phone_number"]})).await;
    let create = async |name: &str, attributes: Value| {
        let request = json!({"MessageAction": "SUPPRESS", "UserAttributes": listed(&attributes)});
        world.to(&pool, name, "AdminCreateUser", request).await
    };
    let sentence = |kind: &str| invalid(&format!("Username and the attribute {kind} should be the same."));
    assert_eq!(create(ADA, json!({"email": "eve@example.com"})).await, sentence("email"));
    assert_eq!(create("+15550100", json!({"phone_number": "+15550199"})).await, sentence("phone_number"));
    assert_eq!(create(ADA, json!({"email": "Ada@example.com"})).await, sentence("email"));
    assert_eq!(world.found(&pool, "").await.len(), 0, "a refused request changes nothing");
    world.user(&pool, ADA, json!({"email": ADA})).await;
    world.user(&pool, "+15550100", json!({"email": "eve@example.com"})).await;
    let lenient =
        world.pool(json!({"UsernameAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": false}})).await;
    world.user(&lenient, ADA, json!({"email": "Ada@example.com"})).await;
    assert_eq!(world.attributes(&lenient, ADA).await, json!({"email": ADA}));
}

#[tokio::test]
async fn a_new_address_is_the_new_name() {
    let world = World::new();
    let pool = world.pool(json!({"UsernameAttributes": ["email"]})).await;
    let made = world.user(&pool, ADA, json!({})).await;
    let change = json!({"UserAttributes": listed(&json!({"email": "lovelace@example.com"}))});
    assert_eq!(world.to(&pool, ADA, "AdminUpdateUserAttributes", change).await, json!({}));
    assert_eq!(is(&world, &pool, "lovelace@example.com").await, made["Username"]);
    assert_eq!(world.to(&pool, ADA, "AdminGetUser", json!({})).await, unknown());
}

#[tokio::test]
async fn an_alias_leads_to_its_user_once_it_is_verified() {
    let world = World::new();
    let pool = world.pool(json!({"AliasAttributes": ["email", "phone_number", "preferred_username"]})).await;
    let attributes = json!({"email": ADA, "phone_number": "+15550100", "preferred_username": "countess"});
    world.user(&pool, "ada", attributes).await;
    assert_eq!(is(&world, &pool, "countess").await, "ada");
    for (address, flag) in [(ADA, "email_verified"), ("+15550100", "phone_number_verified")] {
        assert_eq!(world.to(&pool, address, "AdminGetUser", json!({})).await, unknown());
        let vouch = json!({"UserAttributes": [{"Name": flag, "Value": "true"}]});
        assert_eq!(world.to(&pool, "ada", "AdminUpdateUserAttributes", vouch).await, json!({}));
        assert_eq!(is(&world, &pool, address).await, "ada");
    }
}

#[tokio::test]
async fn an_administrator_names_an_unconfirmed_user_by_an_address_that_leads_to_one() {
    let world = World::new();
    let signed_up = async |pool: &str, name: &str| {
        let client = world.on(pool, "CreateUserPoolClient", json!({"ClientName": "app"})).await;
        let request = json!({
            "ClientId": client["UserPoolClient"]["ClientId"], "Username": name, "Password": "Passw0rd!",
            "UserAttributes": listed(&json!({"email": ADA})),
        });
        assert_eq!(world.call("SignUp", request).await["UserConfirmed"], false);
        world.to(pool, ADA, "AdminGetUser", json!({})).await
    };
    let addresses = world.pool(json!({"UsernameAttributes": ["email"]})).await;
    assert_eq!(signed_up(&addresses, ADA).await["UserStatus"], "UNCONFIRMED");
    let aliases = world.pool(json!({"AliasAttributes": ["email"]})).await;
    assert_eq!(signed_up(&aliases, "ada").await, unknown());
    let vouch = json!({"UserAttributes": listed(&json!({"email_verified": "true"}))});
    assert_eq!(world.to(&aliases, "ada", "AdminUpdateUserAttributes", vouch).await, json!({}));
    let found = world.to(&aliases, ADA, "AdminGetUser", json!({})).await;
    assert_eq!((&found["Username"], &found["UserStatus"]), (&json!("ada"), &json!("UNCONFIRMED")));
}

#[tokio::test]
async fn two_users_may_have_an_address_but_only_one_as_an_alias() {
    let world = World::new();
    let pool = world.pool(json!({"AliasAttributes": ["email"]})).await;
    world.user(&pool, "ada", verified(ADA)).await;
    world.user(&pool, "eve", json!({"email": ADA})).await;
    let vouch = json!({"UserAttributes": listed(&json!({"email_verified": "true"}))});
    let taken = refused("AliasExistsException", "An account with the email already exists.");
    assert_eq!(world.to(&pool, "eve", "AdminUpdateUserAttributes", vouch).await, taken);
    assert_eq!(world.attributes(&pool, "eve").await, json!({"email": ADA}));
    assert_eq!(is(&world, &pool, ADA).await, "ada");
}

#[tokio::test]
async fn a_forced_alias_goes_over_to_the_new_user() {
    let world = World::new();
    let pool = world.pool(json!({"AliasAttributes": ["email"]})).await;
    world.user(&pool, "ada", verified(ADA)).await;
    let mut request = json!({"UserAttributes": listed(&verified(ADA)), "MessageAction": "SUPPRESS"});
    let exists = refused("UsernameExistsException", "An account with the given email already exists.");
    assert_eq!(world.to(&pool, "eve", "AdminCreateUser", request.clone()).await, exists);
    request["ForceAliasCreation"] = json!(true);
    assert_eq!(world.to(&pool, "eve", "AdminCreateUser", request).await["User"]["Username"], "eve");
    assert_eq!(is(&world, &pool, ADA).await, "eve");
    assert_eq!(world.attributes(&pool, "ada").await, json!({"email": ADA, "email_verified": "false"}));
}

#[tokio::test]
async fn a_preferred_name_cannot_be_that_of_another_user() {
    let world = World::new();
    let pool = world.pool(json!({"AliasAttributes": ["preferred_username"]})).await;
    world.user(&pool, "ada", json!({"preferred_username": "countess"})).await;
    world.user(&pool, "bob", json!({})).await;
    for taken in ["countess", "ada"] {
        let change = json!({"UserAttributes": listed(&json!({"preferred_username": taken}))});
        let refusal = refused("AliasExistsException", "An account with the preferred_username already exists.");
        assert_eq!(world.to(&pool, "bob", "AdminUpdateUserAttributes", change).await, refusal, "{taken}");
    }
    let exists = refused("UsernameExistsException", "User account already exists");
    assert_eq!(world.to(&pool, "countess", "AdminCreateUser", json!({})).await, exists);
}

#[tokio::test]
async fn a_name_cannot_look_like_an_alias() {
    let world = World::new();
    let pool = world.pool(json!({"AliasAttributes": ["email"]})).await;
    let sentence = "Username cannot be of email format, since user pool is configured for email alias.";
    assert_eq!(world.to(&pool, ADA, "AdminCreateUser", json!({})).await, invalid(sentence));
    world.user(&pool, "+15550100", json!({})).await;
}

#[tokio::test]
async fn an_alias_follows_the_case_of_names() {
    let world = World::new();
    let pool =
        world.pool(json!({"UsernameAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": false}})).await;
    let made = world.user(&pool, "Ada@Example.com", json!({})).await;
    assert_eq!(is(&world, &pool, ADA).await, made["Username"]);
    let exists = refused("UsernameExistsException", "An account with the given email already exists.");
    assert_eq!(world.to(&pool, ADA, "AdminCreateUser", json!({})).await, exists);
}

#[tokio::test]
async fn a_deleted_user_leaves_the_name_the_address_and_the_alias_free() {
    let world = World::new();
    let pool = world.pool(json!({"AliasAttributes": ["email"]})).await;
    world.user(&pool, "ada", verified(ADA)).await;
    assert_eq!(world.to(&pool, ADA, "AdminDeleteUser", json!({})).await, Value::Null);
    assert_eq!(world.to(&pool, ADA, "AdminGetUser", json!({})).await, unknown());
    world.user(&pool, "ada", verified(ADA)).await;
}

#[tokio::test]
async fn of_racing_users_one_gets_the_address() {
    let world = World::new();
    let pool = world.pool(json!({"UsernameAttributes": ["email"]})).await;
    let racing = async {
        let one = |_| {
            let (world, pool) = (world.clone(), pool.clone());
            spawn_local(
                async move { world.to(&pool, ADA, "AdminCreateUser", json!({"MessageAction": "SUPPRESS"})).await },
            )
        };
        let tasks: Vec<_> = (0..16).map(one).collect();
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap());
        }
        answers
    };
    let answers = LocalSet::new().run_until(racing).await;
    let exists = refused("UsernameExistsException", "An account with the given email already exists.");
    let refusals = answers.iter().filter(|answer| **answer == exists).count();
    assert_eq!((refusals, world.found(&pool, "").await.len()), (15, 1), "{answers:?}");
}
