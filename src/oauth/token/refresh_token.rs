//! A new token for an old sign-in (RFC 6749, section 6). Nobody can sign in yet, so no client may use it.

pub(super) const TYPE: &str = "refresh_token";
pub(super) const REQUIRED: &[&str] = &["refresh_token"];
