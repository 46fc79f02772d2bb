//! Tokens of every wrong kind, keys that change, and revocation: each obeyed by the very next request.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolpass::domain::key::{KeyOrigin, KeyUsage, StoredKey};
use poolpass::domain::time::Timestamp;
use poolpass::effects::SeededRandom;
use poolpass::keys::rsa::KeyPair;
use poolpass::keys::{SigningKey, published};
use serde_json::{Value, json};

use crate::world::{OTHER_POOL, POOL, World};

/// Gateways that only say what they decide.
const GUARDED: &str = "
gateways:
  - name: orders
    dialect: rfc6750-any
    base_path: /orders
    mode: mock
    authorizers: { users: { pools: [us-east-1_Gateway01] } }
    default_authorizer: users
    routes: [{ route: GET /, scopes: [orders/read] }]
  - name: strict
    dialect: rfc6750-any
    base_path: /strict
    mode: mock
    authorizers: { users: { pools: [us-east-1_Gateway01], check_revocation: true } }
    default_authorizer: users
    routes: [{ route: GET /, scopes: [orders/read] }]
  - name: both
    dialect: http-api
    base_path: /both
    mode: mock
    authorizers: { users: { pools: [us-east-1_Gateway01], check_revocation: true } }
    default_authorizer: users
    routes: [{ route: GET / }]
";

fn start() -> World {
    World::with(&format!("{POOL}{OTHER_POOL}{GUARDED}"), &[])
}

fn asked(world: &World, gateway: &str, token: &str) -> u16 {
    world.get(&world.url(gateway, "/"), token).status
}

fn stored(pair: &KeyPair) -> StoredKey {
    pair.stored(KeyUsage::Access, KeyOrigin::Declared, Timestamp::from_millis(0)).expect("a key pair")
}

/// The pool's key for access tokens, which is one that everybody has.
fn ours() -> StoredKey {
    stored(&KeyPair::from_pem(published::DEMO_ACCESS).expect("a key pair"))
}

/// The claims of this token.
fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).expect("claims");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

/// The claims, of which one says something else.
fn saying(claims: &Value, claim: &str, value: impl Into<Value>) -> Value {
    let mut other = claims.clone();
    other[claim] = value.into();
    other
}

fn signed(key: &StoredKey, claims: &Value) -> String {
    SigningKey::parse(key).expect("a key").sign(claims.to_string().as_bytes()).expect("a signature")
}

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

/// A token with this header, signed by what `sign` makes of its text.
fn forged(header: &Value, claims: &Value, sign: impl Fn(&str) -> Vec<u8>) -> String {
    let text = format!("{}.{}", encoded(header), encoded(claims));
    let signature = URL_SAFE_NO_PAD.encode(sign(&text));
    format!("{text}.{signature}")
}

/// A signature by this key under another algorithm.
fn rsa(key: &StoredKey, text: &str, encoding: &'static dyn aws_lc_rs::signature::RsaEncoding) -> Vec<u8> {
    let der = base64::engine::general_purpose::STANDARD.decode(key.pkcs8.reveal()).expect("base64");
    let pair = aws_lc_rs::rsa::KeyPair::from_pkcs8(&der).expect("a key pair");
    let mut signature = vec![0; 256];
    let random = aws_lc_rs::rand::SystemRandom::new();
    pair.sign(encoding, &random, text.as_bytes(), &mut signature).expect("a signature");
    signature
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn no_wrong_token_is_let_in() {
    let world = start();
    let genuine = world.token("reader", "orders/read");
    let (ours, said) = (ours(), claims(&genuine));
    let foreign = stored(&KeyPair::generate(&SeededRandom::new(1)).expect("a key pair"));
    let now = said["iat"].as_i64().expect("a number");
    let parts: Vec<&str> = genuine.split('.').collect();
    let header = |algorithm: &str| json!({ "kid": ours.kid, "alg": algorithm });
    let by_ours = |text: &str| rsa(&ours, text, &aws_lc_rs::signature::RSA_PKCS1_SHA256);
    let by_secret = |secret: &[u8], text: &str| {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), text.as_bytes()).as_ref().to_vec()
    };
    let modulus = URL_SAFE_NO_PAD.decode(&ours.n).expect("base64url");
    let with_header = |extra: &str, value: Value| {
        let mut header = header("RS256");
        header[extra] = value;
        header
    };
    let own_jwk = json!({ "kty": "RSA", "kid": foreign.kid, "n": foreign.n, "e": foreign.e });
    let embedding = json!({ "kid": foreign.kid, "alg": "RS256", "jwk": own_jwk });

    // What the forgeries are made from is good, and so is a header that says more than it has to.
    for good in [signed(&ours, &said), forged(&with_header("typ", json!("JWT")), &said, by_ours)] {
        assert_eq!(asked(&world, "orders", &good), 200, "{good}");
    }
    for (what, wrong) in [
        ("alg none", forged(&header("none"), &said, |_| Vec::new())),
        ("alg None, signed", forged(&header("None"), &said, by_ours)),
        ("HMAC by the modulus", forged(&header("HS256"), &said, |text| by_secret(&modulus, text))),
        ("HMAC by its text", forged(&header("HS256"), &said, |text| by_secret(ours.n.as_bytes(), text))),
        ("HMAC called RS256", forged(&header("RS256"), &said, |text| by_secret(&modulus, text))),
        ("RS512", forged(&header("RS512"), &said, |text| rsa(&ours, text, &aws_lc_rs::signature::RSA_PKCS1_SHA512))),
        ("PS256", forged(&header("PS256"), &said, |text| rsa(&ours, text, &aws_lc_rs::signature::RSA_PSS_SHA256))),
        (
            "RS512 called RS256",
            forged(&header("RS256"), &said, |text| rsa(&ours, text, &aws_lc_rs::signature::RSA_PKCS1_SHA512)),
        ),
        ("an unknown key", signed(&foreign, &said)),
        ("a key under our name", signed(&StoredKey { kid: ours.kid.clone(), ..foreign.clone() }, &said)),
        ("a key in the header", {
            forged(&embedding, &said, |text| rsa(&foreign, text, &aws_lc_rs::signature::RSA_PKCS1_SHA256))
        }),
        ("a path for a key", forged(&json!({ "kid": "../keys/a", "alg": "RS256" }), &said, by_ours)),
        ("a number for a key", forged(&json!({ "kid": 1, "alg": "RS256" }), &said, by_ours)),
        ("no key", forged(&json!({ "alg": "RS256" }), &said, by_ours)),
        ("an extension", forged(&with_header("crit", json!(["b64"])), &said, by_ours)),
        ("an empty extension", forged(&with_header("crit", json!([])), &said, by_ours)),
        ("another issuer", signed(&ours, &saying(&said, "iss", "https://issuer.example"))),
        (
            "an issuer that ends alike",
            signed(&ours, &saying(&said, "iss", "https://issuer.example/xus-east-1_Gateway01")),
        ),
        ("another pool's issuer", signed(&ours, &saying(&said, "iss", "http://localhost/us-east-1_Gateway02"))),
        ("another pool of this server", {
            let answer = world.token("stranger", "orders/read");
            assert_ne!(claims(&answer)["iss"], said["iss"]);
            answer
        }),
        ("another pool's token under our issuer", {
            let theirs = world.token("stranger", "orders/read");
            let signature = theirs.rsplit('.').next().expect("a signature").to_owned();
            format!("{}.{}.{signature}", parts[0], parts[1])
        }),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("four parts", format!("{genuine}.{}", parts[2])),
        ("a byte less", genuine.chars().take(genuine.len() - 1).collect()),
        ("padding", format!("{genuine}==")),
        ("oversized", signed(&ours, &saying(&said, "more", "x".repeat(16_000)))),
        ("expired", signed(&ours, &saying(&said, "exp", now))),
        ("for ever", signed(&ours, &saying(&said, "exp", Value::Null))),
        ("not yet", signed(&ours, &saying(&said, "nbf", now + 3_600))),
        ("of the future", signed(&ours, &saying(&said, "iat", now + 3_600))),
        ("an ID token", signed(&ours, &saying(&said, "token_use", "id"))),
        ("no claims", signed(&ours, &json!([]))),
        ("changed claims", {
            format!("{}.{}.{}", parts[0], encoded(&saying(&said, "scope", "orders/read orders/write")), parts[2])
        }),
    ] {
        assert_eq!(asked(&world, "orders", &wrong), 401, "{what}: {wrong}");
    }
}

#[test]
fn a_retired_key_ends_its_tokens_at_once_although_they_are_remembered() {
    let world = start();
    let endpoint = world.ready["endpoint"].as_str().expect("an endpoint").to_owned();
    let keys = |path: &str| format!("{endpoint}/_poolpass/keys/us-east-1_Gateway01{path}");
    let old = world.token("reader", "orders/read");
    assert_eq!([asked(&world, "orders", &old), asked(&world, "orders", &old)], [200, 200]);
    let rotated = world.post(&keys("/rotate"), &[], "");
    assert_eq!(rotated.status, 200, "{rotated:?}");
    let new = world.token("reader", "orders/read");
    assert_ne!(old.split('.').next(), new.split('.').next(), "another key signs");
    assert_eq!([asked(&world, "orders", &new), asked(&world, "orders", &old)], [200, 200]);
    let retired = world.post(&keys("/retire"), &[], &json!({ "kid": ours().kid }).to_string());
    assert_eq!(retired.status, 200, "{retired:?}");
    assert_eq!([asked(&world, "orders", &old), asked(&world, "orders", &new)], [401, 200]);
}

/// The tokens of a sign-in of the user at the hosted pages.
fn signed_in(world: &World) -> Value {
    let endpoint = world.ready["endpoint"].as_str().expect("an endpoint");
    let who = json!({ "client": "web", "user": "ada", "password": "Lovelace-1815" });
    let answer = world.post(&format!("{endpoint}/_poolpass/sign-in"), &[], &who.to_string());
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// Calls an operation of the JSON API.
pub(crate) fn call(world: &World, operation: &str, body: &Value) {
    let endpoint = world.ready["endpoint"].as_str().expect("an endpoint");
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    let headers = [("X-Amz-Target", target.as_str()), ("Content-Type", "application/x-amz-json-1.1")];
    let answer = world.post(&format!("{endpoint}/"), &headers, &body.to_string());
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// What the gateways answer to the access token and the ID token of a sign-in, before and after something happens.
fn around(happening: impl FnOnce(&World, &Value)) {
    let world = start();
    let tokens = signed_in(&world);
    let [access, id] = ["access_token", "id_token"].map(|name| tokens[name].as_str().expect("a token"));
    let all = || [asked(&world, "orders", access), asked(&world, "strict", access), asked(&world, "both", id)];
    assert_eq!([all(), all()], [[200; 3]; 2]);
    happening(&world, &tokens);
    assert_eq!(all(), [200, 401, 401], "only who asks for it learns of it, and at once");
}

fn of_ada() -> Value {
    json!({ "UserPoolId": "us-east-1_Gateway01", "Username": "ada" })
}

#[test]
fn a_revoked_sign_in_ends_its_tokens_where_that_is_asked() {
    around(|world, tokens| {
        call(world, "RevokeToken", &json!({ "ClientId": "web", "Token": tokens["refresh_token"] }));
    });
}

#[test]
fn signing_out_everywhere_ends_all_tokens_where_that_is_asked() {
    around(|world, _| call(world, "AdminUserGlobalSignOut", &of_ada()));
}

#[test]
fn disabling_a_user_ends_the_users_tokens_where_that_is_asked() {
    around(|world, _| call(world, "AdminDisableUser", &of_ada()));
}

#[test]
fn declaring_a_user_disabled_ends_the_users_tokens_where_that_is_asked() {
    around(|world, _| {
        let ada = json!({
            "username": "ada", "sub": "11111111-1111-4111-8111-111111111111", "password": "Lovelace-1815",
            "attributes": { "email": "ada@example.com", "email_verified": "true" }, "enabled": false,
        });
        let declared = json!({ "pools": [{ "id": "us-east-1_Gateway01", "users": [ada] }] });
        let endpoint = world.ready["endpoint"].as_str().expect("an endpoint");
        let answer = world.post(&format!("{endpoint}/_poolpass/seed"), &[], &declared.to_string());
        assert_eq!(answer.status, 200, "{answer:?}");
    });
}

#[test]
fn deleting_a_user_ends_the_users_tokens_where_that_is_asked() {
    around(|world, _| call(world, "AdminDeleteUser", &of_ada()));
}

#[test]
fn another_user_of_the_same_name_is_another_user() {
    around(|world, _| {
        call(world, "AdminDeleteUser", &of_ada());
        call(world, "AdminCreateUser", &of_ada());
    });
}

#[test]
fn deleting_a_client_ends_its_tokens_where_that_is_asked() {
    around(|world, _| {
        call(world, "DeleteUserPoolClient", &json!({ "UserPoolId": "us-east-1_Gateway01", "ClientId": "web" }));
    });
}

#[test]
fn a_machines_token_counts_where_revocation_is_asked() {
    let world = start();
    assert_eq!(asked(&world, "strict", &world.token("reader", "orders/read")), 200);
}
