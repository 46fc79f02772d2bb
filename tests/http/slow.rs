//! Clients that take their time: they are waited for, but not for ever, and never at the expense of others.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::answers::{bare, control_plane, token_endpoint};
use crate::server::{Connection, control, form};
use crate::world::World;

/// One more byte is sent whenever nothing came for so long.
const PAUSE: Duration = Duration::from_millis(200);

/// Sends a byte at a time until the server has had enough; others are served between any two.
fn trickle(world: &World, connection: &mut Connection, most: Duration) {
    let begun = Instant::now();
    while !connection.hears_within(PAUSE) {
        assert!(begun.elapsed() < most, "the server still waits after {:?}", begun.elapsed());
        connection.send(b"a");
        assert_eq!(world.server.call("ListUserPools", &json!({"MaxResults": 1})).code(), 200);
    }
}

#[test]
fn a_head_that_never_ends_is_not_waited_for_long() {
    World::new(&[]).unharmed_by(|world| {
        let expected = bare("408 Request Timeout", &["connection: close"], "");
        let silent = world.server.connect();
        let mut broken_off = world.server.connect();
        broken_off.send(b"POST /oauth2/token HTTP/1.1\r\nHost: loc");
        let mut trickling = world.server.connect();
        trickling.send(b"POST /");
        trickle(world, &mut trickling, Duration::from_secs(20));
        for mut connection in [silent, broken_off, trickling] {
            assert_eq!(connection.reply().unwrap().whole(), expected);
            assert!(connection.closes());
        }
    });
}

#[test]
fn a_body_that_trickles_is_given_up_in_the_end() {
    World::new(&[]).unharmed_by(|world| {
        let delete = control("DeleteUserPool", &json!({"UserPoolId": world.pool}).to_string());
        let mut on_api = world.server.connect();
        on_api.send(delete.split_last().unwrap().1);
        let mut on_tokens = world.server.connect();
        on_tokens.send(b"POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n");
        trickle(world, &mut on_tokens, Duration::from_secs(50));
        let expected = token_endpoint("408 Request Timeout", &["connection: close"], "");
        assert_eq!(on_tokens.reply().unwrap().whole(), expected);
        assert!(on_tokens.closes());
        let message = "the body did not arrive in time";
        let extra = [
            "connection: close".to_owned(),
            format!("x-amzn-errormessage: {message}"),
            "x-amzn-errortype: RequestTimeoutException:".to_owned(),
        ];
        let body = format!(r#"{{"__type":"RequestTimeoutException","message":"{message}"}}"#);
        assert_eq!(on_api.reply().unwrap().whole(), control_plane("408 Request Timeout", &extra, &body));
        assert!(on_api.closes());
    });
}

#[test]
fn a_client_that_reads_slowly_keeps_nobody_waiting() {
    World::new(&[]).unharmed_by(|world| {
        let unread = form("/oauth2/token", &[], world.credentials().as_bytes());
        let mut connections: Vec<Connection> = (0..64).map(|_| world.server.connect()).collect();
        for connection in &mut connections {
            connection.send(&unread.repeat(8));
        }
        assert_eq!(world.token(&world.credentials()).code(), 200);
        for connection in &mut connections {
            assert!((0..8).all(|_| connection.reply().is_ok_and(|reply| reply.code() == 200)));
        }
    });
}
