//! The attributes that a pool's users have.

use std::collections::HashSet;

use crate::domain::pool::UserPool;
use crate::domain::quotas::Quotas;
use crate::domain::settings::{
    AttributeDataType, NumberConstraints, SchemaAttribute, StringConstraints, standard_attributes,
};
use crate::domain::time::Timestamp;
use crate::store::transaction::Transaction;

use super::{RegistryError, pools};

/// Why an attribute was refused; each names it in full.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// It has no name.
    #[error("an attribute without a name")]
    NoName,
    /// It has no type.
    #[error("`{0}` has no data type")]
    NoType(String),
    /// A custom attribute cannot be required.
    #[error("`{0}` is custom and required")]
    RequiredCustom(String),
    /// The type of a standard attribute is fixed.
    #[error("`{0}` is a standard attribute of another type")]
    StandardType(String),
    /// Twice in one request.
    #[error("`{0}` is given twice")]
    Duplicate(String),
    /// The pool has it.
    #[error("`{0}` exists")]
    Exists(String),
    /// The longest is shorter than the shortest.
    #[error("`{0}` has no possible length")]
    Length(String),
    /// The largest is smaller than the smallest.
    #[error("`{0}` has no possible value")]
    Range(String),
    /// A bound that is no number.
    #[error("a bound of `{0}` is no number")]
    Bound(String),
    /// Too many of them.
    #[error("more than {0} custom attributes")]
    TooMany(u64),
}

/// The schema to store for the one sent: names of standard attributes change these, all others are custom.
pub(super) fn of_creation(sent: &[SchemaAttribute]) -> Result<Vec<SchemaAttribute>, SchemaError> {
    let standard = standard_attributes();
    let attribute = |sent: &SchemaAttribute| match standard.iter().find(|standard| standard.name == sent.name) {
        Some(standard) => changed(standard, sent),
        None => custom(sent),
    };
    let stored: Vec<_> = sent.iter().map(attribute).collect::<Result<_, _>>()?;
    all_different(&stored)?;
    Ok(stored)
}

/// Adds custom attributes to a pool; none can be changed or taken away again.
pub fn add(
    tx: &mut Transaction<'_>,
    mut pool: UserPool,
    sent: &[SchemaAttribute],
    now: Timestamp,
    quotas: &Quotas,
) -> Result<(), RegistryError> {
    let added: Vec<_> = sent.iter().map(custom).collect::<Result<_, _>>()?;
    all_different(&added)?;
    let there: HashSet<_> = pool.fixed.schema.iter().filter_map(|attribute| attribute.name.as_deref()).collect();
    if let Some(name) = added.iter().filter_map(|new| new.name.as_deref()).find(|name| there.contains(name)) {
        return Err(SchemaError::Exists(name.to_owned()).into());
    }
    pool.fixed.schema.extend(added);
    let own = pool.fixed.schema.iter().filter(|attribute| attribute.is_custom()).count();
    if own as u64 > quotas.custom_attributes {
        return Err(SchemaError::TooMany(quotas.custom_attributes).into());
    }
    pool.modified = now;
    pools::save(tx, &pool)
}

fn all_different(attributes: &[SchemaAttribute]) -> Result<(), SchemaError> {
    let mut seen = HashSet::new();
    let twice = attributes.iter().filter_map(|attribute| attribute.name.as_deref()).find(|name| !seen.insert(*name));
    twice.map_or(Ok(()), |name| Err(SchemaError::Duplicate(name.to_owned())))
}

fn changed(standard: &SchemaAttribute, sent: &SchemaAttribute) -> Result<SchemaAttribute, SchemaError> {
    let name = standard.name.clone().unwrap_or_default();
    let other_type = sent.attribute_data_type.is_some() && sent.attribute_data_type != standard.attribute_data_type;
    if other_type || sent.developer_only_attribute == Some(true) {
        return Err(SchemaError::StandardType(name));
    }
    let changed = SchemaAttribute {
        mutable: sent.mutable.or(standard.mutable),
        required: sent.required.or(standard.required),
        number_attribute_constraints: standard.number_attribute_constraints.as_ref().map(|usual| {
            let sent = sent.number_attribute_constraints.clone();
            sent.unwrap_or_else(|| usual.clone())
        }),
        string_attribute_constraints: standard.string_attribute_constraints.as_ref().map(|usual| {
            let sent = sent.string_attribute_constraints.clone();
            sent.unwrap_or_else(|| usual.clone())
        }),
        ..standard.clone()
    };
    with_possible_values(changed, &name)
}

fn custom(sent: &SchemaAttribute) -> Result<SchemaAttribute, SchemaError> {
    let own = sent.name.as_deref().ok_or(SchemaError::NoName)?;
    let developer_only = sent.developer_only_attribute.unwrap_or(false);
    // COGNITO: the documentation says `dev:name`, the service says `dev:custom:name`.
    let name = if developer_only { format!("dev:custom:{own}") } else { format!("custom:{own}") };
    let data_type = sent.attribute_data_type.ok_or_else(|| SchemaError::NoType(name.clone()))?;
    if sent.required == Some(true) {
        return Err(SchemaError::RequiredCustom(name));
    }
    let number = || sent.number_attribute_constraints.clone().unwrap_or_default();
    let string = || sent.string_attribute_constraints.clone().unwrap_or_default();
    let attribute = SchemaAttribute {
        name: Some(name.clone()),
        attribute_data_type: Some(data_type),
        developer_only_attribute: Some(developer_only),
        mutable: Some(sent.mutable.unwrap_or(true)),
        required: Some(false),
        number_attribute_constraints: (data_type == AttributeDataType::Number).then(number),
        string_attribute_constraints: (data_type == AttributeDataType::String).then(string),
    };
    with_possible_values(attribute, &name)
}

fn with_possible_values(attribute: SchemaAttribute, name: &str) -> Result<SchemaAttribute, SchemaError> {
    let bound = |text: &Option<String>| {
        let parsed = text.as_ref().map(|text| text.parse::<i64>());
        parsed.transpose().map_err(|_| SchemaError::Bound(name.to_owned()))
    };
    let reversed = |min: Option<i64>, max: Option<i64>| min.zip(max).is_some_and(|(min, max)| min > max);
    if let Some(StringConstraints { min_length, max_length }) = &attribute.string_attribute_constraints
        && reversed(bound(min_length)?, bound(max_length)?)
    {
        return Err(SchemaError::Length(name.to_owned()));
    }
    if let Some(NumberConstraints { min_value, max_value }) = &attribute.number_attribute_constraints
        && reversed(bound(min_value)?, bound(max_value)?)
    {
        return Err(SchemaError::Range(name.to_owned()));
    }
    Ok(attribute)
}
