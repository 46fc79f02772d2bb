//! Tags, by their operations and by their pool.

use serde_json::{Map, Value, json};

use crate::support::World;

fn many(count: usize) -> Value {
    Value::Object((0..count).map(|number| (format!("key{number}"), json!(""))).collect::<Map<_, _>>())
}

#[tokio::test]
async fn tags_are_those_of_the_pool() {
    let world = World::new();
    let pool = world.pool(json!({"UserPoolTags": {"a": "1", "b": "2"}})).await;
    let arn = world.describe(&pool).await["Arn"].clone();
    let reply = world.call("TagResource", json!({"ResourceArn": arn, "Tags": {"b": "3", "c": "4"}})).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, "{}"));
    let reply = world.call("UntagResource", json!({"ResourceArn": arn, "TagKeys": ["a", "unknown"]})).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, "{}"));
    let tags = json!({"b": "3", "c": "4"});
    assert_eq!(world.done("ListTagsForResource", json!({"ResourceArn": arn})).await, json!({"Tags": tags}));
    assert_eq!(world.describe(&pool).await["UserPoolTags"], tags);
}

#[tokio::test]
async fn what_is_no_pool_of_the_caller_has_no_tags() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    for arn in [
        "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_AAAAAAAAA".to_owned(),
        format!("arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool}"),
        format!("arn:aws:cognito-idp:eu-west-1:000000000000:userpool/{pool}"),
        format!("arn:aws:s3:us-east-1:000000000000:userpool/{pool}"),
        format!("arn:aws:cognito-idp:us-east-1:000000000000:identitypool/{pool}"),
    ] {
        let requests = [
            ("ListTagsForResource", json!({"ResourceArn": arn})),
            ("TagResource", json!({"ResourceArn": arn, "Tags": {"a": "b"}})),
            ("UntagResource", json!({"ResourceArn": arn, "TagKeys": ["a"]})),
        ];
        for (operation, request) in requests {
            let reply = world.call(operation, request).await;
            reply.is_refused("ResourceNotFoundException", &format!("Resource {arn} does not exist."));
        }
    }
}

#[tokio::test]
async fn a_pool_has_at_most_fifty_tags() {
    let world = World::new();
    let sentence = "A user pool can have at most 50 tags.";
    let reply = world.call("CreateUserPool", json!({"PoolName": "shop", "UserPoolTags": many(51)})).await;
    reply.is_refused("UserPoolTaggingException", sentence);
    let pool = world.pool(json!({"UserPoolTags": many(50)})).await;
    let reply = world.call("UpdateUserPool", json!({"UserPoolId": pool, "UserPoolTags": many(51)})).await;
    reply.is_refused("UserPoolTaggingException", sentence);
    let arn = world.describe(&pool).await["Arn"].clone();
    let reply = world.call("TagResource", json!({"ResourceArn": arn, "Tags": {"one": "more"}})).await;
    reply.is_refused("InvalidParameterException", sentence);
    assert_eq!(world.describe(&pool).await["UserPoolTags"], many(50));
}
