//! Tags, which only user pools can have.

use super::user_pools::{ARN, TAG_KEY, USER_POOL_TAGS};
use super::{Bounds, Member, Shape, required};

/// `TagResource`.
pub const TAG_RESOURCE: &[Member] = &[required("ResourceArn", &ARN), required("Tags", &USER_POOL_TAGS)];

/// `UntagResource`.
pub const UNTAG_RESOURCE: &[Member] =
    &[required("ResourceArn", &ARN), required("TagKeys", &Shape::List(Bounds::NONE, &Shape::Text(TAG_KEY)))];

/// `ListTagsForResource`.
pub const LIST_TAGS_FOR_RESOURCE: &[Member] = &[required("ResourceArn", &ARN)];
