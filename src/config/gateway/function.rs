//! The function that a configuration puts behind a gateway.

use serde::Deserialize;

use crate::domain::gateway::dialect::Dialect;

use super::{DeclaredGateway, DeclaredPayload, Misdeclared, NO_URL, misdeclared, plain_url};

/// A function that is called as Lambda is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredFunction {
    /// Who speaks Lambda's API.
    pub url: String,
    /// The name of the function there.
    pub name: String,
    /// The version of its events and answers; 1.0 for a REST API, else 2.0, unless set.
    #[serde(default)]
    pub payload: Option<DeclaredPayload>,
    /// The media types whose bodies a REST API takes for binary.
    #[serde(default)]
    pub binary_media_types: Vec<String>,
}

impl DeclaredFunction {
    /// Who speaks Lambda's API.
    pub fn url(&self) -> Result<url::Url, Misdeclared> {
        plain_url(&self.url).ok_or_else(|| misdeclared("function.url", format!("`{}` {NO_URL}", self.url)))
    }

    /// The version of its events and answers.
    pub fn payload(&self, dialect: Dialect) -> DeclaredPayload {
        // COGNITO: a REST API has one version; an HTTP API gets the second one from the console (documented).
        let usual = if dialect == Dialect::RestApi { DeclaredPayload::V1 } else { DeclaredPayload::V2 };
        self.payload.unwrap_or(usual)
    }

    /// Refuses what does not go together.
    pub(super) fn fits(&self, gateway: &DeclaredGateway, dialect: Dialect) -> Result<(), Misdeclared> {
        let rest = dialect == Dialect::RestApi;
        let (key, problem) = if gateway.upstream.is_some() {
            ("function", "a gateway has an `upstream` or a `function`, not both".to_owned())
        } else if self.name.is_empty() {
            ("function.name", "a function has a name".to_owned())
        } else if rest && self.payload(dialect) == DeclaredPayload::V2 {
            ("function.payload", format!("the dialect `{dialect}` has the payload 1.0 only"))
        } else if !rest && !self.binary_media_types.is_empty() {
            let only = Dialect::RestApi;
            (
                "function.binary_media_types",
                format!("the dialect `{dialect}` has no binary media types, only `{only}` has"),
            )
        } else if gateway.forward.payload != DeclaredPayload::default() {
            ("forward.payload", "a function is told in its event who asks: this is `function.payload`".to_owned())
        } else {
            return Ok(());
        };
        Err(misdeclared(key, problem))
    }
}
