//! The built program with a configuration of gateways, and requests to them.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

/// A pool with two APIs and two clients, of which `reader` may ask for less. Gateways are declared behind it.
pub(crate) const POOL: &str = "
pools:
  - id: us-east-1_Gateway01
    domain: gateway
    keys: { access: KEYS/demo-access.pem, id: KEYS/demo-id.pem }
    resource_servers:
      - { identifier: orders, scopes: [read, write] }
      - { identifier: stock, scopes: [read] }
    clients:
      - &writer
        id: writer
        secret: a_secret_of_24_characters
        allowed_flows: [client_credentials]
        allowed_scopes: [orders/read, orders/write, stock/read]
      - { <<: *writer, id: reader, allowed_scopes: [orders/read] }
      - id: web
        allowed_flows: [code]
        allowed_scopes: [openid, email, orders/read]
        callback_urls: ['http://localhost:3000/callback']
    users:
      - username: ada
        sub: 11111111-1111-4111-8111-111111111111
        password: Lovelace-1815
        attributes: { email: ada@example.com, email_verified: true }
";

/// A second pool, which has scopes and a client of its own.
pub(crate) const OTHER_POOL: &str = "
  - id: us-east-1_Gateway02
    domain: other
    resource_servers: [{ identifier: orders, scopes: [read] }]
    clients:
      - id: stranger
        secret: a_secret_of_24_characters
        allowed_flows: [client_credentials]
        allowed_scopes: [orders/read]
";

/// The secret of every client that has one.
pub(crate) const SECRET: &str = "a_secret_of_24_characters";

/// Nothing on the wire takes this long; a test that waits longer has found a hang.
const HANG: Duration = Duration::from_secs(60);

/// A running server; it is killed when this is dropped.
pub(crate) struct World {
    process: Child,
    pub(crate) ready: Value,
    agent: ureq::Agent,
    _folder: Option<tempfile::TempDir>,
}

/// An answer, read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case, in the order they came.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
    }
}

/// The program with this configuration file, its arguments still to be given.
pub(crate) fn program(folder: &tempfile::TempDir, yaml: &str) -> Command {
    let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/keys");
    fs::write(folder.path().join("poolpass.yaml"), yaml.replace("KEYS", keys)).expect("a folder of our own");
    let mut command = Command::new(env!("CARGO_BIN_EXE_poolpass"));
    command.env_clear().current_dir(folder.path()).stdin(Stdio::null());
    command
}

/// Runs a program that must not come to serve: one that does is ended, and its ready line is part of the output.
pub(crate) fn refused(command: &mut Command) -> Output {
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the built program starts");
    let mut line = String::new();
    BufReader::new(process.stdout.as_mut().expect("standard output is piped")).read_line(&mut line).expect("text");
    if !line.is_empty() {
        process.kill().expect("the program is ours");
    }
    let done = process.wait_with_output().expect("the program is ours");
    Output { stdout: line.into_bytes(), ..done }
}

impl World {
    /// With [`POOL`] and these gateways, which listen on a free port unless they say where.
    pub(crate) fn start(gateways: &str) -> Self {
        Self::with(&format!("{POOL}{gateways}"), &[])
    }

    /// With this file and further flags.
    pub(crate) fn with(yaml: &str, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder of our own");
        let mut command = program(&folder, yaml);
        command.args(["serve", "--config", "poolpass.yaml", "--store", "memory", "--ready-json"]);
        command.args(["--listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0"]).args(flags);
        Self::of(&mut command, Some(folder))
    }

    /// A program that announces itself with `--ready-json`; the folder lives as long as it runs.
    pub(crate) fn of(command: &mut Command, folder: Option<tempfile::TempDir>) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().expect("the built program starts");
        let mut line = String::new();
        let output = process.stdout.take().expect("standard output is piped");
        BufReader::new(output).read_line(&mut line).expect("the server says something");
        let ready = serde_json::from_str(&line).expect("the first line says that the server is ready");
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent = agent.allow_non_standard_methods(true);
        let agent = agent.timeout_global(Some(HANG)).build().into();
        Self { process, ready, agent, _folder: folder }
    }

    /// What the ready line says about a gateway.
    pub(crate) fn gateway(&self, name: &str) -> &Value {
        let gateways = self.ready["gateways"].as_array().expect("gateways");
        gateways.iter().find(|gateway| gateway["name"] == name).expect("a gateway of this name")
    }

    /// Where a gateway is called.
    pub(crate) fn url(&self, name: &str, path: &str) -> String {
        format!("{}{path}", self.gateway(name)["url"].as_str().expect("a URL"))
    }

    /// Sends a request without a body.
    pub(crate) fn ask(&self, method: &str, url: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(self.agent.run(request.body(()).expect("a request")).expect("an answer"))
    }

    /// Posts a text.
    pub(crate) fn post(&self, url: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = self.agent.post(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.send(body).expect("an answer"))
    }

    /// Gets something with a token.
    pub(crate) fn get(&self, url: &str, token: &str) -> Answer {
        self.ask("GET", url, &[("Authorization", &format!("Bearer {token}"))])
    }

    /// An access token of a client with these scopes.
    pub(crate) fn token(&self, client: &str, scope: &str) -> String {
        self.token_of((client, SECRET), scope)
    }

    /// The same, of a client with another secret.
    pub(crate) fn token_of(&self, (client, secret): (&str, &str), scope: &str) -> String {
        let url = format!("{}/oauth2/token", self.ready["endpoint"].as_str().expect("an endpoint"));
        let form =
            [("grant_type", "client_credentials"), ("client_id", client), ("client_secret", secret), ("scope", scope)];
        let answer = read(self.agent.post(url).send_form(form).expect("an answer"));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["access_token"].as_str().expect("a token").to_owned()
    }

    /// Sends a signal, and waits for the end.
    pub(crate) fn end_by(&mut self, signal: &str) -> Option<i32> {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().expect("kill runs").success());
        self.process.wait().expect("an end").code()
    }

    /// Sends these bytes to a gateway, and reads until it closes: ask it to with `Connection: close`.
    pub(crate) fn raw(&self, name: &str, bytes: &str) -> String {
        let url = self.url(name, "");
        let authority = url.trim_start_matches("http://").split('/').next().expect("an authority");
        // Not every resolver knows the names below `localhost`.
        let authority = match authority.split_once(".localhost:") {
            Some((_, port)) => format!("127.0.0.1:{port}"),
            None => authority.to_owned(),
        };
        let mut stream = TcpStream::connect(authority).expect("the gateway takes connections");
        stream.set_read_timeout(Some(HANG)).expect("the time is not zero");
        stream.write_all(bytes.as_bytes()).expect("the gateway reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the gateway answers and closes");
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _already_dead = self.process.kill();
        let _already_waited_for = self.process.wait();
    }
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> Answer {
    let header = |(name, value): (&ureq::http::HeaderName, &ureq::http::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let (status, headers) = (response.status().as_u16(), response.headers().iter().map(header).collect());
    Answer { status, headers, body: response.body_mut().read_to_string().expect("text") }
}
