//! Groups and who is in them.

use super::user_pool_clients::CLIENT_PAGINATION_KEY;
use super::user_pools::{ARN, USER_POOL_ID};
use super::users::{QUERY_LIMIT, USERNAME};
use super::{Bounds, Member, Shape, Text, optional, required};

/// `GroupNameType`.
pub const GROUP_NAME: Shape = Shape::Text(Text::between(1, 128).matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"));
const DESCRIPTION: Shape = Shape::Text(Text::at_most(2048));
const PRECEDENCE: Shape = Shape::Integer(Bounds { min: Some(0), max: None });

/// `CreateGroup`.
pub const CREATE_GROUP: &[Member] = &[
    required("GroupName", &GROUP_NAME),
    required("UserPoolId", &USER_POOL_ID),
    optional("Description", &DESCRIPTION),
    optional("RoleArn", &ARN),
    optional("Precedence", &PRECEDENCE),
];

/// `GetGroup`.
pub const GET_GROUP: &[Member] = &[required("GroupName", &GROUP_NAME), required("UserPoolId", &USER_POOL_ID)];

/// `UpdateGroup`.
pub const UPDATE_GROUP: &[Member] = CREATE_GROUP;

/// `DeleteGroup`.
pub const DELETE_GROUP: &[Member] = GET_GROUP;

/// `ListGroups`.
pub const LIST_GROUPS: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    optional("Limit", &QUERY_LIMIT),
    optional("NextToken", &CLIENT_PAGINATION_KEY),
];

/// `ListUsersInGroup`.
pub const LIST_USERS_IN_GROUP: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    required("GroupName", &GROUP_NAME),
    optional("Limit", &QUERY_LIMIT),
    optional("NextToken", &CLIENT_PAGINATION_KEY),
];

/// `AdminAddUserToGroup`.
pub const ADMIN_ADD_USER_TO_GROUP: &[Member] =
    &[required("UserPoolId", &USER_POOL_ID), required("Username", &USERNAME), required("GroupName", &GROUP_NAME)];

/// `AdminRemoveUserFromGroup`.
pub const ADMIN_REMOVE_USER_FROM_GROUP: &[Member] = ADMIN_ADD_USER_TO_GROUP;

/// `AdminListGroupsForUser`.
pub const ADMIN_LIST_GROUPS_FOR_USER: &[Member] = &[
    required("Username", &USERNAME),
    required("UserPoolId", &USER_POOL_ID),
    optional("Limit", &QUERY_LIMIT),
    optional("NextToken", &CLIENT_PAGINATION_KEY),
];
