//! App clients: who asks for tokens, and what they may ask for.

use serde::{Deserialize, Serialize};

use super::id::{ClientId, ClientSecretId, UserPoolId};
use super::scope::Scope;
use super::secret::Secret;
use super::time::Timestamp;

/// An app client as stored.
#[derive(Clone, Serialize, Deserialize)]
pub struct AppClient {
    /// Unique over all pools.
    pub id: ClientId,
    /// The pool that owns it.
    pub pool: UserPoolId,
    /// For people; not unique.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
    /// The live secrets, oldest first; none for a public client.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<ClientSecret>,
    /// Everything that an update replaces.
    pub settings: ClientSettings,
}

/// One of at most two live secrets of a client.
#[derive(Clone, Serialize, Deserialize)]
pub struct ClientSecret {
    /// `<client id>--<epoch milliseconds>`.
    pub id: ClientSecretId,
    /// The secret itself.
    pub value: Secret,
    /// When it was made.
    pub created: Timestamp,
    /// Whether the caller chose it; a generated one is shown again by `DescribeUserPoolClient`.
    #[serde(default)]
    pub supplied: bool,
}

impl AppClient {
    /// How many secrets may be live at once.
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html>
    pub const MAX_SECRETS: usize = 2;

    /// Whether the client must prove itself with a secret.
    pub fn is_confidential(&self) -> bool {
        !self.secrets.is_empty()
    }
}

/// Everything about a client that `UpdateUserPoolClient` replaces: what is left out falls back to its default.
///
/// Members are `None` when they were never set, because the service leaves those out of its answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ClientSettings {
    /// In `TokenValidityUnits.RefreshToken`, days if that is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_validity: Option<u32>,
    /// In `TokenValidityUnits.AccessToken`, hours if that is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_validity: Option<u32>,
    /// In `TokenValidityUnits.IdToken`, hours if that is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_validity: Option<u32>,
    /// What the three numbers count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_validity_units: Option<TokenValidityUnits>,
    /// Attributes the client may read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_attributes: Option<Vec<String>>,
    /// Attributes the client may write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write_attributes: Option<Vec<String>>,
    /// How users may sign in through the JSON API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explicit_auth_flows: Option<Vec<String>>,
    /// Identity providers offered on the sign-in page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supported_identity_providers: Option<Vec<String>>,
    /// Where authorization codes may be sent; compared exactly.
    #[serde(rename = "CallbackURLs", skip_serializing_if = "Option::is_none")]
    pub callback_urls: Option<Vec<String>>,
    /// Where a signed-out browser may be sent.
    #[serde(rename = "LogoutURLs", skip_serializing_if = "Option::is_none")]
    pub logout_urls: Option<Vec<String>>,
    /// The callback used when a request names none.
    #[serde(rename = "DefaultRedirectURI", skip_serializing_if = "Option::is_none")]
    pub default_redirect_uri: Option<String>,
    /// The OAuth grants the client may use.
    #[serde(rename = "AllowedOAuthFlows", skip_serializing_if = "Option::is_none")]
    pub allowed_oauth_flows: Option<Vec<OAuthFlow>>,
    /// The allow-list, in the order it was registered. A name stays here when its scope is deleted.
    #[serde(rename = "AllowedOAuthScopes", skip_serializing_if = "Option::is_none")]
    pub allowed_oauth_scopes: Option<Vec<Scope>>,
    /// Whether the client may use the OAuth endpoints at all.
    #[serde(rename = "AllowedOAuthFlowsUserPoolClient")]
    pub allowed_oauth_flows_user_pool_client: bool,
    /// Kept and echoed; poolpass sends no analytics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub analytics_configuration: Option<AnalyticsConfiguration>,
    /// `ENABLED` hides whether a user exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prevent_user_existence_errors: Option<String>,
    /// Whether tokens of this client can be revoked; `true` unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_token_revocation: Option<bool>,
    /// Kept and echoed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_propagate_additional_user_context_data: Option<bool>,
    /// Minutes a sign-in may take; 3 unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_session_validity: Option<u32>,
    /// Whether a refresh replaces the refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_rotation: Option<RefreshTokenRotation>,
}

/// An OAuth grant as `AllowedOAuthFlows` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OAuthFlow {
    /// Authorization code.
    Code,
    /// Implicit.
    Implicit,
    /// Machine to machine.
    ClientCredentials,
}

impl OAuthFlow {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Implicit => "implicit",
            Self::ClientCredentials => "client_credentials",
        }
    }
}

/// A unit of token lifetimes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeUnit {
    /// 1 s.
    Seconds,
    /// 60 s.
    Minutes,
    /// 3,600 s.
    Hours,
    /// 86,400 s.
    Days,
}

impl TimeUnit {
    /// How many seconds one of it lasts.
    pub const fn seconds(self) -> u64 {
        match self {
            Self::Seconds => 1,
            Self::Minutes => 60,
            Self::Hours => 3_600,
            Self::Days => 86_400,
        }
    }
}

/// What the token validities of a client count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TokenValidityUnits {
    /// Hours unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<TimeUnit>,
    /// Hours unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<TimeUnit>,
    /// Days unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<TimeUnit>,
}

/// Where usage figures would go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AnalyticsConfiguration {
    /// The analytics application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_id: Option<String>,
    /// The same, by ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_arn: Option<String>,
    /// The role that would publish.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// The role's external id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Whether user data would be included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_data_shared: Option<bool>,
}

/// Whether a refresh replaces the refresh token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RefreshTokenRotation {
    /// `ENABLED` or `DISABLED`.
    pub feature: String,
    /// How long the replaced token still works, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_grace_period_seconds: Option<u32>,
}

impl ClientSettings {
    /// How long an access token lives, in seconds; `exp` and `expires_in` both come from here.
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>
    pub fn access_token_lifetime(&self) -> u64 {
        let unit = self.token_validity_units.as_ref().and_then(|units| units.access_token).unwrap_or(TimeUnit::Hours);
        u64::from(self.access_token_validity.unwrap_or(1))
            * if self.access_token_validity.is_some() { unit.seconds() } else { TimeUnit::Hours.seconds() }
    }

    /// How long an ID token lives, in seconds.
    pub fn id_token_lifetime(&self) -> u64 {
        let unit = self.token_validity_units.as_ref().and_then(|units| units.id_token).unwrap_or(TimeUnit::Hours);
        self.id_token_validity.map_or(TimeUnit::Hours.seconds(), |validity| u64::from(validity) * unit.seconds())
    }

    /// How long a refresh token lives, in seconds; 0 stands for the default of 30 days.
    pub fn refresh_token_lifetime(&self) -> u64 {
        let unit = self.token_validity_units.as_ref().and_then(|units| units.refresh_token).unwrap_or(TimeUnit::Days);
        let validity = self.refresh_token_validity.filter(|validity| *validity > 0);
        validity.map_or(30 * TimeUnit::Days.seconds(), |validity| u64::from(validity) * unit.seconds())
    }

    /// Whether tokens of this client can be revoked.
    pub fn revokes_tokens(&self) -> bool {
        self.enable_token_revocation.unwrap_or(true)
    }

    /// Whether a refresh replaces the refresh token, and for how many seconds the replaced one still works.
    pub fn rotates_refresh_tokens(&self) -> Option<u32> {
        let rotation = self.refresh_token_rotation.as_ref().filter(|rotation| rotation.feature == "ENABLED")?;
        Some(rotation.retry_grace_period_seconds.unwrap_or(0))
    }

    /// Whether the client may use this grant.
    pub fn allows(&self, flow: OAuthFlow) -> bool {
        self.allowed_oauth_flows_user_pool_client
            && self.allowed_oauth_flows.as_ref().is_some_and(|flows| flows.contains(&flow))
    }

    /// The allow-list; empty if none was set.
    pub fn allowed_scopes(&self) -> &[Scope] {
        self.allowed_oauth_scopes.as_deref().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_token_lives_an_hour_unless_set() {
        let mut settings = ClientSettings::default();
        assert_eq!(settings.access_token_lifetime(), 3_600);
        settings.access_token_validity = Some(20);
        settings.token_validity_units =
            Some(TokenValidityUnits { access_token: Some(TimeUnit::Minutes), ..TokenValidityUnits::default() });
        assert_eq!(settings.access_token_lifetime(), 1_200);
        settings.access_token_validity = None;
        assert_eq!(settings.access_token_lifetime(), 3_600);
    }

    #[test]
    fn an_id_token_lives_an_hour_and_a_refresh_token_thirty_days_unless_set() {
        let mut settings = ClientSettings { refresh_token_validity: Some(0), ..ClientSettings::default() };
        assert_eq!((settings.id_token_lifetime(), settings.refresh_token_lifetime()), (3_600, 30 * 86_400));
        settings.id_token_validity = Some(5);
        settings.refresh_token_validity = Some(2);
        let units = (Some(TimeUnit::Minutes), Some(TimeUnit::Hours));
        settings.token_validity_units =
            Some(TokenValidityUnits { access_token: None, id_token: units.0, refresh_token: units.1 });
        assert_eq!((settings.id_token_lifetime(), settings.refresh_token_lifetime()), (300, 7_200));
    }

    #[test]
    fn a_flow_needs_the_switch_as_well() {
        let mut settings = ClientSettings {
            allowed_oauth_flows: Some(vec![OAuthFlow::ClientCredentials]),
            ..ClientSettings::default()
        };
        assert!(!settings.allows(OAuthFlow::ClientCredentials));
        settings.allowed_oauth_flows_user_pool_client = true;
        assert!(settings.allows(OAuthFlow::ClientCredentials));
        assert!(!settings.allows(OAuthFlow::Code));
    }
}
