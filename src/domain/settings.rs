//! The settings of a user pool, in the shapes of the wire.

use serde::{Deserialize, Serialize};

/// Everything about a pool that `UpdateUserPool` replaces: what is left out falls back to its default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PoolSettings {}

/// What `CreateUserPool` fixes for good.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct FixedPoolSettings {}

/// What `SetUserPoolMfaConfig` replaces.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct MfaSettings {}
