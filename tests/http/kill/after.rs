//! What must be true of a server that was started on the file of a killed one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use poolpass::store::Store as _;
use poolpass::store::redb::RedbStore;
use serde_json::{Value, json};

use crate::server::{Server, at, form};

use super::QUOTA;
use super::writer::{Doubt, Writer, text};

/// Compares everything with what was acknowledged; what was in doubt is settled by what is there.
pub(super) fn check(server: &Server, pool: &Value, writers: &mut [Writer]) {
    let clients = listed(server, pool, "ListUserPoolClients", "UserPoolClients", "ClientId");
    let servers = listed(server, pool, "ListResourceServers", "ResourceServers", "Identifier");
    for writer in writers.iter_mut() {
        if let Some(doubt) = writer.doubt.take() {
            settle(server, pool, writer, doubt, (&clients, &servers));
        }
    }
    let known: BTreeSet<&String> = writers.iter().flat_map(|writer| writer.clients.keys()).collect();
    assert_eq!(clients.keys().collect::<BTreeSet<_>>(), known, "the list of clients");
    let shared = "shared".to_owned();
    let known: BTreeSet<&String> =
        writers.iter().flat_map(|writer| writer.servers.keys()).chain(Some(&shared)).collect();
    assert_eq!(servers.keys().collect::<BTreeSet<_>>(), known, "the list of resource servers");
    for writer in writers {
        for (identifier, document) in &writer.servers {
            assert_eq!(servers.get(identifier), Some(document));
            assert_eq!(server_now(server, pool, identifier), *document);
        }
        for (id, client) in &writer.clients {
            assert_eq!(client_now(server, pool, id), client.document);
            assert_eq!(secrets_now(server, pool, id), client.secrets.keys().cloned().collect::<BTreeSet<_>>());
            for secret in client.secrets.values() {
                assert_eq!(token(server, id, secret).0, 200, "{id}");
            }
        }
        for (id, secret) in writer.gone.drain(..) {
            let described = server.call("DescribeUserPoolClient", &json!({"UserPoolId": pool, "ClientId": id}));
            assert_eq!(described.header("x-amzn-errortype"), Some("ResourceNotFoundException:"), "{id}");
            assert_eq!(token(server, &id, &secret), (400, r#"{"error":"invalid_client"}"#.to_owned()), "{id}");
        }
    }
    counts_are_those_of_the_lists(server, pool, clients.len(), servers.len());
}

/// Every client's id leads to the pool that has the client, and no id leads anywhere else: no request would tell.
pub(super) fn pointers_are_those_of_the_documents(file: &Path, pool: &str) {
    let store = RedbStore::open(file).expect("nobody else has the file open");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let keys_below = |prefix: &str| -> BTreeSet<String> {
        let found = runtime.block_on(store.scan(prefix, None, usize::MAX)).expect("the file can be read");
        found.iter().map(|stored| stored.key.trim_start_matches(prefix).to_owned()).collect()
    };
    let documents = keys_below(&format!("in/{pool}/client/"));
    assert!(!documents.is_empty(), "no client was found, so nothing was compared");
    assert_eq!(keys_below("client/"), documents);
}

/// Finds out whether a write without an answer happened, and checks that it did or did not as a whole.
fn settle(server: &Server, pool: &Value, writer: &mut Writer, doubt: Doubt, listed: (&Listed, &Listed)) {
    match doubt {
        Doubt::ServerPut { input } => {
            let identifier = text(at(&input, "/Identifier"));
            if let Some(found) =
                listed.1.get(&identifier).filter(|found| writer.servers.get(&identifier) != Some(*found))
            {
                assert_eq!(*found, input, "half a resource server");
                writer.servers.insert(identifier, input);
            }
        }
        Doubt::ServerGone { identifier } => {
            if !listed.1.contains_key(&identifier) {
                writer.servers.remove(&identifier);
            }
        }
        Doubt::ClientNew { input } => {
            let named = |found: &&Value| at(found, "/ClientName") == at(&input, "/ClientName");
            if let Some(id) = listed.0.values().find(named).map(|found| text(at(found, "/ClientId"))) {
                let document = client_now(server, pool, &id);
                assert_eq!(chosen(&document), chosen(&input), "half a client");
                writer.made(&id, document, at(&input, "/ClientSecret"));
            }
        }
        Doubt::ClientPut { id, input } => {
            let document = client_now(server, pool, &id);
            if document != writer.known(&id).document {
                assert_eq!(chosen(&document), chosen(&input), "half an update of a client");
                writer.known(&id).document = document;
            }
        }
        Doubt::ClientGone { id } => {
            if !listed.0.contains_key(&id) {
                writer.forget(&id);
            }
        }
        Doubt::SecretNew { id, value } => {
            let now = secrets_now(server, pool, &id);
            let new: Vec<_> = now.into_iter().filter(|each| !writer.known(&id).secrets.contains_key(each)).collect();
            assert!(new.len() <= 1, "one secret was added, not {new:?}");
            writer.known(&id).secrets.extend(new.into_iter().map(|secret| (secret, value.clone())));
        }
        Doubt::SecretGone { id, secret } => {
            if !secrets_now(server, pool, &id).contains(&secret) {
                writer.known(&id).secrets.remove(&secret);
            }
        }
    }
}

type Listed = BTreeMap<String, Value>;

/// What a list operation shows, page by page, by id.
fn listed(server: &Server, pool: &Value, operation: &str, list: &str, id: &str) -> Listed {
    let mut found = BTreeMap::new();
    let mut next = Value::Null;
    loop {
        let page = server.done(operation, &json!({"UserPoolId": pool, "MaxResults": 10, "NextToken": next}));
        for each in at(&page, &format!("/{list}")).as_array().expect("a page is a list") {
            let doubled = found.insert(text(at(each, &format!("/{id}"))), each.clone());
            assert_eq!(doubled, None, "listed twice");
        }
        match at(&page, "/NextToken") {
            Value::Null => return found,
            token => next = token.clone(),
        }
    }
}

fn server_now(server: &Server, pool: &Value, identifier: &str) -> Value {
    let described = server.done("DescribeResourceServer", &json!({"UserPoolId": pool, "Identifier": identifier}));
    at(&described, "/ResourceServer").clone()
}

fn client_now(server: &Server, pool: &Value, id: &str) -> Value {
    let described = server.done("DescribeUserPoolClient", &json!({"UserPoolId": pool, "ClientId": id}));
    at(&described, "/UserPoolClient").clone()
}

fn secrets_now(server: &Server, pool: &Value, id: &str) -> BTreeSet<String> {
    let answer = server.done("ListUserPoolClientSecrets", &json!({"UserPoolId": pool, "ClientId": id}));
    at(&answer, "/ClientSecrets")
        .as_array()
        .expect("a list")
        .iter()
        .map(|each| text(at(each, "/ClientSecretId")))
        .collect()
}

/// What a writer chose of a client.
fn chosen(document: &Value) -> [Value; 2] {
    let mut scopes: Vec<String> =
        at(document, "/AllowedOAuthScopes").as_array().expect("a list").iter().map(text).collect();
    scopes.sort_unstable();
    [at(document, "/ClientName").clone(), json!(scopes)]
}

fn token(server: &Server, id: &str, secret: &str) -> (u16, String) {
    let body = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let reply = server.send(&form("/oauth2/token", &[], body.as_bytes()));
    (reply.code(), if reply.code() == 200 { String::new() } else { reply.text().to_owned() })
}

/// Fills the pool up: exactly as many fit as the quota leaves beside those that are listed. Then takes them out again.
fn counts_are_those_of_the_lists(server: &Server, pool: &Value, clients: usize, servers: usize) {
    let mut made = Vec::new();
    let full = loop {
        let reply = server.call("CreateUserPoolClient", &json!({"UserPoolId": pool, "ClientName": "filler"}));
        if reply.code() != 200 {
            break reply;
        }
        made.push(at(&reply.json(), "/UserPoolClient/ClientId").clone());
    };
    assert_eq!(full.header("x-amzn-errortype"), Some("LimitExceededException:"));
    assert_eq!(clients + made.len(), QUOTA, "clients that are counted and not listed, or the other way round");
    for id in made {
        server.done("DeleteUserPoolClient", &json!({"UserPoolId": pool, "ClientId": id}));
    }
    let mut made = 0;
    let filler =
        |number: usize| json!({"UserPoolId": pool, "Identifier": format!("filler-{number}"), "Name": "filler"});
    let full = loop {
        let reply = server.call("CreateResourceServer", &filler(made));
        if reply.code() != 200 {
            break reply;
        }
        made += 1;
    };
    assert_eq!(full.header("x-amzn-errortype"), Some("LimitExceededException:"));
    assert_eq!(servers + made, QUOTA, "resource servers that are counted and not listed, or the other way round");
    for number in 0..made {
        let input = json!({"UserPoolId": pool, "Identifier": format!("filler-{number}")});
        server.done("DeleteResourceServer", &input);
    }
}
