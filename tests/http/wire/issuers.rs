//! The four issuer modes: what `iss` says, and the discovery document with it.

use serde_json::json;

use super::claims;
use crate::server::{at, form, request};
use crate::world::World;

/// Issuer of a token and of the discovery document, token endpoint and key set, all asked for under this Host.
fn named(world: &World, host: &str) -> [String; 4] {
    let ask = |bytes: Vec<u8>| {
        let bytes = String::from_utf8(bytes).expect("text").replace("Host: localhost", &format!("Host: {host}"));
        world.server.send(bytes.as_bytes())
    };
    let token = ask(form("/oauth2/token", &[], world.credentials().as_bytes()));
    let discovery = ask(request("GET", &format!("/{}/.well-known/openid-configuration", world.pool), &[], b"")).json();
    let said = claims(&token);
    [at(&said, "/iss"), at(&discovery, "/issuer"), at(&discovery, "/token_endpoint"), at(&discovery, "/jwks_uri")]
        .map(|value| value.as_str().expect("a URL").to_owned())
}

fn expected(issuer: &str, base: &str, pool: &str) -> [String; 4] {
    [
        format!("{issuer}/{pool}"),
        format!("{issuer}/{pool}"),
        format!("{base}/oauth2/token"),
        format!("{base}/{pool}/.well-known/jwks.json"),
    ]
}

#[test]
fn local_is_the_same_under_every_name() {
    let world = World::new(&[]);
    let base = format!("http://localhost:{}", world.server.address().port());
    for host in ["localhost", "127.0.0.1:1", "poolpass:7665"] {
        assert_eq!(named(&world, host), expected(&base, &base, &world.pool));
    }
}

#[test]
fn a_base_url_is_the_same_under_every_name() {
    let world = World::new(&["--issuer", "base-url", "--base-url", "http://poolpass:7665/"]);
    for host in ["localhost", "127.0.0.1:1"] {
        assert_eq!(named(&world, host), expected("http://poolpass:7665", "http://poolpass:7665", &world.pool));
    }
}

#[test]
fn aws_names_the_pools_region_and_keeps_endpoints_within_reach() {
    let world = World::new(&["--issuer", "aws", "--region", "eu-west-1"]);
    assert!(world.pool.starts_with("eu-west-1_"), "{}", world.pool);
    let base = format!("http://localhost:{}", world.server.address().port());
    let issuer = "https://cognito-idp.eu-west-1.amazonaws.com";
    assert_eq!(named(&world, "localhost"), expected(issuer, &base, &world.pool));
}

#[test]
fn host_follows_the_request() {
    let world = World::new(&["--issuer", "host"]);
    for host in ["localhost:1234", "127.0.0.1:7665", "poolpass"] {
        let base = format!("http://{host}");
        assert_eq!(named(&world, host), expected(&base, &base, &world.pool));
    }
    let forwarded = ["X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "Forwarded: host=evil.example"];
    let path = format!("/{}/.well-known/openid-configuration", world.pool);
    let discovery = world.server.send(&request("GET", &path, &forwarded, b"")).json();
    assert_eq!(*at(&discovery, "/issuer"), json!(format!("http://localhost/{}", world.pool)));
}
