//! App clients and their secrets.

use super::user_pools::{ARN, OAUTH_FLOWS, OAUTH_SCOPES, STRING, USER_POOL_ID};
use super::{Bounds, Member, Shape, Text, optional, required};

/// `ClientIdType`.
pub const CLIENT_ID: Shape = Shape::Text(Text::between(1, 128).matching(r"[\w+]+").sensitive());
/// `ClientNameType`.
pub const CLIENT_NAME: Shape = Shape::Text(Text::between(1, 128).matching(r"[\w\s+=,.@-]+"));
/// `ClientSecretType`: a secret that the caller chose.
pub const CLIENT_SECRET: Shape = Shape::Text(Text::between(24, 64).matching(r"[\w+]+").sensitive());
/// `ClientSecretIdType`.
pub const CLIENT_SECRET_ID: Shape = Shape::Text(Text::between(1, 128));
/// `RedirectUrlType`: anything visible, hence no spaces.
pub const REDIRECT_URL: Shape = Shape::Text(Text::between(1, 1024).matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"));
/// `CallbackURLsListType` and `LogoutURLsListType`.
pub const REDIRECT_URLS: Shape = Shape::List(Bounds::between(0, 100), &REDIRECT_URL);
/// `ClientPermissionListType`: names of user attributes.
pub const CLIENT_PERMISSIONS: Shape = Shape::List(Bounds::NONE, &Shape::Text(Text::between(1, 2048)));
/// `SupportedIdentityProvidersListType`.
pub const IDENTITY_PROVIDERS: Shape =
    Shape::List(Bounds::NONE, &Shape::Text(Text::between(1, 32).matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+")));
/// `RefreshTokenValidityType`, in the unit that the client sets.
pub const REFRESH_TOKEN_VALIDITY: Shape = Shape::Integer(Bounds::between(0, 315_360_000));
/// `AccessTokenValidityType` and `IdTokenValidityType`, in the unit that the client sets.
pub const TOKEN_VALIDITY: Shape = Shape::Integer(Bounds::between(1, 86_400));
/// `TimeUnitsType`.
pub const TIME_UNIT: Shape = Shape::Choice(&["seconds", "minutes", "hours", "days"]);
/// `TokenValidityUnitsType`.
pub const TOKEN_VALIDITY_UNITS: Shape = Shape::Structure(&[
    optional("AccessToken", &TIME_UNIT),
    optional("IdToken", &TIME_UNIT),
    optional("RefreshToken", &TIME_UNIT),
]);
/// `ExplicitAuthFlowsListType`.
///
/// COGNITO: `ALLOW_CLIENT_TOKEN_AUTH` is missing from the model's enum although `GetClientToken` is documented to need
/// it; it is accepted here.
pub const EXPLICIT_AUTH_FLOWS: Shape = Shape::List(
    Bounds::NONE,
    &Shape::Choice(&[
        "ADMIN_NO_SRP_AUTH",
        "CUSTOM_AUTH_FLOW_ONLY",
        "USER_PASSWORD_AUTH",
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_AUTH",
        "ALLOW_TOKEN_EXCHANGE_DELEGATION",
        "ALLOW_TOKEN_EXCHANGE_IMPERSONATION",
        "ALLOW_CLIENT_TOKEN_AUTH",
    ]),
);
/// `AnalyticsConfigurationType`.
pub const ANALYTICS_CONFIGURATION: Shape = Shape::Structure(&[
    optional("ApplicationId", &Shape::Text(Text::ANY.matching("^[0-9a-fA-F]+$"))),
    optional("ApplicationArn", &ARN),
    optional("RoleArn", &ARN),
    optional("ExternalId", &STRING),
    optional("UserDataShared", &Shape::Boolean),
]);
/// `PreventUserExistenceErrorTypes`.
pub const PREVENT_USER_EXISTENCE_ERRORS: Shape = Shape::Choice(&["LEGACY", "ENABLED"]);
/// `AuthSessionValidityType`, in minutes.
pub const AUTH_SESSION_VALIDITY: Shape = Shape::Integer(Bounds::between(3, 15));
/// `RefreshTokenRotationType`.
pub const REFRESH_TOKEN_ROTATION: Shape = Shape::Structure(&[
    required("Feature", &Shape::Choice(&["ENABLED", "DISABLED"])),
    optional("RetryGracePeriodSeconds", &Shape::Integer(Bounds::between(0, 60))),
]);
/// `PaginationKey`: the page token of clients and secrets, which has an upper bound where `PaginationKeyType` has none.
pub const CLIENT_PAGINATION_KEY: Shape = Shape::Text(Text::between(1, 131_072).matching(r"[\S]+"));

/// `CreateUserPoolClient`.
pub const CREATE_USER_POOL_CLIENT: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    required("ClientName", &CLIENT_NAME),
    optional("GenerateSecret", &Shape::Boolean),
    optional("ClientSecret", &CLIENT_SECRET),
    optional("RefreshTokenValidity", &REFRESH_TOKEN_VALIDITY),
    optional("AccessTokenValidity", &TOKEN_VALIDITY),
    optional("IdTokenValidity", &TOKEN_VALIDITY),
    optional("TokenValidityUnits", &TOKEN_VALIDITY_UNITS),
    optional("ReadAttributes", &CLIENT_PERMISSIONS),
    optional("WriteAttributes", &CLIENT_PERMISSIONS),
    optional("ExplicitAuthFlows", &EXPLICIT_AUTH_FLOWS),
    optional("SupportedIdentityProviders", &IDENTITY_PROVIDERS),
    optional("CallbackURLs", &REDIRECT_URLS),
    optional("LogoutURLs", &REDIRECT_URLS),
    optional("DefaultRedirectURI", &REDIRECT_URL),
    optional("AllowedOAuthFlows", &OAUTH_FLOWS),
    optional("AllowedOAuthScopes", &OAUTH_SCOPES),
    optional("AllowedOAuthFlowsUserPoolClient", &Shape::Boolean),
    optional("AnalyticsConfiguration", &ANALYTICS_CONFIGURATION),
    optional("PreventUserExistenceErrors", &PREVENT_USER_EXISTENCE_ERRORS),
    optional("EnableTokenRevocation", &Shape::Boolean),
    optional("EnablePropagateAdditionalUserContextData", &Shape::Boolean),
    optional("AuthSessionValidity", &AUTH_SESSION_VALIDITY),
    optional("RefreshTokenRotation", &REFRESH_TOKEN_ROTATION),
];

/// `DescribeUserPoolClient`.
pub const DESCRIBE_USER_POOL_CLIENT: &[Member] =
    &[required("UserPoolId", &USER_POOL_ID), required("ClientId", &CLIENT_ID)];

/// `UpdateUserPoolClient`: whether there is a secret cannot be changed, and the name may be left out.
pub const UPDATE_USER_POOL_CLIENT: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    required("ClientId", &CLIENT_ID),
    optional("ClientName", &CLIENT_NAME),
    optional("RefreshTokenValidity", &REFRESH_TOKEN_VALIDITY),
    optional("AccessTokenValidity", &TOKEN_VALIDITY),
    optional("IdTokenValidity", &TOKEN_VALIDITY),
    optional("TokenValidityUnits", &TOKEN_VALIDITY_UNITS),
    optional("ReadAttributes", &CLIENT_PERMISSIONS),
    optional("WriteAttributes", &CLIENT_PERMISSIONS),
    optional("ExplicitAuthFlows", &EXPLICIT_AUTH_FLOWS),
    optional("SupportedIdentityProviders", &IDENTITY_PROVIDERS),
    optional("CallbackURLs", &REDIRECT_URLS),
    optional("LogoutURLs", &REDIRECT_URLS),
    optional("DefaultRedirectURI", &REDIRECT_URL),
    optional("AllowedOAuthFlows", &OAUTH_FLOWS),
    optional("AllowedOAuthScopes", &OAUTH_SCOPES),
    optional("AllowedOAuthFlowsUserPoolClient", &Shape::Boolean),
    optional("AnalyticsConfiguration", &ANALYTICS_CONFIGURATION),
    optional("PreventUserExistenceErrors", &PREVENT_USER_EXISTENCE_ERRORS),
    optional("EnableTokenRevocation", &Shape::Boolean),
    optional("EnablePropagateAdditionalUserContextData", &Shape::Boolean),
    optional("AuthSessionValidity", &AUTH_SESSION_VALIDITY),
    optional("RefreshTokenRotation", &REFRESH_TOKEN_ROTATION),
];

/// `DeleteUserPoolClient`.
pub const DELETE_USER_POOL_CLIENT: &[Member] = DESCRIBE_USER_POOL_CLIENT;

/// `ListUserPoolClients`.
pub const LIST_USER_POOL_CLIENTS: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    optional("MaxResults", &Shape::Integer(Bounds::between(1, 60))),
    optional("NextToken", &CLIENT_PAGINATION_KEY),
    optional("ClientType", &Shape::Choice(&["REGULAR", "DCR"])),
];

/// `AddUserPoolClientSecret`.
pub const ADD_USER_POOL_CLIENT_SECRET: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    required("ClientId", &CLIENT_ID),
    optional("ClientSecret", &CLIENT_SECRET),
];

/// `ListUserPoolClientSecrets`.
pub const LIST_USER_POOL_CLIENT_SECRETS: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    required("ClientId", &CLIENT_ID),
    optional("NextToken", &CLIENT_PAGINATION_KEY),
];

/// `DeleteUserPoolClientSecret`.
pub const DELETE_USER_POOL_CLIENT_SECRET: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    required("ClientId", &CLIENT_ID),
    required("ClientSecretId", &CLIENT_SECRET_ID),
];
