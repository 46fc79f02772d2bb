//! What AWS was seen to do, row by row, and every way in which a token can be wrong.

use serde_json::json;

use super::*;
use crate::domain::gateway::authorizer::IdentitySource;
use crate::domain::gateway::jwt::Unverified;
use crate::domain::gateway::route::RouteKey;
use crate::domain::id::UserPoolId;
use crate::domain::trace::Outcome;

const NOW: i64 = 1_800_000_000;
const ONE: &str = "http://example.com/scope1";

fn authorizer() -> Authorizer {
    Authorizer {
        name: "pool".to_owned(),
        issuers: vec![Issuer::Pool(UserPoolId::from("us-east-1_Local01"))],
        audiences: Vec::new(),
        source: IdentitySource::default(),
        audience_pattern: None,
        checks_revocation: false,
    }
}

fn verified(claims: serde_json::Value) -> Arc<Verified> {
    let serde_json::Value::Object(mut all) = claims else { panic!("claims are an object") };
    all.entry("exp").or_insert(json!(NOW + 60));
    Arc::new(Verified { issuer: Issuer::Pool(UserPoolId::from("us-east-1_Local01")), claims: all })
}

fn decided(dialect: Dialect, authorizer: &Authorizer, scopes: &[&str], token: &Arc<Verified>) -> Option<EnforceRule> {
    let scopes: Vec<Scope> = scopes.iter().copied().map(Scope::new).collect();
    let requirement = Requirement { dialect, authorizer, scopes: &scopes };
    let mut trace = Steps::new();
    let now = Timestamp::from_millis(NOW * 1_000);
    let judged = judge(Arc::clone(token), &requirement, Standing::Unasked, now, &mut trace);
    let refused = trace.steps().iter().find(|step| step.outcome == Outcome::Refused).map(|step| step.rule);
    assert_eq!(judged.err().map(|refused| refused.rule()), refused, "the trace says what the decision says");
    refused
}

#[test]
fn a_rest_api_takes_the_tokens_that_it_was_seen_to_take() {
    let id = verified(json!({ "token_use": "id", "aud": "c" }));
    let email = verified(json!({ "token_use": "access", "scope": format!("openid email {ONE}") }));
    let plain = verified(json!({ "token_use": "access", "scope": format!("openid {ONE}") }));
    for (scopes, for_id, for_email, for_plain) in [
        (&[] as &[&str], true, false, false),
        (&[ONE], false, true, true),
        (&[ONE, "http://example.com/scope2"], false, true, true),
        (&["http://example.com/scope2"], false, false, false),
        (&["email"], false, true, false),
    ] {
        let passes = |token| decided(Dialect::RestApi, &authorizer(), scopes, token).is_none();
        assert_eq!((passes(&id), passes(&email), passes(&plain)), (for_id, for_email, for_plain), "{scopes:?}");
    }
}

#[test]
fn an_http_api_takes_both_kinds_where_no_scope_is_asked_for() {
    let id = verified(json!({ "token_use": "id", "aud": "c" }));
    let access = verified(json!({ "token_use": "access", "client_id": "c", "scope": "a/b" }));
    let of_clients = Authorizer { audiences: vec!["c".to_owned()], ..authorizer() };
    for token in [&id, &access] {
        assert_eq!(decided(Dialect::HttpApi, &of_clients, &[], token), None);
    }
    assert_eq!(decided(Dialect::HttpApi, &of_clients, &["a/b"], &access), None);
    assert_eq!(decided(Dialect::HttpApi, &of_clients, &["a/b"], &id), Some(EnforceRule::SomeScopeGranted));
}

#[test]
fn an_audience_hides_the_client_id() {
    let of = |audiences: &[&str]| Authorizer {
        audiences: audiences.iter().map(|&audience| audience.to_owned()).collect(),
        ..authorizer()
    };
    let bound = verified(json!({ "aud": "https://api", "client_id": "c" }));
    let several = verified(json!({ "aud": ["x", "https://api"], "client_id": "c" }));
    for token in [&bound, &several] {
        assert_eq!(decided(Dialect::HttpApi, &of(&["https://api"]), &[], token), None);
        assert_eq!(decided(Dialect::HttpApi, &of(&["c"]), &[], token), Some(EnforceRule::AudienceAllowed));
    }
    let nameless = verified(json!({}));
    assert_eq!(decided(Dialect::HttpApi, &of(&["c"]), &[], &nameless), Some(EnforceRule::AudienceAllowed));
}

#[test]
fn scp_comes_before_scope_for_http_apis_only() {
    let both = verified(json!({ "token_use": "access", "scp": ["x"], "scope": "y" }));
    assert_eq!(decided(Dialect::HttpApi, &authorizer(), &["x"], &both), None);
    assert_eq!(decided(Dialect::HttpApi, &authorizer(), &["y"], &both), Some(EnforceRule::SomeScopeGranted));
    assert_eq!(decided(Dialect::RestApi, &authorizer(), &["y"], &both), None);
    assert_eq!(decided(Dialect::RestApi, &authorizer(), &["x"], &both), Some(EnforceRule::SomeScopeGranted));
}

#[test]
fn one_scope_is_enough_or_all_are_needed() {
    let token = verified(json!({ "token_use": "access", "scope": "a b" }));
    assert_eq!(decided(Dialect::Rfc6750Any, &authorizer(), &["a", "c"], &token), None);
    assert_eq!(decided(Dialect::Rfc6750All, &authorizer(), &["a", "b"], &token), None);
    assert_eq!(decided(Dialect::Rfc6750All, &authorizer(), &["a", "c"], &token), Some(EnforceRule::EveryScopeGranted));
    let id = verified(json!({ "token_use": "id", "scope": "a" }));
    assert_eq!(decided(Dialect::Rfc6750Any, &authorizer(), &["a"], &id), Some(EnforceRule::TokenKindFits));
}

#[test]
fn a_moment_is_judged_to_the_second_and_without_leeway() {
    let decide = |claims| decided(Dialect::HttpApi, &authorizer(), &[], &verified(claims));
    assert_eq!(decide(json!({ "exp": NOW + 1, "nbf": NOW, "iat": NOW })), None);
    assert_eq!(decide(json!({ "exp": NOW })), Some(EnforceRule::TokenAlive));
    assert_eq!(decide(json!({ "exp": "soon" })), Some(EnforceRule::TokenAlive));
    assert_eq!(decide(json!({ "nbf": NOW + 1 })), Some(EnforceRule::TokenBegun));
    assert_eq!(decide(json!({ "iat": NOW + 1 })), Some(EnforceRule::TokenIssued));
}

#[test]
fn an_audience_pattern_refuses_every_access_token() {
    let demanding = Authorizer {
        audience_pattern: crate::domain::gateway::authorizer::AudiencePattern::new("c.*").ok(),
        ..authorizer()
    };
    let id = |aud: &str| verified(json!({ "token_use": "id", "aud": aud }));
    let access = verified(json!({ "token_use": "access", "client_id": "c", "scope": "a" }));
    assert_eq!(decided(Dialect::RestApi, &demanding, &[], &id("c1")), None);
    assert_eq!(decided(Dialect::RestApi, &demanding, &[], &id("xc1")), Some(EnforceRule::AudiencePatternMatches));
    assert_eq!(decided(Dialect::RestApi, &demanding, &["a"], &access), Some(EnforceRule::AudiencePatternMatches));
}

#[test]
fn a_token_that_may_have_been_revoked_is_refused_where_that_is_asked() {
    let asking = Authorizer { checks_revocation: true, ..authorizer() };
    let token = verified(json!({}));
    let judged = |authorizer: &Authorizer, standing| {
        let requirement = Requirement { dialect: Dialect::HttpApi, authorizer, scopes: &[] };
        let now = Timestamp::from_millis(NOW * 1_000);
        judge(Arc::clone(&token), &requirement, standing, now, &mut Steps::new()).map_err(|refused| refused.rule())
    };
    for standing in [Standing::Unasked, Standing::Unknown, Standing::Ended("gone")] {
        assert_eq!(judged(&asking, standing).err(), Some(EnforceRule::TokenNotRevoked), "{standing:?}");
        assert_eq!(judged(&authorizer(), standing).err(), None, "{standing:?}");
    }
    for standing in [Standing::Counts, Standing::Elsewhere] {
        assert_eq!(judged(&asking, standing).err(), None, "{standing:?}");
    }
}

#[test]
fn a_token_comes_bare_or_as_a_bearer() {
    let find = |values: &[&'static str], dialect| {
        let values: Vec<&[u8]> = values.iter().map(|value| value.as_bytes()).collect();
        presented(&values, dialect, &mut Steps::new()).map_err(|refused| refused.rule())
    };
    for dialect in [Dialect::RestApi, Dialect::HttpApi] {
        assert_eq!(find(&["Bearer t"], dialect), Ok("t"));
        assert_eq!(find(&["t"], dialect), Ok("t"));
        assert_eq!(find(&["Bearer  t"], dialect), Ok(" t"));
        assert_eq!(find(&["bearer t"], dialect), Ok("bearer t"));
    }
    for dialect in [Dialect::Rfc6750Any, Dialect::Rfc6750All] {
        assert_eq!(find(&["bEARER  t"], dialect), Ok("t"));
        assert_eq!(find(&["t"], dialect), Err(EnforceRule::TokenSchemeUsable));
        assert_eq!(find(&["Basic t"], dialect), Err(EnforceRule::TokenSchemeUsable));
        assert_eq!(find(&[], dialect), Err(EnforceRule::TokenPresented));
        assert_eq!(find(&[""], dialect), Err(EnforceRule::TokenPresented));
        assert_eq!(find(&["Bearer a", "Bearer b"], dialect), Err(EnforceRule::TokenPresentedOnce));
    }
}

/// `{"alg":"none"}` or another, without a signature.
fn token(algorithm: &str) -> String {
    use base64::Engine as _;
    let encode = |text: String| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let issuer = "http://localhost:7665/us-east-1_Local01";
    format!("{}.{}.", encode(format!("{{\"alg\":\"{algorithm}\"}}")), encode(format!("{{\"iss\":\"{issuer}\"}}")))
}

#[test]
fn no_algorithm_but_one_is_looked_at() {
    for algorithm in ["none", "HS256", "RS512", "rs256", ""] {
        let refused = understood(&token(algorithm), &mut Steps::new()).unwrap_err();
        assert_eq!(refused.rule(), EnforceRule::AlgorithmAllowed, "{algorithm}");
    }
    assert!(understood(&token("RS256"), &mut Steps::new()).is_ok());
    assert_eq!(understood("x", &mut Steps::new()).unwrap_err().rule(), EnforceRule::TokenFormed);
}

#[test]
fn a_pool_is_known_by_the_end_of_its_issuer() {
    let text = token("RS256");
    let token = Unverified::parse(&text).unwrap();
    assert!(trusted(&token, &authorizer(), &mut Steps::new()).is_ok());
    let others = [Issuer::Pool(UserPoolId::from("us-east-1_Local02")), Issuer::Remote("https://issuer".to_owned())];
    let of_others = Authorizer { issuers: others.to_vec(), ..authorizer() };
    let refused = trusted(&token, &of_others, &mut Steps::new()).unwrap_err();
    assert_eq!(refused.rule(), EnforceRule::IssuerTrusted);
}

#[test]
fn only_the_right_signature_makes_a_verified_token() {
    let text = token("RS256");
    let issuer = &authorizer().issuers[0];
    for (key, expected) in [
        (Key::Unreachable(Unreachable::NoSuchPool), Some(EnforceRule::IssuerReachable)),
        (Key::Unreachable(Unreachable::Discovery(Unusable::Slow)), Some(EnforceRule::IssuerReachable)),
        (Key::Unreachable(Unreachable::Store), Some(EnforceRule::KeysReachable)),
        (Key::Unreachable(Unreachable::Keys(Unusable::Slow)), Some(EnforceRule::KeysReachable)),
        (Key::Unknown, Some(EnforceRule::KeyKnown)),
        (Key::Differs, Some(EnforceRule::SignatureMatches)),
        (Key::Matches, None),
    ] {
        let signed = signed(Unverified::parse(&text).unwrap(), issuer, key, &mut Steps::new());
        assert_eq!(signed.err().map(|refused| refused.rule()), expected);
    }
}

#[test]
fn a_closed_route_lets_nobody_through_and_an_open_one_everybody() {
    let route =
        |access| Route { key: RouteKey::parse("GET /").unwrap(), access, takes_ambiguous_targets: false, canned: None };
    let closed = route(Access::Closed(Closed::Unsupported("AWS_IAM".to_owned())));
    let refused = admission(&closed, Dialect::RestApi, &mut Steps::new()).err().map(|refused| refused.rule());
    assert_eq!(refused, Some(EnforceRule::AuthorizerUsable));
    let open = route(Access::Open);
    let Ok(Admission::Free(permit)) = admission(&open, Dialect::RestApi, &mut Steps::new()) else { panic!("open") };
    assert!(matches!(permit.ground(), Ground::Open));
}
