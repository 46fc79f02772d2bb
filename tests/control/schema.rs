//! The attributes of a pool: at its creation, and added later.

use poolpass::control::ControlSettings;
use poolpass::domain::quotas::Quotas;
use serde_json::{Value, json};

use crate::support::World;

fn custom(name: &str) -> Value {
    json!({"Name": name, "AttributeDataType": "String"})
}

#[tokio::test]
async fn impossible_attributes_are_refused() {
    let world = World::new();
    let refused = [
        (
            json!([{"Name": "team", "AttributeDataType": "String", "Required": true}]),
            "Required custom attributes are not supported currently.",
        ),
        (
            json!([{"Name": "email", "AttributeDataType": "Number"}]),
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
        ),
        (
            json!([{"Name": "email", "DeveloperOnlyAttribute": true}]),
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
        ),
        (
            json!([{"Name": "team"}]),
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
        ),
        (json!([{"AttributeDataType": "String"}]), "Invalid schema attribute: Name is required."),
        (
            json!([custom("team"), custom("team")]),
            "Duplicate custom attribute names custom:team are not allowed in a user pool schema.",
        ),
        (
            json!([{"Name": "team", "AttributeDataType": "String",
                    "StringAttributeConstraints": {"MinLength": "9", "MaxLength": "8"}}]),
            "Attribute custom:team cannot have a max length shorter than it's min length",
        ),
        (
            json!([{"Name": "team", "AttributeDataType": "Number",
                    "NumberAttributeConstraints": {"MinValue": "9", "MaxValue": "8"}}]),
            "Attribute custom:team cannot have a max value smaller than it's min value",
        ),
        (
            json!([{"Name": "team", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "nine"}}]),
            "Attribute custom:team has a constraint that is not a number",
        ),
        (
            json!([{"Name": "abcdefghijklmnopqrstu", "AttributeDataType": "String"}]),
            "1 validation error detected: Value 'abcdefghijklmnopqrstu' at 'schema.1.member.name' failed to satisfy \
             constraint: Member must have length less than or equal to 20",
        ),
    ];
    for (schema, sentence) in refused {
        world.create_is_invalid(json!({"Schema": schema}), sentence).await;
    }
}

#[tokio::test]
async fn standard_names_change_standard_attributes_and_others_are_custom() {
    let world = World::new();
    let schema = json!([
        {"Name": "email", "Required": true, "Mutable": false},
        custom("team"),
        {"Name": "secret", "AttributeDataType": "Number", "DeveloperOnlyAttribute": true, "Mutable": false},
        {"Name": "since", "AttributeDataType": "DateTime"},
    ]);
    let plain = world.describe(&world.pool(json!({})).await).await["SchemaAttributes"].clone();
    let shown = world.describe(&world.pool(json!({"Schema": schema})).await).await["SchemaAttributes"].clone();
    let mut expected = plain.as_array().unwrap().clone();
    assert_eq!(expected[10]["Name"], "email");
    expected[10]["Required"] = json!(true);
    expected[10]["Mutable"] = json!(false);
    expected.push(json!({
        "Name": "custom:team", "AttributeDataType": "String", "DeveloperOnlyAttribute": false, "Mutable": true,
        "Required": false, "StringAttributeConstraints": {},
    }));
    expected.push(json!({
        "Name": "dev:custom:secret", "AttributeDataType": "Number", "DeveloperOnlyAttribute": true, "Mutable": false,
        "Required": false, "NumberAttributeConstraints": {},
    }));
    expected.push(json!({
        "Name": "custom:since", "AttributeDataType": "DateTime", "DeveloperOnlyAttribute": false, "Mutable": true,
        "Required": false,
    }));
    assert_eq!(shown, Value::Array(expected));
}

#[tokio::test]
async fn attributes_are_added_once() {
    let world = World::new();
    let pool = world.pool(json!({"Schema": [custom("team")]})).await;
    let add = |attributes: Value| json!({"UserPoolId": pool, "CustomAttributes": attributes});
    let reply = world.call("AddCustomAttributes", add(json!([custom("email"), custom("size")]))).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, "{}"));
    let before = world.describe(&pool).await;
    let names: Vec<_> = before["SchemaAttributes"].as_array().unwrap().iter().map(|one| one["Name"].clone()).collect();
    assert_eq!(names[20..], ["custom:team", "custom:email", "custom:size"]);
    world
        .call("AddCustomAttributes", add(json!([custom("new"), custom("team")])))
        .await
        .is_refused("InvalidParameterException", "custom:team: Existing attribute already has name custom:team.");
    assert_eq!(world.describe(&pool).await, before);
}

#[tokio::test]
async fn a_pool_has_only_so_many_custom_attributes() {
    let quotas = Quotas { custom_attributes: 2, ..Quotas::default() };
    let world = World::with(ControlSettings { quotas, ..ControlSettings::default() });
    let pool = world.pool(json!({"Schema": [custom("a"), custom("b")]})).await;
    let request = json!({"UserPoolId": pool, "CustomAttributes": [custom("c")]});
    let sentence = "A user pool can have at most 2 custom attributes.";
    world.call("AddCustomAttributes", request).await.is_refused("InvalidParameterException", sentence);
}
