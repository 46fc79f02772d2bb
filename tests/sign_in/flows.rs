//! The flows that begin a sign-in, and in which order they refuse.

use std::task::Poll;

use poolpass::domain::rules::sign_in_rule::SignInRule;
use serde_json::json;

use crate::support::{PASSWORD, World, text};

#[tokio::test]
async fn a_password_signs_in_with_one_scope_whatever_the_list_says() {
    let oauth = json!({
        "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid", "email"],
        "AllowedOAuthFlowsUserPoolClient": true, "CallbackURLs": ["http://localhost/cb"],
    });
    let world = World::with(json!({}), oauth).await;
    let signed_in = world.with_password("ada", PASSWORD).await;
    signed_in.is_signed_in();
    assert_eq!(signed_in.claims()["scope"], "aws.cognito.signin.user.admin");
    assert!(world.steps(&signed_in).contains(&"api-sign-in-scope Noted".to_owned()), "{:?}", world.steps(&signed_in));
}

#[tokio::test]
async fn administrators_sign_in_with_their_own_flow() {
    let world = World::new().await;
    for flow in ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"] {
        let request = json!({
            "UserPoolId": world.pool, "ClientId": world.client, "AuthFlow": flow,
            "AuthParameters": {"USERNAME": "ada", "PASSWORD": PASSWORD},
        });
        world.call("AdminInitiateAuth", request).await.is_signed_in();
        let parameters = json!({"USERNAME": "ada", "PASSWORD": PASSWORD});
        let refused = world.initiate(flow, parameters).await;
        refused.is_refused("InvalidParameterException", "Initiate Auth method not supported");
    }
}

#[tokio::test]
async fn a_flow_that_the_client_lacks_is_refused() {
    let world = World::with(json!({}), json!({"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH"]})).await;
    let refused = world.with_password("ada", PASSWORD).await;
    refused.is_refused("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client");
    let request = json!({
        "UserPoolId": world.pool, "ClientId": world.client, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "ada", "PASSWORD": PASSWORD},
    });
    let refused = world.call("AdminInitiateAuth", request).await;
    refused.is_refused("InvalidParameterException", "Auth flow not enabled for this client");
}

#[tokio::test]
async fn what_a_flow_needs_must_be_there() {
    let world = World::new().await;
    let tried = [
        ("USER_PASSWORD_AUTH", json!({"PASSWORD": "x"}), "USERNAME"),
        ("USER_PASSWORD_AUTH", json!({"USERNAME": "ada"}), "PASSWORD"),
        ("USER_SRP_AUTH", json!({"USERNAME": "ada"}), "SRP_A"),
        ("REFRESH_TOKEN_AUTH", json!({}), "REFRESH_TOKEN"),
        ("CUSTOM_AUTH", json!({}), "USERNAME"),
        ("USER_AUTH", json!({}), "USERNAME"),
    ];
    for (flow, parameters, missing) in tried {
        let refused = world.initiate(flow, parameters).await;
        refused.is_refused("InvalidParameterException", &format!("Missing required parameter {missing}"));
    }
}

#[tokio::test]
async fn an_unknown_client_is_not_found_nor_one_of_another_pool() {
    let world = World::new().await;
    let refused = world.initiate_at("nobody", "USER_PASSWORD_AUTH", json!({"USERNAME": "a", "PASSWORD": "b"})).await;
    refused.is_refused("ResourceNotFoundException", "User pool client nobody does not exist.");
    let other = world.done("CreateUserPool", json!({"PoolName": "other"})).await;
    let request = json!({
        "UserPoolId": text(&other, "/UserPool/Id"), "ClientId": world.client, "AuthFlow": "ADMIN_NO_SRP_AUTH",
        "AuthParameters": {"USERNAME": "ada", "PASSWORD": PASSWORD},
    });
    let refused = world.call("AdminInitiateAuth", request).await;
    let sentence = format!("User pool client {} does not exist.", world.client);
    refused.is_refused("ResourceNotFoundException", &sentence);
}

#[tokio::test]
async fn the_state_of_an_account_is_told_only_with_the_right_password() {
    let world = World::new().await;
    let wrong = async || {
        let refused = world.with_password("ada", "wrong").await;
        refused.is_refused("NotAuthorizedException", "Incorrect username or password.");
        world.with_password("ada", PASSWORD).await
    };
    world.admin("AdminDisableUser", "ada").await;
    wrong().await.is_refused("NotAuthorizedException", "User is disabled.");
    world.admin("AdminEnableUser", "ada").await;
    world.admin("AdminResetUserPassword", "ada").await;
    let sentence = "Password reset required for the user";
    wrong().await.is_refused("PasswordResetRequiredException", sentence);
    let request = json!({"ClientId": world.client, "Username": "grace", "Password": PASSWORD});
    world.done("SignUp", request).await;
    let refused = world.with_password("grace", "wrong").await;
    refused.is_refused("NotAuthorizedException", "Incorrect username or password.");
    let refused = world.with_password("grace", PASSWORD).await;
    refused.is_refused("UserNotConfirmedException", "User is not confirmed.");
}

#[tokio::test]
async fn a_temporary_password_ends() {
    let world = World::new().await;
    world.set_password("ada", "Temp0rary!", false).await;
    world.clock.advance_millis(7 * 86_400_000 - 1);
    world.with_password("ada", "Temp0rary!").await.asks("NEW_PASSWORD_REQUIRED");
    world.clock.advance_millis(1);
    let refused = world.with_password("ada", "Temp0rary!").await;
    let sentence = "Temporary password has expired and must be reset by an administrator.";
    refused.is_refused("NotAuthorizedException", sentence);
}

#[tokio::test]
async fn five_wrong_passwords_lock_the_name_for_a_second() {
    let world = World::new().await;
    for _ in 0..5 {
        let refused = world.with_password("ada", "wrong").await;
        refused.is_refused("NotAuthorizedException", "Incorrect username or password.");
    }
    let refused = world.with_password("ada", PASSWORD).await;
    refused.is_refused("NotAuthorizedException", "Password attempts exceeded");
    let begun = world.srp_begun("ada").await;
    begun.is_refused("NotAuthorizedException", "Password attempts exceeded");
    world.clock.advance_millis(1000);
    world.with_password("ada", PASSWORD).await.is_signed_in();
}

#[tokio::test]
async fn an_empty_secret_hash_is_none() {
    let world = World::new().await;
    let parameters = json!({"USERNAME": "ada", "PASSWORD": PASSWORD, "SECRET_HASH": ""});
    world.initiate("USER_PASSWORD_AUTH", parameters.clone()).await.is_signed_in();
    let client = world.new_client(json!({"GenerateSecret": true})).await;
    let refused = world.initiate_at(&client, "USER_PASSWORD_AUTH", parameters).await;
    let sentence = format!("Client {client} is configured with secret but SECRET_HASH was not received");
    refused.is_refused("NotAuthorizedException", &sentence);
}

#[tokio::test]
async fn a_secret_hash_is_demanded_and_checked() {
    let world = World::new().await;
    let client = world.new_client(json!({"ClientSecret": "1example23456789secret000000"})).await;
    let hash = |name: &str| {
        use base64::Engine;
        use hmac::{KeyInit, Mac};
        let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(b"1example23456789secret000000").unwrap();
        mac.update(format!("{name}{client}").as_bytes());
        base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes())
    };
    let sign_in = async |parameters| world.initiate_at(&client, "USER_PASSWORD_AUTH", parameters).await;
    let missing = sign_in(json!({"USERNAME": "ada", "PASSWORD": PASSWORD})).await;
    let sentence = format!("Client {client} is configured with secret but SECRET_HASH was not received");
    missing.is_refused("NotAuthorizedException", &sentence);
    let wrong = sign_in(json!({"USERNAME": "ada", "PASSWORD": PASSWORD, "SECRET_HASH": hash("Ada")})).await;
    let sentence = format!("SecretHash does not match for the client: {client}");
    wrong.is_refused("NotAuthorizedException", &sentence);
    let right = sign_in(json!({"USERNAME": "ada", "PASSWORD": PASSWORD, "SECRET_HASH": hash("ada")})).await;
    let refresh_token = text(&right.body, "/AuthenticationResult/RefreshToken");
    let refresh = async |hash: String| {
        let parameters = json!({"REFRESH_TOKEN": refresh_token, "SECRET_HASH": hash});
        world.initiate_at(&client, "REFRESH_TOKEN_AUTH", parameters).await
    };
    refresh(hash("somebody")).await.is_refused("NotAuthorizedException", &sentence);
    let refreshed = refresh(hash("ada")).await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    assert_eq!(refreshed.body.pointer("/AuthenticationResult/RefreshToken"), None);
    // Whose name a hash should have been made with, an unknown token does not say.
    let parameters = json!({"REFRESH_TOKEN": "unknown", "SECRET_HASH": hash("ada")});
    let unknown = world.initiate_at(&client, "REFRESH_TOKEN_AUTH", parameters).await;
    unknown.is_refused("NotAuthorizedException", "Invalid Refresh Token.");
}

#[tokio::test]
async fn a_new_password_is_demanded_and_judged_before_the_session_is_spent() {
    let world = World::new().await;
    world.set_password("ada", "Temp0rary!", false).await;
    let begun = world.with_password("ada", "Temp0rary!").await;
    let session = begun.asks("NEW_PASSWORD_REQUIRED");
    assert_eq!(text(&begun.body, "/ChallengeParameters/requiredAttributes"), "[]");
    let shown = text(&begun.body, "/ChallengeParameters/userAttributes");
    assert_eq!(shown, r#"{"email":"ada@shop.example","email_verified":"true"}"#);
    let answer = async |responses| world.respond("NEW_PASSWORD_REQUIRED", &session, responses).await;
    let short = answer(json!({"NEW_PASSWORD": "aA1!"})).await;
    let sentence = "Password did not conform with policy: Password not long enough";
    short.is_refused("InvalidPasswordException", sentence);
    let named = answer(json!({"NEW_PASSWORD": "An0ther!pass", "userAttributes.name": "Ada"})).await;
    named.is_signed_in();
    let unused = world.remarks(&named, SignInRule::SessionUnused);
    assert!(unused.iter().all(Option::is_none) && !unused.is_empty(), "{unused:?}");
    let again = answer(json!({"NEW_PASSWORD": "Th1rd!password"})).await;
    let sentence = "Invalid session for the user, session can only be used once.";
    again.is_refused("NotAuthorizedException", sentence);
    world.with_password("ada", "An0ther!pass").await.is_signed_in();
    let user = world.admin("AdminGetUser", "ada").await;
    assert_eq!(user["UserStatus"], "CONFIRMED");
    assert!(user["UserAttributes"].as_array().unwrap().contains(&json!({"Name": "name", "Value": "Ada"})));
}

#[tokio::test]
async fn a_missing_required_attribute_comes_with_the_new_password() {
    let schema = json!([{"Name": "email", "Required": true}, {"Name": "name", "Required": true, "Mutable": true}]);
    let world = World::with(json!({"Schema": schema}), json!({})).await;
    world.set_password("ada", "Temp0rary!", false).await;
    let begun = world.with_password("ada", "Temp0rary!").await;
    let session = begun.asks("NEW_PASSWORD_REQUIRED");
    assert_eq!(text(&begun.body, "/ChallengeParameters/requiredAttributes"), r#"["userAttributes.name"]"#);
    let answer = async |responses| world.respond("NEW_PASSWORD_REQUIRED", &session, responses).await;
    let without = answer(json!({"NEW_PASSWORD": "An0ther!pass"})).await;
    let sentence = "Attributes did not conform to the schema: name: The attribute is required\n";
    without.is_refused("InvalidParameterException", sentence);
    let changed = json!({
        "NEW_PASSWORD": "An0ther!pass", "userAttributes.name": "Ada", "userAttributes.email": "eve@shop.example",
    });
    answer(changed).await.is_refused("NotAuthorizedException", "Cannot modify an already provided email");
    answer(json!({"NEW_PASSWORD": "An0ther!pass", "userAttributes.name": "Ada"})).await.is_signed_in();
}

#[tokio::test]
async fn guesses_at_once_learn_no_more_than_guesses_in_a_row() {
    let world = World::new().await;
    let guess = |_| world.with_password("ada", "wrong");
    let mut guesses: Vec<_> = (0..20).map(|number| Box::pin(guess(number))).collect();
    let mut answers = Vec::new();
    std::future::poll_fn(|context| {
        guesses.retain_mut(|guess| match guess.as_mut().poll(context) {
            Poll::Ready(answer) => {
                answers.push(answer);
                false
            }
            Poll::Pending => true,
        });
        if guesses.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    let told = |sentence: &str| answers.iter().filter(|answer| answer.body["message"] == sentence).count();
    assert_eq!([told("Incorrect username or password."), told("Password attempts exceeded")], [5, 15]);
    world.with_password("ada", PASSWORD).await.is_refused("NotAuthorizedException", "Password attempts exceeded");
}
