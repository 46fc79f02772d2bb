//! What a pool keeps from its creation on, and what a changed declaration wants of it.

use std::collections::HashSet;

use crate::domain::pool::UserPool;
use crate::domain::settings::{FixedPoolSettings, SchemaAttribute, standard_attributes};
use crate::registry::pools;

use super::{SeedError, declaration, refused};

/// The custom attributes that a declaration adds, as it has them; any other difference is refused.
pub(super) fn added_attributes(
    declared: FixedPoolSettings,
    pool: &UserPool,
    key: &str,
) -> Result<Vec<SchemaAttribute>, SeedError> {
    let sent = declared.schema.clone();
    let declared = pools::to_keep(declared).map_err(|error| refused(key, error))?;
    let stored = &pool.fixed;
    let same = [
        ("AliasAttributes", set(declared.alias_attributes.as_ref()) == set(stored.alias_attributes.as_ref())),
        ("UsernameAttributes", set(declared.username_attributes.as_ref()) == set(stored.username_attributes.as_ref())),
        ("UsernameConfiguration", declared.username_configuration == stored.username_configuration),
    ];
    if let Some((member, _)) = same.iter().find(|(_, same)| !same) {
        let problem = "was fixed when the pool was made, and was different then; declare it as it was, or another pool";
        return Err(declaration(&format!("{key}.settings.{member}"), problem));
    }
    let usual = standard_attributes();
    // What the declaration does not mention: a standard attribute is as usual, and a custom one stays as it is.
    let unmentioned =
        stored.schema.iter().filter(|attribute| !attribute.is_custom() && of(&declared.schema, attribute).is_none());
    if let Some(attribute) = unmentioned.into_iter().find(|attribute| of(&usual, attribute) != Some(attribute)) {
        return Err(changed(attribute, key));
    }
    let mut added = Vec::new();
    for (sent, declared) in sent.into_iter().zip(&declared.schema) {
        match of(&stored.schema, declared) {
            None if declared.is_custom() => added.push(sent),
            None if of(&usual, declared) == Some(declared) => {}
            Some(stored) if stored == declared => {}
            _ => return Err(changed(declared, key)),
        }
    }
    Ok(added)
}

fn set(attributes: Option<&Vec<String>>) -> HashSet<&String> {
    attributes.into_iter().flatten().collect()
}

fn of<'a>(schema: &'a [SchemaAttribute], like: &SchemaAttribute) -> Option<&'a SchemaAttribute> {
    schema.iter().find(|attribute| attribute.name == like.name)
}

fn changed(attribute: &SchemaAttribute, key: &str) -> SeedError {
    let name = attribute.name.as_deref().unwrap_or_default();
    let problem =
        format!("the attribute `{name}` is fixed, and was different when it was made; only new ones can be added");
    declaration(&format!("{key}.settings.Schema"), problem)
}
