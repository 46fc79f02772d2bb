//! Whose manners a gateway has.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How requests are matched, judged and answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// A REST API of API Gateway with a `COGNITO_USER_POOLS` authorizer.
    RestApi,
    /// An HTTP API of API Gateway with a `JWT` authorizer.
    HttpApi,
    /// RFC 6750, where one of a route's scopes is enough.
    #[serde(rename = "rfc6750-any")]
    Rfc6750Any,
    /// RFC 6750, where all of a route's scopes are needed.
    #[serde(rename = "rfc6750-all")]
    Rfc6750All,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 4] = [Self::RestApi, Self::HttpApi, Self::Rfc6750Any, Self::Rfc6750All];

    /// As the configuration spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::RestApi => "rest-api",
            Self::HttpApi => "http-api",
            Self::Rfc6750Any => "rfc6750-any",
            Self::Rfc6750All => "rfc6750-all",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_reads_what_the_name_says() {
        for dialect in Dialect::ALL {
            assert_eq!(serde_json::to_string(&dialect).unwrap(), format!("\"{}\"", dialect.name()));
        }
    }
}
