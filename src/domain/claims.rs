//! What a token says, in the order the service says it.

use serde::{Deserialize, Serialize};

/// An access token of the machine grant. The order of the fields is the order of the claims.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineAccessClaims<'a> {
    /// The client's id: nobody else took part.
    pub sub: &'a str,
    /// Always `access`.
    pub token_use: &'a str,
    /// The granted scopes, separated by spaces.
    // COGNITO: left out, not empty, when every requested scope is inactive (assumed; docs/fidelity.md, `all_inactive`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<&'a str>,
    /// Seconds; equals `iat`.
    pub auth_time: i64,
    /// The issuer.
    pub iss: &'a str,
    /// Seconds.
    pub exp: i64,
    /// Seconds.
    pub iat: i64,
    /// Always 2.
    pub version: u8,
    /// The token's own id.
    pub jti: &'a str,
    /// The client's id.
    pub client_id: &'a str,
}
