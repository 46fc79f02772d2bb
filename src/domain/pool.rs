//! User pools.

use serde::{Deserialize, Serialize};

use super::claim_rules::TokenRule;
use super::id::{AccountId, UserPoolId};
use super::settings::{FixedPoolSettings, MfaSettings, PoolSettings};
use super::time::Timestamp;

/// A user pool as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserPool {
    /// Unique over all accounts here.
    pub id: UserPoolId,
    /// The account that owns it; to every other account it does not exist.
    pub account: AccountId,
    /// For people; not unique.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
    /// Everything that `UpdateUserPool` replaces.
    pub settings: PoolSettings,
    /// What `CreateUserPool` fixes for good (the schema can grow).
    #[serde(default)]
    pub fixed: FixedPoolSettings,
    /// What `SetUserPoolMfaConfig` replaces.
    #[serde(default)]
    pub mfa: MfaSettings,
    /// The prefix of the pool's domain, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The pool's custom domain, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_domain: Option<String>,
    /// Choices of poolpass that AWS has no setting for.
    #[serde(default)]
    pub options: PoolOptions,
}

impl UserPool {
    /// Whether the pool has a domain of either kind; on AWS a pool without one has no OAuth endpoints.
    pub fn has_domain(&self) -> bool {
        self.domain.is_some() || self.custom_domain.is_some()
    }
}

#[cfg(test)]
impl UserPool {
    /// A pool as `CreateUserPool` makes it of a name alone.
    pub(crate) fn plain() -> Self {
        Self {
            id: UserPoolId::from("us-east-1_AbCdEfGhI"),
            account: AccountId::nobody(),
            name: "shop".to_owned(),
            created: Timestamp::from_millis(0),
            modified: Timestamp::from_millis(0),
            settings: PoolSettings::default(),
            fixed: FixedPoolSettings::default(),
            mfa: MfaSettings::default(),
            domain: None,
            custom_domain: None,
            options: PoolOptions::default(),
        }
    }
}

/// How scopes are decided where sources disagree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeProfile {
    /// As AWS documents it: the client's list decides, refusals are `invalid_scope`.
    #[default]
    Documented,
    /// As others report having seen it: see docs/fidelity.md.
    Observed,
}

impl ScopeProfile {
    /// The name in the configuration and in traces.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
        }
    }

    /// The one that is not this one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Documented => Self::Observed,
            Self::Observed => Self::Documented,
        }
    }
}

/// What to answer when every scope that would be granted is inactive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AllInactive {
    /// A token without a `scope` claim.
    #[default]
    Token,
    /// `invalid_scope`.
    InvalidScope,
}

/// What `iss` says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IssuerMode {
    /// `http://localhost:{port}/{poolId}`, whatever name the request used.
    #[default]
    Local,
    /// `{base url}/{poolId}`.
    BaseUrl,
    /// `https://cognito-idp.{region}.amazonaws.com/{poolId}`.
    Aws,
    /// The scheme and host of the request.
    Host,
}

/// Choices of poolpass that AWS has no setting for; what is `None` follows the server's configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PoolOptions {
    /// How scopes are decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope_profile: Option<ScopeProfile>,
    /// What to answer when every scope is inactive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all_inactive: Option<AllInactive>,
    /// What `iss` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<IssuerMode>,
    /// Whether a pool without a domain has no OAuth endpoints, as on AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_domain: Option<bool>,
    /// Whether an update may re-send a scope that is on the client's list but inactive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept_inactive_on_update: Option<bool>,
    /// Whether a refresh keeps scopes that were taken off the client's list after the sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_removed_scopes: Option<bool>,
    /// What becomes of the tokens of users in certain groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub token_rules: Vec<TokenRule>,
    /// Whether the hosted pages offer to sign in as any user without a password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_in_picker: Option<bool>,
}

/// The choices in force for one pool.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PoolChoices {
    /// How scopes are decided.
    pub scope_profile: ScopeProfile,
    /// What to answer when every scope is inactive.
    pub all_inactive: AllInactive,
    /// What `iss` says.
    pub issuer: IssuerMode,
    /// Whether a pool without a domain has no OAuth endpoints.
    pub require_domain: bool,
    /// Whether an update may re-send an inactive scope.
    pub accept_inactive_on_update: bool,
    /// Whether a refresh keeps scopes that were taken off the client's list after the sign-in.
    pub keep_removed_scopes: bool,
    /// Whether and to whom the hosted pages offer to sign in as any user without a password.
    pub picker: Picker,
}

/// The offer of the hosted pages to sign in as any user without a password.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Picker {
    /// Whether it is made, to callers on this machine.
    pub offered: bool,
    /// Whether, if so, it is made to callers from beyond this machine too; the server's choice alone.
    pub open: bool,
}

impl PoolOptions {
    /// The pool's own choices, and the server's where the pool has none.
    pub fn over(&self, server: &PoolChoices) -> PoolChoices {
        PoolChoices {
            scope_profile: self.scope_profile.unwrap_or(server.scope_profile),
            all_inactive: self.all_inactive.unwrap_or(server.all_inactive),
            issuer: self.issuer.unwrap_or(server.issuer),
            require_domain: self.require_domain.unwrap_or(server.require_domain),
            accept_inactive_on_update: self.accept_inactive_on_update.unwrap_or(server.accept_inactive_on_update),
            keep_removed_scopes: self.keep_removed_scopes.unwrap_or(server.keep_removed_scopes),
            picker: Picker { offered: self.sign_in_picker.unwrap_or(server.picker.offered), open: server.picker.open },
        }
    }
}
