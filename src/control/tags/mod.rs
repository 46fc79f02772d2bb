//! Tags, which only user pools have.

mod list;
mod tag;
mod untag;

use super::operation::Entry;

/// The operations of this folder.
pub const OPERATIONS: &[Entry] =
    &[Entry::of::<tag::TagResource>(), Entry::of::<untag::UntagResource>(), Entry::of::<list::ListTagsForResource>()];
