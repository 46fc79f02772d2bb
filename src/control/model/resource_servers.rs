//! Resource servers and their custom scopes.

use super::user_pools::{PAGINATION_KEY, USER_POOL_ID};
use super::{Bounds, Member, Shape, Text, optional, required};

/// `ResourceServerIdentifierType`: printable ASCII but the double quote and the backslash.
pub const RESOURCE_SERVER_IDENTIFIER: Shape = Shape::Text(Text::between(1, 256).matching(r"[\x21\x23-\x5B\x5D-\x7E]+"));
/// `ResourceServerNameType`.
pub const RESOURCE_SERVER_NAME: Shape = Shape::Text(Text::between(1, 256).matching(r"[\w\s+=,.@-]+"));
/// `ResourceServerScopeNameType`: like an identifier, without the slash that joins the two.
pub const RESOURCE_SERVER_SCOPE_NAME: Shape =
    Shape::Text(Text::between(1, 256).matching(r"[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+"));
/// `ResourceServerScopeType`.
pub const RESOURCE_SERVER_SCOPE: Shape = Shape::Structure(&[
    required("ScopeName", &RESOURCE_SERVER_SCOPE_NAME),
    required("ScopeDescription", &Shape::Text(Text::between(1, 256))),
]);
/// `ResourceServerScopeListType`.
pub const SCOPES: Shape = Shape::List(Bounds::at_most(100), &RESOURCE_SERVER_SCOPE);

/// `CreateResourceServer`.
pub const CREATE_RESOURCE_SERVER: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    required("Identifier", &RESOURCE_SERVER_IDENTIFIER),
    required("Name", &RESOURCE_SERVER_NAME),
    optional("Scopes", &SCOPES),
];

/// `DescribeResourceServer`.
pub const DESCRIBE_RESOURCE_SERVER: &[Member] =
    &[required("UserPoolId", &USER_POOL_ID), required("Identifier", &RESOURCE_SERVER_IDENTIFIER)];

/// `UpdateResourceServer`, which takes what creation takes.
pub const UPDATE_RESOURCE_SERVER: &[Member] = CREATE_RESOURCE_SERVER;

/// `DeleteResourceServer`.
pub const DELETE_RESOURCE_SERVER: &[Member] = DESCRIBE_RESOURCE_SERVER;

/// `ListResourceServers`, whose pages hold at most 50 where all other lists allow 60.
pub const LIST_RESOURCE_SERVERS: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    optional("MaxResults", &Shape::Integer(Bounds::between(1, 50))),
    optional("NextToken", &PAGINATION_KEY),
];
