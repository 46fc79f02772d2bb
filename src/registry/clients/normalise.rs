//! Settings in the form in which they are kept: lists are sets, and what says nothing is not there.

use std::collections::HashSet;
use std::hash::Hash;

use crate::domain::client::{ClientSettings, RefreshTokenRotation, TimeUnit, TokenValidityUnits};

/// Brings the settings of a request into the form in which they are kept; `before` are those they replace.
pub fn settings(given: ClientSettings, before: Option<&ClientSettings>) -> ClientSettings {
    // Zero asks for the default, 30 days, whatever the unit.
    let refresh_token_validity = given.refresh_token_validity.filter(|validity| *validity > 0);
    ClientSettings {
        refresh_token_validity,
        token_validity_units: units(given.token_validity_units, refresh_token_validity.is_some()),
        read_attributes: set(given.read_attributes),
        write_attributes: set(given.write_attributes),
        explicit_auth_flows: set(given.explicit_auth_flows),
        supported_identity_providers: set(given.supported_identity_providers),
        callback_urls: set(given.callback_urls),
        logout_urls: set(given.logout_urls),
        allowed_oauth_flows: flows(given.allowed_oauth_flows),
        allowed_oauth_scopes: set(given.allowed_oauth_scopes),
        refresh_token_rotation: rotation(given.refresh_token_rotation, before),
        ..given
    }
}

/// Each element once, where it first stood. An empty list is as good as none, and the service shows none.
fn set<T: Clone + Eq + Hash>(list: Option<Vec<T>>) -> Option<Vec<T>> {
    let mut seen = HashSet::new();
    let list: Vec<T> = list?.into_iter().filter(|element| seen.insert(element.clone())).collect();
    (!list.is_empty()).then_some(list)
}

fn flows<T: Copy + PartialEq>(list: Option<Vec<T>>) -> Option<Vec<T>> {
    let mut kept = Vec::new();
    for flow in list? {
        if !kept.contains(&flow) {
            kept.push(flow);
        }
    }
    (!kept.is_empty()).then_some(kept)
}

/// COGNITO: whoever sets one unit is shown all three.
fn units(given: Option<TokenValidityUnits>, refresh_token_validity_set: bool) -> Option<TokenValidityUnits> {
    let given = given.filter(|units| *units != TokenValidityUnits::default())?;
    let refresh = given.refresh_token.filter(|_| refresh_token_validity_set).unwrap_or(TimeUnit::Days);
    Some(TokenValidityUnits {
        access_token: Some(given.access_token.unwrap_or(TimeUnit::Hours)),
        id_token: Some(given.id_token.unwrap_or(TimeUnit::Hours)),
        refresh_token: Some(refresh),
    })
}

/// COGNITO: rotation that was once set does not disappear again, it is shown as disabled
/// (hashicorp/terraform-provider-aws#45646).
fn rotation(given: Option<RefreshTokenRotation>, before: Option<&ClientSettings>) -> Option<RefreshTokenRotation> {
    let disabled = || RefreshTokenRotation { feature: "DISABLED".to_owned(), retry_grace_period_seconds: Some(0) };
    match given {
        Some(rotation) if rotation.feature == "DISABLED" => Some(disabled()),
        Some(rotation) => Some(rotation),
        None => before?.refresh_token_rotation.as_ref().map(|_| disabled()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::client::OAuthFlow;
    use crate::domain::scope::Scope;

    #[test]
    fn lists_are_sets_in_order_of_appearance_and_empty_ones_are_none() {
        let given = ClientSettings {
            callback_urls: Some(vec!["b".into(), "a".into(), "b".into()]),
            logout_urls: Some(Vec::new()),
            allowed_oauth_flows: Some(vec![OAuthFlow::Implicit, OAuthFlow::Code, OAuthFlow::Implicit]),
            allowed_oauth_scopes: Some(vec![Scope::from("x/y"), Scope::from("openid"), Scope::from("x/y")]),
            ..ClientSettings::default()
        };
        let expected = ClientSettings {
            callback_urls: Some(vec!["b".into(), "a".into()]),
            allowed_oauth_flows: Some(vec![OAuthFlow::Implicit, OAuthFlow::Code]),
            allowed_oauth_scopes: Some(vec![Scope::from("x/y"), Scope::from("openid")]),
            ..ClientSettings::default()
        };
        assert_eq!(settings(given, None), expected);
    }

    #[test]
    fn one_unit_brings_all_three_and_an_empty_structure_none() {
        let with = |units| ClientSettings { token_validity_units: Some(units), ..ClientSettings::default() };
        let days = TokenValidityUnits { access_token: Some(TimeUnit::Days), ..TokenValidityUnits::default() };
        let all = TokenValidityUnits {
            access_token: Some(TimeUnit::Days),
            id_token: Some(TimeUnit::Hours),
            refresh_token: Some(TimeUnit::Days),
        };
        assert_eq!(settings(with(days), None), with(all));
        assert_eq!(settings(with(TokenValidityUnits::default()), None), ClientSettings::default());
    }

    #[test]
    fn a_refresh_validity_of_zero_is_thirty_days_whatever_the_unit() {
        let minutes = TokenValidityUnits { refresh_token: Some(TimeUnit::Minutes), ..TokenValidityUnits::default() };
        let given = ClientSettings {
            refresh_token_validity: Some(0),
            token_validity_units: Some(minutes),
            ..ClientSettings::default()
        };
        let kept = settings(given, None);
        assert_eq!(kept.refresh_token_validity, None);
        assert_eq!(kept.token_validity_units.and_then(|units| units.refresh_token), Some(TimeUnit::Days));
    }

    #[test]
    fn rotation_that_was_set_is_disabled_when_left_out() {
        let rotation = |feature: &str, grace| {
            Some(RefreshTokenRotation { feature: feature.into(), retry_grace_period_seconds: grace })
        };
        let with = |rotation| ClientSettings { refresh_token_rotation: rotation, ..ClientSettings::default() };
        let enabled = with(rotation("ENABLED", Some(10)));
        assert_eq!(settings(enabled.clone(), None), enabled);
        assert_eq!(settings(with(None), None), with(None));
        let disabled = with(rotation("DISABLED", Some(0)));
        assert_eq!(settings(with(None), Some(&enabled)), disabled);
        assert_eq!(settings(with(None), Some(&disabled)), disabled);
        assert_eq!(settings(with(rotation("DISABLED", Some(30))), None), disabled);
    }
}
