//! `ListUsers`: filters, pages, and what they cost.

use serde_json::{Value, json};

use crate::world::{World, invalid, listed, names};

async fn some() -> (World, String) {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let ada = json!({"email": "Ada@Example.com", "phone_number": "+15550100", "name": "Ada \"the\" Countess",
        "given_name": "Ada", "family_name": "Lovelace", "preferred_username": "countess"});
    world.user(&pool, "ada", ada).await;
    world.user(&pool, "adam", json!({"email": "adam@example.com", "given_name": "adam"})).await;
    world.user(&pool, "Bob", json!({"email": "ada@example.com.invalid"})).await;
    world.to(&pool, "adam", "AdminSetUserPassword", json!({"Password": "Passw0rd!", "Permanent": true})).await;
    world.to(&pool, "adam", "AdminDisableUser", json!({})).await;
    (world, pool)
}

#[tokio::test]
async fn without_a_filter_everybody_is_listed_as_they_are() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let ada = world.user(&pool, "ada", json!({"email": "ada@example.com"})).await;
    let bob = world.user(&pool, "bob", json!({})).await;
    for request in [json!({}), json!({"Filter": ""}), json!({"Limit": 0})] {
        assert_eq!(world.on(&pool, "ListUsers", request).await, json!({"Users": [ada, bob]}));
    }
}

#[tokio::test]
async fn a_filter_compares_as_its_attribute_does() {
    let (world, pool) = some().await;
    for (filter, expected) in [
        (r#"username = "ada""#, &["ada"][..]),
        (r#"username = "Ada""#, &[]),
        (r#"username ^= "ada""#, &["ada", "adam"]),
        (r#"username ^= "b""#, &[]),
        (r#"email = "ada@example.com""#, &["ada"]),
        (r#"email = "ADA@EXAMPLE.COM""#, &["ada"]),
        (r#"email ^= "ada@""#, &["Bob", "ada"]),
        (r#"email ^= "ADA""#, &["Bob", "ada", "adam"]),
        (r#"email ^= """#, &["Bob", "ada", "adam"]),
        (r#"email = """#, &[]),
        (r#"phone_number ^= "+1555""#, &["ada"]),
        (r#"name = "ada \"the\" countess""#, &["ada"]),
        (r#"given_name = "ADA""#, &["ada"]),
        (r#"given_name ^= "ada""#, &["ada", "adam"]),
        (r#"family_name="lovelace""#, &["ada"]),
        (r#"preferred_username = "Countess""#, &["ada"]),
        (r#"cognito:user_status = "confirmed""#, &["adam"]),
        (r#"cognito:user_status ^= "FORCE""#, &["Bob", "ada"]),
        (r#"status = "Enabled""#, &["Bob", "ada"]),
        (r#"status = "Disabled""#, &["adam"]),
        (r#"status = "disabled""#, &[]),
    ] {
        assert_eq!(world.found(&pool, filter).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn a_sub_is_searched_for_exactly_and_by_its_beginning() {
    let (world, pool) = some().await;
    let sub = world.to(&pool, "adam", "AdminGetUser", json!({})).await["UserAttributes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|attribute| attribute["Name"] == "sub")
        .map(|attribute| attribute["Value"].as_str().unwrap().to_owned())
        .unwrap();
    assert_eq!(world.found(&pool, &format!("sub = \"{sub}\"")).await, ["adam"]);
    assert_eq!(world.found(&pool, &format!("sub ^= \"{}\"", sub.split_at(13).0)).await, ["adam"]);
    assert_eq!(world.found(&pool, &format!("sub = \"{}\"", sub.split_at(13).0)).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_is_refused() {
    let (world, pool) = some().await;
    for (filter, sentence) in [
        ("email", "Error while parsing filter"),
        ("email = ada", "Error while parsing filter"),
        (r#"email != "ada""#, "Error while parsing filter"),
        (r#"email = "a" and name = "b""#, "Error while parsing filter"),
        (r#"custom:team = "red""#, "Invalid search attribute: custom:team"),
        (r#"address = "x""#, "Invalid search attribute: address"),
    ] {
        assert_eq!(world.on(&pool, "ListUsers", json!({"Filter": filter})).await, invalid(sentence), "{filter}");
    }
}

#[tokio::test]
async fn a_list_shows_only_the_attributes_that_were_asked_for() {
    let (world, pool) = some().await;
    let request = json!({"Filter": r#"username ^= "ada""#, "AttributesToGet": ["given_name", "family_name"]});
    let listed = world.on(&pool, "ListUsers", request).await;
    let attributes: Vec<_> = listed["Users"].as_array().unwrap().iter().map(|user| &user["Attributes"]).collect();
    let ada = json!([{"Name": "family_name", "Value": "Lovelace"}, {"Name": "given_name", "Value": "Ada"}]);
    assert_eq!(attributes, [&ada, &json!([{"Name": "given_name", "Value": "adam"}])]);
}

async fn all_pages(world: &World, pool: &str, filter: &str, limit: usize) -> (Vec<String>, usize) {
    let (mut seen, mut token, mut pages) = (Vec::new(), Value::Null, 0);
    while pages == 0 || !token.is_null() {
        let request = json!({"Limit": limit, "PaginationToken": token, "Filter": filter});
        let page = world.on(pool, "ListUsers", request).await;
        let users = names(&page);
        assert!(users.len() <= limit, "{filter}");
        seen.extend(users);
        token = page["PaginationToken"].clone();
        pages += 1;
    }
    (seen, pages)
}

#[tokio::test]
async fn pages_show_everybody_once_with_every_kind_of_filter() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let mut expected: Vec<String> = (0..13).map(|number| format!("u/{number:02}")).collect();
    for name in &expected {
        world.user(&pool, name, json!({"given_name": "Same", "email": format!("{name}@example.com")})).await;
    }
    for filter in [
        "",
        r#"given_name = "same""#,
        r#"given_name ^= "SA""#,
        r#"email ^= "u/""#,
        r#"username ^= "u/""#,
        r#"status = "Enabled""#,
        r#"name ^= """#,
        r#"sub ^= """#,
    ] {
        let (mut seen, pages) = all_pages(&world, &pool, filter, 3).await;
        seen.sort();
        if filter.starts_with("name") {
            expected.clear();
        }
        assert_eq!(seen, expected, "{filter}");
        if filter.starts_with("name") {
            expected = (0..13).map(|number| format!("u/{number:02}")).collect();
            continue;
        }
        assert_eq!(pages, 5, "{filter}");
    }
}

#[tokio::test]
async fn a_token_of_another_filter_leads_nowhere() {
    let (world, pool) = some().await;
    let first = world.on(&pool, "ListUsers", json!({"Limit": 1})).await;
    let request = json!({"PaginationToken": first["PaginationToken"], "Filter": r#"email ^= "a""#});
    assert_eq!(world.on(&pool, "ListUsers", request).await, invalid("Invalid pagination token"));
}

#[tokio::test]
async fn looking_somebody_up_costs_the_same_among_many() {
    let world = World::new();
    let pool = world.pool(json!({"UsernameAttributes": ["email"]})).await;
    let costs = async || {
        let by_email = json!({"Filter": r#"email = "ada@example.com""#});
        let (listed, exact) = world.reads(&pool, "ListUsers", by_email).await;
        assert_eq!(names(&listed).len(), 1);
        let (_, named) = world.reads(&pool, "AdminGetUser", json!({"Username": "ada@example.com"})).await;
        let update = json!({"Username": "ada@example.com", "UserAttributes": listed_name()});
        let (_, changed) = world.reads(&pool, "AdminUpdateUserAttributes", update).await;
        (exact, named, changed)
    };
    world.user(&pool, "ada@example.com", json!({})).await;
    let alone = costs().await;
    for number in 0..400 {
        world.user(&pool, &format!("ada{number}@example.com"), json!({"name": "Ada"})).await;
    }
    assert_eq!(costs().await, alone);
    assert!(alone.0 <= 4 && alone.1 <= 5, "{alone:?}");
}

fn listed_name() -> Value {
    listed(&json!({"name": "Ada"}))
}
