//! Resource servers through the wire.

use poolpass::control::ControlSettings;
use poolpass::domain::quotas::Quotas;
use serde_json::{Value, json};

use crate::world::{World, refused};

const ORDERS: &str = "https://api.example.com/orders";

fn missing(identifier: &str) -> Value {
    refused("ResourceNotFoundException", &format!("Resource server {identifier} does not exist."))
}

#[tokio::test]
async fn a_server_is_described_as_it_was_created() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let scopes =
        json!([{"ScopeName": "write", "ScopeDescription": "Write"}, {"ScopeName": "read", "ScopeDescription": "Read"}]);
    let request = json!({"Identifier": ORDERS, "Name": "Orders", "Scopes": scopes});
    let expected =
        json!({"ResourceServer": {"UserPoolId": pool, "Identifier": ORDERS, "Name": "Orders", "Scopes": scopes}});
    assert_eq!(world.on(&pool, "CreateResourceServer", request).await, expected);
    assert_eq!(world.on(&pool, "DescribeResourceServer", json!({"Identifier": ORDERS})).await, expected);
}

#[tokio::test]
async fn a_server_without_scopes_shows_none() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    for (identifier, request) in [("a", json!({})), ("b", json!({"Scopes": []})), ("c", json!({"Scopes": null}))] {
        let mut request = request;
        request["Identifier"] = json!(identifier);
        request["Name"] = json!("API");
        let expected = json!({"ResourceServer": {"UserPoolId": pool, "Identifier": identifier, "Name": "API"}});
        assert_eq!(world.on(&pool, "CreateResourceServer", request).await, expected);
    }
}

#[tokio::test]
async fn an_identifier_is_unique_in_its_pool_and_compared_exactly() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    for identifier in ["https://x", "https://x/", "HTTPS://x", "openid"] {
        world.server(&pool, identifier, &["read"]).await;
    }
    let again = json!({"Identifier": "https://x", "Name": "Other"});
    let exists = refused("InvalidParameterException", &format!("https://x already exists in user pool {pool}."));
    assert_eq!(world.on(&pool, "CreateResourceServer", again.clone()).await, exists);
    let other = world.pool(json!({})).await;
    let made = world.on(&other, "CreateResourceServer", again).await;
    assert_eq!(made, json!({"ResourceServer": {"UserPoolId": other, "Identifier": "https://x", "Name": "Other"}}));
}

#[tokio::test]
async fn a_scope_defined_twice_is_refused_and_changes_nothing() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.server(&pool, "orders", &["read"]).await;
    let before = world.on(&pool, "ListResourceServers", json!({})).await;
    let twice = json!([{"ScopeName": "a", "ScopeDescription": "1"}, {"ScopeName": "a", "ScopeDescription": "2"}]);
    let duplicate = refused("InvalidParameterException", "Scopes contain duplicate scope name a.");
    for (operation, identifier) in [("CreateResourceServer", "other"), ("UpdateResourceServer", "orders")] {
        let request = json!({"Identifier": identifier, "Name": "New", "Scopes": twice});
        assert_eq!(world.on(&pool, operation, request).await, duplicate, "{operation}");
    }
    assert_eq!(world.on(&pool, "ListResourceServers", json!({})).await, before);
}

#[tokio::test]
async fn an_update_replaces_the_name_and_all_scopes() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.server(&pool, "orders", &["read", "write"]).await;
    let expected = json!({"ResourceServer": {"UserPoolId": pool, "Identifier": "orders", "Name": "New"}});
    let updated = world.on(&pool, "UpdateResourceServer", json!({"Identifier": "orders", "Name": "New"})).await;
    assert_eq!(updated, expected);
    assert_eq!(world.on(&pool, "DescribeResourceServer", json!({"Identifier": "orders"})).await, expected);
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let named = json!({"Identifier": "nope"});
    let whole = json!({"Identifier": "nope", "Name": "x"});
    for (operation, request) in
        [("DescribeResourceServer", &named), ("DeleteResourceServer", &named), ("UpdateResourceServer", &whole)]
    {
        assert_eq!(world.on(&pool, operation, request.clone()).await, missing("nope"), "{operation}");
    }
    let no_pool = refused("ResourceNotFoundException", "User pool us-east-1_Missing00 does not exist.");
    for operation in ["CreateResourceServer", "UpdateResourceServer"] {
        assert_eq!(world.on("us-east-1_Missing00", operation, whole.clone()).await, no_pool, "{operation}");
    }
    assert_eq!(world.on("us-east-1_Missing00", "ListResourceServers", json!({})).await, no_pool);
}

#[tokio::test]
async fn a_deleted_server_is_gone_and_can_be_created_again() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.server(&pool, ORDERS, &["read"]).await;
    assert_eq!(world.on(&pool, "DeleteResourceServer", json!({"Identifier": ORDERS})).await, Value::Null);
    assert_eq!(world.on(&pool, "DescribeResourceServer", json!({"Identifier": ORDERS})).await, missing(ORDERS));
    assert_eq!(world.on(&pool, "ListResourceServers", json!({})).await, json!({"ResourceServers": []}));
    world.server(&pool, ORDERS, &["read"]).await;
}

#[tokio::test]
async fn deleting_scopes_or_servers_never_touches_a_client() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.server(&pool, ORDERS, &["read", "write"]).await;
    let flows = json!({"AllowedOAuthFlows": ["client_credentials"], "GenerateSecret": true,
        "AllowedOAuthScopes": [format!("{ORDERS}/read"), format!("{ORDERS}/write")]});
    let made = world.client(&pool, flows).await;
    let named = json!({"ClientId": made["ClientId"]});
    world.clock.advance_millis(5_000);
    world.on(&pool, "UpdateResourceServer", json!({"Identifier": ORDERS, "Name": "No scopes"})).await;
    world.on(&pool, "DeleteResourceServer", json!({"Identifier": ORDERS})).await;
    let described = world.on(&pool, "DescribeUserPoolClient", named).await;
    assert_eq!(described, json!({ "UserPoolClient": made }));
}

#[tokio::test]
async fn pages_show_every_server_once() {
    let world = World::with(quota(60));
    let pool = world.pool(json!({})).await;
    let mut identifiers: Vec<String> = (0..53).map(|number| format!("https://api/{number:02}")).collect();
    for identifier in &identifiers {
        world.server(&pool, identifier, &["read"]).await;
    }
    let default_page = world.on(&pool, "ListResourceServers", json!({})).await;
    assert_eq!(default_page["ResourceServers"].as_array().unwrap().len(), 50);
    let (mut seen, mut token, mut pages) = (Vec::new(), Value::Null, 0);
    loop {
        let page = world.on(&pool, "ListResourceServers", json!({"MaxResults": 20, "NextToken": token})).await;
        let shown = page["ResourceServers"].as_array().unwrap();
        seen.extend(shown.iter().map(|server| server["Identifier"].as_str().unwrap().to_owned()));
        pages += 1;
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    seen.sort();
    identifiers.sort();
    assert_eq!((seen, pages), (identifiers, 3));
    let foreign = world.on(&pool, "ListResourceServers", json!({"NextToken": "%%"})).await;
    assert_eq!(foreign, refused("InvalidParameterException", "Invalid pagination token"));
}

fn quota(resource_servers: u64) -> ControlSettings {
    ControlSettings { quotas: Quotas { resource_servers, ..Quotas::default() }, ..ControlSettings::default() }
}

#[tokio::test]
async fn racing_creators_fill_the_quota_exactly_and_a_deletion_makes_room() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let full =
        refused("LimitExceededException", &format!("Resource server limit exceeded: user pool {pool} may have 25."));
    let create = async |number: usize| {
        let request = json!({"Identifier": format!("api-{number}"), "Name": "API"});
        world.on(&pool, "CreateResourceServer", request).await
    };
    let answers = world.racing(
        &pool,
        "CreateResourceServer",
        64,
        |number| json!({"Identifier": format!("api-{number}"), "Name": "API"}),
    );
    let (refusals, made): (Vec<Value>, Vec<Value>) =
        answers.await.into_iter().partition(|answer| answer["ResourceServer"].is_null());
    assert_eq!(refusals, vec![full.clone(); 39]);
    let listed = world.on(&pool, "ListResourceServers", json!({})).await;
    assert_eq!((made.len(), listed["ResourceServers"].as_array().unwrap().len()), (25, 25));

    assert_eq!(create(100).await, full);
    let first = &made[0]["ResourceServer"]["Identifier"];
    assert_eq!(world.on(&pool, "DeleteResourceServer", json!({"Identifier": first})).await, Value::Null);
    assert_eq!(create(100).await["ResourceServer"]["Identifier"], "api-100");
    assert_eq!(create(101).await, full);
}
