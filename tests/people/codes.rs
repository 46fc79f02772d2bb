//! Authorization codes: spent once, by their client, with their callback and their verifier.

use super::world::{CALLBACK, SECRET, World, claim};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// The S256 challenge of it (RFC 7636, appendix B).
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const INVALID_GRANT: (u16, &str) = (400, r#"{"error":"invalid_grant"}"#);

#[test]
fn a_code_is_redeemed_once_and_what_it_gave_still_works() {
    let world = World::start();
    let code = world.code("web", &["openid"], None);
    let first = world.exchange("web", &code);
    assert_eq!(first.status, 200);
    assert_eq!(world.exchange("web", &code).told(), INVALID_GRANT);
    assert_eq!(world.refresh("web", &first.text("refresh_token")).status, 200);
}

#[test]
fn of_parallel_exchanges_exactly_one_wins() {
    let world = World::start();
    let code = world.code("web", &["openid"], None);
    let mut answers: Vec<_> = std::thread::scope(|scope| {
        let exchange = |_| scope.spawn(|| world_exchange(&world, &code));
        let running: Vec<_> = (0..8).map(exchange).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    answers.sort_unstable();
    assert_eq!(answers, [200, 400, 400, 400, 400, 400, 400, 400]);
}

fn world_exchange(world: &World, code: &str) -> u16 {
    world.exchange("web", code).status
}

#[test]
fn a_stranger_neither_gets_nor_burns_a_code() {
    let world = World::start();
    let code = world.code("web", &["openid"], None);
    assert_eq!(world.exchange("other", &code).told(), INVALID_GRANT);
    assert_eq!(world.exchange("elsewhere", &code).told(), INVALID_GRANT);
    assert_eq!(world.exchange("web", &code).status, 200);
}

#[test]
fn a_client_that_does_not_prove_itself_burns_nothing() {
    let world = World::start();
    let code = world.code("backend", &["openid"], None);
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", CALLBACK)];
    let refused = world.post("/oauth2/token", Some(("backend", "a_wrong_secret")), &form);
    let told = r#"{"error":"invalid_client","error_description":"invalid_client_secret"}"#;
    assert_eq!(refused.told(), (400, told));
    assert_eq!(world.post("/oauth2/token", Some(("backend", SECRET)), &form).status, 200);
}

#[test]
fn a_code_ends_after_five_minutes() {
    let world = World::start();
    let (fresh, old) = (world.code("web", &["openid"], None), world.code("web", &["openid"], None));
    world.pass(299);
    assert_eq!(world.exchange("web", &fresh).status, 200);
    world.pass(1);
    assert_eq!(world.exchange("web", &old).told(), INVALID_GRANT);
}

#[test]
fn a_callback_that_differs_by_a_slash_is_refused_explained_and_burns_the_code() {
    let world = World::start();
    let code = world.code("web", &["openid"], None);
    let callback = format!("{CALLBACK}/");
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "web"),
        ("code", code.as_str()),
        ("redirect_uri", callback.as_str()),
    ];
    let refused = world.token(&form);
    let told = r#"{"error":"unauthorized_client","error_description":"invalid_redirect"}"#;
    assert_eq!(refused.told(), (400, told));
    let trace = world.get(&format!("/_poolpass/traces/{}", refused.id.unwrap())).json();
    assert_eq!(
        trace["cause"],
        "the request names the callback `http://localhost:3000/callback/`, the code was sent to \
         `http://localhost:3000/callback`; they differ from character 31 on (only a slash at the end); the code is spent \
         all the same: repeat the `redirect_uri` exactly"
    );
    assert_eq!(world.exchange("web", &code).told(), INVALID_GRANT);
}

#[test]
fn a_wrong_or_missing_verifier_is_refused_and_burns_the_code() {
    let world = World::start();
    for verifier in [None, Some("wrong"), Some(CHALLENGE)] {
        let code = world.code("web", &["openid"], Some(CHALLENGE));
        assert_eq!(verified(&world, &code, verifier), INVALID_GRANT.0, "{verifier:?}");
        assert_eq!(verified(&world, &code, Some(VERIFIER)), 400, "{verifier:?}");
    }
    let code = world.code("web", &["openid"], Some(CHALLENGE));
    assert_eq!(verified(&world, &code, Some(VERIFIER)), 200);
}

#[test]
fn a_verifier_that_nobody_asked_for_is_ignored() {
    let world = World::start();
    let code = world.code("web", &["openid"], None);
    assert_eq!(verified(&world, &code, Some(VERIFIER)), 200);
}

fn verified(world: &World, code: &str, verifier: Option<&str>) -> u16 {
    let mut form =
        vec![("grant_type", "authorization_code"), ("client_id", "web"), ("code", code), ("redirect_uri", CALLBACK)];
    form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
    world.token(&form).status
}

#[test]
fn a_user_who_is_disabled_signed_out_or_another_gets_nothing_for_a_code() {
    let world = World::start();
    let later = world.clock.clone();
    let changes: [&dyn Fn(&mut poolpass::domain::user::User); 3] = [
        &|user| user.enabled = false,
        &|user| user.signed_out = Some(poolpass::effects::Clock::now(&*later)),
        &|user| user.sub = "44444444-4444-4444-8444-444444444444".into(),
    ];
    for change in changes {
        let code = world.code("web", &["openid"], None);
        let before = world.user(&"eu-west-1_People001".into(), "ada");
        world.change("ada", change);
        assert_eq!(world.exchange("web", &code).told(), INVALID_GRANT);
        world.change("ada", |user| *user = before.clone());
    }
}

#[test]
fn a_client_that_may_not_read_what_its_scopes_mean_gets_nothing() {
    let world = World::start();
    let code = world.code("narrow", &["openid", "email"], None);
    let refused = world.exchange("narrow", &code);
    assert_eq!(refused.told(), INVALID_GRANT);
    let trace = world.get(&format!("/_poolpass/traces/{}", refused.id.unwrap())).json();
    assert_eq!(
        trace["cause"],
        "client `narrow` may not read every attribute behind the granted scopes: add `email_verified` to its \
         ReadAttributes, or ask for fewer scopes"
    );
    let answer = world.signed_in("narrow", &["openid"]);
    assert_eq!(claim(&answer.text("id_token"), "email"), "ada@example.com");
    assert_eq!(claim(&answer.text("id_token"), "name"), serde_json::Value::Null);
}

#[test]
fn a_client_without_the_flow_is_told_so_before_its_code_is_looked_at() {
    let world = World::start();
    let form = [("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", CALLBACK)];
    let refused = world.post("/oauth2/token", Some(("job", SECRET)), &form);
    assert_eq!(refused.told(), (400, r#"{"error":"unauthorized_client"}"#));
    let missing = [("grant_type", "authorization_code"), ("client_id", "web"), ("code", "x")];
    assert_eq!(world.token(&missing).told(), (400, r#"{"error":"invalid_request"}"#));
}
