//! The gateways that a configuration declares: in front of what they stand, where they listen, and their routes.

mod answers;
mod function;
mod metadata;
mod routes;

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZero;
use std::path::PathBuf;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::domain::gateway::cors::Cors;
use crate::domain::gateway::dialect::Dialect;
use crate::domain::id::UserPoolId;
use crate::domain::scope::Scope;

pub use answers::{DeclaredAnswer, DeclaredResponse};
pub use function::DeclaredFunction;
pub use metadata::{DeclaredDocument, DeclaredMetadata};
pub use routes::Known;

/// A gateway.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredGateway {
    /// Its name.
    pub name: String,
    /// Whose manners it has.
    #[serde(default)]
    pub dialect: Option<Dialect>,
    /// `host:port` to listen on; those of the server's gateways unless set.
    #[serde(default)]
    pub listen: OneOrMore,
    /// The only host it answers for; any unless set.
    #[serde(default)]
    pub host: Option<String>,
    /// What the paths begin with that are its own.
    #[serde(default)]
    pub base_path: Option<String>,
    /// The segment that follows, which names the stage; none unless set.
    #[serde(default)]
    pub stage: Option<String>,
    /// Where requests go that are let through.
    #[serde(default)]
    pub upstream: Option<String>,
    /// The function that is called instead of an upstream.
    #[serde(default)]
    pub function: Option<DeclaredFunction>,
    /// How they go there.
    #[serde(default)]
    pub forward: DeclaredForward,
    /// What becomes of requests.
    #[serde(default)]
    pub mode: DeclaredMode,
    /// The file that describes the API for AWS, relative to this one.
    #[serde(default)]
    pub import: Option<PathBuf>,
    /// The logical id of the API in that file, where it has several.
    #[serde(default)]
    pub api: Option<String>,
    /// What names of that file mean here.
    #[serde(default)]
    pub map: BTreeMap<String, String>,
    /// Whether the pools, resource servers and clients are declared that the file needs.
    #[serde(default)]
    pub create_missing: bool,
    /// Who vouches for tokens, by name.
    #[serde(default)]
    pub authorizers: BTreeMap<String, DeclaredAuthorizer>,
    /// The authorizer of routes that name none.
    #[serde(default)]
    pub default_authorizer: Option<String>,
    /// Its routes.
    #[serde(default)]
    pub routes: Vec<DeclaredRoute>,
    /// What browsers of other origins may do; requests of theirs reach the upstream unless set.
    #[serde(default)]
    pub cors: Option<Cors>,
    /// Answers of a REST API that are worded otherwise, by type.
    #[serde(default)]
    pub responses: BTreeMap<String, DeclaredResponse>,
    /// Where a refusal says why.
    #[serde(default)]
    pub explain: DeclaredExplain,
    /// What it publishes for clients that look for tokens (RFC 9728).
    #[serde(default)]
    pub resource_metadata: DeclaredMetadata,
}

/// Where a refusal says why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeclaredExplain {
    /// In the header `X-Poolpass-Explain`.
    pub header: bool,
    /// On a page, for whoever accepts HTML.
    pub page: bool,
}

/// How requests go upstream.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeclaredForward {
    /// How many seconds a connection may take.
    pub connect_timeout: NonZero<u32>,
    /// How many seconds the head of an answer may take, and then each part of its body.
    pub timeout: NonZero<u32>,
    /// The longest body of a request, in bytes.
    pub max_body: u64,
    /// The version of what the upstream is told about the caller by an HTTP API.
    pub payload: DeclaredPayload,
    /// The headers that tell the upstream a claim of the token, and which claim.
    pub headers: BTreeMap<String, String>,
}

/// The version of an HTTP API's payload.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum DeclaredPayload {
    /// The first.
    #[default]
    #[serde(rename = "1.0")]
    V1,
    /// The second.
    #[serde(rename = "2.0")]
    V2,
}

impl Default for DeclaredForward {
    fn default() -> Self {
        // COGNITO: API Gateway waits 29 seconds unless told otherwise, and takes 10 MB.
        Self {
            connect_timeout: seconds(2),
            timeout: seconds(29),
            max_body: 10 * 1024 * 1024,
            payload: DeclaredPayload::default(),
            headers: BTreeMap::new(),
        }
    }
}

const fn seconds(count: u32) -> NonZero<u32> {
    NonZero::<u32>::MIN.saturating_add(count - 1)
}

/// What becomes of requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeclaredMode {
    /// Those that are let through go upstream.
    #[default]
    Enforce,
    /// All go upstream.
    Observe,
    /// None goes upstream.
    Mock,
}

/// Who vouches for tokens.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredAuthorizer {
    /// Pools of this server.
    pub pools: Vec<UserPoolId>,
    /// Others, by the URL that `iss` must equal.
    pub issuers: Vec<String>,
    /// Accepted audiences; any unless set.
    pub audiences: Vec<String>,
    /// Where the token is looked for.
    pub identity_source: Option<String>,
    /// What the whole `aud` must match.
    pub audience_pattern: Option<String>,
    /// Whether revoked tokens are refused.
    pub check_revocation: bool,
}

/// A route.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredRoute {
    /// `GET /orders/{id}`, `ANY /{proxy+}` or `$default`.
    pub route: String,
    /// The name of its authorizer, or `none`.
    #[serde(default)]
    pub authorizer: Option<String>,
    /// The scopes it asks for.
    #[serde(default)]
    pub scopes: Option<Vec<Scope>>,
    /// Whether it takes request targets that some servers would read as another path.
    #[serde(default)]
    pub allow_ambiguous_paths: bool,
    /// Its answer in mock mode.
    #[serde(default)]
    pub mock: Option<DeclaredAnswer>,
}

/// A text, or a list of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OneOrMore(pub Vec<String>);

/// What is wrong with the declaration of a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misdeclared {
    /// The key within the gateway, such as `routes[0].scopes`.
    pub key: String,
    /// What is wrong.
    pub problem: String,
}

/// Something wrong at this key.
pub fn misdeclared(key: impl Into<String>, problem: impl fmt::Display) -> Misdeclared {
    Misdeclared { key: key.into(), problem: problem.to_string() }
}

impl DeclaredGateway {
    /// Where requests go that are let through.
    pub fn upstream(&self) -> Result<Option<url::Url>, Misdeclared> {
        let Some(text) = &self.upstream else { return Ok(None) };
        let refused = || misdeclared("upstream", format!("the upstream `{text}` {NO_URL}{}", hint(text)));
        plain_url(text).map(Some).ok_or_else(refused)
    }

    /// The host it answers for, the base path, and the stage, if they are in its URLs.
    pub fn place(&self) -> Result<(Option<String>, String, Option<String>), Misdeclared> {
        let plain = |text: &str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
            !matches!(text, "" | "." | "..") && text.bytes().all(fits)
        };
        if !plain(&self.name) {
            let problem = format!("the name `{}` is not made of letters, digits, `-`, `_`, `.` and `~`", self.name);
            return Err(misdeclared("name", problem));
        }
        let host = self.host.as_ref().map(|host| host.to_ascii_lowercase());
        if let Some(host) = host.as_ref().filter(|host| !plain(host)) {
            return Err(misdeclared("host", format!("`{host}` is not a host name without a port")));
        }
        let base_path = self.base_path.as_deref().unwrap_or_default().trim_end_matches('/');
        let segments = base_path.strip_prefix('/').unwrap_or(base_path);
        let sound = base_path.starts_with('/') && segments.split('/').all(plain);
        if !base_path.is_empty() && !sound {
            return Err(misdeclared("base_path", format!("`{base_path}` is not a path of plain segments after `/`")));
        }
        // COGNITO: the stage `$default` is the one whose URLs have no stage in them (documented).
        let stage = self.stage.clone().filter(|stage| stage != "$default");
        if let Some(stage) = stage.as_ref().filter(|stage| !plain(stage)) {
            return Err(misdeclared("stage", format!("`{stage}` is neither one plain segment nor `$default`")));
        }
        Ok((host, base_path.to_owned(), stage))
    }
}

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Texts)
    }
}

/// What is wrong with what is no [`plain_url`].
const NO_URL: &str = "is not an http or https URL with a host and without query and credentials";

/// How to write what lacks nothing but a scheme.
fn hint(text: &str) -> String {
    let whole = format!("http://{text}");
    let lacks = !text.contains("://") && !text.starts_with('/') && plain_url(&whole).is_some();
    if lacks { format!(": write `{whole}`") } else { String::new() }
}

fn plain_url(text: &str) -> Option<url::Url> {
    let bare = |url: &url::Url| {
        url.has_host() && url.query().is_none() && url.fragment().is_none() && url.username().is_empty()
    };
    url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && bare(url))
}

struct Texts;

impl<'de> Visitor<'de> for Texts {
    type Value = OneOrMore;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of texts")
    }

    fn visit_str<E>(self, text: &str) -> Result<OneOrMore, E> {
        Ok(OneOrMore(vec![text.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<OneOrMore, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = list.next_element()? {
            texts.push(text);
        }
        Ok(OneOrMore(texts))
    }
}
