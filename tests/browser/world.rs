//! Two pools with the same users, and a clock that stands still.

use std::sync::Arc;

use poolpass::Simulator;
use poolpass::domain::time::Timestamp;
use poolpass::effects::ManualClock;
use serde_json::Value;

use crate::client::{Answer, Browser};

pub(crate) const CALLBACK: &str = "https://app.example.com/cb";
pub(crate) const PASSWORD: &str = "Correct-horse-1";
pub(crate) const TOTP: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

const POOLS: &str = "
pools:
  - id: eu-west-1_Browser01
    name: shop
    domain: shop
    options: { sign_in_picker: PICKER }
    settings: { AutoVerifiedAttributes: [email] }
    mfa: { MfaConfiguration: OPTIONAL, SoftwareTokenMfaConfiguration: { Enabled: true } }
    resource_servers: [{ identifier: api, scopes: [read, write] }]
    clients:
      - id: spa
        allowed_flows: [code, implicit]
        allowed_scopes: [openid, email, api/read]
        callback_urls: [https://app.example.com/cb]
        logout_urls: [https://app.example.com/bye, 'https://app.example.com/bye?x=1']
      - id: codeonly
        allowed_flows: [code]
        allowed_scopes: [openid]
        callback_urls: [https://app.example.com/cb, https://app.example.com/cb2]
      - id: machine
        secret: a_secret_of_24_characters
        allowed_flows: [client_credentials]
        allowed_scopes: [api/read]
      - id: offline
        callback_urls: [https://app.example.com/cb]
    groups: [{ name: admins }]
    users:
      - { username: ada, password: Correct-horse-1, attributes: { email: ada@example.com, email_verified: true }, groups: [admins] }
      - { username: ben, password: Correct-horse-1, attributes: { email: ben@example.com, email_verified: true } }
      - { username: grace, password: Correct-horse-1, attributes: { email: g@example.com, email_verified: true }, totp_secret: JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP }
      - { username: noor, temporary_password: Correct-horse-1, attributes: { email: n@example.com, email_verified: true } }
      - { username: kim, password: Correct-horse-1, status: UNCONFIRMED, attributes: { email: k@example.com } }
      - { username: '\"><script>alert(1)</script>', password: Correct-horse-1, attributes: { email: x@example.com } }
  - id: eu-west-1_Browser02
    name: other
    domain: other
    clients:
      - id: otherspa
        allowed_flows: [code]
        allowed_scopes: [openid]
        callback_urls: [https://app.example.com/cb]
    users:
      - { username: ada, password: Correct-horse-1 }
";

/// A running server.
pub(crate) struct World {
    pub(crate) clock: Arc<ManualClock>,
    server: Simulator,
    runtime: tokio::runtime::Runtime,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_picker("false")
    }

    pub(crate) fn with_picker(picker: &str) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_790_000_000_000)));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let config = POOLS.replace("PICKER", picker);
        let start = Simulator::builder().config(&config).clock(clock.clone()).start();
        let server = runtime.block_on(start).unwrap_or_else(|error| panic!("{error}"));
        Self { clock, server, runtime }
    }

    pub(crate) fn endpoint(&self) -> &str {
        self.server.endpoint()
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::of(self.server.endpoint())
    }

    /// Calls an operation of the JSON API, which must succeed.
    pub(crate) fn done(&self, operation: &str, input: &Value) -> Value {
        let mut answer = ureq::post(format!("{}/", self.endpoint()))
            .header("Content-Type", "application/x-amz-json-1.1")
            .header("X-Amz-Target", format!("AWSCognitoIdentityProviderService.{operation}"))
            .send(input.to_string())
            .unwrap();
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap_or_default()
    }

    /// The recorded decision of an answer.
    pub(crate) fn trace(&self, answer: &Answer) -> Value {
        let id = &answer.headers["x-amz-cognito-request-id"];
        let mut trace = ureq::get(format!("{}/_poolpass/traces/{id}", self.endpoint())).call().unwrap();
        serde_json::from_str(&trace.body_mut().read_to_string().unwrap()).unwrap()
    }

    /// The claims of the access token that a code is exchanged for.
    pub(crate) fn exchange(&self, client: &str, code: &str, more: &[(&str, &str)]) -> (u16, Value) {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("client_id", client),
            ("code", code),
            ("redirect_uri", CALLBACK),
        ];
        form.extend(more);
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut answer = agent.post(format!("{}/oauth2/token", self.endpoint())).send_form(form).unwrap();
        let body = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), serde_json::from_str(&body).unwrap())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // Nothing of the runtime outlives the server.
        let _entered = self.runtime.enter();
    }
}

/// The query of an authorize request.
pub(crate) fn query(parameters: &[(&str, &str)]) -> String {
    let mut all = vec![("response_type", "code"), ("client_id", "spa"), ("redirect_uri", CALLBACK), ("state", "S")];
    for (name, value) in parameters {
        all.retain(|(known, _)| known != name);
        all.push((name, value));
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in all.iter().filter(|(_, value)| *value != ABSENT) {
        query.append_pair(name, value);
    }
    query.finish()
}

/// Leaves a parameter of [`query`] out.
pub(crate) const ABSENT: &str = "\0";

pub(crate) fn authorize(parameters: &[(&str, &str)]) -> String {
    format!("/oauth2/authorize?{}", query(parameters))
}

pub(crate) fn login(parameters: &[(&str, &str)]) -> String {
    format!("/login?{}", query(parameters))
}

/// The claims of a token.
pub(crate) fn claims(token: &str) -> Value {
    use base64::Engine as _;
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
