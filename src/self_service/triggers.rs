//! The functions that have a say when an account is made, confirmed or written to.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html>

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::domain::id::ClientId;
use crate::domain::pool::UserPool;
use crate::domain::settings::LambdaConfig;
use crate::domain::user::User;
use crate::hooks::{HookFailure, Hooks};

/// What the events say of calls that no client made.
const NO_CLIENT: &str = "CLIENT_ID_NOT_APPLICABLE";

/// What every event says.
pub struct Call<'a> {
    /// The pool.
    pub pool: &'a UserPool,
    /// The client, unless an administrator acts.
    pub client: Option<&'a ClientId>,
    /// The user's name.
    pub username: &'a str,
    /// The user's attributes.
    pub attributes: Value,
    /// What the caller hands to the functions.
    pub metadata: &'a BTreeMap<String, String>,
}

/// Why a function had no say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{trigger}: {failure}")]
pub struct TriggerFailure {
    /// The trigger's name, such as `PreSignUp`.
    pub trigger: &'static str,
    /// What went wrong.
    pub failure: HookFailure,
}

/// What the function before a sign-up decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PreSignUp {
    /// Whether the user need not confirm.
    pub confirm: bool,
    /// Whether the e-mail address counts as verified.
    pub verify_email: bool,
    /// Whether the telephone number counts as verified.
    pub verify_phone: bool,
}

/// What the function that knows the users of elsewhere says of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Elsewhere {
    /// The attributes; without them the function knows nobody of this name.
    pub user_attributes: Option<BTreeMap<String, String>>,
    /// `CONFIRMED`, or else the user must set a new password.
    pub final_user_status: Option<String>,
    /// Whether aliases of others go over to the user.
    pub force_alias_creation: Option<bool>,
}

/// What the function that writes messages put in the place of the pool's own texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomMessage {
    /// The text of an SMS.
    pub sms_message: Option<String>,
    /// The text of an e-mail.
    pub email_message: Option<String>,
    /// Its subject.
    pub email_subject: Option<String>,
}

/// The user's attributes as events show them.
pub fn attributes_of(user: &User) -> Value {
    let mut attributes: Map<String, Value> =
        user.attributes.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    attributes.insert("sub".to_owned(), json!(user.sub.as_str()));
    attributes.insert("cognito:user_status".to_owned(), json!(user.status.name()));
    Value::Object(attributes)
}

impl<'a> Call<'a> {
    /// A call about this user.
    pub fn about(
        pool: &'a UserPool,
        client: Option<&'a ClientId>,
        user: &'a User,
        metadata: &'a BTreeMap<String, String>,
    ) -> Self {
        Self { pool, client, username: &user.username, attributes: attributes_of(user), metadata }
    }

    /// The function that the pool names for something, if any.
    fn function(&self, of: fn(&LambdaConfig) -> Option<&String>) -> Option<&'a str> {
        self.pool.settings.lambda_config.as_ref().and_then(of).map(String::as_str)
    }

    /// Sends the event; answers the `response` that came back.
    pub async fn invoke(
        &self,
        hooks: &Hooks,
        (trigger, source): (&'static str, &str),
        arn: &str,
        (more, response): (Value, Value),
    ) -> Result<Value, TriggerFailure> {
        let mut request = json!({"userAttributes": self.attributes});
        merge(&mut request, more);
        if !self.metadata.is_empty() {
            merge(&mut request, json!({"clientMetadata": self.metadata}));
        }
        self.send(hooks, (trigger, source), arn, (request, response)).await
    }

    async fn send(
        &self,
        hooks: &Hooks,
        (trigger, source): (&'static str, &str),
        arn: &str,
        (request, response): (Value, Value),
    ) -> Result<Value, TriggerFailure> {
        let event = json!({
            "version": "1",
            "region": self.pool.id.region().as_str(),
            "userPoolId": self.pool.id.as_str(),
            "userName": self.username,
            "callerContext": {
                "awsSdkVersion": "aws-sdk-unknown-unknown",
                "clientId": self.client.map_or(NO_CLIENT, ClientId::as_str),
            },
            "triggerSource": source,
            "request": request,
            "response": response,
        });
        let answered = hooks.invoke(arn, event).await.map_err(|failure| TriggerFailure { trigger, failure })?;
        if let Value::Object(mut event) = answered {
            return Ok(event.remove("response").unwrap_or(Value::Null));
        }
        let failure = HookFailure::Unreadable(arn.to_owned(), "it is no JSON object".to_owned());
        Err(TriggerFailure { trigger, failure })
    }

    /// Asks the function before a sign-up, if there is one.
    pub async fn pre_sign_up(
        &self,
        hooks: &Hooks,
        source: &str,
        validation_data: &BTreeMap<String, String>,
    ) -> Result<PreSignUp, TriggerFailure> {
        let Some(arn) = self.function(|lambdas| lambdas.pre_sign_up.as_ref()) else { return Ok(PreSignUp::default()) };
        let more = if validation_data.is_empty() { json!({}) } else { json!({"validationData": validation_data}) };
        let undecided = json!({"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false});
        let answer = self.invoke(hooks, ("PreSignUp", source), arn, (more, undecided)).await?;
        let yes = |name: &str| answer.get(name).and_then(Value::as_bool).unwrap_or(false);
        Ok(PreSignUp {
            confirm: yes("autoConfirmUser"),
            verify_email: yes("autoVerifyEmail"),
            verify_phone: yes("autoVerifyPhone"),
        })
    }

    /// Asks the function that knows the users of elsewhere, if there is one. A password is shown to it at a sign-in
    /// alone, and what the caller says is `validationData` then.
    pub async fn user_migration(
        &self,
        hooks: &Hooks,
        password: Option<&str>,
    ) -> Result<Option<Elsewhere>, TriggerFailure> {
        let Some(arn) = self.function(|lambdas| lambdas.user_migration.as_ref()) else { return Ok(None) };
        let trigger = "UserMigration";
        let (source, told, mut request) = match password {
            Some(password) => ("UserMigration_Authentication", "validationData", json!({"password": password})),
            None => ("UserMigration_ForgotPassword", "clientMetadata", json!({})),
        };
        if !self.metadata.is_empty() {
            merge(&mut request, json!({told: self.metadata}));
        }
        let unsaid = json!({
            "userAttributes": null, "finalUserStatus": null, "messageAction": null, "desiredDeliveryMediums": null,
            "forceAliasCreation": null,
        });
        let answer = self.send(hooks, (trigger, source), arn, (request, unsaid)).await?;
        Option::deserialize(answer).map_err(|error| {
            let failure = HookFailure::Unreadable(arn.to_owned(), error.to_string());
            TriggerFailure { trigger, failure }
        })
    }

    /// Tells the function after a confirmation, if there is one.
    pub async fn post_confirmation(&self, hooks: &Hooks, source: &str) -> Result<(), TriggerFailure> {
        let Some(arn) = self.function(|lambdas| lambdas.post_confirmation.as_ref()) else { return Ok(()) };
        self.invoke(hooks, ("PostConfirmation", source), arn, (json!({}), json!({}))).await.map(drop)
    }

    /// Asks the function that writes messages, if there is one.
    pub async fn custom_message(&self, hooks: &Hooks, source: &str) -> Result<CustomMessage, TriggerFailure> {
        let Some(arn) = self.function(|lambdas| lambdas.custom_message.as_ref()) else {
            return Ok(CustomMessage::default());
        };
        let invited = source == "CustomMessage_AdminCreateUser";
        let username = if invited { json!("{username}") } else { Value::Null };
        let more =
            json!({"codeParameter": "{####}", "linkParameter": "{##Click Here##}", "usernameParameter": username});
        let unwritten = json!({"smsMessage": null, "emailMessage": null, "emailSubject": null});
        let answer = self.invoke(hooks, ("CustomMessage", source), arn, (more, unwritten)).await?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(CustomMessage {
            sms_message: text("smsMessage"),
            email_message: text("emailMessage"),
            email_subject: text("emailSubject"),
        })
    }
}

fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}
