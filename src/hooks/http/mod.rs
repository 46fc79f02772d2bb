//! Functions behind HTTP, called in the shape in which Lambda is.
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{Functions, HookFailure};

/// The longest answer that is read: Lambda's own limit.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const LONGEST: u64 = 6 * 1024 * 1024;

/// The path below which Lambda's API has its functions.
const FUNCTIONS: &str = "/2015-03-31/functions/";

/// Calls functions by HTTP, each at the URL that is configured for it.
#[derive(Debug)]
pub struct HttpFunctions {
    base: Option<String>,
    urls: BTreeMap<String, String>,
    timeout: Duration,
    agent: ureq::Agent,
}

/// What answered, whatever it said.
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// Whether a header says that the function failed.
    pub failed: bool,
    /// What the function returned.
    pub body: Vec<u8>,
}

impl HttpFunctions {
    /// Functions at these URLs, by ARN or by the name in it, and the others below `base`, if there is one.
    pub fn new(base: Option<&str>, urls: BTreeMap<String, String>, timeout: Duration) -> Self {
        // No proxy: the functions are local ones. A redirect is an answer like any other, and not the expected one.
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(timeout))
            .user_agent(concat!("poolpass/", env!("CARGO_PKG_VERSION")))
            .proxy(None);
        let base = base.map(|base| base.trim_end_matches('/').to_owned());
        Self { base, urls, timeout, agent: config.build().into() }
    }

    /// What became of the call, as the end of a sentence about the function.
    fn described(&self, error: &ureq::Error) -> String {
        match error {
            ureq::Error::Timeout(_) => format!("did not answer within {:?}", self.timeout),
            ureq::Error::BodyExceedsLimit(limit) => format!("answered with more than {limit} bytes"),
            error => format!("could not be reached: {error}"),
        }
    }

    /// Where the function of this ARN is called.
    fn url(&self, arn: &str) -> Option<String> {
        let (name, qualifier) = name_in(arn);
        if let Some(own) = self.urls.get(arn).or_else(|| self.urls.get(name)) {
            return Some(own.clone());
        }
        let name = utf8_percent_encode(name, UNESCAPED);
        let mut url = format!("{}{FUNCTIONS}{name}/invocations", self.base.as_deref()?);
        if let Some(qualifier) = qualifier {
            url.push_str("?Qualifier=");
            url.extend(utf8_percent_encode(qualifier, UNESCAPED));
        }
        Some(url)
    }
}

/// What a function's name consists of needs no escape; whatever else stands there does.
const UNESCAPED: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The function's name and the alias or version, of `arn:aws:lambda:region:account:function:name:qualifier`.
fn name_in(arn: &str) -> (&str, Option<&str>) {
    let mut parts = arn.splitn(8, ':').skip(6);
    (parts.next().unwrap_or(arn), parts.next())
}

#[async_trait]
impl Functions for HttpFunctions {
    async fn invoke(&self, arn: &str, event: Value) -> Result<Value, HookFailure> {
        let url = self.url(arn).ok_or_else(|| HookFailure::NoEndpoint(arn.to_owned()))?;
        let agent = self.agent.clone();
        let unanswered = |how: String| HookFailure::Unanswered(arn.to_owned(), how);
        // The client waits in its thread: beside the event loop, never on it.
        let called = tokio::task::spawn_blocking(move || call(&agent, &url, &event)).await;
        let answer = called.map_err(|error| unanswered(format!("could not be called: {error}")))?;
        let answer = answer.map_err(|error| unanswered(self.described(&error)))?;
        returned(arn, &answer)
    }
}

fn call(agent: &ureq::Agent, url: &str, event: &Value) -> Result<Answer, ureq::Error> {
    let request = agent.post(url).header("X-Amz-Invocation-Type", "RequestResponse");
    let mut response = request.content_type("application/json").send(event.to_string())?;
    let failed = response.headers().contains_key("x-amz-function-error");
    let status = response.status().as_u16();
    let body = response.body_mut().with_config().limit(LONGEST).read_to_vec()?;
    Ok(Answer { status, failed, body })
}

/// What the function returned, or how it failed: then there is a header, which not every runtime sends, and an object
/// with `errorMessage`.
/// <https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html>
pub fn returned(arn: &str, answer: &Answer) -> Result<Value, HookFailure> {
    if !(200..300).contains(&answer.status) {
        return Err(HookFailure::Unanswered(arn.to_owned(), format!("answered with the status {}", answer.status)));
    }
    let unreadable = |error: serde_json::Error| HookFailure::Unreadable(arn.to_owned(), error.to_string());
    let value: Value = serde_json::from_slice(&answer.body).map_err(unreadable)?;
    match value.get("errorMessage").and_then(Value::as_str) {
        Some(message) => Err(HookFailure::Failed(message.to_owned())),
        None if answer.failed => Err(HookFailure::Failed("the function failed without a message".to_owned())),
        None => Ok(value),
    }
}

#[cfg(test)]
mod tests;
