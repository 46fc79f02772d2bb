//! Groups and who is in them.

mod create;
mod delete;
mod get;
mod list;
mod list_members;
mod list_of_user;
mod membership;
mod update;

use serde::{Deserialize, Serialize};

use crate::domain::id::UserPoolId;
use crate::domain::time::{Timestamp, epoch_seconds};
use crate::domain::user::Group;

use super::operation::Entry;

/// The operations of this folder.
pub(super) const OPERATIONS: &[Entry] = &[
    Entry::of::<create::CreateGroup>(),
    Entry::of::<get::GetGroup>(),
    Entry::of::<update::UpdateGroup>(),
    Entry::of::<delete::DeleteGroup>(),
    Entry::of::<list::ListGroups>(),
    Entry::of::<list_members::ListUsersInGroup>(),
    Entry::of::<membership::AdminAddUserToGroup>(),
    Entry::of::<membership::AdminRemoveUserFromGroup>(),
    Entry::of::<list_of_user::AdminListGroupsForUser>(),
];

/// `GroupType`: what was never set is left out.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GroupType {
    group_name: String,
    user_pool_id: UserPoolId,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    precedence: Option<u32>,
    #[serde(with = "epoch_seconds")]
    last_modified_date: Timestamp,
    #[serde(with = "epoch_seconds")]
    creation_date: Timestamp,
}

impl GroupType {
    fn of(pool: &UserPoolId, group: Group) -> Self {
        let Group { name, description, role_arn, precedence, created, modified } = group;
        Self {
            group_name: name,
            user_pool_id: pool.clone(),
            description,
            role_arn,
            precedence,
            last_modified_date: modified,
            creation_date: created,
        }
    }
}

/// The request of the operations that take a whole group.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct WholeGroup {
    group_name: String,
    user_pool_id: UserPoolId,
    description: Option<String>,
    role_arn: Option<String>,
    precedence: Option<u32>,
}

impl WholeGroup {
    fn into_parts(self, now: Timestamp) -> (UserPoolId, Group) {
        let Self { group_name: name, user_pool_id, description, role_arn, precedence } = self;
        (user_pool_id, Group { name, description, role_arn, precedence, created: now, modified: now })
    }
}

/// The request of the operations that only name a group.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct NamedGroup {
    group_name: String,
    user_pool_id: UserPoolId,
}

/// The answer that holds one group.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneGroup {
    group: GroupType,
}

/// The answer that holds some groups.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SomeGroups {
    groups: Vec<GroupType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}
