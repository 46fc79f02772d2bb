//! Calls to the triggers around a sign-in, and the shape that all their events have.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-identity-pools-working-with-aws-lambda-triggers.html>

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::domain::id::{ClientId, Region, UserPoolId};
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::trace::Evidence;
use crate::domain::user::User;
use crate::hooks::HookFailure;
use crate::tokens::ClientView;

use super::{Attempt, Named, Progress, SignInFailure, SignIns, Steps};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a, Request, Response> {
    version: &'static str,
    region: Region,
    user_pool_id: &'a UserPoolId,
    user_name: &'a str,
    caller_context: CallerContext<'a>,
    trigger_source: &'static str,
    request: Request,
    response: Response,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CallerContext<'a> {
    aws_sdk_version: &'static str,
    client_id: &'a ClientId,
}

/// An event without an answer of its own.
#[derive(Serialize, Deserialize)]
struct Nothing {}

#[derive(Deserialize)]
struct Answered<Response> {
    response: Option<Response>,
}

/// Which trigger is called, for whom and why.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    /// Its name in messages.
    pub(super) trigger: &'static str,
    pub(super) arn: &'a str,
    pub(super) source: &'static str,
    pub(super) view: &'a ClientView,
    pub(super) user_name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PreAuthentication<'a> {
    user_attributes: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_data: Option<&'a Named>,
    user_not_found: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PostAuthentication<'a> {
    user_attributes: BTreeMap<String, String>,
    new_device_used: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_metadata: Option<&'a Named>,
}

impl SignIns {
    /// Asks the trigger before authentication, if the pool has one.
    pub(super) async fn pre_authentication(
        &self,
        attempt: &Attempt<'_>,
        user: Option<&User>,
        trace: &mut Steps,
    ) -> Result<(), SignInFailure> {
        let functions = attempt.view.owner.settings.lambda_config.as_ref();
        let Some(arn) = functions.and_then(|functions| functions.pre_authentication.as_deref()) else { return Ok(()) };
        let call = Call {
            trigger: "PreAuthentication",
            arn,
            source: "PreAuthentication_Authentication",
            view: attempt.view,
            user_name: user.map_or(attempt.username, |user| user.username.as_str()),
        };
        let request = PreAuthentication {
            user_attributes: attributes(user),
            validation_data: unless_empty(attempt.metadata),
            user_not_found: user.is_none(),
        };
        self.call::<_, _, Nothing>(call, request, Nothing {}, trace).await.map(drop)
    }

    /// Tells the trigger after authentication, if the pool has one.
    pub(super) async fn post_authentication(
        &self,
        progress: &Progress<'_>,
        user: &User,
        trace: &mut Steps,
    ) -> Result<(), SignInFailure> {
        let functions = progress.view.owner.settings.lambda_config.as_ref();
        let Some(arn) = functions.and_then(|functions| functions.post_authentication.as_deref()) else { return Ok(()) };
        let call = Call {
            trigger: "PostAuthentication",
            arn,
            source: "PostAuthentication_Authentication",
            view: progress.view,
            user_name: &user.username,
        };
        let request = PostAuthentication {
            user_attributes: attributes(Some(user)),
            new_device_used: false,
            client_metadata: unless_empty(progress.metadata),
        };
        self.call::<_, _, Nothing>(call, request, Nothing {}, trace).await.map(drop)
    }

    /// Calls a trigger and reads its response; one that says nothing keeps the event's own.
    pub(super) async fn call<Request: Serialize, Response: Serialize, Said: DeserializeOwned>(
        &self,
        call: Call<'_>,
        request: Request,
        response: Response,
        trace: &mut Steps,
    ) -> Result<Option<Said>, SignInFailure> {
        let said = self.invoke(call, request, response).await;
        let evidence = Evidence::Remark(call.source);
        match said {
            Ok(said) => {
                trace.grant(SignInRule::TriggerAllowed, evidence);
                Ok(said)
            }
            Err(failure) => {
                let refused = trace.require(SignInRule::TriggerAllowed, false, evidence);
                tracing::warn!(trigger = call.trigger, %failure, refused = refused.is_err(), "a trigger failed");
                Err(SignInFailure::Trigger(call.trigger, failure))
            }
        }
    }

    async fn invoke<Request: Serialize, Response: Serialize, Said: DeserializeOwned>(
        &self,
        call: Call<'_>,
        request: Request,
        response: Response,
    ) -> Result<Option<Said>, HookFailure> {
        let event = Event {
            version: "1",
            region: call.view.pool.region(),
            user_pool_id: &call.view.pool,
            user_name: call.user_name,
            caller_context: CallerContext { aws_sdk_version: "aws-sdk-unknown-unknown", client_id: &call.view.client },
            trigger_source: call.source,
            request,
            response,
        };
        let unreadable = |error: serde_json::Error| HookFailure::Unreadable(call.arn.to_owned(), error.to_string());
        let event = serde_json::to_value(event).map_err(unreadable)?;
        let answer = self.tokens.hooks.invoke(call.arn, event).await?;
        let answered: Answered<Said> = serde_json::from_value(answer).map_err(unreadable)?;
        Ok(answered.response)
    }
}

/// The attributes as triggers see them.
pub(super) fn attributes(user: Option<&User>) -> BTreeMap<String, String> {
    let Some(user) = user else { return BTreeMap::new() };
    let mut attributes = user.attributes.clone();
    attributes.insert("sub".to_owned(), user.sub.to_string());
    attributes.insert("cognito:user_status".to_owned(), user.status.name().to_owned());
    attributes
}

pub(super) fn unless_empty(named: &Named) -> Option<&Named> {
    Some(named).filter(|named| !named.is_empty())
}
