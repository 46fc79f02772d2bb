//! The documents by which tokens are verified.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::answers::bare;
use crate::server::{Reply, request};
use crate::world::World;

const HEADERS: [&str; 3] =
    ["access-control-allow-origin: *", "cache-control: public, max-age=60", "content-type: application/json"];

fn read(world: &World, method: &str, document: &str) -> Reply {
    let mut connection = world.server.connect();
    connection.send(&request(method, &format!("/{}/.well-known/{document}", world.pool), &[], b""));
    connection.reply_to(method).expect("the server answers")
}

#[test]
fn the_key_set_holds_two_keys_in_the_member_order_of_the_service() {
    let world = World::new(&[]);
    let reply = read(&world, "GET", "jwks.json");
    let keys: Value = reply.json();
    let text = |key: usize, member: &str| keys["keys"][key][member].as_str().expect("text").to_owned();
    let key = |number: usize| {
        format!(
            r#"{{"alg":"RS256","e":"AQAB","kid":"{}","kty":"RSA","n":"{}","use":"sig"}}"#,
            text(number, "kid"),
            text(number, "n")
        )
    };
    let body = format!(r#"{{"keys":[{},{}]}}"#, key(0), key(1));
    assert_eq!(reply.whole(), bare("200 OK", &HEADERS, &body));
    assert_ne!(text(0, "kid"), text(1, "kid"));
    for number in 0..2 {
        assert_eq!(text(number, "kid").len(), 44);
        assert_eq!(STANDARD.decode(text(number, "kid")).unwrap().len(), 32);
        let modulus = URL_SAFE_NO_PAD.decode(text(number, "n")).unwrap();
        assert_eq!((modulus.len(), modulus[0] >> 7), (256, 1), "2048 bits");
    }
}

#[test]
fn the_discovery_document_has_the_members_and_order_of_the_service() {
    let world = World::new(&[]);
    let base = format!("http://localhost:{}", world.server.address().port());
    let pool = &world.pool;
    let body = [
        format!(r#"{{"authorization_endpoint":"{base}/oauth2/authorize","#),
        format!(r#""end_session_endpoint":"{base}/logout","#),
        r#""id_token_signing_alg_values_supported":["RS256"],"#.to_owned(),
        format!(r#""issuer":"{base}/{pool}","#),
        format!(r#""jwks_uri":"{base}/{pool}/.well-known/jwks.json","#),
        r#""response_types_supported":["code","token"],"#.to_owned(),
        format!(r#""revocation_endpoint":"{base}/oauth2/revoke","#),
        r#""scopes_supported":["openid","email","phone","profile"],"#.to_owned(),
        r#""subject_types_supported":["public"],"#.to_owned(),
        format!(r#""token_endpoint":"{base}/oauth2/token","#),
        r#""token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post"],"#.to_owned(),
        format!(r#""userinfo_endpoint":"{base}/oauth2/userInfo"}}"#),
    ];
    assert_eq!(read(&world, "GET", "openid-configuration").whole(), bare("200 OK", &HEADERS, &body.concat()));
}

#[test]
fn head_answers_as_get_without_the_document() {
    let world = World::new(&["--well-known-max-age", "0"]);
    for document in ["jwks.json", "openid-configuration"] {
        let (whole, head) = (read(&world, "GET", document), read(&world, "HEAD", document));
        assert_eq!(head.whole(), whole.whole().replace(whole.text(), ""));
        assert_eq!(head.header("cache-control"), Some("public, max-age=0"));
    }
}

#[test]
fn an_unknown_pool_has_no_documents() {
    let world = World::new(&[]);
    let extra = ["access-control-allow-origin: *", "content-type: application/json"];
    let tried = [
        ("us-east-1_AAAAAAAAA", "us-east-1_AAAAAAAAA"),
        ("%00", "\\u0000"),
        ("%22%5c", "\\\"\\\\"),
        ("%0d%0aX:%20y", "\\r\\nX: y"),
        ("%ff", "\u{fffd}"),
        ("..", ".."),
    ];
    for (pool, printed) in tried {
        for document in ["jwks.json", "openid-configuration"] {
            let reply = world.server.send(&request("GET", &format!("/{pool}/.well-known/{document}"), &[], b""));
            let body = format!(r#"{{"message":"User pool {printed} does not exist."}}"#);
            assert_eq!(reply.whole(), bare("400 Bad Request", &extra, &body), "{pool}");
        }
    }
}
