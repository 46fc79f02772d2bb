//! Our part of the service model: what the members of every operation's request may hold, as constant data.
//!
//! A small Smithy in Rust constants. Each named shape is written once, in the file of the resource that it belongs to;
//! an operation is a list of members and the errors it declares. `control::validate` walks a request along these
//! tables, and `tests/model.rs` compares them with the public model inside an installed botocore, so that a constraint
//! is never a matter of opinion. The source is the API reference of Amazon Cognito user pools
//! (<https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/>).

pub mod auth;
pub mod groups;
pub mod messages;
pub mod mfa;
pub mod operations;
pub mod resource_servers;
pub mod self_service;
pub mod tags;
pub mod tokens;
pub mod user_pool_clients;
pub mod user_pool_domains;
pub mod user_pools;
pub mod users;

pub use auth::{
    ADMIN_DELETE_SOFTWARE_TOKEN, ADMIN_GET_USER_AUTH_FACTORS, ADMIN_INITIATE_AUTH, ADMIN_RESPOND_TO_AUTH_CHALLENGE,
    ADMIN_SET_USER_MFA_PREFERENCE, ASSOCIATE_SOFTWARE_TOKEN, GET_USER_AUTH_FACTORS, INITIATE_AUTH,
    RESPOND_TO_AUTH_CHALLENGE, SET_USER_MFA_PREFERENCE, VERIFY_SOFTWARE_TOKEN,
};
pub use groups::{
    ADMIN_ADD_USER_TO_GROUP, ADMIN_LIST_GROUPS_FOR_USER, ADMIN_REMOVE_USER_FROM_GROUP, CREATE_GROUP, DELETE_GROUP,
    GET_GROUP, LIST_GROUPS, LIST_USERS_IN_GROUP, UPDATE_GROUP,
};
pub use mfa::{GET_USER_POOL_MFA_CONFIG, SET_USER_POOL_MFA_CONFIG};
pub use resource_servers::{
    CREATE_RESOURCE_SERVER, DELETE_RESOURCE_SERVER, DESCRIBE_RESOURCE_SERVER, LIST_RESOURCE_SERVERS,
    UPDATE_RESOURCE_SERVER,
};
pub use self_service::{
    CHANGE_PASSWORD, CONFIRM_FORGOT_PASSWORD, CONFIRM_SIGN_UP, DELETE_USER, DELETE_USER_ATTRIBUTES, FORGOT_PASSWORD,
    GET_USER, GET_USER_ATTRIBUTE_VERIFICATION_CODE, RESEND_CONFIRMATION_CODE, SIGN_UP, UPDATE_USER_ATTRIBUTES,
    VERIFY_USER_ATTRIBUTE,
};
pub use tags::{LIST_TAGS_FOR_RESOURCE, TAG_RESOURCE, UNTAG_RESOURCE};
pub use tokens::{GET_CLIENT_TOKEN, GET_TOKENS_FROM_REFRESH_TOKEN, GLOBAL_SIGN_OUT, REVOKE_TOKEN};
pub use user_pool_clients::{
    ADD_USER_POOL_CLIENT_SECRET, CREATE_USER_POOL_CLIENT, DELETE_USER_POOL_CLIENT, DELETE_USER_POOL_CLIENT_SECRET,
    DESCRIBE_USER_POOL_CLIENT, LIST_USER_POOL_CLIENT_SECRETS, LIST_USER_POOL_CLIENTS, UPDATE_USER_POOL_CLIENT,
};
pub use user_pool_domains::{
    CREATE_USER_POOL_DOMAIN, DELETE_USER_POOL_DOMAIN, DESCRIBE_USER_POOL_DOMAIN, UPDATE_USER_POOL_DOMAIN,
};
pub use user_pools::{
    ADD_CUSTOM_ATTRIBUTES, CREATE_USER_POOL, DELETE_USER_POOL, DESCRIBE_USER_POOL, LIST_USER_POOLS, UPDATE_USER_POOL,
};
pub use users::{
    ADMIN_CONFIRM_SIGN_UP, ADMIN_CREATE_USER, ADMIN_DELETE_USER, ADMIN_DELETE_USER_ATTRIBUTES, ADMIN_DISABLE_USER,
    ADMIN_ENABLE_USER, ADMIN_GET_USER, ADMIN_RESET_USER_PASSWORD, ADMIN_SET_USER_PASSWORD,
    ADMIN_UPDATE_USER_ATTRIBUTES, ADMIN_USER_GLOBAL_SIGN_OUT, LIST_USERS,
};

/// What a value must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A string.
    Text(Text),
    /// A string that is one of these.
    Choice(&'static [&'static str]),
    /// A 32-bit integer within these bounds.
    Integer(Bounds),
    /// `true` or `false`.
    Boolean,
    /// A list: how many elements, and what each of them is.
    List(Bounds, &'static Shape),
    /// A map: how many entries, what each key is, what each value is.
    Map(Bounds, Text, &'static Shape),
    /// An object with these members.
    Structure(&'static [Member]),
}

/// The constraints of a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Text {
    /// Its length, in UTF-16 code units as Java counts them.
    pub length: Bounds,
    /// The Java pattern that the whole string must match.
    pub pattern: Option<&'static str>,
    /// Whether the value is withheld from error messages.
    pub sensitive: bool,
}

impl Text {
    /// A string without any constraint.
    pub const ANY: Text = Text { length: Bounds::NONE, pattern: None, sensitive: false };

    /// A string of `min` to `max` UTF-16 units.
    pub const fn between(min: i64, max: i64) -> Text {
        Text { length: Bounds::between(min, max), ..Text::ANY }
    }

    /// A string of at least `min` UTF-16 units.
    pub const fn at_least(min: i64) -> Text {
        Text { length: Bounds { min: Some(min), max: None }, ..Text::ANY }
    }

    /// A string of at most `max` UTF-16 units.
    pub const fn at_most(max: i64) -> Text {
        Text { length: Bounds::at_most(max), ..Text::ANY }
    }

    /// The same string, which must also match `pattern` as a whole.
    pub const fn matching(self, pattern: &'static str) -> Text {
        Text { pattern: Some(pattern), ..self }
    }

    /// The same string, whose value no message may repeat.
    pub const fn sensitive(self) -> Text {
        Text { sensitive: true, ..self }
    }
}

/// The smallest and largest length, size or value, both included.
///
/// A lower bound of 0 is not the same as none: the service prints it in its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The smallest allowed, if any.
    pub min: Option<i64>,
    /// The largest allowed, if any.
    pub max: Option<i64>,
}

impl Bounds {
    /// No bounds.
    pub const NONE: Bounds = Bounds { min: None, max: None };

    /// From `min` to `max`.
    pub const fn between(min: i64, max: i64) -> Bounds {
        Bounds { min: Some(min), max: Some(max) }
    }

    /// Up to `max`.
    pub const fn at_most(max: i64) -> Bounds {
        Bounds { min: None, max: Some(max) }
    }
}

/// A member of a structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// Whether it must be there, and not be null.
    pub required: bool,
    /// What it holds.
    pub shape: &'static Shape,
}

/// A member that must be there.
pub const fn required(name: &'static str, shape: &'static Shape) -> Member {
    Member { name, required: true, shape }
}

/// A member that may be left out.
pub const fn optional(name: &'static str, shape: &'static Shape) -> Member {
    Member { name, required: false, shape }
}

/// An operation as the model describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationModel {
    /// Its name, as in `X-Amz-Target`.
    pub name: &'static str,
    /// The members of its request.
    pub input: &'static [Member],
    /// The exceptions it declares, by their wire names.
    pub errors: &'static [&'static str],
}

impl OperationModel {
    /// Whether the operation may answer with this exception.
    pub fn declares(&self, exception: &str) -> bool {
        self.errors.contains(&exception)
    }
}
