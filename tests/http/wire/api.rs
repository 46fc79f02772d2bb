//! The JSON API: headers and bodies of answers with, without and with an empty document, and of refusals.

use serde_json::json;

use crate::answers::{bare, control_plane, refusal};
use crate::server::{control, request};
use crate::world::World;

#[test]
fn answers_carry_exactly_the_headers_of_the_protocol() {
    let world = World::new(&[]);
    let server = json!({"UserPoolId": world.pool, "Identifier": "https://api.example.com"});
    let document = concat!(
        r#"{"ResourceServer":{"UserPoolId":"POOL","Identifier":"https://api.example.com","Name":"orders","Scopes":["#,
        r#"{"ScopeName":"read","ScopeDescription":"read"},{"ScopeName":"write","ScopeDescription":"write"}]}}"#
    );
    let described = world.server.call("DescribeResourceServer", &server);
    assert_eq!(described.whole(), control_plane("200 OK", &[], &document.replace("POOL", &world.pool)));
    // No output shape: nothing at all. A shape without members: an empty object.
    let deleted = world.server.call("DeleteResourceServer", &server);
    assert_eq!(deleted.whole(), control_plane("200 OK", &[], ""));
    let updated = world.server.call("UpdateUserPool", &json!({"UserPoolId": world.pool}));
    assert_eq!(updated.whole(), control_plane("200 OK", &[], "{}"));
}

#[test]
fn refusals_say_what_is_wrong_in_headers_and_body() {
    let world = World::new(&[]);
    let absent = world.server.call("DescribeUserPool", &json!({"UserPoolId": "us-east-1_AAAAAAAAA"}));
    assert_eq!(absent.whole(), refusal("ResourceNotFoundException", "User pool us-east-1_AAAAAAAAA does not exist."));
    let one = r"1 validation error detected: Value 'é b' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+";
    let malformed = world.server.call("DescribeUserPool", &json!({"UserPoolId": "é b"}));
    let in_header = format!("x-amzn-errormessage: {}", one.replace('é', ""));
    assert_eq!(
        malformed.whole(),
        refusal("InvalidParameterException", one).replace(&format!("x-amzn-errormessage: {one}"), &in_header)
    );
    let null = world.server.call("DescribeUserPoolClient", &json!({"UserPoolId": null, "ClientId": "-"}));
    let message = concat!(
        "2 validation errors detected: Value null at 'userPoolId' failed to satisfy constraint: Member must not be null; ",
        r"Value at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+]+"
    );
    assert_eq!(null.whole(), refusal("InvalidParameterException", message));
}

#[test]
fn a_browser_may_ask_first() {
    let world = World::new(&[]);
    let asked = ["Access-Control-Request-Method: POST", "Access-Control-Request-Headers: x-amz-target,cache-control"];
    let expected = [
        "access-control-allow-headers: x-amz-target,cache-control",
        "access-control-allow-methods: POST",
        "access-control-allow-origin: *",
        "access-control-max-age: 172800",
    ];
    assert_eq!(world.server.send(&request("OPTIONS", "/", &asked, b"")).whole(), bare("200 OK", &expected, ""));
}

#[test]
fn a_signature_chooses_account_and_region_and_strictness_demands_one() {
    let world = World::new(&[]);
    let scope = "123456789012/20260101/eu-west-1/cognito-idp/aws4_request";
    let signature = format!("Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    let target = "X-Amz-Target: AWSCognitoIdentityProviderService.ListUserPools";
    let signed = request("POST", "/", &[target, &signature], br#"{"MaxResults":1}"#);
    assert_eq!(world.server.send(&signed).whole(), control_plane("200 OK", &[], r#"{"UserPools":[]}"#));
    let strict = crate::server::Server::in_memory(&["--strict-auth"]);
    let unsigned = strict.send(&control("ListUserPools", r#"{"MaxResults":1}"#));
    assert_eq!(unsigned.whole(), refusal("MissingAuthenticationTokenException", "Missing Authentication Token"));
    assert_eq!(strict.send(&signed).whole(), control_plane("200 OK", &[], r#"{"UserPools":[]}"#));
}

#[test]
fn strangers_are_turned_away_from_the_api_alone() {
    let world = World::new(&[]);
    let list = String::from_utf8(control("ListUserPools", r#"{"MaxResults":1}"#)).unwrap();
    let foreign = list.replace("Host: localhost", "Host: evil.example");
    let message = "refused: the request was sent to the host `evil.example`, a name that any web page could point at this \
                   server; use localhost, or add the name to allowed_hosts";
    let expected = refusal("AccessDeniedException", message).replace("400 Bad Request", "403 Forbidden");
    assert_eq!(world.server.send(foreign.as_bytes()).whole_but_close(), expected);
    let page = list.replace("Host: localhost", "Host: localhost\r\nOrigin: http://evil.example");
    let message = "refused: the request comes from a page of the origin `http://evil.example`; add it to allowed_origins if \
                   that page may administer this server";
    let expected = refusal("AccessDeniedException", message).replace("400 Bad Request", "403 Forbidden");
    assert_eq!(world.server.send(page.as_bytes()).whole_but_close(), expected);
}
