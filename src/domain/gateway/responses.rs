//! The answers of a REST API that its owner words otherwise: gateway responses.

use std::collections::BTreeMap;
use std::fmt;

/// The answers that are worded otherwise, by their type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Responses(pub BTreeMap<ResponseType, GatewayResponse>);

/// How one type of answer differs from the usual one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GatewayResponse {
    /// Its status, if another.
    pub status: Option<u16>,
    /// Headers that are added, by name.
    pub headers: Vec<(String, String)>,
    /// The template of its body, if another: `{"message":$context.error.messageString}`.
    pub body: Option<String>,
}

/// The types of gateway responses.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResponseType {
    /// An authorizer said no.
    AccessDenied,
    /// The API cannot work as it is configured.
    ApiConfigurationError,
    /// The authorizer cannot work as it is configured.
    AuthorizerConfigurationError,
    /// The authorizer did not answer.
    AuthorizerFailure,
    /// The body does not fit the model.
    BadRequestBody,
    /// The parameters do not fit the validator.
    BadRequestParameters,
    /// Every answer with a status from 400 to 499 that has no type of its own here.
    Default4xx,
    /// Every answer with a status from 500 to 599 that has no type of its own here.
    Default5xx,
    /// The AWS credentials have expired.
    ExpiredToken,
    /// The upstream failed.
    IntegrationFailure,
    /// The upstream took too long.
    IntegrationTimeout,
    /// The API key is not known.
    InvalidApiKey,
    /// The AWS signature does not match.
    InvalidSignature,
    /// No such path or method, or no token for AWS to look at.
    MissingAuthenticationToken,
    /// The quota of a usage plan is spent.
    QuotaExceeded,
    /// The request is too large.
    RequestTooLarge,
    /// The resource is not found after the request was authorized.
    ResourceNotFound,
    /// Too many requests.
    Throttled,
    /// The token is missing or was refused.
    Unauthorized,
    /// The type of the body is not taken.
    UnsupportedMediaType,
    /// A firewall rule turned the request away.
    WafFiltered,
}

impl ResponseType {
    /// Every type.
    pub const ALL: [Self; 21] = [
        Self::AccessDenied,
        Self::ApiConfigurationError,
        Self::AuthorizerConfigurationError,
        Self::AuthorizerFailure,
        Self::BadRequestBody,
        Self::BadRequestParameters,
        Self::Default4xx,
        Self::Default5xx,
        Self::ExpiredToken,
        Self::IntegrationFailure,
        Self::IntegrationTimeout,
        Self::InvalidApiKey,
        Self::InvalidSignature,
        Self::MissingAuthenticationToken,
        Self::QuotaExceeded,
        Self::RequestTooLarge,
        Self::ResourceNotFound,
        Self::Throttled,
        Self::Unauthorized,
        Self::UnsupportedMediaType,
        Self::WafFiltered,
    ];

    /// As API Gateway spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AccessDenied => "ACCESS_DENIED",
            Self::ApiConfigurationError => "API_CONFIGURATION_ERROR",
            Self::AuthorizerConfigurationError => "AUTHORIZER_CONFIGURATION_ERROR",
            Self::AuthorizerFailure => "AUTHORIZER_FAILURE",
            Self::BadRequestBody => "BAD_REQUEST_BODY",
            Self::BadRequestParameters => "BAD_REQUEST_PARAMETERS",
            Self::Default4xx => "DEFAULT_4XX",
            Self::Default5xx => "DEFAULT_5XX",
            Self::ExpiredToken => "EXPIRED_TOKEN",
            Self::IntegrationFailure => "INTEGRATION_FAILURE",
            Self::IntegrationTimeout => "INTEGRATION_TIMEOUT",
            Self::InvalidApiKey => "INVALID_API_KEY",
            Self::InvalidSignature => "INVALID_SIGNATURE",
            Self::MissingAuthenticationToken => "MISSING_AUTHENTICATION_TOKEN",
            Self::QuotaExceeded => "QUOTA_EXCEEDED",
            Self::RequestTooLarge => "REQUEST_TOO_LARGE",
            Self::ResourceNotFound => "RESOURCE_NOT_FOUND",
            Self::Throttled => "THROTTLED",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::WafFiltered => "WAF_FILTERED",
        }
    }

    /// The type of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for ResponseType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_found_by_its_name() {
        for kind in ResponseType::ALL {
            assert_eq!(ResponseType::of_name(kind.name()), Some(kind));
        }
        assert_eq!(ResponseType::of_name("unauthorized"), None);
    }
}
