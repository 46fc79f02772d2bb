//! What triggers and declared rules make of tokens, and what the trace says of it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use poolpass::domain::rules::issue_rule::IssueRule;
use poolpass::domain::rules::sign_in_rule::SignInRule;
use poolpass::domain::sign_in::Origin;
use poolpass::domain::trace::Evidence;
use poolpass::hooks::{Functions, HookFailure};
use poolpass::tokens::{TokenFailure, Tokens};
use serde_json::{Value, json};

use super::world::{API, Begun, POOL, World, claim};

const ARN: &str = "arn:aws:lambda:eu-west-1:000000000000:function:tokens";

/// A function that answers always the same, and remembers what it was told.
struct Scripted {
    answer: Result<Value, HookFailure>,
    events: Mutex<Vec<Value>>,
}

#[async_trait]
impl Functions for Scripted {
    async fn invoke(&self, arn: &str, mut event: Value) -> Result<Value, HookFailure> {
        assert_eq!(arn, ARN);
        self.events.lock().unwrap().push(event.clone());
        event["response"] = self.answer.clone()?;
        Ok(event)
    }
}

/// The tokens of a server whose first pool has the trigger.
fn triggered(world: &World, version: &str, answer: Result<Value, HookFailure>) -> (Tokens, Arc<Scripted>) {
    let config = json!({ "PreTokenGenerationConfig": { "LambdaVersion": version, "LambdaArn": ARN } });
    let config = if version == "V1_0" { json!({ "PreTokenGeneration": ARN }) } else { config };
    let answered = world.call("UpdateUserPool", &json!({ "UserPoolId": POOL, "LambdaConfig": config }));
    assert_eq!(answered.status, 200, "{answered:?}");
    let hooks = Arc::new(Scripted { answer, events: Mutex::default() });
    (Tokens { hooks: Arc::clone(&hooks) as _, ..world.tokens().clone() }, hooks)
}

/// The names that a step of this rule noted.
fn noted(begun: &Begun, rule: SignInRule) -> Vec<(&'static str, Vec<String>)> {
    let steps = begun.trace.steps().iter().filter(|step| step.rule == IssueRule::SignIn(rule));
    steps
        .filter_map(|step| match &step.evidence {
            Evidence::Names { of, names, .. } => {
                Some((*of, names.iter().map(|name| name.as_str().to_owned()).collect()))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn the_second_version_adds_scopes_beyond_the_list_and_the_trace_shows_both() {
    let world = World::start();
    let answer = json!({ "claimsAndScopeOverrideDetails": { "accessTokenGeneration": {
        "scopesToAdd": ["openid", "beyond/list"],
        "claimsToAddOrOverride": { "tier": { "level": 1 }, "sub": "x", "aud": "other", "gone": 1 },
        "claimsToSuppress": ["gone"],
    }}});
    let (tokens, hooks) = triggered(&world, "V2_0", Ok(answer));
    let begun = world.begin(&tokens, "web", &[API], Origin::Api);
    let access = begun.result.as_ref().unwrap().access_token.clone();
    assert_eq!(claim(&access, "scope"), format!("{API} openid beyond/list"));
    assert_eq!(claim(&access, "tier"), json!({ "level": 1 }));
    assert_eq!(claim(&access, "sub"), "11111111-1111-4111-8111-111111111111");
    let texts = |names: &[&str]| names.iter().copied().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        noted(&begun, SignInRule::TriggerChangedToken),
        [
            ("scopes before", texts(&[API])),
            ("scopes after", texts(&[API, "openid", "beyond/list"])),
            ("access token claims set", texts(&["tier"])),
            ("access token claims left out", texts(&["gone"])),
            ("access token claims kept", texts(&["aud", "sub"])),
        ]
    );
    let event = hooks.events.lock().unwrap()[0].clone();
    assert_eq!(event["version"], "2");
    assert_eq!(event["triggerSource"], "TokenGeneration_Authentication");
    assert_eq!(event["userName"], "ada");
    assert_eq!(event["callerContext"]["clientId"], "web");
    assert_eq!(event["request"]["scopes"], json!([API]));
    assert_eq!(event["request"]["userAttributes"]["cognito:user_status"], "CONFIRMED");
    assert_eq!(event["request"]["groupConfiguration"]["groupsToOverride"], json!(["staff", "admins"]));
}

#[test]
fn the_first_version_changes_the_id_token_and_the_groups_of_both() {
    let world = World::start();
    let answer = json!({ "claimsOverrideDetails": {
        "claimsToAddOrOverride": { "tier": "gold", "email": "x" }, "claimsToSuppress": ["email"],
        "groupOverrideDetails": { "groupsToOverride": ["guests"] },
    }});
    let (tokens, hooks) = triggered(&world, "V1_0", Ok(answer));
    let tokens = world.begin(&tokens, "web", &[API], Origin::Api).result.unwrap();
    let id = tokens.id_token.unwrap();
    assert_eq!((claim(&id, "tier"), claim(&id, "email")), (json!("gold"), Value::Null));
    assert_eq!(claim(&id, "cognito:roles"), Value::Null);
    assert_eq!(claim(&id, "cognito:groups"), json!(["guests"]));
    assert_eq!(claim(&tokens.access_token, "cognito:groups"), json!(["guests"]));
    assert_eq!(claim(&tokens.access_token, "tier"), Value::Null);
    assert_eq!(hooks.events.lock().unwrap()[0]["request"].get("scopes"), None);
}

#[test]
fn only_the_third_version_is_asked_about_machines() {
    let world = World::start();
    let answer = json!({ "claimsAndScopeOverrideDetails": { "accessTokenGeneration": {
        "scopesToAdd": ["beyond/list"], "scopesToSuppress": ["orders/write"],
        "claimsToAddOrOverride": { "tenant": "red" },
    }}});
    for (version, expected, asked) in [("V2_0", "orders/read orders/write", 0), ("V3_0", "orders/read beyond/list", 1)]
    {
        let (tokens, hooks) = triggered(&world, version, Ok(answer.clone()));
        let (token, events) = machine(&world, &tokens, &hooks);
        assert_eq!(claim(&token, "scope"), expected);
        assert_eq!(claim(&token, "tenant"), if asked == 1 { json!("red") } else { Value::Null });
        assert_eq!(events.len(), asked);
        if let Some(event) = events.first() {
            assert_eq!((&event["userName"], &event["version"]), (&json!("ClientCredentials"), &json!("3")));
            assert_eq!(event["request"]["groupConfiguration"], Value::Null);
            assert_eq!(event["request"]["userAttributes"], json!({}));
            assert_eq!(event["request"]["clientMetadata"], json!({ "a": "b" }));
        }
    }
}

fn machine(world: &World, tokens: &Tokens, hooks: &Scripted) -> (String, Vec<Value>) {
    use poolpass::domain::scope::Scope;
    use poolpass::domain::trace::Trace;
    use poolpass::tokens::{Issuing, Occasion};
    let view = world.view("job");
    let metadata = [("a".to_owned(), "b".to_owned())].into();
    let occasion = Occasion::ClientCredentials;
    let issuing = Issuing { view: &view, issuer: "i", occasion, metadata: &metadata };
    let scopes = vec![Scope::from("orders/read"), Scope::from("orders/write")];
    let (token, _) = world.wait(tokens.machine_token(&issuing, scopes, &mut Trace::new())).unwrap();
    (token.access_token, hooks.events.lock().unwrap().clone())
}

#[test]
fn a_trigger_that_fails_lets_no_token_out_and_the_trace_says_why() {
    let world = World::start();
    let failure = HookFailure::Failed("not today".to_owned());
    let (tokens, _) = triggered(&world, "V2_0", Err(failure.clone()));
    let begun = world.begin(&tokens, "web", &[API], Origin::Api);
    assert!(matches!(&begun.result, Err(TokenFailure::Hook(told)) if *told == failure));
    let last = begun.trace.steps().last().unwrap();
    assert_eq!(last.rule, IssueRule::SignIn(SignInRule::TriggerAllowed));
    // The server's own functions are none, so every trigger fails there.
    let refused = world.exchange("web", &world.code("web", &["openid"], None));
    let told = format!("PreTokenGeneration failed with error {}.", HookFailure::NoEndpoint(ARN.to_owned()));
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json(), json!({ "error": "invalid_request", "error_description": told }));
}

#[test]
fn a_refresh_whose_trigger_fails_costs_nobody_the_token() {
    let world = World::start();
    let token = world.signed_in("rotating", &["openid"]).text("refresh_token");
    let failure = HookFailure::NoEndpoint(ARN.to_owned());
    triggered(&world, "V2_0", Err(failure.clone()));
    let sentence = format!("PreTokenGeneration invocation failed due to error {failure}.");
    let refused = ("UnexpectedLambdaException".to_owned(), sentence);
    let input = json!({ "ClientId": "rotating", "RefreshToken": token });
    assert_eq!(world.refused("GetTokensFromRefreshToken", &input), refused);
    assert_eq!(world.refresh("rotating", &token).text("error"), "invalid_request");
    assert_eq!(world.call("UpdateUserPool", &json!({ "UserPoolId": POOL })).status, 200);
    // Not within the grace period either: nothing was replaced.
    world.pass(3_600);
    assert_eq!(world.refresh("rotating", &token).status, 200);
}

#[test]
fn a_trigger_that_answers_nonsense_lets_no_token_out() {
    let world = World::start();
    let answer = json!({ "claimsAndScopeOverrideDetails": { "accessTokenGeneration": { "scopesToAdd": ["a b"] } } });
    let (tokens, _) = triggered(&world, "V2_0", Ok(answer));
    let result = world.begin(&tokens, "web", &[API], Origin::Api).result;
    assert!(matches!(result, Err(TokenFailure::Hook(HookFailure::Unreadable(..)))));
}

#[test]
fn a_declared_rule_changes_the_tokens_of_its_groups_and_the_trace_says_so() {
    let rules = "{ token_rules: [{ groups: [admins], add_scopes: [orders/delete], suppress_scopes: [orders/read], \
                 access_token: { add: { tier: gold } }, id_token: { suppress: [email] } }] }";
    let world = World::with_options(rules);
    let answer = world.signed_in("web", &["openid", "orders/read"]);
    let (access, id) = (answer.text("access_token"), answer.text("id_token"));
    assert_eq!(claim(&access, "scope"), "openid orders/delete");
    assert_eq!((claim(&access, "tier"), claim(&id, "email")), (json!("gold"), Value::Null));
    let trace = world.get(&format!("/_poolpass/traces/{}", answer.id.unwrap())).json();
    assert_eq!(trace["user"], "ada");
    assert_eq!(
        trace["cause"],
        "the token carries the scopes granted at the sign-in that the client still has; a declared rule changed what the \
         token says, see `token_rules`"
    );
    world.change("ada", |user| user.groups.clear());
    let plain = world.signed_in("web", &["openid", "orders/read"]).text("access_token");
    assert_eq!(claim(&plain, "scope"), "openid orders/read");
}
