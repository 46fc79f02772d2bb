//! The rules on a client's settings: against each other, against the client, and against its pool.
//!
//! All of it is pure. The rules and the order of their families follow the reference of `CreateUserPoolClient`:
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>

use crate::domain::client::{ClientSettings, OAuthFlow, TimeUnit};
use crate::domain::pool::UserPool;
use crate::domain::settings::Tier;

use super::{Occasion, SettingsError, attributes, redirects};

/// What settings are held against.
#[derive(Clone, Copy)]
pub struct Circumstances<'a> {
    /// The client's pool.
    pub pool: &'a UserPool,
    /// Whether the client has a secret.
    pub confidential: bool,
    /// When.
    pub occasion: Occasion,
}

/// Refuses settings that break a rule. Whether scopes exist is not looked at here.
pub fn settings(settings: &ClientSettings, circumstances: &Circumstances<'_>) -> Result<(), SettingsError> {
    let Circumstances { pool, confidential, occasion } = *circumstances;
    lifetimes(settings)?;
    auth_flows(settings, confidential)?;
    let tier = pool.settings.tier();
    if tier == Tier::Lite && settings.explicit_auth_flows.iter().flatten().any(|flow| flow == "ALLOW_USER_AUTH") {
        return Err(SettingsError::UserAuthTier(tier));
    }
    if settings.enable_propagate_additional_user_context_data == Some(true) && !confidential {
        return Err(SettingsError::ContextDataWithoutSecret);
    }
    oauth(settings, confidential)?;
    redirects::settings(settings)?;
    // `COGNITO` is the pool itself; no other provider can be set up yet.
    if let Some(unknown) = settings.supported_identity_providers.iter().flatten().find(|name| *name != "COGNITO") {
        return Err(SettingsError::ProviderNotFound { provider: unknown.clone(), pool: pool.id.clone() });
    }
    attributes::settings(settings, &pool.fixed, occasion)?;
    analytics(settings)
}

/// Access and ID tokens live five minutes to a day, refresh tokens an hour to ten years, and no token outlives the
/// refresh token that it comes with.
fn lifetimes(settings: &ClientSettings) -> Result<(), SettingsError> {
    const HOUR: u64 = 3_600;
    const DAY: u64 = 24 * HOUR;
    let units = settings.token_validity_units.clone().unwrap_or_default();
    let seconds = |validity: Option<u32>, unit: TimeUnit, unset: u64| {
        validity.map_or(unset, |validity| u64::from(validity) * unit.seconds())
    };
    let access = seconds(settings.access_token_validity, units.access_token.unwrap_or(TimeUnit::Hours), HOUR);
    let id = seconds(settings.id_token_validity, units.id_token.unwrap_or(TimeUnit::Hours), HOUR);
    let refresh = seconds(settings.refresh_token_validity, units.refresh_token.unwrap_or(TimeUnit::Days), 30 * DAY);
    let short = 300..=DAY;
    if !(short.contains(&access) && short.contains(&id) && (HOUR..=3_650 * DAY).contains(&refresh)) {
        return Err(SettingsError::ValidityRange);
    }
    if access > refresh || id > refresh { Err(SettingsError::ValidityOrder) } else { Ok(()) }
}

fn auth_flows(settings: &ClientSettings, confidential: bool) -> Result<(), SettingsError> {
    let Some(flows) = &settings.explicit_auth_flows else { return Ok(()) };
    let lists = |name: &str| flows.iter().any(|flow| flow == name);
    let new = flows.iter().filter(|flow| flow.starts_with("ALLOW_")).count();
    if new != 0 && new != flows.len() {
        return Err(SettingsError::MixedAuthFlows);
    }
    if lists("ALLOW_CLIENT_TOKEN_AUTH") {
        if flows.len() > 1 {
            return Err(SettingsError::ClientTokenAuthNotAlone);
        }
        if !confidential {
            return Err(SettingsError::ClientTokenAuthWithoutSecret);
        }
    }
    // Only where it is named: a client that leaves the list out has the flow by default, and rotates all the same.
    let rotates = settings.refresh_token_rotation.as_ref().is_some_and(|rotation| rotation.feature == "ENABLED");
    if rotates && lists("ALLOW_REFRESH_TOKEN_AUTH") {
        return Err(SettingsError::RotationWithRefreshFlow);
    }
    Ok(())
}

/// COGNITO: what the flows need is demanded whether or not `AllowedOAuthFlowsUserPoolClient` switches them on.
fn oauth(settings: &ClientSettings, confidential: bool) -> Result<(), SettingsError> {
    let flows = settings.allowed_oauth_flows.as_deref().unwrap_or_default();
    let scopes = settings.allowed_scopes();
    if settings.allowed_oauth_flows_user_pool_client && (flows.is_empty() || scopes.is_empty()) {
        return Err(SettingsError::OAuthIncomplete);
    }
    let machine = flows.contains(&OAuthFlow::ClientCredentials);
    if machine && flows.len() > 1 {
        return Err(SettingsError::ClientCredentialsNotAlone);
    }
    if machine && !confidential {
        return Err(SettingsError::ClientCredentialsWithoutSecret);
    }
    if !machine && !flows.is_empty() && settings.callback_urls.is_none() {
        return Err(SettingsError::NoCallback);
    }
    match scopes.iter().find(|scope| machine && scope.is_built_in()) {
        Some(scope) => Err(SettingsError::ScopeOfUsers(scope.clone())),
        None => Ok(()),
    }
}

/// An application is named by its ARN alone, or by its id with a role and the role's external id.
fn analytics(settings: &ClientSettings) -> Result<(), SettingsError> {
    let Some(analytics) = &settings.analytics_configuration else { return Ok(()) };
    let by_id = [&analytics.application_id, &analytics.role_arn, &analytics.external_id];
    let given = by_id.iter().filter(|member| member.is_some()).count();
    let wanted = if analytics.application_arn.is_some() { 0 } else { by_id.len() };
    if given == wanted { Ok(()) } else { Err(SettingsError::Analytics) }
}

#[cfg(test)]
mod tests;
