//! Users, as an administrator sees them, and the shapes of everything that names or describes a user.

use super::user_pools::{STRING_TEXT, USER_POOL_ID};
use super::{Bounds, Member, Shape, Text, optional, required};

/// `UsernameType`.
pub const USERNAME: Shape = Shape::Text(Text::between(1, 128).matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+").sensitive());
/// `PasswordType`: any length that the pool's policy may ask for.
pub const PASSWORD: Shape = Shape::Text(Text::at_most(256).matching(r"[\S]+").sensitive());
/// `AttributeNameType`.
pub const ATTRIBUTE_NAME: Shape = Shape::Text(Text::between(1, 32).matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+"));
/// `AttributeType`, whose value no message repeats.
pub const ATTRIBUTE: Shape = Shape::Structure(&[
    required("Name", &ATTRIBUTE_NAME),
    optional("Value", &Shape::Text(Text::at_most(2048).sensitive())),
]);
/// `AttributeListType`.
pub const ATTRIBUTES: Shape = Shape::List(Bounds::NONE, &ATTRIBUTE);
/// `AttributeNameListType`.
pub const ATTRIBUTE_NAMES: Shape = Shape::List(Bounds::NONE, &ATTRIBUTE_NAME);
/// `ClientMetadataType`: what the application tells the triggers.
pub const CLIENT_METADATA: Shape = Shape::Map(Bounds::NONE, STRING_TEXT, &Shape::Text(STRING_TEXT));
/// `QueryLimitType`: zero is allowed, and means the largest page.
pub const QUERY_LIMIT: Shape = Shape::Integer(Bounds::between(0, 60));

/// `AdminCreateUser`.
pub const ADMIN_CREATE_USER: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    required("Username", &USERNAME),
    optional("UserAttributes", &ATTRIBUTES),
    optional("ValidationData", &ATTRIBUTES),
    optional("TemporaryPassword", &PASSWORD),
    optional("ForceAliasCreation", &Shape::Boolean),
    optional("MessageAction", &Shape::Choice(&["RESEND", "SUPPRESS"])),
    optional("DesiredDeliveryMediums", &Shape::List(Bounds::NONE, &Shape::Choice(&["SMS", "EMAIL"]))),
    optional("ClientMetadata", &CLIENT_METADATA),
];

/// `AdminGetUser`.
pub const ADMIN_GET_USER: &[Member] = &[required("UserPoolId", &USER_POOL_ID), required("Username", &USERNAME)];

/// `AdminSetUserPassword`.
pub const ADMIN_SET_USER_PASSWORD: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    required("Username", &USERNAME),
    required("Password", &PASSWORD),
    optional("Permanent", &Shape::Boolean),
];

/// `AdminConfirmSignUp`.
pub const ADMIN_CONFIRM_SIGN_UP: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    required("Username", &USERNAME),
    optional("ClientMetadata", &CLIENT_METADATA),
];

/// `AdminUpdateUserAttributes`.
pub const ADMIN_UPDATE_USER_ATTRIBUTES: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    required("Username", &USERNAME),
    required("UserAttributes", &ATTRIBUTES),
    optional("ClientMetadata", &CLIENT_METADATA),
];

/// `AdminDeleteUserAttributes`.
pub const ADMIN_DELETE_USER_ATTRIBUTES: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    required("Username", &USERNAME),
    required("UserAttributeNames", &ATTRIBUTE_NAMES),
];

/// `AdminDeleteUser`.
pub const ADMIN_DELETE_USER: &[Member] = ADMIN_GET_USER;

/// `AdminEnableUser`.
pub const ADMIN_ENABLE_USER: &[Member] = ADMIN_GET_USER;

/// `AdminDisableUser`.
pub const ADMIN_DISABLE_USER: &[Member] = ADMIN_GET_USER;

/// `AdminResetUserPassword`.
pub const ADMIN_RESET_USER_PASSWORD: &[Member] = ADMIN_CONFIRM_SIGN_UP;

/// `AdminUserGlobalSignOut`.
pub const ADMIN_USER_GLOBAL_SIGN_OUT: &[Member] = ADMIN_GET_USER;

/// `ListUsers`.
pub const LIST_USERS: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    optional("AttributesToGet", &ATTRIBUTE_NAMES),
    optional("Limit", &QUERY_LIMIT),
    optional("PaginationToken", &Shape::Text(Text::at_least(1).matching(r"[\S]+"))),
    optional("Filter", &Shape::Text(Text::at_most(256))),
];
