//! The token endpoint: headers, bodies, the order of its checks, and what is in a token.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html>

use serde_json::{Value, json};

use super::{access_token, basic, claims, client, part, token_with};
use crate::answers::{NOT_UNDERSTOOD, bare, oauth_error, oauth_refusal, token_endpoint};
use crate::server::{form, request};
use crate::world::{SECRET, World};

const JSON: &str = "content-type: application/json;charset=UTF-8";

#[test]
fn a_token_is_answered_with_exactly_these_headers_and_members() {
    let world = World::new(&[]);
    let reply = world.token(&world.credentials());
    let body = format!(r#"{{"access_token":"{}","expires_in":3600,"token_type":"Bearer"}}"#, access_token(&reply));
    assert_eq!(reply.whole(), token_endpoint("200 OK", &[JSON], &body));
    // Less was granted than asked for, or more than nothing: `scope` is no member either way.
    let reply = world.token(&format!("{}&scope=https://api.example.com/write", world.credentials()));
    let body = format!(r#"{{"access_token":"{}","expires_in":3600,"token_type":"Bearer"}}"#, access_token(&reply));
    assert_eq!(reply.whole(), token_endpoint("200 OK", &[JSON], &body));
}

#[test]
fn header_and_claims_of_a_token_are_in_the_order_of_the_service() {
    let world = World::new(&[]);
    let token = access_token(&world.token(&world.credentials()));
    let jwks = world.server.send(&request("GET", &format!("/{}/.well-known/jwks.json", world.pool), &[], b"")).json();
    // Access tokens have a key of their own, the second; the first is for ID tokens.
    let kid = jwks["keys"][1]["kid"].as_str().unwrap();
    assert_eq!(part(&token, 0), format!(r#"{{"kid":"{kid}","alg":"RS256"}}"#));
    let said: Value = serde_json::from_str(&part(&token, 1)).unwrap();
    let (now, jti) = (said["iat"].as_u64().unwrap(), said["jti"].as_str().unwrap());
    assert!(uuid::Uuid::parse_str(jti).is_ok());
    let (id, exp, port) = (&world.client, now + 3600, world.server.address().port());
    let expected = format!(
        r#"{{"sub":"{id}","token_use":"access","scope":"https://api.example.com/read https://api.example.com/write","auth_time":{now},"iss":"http://localhost:{port}/{}","exp":{exp},"iat":{now},"version":2,"jti":"{jti}","client_id":"{id}"}}"#,
        world.pool
    );
    assert_eq!(part(&token, 1), expected);
}

#[test]
fn validity_is_the_clients_and_the_same_in_both_places() {
    let world = World::new(&[]);
    let settings = json!({
        "ClientSecret": SECRET, "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": ["https://api.example.com/read"], "AccessTokenValidity": 11,
        "TokenValidityUnits": {"AccessToken": "minutes"},
    });
    let id = client(&world, &settings);
    let reply = token_with(&world, &[&basic(&id, SECRET)], "grant_type=client_credentials");
    let said = claims(&reply);
    assert_eq!(reply.json()["expires_in"], json!(660));
    assert_eq!(said["exp"].as_u64().unwrap() - said["iat"].as_u64().unwrap(), 660);
}

#[test]
fn the_checks_come_in_their_order() {
    let world = World::new(&[]);
    let not_a_form = token_endpoint("405 Method Not Allowed", &["allow: POST, OPTIONS"], "");
    let wrong_secret = oauth_refusal(r#"{"error":"invalid_client","error_description":"invalid_client_secret"}"#);
    let id = &world.client;
    let twice = format!("client_id={id}&client_id={id}");
    // Each request is wrong in everything that the next ones are wrong in, and in one thing more.
    let wrong: [(&str, String, String); 7] = [
        ("application/json", format!("grant_type=x&{twice}"), not_a_form),
        ("application/x-www-form-urlencoded", format!("grant_type=x&{twice}"), oauth_error("invalid_request")),
        ("application/x-www-form-urlencoded", "client_id=nobody".to_owned(), oauth_error("invalid_request")),
        (
            "application/x-www-form-urlencoded",
            "grant_type=x&client_id=nobody".to_owned(),
            oauth_error("unsupported_grant_type"),
        ),
        (
            "application/x-www-form-urlencoded",
            "grant_type=client_credentials&client_id=nobody&scope=x".to_owned(),
            oauth_error("invalid_client"),
        ),
        (
            "application/x-www-form-urlencoded",
            format!("grant_type=client_credentials&client_id={id}&client_secret=x&scope=x"),
            wrong_secret,
        ),
        ("application/x-www-form-urlencoded", format!("{}&scope=x", world.credentials()), oauth_error("invalid_scope")),
    ];
    for (content_type, body, expected) in wrong {
        let header = format!("Content-Type: {content_type}");
        let reply = world.server.send(&request("POST", "/oauth2/token", &[&header], body.as_bytes()));
        assert_eq!(reply.whole(), expected, "{body}");
    }
}

#[test]
fn scopes_are_looked_at_before_the_flow() {
    let world = World::new(&[]);
    let callback = json!({
        "ClientSecret": SECRET, "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["https://api.example.com/read"], "CallbackURLs": ["https://app.example.com/"],
    });
    let plain = json!({"ClientSecret": SECRET});
    let switched_off = json!({
        "ClientSecret": SECRET, "AllowedOAuthFlowsUserPoolClient": false, "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": ["https://api.example.com/read"],
    });
    let tried = [
        (&callback, "", "unauthorized_client"),
        (&callback, "&scope=https://api.example.com/read", "unauthorized_client"),
        (&callback, "&scope=https://api.example.com/write", "invalid_scope"),
        (&plain, "", "invalid_scope"),
        (&switched_off, "", "unauthorized_client"),
        (&switched_off, "&scope=openid", "invalid_scope"),
    ];
    for (settings, scope, error) in tried {
        let id = client(&world, settings);
        let reply = token_with(&world, &[&basic(&id, SECRET)], &format!("grant_type=client_credentials{scope}"));
        assert_eq!(reply.whole(), oauth_error(error), "{settings} {scope}");
    }
}

#[test]
fn grants_of_users_are_known_and_refused() {
    let world = World::new(&[]);
    let header = basic(&world.client, SECRET);
    let tried = [
        ("grant_type=authorization_code", "invalid_request"),
        ("grant_type=authorization_code&code=x", "invalid_request"),
        ("grant_type=authorization_code&code=x&redirect_uri=https://a", "unauthorized_client"),
        ("grant_type=refresh_token", "invalid_request"),
        ("grant_type=refresh_token&refresh_token=x", "unauthorized_client"),
        ("grant_type=password&username=a&password=b", "unsupported_grant_type"),
        ("grant_type=urn:ietf:params:oauth:grant-type:token-exchange", "unsupported_grant_type"),
    ];
    for (body, error) in tried {
        assert_eq!(token_with(&world, &[&header], body).whole(), oauth_error(error), "{body}");
    }
}

#[test]
fn parameters_may_stand_in_the_query_in_the_body_or_be_split() {
    let world = World::new(&[]);
    let all = world.credentials();
    let (grant, rest) = all.split_once('&').unwrap();
    let tried = [
        request("POST", &format!("/oauth2/token?{all}"), &[], b""),
        form(&format!("/oauth2/token?{all}"), &[], b""),
        form(&format!("/oauth2/token?{grant}"), &[], rest.as_bytes()),
        form(&format!("/oauth2/token?{rest}&unknown=1"), &[], format!("{grant}&unknown=2&redirect_uri=x").as_bytes()),
    ];
    for bytes in tried {
        assert_eq!(world.server.send(&bytes).code(), 200, "{}", String::from_utf8_lossy(&bytes));
    }
    let charset = "Content-Type: Application/X-WWW-Form-Urlencoded ; charset=utf-8";
    assert_eq!(world.server.send(&request("POST", "/oauth2/token", &[charset], all.as_bytes())).code(), 200);
}

#[test]
fn scopes_are_separated_by_any_spaces_and_granted_once() {
    let world = World::new(&[]);
    let (read, write) = ("https://api.example.com/read", "https://api.example.com/write");
    let both = format!("{read} {write}");
    let tried = [
        (String::new(), &*both),
        ("&scope=".to_owned(), &both),
        (format!("&scope={write}+{read}"), &both),
        (format!("&scope={write}%20%20{read}%20{write}"), &both),
        (format!("&scope=+{}+", write.replace('/', "%2F").replace(':', "%3a")), write),
        (format!("&scope={read}"), read),
    ];
    for (scope, expected) in tried {
        let reply = world.token(&format!("{}{scope}", world.credentials()));
        assert_eq!(claims(&reply)["scope"], json!(expected), "{scope}");
    }
    for scope in [format!("{read},{write}"), format!("{read}+openid"), "HTTPS://api.example.com/read".to_owned()] {
        let reply = world.token(&format!("{}&scope={scope}", world.credentials()));
        assert_eq!(reply.whole(), oauth_error("invalid_scope"), "{scope}");
    }
}

#[test]
fn a_browser_may_ask_first() {
    let world = World::new(&[]);
    for path in ["/oauth2/token".to_owned(), format!("/{}/oauth2/token", world.pool)] {
        let asked = ["Origin: https://app.example.com", "Access-Control-Request-Method: POST"];
        let expected = [
            "access-control-allow-headers: authorization, content-type, x-amz-user-agent, cache-control",
            "access-control-allow-methods: POST, OPTIONS",
            "access-control-allow-origin: *",
            "access-control-max-age: 172800",
        ];
        let reply = world.server.send(&request("OPTIONS", &path, &asked, b""));
        assert_eq!(reply.whole(), bare("200 OK", &expected, ""));
    }
}

#[test]
fn a_pool_without_a_domain_is_not_served_where_that_is_required() {
    let world = World::new(&["--require-domain"]);
    let reply = world.token(&world.credentials());
    assert_eq!(reply.whole(), token_endpoint("404 Not Found", &[JSON], NOT_UNDERSTOOD));
    world.server.done("CreateUserPoolDomain", &json!({"UserPoolId": world.pool, "Domain": "shop"}));
    assert_eq!(world.token(&world.credentials()).code(), 200);
}
