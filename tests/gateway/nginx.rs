//! nginx itself, with the configuration of `examples/forward-auth`, between clients and an API that asks nobody.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use crate::example_api::{Api, Ports, example};
use crate::page;
use crate::upstream::{HANG, Seen, Upstream, free_port};
use crate::world::{Answer, World};

/// A running nginx; it ends when this is dropped.
struct Nginx {
    process: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

/// The sample configuration.
fn sample() -> String {
    fs::read_to_string(example("forward-auth/nginx.conf")).expect("an example")
}

/// What the page prints, in the place of the sample's own locations.
fn printed() -> String {
    let sample = sample();
    let (before, _) = sample.split_once("        location ").expect("locations");
    format!("{before}{}}}}}", page::block("nginx", "location / {"))
}

impl Nginx {
    /// With this configuration, in which only the ports are others.
    fn start(configuration: String, api: u16, gateway: u16) -> Self {
        let port = free_port();
        let folder = tempfile::tempdir().expect("a folder of our own");
        let configuration = Ports { api, gateway, proxy: port }.in_text(configuration);
        let file = folder.path().join("nginx.conf");
        fs::write(&file, configuration).expect("the folder is ours");
        // Not every user's PATH has what is installed for the system's administrator.
        let program = ["/usr/sbin/nginx", "nginx"].into_iter().find(|path| Path::new(path).exists()).unwrap_or("nginx");
        let mut command = Command::new(program);
        command.arg("-p").arg(folder.path()).args(["-e", "stderr", "-c"]).arg(&file);
        // One process, so that nothing stays behind when it is ended.
        command.args(["-g", "daemon off; master_process off;"]).stdin(Stdio::null());
        let process = command.spawn().expect("nginx is installed: apt-get install -y nginx-light");
        let mut nginx = Self { process, port, _folder: folder };
        nginx.wait();
        nginx
    }

    /// Until it takes connections.
    fn wait(&mut self) {
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.process.try_wait().expect("the process is ours");
            assert!(ended.is_none() && begun.elapsed() < HANG, "nginx does not come up: {ended:?}");
            std::thread::yield_now();
        }
    }

    /// Sends these bytes, and reads until it closes.
    fn raw(&self, bytes: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it takes connections");
        stream.set_read_timeout(Some(HANG)).expect("the time is not zero");
        stream.write_all(bytes.as_bytes()).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers and closes");
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _already_dead = self.process.kill();
        let _already_waited_for = self.process.wait();
    }
}

/// poolpass with the example's pool and API, and nginx in front of what listens on the port.
struct Front {
    world: World,
    nginx: Nginx,
}

impl Front {
    /// With the sample configuration; `more` is added to the gateway.
    fn of(api: u16, more: &str) -> Self {
        Self::with(sample(), api, more)
    }

    fn with(nginx: String, api: u16, more: &str) -> Self {
        let ports = Ports { api, gateway: 0, proxy: 0 };
        let configuration = ports.in_example("orders/poolpass.yaml");
        let import = format!("import: {}", example("orders/openapi.yaml").display());
        let configuration = configuration.replace("import: openapi.yaml", &format!("{import}{more}"));
        let world = World::with(&configuration, &[]);
        let port = world.url("orders", "").rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        Self { nginx: Nginx::start(nginx, api, port), world }
    }

    fn token(&self, scope: &str) -> String {
        let board = ("board", "an_example_that_is_no_secret_2");
        let shop = ("shop", "an_example_that_is_no_secret_1");
        let client = if scope == "orders/write" { shop } else { board };
        format!("Bearer {}", self.world.token_of(client, scope))
    }

    fn ask(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
        self.world.ask(method, &format!("http://127.0.0.1:{}{target}", self.nginx.port), headers)
    }
}

const RFC: &str = "\n    dialect: rfc6750-any";

#[test]
fn nginx_passes_on_what_is_allowed_and_says_who_asks() {
    let api = Api::start();
    let front = Front::of(api.port, "");
    let (read, write) = (front.token("orders/read"), front.token("orders/write"));
    let url = format!("http://127.0.0.1:{}/orders", front.nginx.port);
    let made = front.world.post(&url, &[("Authorization", &write)], r#"{"item":"coffee"}"#);
    assert_eq!((made.status, &made.json()["owner"]), (201, &json!("shop")), "{made:?}");
    let found = front.ask("GET", "/orders?item=coffee&item=cake", &[("Authorization", &read)]);
    let coffee = json!([{ "id": "2", "item": "coffee", "owner": "shop" }]);
    assert_eq!((found.status, found.json()), (200, json!({ "orders": coffee, "asked_by": "board" })));
    assert_eq!(front.ask("GET", "/health", &[]).json(), json!({ "status": "up" }));
    assert_eq!(front.ask("DELETE", "/orders/2", &[("Authorization", &write)]).status, 204);
    assert_eq!(front.ask("GET", "/orders/2", &[("Authorization", &read)]).status, 404, "the API's own answer");
}

#[test]
fn nginx_judges_by_the_method_of_the_request() {
    let api = Api::start();
    let front = Front::of(api.port, RFC);
    let read = front.token("orders/read");
    let url = format!("http://127.0.0.1:{}/orders", front.nginx.port);
    let refused = front.world.post(&url, &[("Authorization", &read)], r#"{"item":"coffee"}"#);
    let challenge = concat!(
        r#"Bearer realm="orders", error="insufficient_scope", "#,
        r#"error_description="the token has none of the scopes", scope="orders/write""#,
    );
    assert_eq!((refused.status, refused.header("www-authenticate")), (403, Some(challenge)), "{refused:?}");
    let orders = front.ask("GET", "/orders", &[("Authorization", &read)]);
    assert_eq!(orders.json()["orders"].as_array().map(Vec::len), Some(1), "{orders:?}");
}

#[test]
fn nginx_keeps_the_challenge_where_there_is_one() {
    let upstream = Upstream::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    let rfc = Front::of(upstream.port, RFC);
    let nobody = rfc.ask("GET", "/orders", &[]);
    let challenge = r#"Bearer realm="orders", scope="orders/read""#;
    let challenges = |answer: &Answer| -> Vec<String> {
        let named = answer.headers.iter().filter(|(name, _)| name == "www-authenticate");
        named.map(|(_, value)| value.clone()).collect()
    };
    assert_eq!((nobody.status, challenges(&nobody)), (401, vec![challenge.to_owned()]));
    let nowhere = rfc.ask("GET", "/elsewhere", &[]);
    assert_eq!((nowhere.status, challenges(&nowhere)), (403, vec![]), "404 does not exist for `auth_request`");
    let rest = Front::of(upstream.port, "");
    let nobody = rest.ask("GET", "/orders", &[]);
    assert_eq!((nobody.status, challenges(&nobody)), (401, vec![]));
}

#[test]
fn what_a_client_sends_of_the_gateways_own_headers_never_arrives() {
    let upstream = Upstream::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    for configuration in [sample(), printed()] {
        nothing_forged_arrives(&Front::with(configuration, upstream.port, ""), &upstream);
    }
}

fn nothing_forged_arrives(front: &Front, upstream: &Upstream<Seen>) {
    let read = front.token("orders/read");
    let forged = [
        ("X-Poolpass-Authorizer", "{}"),
        ("X_Poolpass_Authorizer", "{}"),
        ("X-User-Id", "admin"),
        ("X_User_Id", "admin"),
        ("X.User.Id", "admin"),
    ];
    let about = |seen: &Seen| -> Vec<String> {
        let own = |line: &&String| line.to_ascii_lowercase().replace(['_', '.'], "-").contains("x-user-id");
        seen.headers.iter().filter(own).cloned().collect()
    };
    assert_eq!(front.ask("GET", "/health", &forged).status, 200);
    let open = upstream.next();
    assert_eq!((about(&open), open.header("X-Poolpass-Authorizer")), (vec![], None), "{open:?}");
    let with = [&forged[..], &[("Authorization", read.as_str())]].concat();
    assert_eq!(front.ask("GET", "/orders/%7Etea?a=%2F&b", &with).status, 200);
    let known = upstream.next();
    assert_eq!(known.line, "GET /orders/%7Etea?a=%2F&b HTTP/1.0", "byte for byte what was judged");
    assert_eq!(about(&known), ["X-User-Id: board"]);
    let told: Value = serde_json::from_str(known.header("X-Poolpass-Authorizer").expect("it is told")).expect("JSON");
    assert_eq!(told["claims"]["client_id"], "board");
}

#[test]
fn a_client_cannot_make_nginx_ask_about_another_request() {
    let upstream = Upstream::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    let front = Front::of(upstream.port, "");
    let told = [
        ("X-Original-Method", "GET"),
        ("X-Original-URI", "/health"),
        ("X-Forwarded-Method", "GET"),
        ("X-Forwarded-Uri", "/health"),
    ];
    assert_eq!(front.ask("GET", "/orders", &told).status, 401);
    assert_eq!(front.ask("DELETE", "/orders/1", &told).status, 401);
    assert_eq!(front.ask("GET", "/_poolpass/ask", &told).status, 404, "the question is nginx's own");
    for (name, value) in [("X-HTTP-Method-Override", "DELETE"), ("X-Original-Url", "/orders"), ("X-Rewrite-Url", "/")] {
        assert_eq!(front.ask("GET", "/health", &[(name, value)]).status, 403, "{name}");
    }
    let read = front.token("orders/read");
    for target in ["/health/../orders", "//orders", "/health%2f..%2forders", "/orders/..%5c", "/health/./"] {
        let answer = front.nginx.raw(&format!(
            "GET {target} HTTP/1.1\r\nHost: orders\r\nAuthorization: {read}\r\nConnection: close\r\n\r\n"
        ));
        assert!(answer.starts_with("HTTP/1.1 403 "), "{target}: {answer}");
    }
    let absolute = "GET http://orders/health HTTP/1.1\r\nHost: orders\r\nConnection: close\r\n\r\n";
    assert!(front.nginx.raw(absolute).starts_with("HTTP/1.1 200 "));
    let absolute = "GET http://health/orders HTTP/1.1\r\nHost: orders\r\nConnection: close\r\n\r\n";
    assert!(front.nginx.raw(absolute).starts_with("HTTP/1.1 401 "));
    assert_eq!(upstream.next().line, "GET /health HTTP/1.0", "nothing else has reached the API");
    assert_eq!(front.ask("GET", "/health?last", &told).status, 200);
    let last = upstream.next();
    assert_eq!(last.line, "GET /health?last HTTP/1.0");
    let arrived = told.map(|(name, _)| last.header(name));
    assert_eq!(arrived, [Some("GET"), Some("/health?last"), None, None], "the API is told what was judged");
}

#[test]
fn without_poolpass_nginx_lets_nobody_through() {
    let upstream = Upstream::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    let mut front = Front::of(upstream.port, "");
    assert_eq!(front.ask("GET", "/health", &[]).status, 200);
    front.world.end_by("TERM");
    assert_eq!(front.ask("GET", "/health", &[]).status, 500);
}
