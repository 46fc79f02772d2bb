//! Pointers and index entries are always what a scan of all users says, and go with their pool.

use std::collections::BTreeSet;

use poolpass::domain::id::UserPoolId;
use poolpass::domain::user::User;
use poolpass::effects::{Random, SeededRandom};
use poolpass::store::{Store, documents};
use serde_json::{Value, json};

use crate::world::{World, listed};

const SEARCHED: [&str; 6] = ["email", "phone_number", "name", "given_name", "family_name", "preferred_username"];

/// The keys beside the users' own that the users account for.
fn expected(pool: &UserPoolId, users: &[User], addresses_are_names: bool, aliases: &[&str]) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for user in users {
        let key = user.key(false);
        keys.insert(documents::subject(pool, &user.sub).as_str().to_owned());
        for attribute in SEARCHED {
            if let Some(value) = user.attribute(attribute) {
                let entry = documents::searchable(pool, attribute, &value.to_lowercase()).member(key.as_str());
                keys.insert(entry.as_str().to_owned());
            }
        }
        for attribute in aliases {
            let counts = addresses_are_names || *attribute == "preferred_username" || user.is_verified(attribute);
            if let Some(value) = user.attribute(attribute).filter(|_| counts) {
                keys.insert(documents::alias(pool, attribute, &value.to_lowercase()).as_str().to_owned());
            }
        }
        for group in &user.groups {
            keys.insert(documents::member(pool, group, &key).as_str().to_owned());
        }
    }
    keys
}

async fn stored(world: &World, pool: &UserPoolId) -> BTreeSet<String> {
    let kinds = ["sub", "find", "alias", "member"].map(|kind| format!("{}{kind}/", documents::owned_by(pool)));
    let mut keys = BTreeSet::new();
    for kind in kinds {
        keys.extend(world.store.scan(&kind, None, 100_000).await.unwrap().into_iter().map(|stored| stored.key));
    }
    keys
}

/// Picks one of several with the bytes of a seed.
struct Dice(SeededRandom);

impl Dice {
    fn of(&self, count: usize) -> usize {
        let mut byte = [0; 1];
        self.0.fill(&mut byte);
        usize::from(byte[0]) % count
    }

    fn attributes(&self) -> Value {
        let person = self.of(4);
        let all = json!({"email": format!("P{person}@Example.com"), "phone_number": format!("+1555010{person}"),
            "name": format!("Person {person}"), "given_name": "Some/~one", "preferred_username": format!("p{person}"),
            "email_verified": if self.of(2) == 0 { "true" } else { "false" }, "family_name": ""});
        let chosen = all.as_object().unwrap().clone().into_iter().filter(|_| self.of(2) == 0);
        listed(&chosen.collect::<serde_json::Map<_, _>>().into())
    }
}

async fn one_step(world: &World, pool: &str, dice: &Dice, addresses_are_names: bool) {
    let user = if addresses_are_names { format!("p{}@example.com", dice.of(4)) } else { format!("User{}", dice.of(5)) };
    let (operation, request) = match dice.of(8) {
        0 | 1 => {
            let force = dice.of(2) == 0;
            let request = json!({"UserAttributes": dice.attributes(), "ForceAliasCreation": force,
                "MessageAction": "SUPPRESS"});
            ("AdminCreateUser", request)
        }
        2..=4 => ("AdminUpdateUserAttributes", json!({"UserAttributes": dice.attributes()})),
        5 => {
            let names = [["name", "email"], ["preferred_username", "phone_number"]][dice.of(2)];
            ("AdminDeleteUserAttributes", json!({"UserAttributeNames": names}))
        }
        6 => {
            let group = ["a", "b/c"][dice.of(2)];
            ("AdminAddUserToGroup", json!({ "GroupName": group }))
        }
        _ => ("AdminDeleteUser", json!({})),
    };
    // Refusals belong to it: they must leave no trace.
    world.to(pool, &user, operation, request).await;
    if dice.of(25) == 0 {
        world.on(pool, "DeleteGroup", json!({"GroupName": "a"})).await;
        world.on(pool, "CreateGroup", json!({"GroupName": "a"})).await;
    }
}

async fn random_walk(seed: u64, settings: Value, addresses_are_names: bool, aliases: &[&str]) -> (World, UserPoolId) {
    let world = World::new();
    let mut settings = settings;
    settings["UsernameConfiguration"] = json!({"CaseSensitive": false});
    let pool = world.pool(settings).await;
    for group in ["a", "b/c"] {
        world.on(&pool, "CreateGroup", json!({ "GroupName": group })).await;
    }
    let (dice, id) = (Dice(SeededRandom::new(seed)), UserPoolId::from(pool.as_str()));
    let mut most = 0;
    for step in 0..80 {
        one_step(&world, &pool, &dice, addresses_are_names).await;
        let users = world.control.database.scan(&documents::users(&id), None, 1_000).await.unwrap();
        let wanted = expected(&id, &users, addresses_are_names, aliases);
        assert_eq!(stored(&world, &id).await, wanted, "seed {seed}, step {step}");
        let described = world.on(&pool, "DescribeUserPool", json!({})).await;
        assert_eq!(described["UserPool"]["EstimatedNumberOfUsers"], users.len(), "seed {seed}, step {step}");
        most = most.max(wanted.len());
    }
    assert!(most > 8, "seed {seed}: the walk led nowhere");
    (world, id)
}

#[tokio::test]
async fn the_index_is_what_a_scan_says_where_names_have_aliases() {
    let aliases = ["email", "phone_number", "preferred_username"];
    for seed in 0..6 {
        random_walk(seed, json!({ "AliasAttributes": aliases }), false, &aliases).await;
    }
}

#[tokio::test]
async fn the_index_is_what_a_scan_says_where_addresses_are_names() {
    let addresses = ["email", "phone_number"];
    for seed in 0..6 {
        random_walk(seed, json!({ "UsernameAttributes": addresses }), true, &addresses).await;
    }
}

#[tokio::test]
async fn a_deleted_pool_takes_its_users_and_groups_along() {
    let (world, id) = random_walk(3, json!({"AliasAttributes": ["email"]}), false, &["email"]).await;
    let owned = async || world.store.scan("", None, 100_000).await.unwrap();
    let of_pool = |stored: &poolpass::store::Stored| stored.key.contains(id.as_str());
    assert!(owned().await.iter().filter(|stored| of_pool(stored)).count() > 10);
    assert_eq!(world.on(id.as_str(), "DeleteUserPool", json!({})).await, Value::Null);
    let left: Vec<_> = owned().await.into_iter().map(|stored| stored.key).collect();
    assert_eq!(left, ["count/pools/000000000000/us-east-1"]);
}
