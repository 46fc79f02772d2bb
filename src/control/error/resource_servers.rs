//! The sentences about resource servers.

use crate::registry::resource_servers::ResourceServerError;

use super::{AwsError, ErrorCode};

impl From<ResourceServerError> for AwsError {
    fn from(error: ResourceServerError) -> Self {
        match error {
            ResourceServerError::NotFound(identifier) => {
                Self::not_found(format!("Resource server {identifier} does not exist."))
            }
            ResourceServerError::Exists { identifier, pool } => {
                Self::invalid(format!("{identifier} already exists in user pool {pool}."))
            }
            ResourceServerError::DuplicateScope(name) => {
                Self::invalid(format!("Scopes contain duplicate scope name {name}."))
            }
            ResourceServerError::TooMany { pool, limit } => Self::new(
                ErrorCode::LimitExceededException,
                format!("Resource server limit exceeded: user pool {pool} may have {limit}."),
            ),
        }
    }
}
