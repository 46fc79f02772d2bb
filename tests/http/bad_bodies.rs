//! Bodies, parameters and headers that nobody should send: each has its documented answer, and changes nothing.

use serde_json::{Value, json};

use crate::answers::{control_plane, oauth_error, refusal, silent_refusal, token_endpoint};
use crate::server::{control, form, request};
use crate::world::{SECRET, World};

#[test]
fn what_is_not_json_is_a_serialization_exception() {
    World::new(&[]).unharmed_by(|world| {
        let delete = json!({"UserPoolId": world.pool}).to_string();
        let tried: Vec<Vec<u8>> = vec![
            Vec::new(),
            b"null".to_vec(),
            b"[]".to_vec(),
            b"\"text\"".to_vec(),
            delete.as_bytes().split_last().unwrap().1.to_vec(),
            format!("{delete}{delete}").into_bytes(),
            format!("{delete}\0").into_bytes(),
            format!("\u{feff}{delete}").into_bytes(),
            delete.replace(':', "=").into_bytes(),
            [delete.trim_end_matches('}').as_bytes(), b",\"x\":\"\xff\"}"].concat(),
            [delete.trim_end_matches('}').as_bytes(), b",\"x\":\"\xed\xa0\x80\"}"].concat(),
            [delete.trim_end_matches('}').as_bytes(), b",\"x\":\"\\ud800\"}"].concat(),
            [delete.trim_end_matches('}').as_bytes(), b",\"x\":\"\0\"}"].concat(),
            [delete.trim_end_matches('}').as_bytes(), b",\"x\":1e999}"].concat(),
            "[".repeat(100_000).into_bytes(),
            format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000)).into_bytes(),
            format!("{{\"x\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes(),
        ];
        for body in tried {
            let headers = ["X-Amz-Target: AWSCognitoIdentityProviderService.DeleteUserPool"];
            let reply = world.server.send(&request("POST", "/", &headers, &body));
            let shown: String = String::from_utf8_lossy(&body).chars().take(80).collect();
            assert_eq!(reply.whole(), silent_refusal("SerializationException"), "{shown}");
        }
    });
}

#[test]
fn a_value_of_another_type_is_named() {
    World::new(&[]).unharmed_by(|world| {
        let tried = [
            (json!({"UserPoolId": 1}), "NUMBER_VALUE can not be converted to a String"),
            (json!({"UserPoolId": true}), "TRUE_VALUE can not be converted to a String"),
            (json!({"UserPoolId": [world.pool]}), "Start of list found where not expected."),
            (json!({"UserPoolId": {"a": world.pool}}), "Start of structure or map found where not expected."),
            (json!({"UserPoolId": world.pool, "Policies": "x"}), "Expected map or null"),
            (json!({"UserPoolId": world.pool, "AutoVerifiedAttributes": {}}), "Expected list or null"),
            (json!({"UserPoolId": world.pool, "AdminCreateUserConfig": {"UnusedAccountValidityDays": "7"}}),
             "STRING_VALUE can not be converted to an Integer"),
            (json!({"UserPoolId": world.pool, "AdminCreateUserConfig": {"UnusedAccountValidityDays": 1.5}}),
             "NUMBER_VALUE can not be converted to an Integer"),
            (json!({"UserPoolId": world.pool, "AdminCreateUserConfig": {"UnusedAccountValidityDays": 4_294_967_303_u64}}),
             "NUMBER_VALUE can not be converted to an Integer"),
        ];
        for (input, message) in tried {
            let reply = world.server.call("UpdateUserPool", &input);
            assert_eq!(reply.whole(), refusal("SerializationException", message), "{input}");
        }
    });
}

#[test]
fn unknown_operations_and_targets_are_refused_by_name() {
    World::new(&[]).unharmed_by(|world| {
        let targets = [
            "AWSCognitoIdentityProviderService.Nothing",
            "AWSCognitoIdentityProviderService.deleteUserPool",
            "AWSCognitoIdentityProviderService.",
            "AWSCognitoIdentityService.DeleteUserPool",
            "DeleteUserPool",
            "",
        ];
        let body = json!({"UserPoolId": world.pool}).to_string();
        for target in targets {
            let header = format!("X-Amz-Target: {target}");
            let reply = world.server.send(&request("POST", "/", &[&header], body.as_bytes()));
            assert_eq!(reply.whole_but_close(), silent_refusal("UnknownOperationException"), "`{target}`");
        }
        let bytes = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nX-Amz-Target: \xff\r\n\r\n{}".to_vec();
        assert_eq!(world.server.send(&bytes).whole_but_close(), silent_refusal("UnknownOperationException"));
        let long = format!("X-Amz-Target: AWSCognitoIdentityProviderService.{}", "a".repeat(60_000));
        let reply = world.server.send(&request("POST", "/", &[&long], b"{}"));
        assert_eq!(reply.whole_but_close(), silent_refusal("UnknownOperationException"));
    });
}

#[test]
fn unknown_members_other_types_and_repeated_keys_do_not_matter() {
    World::new(&[]).unharmed_by(|world| {
        let expected = world.server.call("DescribeUserPool", &json!({"UserPoolId": world.pool})).whole();
        let bodies = [
            json!({"UserPoolId": world.pool, "Unknown": {"deep": [1, null, {"x": "\u{0}"}]}, "userPoolId": "x"})
                .to_string(),
            format!(r#"{{"UserPoolId":"nobody","UserPoolId":"{}"}}"#, world.pool),
            format!("{{{}\"UserPoolId\":\"{}\"}}", "\"a\":1,".repeat(100_000), world.pool),
            format!("\n\t {{ \"UserPoolId\" : \"{}\" }} \r\n", world.pool),
        ];
        for body in bodies {
            assert_eq!(world.server.send(&control("DescribeUserPool", &body)).whole(), expected);
        }
        for content_type in
            ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", "\u{1f}"]
        {
            let target = "X-Amz-Target: AWSCognitoIdentityProviderService.DescribeUserPool";
            let body = json!({"UserPoolId": world.pool}).to_string();
            let header = format!("Content-Type: {content_type}");
            let headers = if content_type == "\u{1f}" { vec![target] } else { vec![target, &header] };
            let reply = world.server.send(&request("POST", "/", &headers, body.as_bytes()));
            assert_eq!(reply.whole(), expected, "{content_type}");
        }
    });
}

#[test]
fn a_long_refusal_is_whole_in_the_body_and_cut_in_the_header() {
    World::new(&[]).unharmed_by(|world| {
        let names: Vec<String> = (0..20_000).map(|number| format!("s/{number}")).collect();
        let list = format!("[{}]", names.join(", "));
        let message = format!(
            "1 validation error detected: Value '{list}' at 'allowedOAuthScopes' failed to satisfy constraint: Member must \
             have length less than or equal to 50"
        );
        let input = json!({"UserPoolId": world.pool, "ClientName": "x", "AllowedOAuthScopes": names});
        let reply = world.server.call("CreateUserPoolClient", &input);
        let cut: String = message.chars().take(2048).collect();
        let extra = ["x-amzn-errortype: InvalidParameterException:".to_owned(), format!("x-amzn-errormessage: {cut}")];
        let body = format!(r#"{{"__type":"InvalidParameterException","message":{}}}"#, Value::from(message));
        assert_eq!(reply.whole(), control_plane("400 Bad Request", &extra, &body));
    });
}

#[test]
fn a_form_that_says_too_much_or_too_little_is_an_invalid_request() {
    World::new(&[]).unharmed_by(|world| {
        let good = world.credentials();
        let tried: Vec<Vec<u8>> = vec![
            Vec::new(),
            b"&&&=&=".to_vec(),
            b"\0".to_vec(),
            b"{\"grant_type\":\"client_credentials\"}".to_vec(),
            b"GRANT_TYPE=client_credentials".to_vec(),
            b"grant_type=".to_vec(),
            b"grant_type".to_vec(),
            b"grant_type=client_credentials".to_vec(),
            b"grant_type=client_credentials&client_id=".to_vec(),
            format!("{good}&grant_type=client_credentials").into_bytes(),
            format!("{good}&scope=&scope=").into_bytes(),
            format!("{good}&client%5Fid=x").into_bytes(),
            format!("{good}&code=a&code=b").into_bytes(),
            [good.as_bytes(), b"&scope=\xff"].concat(),
            [good.as_bytes(), b"&scope=%ff"].concat(),
            [good.as_bytes(), b"&scope=%ed%a0%80"].concat(),
        ];
        for body in tried {
            let reply = world.server.send(&form("/oauth2/token", &[], &body));
            assert_eq!(reply.whole(), oauth_error("invalid_request"), "{}", String::from_utf8_lossy(&body));
        }
        let twice = form("/oauth2/token?grant_type=client_credentials", &[], good.as_bytes());
        assert_eq!(world.server.send(&twice).whole(), oauth_error("invalid_request"));
    });
}

#[test]
fn strange_clients_secrets_and_scopes_are_refused_as_what_they_are() {
    World::new(&[]).unharmed_by(|world| {
        let client = &world.client;
        let with =
            |id: &str, secret: &str| format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        let secret_wrong = r#"{"error":"invalid_client","error_description":"invalid_client_secret"}"#;
        let tried = [
            (with("a%00b", SECRET), oauth_error("invalid_client")),
            (with("a\0b", SECRET), oauth_error("invalid_client")),
            (with("..%2F..%2Fx", SECRET), oauth_error("invalid_client")),
            (with(&"a".repeat(200_000), SECRET), oauth_error("invalid_client")),
            (with(&format!("{client}%00"), SECRET), oauth_error("invalid_client")),
            (with(&client.to_uppercase(), SECRET), oauth_error("invalid_client")),
            (with(client, &format!("{SECRET}%00")), crate::answers::oauth_refusal(secret_wrong)),
            (with(client, &"a".repeat(200_000)), crate::answers::oauth_refusal(secret_wrong)),
            (world.credentials() + "&scope=%00", oauth_error("invalid_scope")),
            (world.credentials() + "&scope=https://api.example.com/read%00", oauth_error("invalid_scope")),
            (world.credentials() + "&scope=" + &"a+".repeat(20_000), oauth_error("invalid_scope")),
            (world.credentials() + "&scope=" + &"a".repeat(200_000), oauth_error("invalid_scope")),
            (
                with(client, SECRET).replace("client_credentials", &"x".repeat(200_000)),
                oauth_error("unsupported_grant_type"),
            ),
            (
                with(client, SECRET).replace("client_credentials", "CLIENT_CREDENTIALS"),
                oauth_error("unsupported_grant_type"),
            ),
        ];
        for (body, expected) in tried {
            let shown: String = body.chars().take(120).collect();
            assert_eq!(world.token(&body).whole(), expected, "{shown}");
        }
    });
}

#[test]
fn what_is_not_a_form_is_a_wrong_method() {
    World::new(&[]).unharmed_by(|world| {
        let types = [
            "application/json",
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded-not",
            "application",
            ";",
            "application/x-www-form-urlencoded, text/plain",
        ];
        for content_type in types {
            let header = format!("Content-Type: {content_type}");
            let reply =
                world.server.send(&request("POST", "/oauth2/token", &[&header], world.credentials().as_bytes()));
            let expected = token_endpoint("405 Method Not Allowed", &["allow: POST, OPTIONS"], "");
            assert_eq!(reply.whole(), expected, "{content_type}");
        }
    });
}
