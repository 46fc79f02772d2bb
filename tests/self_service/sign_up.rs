//! `SignUp`: who may, under which names, and what is answered.

use poolpass::domain::secret::Secret;
use poolpass::self_service::{outbox::Filter, secret_hash};
use serde_json::{Value, json};

use crate::support::{PASSWORD, Reply, World, merged, refusal, verifying};

fn invalid(sentence: &str) -> Reply {
    refusal("InvalidParameterException", sentence)
}

fn by_sms(verified: &[&str]) -> Value {
    let sender = json!({"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"});
    json!({"AutoVerifiedAttributes": verified, "SmsConfiguration": sender})
}

#[tokio::test]
async fn a_sign_up_answers_the_sub_and_where_the_code_went() {
    let world = World::new(verifying(), json!({})).await;
    let reply = world.sign_up("ada", json!([{"Name": "email", "Value": "tess@Town.example"}])).await;
    let sub = world.user("ada").await.sub;
    reply.is(&json!({
        "UserConfirmed": false,
        "UserSub": sub.as_str(),
        "CodeDeliveryDetails": {"Destination": "t***@T***", "DeliveryMedium": "EMAIL", "AttributeName": "email"},
    }));
}

#[tokio::test]
async fn nothing_is_delivered_where_the_pool_verifies_no_address_of_the_user() {
    let world = World::new(by_sms(&["phone_number"]), json!({})).await;
    let reply = world.sign_up("ada", json!([{"Name": "email", "Value": "ada@example.com"}])).await;
    reply.is(&json!({"UserConfirmed": false, "UserSub": world.user("ada").await.sub.as_str()}));
    assert_eq!(world.outbox(Filter::default()).await, []);
}

#[tokio::test]
async fn the_telephone_comes_before_the_e_mail_address() {
    let world = World::new(by_sms(&["email", "phone_number"]), json!({})).await;
    let both = json!([{"Name": "email", "Value": "a@b.c"}, {"Name": "phone_number", "Value": "+15555559934"}]);
    let reply = world.sign_up("ada", both).await;
    let details = json!({"Destination": "+*******9934", "DeliveryMedium": "SMS", "AttributeName": "phone_number"});
    assert_eq!(reply.body["CodeDeliveryDetails"], details);
}

#[tokio::test]
async fn only_administrators_make_users_where_the_pool_says_so() {
    let closed = json!({"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": true}});
    let world = World::new(closed, json!({})).await;
    let refused = refusal("NotAuthorizedException", "SignUp is not permitted for this user pool");
    assert_eq!(world.sign_up("ada", json!([])).await, refused);
}

#[tokio::test]
async fn a_taken_name_is_refused_in_every_spelling_where_case_does_not_matter() {
    let taken = refusal("UsernameExistsException", "User already exists");
    let world = World::new(json!({"UsernameConfiguration": {"CaseSensitive": false}}), json!({})).await;
    assert_eq!(world.sign_up("ada", json!([])).await.status, 200);
    assert_eq!(world.sign_up("ADA", json!([])).await, taken);
    let sensitive = World::new(json!({}), json!({})).await;
    assert_eq!(sensitive.sign_up("ada", json!([])).await.status, 200);
    assert_eq!(sensitive.sign_up("ADA", json!([])).await.status, 200);
    assert_eq!(sensitive.sign_up("ada", json!([])).await, taken);
}

#[tokio::test]
async fn of_two_who_sign_up_with_one_name_at_once_one_wins() {
    let world = World::new(json!({}), json!({})).await;
    let (one, other) = tokio::join!(world.sign_up("ada", json!([])), world.sign_up("ada", json!([])));
    let mut answers = [one.status, other.status];
    answers.sort_unstable();
    assert_eq!(answers, [200, 400]);
    let lost = if one.status == 400 { one } else { other };
    assert_eq!(lost, refusal("UsernameExistsException", "User already exists"));
}

#[tokio::test]
async fn of_two_who_both_found_the_name_free_one_wins() {
    // Without a password there is no arithmetic on other threads: both look before either has written.
    let factors = json!({"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}});
    let world = World::new(json!({"Policies": factors}), json!({})).await;
    let sign_up = || world.ask("SignUp", json!({"Username": "ada"}));
    let (one, other) = tokio::join!(sign_up(), sign_up());
    let (won, lost) = if one.status == 200 { (one, other) } else { (other, one) };
    won.is(&json!({"UserConfirmed": false, "UserSub": world.user("ada").await.sub.as_str()}));
    assert_eq!(lost, refusal("UsernameExistsException", "User already exists"));
}

#[tokio::test]
async fn where_addresses_are_user_names_the_name_must_be_one_and_be_free() {
    let email = World::new(json!({"UsernameAttributes": ["email"]}), json!({})).await;
    assert_eq!(email.sign_up("ada", json!([])).await, invalid("Username should be an email."));
    let either = World::new(json!({"UsernameAttributes": ["email", "phone_number"]}), json!({})).await;
    let sentence = "Username should be either an email or a phone number.";
    assert_eq!(either.sign_up("ada", json!([])).await, invalid(sentence));
    assert_eq!(email.sign_up("ada@example.com", json!([])).await.status, 200);
    let user = email.user("ada@example.com").await;
    assert_eq!(user.username, user.sub.as_str());
    let taken = refusal("UsernameExistsException", "An account with the given email already exists.");
    assert_eq!(email.sign_up("ada@example.com", json!([])).await, taken);
}

#[tokio::test]
async fn attributes_and_password_must_fit_the_pool_and_the_client() {
    let required = json!({"Schema": [{"Name": "email", "Required": true}]});
    let world = World::new(required, json!({"WriteAttributes": ["email"]})).await;
    let missing = "Attributes did not conform to the schema: email: The attribute is required\n";
    assert_eq!(world.sign_up("ada", json!([])).await, invalid(missing));
    let email = json!({"Name": "email", "Value": "ada@example.com"});
    let foreign = json!([email, {"Name": "nickname", "Value": "x"}]);
    let refused = refusal("NotAuthorizedException", "A client attempted to write unauthorized attribute");
    assert_eq!(world.sign_up("ada", foreign).await, refused);
    let flagged = json!([email, {"Name": "email_verified", "Value": "true"}]);
    assert_eq!(world.sign_up("ada", flagged).await, refused);
    let weak = json!({"Username": "ada", "Password": "correct-horse-1", "UserAttributes": [email]});
    let sentence = "Password did not conform with policy: Password must have uppercase characters";
    assert_eq!(world.ask("SignUp", weak).await, refusal("InvalidPasswordException", sentence));
    let none = json!({"Username": "ada", "UserAttributes": [email]});
    assert_eq!(world.ask("SignUp", none).await, invalid("User is required to have a password"));
    assert_eq!(world.sign_up("ada", json!([email])).await.status, 200);
}

#[tokio::test]
async fn a_client_with_a_secret_is_believed_with_the_hash_of_it_only() {
    let world = World::new(json!({}), json!({})).await;
    let made = world.add_client(json!({"GenerateSecret": true})).await;
    let (id, secret) = (made["ClientId"].as_str().unwrap(), made["ClientSecret"].as_str().unwrap());
    let hash = |secret: &str| secret_hash::compute(&Secret::new(secret), "ada", &id.into());
    let body = json!({"ClientId": id, "Username": "ada", "Password": PASSWORD});
    let refused = refusal("NotAuthorizedException", &format!("Unable to verify secret hash for client {id}"));
    assert_eq!(world.call("SignUp", body.clone()).await, refused);
    let wrong = merged(body.clone(), json!({"SecretHash": hash("wrong")}));
    assert_eq!(world.call("SignUp", wrong).await, refused);
    let right = merged(body, json!({"SecretHash": hash(secret)}));
    assert_eq!(world.call("SignUp", right).await.status, 200);
}

#[tokio::test]
async fn an_unknown_client_is_named() {
    let world = World::new(json!({}), json!({})).await;
    let body = json!({"ClientId": "nobody", "Username": "ada", "Password": PASSWORD});
    let refused = refusal("ResourceNotFoundException", "User pool client nobody does not exist.");
    assert_eq!(world.call("SignUp", body).await, refused);
}
