//! Where the functions of a pool's `LambdaConfig` are called.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

/// What one source says about it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HookLayer {
    /// Every function without a URL of its own is called below this one, as the service does.
    pub url: Option<String>,
    /// URLs by ARN, or by the name in it; such a URL is called as it is.
    pub functions: Option<BTreeMap<String, String>>,
    /// How long an answer may take, in milliseconds.
    pub timeout_ms: Option<u64>,
}

/// What is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookSettings {
    /// What the URLs of functions begin with; without it, only those in `functions` can be called.
    pub url: Option<String>,
    /// URLs by ARN, or by the name in it.
    pub functions: BTreeMap<String, String>,
    /// How long an answer may take.
    pub timeout: Duration,
}

/// Functions cannot be called there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HookError {
    /// Not where they can be called.
    #[error("the URL `{0}` is not an http URL with a host and without query, fragment and credentials")]
    Url(String),
    /// The same, of one function.
    #[error("the URL `{1}` of the function `{0}` is not an http URL with a host and without fragment and credentials")]
    FunctionUrl(String, String),
    /// Nobody could answer in time.
    #[error("an answer must be waited for between 1 and 900000 milliseconds, not {0}")]
    Timeout(u64),
}

/// The service gives a function five seconds.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html>
const TIMEOUT: Duration = Duration::from_secs(5);

/// No function runs longer than 15 minutes.
const LONGEST_MS: u64 = 15 * 60 * 1_000;

impl Default for HookSettings {
    fn default() -> Self {
        Self { url: None, functions: BTreeMap::new(), timeout: TIMEOUT }
    }
}

impl HookError {
    /// The key, under `server:`, of the setting that is to blame.
    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::Url(_) => "hooks.url",
            Self::FunctionUrl(..) => "hooks.functions",
            Self::Timeout(_) => "hooks.timeout_ms",
        }
    }

    pub(super) fn is_due_to(&self, source: &HookLayer) -> bool {
        match self {
            Self::Url(_) => source.url.is_some(),
            Self::FunctionUrl(..) => source.functions.is_some(),
            Self::Timeout(_) => source.timeout_ms.is_some(),
        }
    }
}

impl HookLayer {
    /// What this source says, and what the other says where this one is silent.
    pub(super) fn over(self, lower: Self) -> Self {
        Self {
            url: self.url.or(lower.url),
            functions: self.functions.or(lower.functions),
            timeout_ms: self.timeout_ms.or(lower.timeout_ms),
        }
    }

    /// The settings in force.
    pub(super) fn settle(self) -> Result<HookSettings, HookError> {
        if let Some(url) = &self.url
            && callable(url).is_none_or(|parsed| parsed.query().is_some())
        {
            return Err(HookError::Url(url.clone()));
        }
        let functions = self.functions.unwrap_or_default();
        if let Some((function, url)) = functions.iter().find(|(_, url)| callable(url).is_none()) {
            return Err(HookError::FunctionUrl(function.clone(), url.clone()));
        }
        let timeout = match self.timeout_ms {
            None => TIMEOUT,
            Some(millis @ 1..=LONGEST_MS) => Duration::from_millis(millis),
            Some(millis) => return Err(HookError::Timeout(millis)),
        };
        Ok(HookSettings { url: self.url, functions, timeout })
    }
}

/// The URL, if it can be called: local functions are reached without TLS.
fn callable(text: &str) -> Option<url::Url> {
    let url = url::Url::parse(text).ok()?;
    let bare = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    (url.scheme() == "http" && url.has_host() && bare).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(url: &str) -> HookLayer {
        HookLayer { url: Some(url.to_owned()), ..HookLayer::default() }
    }

    fn of_function(url: &str) -> HookLayer {
        HookLayer { functions: Some([("f".to_owned(), url.to_owned())].into()), ..HookLayer::default() }
    }

    #[test]
    fn functions_are_called_by_plain_http_only() {
        for good in ["http://localhost:3001", "http://functions:3001/base/"] {
            assert_eq!(layer(good).settle().unwrap().url.as_deref(), Some(good));
        }
        for bad in ["https://localhost", "localhost:3001", "http://a/?b=c", "http://a/#b", "http://u:p@a/", ""] {
            assert_eq!(layer(bad).settle(), Err(HookError::Url(bad.to_owned())));
        }
        assert!(of_function("http://a/?key=1").settle().is_ok());
        let refused = HookError::FunctionUrl("f".to_owned(), "https://a".to_owned());
        assert_eq!(of_function("https://a").settle(), Err(refused));
    }

    #[test]
    fn an_answer_is_waited_for_five_seconds_unless_said() {
        let waiting = |timeout_ms| HookLayer { timeout_ms, ..HookLayer::default() }.settle();
        assert_eq!(waiting(None).unwrap().timeout, Duration::from_secs(5));
        assert_eq!(waiting(Some(50)).unwrap().timeout, Duration::from_millis(50));
        assert_eq!(waiting(Some(0)), Err(HookError::Timeout(0)));
        assert_eq!(waiting(Some(900_001)), Err(HookError::Timeout(900_001)));
    }

    #[test]
    fn the_upper_source_wins_word_by_word() {
        let lower = HookLayer { timeout_ms: Some(1), ..layer("http://lower") };
        let both = layer("http://upper").over(lower);
        assert_eq!(both, HookLayer { timeout_ms: Some(1), ..layer("http://upper") });
    }
}
