//! Every operation of our part of the service: its request and the exceptions it declares.

mod auth;
mod groups;
mod pools;
mod self_service;
mod tokens;
mod users;

use super::OperationModel;

/// The lists of the files, in the order of the resources.
const FILES: &[&[OperationModel]] = &[
    pools::OPERATIONS,
    users::OPERATIONS,
    groups::OPERATIONS,
    self_service::OPERATIONS,
    auth::OPERATIONS,
    tokens::OPERATIONS,
];

/// Every operation that the tables describe.
pub fn all() -> impl Iterator<Item = &'static OperationModel> {
    FILES.iter().copied().flatten()
}

/// The operation of this name.
pub fn find(name: &str) -> Option<&'static OperationModel> {
    all().find(|model| model.name == name)
}
