//! Too much: bodies, heads and addresses that are refused before they have been read whole.

use serde_json::json;

use crate::answers::{bare, control_plane, token_endpoint};
use crate::world::World;

const TEN_MEGABYTES: usize = 10 * 1024 * 1024;

/// How much each door reads of a body.
const CONTROL_LIMIT: usize = 1024 * 1024;
const FORM_LIMIT: usize = 256 * 1024;

fn control_head(framing: &str) -> Vec<u8> {
    let target = "X-Amz-Target: AWSCognitoIdentityProviderService.ListUserPools";
    format!("POST / HTTP/1.1\r\nHost: localhost\r\n{target}\r\n{framing}\r\n\r\n").into_bytes()
}

fn form_head(framing: &str) -> Vec<u8> {
    let content_type = "Content-Type: application/x-www-form-urlencoded";
    format!("POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\n{content_type}\r\n{framing}\r\n\r\n").into_bytes()
}

fn control_refusal() -> String {
    let extra = ["connection: close".to_owned(), "x-amzn-errortype: RequestEntityTooLargeException:".to_owned()];
    control_plane("413 Payload Too Large", &extra, r#"{"__type":"RequestEntityTooLargeException"}"#)
}

fn form_refusal() -> String {
    token_endpoint("413 Payload Too Large", &["connection: close"], "")
}

#[test]
fn an_announced_body_of_ten_megabytes_is_refused_before_its_first_byte() {
    World::new(&[]).unharmed_by(|world| {
        let announced = format!("Content-Length: {TEN_MEGABYTES}");
        for (head, expected) in [(control_head(&announced), control_refusal()), (form_head(&announced), form_refusal())]
        {
            let mut connection = world.server.connect();
            connection.send(&head);
            assert_eq!(connection.reply().unwrap().whole(), expected);
            assert!(connection.closes());
        }
    });
}

#[test]
fn an_unannounced_body_of_ten_megabytes_is_refused_at_the_limit() {
    World::new(&[]).unharmed_by(|world| {
        let chunked = format!("Transfer-Encoding: chunked\r\n\r\n{TEN_MEGABYTES:x}");
        let tried = [
            (control_head(&chunked), CONTROL_LIMIT, control_refusal()),
            (form_head(&chunked), FORM_LIMIT, form_refusal()),
        ];
        for (mut head, limit, expected) in tried {
            // The chunk's size stands where the head's empty line would.
            head.truncate(head.len() - 2);
            let mut connection = world.server.connect();
            connection.send(&head);
            // No more is sent before the answer: so much, and nothing else, is what the server wanted to see.
            assert_eq!(connection.send(&vec![b'a'; limit + 1]), limit + 1);
            assert_eq!(connection.reply().unwrap().whole(), expected);
            assert!(connection.closes());
        }
    });
}

#[test]
fn whoever_sends_ten_megabytes_without_listening_hears_of_it_afterwards() {
    World::new(&[]).unharmed_by(|world| {
        let announced = format!("Content-Length: {TEN_MEGABYTES}");
        for (head, expected) in [(control_head(&announced), control_refusal()), (form_head(&announced), form_refusal())]
        {
            let mut connection = world.server.connect();
            connection.send(&head);
            connection.send(&vec![b'a'; TEN_MEGABYTES]);
            assert_eq!(connection.reply().unwrap().whole(), expected);
            assert!(connection.closes());
        }
    });
}

#[test]
fn a_body_at_the_limit_is_read() {
    World::new(&[]).unharmed_by(|world| {
        let pools = world.server.call("ListUserPools", &json!({"MaxResults": 1})).whole();
        let body = r#"{"MaxResults":1}"#;
        let body = format!("{body}{}", " ".repeat(CONTROL_LIMIT - body.len()));
        let mut connection = world.server.connect();
        connection.send(&control_head(&format!("Content-Length: {CONTROL_LIMIT}")));
        connection.send(body.as_bytes());
        assert_eq!(connection.reply().unwrap().whole(), pools);
        let padding = FORM_LIMIT - world.credentials().len() - "&x=".len();
        let reply = world.token(&format!("{}&x={}", world.credentials(), "a".repeat(padding)));
        assert_eq!(reply.code(), 200, "{}", reply.whole());
        let reply = world.token(&format!("{}&x={}", world.credentials(), "a".repeat(padding + 1)));
        assert_eq!(reply.whole(), form_refusal());
    });
}

#[test]
fn a_head_of_a_megabyte_is_refused_before_it_has_been_read_whole() {
    World::new(&[]).unharmed_by(|world| {
        let mut connection = world.server.connect();
        connection.send(b"POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nX-Long: ");
        // As much as a head may have, and then a little more.
        connection.send(&vec![b'a'; 128 * 1024]);
        let expected = bare("431 Request Header Fields Too Large", &["connection: close"], "");
        assert_eq!(connection.reply().unwrap().whole(), expected);
        assert!(connection.closes());
        let many = "X-Many: a\r\n".repeat(200);
        let reply = world.server.send(format!("GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n").as_bytes());
        assert_eq!(reply.whole(), expected);
    });
}

#[test]
fn an_address_of_100_kilobytes_is_a_bad_request() {
    World::new(&[]).unharmed_by(|world| {
        for path in [format!("/{}", "a".repeat(100_000)), format!("/oauth2/token?scope={}", "a".repeat(100_000))] {
            let reply = world.server.send(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes());
            assert_eq!(reply.whole(), bare("400 Bad Request", &["connection: close"], ""));
        }
        let name = "a".repeat(50_000);
        let reply = world
            .server
            .send(format!("GET /{name}/.well-known/jwks.json HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes());
        let body = json!({"message": format!("User pool {name} does not exist.")}).to_string();
        let extra = ["access-control-allow-origin: *", "content-type: application/json"];
        assert_eq!(reply.whole(), bare("400 Bad Request", &extra, &body));
    });
}
