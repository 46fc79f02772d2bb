//! The claims of people's tokens, whole and in order.

use std::collections::BTreeMap;

use super::*;
use crate::domain::client::ClientSettings;
use crate::domain::id::{ClientId, SignInId, Subject, UserKey};
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::domain::user::{Factors, UserStatus};

fn user() -> User {
    let attributes = [
        ("address", "1 Analytical Way"),
        ("custom:level", "7"),
        ("email", "ada@example.com"),
        ("email_verified", "true"),
        ("family_name", "Lovelace"),
        ("given_name", "Ada"),
        ("name", "Ada Lovelace"),
        ("phone_number", "+15550100"),
        ("phone_number_verified", "false"),
    ];
    User {
        username: "ada".to_owned(),
        sub: Subject::from("a1"),
        enabled: true,
        status: UserStatus::Confirmed,
        attributes: attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        created: Timestamp::from_millis(0),
        modified: Timestamp::from_millis(0),
        credential: None,
        former: Vec::new(),
        factors: Factors::default(),
        groups: vec!["staff".to_owned()],
        signed_out: None,
        pending: BTreeMap::new(),
    }
}

fn sign_in(origin: Origin) -> SignIn {
    SignIn {
        id: SignInId::from("origin"),
        user: UserKey::from("ada"),
        sub: Subject::from("a1"),
        client: ClientId::from("shop"),
        origin,
        at: Timestamp::from_millis(1_000_999),
        begun: Timestamp::from_millis(1_000_999),
        event_id: "event".to_owned(),
        scopes: Vec::new(),
        nonce: Some("n".to_owned()),
        resource: Some("https://api.example".to_owned()),
        session: None,
    }
}

fn groups() -> GroupClaims {
    let role = "arn:aws:iam::000000000000:role/staff".to_owned();
    GroupClaims { names: vec!["staff".to_owned()], roles: vec![role.clone()], preferred_role: Some(role) }
}

fn written(origin: Origin, scopes: &[&str], first: bool, revocable: bool) -> (String, String) {
    let (user, sign_in, groups, settings) = (user(), sign_in(origin), groups(), ClientSettings::default());
    let scopes: Vec<Scope> = scopes.iter().copied().map(Scope::from).collect();
    let readable = Readable::new(&settings, origin, &scopes);
    let (user, sign_in, groups) = (&user, &sign_in, &groups);
    let person = Person { user, groups, sign_in, readable, issuer: "https://i", revocable, first, now: 1_001 };
    let text = |claims: &Claims<'_>| serde_json::to_string(claims).unwrap();
    (text(&person.access("openid a/b", "j1", 300)), text(&person.id("j2", 600)))
}

#[test]
fn the_tokens_of_the_code_grant_say_everything_in_order() {
    let (access, id) = written(Origin::Code, &["openid"], true, true);
    assert_eq!(
        access,
        r#"{"sub":"a1","cognito:groups":["staff"],"iss":"https://i","version":2,"client_id":"shop","aud":"https://api.example","origin_jti":"origin","event_id":"event","token_use":"access","scope":"openid a/b","auth_time":1000,"exp":1301,"iat":1001,"jti":"j1","username":"ada"}"#
    );
    assert_eq!(
        id,
        r#"{"sub":"a1","cognito:groups":["staff"],"email_verified":true,"cognito:preferred_role":"arn:aws:iam::000000000000:role/staff","iss":"https://i","phone_number_verified":false,"cognito:username":"ada","given_name":"Ada","address":{"formatted":"1 Analytical Way"},"nonce":"n","origin_jti":"origin","cognito:roles":["arn:aws:iam::000000000000:role/staff"],"aud":"shop","event_id":"event","token_use":"id","auth_time":1000,"name":"Ada Lovelace","phone_number":"+15550100","exp":1601,"iat":1001,"family_name":"Lovelace","jti":"j2","email":"ada@example.com","custom:level":"7"}"#
    );
}

#[test]
fn tokens_of_the_api_have_no_version() {
    let (access, _) = written(Origin::Api, &["aws.cognito.signin.user.admin"], true, true);
    assert!(!access.contains("version") && access.contains(r#""origin_jti":"origin""#), "{access}");
}

#[test]
fn implicit_tokens_and_those_that_cannot_be_revoked_do_not_name_their_sign_in() {
    for (origin, revocable) in [(Origin::Implicit, true), (Origin::Code, false)] {
        let (access, id) = written(origin, &["openid"], true, revocable);
        assert!(!access.contains("origin_jti") && !id.contains("origin_jti"), "{origin:?}");
    }
}

#[test]
fn a_refreshed_id_token_repeats_no_nonce() {
    assert!(!written(Origin::Code, &["openid"], false, true).1.contains("nonce"));
}

#[test]
fn an_id_token_shows_what_its_scopes_ask_for() {
    let (_, id) = written(Origin::Code, &["openid", "phone"], true, true);
    assert!(id.contains("phone_number_verified") && !id.contains("email") && !id.contains("custom:"), "{id}");
}

#[test]
fn user_info_says_everything_as_text() {
    let settings = ClientSettings::default();
    let scopes = [Scope::from("openid"), Scope::from("email")];
    let user = user();
    let info = user_info(&user, Readable::new(&settings, Origin::Code, &scopes));
    let expected = r#"{"sub":"a1","email":"ada@example.com","email_verified":"true","username":"ada"}"#;
    assert_eq!(serde_json::to_string(&info).unwrap(), expected);
}

fn group(name: &str, role: Option<&str>, precedence: Option<u32>) -> Group {
    let at = Timestamp::from_millis(0);
    let role_arn = role.map(str::to_owned);
    Group { name: name.to_owned(), description: None, role_arn, precedence, created: at, modified: at }
}

#[test]
fn the_preferred_role_is_that_of_the_strongest_group() {
    let preferred = |groups: &[Group]| GroupClaims::of(&[], groups).preferred_role;
    let weak = group("weak", Some("r1"), None);
    let strong = group("strong", Some("r2"), Some(0));
    assert_eq!(preferred(&[weak.clone(), strong.clone()]).as_deref(), Some("r2"));
    assert_eq!(preferred(std::slice::from_ref(&weak)).as_deref(), Some("r1"));
    assert_eq!(preferred(&[strong.clone(), group("same", Some("r2"), Some(0))]).as_deref(), Some("r2"));
    assert_eq!(preferred(&[strong, group("other", Some("r3"), Some(0)), weak]), None);
    assert_eq!(preferred(&[group("without", None, Some(0))]), None);
}

#[test]
fn each_role_is_named_once() {
    let groups = [group("a", Some("r1"), None), group("b", Some("r2"), None), group("c", Some("r1"), Some(3))];
    assert_eq!(GroupClaims::of(&[], &groups).roles, ["r1", "r2"]);
}
