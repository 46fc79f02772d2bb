//! The table of everything the control plane serves.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::model;
use super::operation::Entry;
use super::{
    auth, groups, resource_servers, self_service, tags, tokens, user_pool_clients, user_pool_domains, user_pools, users,
};

/// The lists of the resources' folders.
const FOLDERS: &[&[Entry]] = &[
    user_pools::OPERATIONS,
    resource_servers::OPERATIONS,
    user_pool_clients::OPERATIONS,
    user_pool_domains::OPERATIONS,
    tags::OPERATIONS,
    tokens::OPERATIONS,
    users::OPERATIONS,
    groups::OPERATIONS,
    auth::OPERATIONS,
    self_service::OPERATIONS,
];

static BY_NAME: LazyLock<HashMap<&'static str, Entry>> =
    LazyLock::new(|| all().map(|entry| (entry.name, *entry)).collect());

/// Every operation, folder by folder.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    FOLDERS.iter().copied().flatten()
}

/// The operation of this name, written exactly so.
pub fn find(name: &str) -> Option<&'static Entry> {
    BY_NAME.get(name)
}

/// The exceptions that the model declares for the operation of this name.
pub(super) fn declared(name: &str) -> &'static [&'static str] {
    model::operations::find(name).map_or(&[], |model| model.errors)
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::control::model::{Bounds, Member, Shape};

    #[test]
    fn every_operation_of_the_model_is_served_once_and_with_its_table() {
        assert_eq!(BY_NAME.len(), all().count());
        assert_eq!(BY_NAME.len(), model::operations::all().count());
        for entry in all() {
            let model = model::operations::find(entry.name);
            assert_eq!(model.map(|model| model.input), Some(entry.input), "{}", entry.name);
        }
    }

    #[test]
    fn every_request_struct_takes_the_smallest_and_the_fullest_document_of_its_table() {
        for entry in all() {
            entry
                .reads(document(entry.input, false))
                .unwrap_or_else(|error| panic!("smallest {}: {error}", entry.name));
            entry.reads(document(entry.input, true)).unwrap_or_else(|error| panic!("fullest {}: {error}", entry.name));
        }
    }

    fn document(members: &[Member], full: bool) -> Map<String, Value> {
        let wanted = members.iter().filter(|member| full || member.required);
        wanted.map(|member| (member.name.to_owned(), value(member.shape, full))).collect()
    }

    fn value(shape: &Shape, full: bool) -> Value {
        let at_least_one = |size: &Bounds| full || size.min.unwrap_or(0) > 0;
        match shape {
            Shape::Text(_) => json!("1"),
            Shape::Choice(values) => json!(values.last()),
            Shape::Integer(bounds) => json!(bounds.max.unwrap_or(1)),
            Shape::Boolean => json!(true),
            Shape::List(size, element) if at_least_one(size) => json!([value(element, full)]),
            Shape::List(..) => json!([]),
            Shape::Map(size, _, entry) if at_least_one(size) => json!({"1": value(entry, full)}),
            Shape::Map(..) => json!({}),
            Shape::Structure(members) => Value::Object(document(members, full)),
        }
    }
}
