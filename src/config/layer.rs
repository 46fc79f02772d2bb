//! Settings as one source gives them, and how the sources are put together.
//!
//! There is one precedence: a flag wins over the environment, the environment over the configuration file, and the file
//! over the defaults. Whole values win; lists are not joined.

use serde::Deserialize;

use crate::domain::gateway::route::RouteKey;
use crate::domain::id::Region;
use crate::domain::pool::{AllInactive, IssuerMode, Picker, PoolChoices, ScopeProfile};
use crate::domain::quotas::Quotas;

use super::hooks::{HookError, HookLayer};
use super::settings::{Settings, StoreChoice};
use super::unprotected::Unprotected;

/// What one source says; `None` where it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Layer {
    /// `host:port` to listen on.
    pub listen: Option<Vec<String>>,
    /// `host:port` that gateways listen on which name no address.
    pub gateway_listen: Option<Vec<String>>,
    /// Whether no route of a gateway may be open to everybody.
    pub fail_on_unprotected: Option<bool>,
    /// The routes that may be open all the same.
    pub allow_unprotected: Option<Vec<RouteKey>>,
    /// `memory` or `redb:PATH`.
    pub store: Option<StoreChoice>,
    /// Where the server is reachable.
    pub base_url: Option<String>,
    /// The region of callers who name none.
    pub region: Option<String>,
    /// Whether a signed operation must be signed.
    pub strict_auth: Option<bool>,
    /// How much of everything there may be.
    pub quotas: Option<Quotas>,
    /// What `iss` says.
    pub issuer: Option<IssuerMode>,
    /// How scopes are decided.
    pub scope_profile: Option<ScopeProfile>,
    /// What to answer when every scope is inactive.
    pub all_inactive: Option<AllInactive>,
    /// Whether a pool without a domain has no OAuth endpoints.
    pub require_domain: Option<bool>,
    /// Whether an update may re-send an inactive scope.
    pub accept_inactive_on_update: Option<bool>,
    /// Whether a refresh keeps scopes that were taken off the client's list.
    pub keep_removed_scopes: Option<bool>,
    /// Whether the hosted pages offer to sign in as any user without a password.
    pub sign_in_picker: Option<bool>,
    /// Whether they offer it beyond loopback too.
    pub open_picker: Option<bool>,
    /// Where functions are called.
    pub hooks: HookLayer,
    /// How long a JWKS or discovery document may be cached, in seconds.
    pub well_known_max_age: Option<u32>,
    /// How many bytes of traces are kept.
    pub trace_bytes: Option<usize>,
    /// Further host names of the control plane.
    pub allowed_hosts: Option<Vec<String>>,
    /// Origins from which pages may call the control plane.
    pub allowed_origins: Option<Vec<String>>,
    /// Whether to listen beyond loopback.
    pub open: Option<bool>,
    /// Threads that handle connections.
    pub workers: Option<usize>,
    /// Threads that sign.
    pub signing_threads: Option<usize>,
}

/// Settings that contradict each other, or that nothing can be done with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The mode needs an address.
    #[error("the issuer mode `base-url` needs a base URL: set `base_url` in the file, POOLPASS_BASE_URL or --base-url")]
    NoBaseUrl,
    /// Not a URL that an issuer can begin with.
    #[error("the base URL `{0}` is not an http or https URL without query and fragment")]
    BaseUrl(String),
    /// Not a region.
    #[error("the region `{0}` is not 5 to 32 letters, digits and hyphens")]
    Region(String),
    /// Functions cannot be called there.
    #[error(transparent)]
    Hook(#[from] HookError),
    /// Nobody would work.
    #[error("there must be at least 1 thread")]
    NoThreads(&'static str),
}

impl SettingsError {
    /// The key, under `server:`, of the setting that is to blame.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Hook(error) => error.key(),
            Self::NoBaseUrl => "issuer",
            Self::BaseUrl(_) => "base_url",
            Self::Region(_) => "region",
            Self::NoThreads(key) => key,
        }
    }

    /// Whether this source gave the setting that is to blame.
    pub fn is_due_to(&self, source: &Layer) -> bool {
        match self {
            Self::NoBaseUrl => source.issuer.is_some(),
            Self::BaseUrl(_) => source.base_url.is_some(),
            Self::Region(_) => source.region.is_some(),
            Self::Hook(error) => error.is_due_to(&source.hooks),
            Self::NoThreads("workers") => source.workers.is_some(),
            Self::NoThreads(_) => source.signing_threads.is_some(),
        }
    }
}

impl Layer {
    /// What this source says, and what the other says where this one is silent.
    #[must_use]
    pub fn over(self, lower: Self) -> Self {
        Self {
            listen: self.listen.or(lower.listen),
            gateway_listen: self.gateway_listen.or(lower.gateway_listen),
            fail_on_unprotected: self.fail_on_unprotected.or(lower.fail_on_unprotected),
            allow_unprotected: self.allow_unprotected.or(lower.allow_unprotected),
            store: self.store.or(lower.store),
            base_url: self.base_url.or(lower.base_url),
            region: self.region.or(lower.region),
            strict_auth: self.strict_auth.or(lower.strict_auth),
            quotas: self.quotas.or(lower.quotas),
            issuer: self.issuer.or(lower.issuer),
            scope_profile: self.scope_profile.or(lower.scope_profile),
            all_inactive: self.all_inactive.or(lower.all_inactive),
            require_domain: self.require_domain.or(lower.require_domain),
            accept_inactive_on_update: self.accept_inactive_on_update.or(lower.accept_inactive_on_update),
            keep_removed_scopes: self.keep_removed_scopes.or(lower.keep_removed_scopes),
            sign_in_picker: self.sign_in_picker.or(lower.sign_in_picker),
            open_picker: self.open_picker.or(lower.open_picker),
            hooks: self.hooks.over(lower.hooks),
            well_known_max_age: self.well_known_max_age.or(lower.well_known_max_age),
            trace_bytes: self.trace_bytes.or(lower.trace_bytes),
            allowed_hosts: self.allowed_hosts.or(lower.allowed_hosts),
            allowed_origins: self.allowed_origins.or(lower.allowed_origins),
            open: self.open.or(lower.open),
            workers: self.workers.or(lower.workers),
            signing_threads: self.signing_threads.or(lower.signing_threads),
        }
    }

    /// Whether open routes are put up with.
    pub fn unprotected(&self) -> Unprotected {
        let allowed = self.allow_unprotected.clone().unwrap_or_default();
        Unprotected { refused: self.fail_on_unprotected.unwrap_or(false), allowed }
    }

    /// The settings in force: these, and the defaults for the rest.
    pub fn settle(self) -> Result<Settings, SettingsError> {
        let default = Settings::default();
        let choices = default.choices;
        let choices = PoolChoices {
            scope_profile: self.scope_profile.unwrap_or(choices.scope_profile),
            all_inactive: self.all_inactive.unwrap_or(choices.all_inactive),
            issuer: self.issuer.unwrap_or(choices.issuer),
            require_domain: self.require_domain.unwrap_or(choices.require_domain),
            accept_inactive_on_update: self.accept_inactive_on_update.unwrap_or(choices.accept_inactive_on_update),
            keep_removed_scopes: self.keep_removed_scopes.unwrap_or(choices.keep_removed_scopes),
            picker: Picker {
                offered: self.sign_in_picker.unwrap_or(choices.picker.offered),
                open: self.open_picker.unwrap_or(choices.picker.open),
            },
        };
        let settings = Settings {
            unprotected: self.unprotected(),
            listen: self.listen.filter(|listen| !listen.is_empty()).unwrap_or(default.listen),
            gateway_listen: self.gateway_listen.filter(|listen| !listen.is_empty()).unwrap_or(default.gateway_listen),
            store: self.store.unwrap_or(default.store),
            base_url: self.base_url,
            region: self.region.map_or(default.region, Region::from),
            strict_auth: self.strict_auth.unwrap_or(default.strict_auth),
            quotas: self.quotas.unwrap_or(default.quotas),
            choices,
            hooks: self.hooks.settle()?,
            well_known_max_age: self.well_known_max_age.unwrap_or(default.well_known_max_age),
            trace_bytes: self.trace_bytes.unwrap_or(default.trace_bytes),
            allowed_hosts: self.allowed_hosts.unwrap_or(default.allowed_hosts),
            allowed_origins: self.allowed_origins.unwrap_or(default.allowed_origins),
            open: self.open.unwrap_or(default.open),
            workers: self.workers,
            signing_threads: self.signing_threads,
        };
        check(&settings)?;
        Ok(settings)
    }
}

fn check(settings: &Settings) -> Result<(), SettingsError> {
    if settings.choices.issuer == IssuerMode::BaseUrl && settings.base_url.is_none() {
        return Err(SettingsError::NoBaseUrl);
    }
    if let Some(text) = &settings.base_url {
        let url = url::Url::parse(text).ok();
        let plain = |url: &url::Url| {
            matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none()
        };
        url.filter(plain).ok_or_else(|| SettingsError::BaseUrl(text.clone()))?;
    }
    let region = settings.region.as_str();
    Region::of_name(region).ok_or_else(|| SettingsError::Region(region.to_owned()))?;
    for (name, threads) in [("workers", settings.workers), ("signing_threads", settings.signing_threads)] {
        if threads == Some(0) {
            return Err(SettingsError::NoThreads(name));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_says_is_the_default() {
        assert_eq!(Layer::default().settle(), Ok(Settings::default()));
    }

    #[test]
    fn the_upper_source_wins_and_the_lower_fills_in() {
        let upper = Layer { workers: Some(1), ..Layer::default() };
        let lower = Layer { workers: Some(2), trace_bytes: Some(0), ..Layer::default() };
        let settings = upper.over(lower).settle().unwrap();
        assert_eq!((settings.workers, settings.trace_bytes), (Some(1), 0));
    }

    #[test]
    fn the_base_url_issuer_needs_a_base_url() {
        let issuer = Layer { issuer: Some(IssuerMode::BaseUrl), ..Layer::default() };
        assert_eq!(issuer.clone().settle(), Err(SettingsError::NoBaseUrl));
        let with = |url: &str| Layer { base_url: Some(url.to_owned()), ..issuer.clone() }.settle();
        assert_eq!(with("http://poolpass:7665").unwrap().base_url.as_deref(), Some("http://poolpass:7665"));
        for bad in ["poolpass:7665", "ftp://poolpass", "http://poolpass/?a=b", ""] {
            assert_eq!(with(bad), Err(SettingsError::BaseUrl(bad.to_owned())));
        }
    }

    #[test]
    fn regions_and_threads_are_checked() {
        let region = |text: &str| Layer { region: Some(text.to_owned()), ..Layer::default() }.settle();
        assert_eq!(region("eu-west-1").unwrap().region, Region::from("eu-west-1"));
        assert_eq!(region("eu_west"), Err(SettingsError::Region("eu_west".to_owned())));
        assert_eq!(region("eu"), Err(SettingsError::Region("eu".to_owned())));
        let none = Layer { workers: Some(0), ..Layer::default() };
        assert_eq!(none.settle(), Err(SettingsError::NoThreads("workers")));
    }
}
