//! `serve`: what it announces, what it refuses, how it ends, and which source of a setting wins.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::json;

use crate::harness::{DEMO_POOL, Finished, SHOP, SHOP_SECRET, Server, finish, program, run};

#[test]
fn the_ready_line_says_where_everything_is() {
    let server = Server::start(&["--demo"]);
    let (endpoint, port) = (server.endpoint(), server.port());
    assert_eq!(
        server.ready,
        json!({
            "event": "ready",
            "endpoint": format!("http://127.0.0.1:{port}"),
            "port": port,
            "pools": [{
                "id": DEMO_POOL,
                "issuer": format!("http://localhost:{port}/{DEMO_POOL}"),
                "jwks_uri": format!("{endpoint}/{DEMO_POOL}/.well-known/jwks.json"),
                "token_url": format!("{endpoint}/oauth2/token"),
                "clients": [
                    SHOP, "4demo0report00000000000000", "4demo0admin000000000000000",
                    "4demo0spa00000000000000000", "4demo0site0000000000000000",
                ],
            }],
        })
    );
}

#[test]
fn the_ready_line_is_the_only_line_and_a_signal_ends_the_server_well() {
    for signal in ["TERM", "INT"] {
        assert_eq!(Server::start(&[]).end_by(signal), (Some(0), String::new()), "{signal}");
    }
}

#[test]
fn the_banner_shows_how_to_get_a_token_and_who_can_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(folder.path(), &["serve", "--demo", "--listen", "127.0.0.1:0"]);
    let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut banner = Vec::new();
    for line in BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap) {
        let last = line.contains("not confirmed yet");
        banner.push(line);
        if last {
            break;
        }
    }
    process.kill().unwrap();
    process.wait().unwrap();
    let endpoint = banner[2].split_whitespace().last().unwrap();
    assert!(endpoint.starts_with("http://localhost:"), "{banner:#?}");
    assert_eq!(
        banner.iter().find(|line| line.contains("curl")).unwrap().trim(),
        format!("curl -s -u {SHOP}:{SHOP_SECRET} -d grant_type=client_credentials {endpoint}/oauth2/token")
    );
    let issuer = format!("    issuer   {endpoint}/{DEMO_POOL}");
    assert!(banner.contains(&issuer), "{banner:#?}");
    let page = format!(
        "    sign in  {endpoint}/oauth2/authorize?client_id=4demo0spa00000000000000000&response_type=code\
         &redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcallback"
    );
    assert!(banner.contains(&page), "{banner:#?}");
    let people = banner.iter().skip_while(|line| *line != "Or sign in as:").skip(2);
    assert_eq!(
        people.collect::<Vec<_>>(),
        [
            "  ada      Demo-password-1  admins, customers",
            "  ben      Demo-password-1  customers",
            "  grace    Demo-password-1  customers          and a code of an authenticator app",
            "  noor     Demo-password-1  customers          must choose another one",
            "  kim      Demo-password-1                     not confirmed yet",
        ]
    );
    assert!(!folder.path().join("poolpass.redb").exists(), "the demo world is kept in memory");
}

#[test]
fn a_taken_port_is_said_plainly() {
    let first = Server::start(&[]);
    let address = format!("127.0.0.1:{}", first.port());
    let second = run(&["serve", "--store", "memory", "--listen", &address]);
    let message =
        format!("cannot listen on {address}: the port is taken, perhaps by another poolpass; choose one with --listen");
    assert_eq!(second, Finished::failed(&message));
}

#[test]
fn a_store_in_use_is_said_plainly() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--store", "redb:one.redb", "--ready-json"];
    let _first = Server::launch(&mut program(folder.path(), &arguments));
    let second = finish(&mut program(folder.path(), &arguments));
    assert_eq!(second, Finished::failed("the store file `one.redb` is in use by another process"));
}

#[test]
fn beyond_loopback_it_must_be_meant() {
    let refused = run(&["serve", "--store", "memory", "--listen", "0.0.0.0:0"]);
    let message = "refusing to listen on 0.0.0.0:0, which other machines can reach: the control plane asks nobody for \
                   credentials; add --open if that is meant";
    assert_eq!(refused, Finished::failed(message));
    let arguments = ["serve", "--store", "memory", "--listen", "0.0.0.0:0", "--open", "--ready-json"];
    let open = Server::launch(&mut program(&std::env::temp_dir(), &arguments));
    assert_eq!(open.command(&["health"]).code, Some(0));
}

#[test]
fn a_store_that_is_none_is_a_wrong_call() {
    let refused = run(&["serve", "--store", "floppy"]);
    assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""));
    assert!(refused.err.contains("the store `floppy` is neither `memory` nor `redb:PATH`"), "{}", refused.err);
}

#[test]
fn an_error_in_the_file_names_file_line_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let serve = |text: &str| {
        fs::write(folder.path().join("p.yaml"), text).unwrap();
        let arguments = ["serve", "--store", "memory", "--listen", "127.0.0.1:0", "--config", "p.yaml"];
        finish(&mut program(folder.path(), &arguments))
    };
    let client = "pools:\n  - id: us-east-1_Example01\n    clients:\n      - id: reader\n        ";
    assert_eq!(
        serve("server:\n  workers: 1\n  issuer: nowhere\n"),
        Finished::failed(
            "p.yaml:3: server.issuer: unknown variant `nowhere`, expected one of local, base-url, aws, host"
        )
    );
    let unknown = serve(&format!("{client}allowed_scope: [a/b]\n"));
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.err.starts_with("poolpass: p.yaml:5: pools[0].clients[0]"), "{}", unknown.err);
    let undefined = serve(&format!("{client}allowed_scopes: [a/b]\n        allowed_flows: [client_credentials]\n"));
    assert_eq!(undefined.code, Some(1));
    assert!(undefined.err.starts_with("poolpass: p.yaml:4: pools[0].clients[0]: "), "{}", undefined.err);
    let missing = run(&["serve", "--config", "/nowhere.yaml"]);
    assert!(missing.err.starts_with("poolpass: /nowhere.yaml: cannot be read: "), "{}", missing.err);
}

#[test]
fn a_setting_that_cannot_be_is_named_by_its_source() {
    let folder = tempfile::tempdir().unwrap();
    let serve = |text: &str, extra: &[&str], variable: Option<(&str, &str)>| {
        fs::write(folder.path().join("p.yaml"), text).unwrap();
        let arguments =
            [&["serve", "--store", "memory", "--listen", "127.0.0.1:0", "--config", "p.yaml"], extra].concat();
        finish(program(folder.path(), &arguments).envs(variable))
    };
    let region = "the region `eu` is not 5 to 32 letters, digits and hyphens";
    let base_url = "the base URL `ftp://x` is not an http or https URL without query and fragment";
    let no_base_url =
        "the issuer mode `base-url` needs a base URL: set `base_url` in the file, POOLPASS_BASE_URL or --base-url";
    let in_file = [
        ("pools: []\nserver: { region: eu }\n", format!("p.yaml:2: server.region: {region}")),
        ("server:\n  workers: 1\n  base_url: ftp://x\n", format!("p.yaml:3: server.base_url: {base_url}")),
        ("server:\n  issuer: base-url\n", format!("p.yaml:2: server.issuer: {no_base_url}")),
        ("server:\n  workers: 0\n", "p.yaml:2: server.workers: there must be at least 1 thread".to_owned()),
    ];
    for (text, refusal) in in_file {
        assert_eq!(serve(text, &[], None), Finished::failed(&refusal));
    }
    let good = "server: { region: eu-west-1 }\n";
    assert_eq!(serve(good, &["--region", "eu"], None), Finished::failed(&format!("--region: {region}")));
    assert_eq!(serve(good, &["--base-url=ftp://x"], None), Finished::failed(&format!("--base-url: {base_url}")));
    let variable = Some(("POOLPASS_SIGNING_THREADS", "0"));
    assert_eq!(
        serve(good, &[], variable),
        Finished::failed("POOLPASS_SIGNING_THREADS: there must be at least 1 thread")
    );
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.yaml"), "server: { issuer: aws }\npools: [{ id: us-east-1_Example01 }]\n").unwrap();
    fs::write(folder.path().join("q.yaml"), "pools: [{ id: us-east-1_Example01 }]\n").unwrap();
    let issuer = |file: &str, variable: Option<&str>, flag: Option<&str>| {
        let mut arguments =
            vec!["serve", "--listen", "127.0.0.1:0", "--store", "memory", "--ready-json", "--config", file];
        arguments.extend(flag.into_iter().flat_map(|mode| ["--issuer", mode]));
        let mut command = program(folder.path(), &arguments);
        command.envs(variable.map(|mode| ("POOLPASS_ISSUER", mode))).env("POOLPASS_BASE_URL", "http://base:1");
        let server = Server::launch(&mut command);
        let issuer = server.ready["pools"][0]["issuer"].as_str().unwrap().to_owned();
        issuer.replace(&server.port().to_string(), "PORT").trim_end_matches("/us-east-1_Example01").to_owned()
    };
    assert_eq!(issuer("q.yaml", None, None), "http://localhost:PORT");
    assert_eq!(issuer("p.yaml", None, None), "https://cognito-idp.us-east-1.amazonaws.com");
    assert_eq!(issuer("p.yaml", Some("base-url"), None), "http://base:1");
    assert_eq!(issuer("p.yaml", Some("base-url"), Some("host")), "http://127.0.0.1:PORT");
}

#[test]
fn a_flag_can_switch_off_what_the_file_switches_on() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.yaml"), "server: { open: true }\n").unwrap();
    let arguments = ["serve", "--listen", "0.0.0.0:0", "--store", "memory", "--config", "p.yaml", "--open=false"];
    assert_eq!(finish(&mut program(folder.path(), &arguments)).code, Some(1));
}
