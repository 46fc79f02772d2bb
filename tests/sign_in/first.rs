//! The first sign-in: with the sessions of a sign-up and its confirmation.

use serde_json::{Value, json};

use crate::support::{PASSWORD, Reply, World, merged, text};

const FOREIGN: &str = "Invalid session for the user.";
const USED: &str = "Invalid session for the user, session can only be used once.";
const ENDED: &str = "Invalid session for the user, session is expired.";
const MINUTE: i64 = 60_000;

async fn world() -> World {
    World::with(json!({"AutoVerifiedAttributes": ["email"]}), json!({})).await
}

fn wishes(world: &World, name: &str) -> Value {
    let email = json!([{"Name": "email", "Value": format!("{name}@shop.example")}]);
    json!({"ClientId": world.client, "Username": name, "Password": PASSWORD, "UserAttributes": email})
}

/// Signs up; the session and the code.
async fn signed_up(world: &World, name: &str) -> (String, String) {
    let answer = world.done("SignUp", wishes(world, name)).await;
    (text(&answer, "/Session"), world.last_code().await)
}

async fn confirm(world: &World, name: &str, code: &str, session: &str) -> Reply {
    let request = json!({
        "ClientId": world.client, "Username": name, "ConfirmationCode": code, "Session": session,
    });
    world.call("ConfirmSignUp", request).await
}

/// Signs up and confirms; the session.
async fn confirmed(world: &World, name: &str) -> String {
    let (session, code) = signed_up(world, name).await;
    let reply = confirm(world, name, &code, &session).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    text(&reply.body, "/Session")
}

async fn mfa_on(world: &World) {
    let request = json!({
        "UserPoolId": world.pool, "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": true},
    });
    world.done("SetUserPoolMfaConfig", request).await;
}

fn first(world: &World, name: &str, session: &str) -> Value {
    json!({"ClientId": world.client, "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": name}, "Session": session})
}

async fn sign_in(world: &World, name: &str, session: &str) -> Reply {
    world.call("InitiateAuth", first(world, name, session)).await
}

#[tokio::test]
async fn who_signs_up_and_confirms_is_signed_in_without_another_proof() {
    let world = world().await;
    let session = confirmed(&world, "ben").await;
    assert!(session.starts_with("AYAB"), "{session}");
    let signed_in = sign_in(&world, "ben", &session).await;
    signed_in.is_signed_in();
    assert_eq!(signed_in.claims()["username"], "ben");
    assert!(world.steps(&signed_in).contains(&"challenge-answered Held".to_owned()));
}

#[tokio::test]
async fn an_administrator_signs_the_user_in_with_it_too() {
    let world = world().await;
    let session = confirmed(&world, "ben").await;
    let request = merged(first(&world, "ben", &session), json!({"UserPoolId": world.pool}));
    world.call("AdminInitiateAuth", request).await.is_signed_in();
}

#[tokio::test]
async fn a_client_without_the_flow_gets_no_session() {
    let verifying = json!({"AutoVerifiedAttributes": ["email"]});
    let world = World::with(verifying, json!({"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]})).await;
    let answer = world.done("SignUp", wishes(&world, "ben")).await;
    let mut members: Vec<&str> = answer.as_object().expect("an object").keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["CodeDeliveryDetails", "UserConfirmed", "UserSub"]);
    let code = world.last_code().await;
    let request = json!({"ClientId": world.client, "Username": "ben", "ConfirmationCode": code});
    assert_eq!(world.done("ConfirmSignUp", request).await, json!({}));
}

#[tokio::test]
async fn a_user_who_needs_no_confirmation_gets_no_session() {
    let function = json!({"LambdaConfig": {"PreSignUp": "arn:aws:lambda:us-east-1:000000000000:function:yes"}});
    let world = World::scripted(function, json!({}), Box::new(|_| Ok(json!({"autoConfirmUser": true})))).await;
    let answer = world.done("SignUp", wishes(&world, "ben")).await;
    assert_eq!((&answer["UserConfirmed"], answer.get("Session")), (&json!(true), None));
}

/// Signs up and confirms with the code alone; the session.
async fn confirmed_by_code(world: &World, name: &str) -> String {
    let (_, code) = signed_up(world, name).await;
    let request = json!({"ClientId": world.client, "Username": name, "ConfirmationCode": code});
    text(&world.done("ConfirmSignUp", request).await, "/Session")
}

fn passwordless() -> Value {
    let factors = json!({"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}});
    json!({"AutoVerifiedAttributes": ["email"], "Policies": factors})
}

#[tokio::test]
async fn the_code_alone_is_enough_where_codes_are_first_factors() {
    let world = World::with(passwordless(), json!({})).await;
    let session = confirmed_by_code(&world, "ben").await;
    sign_in(&world, "ben", &session).await.is_signed_in();
}

#[tokio::test]
async fn who_has_no_password_needs_none() {
    let world = World::with(passwordless(), json!({})).await;
    let mut request = wishes(&world, "ben");
    request.as_object_mut().expect("an object").remove("Password");
    let session = text(&world.done("SignUp", request).await, "/Session");
    let session = text(&confirm(&world, "ben", &world.last_code().await, &session).await.body, "/Session");
    sign_in(&world, "ben", &session).await.is_signed_in();
}

#[tokio::test]
async fn where_codes_are_no_first_factors_who_has_no_more_is_asked_for_one() {
    let world = world().await;
    let session = confirmed_by_code(&world, "ben").await;
    let asked = sign_in(&world, "ben", &session).await;
    asked.asks("SELECT_CHALLENGE");
    assert_eq!(asked.body["AvailableChallenges"], json!(["PASSWORD_SRP", "PASSWORD"]));
    sign_in(&world, "ben", &session).await.is_refused("NotAuthorizedException", USED);
}

#[tokio::test]
async fn the_code_alone_is_not_enough_for_who_needs_a_second_factor() {
    let world = World::with(passwordless(), json!({})).await;
    mfa_on(&world).await;
    let session = confirmed_by_code(&world, "ben").await;
    sign_in(&world, "ben", &session).await.asks("SELECT_CHALLENGE");
}

#[tokio::test]
async fn a_wrong_code_leaves_the_session_for_another_try() {
    let world = world().await;
    let (session, code) = signed_up(&world, "ben").await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let refused = confirm(&world, "ben", wrong, &session).await;
    refused.is_refused("CodeMismatchException", "Invalid verification code provided, please try again.");
    let session = text(&confirm(&world, "ben", &code, &session).await.body, "/Session");
    sign_in(&world, "ben", &session).await.is_signed_in();
}

#[tokio::test]
async fn a_session_is_good_once() {
    let world = world().await;
    let (begun, code) = signed_up(&world, "ben").await;
    let session = text(&confirm(&world, "ben", &code, &begun).await.body, "/Session");
    confirm(&world, "ben", &code, &begun).await.is_refused("NotAuthorizedException", USED);
    sign_in(&world, "ben", &session).await.is_signed_in();
    sign_in(&world, "ben", &session).await.is_refused("NotAuthorizedException", USED);
}

#[tokio::test]
async fn of_two_first_sign_ins_at_once_one_succeeds() {
    let world = world().await;
    let session = confirmed(&world, "ben").await;
    let (one, other) = tokio::join!(sign_in(&world, "ben", &session), sign_in(&world, "ben", &session));
    let (won, lost) = if one.status == 200 { (one, other) } else { (other, one) };
    won.is_signed_in();
    lost.is_refused("NotAuthorizedException", USED);
}

#[tokio::test]
async fn each_session_ends_after_the_clients_minutes_to_the_millisecond() {
    let world = world().await;
    let (session, bens) = signed_up(&world, "ben").await;
    world.clock.advance_millis(3 * MINUTE);
    confirm(&world, "ben", &bens, &session).await.is_refused("NotAuthorizedException", ENDED);
    let (session, code) = signed_up(&world, "cleo").await;
    world.clock.advance_millis(3 * MINUTE - 1);
    let session = text(&confirm(&world, "cleo", &code, &session).await.body, "/Session");
    world.clock.advance_millis(3 * MINUTE);
    sign_in(&world, "cleo", &session).await.is_refused("NotAuthorizedException", ENDED);
    // What was refused lost nothing.
    let request = json!({"ClientId": world.client, "Username": "ben", "ConfirmationCode": bens});
    text(&world.done("ConfirmSignUp", request).await, "/Session");
}

#[tokio::test]
async fn a_session_is_good_for_its_user_only() {
    for hides in ["ENABLED", "LEGACY"] {
        let verifying = json!({"AutoVerifiedAttributes": ["email"]});
        let world = World::with(verifying, json!({"PreventUserExistenceErrors": hides})).await;
        let (eves, _) = signed_up(&world, "eve").await;
        let (_, code) = signed_up(&world, "ben").await;
        confirm(&world, "ben", &code, &eves).await.is_refused("NotAuthorizedException", FOREIGN);
        confirm(&world, "nobody", &code, &eves).await.is_refused("NotAuthorizedException", FOREIGN);
        let cleos = confirmed(&world, "cleo").await;
        sign_in(&world, "ada", &cleos).await.is_refused("NotAuthorizedException", FOREIGN);
        sign_in(&world, "cleo", &cleos).await.is_signed_in();
    }
}

#[tokio::test]
async fn of_an_unknown_name_nothing_is_learned_with_a_session() {
    let verifying = json!({"AutoVerifiedAttributes": ["email"]});
    let world = World::with(verifying, json!({"PreventUserExistenceErrors": "ENABLED"})).await;
    let session = confirmed(&world, "cleo").await;
    let invented = "AYABAYABAYABAYABAYABAYAB";
    for session in [&session, invented] {
        let (known, unknown) = (sign_in(&world, "ada", session).await, sign_in(&world, "nobody", session).await);
        known.is_refused("NotAuthorizedException", FOREIGN);
        assert_eq!(known.body, unknown.body);
    }
}

#[tokio::test]
async fn a_session_is_good_for_its_client_only() {
    let world = world().await;
    let other = json!({"ClientId": world.new_client(json!({})).await});
    let (session, code) = signed_up(&world, "ben").await;
    let request =
        json!({"ClientId": other["ClientId"], "Username": "ben", "ConfirmationCode": code, "Session": session});
    world.call("ConfirmSignUp", request).await.is_refused("NotAuthorizedException", FOREIGN);
    let session = text(&confirm(&world, "ben", &code, &session).await.body, "/Session");
    let request = merged(first(&world, "ben", &session), other);
    world.call("InitiateAuth", request).await.is_refused("NotAuthorizedException", FOREIGN);
}

#[tokio::test]
async fn a_session_is_good_for_its_step_only() {
    let world = world().await;
    let (begun, code) = signed_up(&world, "ben").await;
    sign_in(&world, "ben", &begun).await.is_refused("NotAuthorizedException", FOREIGN);
    world.admin("AdminConfirmSignUp", "ben").await;
    sign_in(&world, "ben", &begun).await.is_refused("NotAuthorizedException", FOREIGN);
    let chosen = world.initiate("USER_AUTH", json!({"USERNAME": "ada"})).await.asks("SELECT_CHALLENGE");
    sign_in(&world, "ada", &chosen).await.is_refused("NotAuthorizedException", FOREIGN);
    let session = confirmed(&world, "cleo").await;
    confirm(&world, "cleo", &code, &session).await.is_refused("NotAuthorizedException", FOREIGN);
    let answers = json!({"USERNAME": "cleo", "ANSWER": "PASSWORD", "PASSWORD": PASSWORD});
    let refused = world.respond("SELECT_CHALLENGE", &session, answers).await;
    refused.is_refused("NotAuthorizedException", FOREIGN);
}

#[tokio::test]
async fn only_the_flow_of_choice_takes_a_session() {
    let world = world().await;
    let session = confirmed(&world, "ben").await;
    let right = json!({"AuthParameters": {"USERNAME": "ben", "PASSWORD": PASSWORD}});
    for flow in ["USER_PASSWORD_AUTH", "USER_SRP_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH"] {
        let request = merged(merged(first(&world, "ben", &session), right.clone()), json!({"AuthFlow": flow}));
        let sentence = "Session is only taken with the flow USER_AUTH.";
        world.call("InitiateAuth", request).await.is_refused("InvalidParameterException", sentence);
    }
}

#[tokio::test]
async fn what_has_become_of_the_account_counts() {
    let world = world().await;
    let session = confirmed(&world, "disabled").await;
    world.admin("AdminDisableUser", "disabled").await;
    sign_in(&world, "disabled", &session).await.is_refused("NotAuthorizedException", "User is disabled.");
    let session = confirmed(&world, "reset").await;
    world.admin("AdminResetUserPassword", "reset").await;
    let sentence = "Password reset required for the user";
    sign_in(&world, "reset", &session).await.is_refused("PasswordResetRequiredException", sentence);
}

#[tokio::test]
async fn a_password_that_was_set_meanwhile_is_asked_for() {
    let world = world().await;
    for permanent in [true, false] {
        let name = if permanent { "ben" } else { "cleo" };
        let session = confirmed(&world, name).await;
        world.set_password(name, "An0ther!pass", permanent).await;
        sign_in(&world, name, &session).await.asks("SELECT_CHALLENGE");
    }
}

#[tokio::test]
async fn a_code_to_a_former_address_proves_nothing() {
    let world = World::with(passwordless(), json!({})).await;
    let session = confirmed_by_code(&world, "ben").await;
    let changed = json!([{"Name": "email", "Value": "new@shop.example"}, {"Name": "email_verified", "Value": "true"}]);
    let request = json!({"UserPoolId": world.pool, "Username": "ben", "UserAttributes": changed});
    world.done("AdminUpdateUserAttributes", request).await;
    sign_in(&world, "ben", &session).await.asks("SELECT_CHALLENGE");
}

#[tokio::test]
async fn who_takes_the_name_of_a_deleted_user_takes_no_session() {
    let world = world().await;
    let (begun, _) = signed_up(&world, "ben").await;
    world.admin("AdminDeleteUser", "ben").await;
    let (_, code) = signed_up(&world, "ben").await;
    confirm(&world, "ben", &code, &begun).await.is_refused("NotAuthorizedException", FOREIGN);
    let session = confirmed(&world, "cleo").await;
    world.admin("AdminDeleteUser", "cleo").await;
    confirmed(&world, "cleo").await;
    sign_in(&world, "cleo", &session).await.is_refused("NotAuthorizedException", FOREIGN);
}

#[tokio::test]
async fn a_locked_name_is_locked_for_a_first_sign_in_too() {
    let world = world().await;
    let session = confirmed(&world, "ben").await;
    for _ in 0..5 {
        world.with_password("ben", "wrong").await;
    }
    sign_in(&world, "ben", &session).await.is_refused("NotAuthorizedException", "Password attempts exceeded");
}

#[tokio::test]
async fn a_second_factor_is_asked_for_after_it() {
    let world = world().await;
    mfa_on(&world).await;
    let session = confirmed(&world, "ben").await;
    sign_in(&world, "ben", &session).await.asks("MFA_SETUP");
}

#[tokio::test]
async fn the_functions_around_authentication_have_their_say() {
    let arn = "arn:aws:lambda:us-east-1:000000000000:function:log";
    let functions = json!({"PreAuthentication": arn, "PostAuthentication": arn});
    let pool = json!({"AutoVerifiedAttributes": ["email"], "LambdaConfig": functions});
    let world = World::with(pool, json!({})).await;
    let session = confirmed(&world, "ben").await;
    sign_in(&world, "ben", &session).await.is_signed_in();
    let events = world.functions.events.lock().expect("nobody panicked");
    let sources: Vec<&Value> = events.iter().map(|event| &event["triggerSource"]).collect();
    assert_eq!(sources, ["PreAuthentication_Authentication", "PostAuthentication_Authentication"]);
}
