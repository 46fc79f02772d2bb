//! The sentences about app clients.

use crate::registry::clients::{ClientError, Occasion, SettingsError};

use super::{AwsError, ErrorCode};

impl From<ClientError> for AwsError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::NotFound(id) => Self::not_found(format!("User pool client {id} does not exist.")),
            ClientError::IdTaken(_) => Self::internal(&error),
            ClientError::TooMany { pool, limit } => {
                limit_exceeded(format!("User pool client limit exceeded: user pool {pool} may have {limit}."))
            }
            ClientError::Settings(error) => error.into(),
            ClientError::Public(_) => Self::invalid("Client secret operations are not supported for public clients."),
            ClientError::TooManySecrets(_) => {
                limit_exceeded("Maximum number of client secrets reached for the app client.".to_owned())
            }
            ClientError::LastSecret(_) => Self::invalid("Cannot delete the last remaining client secret."),
            ClientError::SecretNotFound(id) => Self::not_found(format!("User pool client secret {id} does not exist.")),
        }
    }
}

impl From<SettingsError> for AwsError {
    fn from(error: SettingsError) -> Self {
        let code = match &error {
            SettingsError::ClientCredentialsNotAlone
            | SettingsError::ClientCredentialsWithoutSecret
            | SettingsError::ScopeOfUsers(_) => ErrorCode::InvalidOAuthFlowException,
            SettingsError::ScopeNotFound(_) => ErrorCode::ScopeDoesNotExistException,
            SettingsError::UserAuthTier(_) => ErrorCode::FeatureUnavailableInTierException,
            _ => ErrorCode::InvalidParameterException,
        };
        match sentence(&error) {
            Ok(fixed) => Self::new(code, fixed),
            Err(naming) => Self::new(code, naming),
        }
    }
}

fn limit_exceeded(message: String) -> AwsError {
    AwsError::new(ErrorCode::LimitExceededException, message)
}

/// A sentence that is always the same, or else one that names what was sent.
fn sentence(error: &SettingsError) -> Result<&'static str, String> {
    Ok(match error {
        SettingsError::TwoSecrets => "You cannot specify both GenerateSecret as true and ClientSecret.",
        SettingsError::ValidityRange => "Invalid range for token validity.",
        SettingsError::ValidityOrder => {
            "Access and Id Token expiration times must be less than or equal to refresh token expiration times."
        }
        SettingsError::MixedAuthFlows => {
            "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names."
        }
        SettingsError::ClientTokenAuthNotAlone => "ALLOW_CLIENT_TOKEN_AUTH cannot be used with other auth flow names.",
        SettingsError::ClientTokenAuthWithoutSecret => {
            "ALLOW_CLIENT_TOKEN_AUTH cannot be used if client does not have a client secret."
        }
        SettingsError::RotationWithRefreshFlow => {
            "ALLOW_REFRESH_TOKEN_AUTH cannot be used with refresh token rotation."
        }
        SettingsError::ContextDataWithoutSecret => {
            "Client Secret is required to set EnablePropagateAdditionalUserContextData as true"
        }
        SettingsError::OAuthIncomplete => {
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."
        }
        SettingsError::NoCallback => "CallbackUrls can not be empty when code flow or implicit flow is selected",
        SettingsError::ClientCredentialsNotAlone => {
            "client_credentials flow can not be selected along with code flow or implicit flow."
        }
        SettingsError::ClientCredentialsWithoutSecret => {
            "client_credentials flow can not be selected if client does not have a client secret."
        }
        SettingsError::Analytics => {
            "Invalid analytics configuration given, either <application arn> or \
             <application id, role arn, external id> are valid"
        }
        SettingsError::ReadAttributes(occasion) => return Err(attributes("read", *occasion)),
        SettingsError::WriteAttributes(occasion) => return Err(attributes("write", *occasion)),
        SettingsError::UserAuthTier(tier) => {
            return Err(format!(
                "The following feature is not available for the {} pricing tier configured: Choice-Based Sign-In",
                tier.name()
            ));
        }
        SettingsError::ScopeOfUsers(scope) => {
            return Err(format!("{scope} is not supported with client_credentials flow"));
        }
        SettingsError::ScopeNotFound(scope) => return Err(format!("Invalid scope requested: {scope}")),
        SettingsError::PlainHttp(url) => return Err(format!("{url} cannot use the HTTP protocol.")),
        SettingsError::Fragment(url) => return Err(format!("{url} cannot use fragment")),
        SettingsError::NotAbsolute(url) => return Err(format!("{url} is not an absolute URI.")),
        SettingsError::DefaultRedirect(url) => {
            return Err(format!("The default redirect URI {url} is not in the callback URIs list."));
        }
        SettingsError::ProviderNotFound { provider, pool } => {
            return Err(format!("The provider {provider} does not exist for User Pool {pool}"));
        }
    })
}

/// COGNITO: the same for an unknown name, for one that only the service writes, and for a required one left out
/// (aws/aws-sdk-java#1395, aws/aws-cdk#2608).
fn attributes(which: &str, occasion: Occasion) -> String {
    let doing = match occasion {
        Occasion::Creation => "creating",
        Occasion::Update => "updating",
    };
    format!("Invalid {which} attributes specified while {doing} a client")
}
