//! What users do for themselves: sign-up, recovery, their own attributes.
//!
//! Nobody signs these calls: a client id (with `SecretHash` where the client has a secret) or an access token is enough.
//! `AnalyticsMetadata` and `UserContextData` are checked like everything else and have no effect here.

mod change_password;
mod confirm_forgot_password;
mod confirm_sign_up;
mod delete_user;
mod delete_user_attributes;
mod forgot_password;
mod get_user;
mod get_user_attribute_verification_code;
mod resend_confirmation_code;
mod sign_up;
mod update_user_attributes;
mod verify_user_attribute;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::id::ClientId;
use crate::registry::clients::ClientError;
use crate::self_service::{AccountError, Asking, Delivery, secret_hash};
use crate::sign_in::SignInFailure;
use crate::tokens::ClientView;

use super::Control;
use super::error::AwsError;
use super::error::sign_in::{Step, refusal};
use super::operation::Entry;

/// The operations of users on themselves.
pub(super) const OPERATIONS: &[Entry] = &[
    Entry::of::<sign_up::SignUp>(),
    Entry::of::<confirm_sign_up::ConfirmSignUp>(),
    Entry::of::<resend_confirmation_code::ResendConfirmationCode>(),
    Entry::of::<forgot_password::ForgotPassword>(),
    Entry::of::<confirm_forgot_password::ConfirmForgotPassword>(),
    Entry::of::<change_password::ChangePassword>(),
    Entry::of::<get_user::GetUser>(),
    Entry::of::<update_user_attributes::UpdateUserAttributes>(),
    Entry::of::<delete_user_attributes::DeleteUserAttributes>(),
    Entry::of::<get_user_attribute_verification_code::GetUserAttributeVerificationCode>(),
    Entry::of::<verify_user_attribute::VerifyUserAttribute>(),
    Entry::of::<delete_user::DeleteUser>(),
];

/// `AttributeType`; one without a value has an empty one.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Attribute {
    name: String,
    #[serde(default)]
    value: String,
}

/// Why the session of a sign-up is no good, in the service's words.
fn told(failure: SignInFailure) -> AwsError {
    refusal(failure, &Step { name: "", client: "", view: None, admin: false })
}

/// Names and values as use-cases take them.
fn written(attributes: Vec<Attribute>) -> Vec<(String, String)> {
    attributes.into_iter().map(|Attribute { name, value }| (name, value)).collect()
}

/// What names a user in the calls of those who are not signed in.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    client_id: ClientId,
    secret_hash: Option<String>,
    username: String,
    #[serde(default)]
    client_metadata: BTreeMap<String, String>,
}

impl Named {
    /// The client, if whoever asks knows its secret.
    async fn admit(&self, control: &Control) -> Result<Arc<ClientView>, AwsError> {
        let found = control.sign_ins.tokens.views.find(self.client_id.as_str()).await;
        let found = found.map_err(|failure| AwsError::internal(&failure))?;
        let view = found.ok_or_else(|| ClientError::NotFound(self.client_id.clone()))?;
        let checked = secret_hash::check(&view, &self.username, self.secret_hash.as_deref());
        checked.map_err(|problem| AccountError::SecretHash(self.client_id.clone(), problem))?;
        Ok(view)
    }

    fn asking<'a>(&'a self, view: &'a Arc<ClientView>) -> Asking<'a> {
        Asking { view, username: &self.username, metadata: &self.client_metadata }
    }
}

/// A request that carries nothing but an access token.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SignedIn {
    access_token: String,
}

/// `CodeDeliveryDetailsType`
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CodeDeliveryDetails {
    destination: String,
    delivery_medium: &'static str,
    attribute_name: &'static str,
}

impl From<Delivery> for CodeDeliveryDetails {
    fn from(Delivery { destination, medium }: Delivery) -> Self {
        Self { destination, delivery_medium: medium.name(), attribute_name: medium.attribute() }
    }
}

/// An answer that says where a code went.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CodeSent {
    code_delivery_details: CodeDeliveryDetails,
}

impl From<Delivery> for CodeSent {
    fn from(delivery: Delivery) -> Self {
        Self { code_delivery_details: delivery.into() }
    }
}
