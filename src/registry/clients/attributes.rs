//! Which attributes of users a client may be given to read and to write.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html>

use crate::domain::client::ClientSettings;
use crate::domain::settings::{FixedPoolSettings, SchemaAttribute};

use super::{Occasion, SettingsError};

/// What only the service itself writes.
const SERVICE_WRITTEN: [&str; 3] = ["sub", "email_verified", "phone_number_verified"];

/// Holds the two lists of a client against the schema of its pool.
pub(super) fn settings(
    settings: &ClientSettings,
    pool: &FixedPoolSettings,
    occasion: Occasion,
) -> Result<(), SettingsError> {
    let (read, written) = (&settings.read_attributes, &settings.write_attributes);
    if read.is_none() && written.is_none() {
        return Ok(());
    }
    let schema = pool.schema_in_force();
    if !read.iter().flatten().all(|name| schema.iter().any(|attribute| is(attribute, name))) {
        return Err(SettingsError::ReadAttributes(occasion));
    }
    let writable = |attribute: &&SchemaAttribute| !SERVICE_WRITTEN.iter().any(|name| is(attribute, name));
    let Some(written) = written else { return Ok(()) };
    let known = written.iter().all(|name| schema.iter().filter(writable).any(|attribute| is(attribute, name)));
    // A client that could not write what every user must have could sign nobody up.
    let mut required = schema.iter().filter(writable).filter(|attribute| attribute.required == Some(true));
    let complete = required.all(|attribute| written.iter().any(|name| is(attribute, name)));
    if known && complete { Ok(()) } else { Err(SettingsError::WriteAttributes(occasion)) }
}

fn is(attribute: &SchemaAttribute, name: &str) -> bool {
    attribute.name.as_deref() == Some(name)
}
