//! Signing in over the API, and the factors that it asks for.

use super::user_pool_clients::CLIENT_ID;
use super::user_pools::{STRING, STRING_TEXT, USER_POOL_ID};
use super::users::{CLIENT_METADATA, USERNAME};
use super::{Bounds, Member, Shape, Text, optional, required};

/// `AuthFlowType`.
pub const AUTH_FLOW: Shape = Shape::Choice(&[
    "USER_SRP_AUTH",
    "REFRESH_TOKEN_AUTH",
    "REFRESH_TOKEN",
    "CUSTOM_AUTH",
    "ADMIN_NO_SRP_AUTH",
    "USER_PASSWORD_AUTH",
    "ADMIN_USER_PASSWORD_AUTH",
    "USER_AUTH",
]);
/// `ChallengeNameType`.
pub const CHALLENGE_NAME: Shape = Shape::Choice(&[
    "SMS_MFA",
    "EMAIL_OTP",
    "SOFTWARE_TOKEN_MFA",
    "SELECT_MFA_TYPE",
    "MFA_SETUP",
    "PASSWORD_VERIFIER",
    "CUSTOM_CHALLENGE",
    "SELECT_CHALLENGE",
    "DEVICE_SRP_AUTH",
    "DEVICE_PASSWORD_VERIFIER",
    "ADMIN_NO_SRP_AUTH",
    "NEW_PASSWORD_REQUIRED",
    "SMS_OTP",
    "PASSWORD",
    "WEB_AUTHN",
    "PASSWORD_SRP",
]);
/// `AuthParametersType` and `ChallengeResponsesType`.
pub const AUTH_PARAMETERS: Shape =
    Shape::Map(Bounds::NONE, STRING_TEXT.sensitive(), &Shape::Text(STRING_TEXT.sensitive()));
/// `SessionType`.
pub const SESSION: Shape = Shape::Text(Text::between(20, 4096).sensitive());
/// `AnalyticsMetadataType`.
pub const ANALYTICS_METADATA: Shape = Shape::Structure(&[optional("AnalyticsEndpointId", &STRING)]);
/// `UserContextDataType`.
pub const USER_CONTEXT_DATA: Shape =
    Shape::Structure(&[optional("IpAddress", &STRING), optional("EncodedData", &STRING)]);
/// `ContextDataType`.
pub const CONTEXT_DATA: Shape = Shape::Structure(&[
    required("IpAddress", &STRING),
    required("ServerName", &STRING),
    required("ServerPath", &STRING),
    required(
        "HttpHeaders",
        &Shape::List(
            Bounds::NONE,
            &Shape::Structure(&[optional("headerName", &STRING), optional("headerValue", &STRING)]),
        ),
    ),
    optional("EncodedData", &STRING),
]);
/// `TokenModelType`: any of the tokens.
pub const TOKEN: Shape = Shape::Text(Text::ANY.matching(r"[A-Za-z0-9-_=.]+").sensitive());
/// `SoftwareTokenMFAUserCodeType`.
pub const SOFTWARE_TOKEN_CODE: Shape = Shape::Text(Text::between(6, 6).matching(r"[0-9]+").sensitive());
/// `SMSMfaSettingsType`, `SoftwareTokenMfaSettingsType` and `EmailMfaSettingsType`.
pub const MFA_SETTINGS: Shape =
    Shape::Structure(&[optional("Enabled", &Shape::Boolean), optional("PreferredMfa", &Shape::Boolean)]);
/// `WebAuthnMfaSettingsType`.
pub const WEB_AUTHN_MFA_SETTINGS: Shape = Shape::Structure(&[optional("Enabled", &Shape::Boolean)]);

/// `InitiateAuth`.
pub const INITIATE_AUTH: &[Member] = &[
    required("AuthFlow", &AUTH_FLOW),
    optional("AuthParameters", &AUTH_PARAMETERS),
    optional("ClientMetadata", &CLIENT_METADATA),
    required("ClientId", &CLIENT_ID),
    optional("AnalyticsMetadata", &ANALYTICS_METADATA),
    optional("UserContextData", &USER_CONTEXT_DATA),
    optional("Session", &SESSION),
];

/// `AdminInitiateAuth`.
pub const ADMIN_INITIATE_AUTH: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    required("ClientId", &CLIENT_ID),
    required("AuthFlow", &AUTH_FLOW),
    optional("AuthParameters", &AUTH_PARAMETERS),
    optional("ClientMetadata", &CLIENT_METADATA),
    optional("AnalyticsMetadata", &ANALYTICS_METADATA),
    optional("ContextData", &CONTEXT_DATA),
    optional("Session", &SESSION),
];

/// `RespondToAuthChallenge`.
pub const RESPOND_TO_AUTH_CHALLENGE: &[Member] = &[
    required("ClientId", &CLIENT_ID),
    required("ChallengeName", &CHALLENGE_NAME),
    optional("Session", &SESSION),
    optional("ChallengeResponses", &AUTH_PARAMETERS),
    optional("AnalyticsMetadata", &ANALYTICS_METADATA),
    optional("UserContextData", &USER_CONTEXT_DATA),
    optional("ClientMetadata", &CLIENT_METADATA),
];

/// `AdminRespondToAuthChallenge`.
pub const ADMIN_RESPOND_TO_AUTH_CHALLENGE: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    required("ClientId", &CLIENT_ID),
    required("ChallengeName", &CHALLENGE_NAME),
    optional("ChallengeResponses", &AUTH_PARAMETERS),
    optional("Session", &SESSION),
    optional("AnalyticsMetadata", &ANALYTICS_METADATA),
    optional("ContextData", &CONTEXT_DATA),
    optional("ClientMetadata", &CLIENT_METADATA),
];

/// `AssociateSoftwareToken`.
pub const ASSOCIATE_SOFTWARE_TOKEN: &[Member] = &[optional("AccessToken", &TOKEN), optional("Session", &SESSION)];

/// `VerifySoftwareToken`.
pub const VERIFY_SOFTWARE_TOKEN: &[Member] = &[
    optional("AccessToken", &TOKEN),
    optional("Session", &SESSION),
    required("UserCode", &SOFTWARE_TOKEN_CODE),
    optional("FriendlyDeviceName", &STRING),
];

/// `SetUserMFAPreference`.
pub const SET_USER_MFA_PREFERENCE: &[Member] = &[
    optional("SMSMfaSettings", &MFA_SETTINGS),
    optional("SoftwareTokenMfaSettings", &MFA_SETTINGS),
    optional("EmailMfaSettings", &MFA_SETTINGS),
    optional("WebAuthnMfaSettings", &WEB_AUTHN_MFA_SETTINGS),
    required("AccessToken", &TOKEN),
];

/// `AdminSetUserMFAPreference`.
pub const ADMIN_SET_USER_MFA_PREFERENCE: &[Member] = &[
    optional("SMSMfaSettings", &MFA_SETTINGS),
    optional("SoftwareTokenMfaSettings", &MFA_SETTINGS),
    optional("EmailMfaSettings", &MFA_SETTINGS),
    optional("WebAuthnMfaSettings", &WEB_AUTHN_MFA_SETTINGS),
    required("Username", &USERNAME),
    required("UserPoolId", &USER_POOL_ID),
];

/// `AdminDeleteSoftwareToken`.
pub const ADMIN_DELETE_SOFTWARE_TOKEN: &[Member] =
    &[required("UserPoolId", &USER_POOL_ID), required("Username", &USERNAME)];

/// `GetUserAuthFactors`.
pub const GET_USER_AUTH_FACTORS: &[Member] = &[required("AccessToken", &TOKEN)];

/// `AdminGetUserAuthFactors`.
pub const ADMIN_GET_USER_AUTH_FACTORS: &[Member] = ADMIN_DELETE_SOFTWARE_TOKEN;
