//! The same for what people and their browsers send. Also the body of the targets in `fuzz/`.

use poolpass::domain::client::{ClientSettings, OAuthFlow};
use poolpass::domain::id::UserPoolId;
use poolpass::domain::rules::authorize_request::{self, AuthorizeRequest};
use poolpass::domain::secret::Secret;
use poolpass::domain::srp::{Claim, ClientPublic, Exchange};
use poolpass::domain::trace::Trace;
use poolpass::oauth::cookies;
use poolpass::oauth::fields::{self, Fields};
use poolpass::registry::users::search::Filter;
use poolpass::tokens::people::refresh_token::RefreshToken;

const KNOWN: [&str; 8] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "state",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "resource",
];
const CALLBACK: &str = "https://app.example.com/cb";

/// The query of an authorize request, and what becomes of it.
pub fn authorize(bytes: &[u8]) {
    let said = Fields::parse(bytes);
    if said.check(&KNOWN).is_ok() {
        let mut written = url::form_urlencoded::Serializer::new(String::new());
        for name in KNOWN {
            assert!(said.count(name) <= 1);
            if let Some(value) = said.raw(name) {
                written.append_pair(name, value);
            }
        }
        let again = Fields::parse(written.finish().as_bytes());
        assert!(KNOWN.iter().all(|name| again.raw(name) == said.raw(name)), "a query survives being written");
    }
    let bounded = said.clone().within(|_| Some(10));
    assert!(KNOWN.iter().all(|name| bounded.raw(name).is_none_or(|value| value.chars().count() <= 10)));
    let request = AuthorizeRequest {
        response_type: said.get("response_type"),
        redirect_uri: said.get("redirect_uri"),
        code_challenge: said.get("code_challenge"),
        code_challenge_method: said.get("code_challenge_method"),
        identity_provider: said.get("identity_provider"),
        idp_identifier: said.get("idp_identifier"),
        prompt: said.get("prompt"),
        resource: said.get("resource"),
        several_resources: said.count("resource") > 1,
    };
    let client = ClientSettings {
        callback_urls: Some(vec![CALLBACK.to_owned()]),
        allowed_oauth_flows: Some(vec![OAuthFlow::Code]),
        ..ClientSettings::default()
    };
    if let Ok(callback) = authorize_request::callback(&request, &client, &mut Trace::new()) {
        assert_eq!(callback, CALLBACK, "no answer goes anywhere else");
    }
    let asked = authorize_request::authorize_request(&request, &client, &mut Trace::new());
    if let (Ok(asked), Some(_)) = (asked, request.code_challenge) {
        assert!(asked.code_challenge.is_some(), "a challenge is never dropped");
    }
    if let Ok(query) = str::from_utf8(bytes) {
        assert!(fields::without(query, &["notice"]).len() <= query.len());
    }
}

/// A `Cookie` header.
pub fn cookie(bytes: &[u8]) {
    let Ok(header) = str::from_utf8(bytes) else { return };
    for value in cookies::values(header, "cognito") {
        assert!(!value.contains(';') && header.contains(value));
    }
    let ours = "cognito=eu-west-1_A.token";
    let with = format!("{header}; {ours}");
    assert_eq!(cookies::values(&with, "cognito").last(), Some("eu-west-1_A.token"), "ours is found among others");
}

/// A refresh token.
pub fn refresh(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Some(token) = RefreshToken::parse(text) {
        assert_eq!(text.split('.').count(), 5);
        assert_eq!(RefreshToken::parse(text).as_ref(), Some(&token));
        assert_eq!(RefreshToken::parse(&format!("{text}.")), None);
        assert_ne!(RefreshToken::parse(&format!("{text}A")), Some(token), "no two texts are one token");
    }
}

/// The filter of `ListUsers`.
pub fn filter(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(Some(read)) = Filter::parse(&text) {
        assert_eq!(Filter::parse(&format!("  {text}\n")), Ok(Some(read)), "blanks around it mean nothing");
    }
    let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
    let written = format!("sub = \"{quoted}\"");
    assert!(matches!(Filter::parse(&written), Ok(Some(_))), "any value can be written: {written}");
}

/// `SRP_A`, and an answer to the exchange that it begins.
pub fn srp(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Some(client) = ClientPublic::of_hex(&text) else { return };
    assert!(!text.trim_start_matches('0').is_empty(), "zero is no public value");
    assert!(ClientPublic::of_hex(&format!("00{text}")).is_some(), "zeros in front mean nothing");
    // The rest takes a thousand times longer.
    if !bytes.len().is_multiple_of(64) {
        return;
    }
    let exchange = Exchange::new(&Secret::new("2"), [7; 32]).expect("a number of the group");
    let claim = Claim {
        pool: &UserPoolId::from("eu-west-1_A"),
        user_id: &text,
        secret_block: bytes,
        timestamp: &text,
        signature: bytes,
    };
    assert!(!exchange.proves(&client, &claim), "nobody proves a password by chance");
}
