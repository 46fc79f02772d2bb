//! What functions answer to triggers. Also the body of a target in `fuzz/`.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolpass::domain::scope::Scope;
use poolpass::domain::sign_in::Origin;
use poolpass::domain::trace::Trace;
use poolpass::effects::Clock as _;
use poolpass::hooks::{self, HookFailure};
use poolpass::self_service::triggers::Call;
use poolpass::sign_in::{Answer, Attempt, Challenge, Flow, Named, Next, SignInFailure};
use poolpass::tokens::{ClientView, Issuing, Occasion, TokenFailure};
use serde_json::Value;

use super::served::{self, ARN, ISSUER, SUB, Served};

const DAY: i64 = 86_400 * 1_000;
/// The clients of the pools whose functions answer, one for each version of the event before token generation.
const VERSIONS: [&str; 3] = ["first", "second", "third"];

type Returned = Result<Value, HookFailure>;

/// The answer of every function of a pool.
pub fn trigger(bytes: &[u8]) {
    let returned = hooks::returned(ARN, &hooks::Answer { status: 200, failed: false, body: bytes.to_vec() });
    served::with(|served| {
        served.answer_with(bytes);
        let view = served.view(VERSIONS[bytes.len() % VERSIONS.len()]);
        if returned.is_err() {
            return refused(served, &view);
        }
        account(served, &view, &returned);
        // Signatures and sessions take a hundred times longer.
        if bytes.len().is_multiple_of(8) {
            // What the last ones left in the store has ended by then.
            served.clock.advance_millis(DAY);
            person(served, &view, &returned);
            machine(served, &view, &returned);
            custom(served, &view, &returned);
        }
        if bytes.len().is_multiple_of(64) {
            stranger(served, &view, bytes);
        }
    });
}

/// The member of the response.
fn said<'a>(returned: &'a Returned, member: &str) -> Option<&'a Value> {
    returned.as_ref().ok()?.get("response")?.get(member)
}

fn yes(returned: &Returned, member: &str) -> bool {
    said(returned, member) == Some(&Value::Bool(true))
}

/// What is no answer lets nobody in.
fn refused(served: &Served, view: &ClientView) {
    let metadata = BTreeMap::new();
    let call = Call::about(&view.owner, Some(&view.client), &served.ada, &metadata);
    assert!(served.wait(call.pre_sign_up(&served.app.oauth.tokens.hooks, "PreSignUp_SignUp", &metadata)).is_err());
}

/// Around an account: what is not said is not decided.
fn account(served: &Served, view: &ClientView, returned: &Returned) {
    let metadata = BTreeMap::new();
    let call = Call::about(&view.owner, Some(&view.client), &served.ada, &metadata);
    let hooks = &served.app.oauth.tokens.hooks;
    let is_event = returned.as_ref().is_ok_and(Value::is_object);
    match served.wait(call.pre_sign_up(hooks, "PreSignUp_SignUp", &metadata)) {
        Ok(decided) => {
            let told = [decided.confirm, decided.verify_email, decided.verify_phone];
            let names = ["autoConfirmUser", "autoVerifyEmail", "autoVerifyPhone"];
            assert_eq!(told, names.map(|name| is_event && yes(returned, name)));
        }
        Err(_) => assert!(!is_event, "an event is read"),
    }
    assert_eq!(served.wait(call.post_confirmation(hooks, "PostConfirmation_ConfirmSignUp")).is_ok(), is_event);
    let written = served.wait(call.custom_message(hooks, "CustomMessage_SignUp"));
    if let Ok(written) = written {
        assert_eq!(written.email_message.as_deref(), said(returned, "emailMessage").and_then(Value::as_str));
    }
    if let Ok(Some(elsewhere)) = served.wait(call.user_migration(hooks, Some("Lovelace-1815"))) {
        assert_eq!(elsewhere.user_attributes.is_some(), said(returned, "userAttributes").is_some_and(Value::is_object));
    }
}

/// Before the tokens of a person: whatever the answer, they are Ada's, or there are none.
fn person(served: &Served, view: &ClientView, returned: &Returned) {
    let (user, metadata, tokens) = (&served.ada, BTreeMap::new(), &served.app.oauth.tokens);
    let scopes = vec![Scope::from("openid"), Scope::from("orders/read")];
    let sign_in = tokens.new_sign_in(view, user, scopes, (Origin::Code, served.clock.now()));
    let issuing = Issuing { view, issuer: ISSUER, occasion: Occasion::HostedAuth, metadata: &metadata };
    match served.wait(tokens.begin(&issuing, user, sign_in, &mut Trace::new())) {
        Ok(made) => {
            let answered = returned.as_ref().is_ok_and(|event| event.get("response").is_some());
            assert!(answered, "no tokens without an answer");
            let lifetime = view.access_token_lifetime;
            let access = is_theirs(served, &made.access_token, ("access", SUB), ("client_id", view), lifetime);
            let id_token = made.id_token.expect("`openid` was asked for");
            is_theirs(served, &id_token, ("id", SUB), ("aud", view), view.id_token_lifetime);
            assert_eq!(access["username"], "ada");
            assert_eq!(access["scope"].as_str().unwrap_or_default(), joined(&made.scopes));
        }
        Err(failure) => is_the_functions(&failure),
    }
}

/// Before the token of a machine, which only the third version asks about.
fn machine(served: &Served, view: &ClientView, returned: &Returned) {
    let (metadata, tokens) = (BTreeMap::new(), &served.app.oauth.tokens);
    let issuing = Issuing { view, issuer: ISSUER, occasion: Occasion::ClientCredentials, metadata: &metadata };
    let scopes = vec![Scope::from("orders/read")];
    match served.wait(tokens.machine_token(&issuing, scopes, &mut Trace::new())) {
        Ok((made, scopes)) => {
            let sub = view.client.as_str();
            let lifetime = view.access_token_lifetime;
            let claims = is_theirs(served, &made.access_token, ("access", sub), ("client_id", view), lifetime);
            assert_eq!(claims["scope"].as_str().unwrap_or_default(), joined(&scopes));
            assert!(view.client.as_str() == "third" || joined(&scopes) == "orders/read", "nobody was asked");
        }
        Err(failure) => {
            is_the_functions(&failure);
            assert!(view.client.as_str() == "third", "{returned:?}");
        }
    }
}

fn joined(scopes: &[Scope]) -> String {
    let fits = |scope: &str| !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_graphic());
    assert!(scopes.iter().all(|scope| fits(scope.as_str())), "{scopes:?}");
    scopes.iter().map(Scope::as_str).collect::<Vec<_>>().join(" ")
}

fn is_the_functions(failure: &TokenFailure) {
    assert!(matches!(failure, TokenFailure::Hook(HookFailure::Unreadable(..))), "{failure}");
}

/// The claims of a token, which says whose it is, for whom, of which pool and how long.
fn is_theirs(
    served: &Served,
    token: &str,
    (token_use, sub): (&str, &str),
    (named, view): (&str, &ClientView),
    lifetime: u64,
) -> Value {
    let claims = token.split('.').nth(1).and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok()).expect("a token");
    let claims: Value = serde_json::from_slice(&claims).expect("claims");
    let text = |name: &str| claims[name].as_str().unwrap_or_default().to_owned();
    assert_eq!((text("token_use").as_str(), text("sub").as_str(), text("iss").as_str()), (token_use, sub, ISSUER));
    assert_eq!(text(named), view.client.as_str());
    let now = served.clock.now().seconds();
    assert_eq!(
        (claims["iat"].as_i64(), claims["exp"].as_i64()),
        (Some(now), Some(now.saturating_add_unsigned(lifetime)))
    );
    assert!(!text("jti").is_empty());
    claims
}

/// Custom sign-in: nobody is signed in unless the function says so, and fails if it says both.
fn custom(served: &Served, view: &Arc<ClientView>, returned: &Returned) {
    let (sign_ins, none) = (&served.app.oauth.sign_ins, Named::new());
    let attempt = Attempt { view, username: "ada", metadata: &none, door: Origin::Api, admin: false };
    let begun = served.wait(sign_ins.begin(Flow::Custom, &attempt, &none, &mut Trace::new()));
    let Some(challenge) = follows(begun, returned) else { return };
    assert_eq!(challenge.parameters.get("USERNAME").map(String::as_str), Some("ada"));
    let session = challenge.session.expect("a challenge has a session");
    let responses = ["USERNAME", "ANSWER"].map(|name| (name.to_owned(), "ada".to_owned()));
    let answer = Answer {
        view,
        challenge: challenge.name,
        session: Some(&session),
        responses: &Named::from(responses),
        metadata: &none,
        door: Origin::Api,
        admin: false,
    };
    follows(served.wait(sign_ins.answer(&answer, &mut Trace::new())), returned);
}

/// The challenge, if the step that the function decided about led to one.
fn follows(step: Result<Next, SignInFailure>, returned: &Returned) -> Option<Challenge> {
    match step {
        Ok(Next::SignedIn(proven)) => {
            assert!(yes(returned, "issueTokens") && !yes(returned, "failAuthentication"), "{returned:?}");
            assert_eq!(proven.user.sub.as_str(), SUB);
            None
        }
        Ok(Next::Challenge(challenge)) => {
            let name = said(returned, "challengeName").and_then(Value::as_str);
            assert_eq!(name, Some("CUSTOM_CHALLENGE"), "Ada has no other factor");
            assert_eq!(challenge.name, "CUSTOM_CHALLENGE");
            Some(challenge)
        }
        Err(SignInFailure::Trigger(..) | SignInFailure::Refused(_)) => None,
        Err(failure) => panic!("no fault of the function's: {failure}"),
    }
}

/// A user of elsewhere, of a name that this answer alone is given for.
fn stranger(served: &Served, view: &Arc<ClientView>, bytes: &[u8]) {
    let name = poolpass::tokens::digest(&String::from_utf8_lossy(bytes));
    let (sign_ins, none) = (&served.app.oauth.sign_ins, Named::new());
    let attempt = Attempt { view, username: &name, metadata: &none, door: Origin::Api, admin: false };
    let password = Named::from([("PASSWORD".to_owned(), "Lovelace-1815".to_owned())]);
    let step = served.wait(sign_ins.begin(Flow::Password, &attempt, &password, &mut Trace::new()));
    if let Err(failure) = step {
        assert!(!matches!(failure, SignInFailure::Token(_) | SignInFailure::Access(_)), "{failure}");
    }
}
