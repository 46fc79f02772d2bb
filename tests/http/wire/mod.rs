//! What goes over the wire, byte for byte.

mod api;
mod clients;
mod issuers;
mod tokens;
mod well_known;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::server::{Reply, at, form};
use crate::world::World;

/// The access token of an answer that has nothing but one.
fn access_token(reply: &Reply) -> String {
    assert_eq!(reply.code(), 200, "{}", reply.whole());
    at(&reply.json(), "/access_token").as_str().expect("a token").to_owned()
}

/// A part of a token as the text that was signed.
fn part(token: &str, number: usize) -> String {
    let encoded = token.split('.').nth(number).expect("a token has three parts");
    String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).expect("base64url")).expect("text")
}

fn claims(reply: &Reply) -> Value {
    serde_json::from_str(&part(&access_token(reply), 1)).expect("claims are JSON")
}

/// An `Authorization` header with this id and secret.
fn basic(id: &str, secret: &str) -> String {
    format!("Authorization: Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// A client of the world's pool with further settings; its id.
fn client(world: &World, settings: &Value) -> String {
    let mut input = json!({"UserPoolId": world.pool, "ClientName": "another"});
    let members = input.as_object_mut().expect("an object");
    members.extend(settings.as_object().expect("settings are an object").clone());
    let made = world.server.done("CreateUserPoolClient", &input);
    at(&made, "/UserPoolClient/ClientId").as_str().expect("an id").to_owned()
}

/// Sends a form to the token endpoint with further headers.
fn token_with(world: &World, headers: &[&str], body: &str) -> Reply {
    world.server.send(&form("/oauth2/token", headers, body.as_bytes()))
}
