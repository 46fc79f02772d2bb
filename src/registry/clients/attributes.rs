//! Which attributes of users a client may be given to read and to write.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html>

use crate::domain::client::ClientSettings;

use super::{Occasion, SettingsError};

/// The attributes that every pool has.
const STANDARD: [&str; 20] = [
    "sub",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
];

/// What only the service itself writes.
const SERVICE_WRITTEN: [&str; 3] = ["sub", "email_verified", "phone_number_verified"];

/// Holds the two lists of a client against the schema of its pool.
pub(super) fn settings(settings: &ClientSettings, occasion: Occasion) -> Result<(), SettingsError> {
    let readable = |name: &String| STANDARD.contains(&name.as_str());
    let writable = |name: &String| STANDARD.contains(&name.as_str()) && !SERVICE_WRITTEN.contains(&name.as_str());
    if !settings.read_attributes.iter().flatten().all(readable) {
        return Err(SettingsError::ReadAttributes(occasion));
    }
    if !settings.write_attributes.iter().flatten().all(writable) {
        return Err(SettingsError::WriteAttributes(occasion));
    }
    Ok(())
}
