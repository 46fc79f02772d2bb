//! What happens to tokens after a sign-in, and the machine's token over the API.

use super::auth::TOKEN;
use super::user_pool_clients::{CLIENT_ID, CLIENT_SECRET};
use super::user_pools::OAUTH_SCOPES;
use super::users::CLIENT_METADATA;
use super::{Member, Shape, Text, optional, required};

/// `DeviceKeyType`.
pub const DEVICE_KEY: Shape = Shape::Text(Text::between(1, 55).matching(r"[\w-]+_[0-9a-f-]+"));

/// `GetTokensFromRefreshToken`.
pub const GET_TOKENS_FROM_REFRESH_TOKEN: &[Member] = &[
    required("RefreshToken", &TOKEN),
    required("ClientId", &CLIENT_ID),
    optional("ClientSecret", &CLIENT_SECRET),
    optional("DeviceKey", &DEVICE_KEY),
    optional("ClientMetadata", &CLIENT_METADATA),
];

/// `RevokeToken`.
pub const REVOKE_TOKEN: &[Member] = &[
    required("Token", &TOKEN),
    required("ClientId", &CLIENT_ID),
    optional("ClientSecret", &CLIENT_SECRET),
    optional("RevokeAssociatedSessions", &Shape::Choice(&["NONE", "LINKED"])),
];

/// `GetClientToken`.
pub const GET_CLIENT_TOKEN: &[Member] = &[
    required("ClientId", &CLIENT_ID),
    required("Secret", &CLIENT_SECRET),
    optional("Scopes", &OAUTH_SCOPES),
    optional("ClientMetadata", &CLIENT_METADATA),
];

/// `GlobalSignOut`.
pub const GLOBAL_SIGN_OUT: &[Member] = &[required("AccessToken", &TOKEN)];
