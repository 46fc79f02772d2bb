//! Every rule on settings, on the values on either side of it.

use super::*;
use crate::domain::client::{AnalyticsConfiguration, RefreshTokenRotation, TokenValidityUnits};
use crate::domain::scope::Scope;
use crate::domain::settings::SchemaAttribute;

fn in_pool(pool: &UserPool, given: &ClientSettings, confidential: bool) -> Result<(), SettingsError> {
    settings(given, &Circumstances { pool, confidential, occasion: Occasion::Creation })
}

fn public(given: &ClientSettings) -> Result<(), SettingsError> {
    in_pool(&UserPool::plain(), given, false)
}

fn confidential(given: &ClientSettings) -> Result<(), SettingsError> {
    in_pool(&UserPool::plain(), given, true)
}

#[expect(clippy::unnecessary_wraps, reason = "lists of settings are optional")]
fn list(names: &[&str]) -> Option<Vec<String>> {
    Some(names.iter().map(|name| (*name).to_owned()).collect())
}

fn scopes(names: &[&str]) -> Option<Vec<Scope>> {
    list(names).map(|names| names.into_iter().map(|name| Scope::from(name.as_str())).collect())
}

fn validity(access: (u32, TimeUnit), id: (u32, TimeUnit), refresh: (u32, TimeUnit)) -> ClientSettings {
    let units =
        TokenValidityUnits { access_token: Some(access.1), id_token: Some(id.1), refresh_token: Some(refresh.1) };
    ClientSettings {
        access_token_validity: Some(access.0),
        id_token_validity: Some(id.0),
        refresh_token_validity: Some(refresh.0),
        token_validity_units: Some(units),
        ..ClientSettings::default()
    }
}

#[test]
fn nothing_set_breaks_no_rule() {
    assert_eq!(public(&ClientSettings::default()), Ok(()));
    assert_eq!(confidential(&ClientSettings::default()), Ok(()));
}

#[test]
fn tokens_live_within_their_bounds() {
    use TimeUnit::{Days, Hours, Minutes, Seconds};
    let month = (30, Days);
    for (access, id, refresh) in [
        ((5, Minutes), (300, Seconds), month),
        ((1, Days), (24, Hours), month),
        ((1, Hours), (1, Hours), (60, Minutes)),
        ((1, Hours), (1, Hours), (3_650, Days)),
    ] {
        assert_eq!(public(&validity(access, id, refresh)), Ok(()), "{access:?} {id:?} {refresh:?}");
    }
    for (access, id, refresh) in [
        ((299, Seconds), (1, Hours), month),
        ((86_401, Seconds), (1, Hours), month),
        ((1, Hours), (4, Minutes), month),
        ((1, Hours), (2, Days), month),
        ((5, Minutes), (5, Minutes), (59, Minutes)),
        ((1, Hours), (1, Hours), (3_651, Days)),
    ] {
        let refused = public(&validity(access, id, refresh));
        assert_eq!(refused, Err(SettingsError::ValidityRange), "{access:?} {id:?} {refresh:?}");
    }
}

#[test]
fn units_default_to_hours_and_days() {
    let access = ClientSettings { access_token_validity: Some(25), ..ClientSettings::default() };
    assert_eq!(public(&access), Err(SettingsError::ValidityRange));
    let refresh = ClientSettings { refresh_token_validity: Some(3_651), ..ClientSettings::default() };
    assert_eq!(public(&refresh), Err(SettingsError::ValidityRange));
}

#[test]
fn no_token_outlives_the_refresh_token() {
    use TimeUnit::{Hours, Minutes};
    let short = (61, Minutes);
    assert_eq!(public(&validity((61, Minutes), (61, Minutes), short)), Ok(()));
    assert_eq!(public(&validity((2, Hours), (1, Hours), short)), Err(SettingsError::ValidityOrder));
    assert_eq!(public(&validity((1, Hours), (2, Hours), short)), Err(SettingsError::ValidityOrder));
}

#[test]
fn auth_flows_are_of_one_generation() {
    let with = |flows: &[&str]| ClientSettings { explicit_auth_flows: list(flows), ..ClientSettings::default() };
    assert_eq!(public(&with(&["ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH"])), Ok(()));
    assert_eq!(public(&with(&["ALLOW_USER_SRP_AUTH"])), Ok(()));
    let mixed = public(&with(&["ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"]));
    assert_eq!(mixed, Err(SettingsError::MixedAuthFlows));
}

#[test]
fn machine_tokens_over_the_json_api_need_a_secret_and_no_other_flow() {
    let with = |flows: &[&str]| ClientSettings { explicit_auth_flows: list(flows), ..ClientSettings::default() };
    let alone = with(&["ALLOW_CLIENT_TOKEN_AUTH"]);
    assert_eq!(confidential(&alone), Ok(()));
    assert_eq!(public(&alone), Err(SettingsError::ClientTokenAuthWithoutSecret));
    let beside = with(&["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_CLIENT_TOKEN_AUTH"]);
    assert_eq!(confidential(&beside), Err(SettingsError::ClientTokenAuthNotAlone));
}

#[test]
fn choosing_a_factor_needs_more_than_the_smallest_plan() {
    let given = ClientSettings { explicit_auth_flows: list(&["ALLOW_USER_AUTH"]), ..ClientSettings::default() };
    assert_eq!(public(&given), Ok(()));
    let mut lite = UserPool::plain();
    lite.settings.user_pool_tier = Some(Tier::Lite);
    assert_eq!(in_pool(&lite, &given, false), Err(SettingsError::UserAuthTier(Tier::Lite)));
}

#[test]
fn rotation_excludes_the_refresh_flow_only_where_it_is_named() {
    let rotation = RefreshTokenRotation { feature: "ENABLED".into(), retry_grace_period_seconds: None };
    let mut given = ClientSettings { refresh_token_rotation: Some(rotation), ..ClientSettings::default() };
    assert_eq!(public(&given), Ok(()));
    given.explicit_auth_flows = list(&["ALLOW_USER_SRP_AUTH"]);
    assert_eq!(public(&given), Ok(()));
    given.explicit_auth_flows = list(&["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    assert_eq!(public(&given), Err(SettingsError::RotationWithRefreshFlow));
}

#[test]
fn context_data_needs_a_secret() {
    let given =
        ClientSettings { enable_propagate_additional_user_context_data: Some(true), ..ClientSettings::default() };
    assert_eq!(public(&given), Err(SettingsError::ContextDataWithoutSecret));
    assert_eq!(confidential(&given), Ok(()));
}

#[test]
fn the_oauth_switch_needs_flows_and_scopes() {
    let machine = ClientSettings {
        allowed_oauth_flows_user_pool_client: true,
        allowed_oauth_flows: Some(vec![OAuthFlow::ClientCredentials]),
        allowed_oauth_scopes: scopes(&["orders/read"]),
        ..ClientSettings::default()
    };
    assert_eq!(confidential(&machine), Ok(()));
    let no_flows = ClientSettings { allowed_oauth_flows: None, ..machine.clone() };
    assert_eq!(confidential(&no_flows), Err(SettingsError::OAuthIncomplete));
    let no_scopes = ClientSettings { allowed_oauth_scopes: None, ..machine.clone() };
    assert_eq!(confidential(&no_scopes), Err(SettingsError::OAuthIncomplete));
    let off = ClientSettings { allowed_oauth_flows_user_pool_client: false, ..no_scopes };
    assert_eq!(confidential(&off), Ok(()));
}

#[test]
fn client_credentials_stand_alone_with_a_secret_and_without_users() {
    let mut given = ClientSettings {
        allowed_oauth_flows: Some(vec![OAuthFlow::ClientCredentials]),
        allowed_oauth_scopes: scopes(&["orders/read", "email", "openid"]),
        ..ClientSettings::default()
    };
    assert_eq!(public(&given), Err(SettingsError::ClientCredentialsWithoutSecret));
    assert_eq!(confidential(&given), Err(SettingsError::ScopeOfUsers(Scope::from("email"))));
    given.allowed_oauth_flows = Some(vec![OAuthFlow::Code, OAuthFlow::ClientCredentials]);
    assert_eq!(confidential(&given), Err(SettingsError::ClientCredentialsNotAlone));
}

#[test]
fn browser_flows_need_somewhere_to_return_to() {
    for flow in [OAuthFlow::Code, OAuthFlow::Implicit] {
        let mut given = ClientSettings { allowed_oauth_flows: Some(vec![flow]), ..ClientSettings::default() };
        assert_eq!(public(&given), Err(SettingsError::NoCallback));
        given.callback_urls = list(&["https://app.example.com/cb"]);
        assert_eq!(public(&given), Ok(()));
    }
}

#[test]
fn the_pool_itself_is_its_only_identity_provider() {
    let with =
        |names: &[&str]| ClientSettings { supported_identity_providers: list(names), ..ClientSettings::default() };
    assert_eq!(public(&with(&["COGNITO"])), Ok(()));
    let unknown = SettingsError::ProviderNotFound { provider: "Google".into(), pool: UserPool::plain().id };
    assert_eq!(public(&with(&["COGNITO", "Google"])), Err(unknown));
}

#[test]
fn attributes_are_those_of_the_pool_and_what_is_required_is_writable() {
    let attribute = |name: &str, required| SchemaAttribute {
        name: Some(name.into()),
        required: Some(required),
        ..SchemaAttribute::default()
    };
    let mut pool = UserPool::plain();
    pool.fixed.schema = vec![attribute("email", true), attribute("custom:team", false)];
    let judged = |read: Option<&[&str]>, written: Option<&[&str]>| {
        let given = ClientSettings {
            read_attributes: read.and_then(list),
            write_attributes: written.and_then(list),
            ..ClientSettings::default()
        };
        in_pool(&pool, &given, false)
    };
    let read = Err(SettingsError::ReadAttributes(Occasion::Creation));
    let written = Err(SettingsError::WriteAttributes(Occasion::Creation));
    assert_eq!(judged(Some(&["sub", "email_verified", "custom:team"]), None), Ok(()));
    assert_eq!(judged(Some(&["team"]), None), read);
    assert_eq!(judged(None, Some(&["email", "custom:team"])), Ok(()));
    assert_eq!(judged(None, Some(&["custom:team"])), written);
    for name in ["sub", "email_verified", "phone_number_verified", "custom:other"] {
        assert_eq!(judged(None, Some(&["email", name])), written, "{name}");
    }
}

#[test]
fn analytics_name_an_application_in_one_of_two_ways() {
    let judged = |id: bool, arn: bool, role: bool, external: bool| {
        let text = |given: bool| given.then(|| "x".to_owned());
        let analytics = AnalyticsConfiguration {
            application_id: text(id),
            application_arn: text(arn),
            role_arn: text(role),
            external_id: text(external),
            user_data_shared: Some(true),
        };
        public(&ClientSettings { analytics_configuration: Some(analytics), ..ClientSettings::default() })
    };
    assert_eq!(judged(false, true, false, false), Ok(()));
    assert_eq!(judged(true, false, true, true), Ok(()));
    for (id, arn, role, external) in [
        (false, false, false, false),
        (true, false, true, false),
        (true, true, false, false),
        (false, true, true, true),
    ] {
        assert_eq!(judged(id, arn, role, external), Err(SettingsError::Analytics));
    }
}
