//! What users do for themselves: signing up, forgotten passwords, their own attributes.

use super::auth::{ANALYTICS_METADATA, SESSION, TOKEN, USER_CONTEXT_DATA};
use super::user_pool_clients::CLIENT_ID;
use super::users::{ATTRIBUTE_NAME, ATTRIBUTE_NAMES, ATTRIBUTES, CLIENT_METADATA, PASSWORD, USERNAME};
use super::{Member, Shape, Text, optional, required};

/// `SecretHashType`.
pub const SECRET_HASH: Shape = Shape::Text(Text::between(1, 128).matching(r"[\w+=/]+").sensitive());
/// `ConfirmationCodeType`.
pub const CONFIRMATION_CODE: Shape = Shape::Text(Text::between(1, 2048).matching(r"[\S]+"));

/// `SignUp`.
pub const SIGN_UP: &[Member] = &[
    required("ClientId", &CLIENT_ID),
    optional("SecretHash", &SECRET_HASH),
    required("Username", &USERNAME),
    optional("Password", &PASSWORD),
    optional("UserAttributes", &ATTRIBUTES),
    optional("ValidationData", &ATTRIBUTES),
    optional("AnalyticsMetadata", &ANALYTICS_METADATA),
    optional("UserContextData", &USER_CONTEXT_DATA),
    optional("ClientMetadata", &CLIENT_METADATA),
];

/// `ConfirmSignUp`.
pub const CONFIRM_SIGN_UP: &[Member] = &[
    required("ClientId", &CLIENT_ID),
    optional("SecretHash", &SECRET_HASH),
    required("Username", &USERNAME),
    required("ConfirmationCode", &CONFIRMATION_CODE),
    optional("ForceAliasCreation", &Shape::Boolean),
    optional("AnalyticsMetadata", &ANALYTICS_METADATA),
    optional("UserContextData", &USER_CONTEXT_DATA),
    optional("ClientMetadata", &CLIENT_METADATA),
    optional("Session", &SESSION),
];

/// `ResendConfirmationCode`.
pub const RESEND_CONFIRMATION_CODE: &[Member] = &[
    required("ClientId", &CLIENT_ID),
    optional("SecretHash", &SECRET_HASH),
    optional("UserContextData", &USER_CONTEXT_DATA),
    required("Username", &USERNAME),
    optional("AnalyticsMetadata", &ANALYTICS_METADATA),
    optional("ClientMetadata", &CLIENT_METADATA),
];

/// `ForgotPassword`.
pub const FORGOT_PASSWORD: &[Member] = RESEND_CONFIRMATION_CODE;

/// `ConfirmForgotPassword`.
pub const CONFIRM_FORGOT_PASSWORD: &[Member] = &[
    required("ClientId", &CLIENT_ID),
    optional("SecretHash", &SECRET_HASH),
    required("Username", &USERNAME),
    required("ConfirmationCode", &CONFIRMATION_CODE),
    required("Password", &PASSWORD),
    optional("AnalyticsMetadata", &ANALYTICS_METADATA),
    optional("UserContextData", &USER_CONTEXT_DATA),
    optional("ClientMetadata", &CLIENT_METADATA),
];

/// `ChangePassword`.
pub const CHANGE_PASSWORD: &[Member] = &[
    optional("PreviousPassword", &PASSWORD),
    required("ProposedPassword", &PASSWORD),
    required("AccessToken", &TOKEN),
];

/// `GetUser`.
pub const GET_USER: &[Member] = &[required("AccessToken", &TOKEN)];

/// `UpdateUserAttributes`.
pub const UPDATE_USER_ATTRIBUTES: &[Member] = &[
    required("UserAttributes", &ATTRIBUTES),
    required("AccessToken", &TOKEN),
    optional("ClientMetadata", &CLIENT_METADATA),
];

/// `DeleteUserAttributes`.
pub const DELETE_USER_ATTRIBUTES: &[Member] =
    &[required("UserAttributeNames", &ATTRIBUTE_NAMES), required("AccessToken", &TOKEN)];

/// `GetUserAttributeVerificationCode`.
pub const GET_USER_ATTRIBUTE_VERIFICATION_CODE: &[Member] = &[
    required("AccessToken", &TOKEN),
    required("AttributeName", &ATTRIBUTE_NAME),
    optional("ClientMetadata", &CLIENT_METADATA),
];

/// `VerifyUserAttribute`.
pub const VERIFY_USER_ATTRIBUTE: &[Member] = &[
    required("AccessToken", &TOKEN),
    required("AttributeName", &ATTRIBUTE_NAME),
    required("Code", &CONFIRMATION_CODE),
];

/// `DeleteUser`.
pub const DELETE_USER: &[Member] = GET_USER;
