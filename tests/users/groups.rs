//! Groups and memberships.

use poolpass::control::ControlSettings;
use poolpass::domain::quotas::Quotas;
use poolpass::registry::groups;
use poolpass::registry::{Caller, RegistryError, pools};
use serde_json::{Value, json};

use crate::world::{NOW, World, names, refused, unknown};

fn missing() -> Value {
    refused("ResourceNotFoundException", "Group not found.")
}

async fn group(world: &World, pool: &str, name: &str) {
    let made = world.on(pool, "CreateGroup", json!({"GroupName": name})).await;
    assert_eq!(made["Group"]["GroupName"], name, "{made}");
}

async fn join(world: &World, pool: &str, user: &str, group: &str) -> Value {
    world.to(pool, user, "AdminAddUserToGroup", json!({"GroupName": group})).await
}

async fn members(world: &World, pool: &str, group: &str) -> Vec<String> {
    names(&world.on(pool, "ListUsersInGroup", json!({"GroupName": group})).await)
}

async fn groups_of(world: &World, pool: &str, user: &str) -> Vec<String> {
    let listed = world.to(pool, user, "AdminListGroupsForUser", json!({})).await;
    let groups = listed["Groups"].as_array().unwrap_or_else(|| panic!("{listed}")).iter();
    groups.map(|group| group["GroupName"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_group_is_described_as_it_was_created() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let role = "arn:aws:iam::000000000000:role/admin";
    let request = json!({"GroupName": "admins", "Description": "All", "RoleArn": role, "Precedence": 0});
    let shown = json!({"Group": {"GroupName": "admins", "UserPoolId": pool, "Description": "All", "RoleArn": role,
        "Precedence": 0, "LastModifiedDate": NOW.1, "CreationDate": NOW.1}});
    assert_eq!(world.on(&pool, "CreateGroup", request.clone()).await, shown);
    assert_eq!(world.on(&pool, "GetGroup", json!({"GroupName": "admins"})).await, shown);
    let exists = refused("GroupExistsException", "A group with the name already exists");
    assert_eq!(world.on(&pool, "CreateGroup", request).await, exists);
}

#[tokio::test]
async fn an_update_replaces_everything_but_the_name_and_the_age() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.on(&pool, "CreateGroup", json!({"GroupName": "admins", "Description": "All", "Precedence": 1})).await;
    world.clock.advance_millis(1_000);
    let updated = world.on(&pool, "UpdateGroup", json!({"GroupName": "admins", "Precedence": 2})).await;
    let shown = json!({"Group": {"GroupName": "admins", "UserPoolId": pool, "Precedence": 2,
        "LastModifiedDate": NOW.1 + 1.0, "CreationDate": NOW.1}});
    assert_eq!(updated, shown);
    assert_eq!(world.on(&pool, "GetGroup", json!({"GroupName": "admins"})).await, shown);
}

#[tokio::test]
async fn joining_and_leaving_twice_is_joining_and_leaving_once() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.user(&pool, "ada", json!({})).await;
    group(&world, &pool, "admins").await;
    for _ in 0..2 {
        assert_eq!(join(&world, &pool, "ada", "admins").await, Value::Null);
        assert_eq!(members(&world, &pool, "admins").await, ["ada"]);
        assert_eq!(groups_of(&world, &pool, "ada").await, ["admins"]);
    }
    for _ in 0..2 {
        let left = world.to(&pool, "ada", "AdminRemoveUserFromGroup", json!({"GroupName": "admins"})).await;
        assert_eq!(left, Value::Null);
        assert!(members(&world, &pool, "admins").await.is_empty());
        assert!(groups_of(&world, &pool, "ada").await.is_empty());
    }
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.user(&pool, "ada", json!({})).await;
    for operation in ["GetGroup", "UpdateGroup", "DeleteGroup", "ListUsersInGroup"] {
        assert_eq!(world.on(&pool, operation, json!({"GroupName": "nope"})).await, missing(), "{operation}");
    }
    for operation in ["AdminAddUserToGroup", "AdminRemoveUserFromGroup"] {
        let request = json!({"GroupName": "nope"});
        assert_eq!(world.to(&pool, "ada", operation, request.clone()).await, missing(), "{operation}");
        assert_eq!(world.to(&pool, "eve", operation, request).await, unknown(), "{operation}");
    }
}

#[tokio::test]
async fn a_deleted_group_lets_its_members_go() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    group(&world, &pool, "admins").await;
    group(&world, &pool, "editors").await;
    for user in ["ada", "bob"] {
        world.user(&pool, user, json!({})).await;
        join(&world, &pool, user, "admins").await;
        join(&world, &pool, user, "editors").await;
    }
    assert_eq!(world.on(&pool, "DeleteGroup", json!({"GroupName": "admins"})).await, Value::Null);
    assert_eq!(groups_of(&world, &pool, "ada").await, ["editors"]);
    group(&world, &pool, "admins").await;
    assert!(members(&world, &pool, "admins").await.is_empty());
    assert_eq!(groups_of(&world, &pool, "bob").await, ["editors"]);
}

#[tokio::test]
async fn whoever_joins_while_a_group_is_deleted_is_not_left_in_it() {
    let world = World::new();
    let id = world.pool(json!({})).await;
    group(&world, &id, "admins").await;
    world.user(&id, "ada", json!({})).await;
    let caller = Caller { account: poolpass::domain::id::AccountId::nobody(), region: "us-east-1".into() };
    let (now, mut attempts) = (world.control.effects.clock.now(), 0);
    let deleted = world.control.database.transact(async |tx| {
        let pool = pools::require(tx, &caller, &id.as_str().into()).await?;
        let gone = groups::delete(tx, &pool, "admins", now).await?;
        attempts += 1;
        if attempts == 1 {
            join(&world, &id, "ada", "admins").await;
        }
        Ok::<_, RegistryError>(gone)
    });
    assert!(deleted.await.expect("a second attempt"));
    assert_eq!((attempts, groups_of(&world, &id, "ada").await), (2, Vec::new()));
}

#[tokio::test]
async fn a_deleted_user_is_in_no_group() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    group(&world, &pool, "admins").await;
    world.user(&pool, "ada", json!({})).await;
    join(&world, &pool, "ada", "admins").await;
    world.to(&pool, "ada", "AdminDeleteUser", json!({})).await;
    assert!(members(&world, &pool, "admins").await.is_empty());
    world.user(&pool, "ada", json!({})).await;
    assert!(groups_of(&world, &pool, "ada").await.is_empty());
}

#[tokio::test]
async fn groups_and_memberships_are_limited() {
    let quotas = Quotas { groups: 3, groups_per_user: 2, ..Quotas::default() };
    let world = World::with(ControlSettings { quotas, ..ControlSettings::default() });
    let pool = world.pool(json!({})).await;
    world.user(&pool, "ada", json!({})).await;
    for name in ["a", "b", "c"] {
        group(&world, &pool, name).await;
    }
    let full = refused("LimitExceededException", &format!("Group limit exceeded: user pool {pool} may have 3."));
    assert_eq!(world.on(&pool, "CreateGroup", json!({"GroupName": "d"})).await, full);
    assert_eq!(join(&world, &pool, "ada", "a").await, Value::Null);
    assert_eq!(join(&world, &pool, "ada", "b").await, Value::Null);
    let many = refused("LimitExceededException", "Group limit exceeded: a user may be in 2 groups.");
    assert_eq!(join(&world, &pool, "ada", "c").await, many);
    world.on(&pool, "DeleteGroup", json!({"GroupName": "a"})).await;
    group(&world, &pool, "d").await;
    assert_eq!(join(&world, &pool, "ada", "d").await, Value::Null);
}

#[tokio::test]
async fn pages_show_every_group_and_every_member_once() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.user(&pool, "ada", json!({})).await;
    for number in 0..5 {
        group(&world, &pool, &format!("g{number}")).await;
        join(&world, &pool, "ada", &format!("g{number}")).await;
        world.user(&pool, &format!("u{number}"), json!({})).await;
        join(&world, &pool, &format!("u{number}"), "g0").await;
    }
    for (operation, list, request, expected) in [
        ("ListGroups", "Groups", json!({}), 5),
        ("AdminListGroupsForUser", "Groups", json!({"Username": "ada"}), 5),
        ("ListUsersInGroup", "Users", json!({"GroupName": "g0"}), 6),
    ] {
        let (mut seen, mut token, mut pages) = (Vec::new(), Value::Null, 0);
        while pages == 0 || !token.is_null() {
            let mut request = request.clone();
            request["Limit"] = json!(2);
            request["NextToken"] = token;
            let page = world.on(&pool, operation, request).await;
            seen.extend(page[list].as_array().unwrap_or_else(|| panic!("{page}")).iter().map(Value::to_string));
            token = page["NextToken"].clone();
            pages += 1;
        }
        let read = seen.len();
        seen.dedup();
        assert_eq!((read, seen.len(), pages), (expected, expected, 3), "{operation}");
    }
}
