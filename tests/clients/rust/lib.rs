//! One poolpass process on a free port with an empty store in memory, and what a sign-in through it takes.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use openidconnect::url::Url;
use openidconnect::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

/// The password of everybody here.
pub const PASSWORD: &str = "Correct-horse-7";
/// Where browsers come back to.
pub const CALLBACK: &str = "https://app.example.com/callback";

/// A running server; it is stopped when this is dropped.
pub struct Server {
    child: Child,
    endpoint: String,
    /// The agent of every request: no redirect is followed, no status is an error.
    pub agent: ureq::Agent,
}

impl Server {
    /// Starts one and waits until it is ready.
    pub fn start() -> Self {
        let built = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../target/release/poolpass");
        let binary = std::env::var_os("POOLPASS_BIN").map_or(built, PathBuf::from);
        let mut child = Command::new(binary)
            .args(["serve", "--store", "memory", "--listen", "127.0.0.1:0", "--ready-json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("`cargo build --release` made the binary, or POOLPASS_BIN names one");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).expect("the first line says that it is ready");
        let endpoint = ready["endpoint"].as_str().unwrap().to_owned();
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        Self { child, endpoint, agent }
    }

    /// The issuer of a pool's tokens.
    pub fn issuer(&self, pool: &str) -> String {
        format!("http://localhost:{}/{pool}", Url::parse(&self.endpoint).unwrap().port().unwrap())
    }

    /// An operation of the control plane, which must succeed.
    pub fn control(&self, operation: &str, input: &Value) -> Value {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let request = self.agent.post(&self.endpoint).header("X-Amz-Target", target);
        let mut answer = request.header("Content-Type", "application/x-amz-json-1.1").send(input.to_string()).unwrap();
        let body = answer.body_mut().read_to_string().unwrap();
        assert_eq!(answer.status(), 200, "{operation}: {body}");
        if body.is_empty() { Value::Null } else { serde_json::from_str(&body).unwrap() }
    }

    /// A pool with Jane in it and a public app; answers the ids of both.
    pub fn people(&self) -> (String, String) {
        let pool = text(&self.control("CreateUserPool", &json!({"PoolName": "people"}))["UserPool"]["Id"]);
        let client = self.control(
            "CreateUserPoolClient",
            &json!({
                "UserPoolId": pool,
                "ClientName": "app",
                "AllowedOAuthFlowsUserPoolClient": true,
                "AllowedOAuthFlows": ["code"],
                "AllowedOAuthScopes": ["openid", "email"],
                "CallbackURLs": [CALLBACK],
                "SupportedIdentityProviders": ["COGNITO"],
            }),
        );
        let attributes = json!([
            {"Name": "email", "Value": "jane@example.com"},
            {"Name": "email_verified", "Value": "true"},
        ]);
        let jane = json!({
            "UserPoolId": pool,
            "Username": "jane",
            "UserAttributes": attributes,
            "MessageAction": "SUPPRESS",
        });
        self.control("AdminCreateUser", &jane);
        let password = json!({"UserPoolId": pool, "Username": "jane", "Password": PASSWORD, "Permanent": true});
        self.control("AdminSetUserPassword", &password);
        (pool, text(&client["UserPoolClient"]["ClientId"]))
    }

    /// What the `openidconnect` crate sends its requests with.
    pub fn http(&self, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
        let (parts, body) = self.agent.run(request)?.into_parts();
        Ok(HttpResponse::from_parts(parts, body.into_with_config().limit(1 << 20).read_to_vec()?))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().and_then(|()| self.child.wait()).expect("it ran until now");
    }
}

/// Fills the form of the sign-in page as scripts do that were written for the real page.
pub struct Browser<'a> {
    agent: &'a ureq::Agent,
    cookies: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    /// One without cookies.
    pub fn new(agent: &'a ureq::Agent) -> Self {
        Self { agent, cookies: BTreeMap::new() }
    }

    /// From the authorize address to the callback's: the whole address the browser is sent to.
    pub fn sign_in(&mut self, authorize: &Url, username: &str) -> Url {
        let (mut address, mut next) = (authorize.clone(), Some(authorize.clone()));
        let mut page = String::new();
        while let Some(url) = next {
            let answer = self.agent.get(url.as_str()).header("Cookie", self.cookie()).call().unwrap();
            (next, page) = self.read(&url, answer);
            address = url;
        }
        let csrf = page.split_once(r#"name="_csrf" value=""#).and_then(|(_, rest)| rest.split_once('"')).unwrap().0;
        let form = [("_csrf", csrf), ("username", username), ("password", PASSWORD)];
        let sent = self.agent.post(address.as_str()).header("Cookie", self.cookie()).send_form(form).unwrap();
        let (callback, page) = self.read(&address, sent);
        callback.unwrap_or_else(|| panic!("no redirect but {page}"))
    }

    fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Keeps the cookies; answers where the answer leads, and its text.
    fn read(&mut self, from: &Url, answer: ureq::http::Response<ureq::Body>) -> (Option<Url>, String) {
        let (parts, mut body) = answer.into_parts();
        for cookie in parts.headers.get_all("set-cookie") {
            let (name, value) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = value.split(';').next().unwrap_or_default();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = parts.headers.get("location").map(|value| from.join(value.to_str().unwrap()).unwrap());
        (location, body.read_to_string().unwrap())
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}
