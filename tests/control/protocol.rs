//! The protocol itself: targets, bodies, headers, callers.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use poolpass::control::ControlSettings;
use serde_json::json;

use crate::support::{World, raw, request};

#[tokio::test]
async fn a_success_carries_exactly_the_headers_of_the_protocol() {
    let world = World::new();
    let reply = world.call("ListUserPools", json!({"MaxResults": 1})).await;
    let mut names: Vec<_> = reply.headers.keys().map(|name| name.as_str().to_owned()).collect();
    names.sort();
    assert_eq!(
        names,
        ["access-control-allow-origin", "access-control-expose-headers", "content-type", "x-amzn-requestid"]
    );
    assert_eq!(reply.header("content-type"), Some("application/x-amz-json-1.1"));
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert_eq!(
        reply.header("access-control-expose-headers"),
        Some("x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date")
    );
    assert_eq!(reply.header("x-amzn-RequestId").map(str::len), Some(36));
    assert_eq!((reply.status, reply.body.as_str()), (200, r#"{"UserPools":[]}"#));
}

#[tokio::test]
async fn an_unknown_target_has_no_message() {
    let world = World::new();
    let unknown = [
        "AWSCognitoIdentityProviderService.CreateGroupe",
        "AWSCognitoIdentityProviderService.createUserPool",
        "AWSCognitoIdentityService.CreateUserPool",
        "CreateUserPool",
        "",
    ];
    for target in unknown {
        let asked = TestRequest::post().uri("/").insert_header(("X-Amz-Target", target)).set_payload("{}");
        let reply = world.send(asked).await;
        assert_eq!((reply.status, reply.body.as_str()), (400, r#"{"__type":"UnknownOperationException"}"#), "{target}");
        assert_eq!(reply.header("x-amzn-ErrorType"), Some("UnknownOperationException:"));
        assert_eq!(reply.header("x-amzn-ErrorMessage"), None);
    }
}

#[tokio::test]
async fn what_is_no_call_is_not_understood() {
    let world = World::new();
    let body = concat!(
        r#"{"code":"BadRequest","#,
        r#""message":"The server did not understand the operation that was requested.","type":"client"}"#
    );
    for asked in [TestRequest::post(), TestRequest::get(), TestRequest::default().method(Method::PUT)] {
        let reply = world.send(asked.uri("/").set_payload("{}")).await;
        assert_eq!((reply.status, reply.body.as_str()), (404, body));
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_a_serialization_exception() {
    let world = World::new();
    for body in ["", "{", "[]", "\"x\"", "{\"PoolName\": \"x\"} y", "\u{0}"] {
        let reply = world.send(raw("CreateUserPool", body)).await;
        assert_eq!((reply.status, reply.body.as_str()), (400, r#"{"__type":"SerializationException"}"#), "{body}");
    }
    let reply = world.send(raw("CreateUserPool", &b"{\"PoolName\": \"\xff\"}"[..])).await;
    assert_eq!((reply.status, reply.body.as_str()), (400, r#"{"__type":"SerializationException"}"#));
    let reply = world.call("CreateUserPool", json!({"PoolName": 1})).await;
    let body = r#"{"__type":"SerializationException","Message":"NUMBER_VALUE can not be converted to a String"}"#;
    assert_eq!((reply.status, reply.body.as_str()), (400, body));
    assert_eq!(world.done("ListUserPools", json!({"MaxResults": 60})).await, json!({"UserPools": []}));
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_announced_or_not() {
    let world = World::new();
    let long = format!(r#"{{"PoolName": "{}"}}"#, "x".repeat(1024 * 1024));
    let announced = raw("CreateUserPool", "").insert_header(("Content-Length", "10000000"));
    for asked in [announced, raw("CreateUserPool", long)] {
        let reply = world.send(asked).await;
        let body = r#"{"__type":"RequestEntityTooLargeException"}"#;
        assert_eq!((reply.status, reply.body.as_str()), (413, body));
    }
}

#[tokio::test]
async fn a_message_in_a_header_has_neither_line_breaks_nor_other_alphabets() {
    let world = World::new();
    let reply = world.call("DescribeUserPool", json!({"UserPoolId": "é\r\nX: y"})).await;
    let (message, header) = (reply.json()["message"].clone(), reply.header("x-amzn-ErrorMessage").unwrap());
    let start = "1 validation error detected: Value 'é\r\nX: y' at 'userPoolId' failed to satisfy constraint: ";
    assert!(message.as_str().unwrap().starts_with(start), "{message}");
    assert_eq!(header, message.as_str().unwrap().replace(['é', '\r', '\n'], ""));
}

#[tokio::test]
async fn a_browser_may_ask_before_it_calls() {
    let world = World::new();
    let asked = TestRequest::default()
        .method(Method::OPTIONS)
        .uri("/")
        .insert_header(("Origin", "https://app.example"))
        .insert_header(("Access-Control-Request-Method", "POST"))
        .insert_header(("Access-Control-Request-Headers", "x-amz-target,content-type"));
    let reply = world.send(asked).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, ""));
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert_eq!(reply.header("access-control-allow-methods"), Some("POST"));
    assert_eq!(reply.header("access-control-allow-headers"), Some("x-amz-target,content-type"));
    assert_eq!(reply.header("access-control-max-age"), Some("172800"));
}

#[tokio::test]
async fn strict_authentication_comes_after_types_and_before_constraints() {
    let world = World::with(ControlSettings { strict_auth: true, ..ControlSettings::default() });
    let reply = world.call("CreateUserPool", json!({"PoolName": 1})).await;
    assert_eq!(reply.json()["__type"], "SerializationException");
    let reply = world.call("CreateUserPool", json!({})).await;
    reply.is_refused("MissingAuthenticationTokenException", "Missing Authentication Token");
    let reply = world.call_as(("AKIA", "us-east-1"), "CreateUserPool", json!({})).await;
    reply.is_refused(
        "InvalidParameterException",
        "1 validation error detected: Value null at 'poolName' failed to satisfy constraint: Member must not be null",
    );
}

#[tokio::test]
async fn a_malformed_authorization_header_is_refused() {
    let world = World::new();
    let asked = request("ListUserPools", &json!({"MaxResults": 1})).insert_header(("Authorization", "Basic eDp5"));
    let reply = world.send(asked).await;
    assert_eq!((reply.status, reply.json()["__type"].as_str()), (400, Some("IncompleteSignatureException")));
}

#[tokio::test]
async fn no_pool_is_made_in_a_region_that_nobody_could_reach() {
    let world = World::new();
    for region in ["bad region!", "eu_west_1", "eu", &"a".repeat(33)] {
        let reply = world.call_as(("AKIA", region), "CreateUserPool", json!({"PoolName": "shop"})).await;
        let refused = (reply.status, reply.json()["__type"].as_str().map(str::to_owned));
        assert_eq!(refused, (400, Some("IncompleteSignatureException".to_owned())), "{region}");
    }
    assert_eq!(world.done("ListUserPools", json!({"MaxResults": 1})).await, json!({"UserPools": []}));
    let reply = world.call("DescribeUserPool", json!({"UserPoolId": "eu_AbCdEfGhI"})).await;
    reply.is_refused("ResourceNotFoundException", "User pool eu_AbCdEfGhI does not exist.");
}

#[tokio::test]
async fn a_pool_exists_for_its_account_and_region_only() {
    let world = World::new();
    let owner = ("123456789012", "eu-west-1");
    let made = world.call_as(owner, "CreateUserPool", json!({"PoolName": "shop"})).await.json();
    let id = made["UserPool"]["Id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("eu-west-1_"), "{id}");
    let arn = format!("arn:aws:cognito-idp:eu-west-1:123456789012:userpool/{id}");
    assert_eq!(made["UserPool"]["Arn"], arn);
    let operations = ["DescribeUserPool", "UpdateUserPool", "DeleteUserPool", "GetUserPoolMfaConfig"];
    for stranger in [("210987654321", "eu-west-1"), ("123456789012", "us-east-1"), ("AKIA", "eu-west-1")] {
        for operation in operations {
            let reply = world.call_as(stranger, operation, json!({"UserPoolId": id})).await;
            reply.is_refused("ResourceNotFoundException", &format!("User pool {id} does not exist."));
        }
        let reply = world.call_as(stranger, "ListTagsForResource", json!({"ResourceArn": arn})).await;
        reply.is_refused("ResourceNotFoundException", &format!("Resource {arn} does not exist."));
        let listed = world.call_as(stranger, "ListUserPools", json!({"MaxResults": 60})).await;
        assert_eq!(listed.body, r#"{"UserPools":[]}"#);
    }
    let listed = world.call_as(owner, "ListUserPools", json!({"MaxResults": 60})).await.json();
    assert_eq!(listed["UserPools"][0]["Id"], id);
}

#[tokio::test]
async fn an_unsigned_call_acts_in_the_region_of_the_pool_it_names() {
    let world = World::new();
    let made = world.call_as(("AKIA", "eu-west-1"), "CreateUserPool", json!({"PoolName": "shop"})).await.json();
    let (id, arn) = (made["UserPool"]["Id"].as_str().unwrap(), &made["UserPool"]["Arn"]);
    assert_eq!(world.describe(id).await["Id"], id);
    assert_eq!(world.done("ListTagsForResource", json!({"ResourceArn": arn})).await, json!({"Tags": {}}));
}
