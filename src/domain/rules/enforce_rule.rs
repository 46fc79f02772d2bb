//! The rules of a gateway, by name.

use crate::domain::trace::Rule;

/// A reason to let no request through, or a remark on why one came through.
///
/// Every dialect matches this exhaustively: a new variant does not compile until each of them has its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EnforceRule {
    /// A proxy that asks tells of one request only.
    OriginalUnambiguous,
    /// The target can be read in one way only.
    TargetUnambiguous,
    /// Some route is for the path.
    RouteMatches,
    /// The path's route has the method.
    MethodMatches,
    /// The request is a preflight, which has no token.
    PreflightAnswered,
    /// The route demands no token.
    RouteOpen,
    /// The route's authorizer can be asked here.
    AuthorizerUsable,
    /// The request presents a token.
    TokenPresented,
    /// It presents one only.
    TokenPresentedOnce,
    /// The token comes under the scheme that the dialect wants.
    TokenSchemeUsable,
    /// The token has the form of one.
    TokenFormed,
    /// The token is signed by RS256.
    AlgorithmAllowed,
    /// The token is of an issuer that the authorizer trusts.
    IssuerTrusted,
    /// It is known where the issuer's keys are: its discovery document could be had.
    IssuerReachable,
    /// The issuer's keys could be had.
    KeysReachable,
    /// The issuer has the key that the token names.
    KeyKnown,
    /// The key made the signature.
    SignatureMatches,
    /// The token is meant for an audience of the authorizer's.
    AudienceAllowed,
    /// The token's audience has the form that the authorizer demands.
    AudiencePatternMatches,
    /// The token has not ended.
    TokenAlive,
    /// The token counts already.
    TokenBegun,
    /// The token was not issued in the future.
    TokenIssued,
    /// The token is of the kind that the route takes.
    TokenKindFits,
    /// The token was not revoked.
    TokenNotRevoked,
    /// The token has one of the route's scopes.
    SomeScopeGranted,
    /// The token has all of the route's scopes.
    EveryScopeGranted,
}

/// Everything there is to say about a rule.
type Page = (&'static str, &'static str, &'static str);

const COGNITO: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html";
const JWT: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html";
const ROUTES: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html";
const METHODS: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html";
const CORS: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html";
const BEARER: &str = "https://www.rfc-editor.org/rfc/rfc6750#section-2.1";
const ALGORITHMS: &str = "https://www.rfc-editor.org/rfc/rfc8725#section-3.1";
const ACCESS: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html";
const REVOCATION: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html";
const NORMALIZATION: &str = "https://www.rfc-editor.org/rfc/rfc3986#section-6";
const FIELD_ORDER: &str = "https://www.rfc-editor.org/rfc/rfc9110#section-5.3";

impl EnforceRule {
    /// Every rule, for documentation and tests.
    pub const ALL: [Self; 26] = [
        Self::OriginalUnambiguous,
        Self::TargetUnambiguous,
        Self::RouteMatches,
        Self::MethodMatches,
        Self::PreflightAnswered,
        Self::RouteOpen,
        Self::AuthorizerUsable,
        Self::TokenPresented,
        Self::TokenPresentedOnce,
        Self::TokenSchemeUsable,
        Self::TokenFormed,
        Self::AlgorithmAllowed,
        Self::IssuerTrusted,
        Self::IssuerReachable,
        Self::KeysReachable,
        Self::KeyKnown,
        Self::SignatureMatches,
        Self::AudienceAllowed,
        Self::AudiencePatternMatches,
        Self::TokenAlive,
        Self::TokenBegun,
        Self::TokenIssued,
        Self::TokenKindFits,
        Self::TokenNotRevoked,
        Self::SomeScopeGranted,
        Self::EveryScopeGranted,
    ];

    const fn page(self) -> Page {
        match self {
            Self::OriginalUnambiguous => {
                ("original-unambiguous", "the proxy that asks tells of one request, and nothing else", FIELD_ORDER)
            }
            Self::TargetUnambiguous => (
                "target-unambiguous",
                "no server behind the gateway can read the request as another one",
                NORMALIZATION,
            ),
            Self::RouteMatches => ("route-matches", "a route is for this path", ROUTES),
            Self::MethodMatches => ("method-matches", "the route of this path has the method", METHODS),
            Self::PreflightAnswered => ("preflight-answered", "preflight requests need no token", CORS),
            Self::RouteOpen => ("route-open", "the route demands no token", COGNITO),
            Self::AuthorizerUsable => ("authorizer-usable", "the route's authorizer can be asked here", ACCESS),
            Self::TokenPresented => ("token-presented", "the request has a token where the authorizer looks", COGNITO),
            Self::TokenPresentedOnce => ("token-presented-once", "the request has one token only", BEARER),
            Self::TokenSchemeUsable => ("token-scheme-usable", "the token comes as the dialect wants it", BEARER),
            Self::TokenFormed => ("token-formed", "the token has three readable parts", JWT),
            Self::AlgorithmAllowed => ("algorithm-allowed", "the token is signed by RS256", ALGORITHMS),
            Self::IssuerTrusted => ("issuer-trusted", "the token is of an issuer that the authorizer trusts", COGNITO),
            Self::IssuerReachable => ("issuer-reachable", "the issuer says where its keys are", JWT),
            Self::KeysReachable => ("keys-reachable", "the issuer's keys can be had", JWT),
            Self::KeyKnown => ("key-known", "the issuer publishes the key that the token names", JWT),
            Self::SignatureMatches => ("signature-matches", "that key made the token's signature", JWT),
            Self::AudienceAllowed => {
                ("audience-allowed", "`aud`, or `client_id` without it, is one of the authorizer's audiences", JWT)
            }
            Self::AudiencePatternMatches => {
                ("audience-pattern-matches", "`aud` has the form that the authorizer demands", COGNITO)
            }
            Self::TokenAlive => ("token-alive", "the token has not ended", JWT),
            Self::TokenBegun => ("token-begun", "the token counts already", JWT),
            Self::TokenIssued => ("token-issued", "the token was not issued in the future", JWT),
            Self::TokenKindFits => ("token-kind-fits", "the token is of the kind that the route takes", COGNITO),
            Self::TokenNotRevoked => ("token-not-revoked", "the token was not revoked (not asked by AWS)", REVOCATION),
            Self::SomeScopeGranted => ("some-scope-granted", "the token has one of the route's scopes", COGNITO),
            Self::EveryScopeGranted => ("every-scope-granted", "the token has all of the route's scopes", BEARER),
        }
    }
}

impl Rule for EnforceRule {
    fn id(self) -> &'static str {
        self.page().0
    }

    fn demands(self) -> &'static str {
        self.page().1
    }

    fn source(self) -> &'static str {
        self.page().2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own() {
        let names: std::collections::HashSet<_> = EnforceRule::ALL.into_iter().map(Rule::id).collect();
        assert_eq!(names.len(), EnforceRule::ALL.len());
    }
}
