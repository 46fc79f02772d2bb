//! The running server that a command speaks to.

use std::time::Duration;

use clap::Args;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Failure;

/// How long a command waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a server listens unless it is told otherwise.
const DEFAULT: &str = "http://localhost:7665";

/// Where the running server is.
#[derive(Debug, Clone, Args)]
pub(super) struct Remote {
    /// The running server.
    #[arg(long, value_name = "URL", env = "POOLPASS_ENDPOINT", default_value = DEFAULT)]
    endpoint: String,
}

/// An answer, whatever its status.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) request_id: Option<String>,
    pub(super) body: String,
}

/// What the test bench says when it refuses.
#[derive(serde::Deserialize)]
struct Refusal {
    message: String,
}

impl Remote {
    /// Where the running server is, without a slash at the end.
    pub(super) fn endpoint(&self) -> &str {
        self.endpoint.trim_end_matches('/')
    }

    /// The flag that leads another command to the same server, if it needs one.
    pub(super) fn argument(&self) -> String {
        if self.endpoint() == DEFAULT { String::new() } else { format!(" --endpoint {}", self.endpoint()) }
    }

    /// `GET`s a path.
    pub(super) fn get(&self, path: &str) -> Result<Answered, Failure> {
        self.answered(agent().get(self.url(path)?).call())
    }

    /// `DELETE`s a path.
    pub(super) fn delete(&self, path: &str) -> Result<Answered, Failure> {
        self.answered(agent().delete(self.url(path)?).call())
    }

    /// `POST`s a form.
    pub(super) fn post_form(&self, path: &str, form: &[(&str, &str)]) -> Result<Answered, Failure> {
        self.answered(agent().post(self.url(path)?).send_form(form.iter().copied()))
    }

    /// `POST`s JSON.
    pub(super) fn post(&self, path: &str, body: &impl Serialize) -> Result<Answered, Failure> {
        self.answered(agent().post(self.url(path)?).send_json(body))
    }

    fn url(&self, path: &str) -> Result<String, Failure> {
        let url = format!("{}{path}", self.endpoint());
        match url::Url::parse(&url) {
            Ok(parsed) if parsed.scheme() == "http" && parsed.has_host() => Ok(url),
            _ => Err(Failure(format!("the endpoint `{}` is not an http URL", self.endpoint))),
        }
    }

    fn answered(&self, result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Answered, Failure> {
        let unreachable = |error: ureq::Error| {
            let endpoint = self.endpoint();
            Failure(format!("no answer from {endpoint}: {error}; is the server running (`poolpass serve`)?"))
        };
        let mut response = result.map_err(unreachable)?;
        let id = response.headers().get("x-amz-cognito-request-id").and_then(|id| id.to_str().ok());
        let request_id = id.map(str::to_owned);
        let status = response.status().as_u16();
        let body = response.body_mut().read_to_string().map_err(unreachable)?;
        Ok(Answered { status, request_id, body })
    }
}

impl Answered {
    /// The document of an answer of the test bench, or its refusal.
    pub(super) fn document<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        if self.status != 200 {
            let refusal: Result<Refusal, _> = serde_json::from_str(&self.body);
            let message = refusal.map_or_else(|_| format!("the server answered {}", self.status), |told| told.message);
            return Err(Failure(message));
        }
        serde_json::from_str(&self.body)
            .map_err(|error| Failure(format!("what answered is not a poolpass of this version: {error}")))
    }
}

fn agent() -> ureq::Agent {
    // No proxy: the server is a local one, whatever the environment says about the rest of the world.
    let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).proxy(None);
    config.build().into()
}

/// One segment of a path.
pub(super) fn segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
