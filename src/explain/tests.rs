//! What people read: each refusal's sentence, a whole text, and the document that goes over the wire.

use serde_json::json;

use super::{Answer, Explanation, Record, text};
use crate::domain::client::OAuthFlow;
use crate::domain::id::{ClientId, RequestId, UserPoolId};
use crate::domain::pool::{AllInactive, ScopeProfile};
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::resolve_scopes::{AllowList, Requested, ScopePolicy, resolve_scopes};
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::domain::trace::{Cut, Evidence, Slip, Standing, Trace};

fn record(answer: Answer, trace: Trace<IssueRule>) -> Record {
    Record {
        id: RequestId::from("5f0c"),
        at: Timestamp::from_millis(1_700_000_000_000),
        grant_type: Some(Cut::new("client_credentials")),
        client: Some(Cut::new("web")),
        pool: Some(UserPoolId::from("us-east-1_Shop")),
        answer,
        trace,
    }
}

/// A client whose list is `orders/read`, `orders/gone` (deleted since) and `Stock/Read`.
fn decided(requested: Option<&str>, profile: ScopeProfile) -> Explanation {
    let registered = ["orders/read", "orders/write", "Stock/Read"];
    let defines = |name: &str| registered.contains(&name);
    let list = AllowList::compile(&["orders/read", "orders/gone", "Stock/Read"].map(Scope::from), &defines);
    let flow = OAuthFlow::ClientCredentials;
    let policy = ScopePolicy { profile, all_inactive: AllInactive::InvalidScope, flow, flow_allowed: true };
    let mut trace = Trace::new();
    let answer = match resolve_scopes(&Requested::parse(requested), &list, &defines, policy, &mut trace) {
        Ok(scopes) => Answer::Granted { scopes, expires_in: 3_600 },
        Err(_) => Answer::Refused { status: 400, error: Some("invalid_scope"), description: None },
    };
    Explanation::of(&record(answer, trace))
}

fn cause(requested: &str) -> String {
    decided(Some(requested), ScopeProfile::Documented).cause
}

fn refused(rule: IssueRule, evidence: Evidence) -> String {
    let mut trace = Trace::new();
    trace.require(rule, false, evidence).unwrap_err();
    Explanation::of(&record(Answer::Refused { status: 400, error: None, description: None }, trace)).cause
}

#[test]
fn a_scope_is_refused_with_the_list_and_the_server_that_are_meant() {
    assert_eq!(
        cause("orders/write"),
        "`orders/write` is not on the list of client `web` (it is defined by resource server `orders`): add it to \
         AllowedOAuthScopes"
    );
    assert_eq!(
        cause("orders/x"),
        "`orders/x` is neither on the list of client `web` nor defined: check the spelling, or define `x` in resource \
         server `orders` and add it to AllowedOAuthScopes"
    );
    assert_eq!(
        cause("read"),
        "`read` is only the last part of a name; the list of client `web` has `orders/read`: ask for that, identifier \
         included"
    );
    assert_eq!(
        cause("stock/read"),
        "`stock/read` is not on the list of client `web`, which has `Stock/Read`: names are compared exactly, case \
         included"
    );
    assert_eq!(
        cause("orders/read,orders/gone"),
        "`orders/read,orders/gone` is one name, and not on the list of client `web`: part scopes with spaces"
    );
    assert_eq!(
        cause("openid"),
        "`openid` is a built-in scope for people who sign in, and a client of the machine grant cannot have it: leave \
         it out"
    );
    assert_eq!(
        cause("offline_access"),
        "`offline_access` is a scope of other providers, which Cognito does not know: leave it out"
    );
    assert_eq!(
        cause("orders/gone"),
        "nothing active is left for client `web`: `orders/gone` is on its list, but no resource server defines it now: \
         define it again"
    );
}

#[test]
fn a_token_with_less_than_was_asked_for_says_what_is_missing() {
    assert_eq!(
        cause("orders/read orders/gone"),
        "the scope asked for is on the client's list and a resource server defines it; left out: `orders/gone`, which \
         is on the client's list but no resource server defines now: define it again to get it back"
    );
    let omitted = decided(None, ScopeProfile::Documented).cause;
    assert!(omitted.starts_with("no scope was asked for, so the token has every active scope"), "{omitted}");
    let dropped = decided(Some("orders/read orders/x"), ScopeProfile::Observed).cause;
    assert!(dropped.ends_with("; left out: `orders/x`, which no resource server defines"), "{dropped}");
}

/// What a client of people whose list is `openid`, `email` and `orders/read` is told of this request.
fn of_people(requested: &str) -> String {
    let defines = |name: &str| name == "orders/read";
    let list = AllowList::compile(&["openid", "email", "orders/read"].map(Scope::from), &defines);
    let policy = ScopePolicy {
        profile: ScopeProfile::Documented,
        all_inactive: AllInactive::InvalidScope,
        flow: OAuthFlow::Code,
        flow_allowed: true,
    };
    let mut trace = Trace::new();
    let answer = match resolve_scopes(&Requested::parse(Some(requested)), &list, &defines, policy, &mut trace) {
        Ok(scopes) => Answer::Granted { scopes, expires_in: 3_600 },
        Err(_) => Answer::Refused { status: 302, error: Some("invalid_scope"), description: None },
    };
    Explanation::of(&record(answer, trace)).cause
}

#[test]
fn built_in_scopes_of_people_are_not_said_to_be_defined_by_a_resource_server() {
    assert_eq!(of_people("openid"), "the scope asked for is on the client's list");
    assert_eq!(of_people("openid email"), "the scopes in the token are on the client's list");
    assert_eq!(
        of_people("openid orders/read"),
        "the scopes in the token are on the client's list, and resource servers define those that are not built in"
    );
}

#[test]
fn a_built_in_scope_that_a_client_of_people_lacks_can_be_added() {
    assert_eq!(
        of_people("openid phone"),
        "`phone` is a built-in scope and not on the list of client `web`: add it to AllowedOAuthScopes"
    );
    assert_eq!(
        cause("phone"),
        "`phone` is a built-in scope for people who sign in, and a client of the machine grant cannot have it: leave it \
         out"
    );
}

#[test]
fn a_refusal_says_what_its_step_remarks() {
    let remark = |rule, remark| person(rule, Evidence::Remark(remark));
    assert_eq!(
        remark(SignInRule::SessionUnused, "the password was changed meanwhile"),
        "the Session cannot be answered any more (the password was changed meanwhile): start the sign-in again"
    );
    assert_eq!(
        remark(SignInRule::AttemptsLeft, "a sign-in that triggers lead has at most 50 rounds"),
        "the Session had its last round (a sign-in that triggers lead has at most 50 rounds): start the sign-in again"
    );
}

#[test]
fn a_client_is_refused_with_what_it_did() {
    let remark = |rule, remark| refused(rule, Evidence::Remark(remark));
    let unknown = |slip| {
        let evidence = Evidence::Hinted { parameter: "client_id", value: Cut::hint("web "), slip };
        refused(IssueRule::ClientExists, evidence)
    };
    let presented = |rule, parameter, value| refused(rule, Evidence::Presented { parameter, value: Cut::new(value) });
    assert_eq!(
        unknown(Some(Slip::BlankAround)),
        "no client has the id `web … (4 characters)`, which has a blank around it: send it without"
    );
    assert_eq!(unknown(None), "no client has the id `web … (4 characters)`: it was never made here, or it was deleted");
    assert_eq!(
        unknown(Some(Slip::SwappedWithSecret)),
        "the client id and the secret are swapped: what came as the secret is the id of a client"
    );
    let (client, pool) = (ClientId::from("web"), UserPoolId::from("us-east-1_Shop"));
    assert_eq!(
        refused(IssueRule::ClientExists, Evidence::Client { client, pool }),
        "client `web` belongs to pool `us-east-1_Shop`, but the path or the host name of the request names another: use \
         that pool's address"
    );
    assert_eq!(
        remark(IssueRule::FlowAllowed, "client_credentials"),
        "client `web` may not use `client_credentials`: add it to AllowedOAuthFlows"
    );
    assert_eq!(
        presented(IssueRule::RequestIsForm, "Content-Type", "application/json"),
        "the request is no form (its Content-Type is `application/json`): send a POST with the type \
         `application/x-www-form-urlencoded`"
    );
    assert_eq!(
        remark(IssueRule::ParameterGivenOnce, "scope"),
        "`scope` is given more than once, query and body counted together: send it once"
    );
}

#[test]
fn every_rule_that_refuses_has_a_sentence() {
    for rule in IssueRule::all() {
        let sentence = refused(rule, Evidence::Nothing);
        assert!(!sentence.is_empty() && !sentence.ends_with('.'), "{rule:?}: {sentence}");
    }
}

#[test]
fn the_document_has_the_answer_the_cause_and_the_steps() {
    let explanation = decided(Some("orders/write"), ScopeProfile::Documented);
    let document = serde_json::to_value(&explanation).unwrap();
    assert_eq!(document["answer"], json!({ "status": 400, "error": "invalid_scope" }));
    assert_eq!(
        document["steps"][1],
        json!({
            "rule": "scope-on-client-list",
            "outcome": "refused",
            "demands": "the scope is on the client's list",
            "scope": "orders/write",
            "standing": "defined_but_not_on_list",
            "documented":
                "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html",
        })
    );
    assert_eq!(serde_json::from_value::<Explanation>(document).unwrap(), explanation, "the command line reads it back");
}

#[test]
fn the_text_says_verdict_and_cause_before_the_steps() {
    let text = text::render(&decided(Some("orders/write\u{1b}[31m"), ScopeProfile::Documented));
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.first(), Some(&"REFUSED  400 invalid_scope"));
    assert!(lines[2].starts_with(r"`orders/write\u{1b}[31m` is neither on the list"), "{text}");
    assert!(text.contains("  NO   scope-on-client-list"), "{text}");
    assert!(!text.contains('\u{1b}'), "what a request holds does not steer the terminal");
    let granted = text::render(&decided(Some("orders/read"), ScopeProfile::Documented));
    assert!(granted.starts_with("GRANTED  orders/read  for 3600 s\n\n"), "{granted}");
}

fn person(rule: SignInRule, evidence: Evidence) -> String {
    refused(IssueRule::SignIn(rule), evidence)
}

#[test]
fn a_callback_that_differs_is_shown_with_the_place_where_it_does() {
    let differs = |presented, expected| Evidence::differs("redirect_uri", presented, expected);
    assert_eq!(
        person(SignInRule::RedirectRepeated, differs("http://localhost/cb/", "http://localhost/cb")),
        "the request names the callback `http://localhost/cb/`, the code was sent to `http://localhost/cb`; they differ \
         from character 20 on (only a slash at the end); the code is spent all the same: repeat the `redirect_uri` exactly"
    );
    assert_eq!(
        person(SignInRule::RedirectRegistered, differs("http://localhost:1/cb", "http://localhost:2/cb")),
        "the request names the callback `http://localhost:1/cb`, the most similar registered one is \
         `http://localhost:2/cb`; they differ from character 18 on: register it in CallbackURLs of client `web`, or send \
         the registered one"
    );
}

#[test]
fn every_rule_of_people_has_a_sentence_of_its_own() {
    let marked = [SignInRule::TriggerChangedToken, SignInRule::DeclaredRuleChangedToken, SignInRule::ApiSignInScope];
    let mut sentences = std::collections::HashSet::new();
    for rule in SignInRule::ALL.into_iter().filter(|rule| !marked.contains(rule)) {
        let evidence = match rule {
            SignInRule::AttributesReadable => Evidence::names("attributes", ["email_verified"]),
            _ => Evidence::Remark("x"),
        };
        let sentence = person(rule, evidence);
        assert!(!sentence.starts_with("this does not hold"), "{rule:?}");
        assert!(sentences.insert(sentence), "{rule:?}");
    }
}

#[test]
fn a_persons_token_is_explained_by_its_sign_in() {
    let granted = |steps: &[(IssueRule, Evidence)], scopes: &[&str]| {
        let mut trace = Trace::new();
        let user = Evidence::User { sub: "1".into(), username: Cut::new("ada") };
        trace.grant(SignInRule::UserExists, user);
        for (rule, evidence) in steps {
            trace.note(*rule, evidence.clone());
        }
        let scopes = scopes.iter().copied().map(Scope::from).collect();
        Explanation::of(&record(Answer::Granted { scopes, expires_in: 300 }, trace))
    };
    let unlisted = Evidence::UnlistedScope {
        scope: Cut::new("orders/write"),
        standing: Standing::DefinedButNotOnList,
        meant: None,
    };
    let refreshed = granted(&[(IssueRule::ScopeOnClientList, unlisted)], &["openid"]);
    assert_eq!(
        refreshed.cause,
        "the token carries the scopes granted at the sign-in that the client still has; no longer on the client's list \
         since the sign-in: `orders/write`"
    );
    assert_eq!(refreshed.user.as_deref(), Some("ada"));
    let api = granted(&[(SignInRule::ApiSignInScope.into(), Evidence::Nothing)], &["aws.cognito.signin.user.admin"]);
    assert_eq!(
        api.cause,
        "a sign-in through the JSON API grants only `aws.cognito.signin.user.admin`, whatever the client's list says: \
         custom scopes need the authorization code grant"
    );
}
