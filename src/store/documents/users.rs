//! The documents of users and groups.

use serde::{Deserialize, Serialize};

use crate::domain::id::{Subject, UserKey, UserPoolId};
use crate::domain::secret::Secret;
use crate::domain::user::{Group, Membership, User};

use super::{Counter, Escaped, Key, Prefix, RegistryMark, owned_by};

/// `in/{pool}/user/{user}`
pub fn users(pool: &UserPoolId) -> Prefix<User> {
    Prefix::new(format!("{}user/", owned_by(pool)))
}

/// `in/{pool}/user/{user}`
pub fn user(pool: &UserPoolId, user: &UserKey) -> Key<User> {
    users(pool).member(user.as_str())
}

/// `in/{pool}/count/users`
pub fn user_count(pool: &UserPoolId) -> Key<Counter> {
    Key::new(format!("{}count/users", owned_by(pool)))
}

/// `in/{pool}/sub/{sub}`: whose `sub` it is.
pub fn subject(pool: &UserPoolId, sub: &Subject) -> Key<UserKey> {
    Key::new(format!("{}sub/{}", owned_by(pool), Escaped(sub.as_str())))
}

/// `in/{pool}/alias/{attribute}/{value}`: who signs in with this e-mail address, telephone number or preferred name.
/// The value is in lower case where case does not matter.
pub fn alias(pool: &UserPoolId, attribute: &str, value: &str) -> Key<UserKey> {
    Key::new(format!("{}alias/{}/{}", owned_by(pool), Escaped(attribute), Escaped(value)))
}

/// One user with a value that can be searched for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The value as searches compare it.
    pub value: String,
    /// The user.
    pub user: UserKey,
}

/// `in/{pool}/find/{attribute}/{value}/{user}`: the users with exactly this value of a searchable attribute, which need not
/// be one. The value is as searches compare it.
pub fn searchable(pool: &UserPoolId, attribute: &str, value: &str) -> Prefix<Found> {
    Prefix::new(format!("{}find/{}/{}/", owned_by(pool), Escaped(attribute), Escaped(value)))
}

/// The users whose value of a searchable attribute begins with these characters; at least one.
pub fn searchable_beginning(pool: &UserPoolId, attribute: &str, beginning: &str) -> Prefix<Found> {
    Prefix::new(format!("{}find/{}/{}", owned_by(pool), Escaped(attribute), Escaped(beginning)))
}

/// The users whose key begins with these characters; at least one.
pub fn users_beginning(pool: &UserPoolId, beginning: &str) -> Prefix<User> {
    Prefix::new(format!("{}user/{}", owned_by(pool), Escaped(beginning)))
}

/// The users whose `sub` begins with these characters; at least one.
pub fn subjects_beginning(pool: &UserPoolId, beginning: &str) -> Prefix<UserKey> {
    Prefix::new(format!("{}sub/{}", owned_by(pool), Escaped(beginning)))
}

/// `in/{pool}/group/{name}`
pub fn groups(pool: &UserPoolId) -> Prefix<Group> {
    Prefix::new(format!("{}group/", owned_by(pool)))
}

/// `in/{pool}/group/{name}`
pub fn group(pool: &UserPoolId, name: &str) -> Key<Group> {
    groups(pool).member(name)
}

/// `in/{pool}/count/groups`
pub fn group_count(pool: &UserPoolId) -> Key<Counter> {
    Key::new(format!("{}count/groups", owned_by(pool)))
}

/// `in/{pool}/member/{group}/{user}`
pub fn members(pool: &UserPoolId, group: &str) -> Prefix<Membership> {
    Prefix::new(format!("{}member/{}/", owned_by(pool), Escaped(group)))
}

/// `in/{pool}/member/{group}/{user}`
pub fn member(pool: &UserPoolId, group: &str, user: &UserKey) -> Key<Membership> {
    members(pool, group).member(user.as_str())
}

/// `in/{pool}/joined/{group}`: written, without an expectation, whenever a user joins the group.
pub fn joined_mark(pool: &UserPoolId, group: &str) -> Key<RegistryMark> {
    Key::new(format!("{}joined/{}", owned_by(pool), Escaped(group)))
}

/// `in/{pool}/declared/user/{user}`
pub fn user_declaration(pool: &UserPoolId, user: &UserKey) -> Key<String> {
    Key::new(format!("{}declared/user/{}", owned_by(pool), Escaped(user.as_str())))
}

/// `in/{pool}/declared/group/{name}`
pub fn group_declaration(pool: &UserPoolId, name: &str) -> Key<String> {
    Key::new(format!("{}declared/group/{}", owned_by(pool), Escaped(name)))
}

/// `in/{pool}/nobody`: what the salts and numbers of users who do not exist are made from, so that each name always gets
/// the same.
pub fn secret_of_nobody(pool: &UserPoolId) -> Key<Secret> {
    Key::new(format!("{}nobody", owned_by(pool)))
}
