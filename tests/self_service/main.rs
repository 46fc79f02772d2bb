//! What users do for themselves, through the JSON API: exact answers, codes, caps and what outsiders can learn.

mod confirmation;
#[path = "../support/control_plane.rs"]
mod control_plane;
mod functions;
mod messages;
mod own_account;
mod own_attributes;
mod recovery;
mod sign_up;
mod support;
