//! The outbox: which words a message has, in which order messages are listed, and when they are gone.

use poolpass::self_service::outbox::Filter;
use serde_json::{Value, json};

use crate::support::{HOUR, World, merged, verifying};

fn email(address: &str) -> Value {
    json!([{"Name": "email", "Value": address}])
}

async fn first_message(pool: Value) -> (String, Option<String>, String) {
    let world = World::new(merged(verifying(), pool), json!({})).await;
    world.sign_up("ada+x", email("ada@example.com")).await;
    let message = world.newest().await;
    let link = format!("client_id={}", world.client);
    (message.code.clone(), message.subject, message.body.replace(&message.code, "CODE").replace(&link, "CLIENT"))
}

#[tokio::test]
async fn a_pool_without_words_gets_ours() {
    let (code, subject, body) = first_message(json!({})).await;
    assert_eq!((code.len(), code.bytes().all(|byte| byte.is_ascii_digit())), (6, true));
    assert_eq!(subject.as_deref(), Some("Verify your account"));
    assert_eq!(body, "CODE is your verification code.");
}

#[tokio::test]
async fn the_words_of_the_pool_are_taken_from_the_template_and_else_from_the_older_members() {
    let older = json!({"EmailVerificationMessage": "Old {####}", "EmailVerificationSubject": "Old"});
    let (_, subject, body) = first_message(older.clone()).await;
    assert_eq!((subject.as_deref(), body.as_str()), (Some("Old"), "Old CODE"));
    let template = json!({"EmailMessage": "Dear {username}, {####}!", "EmailSubject": "New"});
    let both = merged(older, json!({"VerificationMessageTemplate": template}));
    let (_, subject, body) = first_message(both).await;
    assert_eq!((subject.as_deref(), body.as_str()), (Some("New"), "Dear ada+x, CODE!"));
}

#[tokio::test]
async fn a_link_confirms_with_one_click() {
    let template = json!({
        "DefaultEmailOption": "CONFIRM_WITH_LINK",
        "EmailMessageByLink": "Click {##here & now##}",
        "EmailSubjectByLink": "Click",
    });
    let (_, subject, body) = first_message(json!({"VerificationMessageTemplate": template})).await;
    assert_eq!(subject.as_deref(), Some("Click"));
    let link = "http://localhost:7665/confirmUser?CLIENT&amp;user_name=ada%2Bx&amp;confirmation_code=CODE";
    assert_eq!(body, format!("Click <a href=\"{link}\">here & now</a>"));
}

#[tokio::test]
async fn messages_are_listed_newest_first_and_by_user_or_address() {
    let world = World::new(verifying(), json!({})).await;
    world.sign_up("ada", email("ada@example.com")).await;
    world.sign_up("ben", email("ben@example.com")).await;
    world.ask("ResendConfirmationCode", json!({"Username": "ada"})).await;
    let listed = async |user: Option<&str>, to: Option<&str>| {
        let filter = Filter { user: user.map(str::to_owned), to: to.map(str::to_owned) };
        let messages = world.outbox(filter).await;
        messages.iter().map(|message| format!("{} {}", message.user, message.purpose)).collect::<Vec<_>>()
    };
    assert_eq!(listed(None, None).await, ["ada ResendCode", "ben SignUp", "ada SignUp"]);
    assert_eq!(listed(Some("ADA"), None).await, ["ada ResendCode", "ada SignUp"]);
    assert_eq!(listed(None, Some("ben@example.com")).await, ["ben SignUp"]);
    assert_eq!(listed(Some("ada"), Some("ben@example.com")).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_message_is_kept_for_a_day() {
    let world = World::new(verifying(), json!({})).await;
    world.sign_up("ada", email("ada@example.com")).await;
    world.clock.advance_millis(24 * HOUR - 1);
    assert_eq!(world.outbox(Filter::default()).await.len(), 1);
    world.clock.advance_millis(1);
    assert_eq!(world.outbox(Filter::default()).await, []);
}
