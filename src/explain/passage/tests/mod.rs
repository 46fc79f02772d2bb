//! The sentence of every rule of a gateway, what a client is told to do, and what a record weighs.

mod advice;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::*;
use crate::domain::gateway::authorizer::{Authorizer, IdentitySource, Issuer};
use crate::domain::gateway::jwt::Unverified;
use crate::domain::gateway::route::{Access, RouteKey};
use crate::domain::gateway::target::Ambiguity;
use crate::domain::id::UserPoolId;
use crate::domain::rules::enforce::{self, Key};
use crate::domain::rules::enforce_rule::EnforceRule;
use crate::domain::trace::Evidence;
use crate::explain::{Explanation, Kept, text};

fn authorizer() -> Authorizer {
    Authorizer {
        name: "users".to_owned(),
        issuers: vec![
            Issuer::Pool(UserPoolId::from("us-east-1_Shop00001")),
            Issuer::Remote("https://issuer".to_owned()),
        ],
        audiences: vec!["web".to_owned()],
        source: IdentitySource::default(),
        audience_pattern: None,
        checks_revocation: true,
    }
}

fn token(claims: &Value) -> Arc<Verified> {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}.", part(&json!({ "alg": "RS256" })), part(claims));
    let issuer = Issuer::Pool(UserPoolId::from("us-east-1_Shop00001"));
    let verified = enforce::signed(Unverified::parse(&text).unwrap(), &issuer, Key::Matches, &mut Steps::new());
    Arc::new(verified.unwrap())
}

/// A refused request to a route with these scopes, its trace still empty.
fn passage(dialect: Dialect, scopes: &[&str], claims: &Value) -> Passage {
    let scopes = scopes.iter().copied().map(Scope::new).collect();
    let route = Route {
        key: RouteKey::parse("GET /orders/{id}").unwrap(),
        access: Access::Authorizer(Arc::new(authorizer()), scopes),
        takes_ambiguous_targets: false,
        canned: None,
    };
    Passage {
        id: RequestId::from("7f3e"),
        at: Timestamp::from_millis(1_800_000_000_000),
        gateway: "orders".into(),
        dialect,
        mode: "enforce",
        request: Passage::request("GET", "/orders/1"),
        route: Some(Arc::new(route)),
        token: Some(token(claims)),
        why: None,
        verdict: Verdict::Refused,
        status: 401,
        trace: Steps::new(),
    }
}

fn told(passage: &Passage, around: &Around) -> (String, String) {
    let explanation = Explanation::of_passage(passage, around);
    (explanation.cause, explanation.change.unwrap_or_default())
}

fn refused(dialect: Dialect, rule: EnforceRule, evidence: Evidence) -> (String, String) {
    let mut passage = passage(dialect, &["orders/read"], &json!({ "username": "ada" }));
    passage.trace.grant(EnforceRule::IssuerTrusted, presented("iss", "https://issuer"));
    passage.trace.refuse(rule, evidence);
    let routes = vec!["GET /orders".to_owned()];
    told(&passage, &Around { routes, ..Around::default() })
}

fn presented(parameter: &'static str, value: &str) -> Evidence {
    Evidence::Presented { parameter, value: Cut::new(value) }
}

fn moment(claim: &'static str, at: i64) -> Evidence {
    Evidence::Moment { claim, at: Some(at), now: 1_000 }
}

/// Each rule, what it judged by, its cause, and what it advises.
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn sentences() -> Vec<(EnforceRule, Evidence, &'static str, &'static str)> {
    let differs = Evidence::differs;
    vec![
        (
            EnforceRule::TargetUnambiguous,
            Evidence::Remark("a dot segment"),
            "the request can be read in more than one way: a dot segment",
            "write its path plainly and name one method; a route with `allow_ambiguous_paths: true` takes such paths",
        ),
        (
            EnforceRule::OriginalUnambiguous,
            Evidence::Remark("a header that tells of the request is there twice"),
            "the proxy does not ask about one request: a header that tells of the request is there twice",
            "let the proxy send the method and the URI of the request, once, as the sample configurations do",
        ),
        (
            EnforceRule::RouteMatches,
            presented("path", "/order"),
            "no route of the gateway `orders` is for this path; a REST API answers that as if a token were missing",
            "declare a route for it, or call one that there is: `GET /orders`",
        ),
        (
            EnforceRule::MethodMatches,
            presented("method", "PUT"),
            "the path has routes, but none for the method `PUT`; a REST API looks no further, and answers that as if a token were missing",
            "use a method that the path has: `GET /orders`; or declare `PUT` for it",
        ),
        (EnforceRule::PreflightAnswered, Evidence::Nothing, "the gateway does not answer this preflight request", ""),
        (EnforceRule::RouteOpen, Evidence::Nothing, "the route is not open to everybody", ""),
        (
            EnforceRule::AuthorizerUsable,
            presented("unresolved authorizer", "Theirs"),
            "the route's authorizer `Theirs` leads to no pool that there was here when the gateway started",
            "say which pool is meant (`map: { Theirs: POOL }`, or --map Theirs=POOL), or declare that pool (--create-missing)",
        ),
        (
            EnforceRule::TokenPresented,
            Evidence::Nothing,
            "the request has no token in the header `Authorization`",
            "send `Authorization: Bearer TOKEN` with an access token of the pool `us-east-1_Shop00001` or `https://issuer` with the scope `orders/read`",
        ),
        (
            EnforceRule::TokenPresentedOnce,
            Evidence::Nothing,
            "the request has more than one token in the header `Authorization`",
            "send `Authorization: Bearer TOKEN` once",
        ),
        (
            EnforceRule::TokenSchemeUsable,
            Evidence::Nothing,
            "in the header `Authorization` there are bytes that are no text",
            "send `Authorization: Bearer TOKEN`",
        ),
        (
            EnforceRule::TokenFormed,
            Evidence::Remark("the token does not have three parts between dots"),
            "what stands in the header `Authorization` is no token: the token does not have three parts between dots",
            "send the token whole and as it was issued: three parts between dots",
        ),
        (
            EnforceRule::AlgorithmAllowed,
            presented("alg", "none"),
            "the token says that it is signed by `none`; only RS256 counts, whatever a token says",
            "send a token that its issuer has signed by RS256",
        ),
        (
            EnforceRule::IssuerTrusted,
            differs("iss", "https://other", "us-east-1_Shop00001"),
            "the token is of the issuer `https://other`, and the authorizer `users` trusts the pool `us-east-1_Shop00001` or `https://issuer`",
            "get a token of the pool `us-east-1_Shop00001` or `https://issuer`, or add the token's issuer to the authorizer: a pool of this server to `pools`, any other to `issuers`",
        ),
        (
            EnforceRule::IssuerReachable,
            Evidence::Remark("it does not come in time"),
            "the discovery document of `https://issuer` is of no use: it does not come in time; the token may be good",
            "see to it that `https://issuer/.well-known/openid-configuration` answers here",
        ),
        (
            EnforceRule::KeysReachable,
            Evidence::Remark("it is too long"),
            "the key set of `https://issuer` is of no use: it is too long; the token may be good",
            "see to it that the `jwks_uri` of the issuer's discovery document answers here",
        ),
        (
            EnforceRule::KeyKnown,
            presented("kid", "k1"),
            "the token is signed with the key `k1`, which its issuer does not publish: the key was retired, or another server issued the token under the same name",
            "get a new token",
        ),
        (
            EnforceRule::SignatureMatches,
            Evidence::Nothing,
            "the key that the token names did not make its signature: the token was changed, or somebody else made it",
            "send the token exactly as it was issued",
        ),
        (
            EnforceRule::AudienceAllowed,
            differs("client_id", "job", "web"),
            "`client_id` of the token is `job`, and the authorizer `users` takes `web`",
            "get the token for `web`, or add `job` to `audiences` of the authorizer",
        ),
        (
            EnforceRule::AudiencePatternMatches,
            differs("aud", "", "web.*"),
            "the authorizer wants `aud` to match `web.*`, and an access token has no `aud`: it refuses all",
            "take `audience_pattern` off the authorizer, or let the route want no scopes and send an ID token",
        ),
        (
            EnforceRule::TokenAlive,
            moment("exp", 965),
            "the token ended 35 s ago",
            "get a new one, by the refresh token or by a sign-in",
        ),
        (
            EnforceRule::TokenBegun,
            moment("nbf", 1_005),
            "the token counts only in 5 s (`nbf`)",
            "wait until then, or compare the clocks",
        ),
        (
            EnforceRule::TokenIssued,
            moment("iat", 1_180),
            "the token was issued 3 min in the future (`iat`)",
            "compare the clocks of whoever issued it and of this machine",
        ),
        (
            EnforceRule::TokenKindFits,
            differs("token_use", "", "access"),
            "for a route with scopes a REST API takes an access token, and this token does not say which it is (`token_use`)",
            "get a token with `orders/read` from the pool `us-east-1_Shop00001`",
        ),
        (
            EnforceRule::TokenNotRevoked,
            Evidence::Remark("its sign-in was revoked"),
            "the token does not count any more, or nobody can say so: its sign-in was revoked",
            "get a new token, or take `check_revocation` off the authorizer: AWS does not ask",
        ),
        (
            EnforceRule::SomeScopeGranted,
            Evidence::Nothing,
            "the token has no scope, and the route wants `orders/read`",
            "get a token with `orders/read` from the pool `us-east-1_Shop00001`",
        ),
        (
            EnforceRule::EveryScopeGranted,
            Evidence::Nothing,
            "the token has no scope, and the route wants `orders/read`",
            "get a token with `orders/read` from the pool `us-east-1_Shop00001`",
        ),
    ]
}

#[test]
fn every_rule_has_its_sentence_and_its_advice() {
    let sentences = sentences();
    for rule in EnforceRule::ALL {
        assert_eq!(sentences.iter().filter(|(told, ..)| *told == rule).count(), 1, "{rule:?} has one row");
    }
    for (rule, evidence, cause, change) in sentences {
        assert_eq!(refused(Dialect::RestApi, rule, evidence), (cause.to_owned(), change.to_owned()), "{rule:?}");
    }
}

#[test]
fn a_dialect_is_told_by_its_own_manners() {
    let (cause, _) = refused(Dialect::HttpApi, EnforceRule::RouteMatches, presented("path", "/order"));
    assert_eq!(cause, "no route of the gateway `orders` is for this path");
    let (cause, _) = refused(Dialect::Rfc6750Any, EnforceRule::TokenSchemeUsable, Evidence::Nothing);
    assert_eq!(cause, "in the header `Authorization` there is no token under the scheme `Bearer`");
    let spelled = Evidence::Remark(Ambiguity::MethodCase.name());
    let (_, change) = refused(Dialect::RestApi, EnforceRule::TargetUnambiguous, spelled);
    assert_eq!(change, "write the method as it is declared: methods are compared with regard to case");
    let declared = presented("authorizer without a pool", "gone");
    let (_, change) = refused(Dialect::RestApi, EnforceRule::AuthorizerUsable, declared);
    assert_eq!(change, "correct `pools` of the authorizer, or declare the pool that it names");
    let unsupported = presented("unsupported authorizer", "`AWS_IAM` authorization");
    let (cause, change) = refused(Dialect::RestApi, EnforceRule::AuthorizerUsable, unsupported);
    assert_eq!(
        cause,
        "whoever calls this route is to be authorized by `AWS_IAM` authorization, which is not simulated here"
    );
    assert_eq!(change, "lay a route over it that names an authorizer of its own, or says `authorizer: none`");
}

#[test]
fn an_authorizer_that_is_not_declared_may_be_misspelled() {
    let undeclared = presented("undeclared authorizer", "Poool");
    let (cause, change) = refused(Dialect::RestApi, EnforceRule::AuthorizerUsable, undeclared);
    assert_eq!(cause, "the route asks for the authorizer `Poool`, which is not declared in the file of the gateway");
    assert_eq!(change, "spell it as it is declared there, or say which pool is meant (--map Poool=POOL)");
}

#[test]
fn a_scheme_alone_is_no_slip_of_its_own() {
    let mut passage = passage(Dialect::RestApi, &[], &json!({}));
    let token = enforce::presented(&[b"Bearer"], Dialect::RestApi, &mut passage.trace).unwrap();
    enforce::understood(token, &mut passage.trace).unwrap_err();
    let (cause, change) = told(&passage, &Around::default());
    assert_eq!(cause, "no token follows `Bearer` in the header `Authorization`");
    assert_eq!(change, "put the token there; perhaps the variable that should hold it is empty");
}

#[test]
fn a_slip_in_the_scheme_is_named_and_the_token_is_not() {
    for (value, slip) in [
        ("Bearer  a.b.c", "there is more than one space after `Bearer`"),
        ("bearer a.b.c", "`Bearer` is spelled in another case"),
        ("Bearer:a.b.c", "no space follows `Bearer`"),
        ("Basic YTpi", "the scheme is another than `Bearer`"),
    ] {
        let mut passage = passage(Dialect::RestApi, &[], &json!({}));
        let token = enforce::presented(&[value.as_bytes()], Dialect::RestApi, &mut passage.trace).unwrap();
        enforce::understood(token, &mut passage.trace).unwrap_err();
        let (cause, change) = told(&passage, &Around::default());
        assert_eq!(
            cause,
            format!("{slip} in the header `Authorization`, so that it was taken for a part of the token")
        );
        assert_eq!(change, "write `Bearer`, one space, and the token; or the token alone");
    }
    let noted = |value: &str, dialect| {
        let mut trace = Steps::new();
        enforce::presented(&[value.as_bytes()], dialect, &mut trace).unwrap();
        trace.steps().iter().any(|step| step.rule == EnforceRule::TokenSchemeUsable)
    };
    assert!(!noted("Bearer a.b.c", Dialect::RestApi) && !noted("a.b.c", Dialect::HttpApi));
    assert!(!noted("bEARER  a.b.c", Dialect::Rfc6750Any), "RFC 6750 takes both");
}

#[test]
fn an_id_token_is_wanted_where_a_rest_api_asks_for_no_scopes() {
    let refused = |claims: &Value| {
        let mut passage = passage(Dialect::RestApi, &[], claims);
        passage.trace.refuse(EnforceRule::TokenKindFits, Evidence::differs("token_use", "access", "id"));
        told(&passage, &Around::default())
    };
    let (cause, change) = refused(&json!({ "username": "ada" }));
    assert_eq!(cause, "for a route without scopes a REST API takes an ID token, and this is an access token");
    assert_eq!(
        change,
        "send the `id_token` of the same sign-in, or let the route want a scope that the access token has"
    );
    let (_, change) = refused(&json!({ "client_id": "job" }));
    assert_eq!(
        change,
        "send the ID token of a user who signs in (`poolpass token --client CLIENT --user NAME --id-token`), or let the \
         route want a scope that the token has: a machine has no ID token"
    );
}

#[test]
fn what_was_let_through_says_by_what() {
    let allowed = |scopes: &[&str], claims: &Value, rule| {
        let mut passage = passage(Dialect::HttpApi, scopes, claims);
        passage.verdict = Verdict::Allowed;
        passage.trace.grant(rule, Evidence::Nothing);
        told(&passage, &Around::default()).0
    };
    let scoped = json!({ "scope": "a/a b/b" });
    let by = EnforceRule::SomeScopeGranted;
    assert_eq!(allowed(&["a/a"], &scoped, by), "the token has the scope that the route wants, `a/a`");
    assert_eq!(allowed(&["a/a", "b/b"], &scoped, by), "the token has the scopes of the route, `a/a`, `b/b`");
    assert_eq!(
        allowed(&["a/a", "c/c"], &scoped, by),
        "the token has `a/a` of the scopes of the route, of which one is enough"
    );
    assert_eq!(allowed(&[], &scoped, by), "the token is good, and the route wants no scope");
    assert_eq!(allowed(&[], &scoped, EnforceRule::RouteOpen), "the route demands no token");
    assert_eq!(
        allowed(&[], &scoped, EnforceRule::PreflightAnswered),
        "the gateway answers preflight requests itself, before it looks for a route or a token"
    );
}

#[test]
fn every_fault_has_a_sentence_of_its_own() {
    let mut causes = std::collections::HashSet::new();
    for fault in Fault::ALL {
        let mut passage = passage(Dialect::RestApi, &[], &json!({}));
        passage.verdict = Verdict::Failed(fault);
        let (cause, change) = told(&passage, &Around { prefix: "/prod".to_owned(), ..Around::default() });
        assert!(causes.insert(cause), "{fault:?}");
        assert_eq!(change.is_empty(), fault == Fault::Internal, "{fault:?}");
        if fault == Fault::NoSuchStage {
            assert_eq!(change, "begin it with `/prod`");
        }
    }
}

#[test]
fn the_text_says_verdict_cause_and_change_first() {
    let mut passage =
        passage(Dialect::HttpApi, &["orders/write"], &json!({ "client_id": "job\u{1b}", "scope": "a/b" }));
    passage.trace.refuse(EnforceRule::SomeScopeGranted, Evidence::Nothing);
    passage.verdict = Verdict::Observed { would: 403 };
    passage.status = 200;
    let explanation = Explanation::of_passage(&passage, &Around::default());
    let document = serde_json::to_value(&explanation).unwrap();
    assert_eq!(
        document["answer"],
        json!({ "verdict": "observed", "status": 200, "would_be": 403, "rule": "some-scope-granted" })
    );
    assert_eq!(serde_json::from_value::<Explanation>(document).unwrap(), explanation, "the command line reads it back");
    let text = text::render(&explanation);
    let lines: Vec<&str> = text.lines().take(7).collect();
    assert_eq!(
        lines,
        [
            "OBSERVED  200, would be 403  some-scope-granted",
            "",
            "the token has the scope `a/b`, and the route wants `orders/write`",
            "",
            "To be let in: get a token with `orders/write` from the pool `us-east-1_Shop00001`",
            "",
            "  gateway  orders: http-api, enforce",
        ]
    );
    assert!(!text.contains('\u{1b}') && text.contains("  asked    GET /orders/1\n"), "{text}");
}

#[test]
fn a_link_with_a_secret_is_not_kept() {
    let secret = "a1b2c3d4".repeat(5);
    let shown = Passage::request("GET", &format!("/reset/{secret}"));
    assert_eq!(shown.as_str(), "GET /reset/a1b2… (40 characters)");
    assert_eq!(Passage::request("GET", "/orders/1").as_str(), "GET /orders/1");
}

#[test]
fn a_record_weighs_what_its_token_says() {
    let (small, large) = (json!({ "a": "b" }), json!({ "a": ["b".repeat(1_000), { "c": "d".repeat(1_000) }] }));
    let size = |claims: &Value| passage(Dialect::RestApi, &[], claims).size();
    assert!(size(&large) > size(&small) + 2_000 && size(&large) < size(&small) + 3_000);
    let recorder = crate::explain::Recorder::new(size(&small) * 2);
    for _ in 0..5 {
        recorder.pass(passage(Dialect::RestApi, &[], &small));
    }
    recorder.pass(passage(Dialect::RestApi, &[], &json!({ "a": "b".repeat(10_000) })));
    let kept = recorder.latest(10);
    assert_eq!(kept.len(), 2, "what does not fit alone is not kept, and does not push others out");
    assert!(kept.iter().all(|kept| matches!(&**kept, Kept::Gateway(_)) && kept.id().as_str() == "7f3e"));
}
