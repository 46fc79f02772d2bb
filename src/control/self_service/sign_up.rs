//! `SignUp`

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::domain::id::Subject;
use crate::registry::Caller;
use crate::self_service::Wishes;

use super::{Attribute, CodeDeliveryDetails, Named, told, written};

/// Makes a user who asks to be one.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html>
pub(super) struct SignUp;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    #[serde(flatten)]
    named: Named,
    password: Option<String>,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
    #[serde(default)]
    validation_data: Vec<Attribute>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    user_confirmed: bool,
    user_sub: Subject,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_delivery_details: Option<CodeDeliveryDetails>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

impl Operation for SignUp {
    const NAME: &'static str = "SignUp";
    const INPUT: &'static [Member] = model::SIGN_UP;
    const SIGNED: bool = false;
    type Input = Input;
    type Output = Output;

    async fn call(control: &Control, _caller: &Caller, input: Input) -> Result<Output, AwsError> {
        let Input { named, password, user_attributes, validation_data } = input;
        let view = named.admit(control).await?;
        let wishes = Wishes {
            password: password.as_deref(),
            attributes: &written(user_attributes),
            validation_data: &written(validation_data).into_iter().collect(),
        };
        let asking = named.asking(&view);
        let signed_up = control.sign_ins.self_service.sign_up(&asking, &wishes).await?;
        let session = control.sign_ins.signed_up(&asking, &signed_up).await.map_err(told)?;
        Ok(Output {
            user_confirmed: signed_up.confirmed,
            user_sub: signed_up.user.sub,
            code_delivery_details: signed_up.delivery.map(Into::into),
            session,
        })
    }
}
