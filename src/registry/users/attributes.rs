//! Attributes of users: what may be written, by whom, and what follows from a change.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html>

use std::collections::BTreeMap;

use crate::domain::client::ClientSettings;
use crate::domain::pool::UserPool;
use crate::domain::settings::{AttributeDataType, SchemaAttribute};
use crate::domain::user::User;

/// The attribute that holds the e-mail address.
pub const EMAIL: &str = "email";
/// The attribute that holds the telephone number.
pub const PHONE_NUMBER: &str = "phone_number";

/// The longest value.
const LONGEST: usize = 2048;

/// Names and values as a request lists them; an empty value takes the attribute away, the last of two wins.
pub type Written<'a> = &'a [(String, String)];

/// Whoever writes.
#[derive(Debug, Clone, Copy)]
pub enum Writer<'a> {
    /// May write everything that can be written.
    Administrator,
    /// A user, through a client that has these settings.
    Client(&'a ClientSettings),
}

/// Why attributes were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttributeError {
    /// Not an attribute of the pool, at the creation of a user.
    #[error("the type of `{0}` is unknown")]
    NoType(String),
    /// Not an attribute of the pool.
    #[error("`{0}` is not in the schema")]
    Unknown(String),
    /// Not an attribute of the pool, where it was to be taken away.
    #[error("`{0}` is not in the schema and cannot be deleted")]
    UnknownDeletion(String),
    /// The client may not write it.
    #[error("`{0}` is not the client's to write")]
    Unauthorized(String),
    /// Set for good.
    #[error("`{0}` cannot be changed")]
    Immutable(String),
    /// A user must have it, and would not.
    #[error("missing {0:?}")]
    Required(Vec<String>),
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    Email,
    /// Not a telephone number.
    #[error("not a telephone number")]
    PhoneNumber,
    /// Not a value that the schema allows.
    #[error("`{name}` does not fit: {misfit}")]
    Misfit {
        /// The attribute.
        name: String,
        /// Whether the user exists already.
        update: bool,
        /// In what way.
        misfit: Misfit,
    },
}

/// In what way a value does not fit its attribute.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// Shorter than the shortest.
    #[error("shorter than {0}")]
    Short(i64),
    /// Longer than the longest.
    #[error("longer than {0}")]
    Long(i64),
    /// Less than the smallest.
    #[error("less than {0}")]
    Small(i64),
    /// More than the largest.
    #[error("more than {0}")]
    Large(i64),
    /// No integer.
    #[error("no number")]
    Number,
    /// Neither `true` nor `false`.
    #[error("neither true nor false")]
    Boolean,
    /// No moment.
    #[error("no moment")]
    DateTime,
}

/// Whether this could be an e-mail address: something, one `@`, something, no space.
pub fn is_email(text: &str) -> bool {
    let odd = |character: char| character.is_whitespace() || character.is_control() || "<>,;@".contains(character);
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !local.contains(odd) && !domain.contains(odd)
    })
}

/// Whether this is a telephone number as ITU-T E.164 writes it: `+` and up to fifteen digits.
pub fn is_phone_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0')
}

/// The values of a user who is about to be made. Users who make themselves need everything required; whom an
/// administrator makes is asked for it at the first sign-in.
pub fn check_sign_up(
    pool: &UserPool,
    writer: Writer<'_>,
    written: Written<'_>,
) -> Result<BTreeMap<String, String>, AttributeError> {
    let schema = pool.fixed.schema_in_force();
    let mut values = BTreeMap::new();
    for (name, value) in written {
        let attribute = by_name(&schema, name).ok_or_else(|| AttributeError::NoType(name.clone()))?;
        // As in a change, an empty value is none: it need not fit.
        if !value.is_empty() {
            values.insert(name.clone(), fitting(attribute, name, value, false)?);
        }
    }
    for name in values.keys() {
        let attribute = by_name(&schema, name).ok_or_else(|| AttributeError::NoType(name.clone()))?;
        permitted(writer, attribute, name)?;
        if name == "sub" {
            return Err(AttributeError::Immutable(name.clone()));
        }
    }
    Ok(values)
}

/// Nothing that every user must have is missing from the values of somebody who signs up.
pub fn check_required(pool: &UserPool, values: &BTreeMap<String, String>) -> Result<(), AttributeError> {
    let missing = missing_required(pool, values);
    if missing.is_empty() { Ok(()) } else { Err(AttributeError::Required(missing)) }
}

/// The full names of what a user must have and does not, in the order of the schema.
pub fn missing_required(pool: &UserPool, values: &BTreeMap<String, String>) -> Vec<String> {
    let schema = pool.fixed.schema_in_force();
    let required = schema.into_iter().filter(|attribute| attribute.required == Some(true));
    let names = required.filter_map(|attribute| attribute.name).filter(|name| name != "sub");
    names.filter(|name| !values.contains_key(name)).collect()
}

/// The changes to a user who exists: values by name, an empty one for what is taken away.
pub fn check_write(
    pool: &UserPool,
    writer: Writer<'_>,
    written: Written<'_>,
) -> Result<BTreeMap<String, String>, AttributeError> {
    let schema = pool.fixed.schema_in_force();
    let mut changes = BTreeMap::new();
    for (name, value) in written {
        let attribute = by_name(&schema, name).ok_or_else(|| AttributeError::Unknown(name.clone()))?;
        let value = if value.is_empty() { String::new() } else { fitting(attribute, name, value, true)? };
        permitted(writer, attribute, name)?;
        changeable(attribute, name)?;
        if value.is_empty() && pool.fixed.signs_in_with(name) {
            return Err(AttributeError::Immutable(name.clone()));
        }
        if value.is_empty() && attribute.required == Some(true) {
            return Err(AttributeError::Required(vec![name.clone()]));
        }
        changes.insert(name.clone(), value);
    }
    Ok(changes)
}

/// The same, for names of attributes that are to be taken away.
pub fn check_delete(
    pool: &UserPool,
    writer: Writer<'_>,
    names: &[String],
) -> Result<BTreeMap<String, String>, AttributeError> {
    let schema = pool.fixed.schema_in_force();
    if let Some(unknown) = names.iter().find(|name| by_name(&schema, name).is_none()) {
        return Err(AttributeError::UnknownDeletion(unknown.clone()));
    }
    let written: Vec<_> = names.iter().map(|name| (name.clone(), String::new())).collect();
    check_write(pool, writer, &written)
}

/// Makes the changes to the user. Answers which addresses must now be verified with a code: the new value is in
/// `pending` where the pool keeps the old one until then, and in its place otherwise.
pub fn apply(pool: &UserPool, user: &mut User, mut changes: BTreeMap<String, String>) -> Vec<&'static str> {
    let mut to_verify = Vec::new();
    for address in [EMAIL, PHONE_NUMBER] {
        let flag = format!("{address}_verified");
        let Some(new) = changes.get(address) else { continue };
        let vouched = changes.get(&flag).is_some_and(|value| value == "true");
        user.pending.remove(address);
        if user.attribute(address) == Some(new) {
            continue;
        }
        if new.is_empty() {
            changes.insert(flag, String::new());
        } else if !vouched {
            let listed = |names: &[String]| names.iter().any(|name| name == address);
            let verifies = listed(pool.settings.auto_verified_attributes.as_deref().unwrap_or_default());
            if verifies {
                to_verify.push(address);
            }
            if verifies && listed(pool.settings.verified_before_update()) && user.attribute(address).is_some() {
                user.pending.insert(address.to_owned(), new.clone());
                changes.remove(address);
            } else {
                changes.insert(flag, "false".to_owned());
            }
        }
    }
    for (name, value) in changes {
        if value.is_empty() {
            user.attributes.remove(&name);
        } else {
            user.attributes.insert(name, value);
        }
    }
    to_verify
}

fn by_name<'a>(schema: &'a [SchemaAttribute], name: &str) -> Option<&'a SchemaAttribute> {
    schema.iter().find(|attribute| attribute.name.as_deref() == Some(name))
}

/// COGNITO: a client without a list may write everything that is not for administrators alone.
fn permitted(writer: Writer<'_>, attribute: &SchemaAttribute, name: &str) -> Result<(), AttributeError> {
    let Writer::Client(client) = writer else { return Ok(()) };
    let flag = matches!(name, "email_verified" | "phone_number_verified");
    let listed = client.write_attributes.as_ref().is_none_or(|list| list.iter().any(|listed| listed == name));
    if flag || attribute.developer_only_attribute == Some(true) || (!listed && name != "sub") {
        return Err(AttributeError::Unauthorized(name.to_owned()));
    }
    Ok(())
}

fn changeable(attribute: &SchemaAttribute, name: &str) -> Result<(), AttributeError> {
    if attribute.mutable == Some(false) || name == "sub" {
        return Err(AttributeError::Immutable(name.to_owned()));
    }
    Ok(())
}

/// The value as it is kept.
fn fitting(attribute: &SchemaAttribute, name: &str, value: &str, update: bool) -> Result<String, AttributeError> {
    if name == EMAIL && !value.is_empty() && !is_email(value) {
        return Err(AttributeError::Email);
    }
    if name == PHONE_NUMBER && !value.is_empty() && !is_phone_number(value) {
        return Err(AttributeError::PhoneNumber);
    }
    match attribute.attribute_data_type {
        Some(AttributeDataType::Number) => number(attribute, value),
        Some(AttributeDataType::Boolean) => boolean(value),
        Some(AttributeDataType::DateTime) => moment(value),
        Some(AttributeDataType::String) | None => text(attribute, value),
    }
    .map_err(|misfit| AttributeError::Misfit { name: name.to_owned(), update, misfit })
}

fn text(attribute: &SchemaAttribute, value: &str) -> Result<String, Misfit> {
    let bounds = attribute.string_attribute_constraints.clone().unwrap_or_default();
    let length = i64::try_from(value.encode_utf16().count()).unwrap_or(i64::MAX);
    let (min, max) = (bound(bounds.min_length.as_deref()), bound(bounds.max_length.as_deref()));
    let max = max.unwrap_or(i64::MAX).min(i64::try_from(LONGEST).unwrap_or(i64::MAX));
    if let Some(min) = min.filter(|min| length < *min) {
        return Err(Misfit::Short(min));
    }
    if length > max { Err(Misfit::Long(max)) } else { Ok(value.to_owned()) }
}

fn number(attribute: &SchemaAttribute, value: &str) -> Result<String, Misfit> {
    let bounds = attribute.number_attribute_constraints.clone().unwrap_or_default();
    let number: i64 = value.parse().map_err(|_| Misfit::Number)?;
    if let Some(min) = bound(bounds.min_value.as_deref()).filter(|min| number < *min) {
        return Err(Misfit::Small(min));
    }
    match bound(bounds.max_value.as_deref()).filter(|max| number > *max) {
        Some(max) => Err(Misfit::Large(max)),
        None => Ok(value.to_owned()),
    }
}

/// Scripts write `True` as often as `true`; it is kept as tokens show it.
fn boolean(value: &str) -> Result<String, Misfit> {
    let lower = value.to_ascii_lowercase();
    if lower == "true" || lower == "false" { Ok(lower) } else { Err(Misfit::Boolean) }
}

/// Seconds since the epoch, or a moment of RFC 3339.
fn moment(value: &str) -> Result<String, Misfit> {
    let readable = value.parse::<i64>().is_ok() || chrono::DateTime::parse_from_rfc3339(value).is_ok();
    if readable { Ok(value.to_owned()) } else { Err(Misfit::DateTime) }
}

fn bound(text: Option<&str>) -> Option<i64> {
    text.and_then(|text| text.parse().ok())
}
