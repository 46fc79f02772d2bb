//! `GetClientToken`: a machine's token without the OAuth endpoints.

use serde_json::{Value, json};

use super::world::{POOL, SECRET, World, claim, names};

fn ask(world: &World, more: &Value) -> super::world::Answer {
    let mut input = json!({ "ClientId": "job", "Secret": SECRET });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    world.call("GetClientToken", &input)
}

#[test]
fn a_client_with_the_flow_gets_the_machine_grants_token() {
    let world = World::start();
    let result = ask(&world, &json!({})).json()["ClientAuthenticationResult"].take();
    assert_eq!((&result["ExpiresIn"], &result["TokenType"]), (&json!(3_600), &json!("Bearer")));
    let token = result["AccessToken"].as_str().unwrap();
    assert_eq!(
        names(token),
        ["sub", "token_use", "scope", "auth_time", "iss", "exp", "iat", "version", "jti", "client_id"]
    );
    assert_eq!(claim(token, "scope"), "orders/read orders/write");
    let one = ask(&world, &json!({ "Scopes": ["orders/write"] })).json();
    let token = one["ClientAuthenticationResult"]["AccessToken"].as_str().unwrap();
    assert_eq!(claim(token, "scope"), "orders/write");
}

#[test]
fn others_are_refused() {
    let world = World::start();
    let name = |answer: super::world::Answer| answer.text("__type");
    let other = "another_secret_of_24_chars";
    assert_eq!(name(ask(&world, &json!({ "Scopes": ["orders/delete"] }))), "InvalidParameterException");
    assert_eq!(name(ask(&world, &json!({ "Secret": other }))), "NotAuthorizedException");
    assert_eq!(name(ask(&world, &json!({ "ClientId": "nobody" }))), "ResourceNotFoundException");
    assert_eq!(name(ask(&world, &json!({ "ClientId": "backend" }))), "InvalidParameterException");
    assert_eq!(name(ask(&world, &json!({ "ClientId": "web" }))), "NotAuthorizedException");
}

#[test]
fn the_flow_stands_alone_on_a_client_with_a_secret() {
    let world = World::start();
    let create = |flows: Value, secret: bool| {
        let input = json!({
            "UserPoolId": POOL, "ClientName": "x", "ExplicitAuthFlows": flows, "GenerateSecret": secret,
        });
        world.call("CreateUserPoolClient", &input).status
    };
    assert_eq!(create(json!(["ALLOW_CLIENT_TOKEN_AUTH"]), true), 200);
    assert_eq!(create(json!(["ALLOW_CLIENT_TOKEN_AUTH"]), false), 400);
    assert_eq!(create(json!(["ALLOW_CLIENT_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]), true), 400);
}
