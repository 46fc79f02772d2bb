//! The files of `examples`, used as their pages say.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

use regex::Regex;
use serde_json::{Value, json};

use crate::example_api::{Api, Ports, example};
use crate::page;
use crate::world::{World, program};

/// What the program prints, run in the folder of the project with nothing of the caller's about it.
fn printed(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_poolpass"));
    let done = command.env_clear().current_dir(example("..")).args(arguments).output().expect("the program runs");
    assert!(done.status.success(), "{done:?}");
    String::from_utf8(done.stdout).expect("UTF-8")
}

/// A gateway made of nothing but a file of the example, in front of its API; and the client that was made for it.
fn from_nothing(file: &str, api: &Api) -> (World, (String, String)) {
    let folder = tempfile::tempdir().expect("a folder of our own");
    let mut command = program(&folder, "");
    let upstream = format!("http://127.0.0.1:{}", api.port);
    command.args(["serve", "--store", "memory", "--ready-json", "--listen", "127.0.0.1:0"]);
    command.args(["--gateway-listen", "127.0.0.1:0", "--create-missing", "--upstream", &upstream, "--gateway"]);
    let world = World::of(command.arg(example(file)), Some(folder));
    let made = &world.ready["made"][0];
    let text = |key: &str| made[key].as_str().expect("a text").to_owned();
    let client = (text("client_id"), text("client_secret"));
    (world, client)
}

#[test]
fn the_declared_example_serves_its_api() {
    let api = Api::start();
    let ports = Ports { api: api.port, gateway: 0, proxy: 0 };
    let import = format!("import: {}", example("orders/openapi.yaml").display());
    let yaml = ports.in_example("orders/poolpass.yaml").replace("import: openapi.yaml", &import);
    let world = World::with(&yaml, &[]);
    let url = |path| world.url("orders", path);
    let write = world.token_of(("shop", "an_example_that_is_no_secret_1"), "orders/write");
    let read = world.token_of(("board", "an_example_that_is_no_secret_2"), "orders/read");
    let made = world.post(&url("/orders"), &[("Authorization", &write)], r#"{"item":"cake"}"#);
    assert_eq!((made.status, made.json()), (201, json!({ "id": "2", "item": "cake", "owner": "shop" })));
    let found = world.get(&url("/orders?item=cake"), &read);
    assert_eq!((found.status, &found.json()["asked_by"]), (200, &json!("board")), "{found:?}");
    assert_eq!(found.json()["orders"], json!([{ "id": "2", "item": "cake", "owner": "shop" }]));
    let refused = world.post(&url("/orders"), &[("Authorization", &read)], r#"{"item":"pie"}"#);
    assert_eq!((refused.status, refused.json()), (401, json!({ "message": "Unauthorized" })));
    assert_eq!(world.ask("DELETE", &url("/orders/2"), &[("Authorization", &write)]).status, 204);
    assert_eq!(world.ask("GET", &url("/health"), &[]).json(), json!({ "status": "up" }));
}

/// Whoever leaves a body unread takes it for the next request.
#[test]
fn a_body_that_the_example_has_no_use_for_is_no_second_request() {
    let api = Api::start();
    let inner = "DELETE /orders/1 HTTP/1.1\r\nHost: a\r\n\r\n";
    for head in [
        format!("GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", inner.len()),
        format!("GET /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n", inner.len()),
        format!("DELETE /health HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", inner.len()),
        "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n".to_owned(),
    ] {
        let end = "GET /orders/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let mut stream = TcpStream::connect(("127.0.0.1", api.port)).expect("it listens");
        stream.write_all(format!("{head}{inner}{end}").as_bytes()).expect("sent");
        // It may close on what it has not read.
        let _either_way = stream.read_to_end(&mut Vec::new());
        let orders = ureq::get(format!("http://127.0.0.1:{}/orders/1", api.port)).call();
        assert!(orders.is_ok(), "{head:?}: {orders:?}");
    }
}

#[test]
fn one_command_serves_the_api_as_each_file_describes_it() {
    let api = Api::start();
    for (file, name, dialect, missed) in [
        ("orders/openapi.yaml", "openapi", "rest-api", (401, "Unauthorized")),
        ("orders/template.yaml", "template", "http-api", (403, "Forbidden")),
    ] {
        let (world, client) = from_nothing(file, &api);
        let gateway = world.gateway(name);
        assert_eq!(
            (&gateway["dialect"], &gateway["unprotected"]),
            (&json!(dialect), &json!(["GET /health"])),
            "{file}"
        );
        assert_eq!((&gateway["unresolved"], &gateway["unsupported"]), (&json!([]), &json!([])), "{file}");
        let client = (client.0.as_str(), client.1.as_str());
        let read = world.token_of(client, "orders/read");
        let one = world.get(&world.url(name, "/orders/1"), &read);
        assert_eq!((one.status, &one.json()["item"]), (200, &json!("tea")), "{file}: {one:?}");
        let refused = world.post(&world.url(name, "/orders"), &[("Authorization", &read)], r#"{"item":"pie"}"#);
        assert_eq!((refused.status, refused.json()["message"].as_str().unwrap_or_default()), missed, "{file}");
        let write = world.token_of(client, "orders/write");
        let made = world.post(&world.url(name, "/orders"), &[("Authorization", &write)], r#"{"item":"pie"}"#);
        assert_eq!(made.status, 201, "{file}: {made:?}");
    }
}

#[test]
fn the_routes_of_the_examples_are_listed() {
    let rows = |text: &str| -> Vec<String> {
        let routes = text.lines().filter(|line| !line.starts_with("  note: "));
        routes.map(str::to_owned).collect()
    };
    let listed = rows(&printed(&["routes", "examples/orders/poolpass.yaml"]));
    assert_eq!(
        listed,
        [
            "orders (rest-api)",
            "  GET /orders          pool (us-east-1_Orders001)  orders/read",
            "  POST /orders         pool (us-east-1_Orders001)  orders/write",
            "  GET /orders/{id}     pool (us-east-1_Orders001)  orders/read orders/write",
            "  DELETE /orders/{id}  pool (us-east-1_Orders001)  orders/write",
            "  GET /health          UNPROTECTED",
        ]
    );
    let listed = rows(&printed(&["routes", "examples/orders/template.yaml"]));
    assert_eq!(
        listed,
        [
            "template (http-api)",
            "  GET /orders          Users (us-east-1_Pool)  orders/read",
            "  GET /orders/{id}     Users (us-east-1_Pool)  orders/read orders/write",
            "  POST /orders         Users (us-east-1_Pool)  orders/write",
            "  DELETE /orders/{id}  Users (us-east-1_Pool)  orders/write",
            "  GET /health          UNPROTECTED",
        ]
    );
}

/// Whether Envoy sends every header by which poolpass would refuse a request, however it is spelled.
fn is_asked_with_all(patterns: &Value, own: &[String]) {
    let patterns = patterns.as_array().expect("patterns");
    let is_sent = |name: &str| {
        patterns.iter().any(|pattern| match (&pattern["exact"], &pattern["safe_regex"]["regex"]) {
            (Value::String(exact), Value::Null) => exact == name,
            (Value::Null, Value::String(regex)) => {
                Regex::new(&format!("^(?:{regex})$")).expect("a pattern").is_match(name)
            }
            _ => panic!("{pattern}"),
        })
    };
    let obeyed = [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
        "x-original-url",
        "x-override-url",
        "x-rewrite-url",
        "x-original-uri",
        "x-forwarded-uri",
        "x-original-method",
        "x-forwarded-method",
    ];
    for name in own.iter().map(String::as_str).chain(obeyed) {
        // Envoy itself refuses those with `_`.
        for spelled in [name.to_owned(), name.replace('-', "."), name.replacen('-', "~", 1)] {
            assert!(is_sent(&spelled), "{spelled}");
        }
    }
    assert!(["origin", "access-control-request-method"].into_iter().all(is_sent));
    assert!(!["cookie", "x-user", "x-user-id-2", "x-forwarded-for"].into_iter().any(is_sent));
}

#[test]
fn the_proxies_of_the_examples_ask_the_gateway_and_replace_every_header_that_it_tells() {
    let read = |name: &str| -> Value {
        let text = std::fs::read_to_string(example(name)).expect("an example");
        serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let declared = read("orders/poolpass.yaml");
    let gateway = &declared["gateways"][0];
    let path = format!("/_poolpass/forward-auth/{}", gateway["name"].as_str().expect("a name"));
    let claims = gateway["forward"]["headers"].as_object().expect("headers").keys();
    let mut own: Vec<String> = claims.map(|name| name.to_ascii_lowercase()).collect();
    own.push("x-poolpass-authorizer".to_owned());
    own.sort();
    let sorted = |names: Vec<&Value>| {
        let mut names: Vec<_> = names.iter().map(|name| name.as_str().expect("a name").to_ascii_lowercase()).collect();
        names.sort();
        names
    };

    let traefik = read("forward-auth/traefik.yaml");
    let asking = &traefik["http"]["middlewares"]["poolpass"]["forwardAuth"];
    assert_eq!(asking["address"], format!("http://127.0.0.1:7277{path}"));
    assert_eq!(asking["trustForwardHeader"], false);
    assert_eq!(&page::yaml("# Traefik")["forwardAuth"], asking, "the page prints the same");
    assert_eq!(sorted(asking["authResponseHeaders"].as_array().expect("names").iter().collect()), own);
    assert_eq!(traefik["http"]["routers"]["orders"]["middlewares"], json!(["poolpass"]));

    let envoy = read("forward-auth/envoy.yaml");
    let manager = &envoy["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"];
    let asking = &manager["http_filters"][0]["typed_config"];
    assert_eq!(asking["failure_mode_allow"], false);
    assert_eq!(asking["http_service"]["path_prefix"], path);
    assert_eq!(manager["common_http_protocol_options"]["headers_with_underscores_action"], "REJECT_REQUEST");
    is_asked_with_all(&asking["allowed_headers"]["patterns"], &own);
    let replaced = &asking["http_service"]["authorization_response"]["allowed_upstream_headers"]["patterns"];
    assert_eq!(sorted(replaced.as_array().expect("patterns").iter().map(|name| &name["exact"]).collect()), own);

    let printed = json!({
        "common_http_protocol_options": manager["common_http_protocol_options"],
        "failure_mode_allow": asking["failure_mode_allow"],
        "allowed_headers": asking["allowed_headers"],
        "http_service": asking["http_service"],
    });
    assert_eq!(page::yaml("# Envoy"), printed, "the page prints the same");

    let nginx = std::fs::read_to_string(example("forward-auth/nginx.conf")).expect("an example");
    assert!(nginx.contains(&format!("proxy_pass http://127.0.0.1:7277{path};")));
    for name in own {
        assert!(nginx.to_ascii_lowercase().contains(&format!("proxy_set_header {name} $")), "{name}");
    }
}
