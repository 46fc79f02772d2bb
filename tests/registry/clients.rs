//! App clients through the wire: what is shown, what is replaced, what is counted.

use poolpass::control::ControlSettings;
use poolpass::domain::pool::PoolChoices;
use poolpass::domain::quotas::Quotas;
use serde_json::{Value, json};

use crate::world::{World, refused};

fn missing(client: &str) -> Value {
    refused("ResourceNotFoundException", &format!("User pool client {client} does not exist."))
}

fn unknown_scope(scope: &str) -> Value {
    refused("ScopeDoesNotExistException", &format!("Invalid scope requested: {scope}"))
}

#[tokio::test]
async fn the_smallest_client_shows_only_the_defaults_that_the_service_shows() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let made = world.on(&pool, "CreateUserPoolClient", json!({"ClientName": "svc"})).await;
    insta::assert_json_snapshot!(made, @r#"
    {
      "UserPoolClient": {
        "AllowedOAuthFlowsUserPoolClient": false,
        "AuthSessionValidity": 3,
        "ClientId": "73tuv8ts9en2p8mq0mde051kq7",
        "ClientName": "svc",
        "CreationDate": 1767225600.125,
        "EnablePropagateAdditionalUserContextData": false,
        "EnableTokenRevocation": true,
        "LastModifiedDate": 1767225600.125,
        "RefreshTokenValidity": 30,
        "UserPoolId": "us-east-1_J2FF8o8aT"
      }
    }
    "#);
    let named = json!({"ClientId": made["UserPoolClient"]["ClientId"]});
    assert_eq!(world.on(&pool, "DescribeUserPoolClient", named).await, made);
}

#[tokio::test]
async fn a_machine_client_shows_its_secret() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.server(&pool, "https://api.example.com", &["orders.read"]).await;
    let request = json!({
        "ClientName": "svc",
        "GenerateSecret": true,
        "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": ["https://api.example.com/orders.read"],
    });
    let made = world.on(&pool, "CreateUserPoolClient", request).await;
    insta::assert_json_snapshot!(made, @r#"
    {
      "UserPoolClient": {
        "AllowedOAuthFlows": [
          "client_credentials"
        ],
        "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthScopes": [
          "https://api.example.com/orders.read"
        ],
        "AuthSessionValidity": 3,
        "ClientId": "7mde051kq779sgkp9a19v9vqrs",
        "ClientName": "svc",
        "ClientSecret": "1ecvqjhba9gu4h0umamnbb7nkeh2m2hjemi23hiugh8126q5309t",
        "CreationDate": 1767225600.125,
        "EnablePropagateAdditionalUserContextData": false,
        "EnableTokenRevocation": true,
        "LastModifiedDate": 1767225600.125,
        "RefreshTokenValidity": 30,
        "UserPoolId": "us-east-1_J2FF8o8aT"
      }
    }
    "#);
    let named = json!({"ClientId": made["UserPoolClient"]["ClientId"]});
    assert_eq!(world.on(&pool, "DescribeUserPoolClient", named).await, made);
}

/// Every setting that a client of users can have, each other than its default.
fn everything() -> Value {
    json!({
        "ClientName": "web",
        "RefreshTokenValidity": 12,
        "AccessTokenValidity": 30,
        "IdTokenValidity": 2,
        "TokenValidityUnits": {"AccessToken": "minutes", "RefreshToken": "hours"},
        "ReadAttributes": ["email", "name", "email"],
        "WriteAttributes": ["name"],
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"],
        "SupportedIdentityProviders": ["COGNITO"],
        "CallbackURLs": ["https://b.example/cb", "http://localhost:3000", "https://b.example/cb"],
        "LogoutURLs": ["myapp://out"],
        "DefaultRedirectURI": "https://b.example/cb",
        "AllowedOAuthFlows": ["implicit", "code"],
        "AllowedOAuthScopes": ["profile", "openid", "orders/read", "openid"],
        "AllowedOAuthFlowsUserPoolClient": true,
        "AnalyticsConfiguration": {"ApplicationArn": "arn:aws:mobiletargeting:us-east-1:000000000000:apps/x"},
        "PreventUserExistenceErrors": "ENABLED",
        "EnableTokenRevocation": false,
        "EnablePropagateAdditionalUserContextData": true,
        "AuthSessionValidity": 15,
        "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
    })
}

#[tokio::test]
async fn every_setting_is_shown_as_it_was_sent_and_lists_are_sets() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.server(&pool, "orders", &["read"]).await;
    let mut request = everything();
    request["ClientSecret"] = json!("a_secret_of_my_own_choosing");
    let made = world.on(&pool, "CreateUserPoolClient", request).await;

    let mut expected = everything();
    expected["TokenValidityUnits"]["IdToken"] = json!("hours");
    expected["ReadAttributes"] = json!(["email", "name"]);
    expected["CallbackURLs"] = json!(["https://b.example/cb", "http://localhost:3000"]);
    expected["AllowedOAuthScopes"] = json!(["profile", "openid", "orders/read"]);
    expected["UserPoolId"] = json!(pool);
    expected["ClientId"] = made["UserPoolClient"]["ClientId"].clone();
    expected["CreationDate"] = json!(1_767_225_600.125);
    expected["LastModifiedDate"] = json!(1_767_225_600.125);
    assert_eq!(made, json!({ "UserPoolClient": expected }));
}

#[tokio::test]
async fn an_update_takes_away_what_it_leaves_out() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.server(&pool, "orders", &["read"]).await;
    let mut request = everything();
    request["ClientSecret"] = json!("a_secret_of_my_own_choosing");
    let made = world.on(&pool, "CreateUserPoolClient", request).await;

    world.clock.advance_millis(1_500);
    let named = json!({"ClientId": made["UserPoolClient"]["ClientId"]});
    let updated = world.on(&pool, "UpdateUserPoolClient", named.clone()).await;
    insta::assert_json_snapshot!(updated, @r#"
    {
      "UserPoolClient": {
        "AllowedOAuthFlowsUserPoolClient": false,
        "AuthSessionValidity": 3,
        "ClientId": "7mde051kq779sgkp9a19v9vqrs",
        "ClientName": "web",
        "CreationDate": 1767225600.125,
        "EnablePropagateAdditionalUserContextData": false,
        "EnableTokenRevocation": true,
        "LastModifiedDate": 1767225601.625,
        "RefreshTokenRotation": {
          "Feature": "DISABLED",
          "RetryGracePeriodSeconds": 0
        },
        "RefreshTokenValidity": 30,
        "UserPoolId": "us-east-1_J2FF8o8aT"
      }
    }
    "#);
    assert_eq!(world.on(&pool, "DescribeUserPoolClient", named).await, updated);
}

#[tokio::test]
async fn an_update_gives_a_new_name_and_keeps_the_secret() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let mut expected = world.client(&pool, json!({"GenerateSecret": true, "AuthSessionValidity": 5})).await;
    world.clock.advance_millis(2_000);
    let request = json!({"ClientId": expected["ClientId"], "ClientName": "renamed", "AuthSessionValidity": 6});
    let updated = world.on(&pool, "UpdateUserPoolClient", request).await;
    expected["ClientName"] = json!("renamed");
    expected["AuthSessionValidity"] = json!(6);
    expected["LastModifiedDate"] = json!(1_767_225_602.125);
    assert_eq!(updated, json!({ "UserPoolClient": expected }));
}

#[tokio::test]
async fn a_failed_update_changes_nothing() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.server(&pool, "orders", &["read"]).await;
    let made = world.client(&pool, json!({"AllowedOAuthScopes": ["orders/read"]})).await;
    let named = json!({"ClientId": made["ClientId"]});
    for wrong in [
        json!({"AllowedOAuthScopes": ["orders/read", "orders/none"]}),
        json!({"CallbackURLs": ["http://example.com"]}),
        json!({"AllowedOAuthFlows": ["client_credentials"]}),
        json!({"ReadAttributes": ["nope"]}),
        json!({"AuthSessionValidity": 99}),
    ] {
        let mut request = wrong;
        request["ClientId"] = made["ClientId"].clone();
        request["ClientName"] = json!("changed");
        let answer = world.on(&pool, "UpdateUserPoolClient", request).await;
        assert!(answer["__type"].is_string(), "{answer}");
        assert_eq!(world.on(&pool, "DescribeUserPoolClient", named.clone()).await["UserPoolClient"], made);
    }
}

#[tokio::test]
async fn a_client_of_another_pool_does_not_exist() {
    let world = World::new();
    let (pool, other) = (world.pool(json!({})).await, world.pool(json!({})).await);
    let made = world.client(&pool, json!({"GenerateSecret": true})).await;
    let id = made["ClientId"].as_str().unwrap();
    let requests = [
        ("DescribeUserPoolClient", json!({"ClientId": id})),
        ("UpdateUserPoolClient", json!({"ClientId": id})),
        ("DeleteUserPoolClient", json!({"ClientId": id})),
        ("AddUserPoolClientSecret", json!({"ClientId": id})),
        ("ListUserPoolClientSecrets", json!({"ClientId": id})),
        ("DeleteUserPoolClientSecret", json!({"ClientId": id, "ClientSecretId": "x"})),
    ];
    let no_pool = refused("ResourceNotFoundException", "User pool us-east-1_Missing00 does not exist.");
    for (operation, request) in requests {
        assert_eq!(world.on(&other, operation, request.clone()).await, missing(id), "{operation}");
        assert_eq!(world.on("us-east-1_Missing00", operation, request).await, no_pool, "{operation}");
    }
    let described = world.on(&pool, "DescribeUserPoolClient", json!({"ClientId": id})).await;
    assert_eq!(described, json!({ "UserPoolClient": made }));
}

#[tokio::test]
async fn a_deleted_client_is_gone() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let made = world.client(&pool, json!({})).await;
    let named = json!({"ClientId": made["ClientId"]});
    assert_eq!(world.on(&pool, "DeleteUserPoolClient", named.clone()).await, Value::Null);
    let id = made["ClientId"].as_str().unwrap();
    assert_eq!(world.on(&pool, "DeleteUserPoolClient", named.clone()).await, missing(id));
    assert_eq!(world.on(&pool, "DescribeUserPoolClient", named).await, missing(id));
    assert_eq!(world.on(&pool, "ListUserPoolClients", json!({})).await, json!({"UserPoolClients": []}));
}

#[tokio::test]
async fn an_inactive_scope_cannot_be_sent_again_unless_the_configuration_says_so() {
    for accepted in [false, true] {
        let choices = PoolChoices { accept_inactive_on_update: accepted, ..PoolChoices::default() };
        let world = World::with(ControlSettings { choices, ..ControlSettings::default() });
        let pool = world.pool(json!({})).await;
        world.server(&pool, "orders", &["read"]).await;
        let made = world.client(&pool, json!({"AllowedOAuthScopes": ["orders/read"]})).await;
        world.on(&pool, "UpdateResourceServer", json!({"Identifier": "orders", "Name": "API"})).await;

        let again = json!({"ClientId": made["ClientId"], "AllowedOAuthScopes": ["orders/read"]});
        let answer = world.on(&pool, "UpdateUserPoolClient", again).await;
        assert_eq!(answer, if accepted { json!({ "UserPoolClient": made }) } else { unknown_scope("orders/read") });
        let more = json!({"ClientId": made["ClientId"], "AllowedOAuthScopes": ["orders/read", "orders/write"]});
        let unknown = if accepted { "orders/write" } else { "orders/read" };
        assert_eq!(world.on(&pool, "UpdateUserPoolClient", more).await, unknown_scope(unknown));
        let fresh = json!({"ClientName": "new", "AllowedOAuthScopes": ["orders/read"]});
        assert_eq!(world.on(&pool, "CreateUserPoolClient", fresh).await, unknown_scope("orders/read"));
    }
}

#[tokio::test]
async fn pages_show_every_client_once_without_secrets() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let mut made = Vec::new();
    for _ in 0..62 {
        let client = world.client(&pool, json!({"GenerateSecret": true})).await;
        made.push(json!({"ClientId": client["ClientId"], "UserPoolId": pool, "ClientName": "svc"}));
    }
    made.sort_by_key(|client| client["ClientId"].as_str().unwrap().to_owned());
    let first = world.on(&pool, "ListUserPoolClients", json!({"ClientType": "REGULAR"})).await;
    assert_eq!(first["UserPoolClients"], json!(made[..60]));
    let rest = world.on(&pool, "ListUserPoolClients", json!({"NextToken": first["NextToken"]})).await;
    assert_eq!(rest, json!({"UserPoolClients": made[60..]}));
    let exact = world.on(&pool, "ListUserPoolClients", json!({"MaxResults": 2, "NextToken": first["NextToken"]})).await;
    assert_eq!(exact, rest);
    let registered = world.on(&pool, "ListUserPoolClients", json!({"ClientType": "DCR"})).await;
    assert_eq!(registered, json!({"UserPoolClients": []}));
    let foreign = world.on(&pool, "ListUserPoolClients", json!({"NextToken": "%%"})).await;
    assert_eq!(foreign, refused("InvalidParameterException", "Invalid pagination token"));
}

#[tokio::test]
async fn a_token_of_another_list_or_pool_is_refused() {
    let world = World::new();
    let (pool, other) = (world.pool(json!({})).await, world.pool(json!({})).await);
    for number in ["1", "2"] {
        world.server(&pool, number, &["read"]).await;
        world.client(&pool, json!({})).await;
    }
    let one = json!({"MaxResults": 1});
    let servers = world.on(&pool, "ListResourceServers", one.clone()).await["NextToken"].clone();
    let clients = world.on(&pool, "ListUserPoolClients", one).await["NextToken"].clone();
    let wrong = refused("InvalidParameterException", "Invalid pagination token");
    for (asked, operation, token) in [
        (&pool, "ListUserPoolClients", &servers),
        (&pool, "ListResourceServers", &clients),
        (&other, "ListResourceServers", &servers),
        (&other, "ListUserPoolClients", &clients),
    ] {
        assert!(token.is_string(), "{token}");
        assert_eq!(world.on(asked, operation, json!({"NextToken": token})).await, wrong, "{operation}");
    }
}

#[tokio::test]
async fn racing_creators_fill_the_quota_exactly_and_a_deletion_makes_room() {
    let quotas = Quotas { clients: 20, ..Quotas::default() };
    let world = World::with(ControlSettings { quotas, ..ControlSettings::default() });
    let pool = world.pool(json!({})).await;
    let answers = world.racing(&pool, "CreateUserPoolClient", 64, |number| json!({"ClientName": format!("c{number}")}));
    let (refusals, made): (Vec<Value>, Vec<Value>) =
        answers.await.into_iter().partition(|answer| answer["UserPoolClient"].is_null());
    let full =
        refused("LimitExceededException", &format!("User pool client limit exceeded: user pool {pool} may have 20."));
    assert_eq!(refusals, vec![full.clone(); 44]);
    let listed = world.on(&pool, "ListUserPoolClients", json!({})).await;
    assert_eq!((made.len(), listed["UserPoolClients"].as_array().unwrap().len()), (20, 20));

    let one_more = json!({"ClientName": "one-more"});
    assert_eq!(world.on(&pool, "CreateUserPoolClient", one_more.clone()).await, full);
    let named = json!({"ClientId": made[0]["UserPoolClient"]["ClientId"]});
    assert_eq!(world.on(&pool, "DeleteUserPoolClient", named).await, Value::Null);
    let room = world.on(&pool, "CreateUserPoolClient", one_more.clone()).await;
    assert_eq!(room["UserPoolClient"]["ClientName"], "one-more");
    assert_eq!(world.on(&pool, "CreateUserPoolClient", one_more).await, full);
}

#[tokio::test]
async fn deleting_the_pool_frees_what_its_clients_held() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let made = world.client(&pool, json!({})).await;
    world.server(&pool, "orders", &["read"]).await;
    assert_eq!(world.on(&pool, "DeleteUserPool", json!({})).await, Value::Null);
    let gone = refused("ResourceNotFoundException", &format!("User pool {pool} does not exist."));
    let named = json!({"ClientId": made["ClientId"]});
    assert_eq!(world.on(&pool, "DescribeUserPoolClient", named).await, gone);
    assert_eq!(world.on(&pool, "ListResourceServers", json!({})).await, gone);
}
