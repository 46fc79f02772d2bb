//! How clients prove themselves, and which pool a request is for.

use serde_json::{Value, json};

use super::{basic, client, token_with};
use crate::answers::{oauth_error, oauth_refusal};
use crate::server::form;
use crate::world::{SECRET, World};

const GRANT: &str = "grant_type=client_credentials";

fn wrong_secret() -> String {
    oauth_refusal(r#"{"error":"invalid_client","error_description":"invalid_client_secret"}"#)
}

#[test]
fn a_confidential_client_proves_itself_in_header_or_body_or_both() {
    let world = World::new(&[]);
    let id = &world.client;
    let header = basic(id, SECRET);
    let scheme = header.replace("Basic", "bAsIc");
    let unpadded = header.trim_end_matches('=').to_owned();
    let accepted = [
        (vec![header.as_str()], GRANT.to_owned()),
        (vec![&scheme], GRANT.to_owned()),
        (vec![&unpadded], GRANT.to_owned()),
        (vec![&header], format!("{GRANT}&client_id={id}")),
        (vec![&header], world.credentials()),
        (vec!["Authorization: Bearer x"], world.credentials()),
        (vec![], world.credentials()),
    ];
    for (headers, body) in accepted {
        assert_eq!(token_with(&world, &headers, &body).code(), 200, "{headers:?} {body}");
    }
    let other = basic(id, "another_secret_of_nobody_at_all");
    let stranger = basic("nobody", SECRET);
    let refused = [
        (vec![], format!("{GRANT}&client_id={id}"), wrong_secret()),
        (vec![], format!("{GRANT}&client_id={id}&client_secret=x"), wrong_secret()),
        (vec![other.as_str()], GRANT.to_owned(), wrong_secret()),
        (vec![&header], format!("{GRANT}&client_secret=x"), oauth_error("invalid_client")),
        (vec![&header], format!("{GRANT}&client_id=nobody"), oauth_error("invalid_client")),
        (vec![&stranger], GRANT.to_owned(), oauth_error("invalid_client")),
        (vec!["Authorization: Basic"], world.credentials(), oauth_error("invalid_client")),
        (vec!["Authorization: Basic !!!"], world.credentials(), oauth_error("invalid_client")),
        (vec!["Authorization: Basic bm9jb2xvbg=="], world.credentials(), oauth_error("invalid_client")),
        (vec!["Authorization: Basic /zp4"], world.credentials(), oauth_error("invalid_client")),
    ];
    for (headers, body, expected) in refused {
        assert_eq!(token_with(&world, &headers, &body).whole(), expected, "{headers:?} {body}");
    }
}

#[test]
fn a_public_client_presents_no_secret() {
    let world = World::new(&[]);
    let id = client(&world, &json!({}));
    // It is known, and then has no scopes: secrets come first.
    let tried = [
        (None, format!("{GRANT}&client_id={id}"), "invalid_scope"),
        (None, format!("{GRANT}&client_id={id}&client_secret=x"), "invalid_client"),
        (Some(basic(&id, "")), GRANT.to_owned(), "invalid_client"),
        (Some(basic(&id, "x")), GRANT.to_owned(), "invalid_client"),
    ];
    for (header, body, error) in tried {
        let headers: Vec<&str> = header.iter().map(String::as_str).collect();
        assert_eq!(token_with(&world, &headers, &body).whole(), oauth_error(error), "{headers:?} {body}");
    }
}

#[test]
fn a_percent_encoded_basic_header_is_understood() {
    let world = World::new(&[]);
    let secret = "with_underscores_and+plus+signs";
    let settings = json!({
        "ClientSecret": secret, "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": ["https://api.example.com/read"],
    });
    let id = client(&world, &settings);
    let encoded = secret.replace('_', "%5F").replace('+', "%2B");
    let encoded_id = id.replace('1', "%31");
    for header in [basic(&id, secret), basic(&id, &encoded), basic(&encoded_id, &encoded)] {
        assert_eq!(token_with(&world, &[&header], GRANT).code(), 200, "{header}");
    }
    let spaced = basic(&id, &secret.replace('+', " "));
    assert_eq!(token_with(&world, &[&spaced], GRANT).whole(), wrong_secret());
    let form = |secret: &str| format!("{GRANT}&client_id={id}&client_secret={secret}");
    assert_eq!(token_with(&world, &[], &form(&secret.replace('+', "%2B"))).code(), 200);
    assert_eq!(token_with(&world, &[], &form(secret)).whole(), wrong_secret());
}

#[test]
fn both_live_secrets_are_good_until_one_is_deleted() {
    let world = World::new(&[]);
    let of_client = json!({"UserPoolId": world.pool, "ClientId": world.client});
    let mut second = of_client.clone();
    second["ClientSecret"] = json!("the_second_secret_of_this_client");
    let added = world.server.done("AddUserPoolClientSecret", &second);
    let headers = [basic(&world.client, SECRET), basic(&world.client, "the_second_secret_of_this_client")];
    let codes = || headers.each_ref().map(|header| token_with(&world, &[header], GRANT).code());
    assert_eq!(codes(), [200, 200]);
    let mut first = of_client.clone();
    let listed = world.server.done("ListUserPoolClientSecrets", &of_client);
    let mut ids = listed["ClientSecrets"].as_array().unwrap().iter().map(|secret| &secret["ClientSecretId"]);
    let added_id = &added["ClientSecretDescriptor"]["ClientSecretId"];
    first["ClientSecretId"] = ids.rfind(|id| *id != added_id).unwrap().clone();
    world.server.done("DeleteUserPoolClientSecret", &first);
    assert_eq!(token_with(&world, &[&headers[0]], GRANT).whole(), wrong_secret());
    assert_eq!(codes(), [400, 200]);
}

#[test]
fn host_path_or_client_name_the_pool() {
    let world = World::new(&[]);
    let other = world.server.done("CreateUserPool", &json!({"PoolName": "other"}))["UserPool"]["Id"].clone();
    let domain = |pool: &Value, name: &str| json!({"UserPoolId": pool, "Domain": name});
    world.server.done("CreateUserPoolDomain", &domain(&json!(world.pool), "shop"));
    world.server.done("CreateUserPoolDomain", &domain(&other, "rival"));
    let port = world.server.address().port();
    let at = |host: &str, path: &str| {
        let bytes = form(path, &[], world.credentials().as_bytes());
        let request = String::from_utf8(bytes).unwrap().replace("Host: localhost", &format!("Host: {host}"));
        world.server.send(request.as_bytes())
    };
    let own = format!("/{}/oauth2/token", world.pool);
    for host in [&*format!("localhost:{port}"), "127.0.0.1", "[::1]:1", "poolpass:7665", "auth.example.com"] {
        assert_eq!(at(host, "/oauth2/token").code(), 200, "{host}");
        assert_eq!(at(host, &own).code(), 200, "{host}");
    }
    for host in
        ["shop.auth.us-east-1.localhost", "shop.auth.us-east-1.localhost:7665", "shop.auth.us-east-1.amazoncognito.com"]
    {
        assert_eq!(at(host, "/oauth2/token").code(), 200, "{host}");
    }
    for host in
        ["rival.auth.us-east-1.localhost", "shop.auth.eu-west-1.localhost", "nobody.auth.us-east-1.amazoncognito.com"]
    {
        assert_eq!(at(host, "/oauth2/token").whole(), oauth_error("invalid_client"), "{host}");
    }
    for pool in [other.as_str().unwrap(), "us-east-1_AAAAAAAAA"] {
        let path = format!("/{pool}/oauth2/token");
        assert_eq!(at("localhost", &path).whole(), oauth_error("invalid_client"), "{pool}");
    }
}
