//! docker-compose.yml, done as a local process: the same command, environment, volume and health check.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const COMPOSE: &str = include_str!("../docker-compose.yml");
const DOCKERFILE: &str = include_str!("../Dockerfile");

/// What we write in a compose file; anything else would be something this test does not do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Compose {
    services: BTreeMap<String, Service>,
    volumes: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    build: String,
    command: Vec<String>,
    environment: BTreeMap<String, String>,
    ports: Vec<String>,
    volumes: Vec<String>,
    healthcheck: HealthCheck,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HealthCheck {
    test: Vec<String>,
    interval: String,
    timeout: String,
    start_period: String,
    retries: u32,
}

fn compose() -> Compose {
    serde_saphyr::from_str(COMPOSE).expect("a compose file of the expected shape")
}

fn service() -> Service {
    compose().services.remove("poolpass").expect("a service named poolpass")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the binary under test is named by the environment, as in the other suites"
)]
fn binary() -> PathBuf {
    let named = std::env::var_os("POOLPASS_BIN").map(PathBuf::from);
    let binary = named.unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_poolpass")));
    assert!(binary.is_file(), "{} is missing: run `cargo build --release` or unset POOLPASS_BIN", binary.display());
    binary
}

/// The service running outside a container: its port is a free one, its volume a folder.
struct Running {
    process: Child,
    endpoint: String,
    environment: BTreeMap<String, String>,
}

impl Running {
    fn start(service: &Service, volume: &Path) -> Self {
        let data = volume.display().to_string();
        let local = |argument: &String| argument.replace("0.0.0.0:7665", "0.0.0.0:0").replace("/data", &data);
        let mut process = Command::new(binary())
            .args(service.command.iter().map(local))
            .arg("--ready-json")
            .env_clear()
            .envs(&service.environment)
            .current_dir(volume)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the service starts");
        let output = process.stdout.take().expect("invariant: standard output is a pipe");
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).expect("a line of text");
        let ready: Value = serde_json::from_str(&line).expect("the ready line, before the process ends");
        let listening = url::Url::parse(&text(&ready, "endpoint")).expect("an endpoint");
        let endpoint = format!("http://127.0.0.1:{}", listening.port().expect("a port"));
        Self { process, endpoint, environment: service.environment.clone() }
    }

    fn health(&self, test: &[String]) -> bool {
        let arguments = test.iter().skip(2).cloned().chain(["--endpoint".to_owned(), self.endpoint.clone()]);
        let mut command = Command::new(binary());
        let done = command.args(arguments).env_clear().envs(&self.environment).stdin(Stdio::null()).output();
        done.expect("the health check runs").status.success()
    }

    /// One call of the JSON API.
    fn call(&self, operation: &str, input: &Value) -> Value {
        let mut answer = agent()
            .post(&self.endpoint)
            .header("Content-Type", "application/x-amz-json-1.1")
            .header("X-Amz-Target", format!("AWSCognitoIdentityProviderService.{operation}"))
            .send(input.to_string())
            .expect("an answer");
        answer.body_mut().read_json().expect("JSON")
    }

    /// The first client of the demo world that may have machine tokens.
    fn machine(&self) -> Value {
        let pools = self.call("ListUserPools", &json!({ "MaxResults": 60 }));
        let clients = items(&pools, "UserPools").into_iter().flat_map(|pool| {
            let listed = self.call("ListUserPoolClients", &json!({ "UserPoolId": member(&pool, "Id") }));
            items(&listed, "UserPoolClients")
        });
        let described = clients.map(|client| {
            let named = json!({ "UserPoolId": text(&client, "UserPoolId"), "ClientId": text(&client, "ClientId") });
            member(&self.call("DescribeUserPoolClient", &named), "UserPoolClient")
        });
        let is_machine = |client: &Value| member(client, "AllowedOAuthFlows") == json!(["client_credentials"]);
        described.into_iter().find(is_machine).expect("a machine in the demo world")
    }

    fn claims_of_a_token(&self, machine: &Value) -> Value {
        let form = [
            ("grant_type", "client_credentials".to_owned()),
            ("client_id", text(machine, "ClientId")),
            ("client_secret", text(machine, "ClientSecret")),
        ];
        let mut answer = agent().post(format!("{}/oauth2/token", self.endpoint)).send_form(form).expect("an answer");
        let body: Value = answer.body_mut().read_json().expect("JSON");
        let token = text(&body, "access_token");
        let claims = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok()).expect("base64url");
        serde_json::from_slice(&claims).expect("claims")
    }

    fn keys(&self, pool: &str) -> Value {
        let url = format!("{}/{pool}/.well-known/jwks.json", self.endpoint);
        agent().get(url).call().expect("an answer").body_mut().read_json().expect("JSON")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn agent() -> ureq::Agent {
    let timeout = Some(Duration::from_secs(20));
    ureq::Agent::config_builder().http_status_as_error(false).timeout_global(timeout).build().into()
}

fn member(object: &Value, name: &str) -> Value {
    object.get(name).cloned().unwrap_or_default()
}

fn text(object: &Value, name: &str) -> String {
    object.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn items(list: &Value, name: &str) -> Vec<Value> {
    list.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
}

#[test]
fn the_service_is_healthy_and_gives_tokens_with_its_one_issuer() {
    let (service, volume) = (service(), tempfile::tempdir().unwrap());
    let running = Running::start(&service, volume.path());
    assert!(running.health(&service.healthcheck.test), "the health check of a running service");

    let machine = running.machine();
    let claims = running.claims_of_a_token(&machine);
    let pool = machine["UserPoolId"].as_str().unwrap();
    assert_eq!(claims["iss"], format!("{}/{pool}", service.environment["POOLPASS_BASE_URL"]));
    assert_eq!(claims["client_id"], machine["ClientId"]);
}

#[test]
fn the_volume_keeps_the_pools_and_their_keys_over_a_restart() {
    let (service, volume) = (service(), tempfile::tempdir().unwrap());
    let first = Running::start(&service, volume.path());
    let machine = first.machine();
    let created = member(&first.call("CreateUserPool", &json!({ "PoolName": "kept" })), "UserPool");
    let keys = first.keys(&text(&created, "Id"));
    drop(first);

    let second = Running::start(&service, volume.path());
    let described = second.call("DescribeUserPool", &json!({ "UserPoolId": text(&created, "Id") }));
    assert_eq!(items(&keys, "keys").len(), 2);
    assert_eq!(second.keys(&text(&created, "Id")), keys);
    assert_eq!(member(&described, "UserPool"), created);
    assert_eq!(second.machine(), machine);
}

#[test]
fn the_health_check_fails_when_nothing_listens() {
    let service = service();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let process = Command::new(binary()).arg("--version").stdout(Stdio::null()).spawn().unwrap();
    let stopped = Running { process, endpoint: format!("http://{free}"), environment: service.environment.clone() };
    assert!(!stopped.health(&service.healthcheck.test), "the health check of nothing");
}

#[test]
fn ports_are_published_to_this_machine_only() {
    let compose = compose();
    for service in compose.services.values() {
        assert_eq!(service.ports, ["127.0.0.1:7665:7665"]);
        assert!(service.command.contains(&"--open".to_owned()), "a container listens beyond its own loopback");
    }
    assert_eq!(compose.volumes.keys().collect::<Vec<_>>(), ["poolpass-data"]);
}

#[test]
fn the_image_and_the_service_agree() {
    let service = service();
    let line = |start: &str| DOCKERFILE.lines().find(|line| line.starts_with(start)).unwrap_or_default();
    let health = &service.healthcheck;
    assert_eq!((service.build.as_str(), service.volumes.as_slice()), (".", &["poolpass-data:/data".to_owned()][..]));
    assert_eq!(line("VOLUME"), "VOLUME /data");
    assert_eq!(line("EXPOSE"), "EXPOSE 7665");
    assert_eq!(line("USER"), "USER poolpass");
    assert_eq!(line("ENTRYPOINT"), "ENTRYPOINT [\"poolpass\"]");
    let expected = format!(
        "HEALTHCHECK --interval={} --timeout={} --start-period={} --retries={} {} {:?}",
        health.interval,
        health.timeout,
        health.start_period,
        health.retries,
        health.test[0],
        &health.test[1..]
    );
    assert_eq!(line("HEALTHCHECK"), expected);
}
