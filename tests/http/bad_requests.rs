//! What is no proper HTTP, or the wrong HTTP: each has its answer, harms nobody and changes nothing.

use serde_json::json;

use crate::answers::{NOT_UNDERSTOOD, bare, control_plane, oauth_error, token_endpoint};
use crate::server::{control, form, request};
use crate::world::World;

const METHODS: [&str; 9] = ["GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "CONNECT", "FOO"];

/// The answer to a method that a path does not serve.
fn refused(method: &str, path: &str) -> String {
    let body = if method == "HEAD" { "" } else { NOT_UNDERSTOOD };
    let length = [format!("content-length: {}", NOT_UNDERSTOOD.len())];
    match path {
        "/oauth2/token" | "/us-east-1_AAAAAAAAA/oauth2/token" => {
            token_endpoint("405 Method Not Allowed", &["allow: POST, OPTIONS"], "")
        }
        "/us-east-1_AAAAAAAAA/.well-known/jwks.json" | "/us-east-1_AAAAAAAAA/.well-known/openid-configuration" => {
            bare("405 Method Not Allowed", &["allow: GET, HEAD"], "")
        }
        _ => control_plane("404 Not Found", &length, body),
    }
}

#[test]
fn a_method_that_a_path_does_not_serve_is_refused_whatever_it_carries() {
    World::new(&[]).unharmed_by(|world| {
        let served = [
            ("/", &["OPTIONS"][..]),
            ("/oauth2/token", &["OPTIONS"]),
            ("/us-east-1_AAAAAAAAA/oauth2/token", &["OPTIONS"]),
            ("/us-east-1_AAAAAAAAA/.well-known/jwks.json", &["GET", "HEAD"]),
            ("/us-east-1_AAAAAAAAA/.well-known/openid-configuration", &["GET", "HEAD"]),
            ("/nothing", &[]),
            ("/oauth2/token/", &[]),
            ("//", &[]),
        ];
        for (path, served) in served {
            for method in METHODS.iter().filter(|method| !served.contains(method)) {
                let mut connection = world.server.connect();
                connection.send(&request(method, path, &["Content-Type: text/plain"], b"body"));
                let reply = connection.reply_to(method).unwrap();
                assert_eq!(reply.whole_but_close(), refused(method, path), "{method} {path}");
            }
        }
    });
}

#[test]
fn a_refused_method_does_not_wait_for_its_body() {
    World::new(&[]).unharmed_by(|world| {
        for path in ["/", "/oauth2/token", "/us-east-1_AAAAAAAAA/.well-known/jwks.json"] {
            let mut connection = world.server.connect();
            connection.send(format!("PUT {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n").as_bytes());
            let reply = connection.reply().unwrap();
            assert_eq!(reply.whole_but_close(), refused("PUT", path));
        }
    });
}

#[test]
fn what_is_no_http_is_a_bad_request_and_the_end_of_the_connection() {
    World::new(&[]).unharmed_by(|world| {
        let body = "{\"MaxResults\":1}";
        let target = "X-Amz-Target: AWSCognitoIdentityProviderService.DeleteUserPool";
        let tried: Vec<Vec<u8>> = vec![
            b"\r\n\r\nhello\r\n\r\n".to_vec(),
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\0\0\0\0\r\n\r\n".to_vec(),
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
            b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n".to_vec(),
            b"GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
            b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
            b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: a\0b\r\n\r\n".to_vec(),
            b"GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n".to_vec(),
            // HTTP/1.1 requires a Host (RFC 9112, section 3.2).
            format!("POST / HTTP/1.1\r\n{target}\r\nContent-Length: 16\r\n\r\n{body}").into_bytes(),
            // What two servers could frame differently (RFC 9112, section 6.3).
            format!("POST / HTTP/1.1\r\nHost: localhost\r\n{target}\r\nContent-Length: 16\r\nContent-Length: 17\r\n\r\n{body}")
                .into_bytes(),
            format!("POST / HTTP/1.1\r\nHost: localhost\r\n{target}\r\nContent-Length: 16\r\nTransfer-Encoding: chunked\r\n\r\n{body}")
                .into_bytes(),
            format!("POST / HTTP/1.1\r\nHost: localhost\r\n{target}\r\nContent-Length: -1\r\n\r\n{body}").into_bytes(),
            format!("POST / HTTP/1.1\r\nHost: localhost\r\n{target}\r\nContent-Length: +16\r\n\r\n{body}").into_bytes(),
        ];
        for bytes in tried {
            let shown = String::from_utf8_lossy(&bytes).into_owned();
            let mut connection = world.server.connect();
            connection.send(&bytes);
            let reply = connection.reply().unwrap();
            assert_eq!(reply.whole(), bare("400 Bad Request", &["connection: close"], ""), "{shown}");
            assert!(connection.closes(), "{shown}");
        }
    });
}

#[test]
fn http_1_0_without_a_host_is_served_and_closed() {
    let world = World::new(&[]);
    let target = "X-Amz-Target: AWSCognitoIdentityProviderService.ListUserPools";
    let mut connection = world.server.connect();
    connection
        .send(format!("POST / HTTP/1.0\r\n{target}\r\nContent-Length: 17\r\n\r\n{{\"MaxResults\": 1}}").as_bytes());
    let reply = connection.reply().unwrap();
    let pools = world.server.call("ListUserPools", &json!({"MaxResults": 1}));
    assert_eq!(reply.whole(), pools.whole().replace("HTTP/1.1", "HTTP/1.0"));
    assert!(connection.closes());
}

#[test]
fn chunked_and_expected_bodies_are_read_like_others() {
    let world = World::new(&[]);
    let pools = world.server.call("ListUserPools", &json!({"MaxResults": 1})).whole();
    let head =
        "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AWSCognitoIdentityProviderService.ListUserPools\r\n";
    let mut connection = world.server.connect();
    connection.send(format!("{head}Transfer-Encoding: chunked\r\n\r\n").as_bytes());
    for part in ["4\r\n{\"Ma\r\n", "d;x=y\r\nxResults\": 1}\r\n", "0\r\n\r\n"] {
        connection.send(part.as_bytes());
    }
    assert_eq!(connection.reply().unwrap().whole(), pools);
    connection.send(format!("{head}Expect: 100-continue\r\nContent-Length: 17\r\n\r\n").as_bytes());
    assert_eq!(connection.reply().unwrap().whole(), "HTTP/1.1 100 Continue\n\n");
    connection.send(b"{\"MaxResults\": 1}");
    assert_eq!(connection.reply().unwrap().whole(), pools);
}

#[test]
fn a_body_that_breaks_off_changes_nothing() {
    World::new(&[]).unharmed_by(|world| {
        let delete = control("DeleteUserPool", &json!({"UserPoolId": world.pool}).to_string());
        let (all_but_one, _) = delete.split_at(delete.len() - 1);
        let mut connection = world.server.connect();
        connection.send(all_but_one);
        connection.finish();
        assert_eq!(connection.reply().unwrap().whole(), crate::answers::silent_refusal("SerializationException"));
        let chunked = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AWSCognitoIdentityProviderService.DeleteUserPool\
                       \r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
        let mut connection = world.server.connect();
        connection.send(chunked.as_bytes());
        let expected = crate::answers::silent_refusal("SerializationException");
        assert_eq!(connection.reply().unwrap().whole_but_close(), expected);
        let token = form("/oauth2/token", &[], world.credentials().as_bytes());
        let (all_but_one, _) = token.split_at(token.len() - 1);
        let mut connection = world.server.connect();
        connection.send(all_but_one);
        connection.finish();
        assert_eq!(connection.reply().unwrap().whole(), token_endpoint("400 Bad Request", &[], ""));
    });
}

#[test]
fn pipelined_requests_are_answered_in_their_order() {
    World::new(&[]).unharmed_by(|world| {
        let describe = |pool: &str| control("DescribeUserPool", &json!({"UserPoolId": pool}).to_string());
        let unknown = form("/oauth2/token", &[], b"grant_type=client_credentials&client_id=nobody");
        let mut connection = world.server.connect();
        connection
            .send(&[describe(&world.pool), unknown, describe("us-east-1_AAAAAAAAA"), describe(&world.pool)].concat());
        let found = world.server.call("DescribeUserPool", &json!({"UserPoolId": world.pool})).whole();
        assert_eq!(connection.reply().unwrap().whole(), found);
        assert_eq!(connection.reply().unwrap().whole(), oauth_error("invalid_client"));
        assert_eq!(connection.reply().unwrap().header("x-amzn-errortype"), Some("ResourceNotFoundException:"));
        assert_eq!(connection.reply().unwrap().whole(), found);
    });
}
