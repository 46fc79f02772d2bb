//! A declared world: in the file of `serve`, applied again at the next start, and sent by `seed`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{Finished, Server, finish, program};

const WORLD: &str = "pools:
  - id: us-east-1_Example01
    resource_servers:
      - { identifier: orders, scopes: [read, write] }
    clients:
      - id: reader
        secret: a_secret_of_24_characters
        allowed_flows: [client_credentials]
        allowed_scopes: [orders/read]
";

fn scopes(server: &Server) -> String {
    let token = ["token", "--client", "reader", "--secret", "a_secret_of_24_characters", "--raw"];
    let token = server.command(&token).done();
    let decoded = finish(&mut program(Path::new("/"), &["decode", "--json", token.trim_end()])).json();
    decoded.pointer("/claims/scope").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn serve(folder: &Path) -> Server {
    let arguments =
        ["serve", "--listen", "127.0.0.1:0", "--store", "redb:w.redb", "--config", "w.yaml", "--ready-json"];
    Server::launch(&mut program(folder, &arguments))
}

#[test]
fn a_changed_declaration_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("w.yaml");
    fs::write(&file, WORLD).unwrap();
    assert_eq!(scopes(&serve(folder.path())), "orders/read");
    fs::write(&file, WORLD.replace("[orders/read]", "[orders/read, orders/write]")).unwrap();
    assert_eq!(scopes(&serve(folder.path())), "orders/read orders/write");
    fs::write(&file, WORLD.replace("[read, write]", "[write]").replace("[orders/read]", "[orders/read, orders/write]"))
        .unwrap();
    assert_eq!(scopes(&serve(folder.path())), "orders/write");
}

#[test]
fn a_world_is_sent_to_a_running_server() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("w.yaml");
    fs::write(&file, WORLD).unwrap();
    let server = Server::start(&[]);
    let path = file.to_str().unwrap();
    assert_eq!(
        server.command(&["seed", "--config", path]).done(),
        "created  user pool us-east-1_Example01\n\
         created  resource server orders of us-east-1_Example01\n\
         created  client reader of us-east-1_Example01\n\
         0 unchanged\n"
    );
    assert_eq!(scopes(&server), "orders/read");
    assert_eq!(
        server.command(&["seed", "--json", "--config", path]).json(),
        json!({ "created": [], "updated": [], "unchanged": 3, "left_alone": [] })
    );
    fs::write(&file, WORLD.replace("us-east-1_Example01", "us-east-1_Example02")).unwrap();
    assert_eq!(
        server.command(&["seed", "--config", path]),
        Finished::failed(&format!(
            "{path}:6: pools[0].clients[0].id: the client `reader` belongs to the pool us-east-1_Example01 already"
        ))
    );
}

#[test]
fn key_files_are_read_where_the_file_is() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("keys");
    for name in ["demo-access.pem", "demo-id.pem"] {
        fs::copy(keys.join(name), folder.path().join(name)).unwrap();
    }
    let declared = "    keys: { access: demo-access.pem, id: demo-id.pem }\n    clients:";
    fs::write(folder.path().join("w.yaml"), WORLD.replace("    clients:", declared)).unwrap();
    let server = serve(folder.path());
    let keys = server.command(&["keys", "list", "--json", "--pool", "us-east-1_Example01"]).json();
    let kids: Vec<_> = keys["keys"].as_array().unwrap().iter().map(|key| (&key["kid"], &key["origin"])).collect();
    assert_eq!(
        kids,
        [
            (&json!("bxcycfCWFMx9MxVanhE/DI3DwaPmO7n6q5v22/086lk="), &json!("declared")),
            (&json!("Tia0SwBHDrC1QT9zO10iGMAqO6efRfay3X4tTVCQm2c="), &json!("declared")),
        ]
    );
}
