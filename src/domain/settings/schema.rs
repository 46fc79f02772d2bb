//! The attributes that users of a pool have.

use serde::{Deserialize, Serialize};

/// An attribute, in a request by its own name and stored by its full one: `email`, `custom:team`, `dev:custom:team`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SchemaAttribute {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What its values are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute_data_type: Option<AttributeDataType>,
    /// Whether only administrators may write it; the older form of write permissions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub developer_only_attribute: Option<bool>,
    /// Whether it can change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mutable: Option<bool>,
    /// Whether a user must have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// The range of a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number_attribute_constraints: Option<NumberConstraints>,
    /// The length of a string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub string_attribute_constraints: Option<StringConstraints>,
}

/// What the values of an attribute are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttributeDataType {
    /// Text.
    String,
    /// An integer, written as text.
    Number,
    /// A moment, written as text.
    DateTime,
    /// `true` or `false`, written as text.
    Boolean,
}

/// The range of a number; the bounds are text on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct NumberConstraints {
    /// The smallest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_value: Option<String>,
    /// The largest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_value: Option<String>,
}

/// The length of a string; the bounds are text on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct StringConstraints {
    /// The shortest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<String>,
    /// The longest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<String>,
}

impl StringConstraints {
    fn between(min: &str, max: &str) -> Self {
        Self { min_length: Some(min.to_owned()), max_length: Some(max.to_owned()) }
    }
}

/// The attributes that every pool has, in the order in which the service lists them.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html>
pub fn standard_attributes() -> Vec<SchemaAttribute> {
    const NAMES: [&str; 20] = [
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
    NAMES.iter().map(|name| standard(name)).collect()
}

fn standard(name: &str) -> SchemaAttribute {
    let (data_type, length) = match name {
        "email_verified" | "phone_number_verified" => (AttributeDataType::Boolean, None),
        "updated_at" => (AttributeDataType::Number, None),
        "birthdate" => (AttributeDataType::String, Some(("10", "10"))),
        "sub" => (AttributeDataType::String, Some(("1", "2048"))),
        _ => (AttributeDataType::String, Some(("0", "2048"))),
    };
    let from_zero = || NumberConstraints { min_value: Some("0".to_owned()), max_value: None };
    SchemaAttribute {
        name: Some(name.to_owned()),
        attribute_data_type: Some(data_type),
        developer_only_attribute: Some(false),
        mutable: Some(name != "sub"),
        required: Some(name == "sub"),
        number_attribute_constraints: (data_type == AttributeDataType::Number).then(from_zero),
        string_attribute_constraints: length.map(|(min, max)| StringConstraints::between(min, max)),
    }
}
