//! The grant of people at a browser (RFC 6749, section 4.1). Nobody can sign in yet, so no client may use it.

pub(super) const TYPE: &str = "authorization_code";
pub(super) const REQUIRED: &[&str] = &["code", "redirect_uri"];
