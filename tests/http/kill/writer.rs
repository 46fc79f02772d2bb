//! Somebody who writes, and remembers what was acknowledged and what was not.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::server::{Connection, at, control};

use super::Sequence;

/// How many resource servers and how many clients one writer keeps.
const KEPT: usize = 5;

/// A client as it was acknowledged.
#[derive(Clone, Debug)]
pub(super) struct Client {
    /// As its last creation or update answered.
    pub(super) document: Value,
    /// The ids of its secrets with their values.
    pub(super) secrets: BTreeMap<String, String>,
}

/// The one write whose answer did not come: it may have happened or not, but nothing in between.
#[derive(Clone, Debug)]
pub(super) enum Doubt {
    /// A resource server was created or replaced.
    ServerPut { input: Value },
    /// A resource server was deleted.
    ServerGone { identifier: String },
    /// A client was created.
    ClientNew { input: Value },
    /// A client was replaced.
    ClientPut { id: String, input: Value },
    /// A client was deleted.
    ClientGone { id: String },
    /// A client got another secret.
    SecretNew { id: String, value: String },
    /// A client lost a secret.
    SecretGone { id: String, secret: String },
}

/// A writer; nobody else touches what it made.
pub(super) struct Writer {
    number: u64,
    pool: Value,
    sequence: Sequence,
    serial: u64,
    /// Resource servers by their identifiers, as acknowledged.
    pub(super) servers: BTreeMap<String, Value>,
    /// Clients by their ids, as acknowledged.
    pub(super) clients: BTreeMap<String, Client>,
    /// Ids and a secret of clients that are gone.
    pub(super) gone: Vec<(String, String)>,
    /// What was not acknowledged.
    pub(super) doubt: Option<Doubt>,
}

/// The scopes whose bits are set.
pub(super) fn scopes(bits: u64) -> Value {
    let chosen = (0..4).filter(|bit| bits & (1 << bit) != 0);
    chosen.map(|bit| json!({"ScopeName": format!("s{bit}"), "ScopeDescription": "a scope"})).collect()
}

impl Writer {
    pub(super) fn new(number: u64, pool: Value, sequence: Sequence) -> Self {
        let (servers, clients) = (BTreeMap::new(), BTreeMap::new());
        Self { number, pool, sequence, serial: 0, servers, clients, gone: Vec::new(), doubt: None }
    }

    /// Writes one thing after the other until the server is gone; calls `acknowledged` after every answer.
    pub(super) fn write(&mut self, address: SocketAddr, acknowledged: impl Fn()) {
        let Ok(mut connection) = Connection::to(address) else { return };
        loop {
            let (operation, input, doubt) = self.choose();
            self.doubt = Some(doubt.clone());
            connection.send(&control(operation, &input.to_string()));
            let Ok(reply) = connection.reply() else { return };
            let output = reply.done(operation);
            self.doubt = None;
            self.learn(doubt, &output);
            acknowledged();
        }
    }

    fn choose(&mut self) -> (&'static str, Value, Doubt) {
        self.serial += 1;
        match self.sequence.below(6) {
            0 if self.servers.len() < KEPT => self.server_put("CreateResourceServer", None),
            0 => self.server_gone(),
            1 if !self.servers.is_empty() => {
                let identifier = self.any(self.servers.len()).and_then(|at| self.servers.keys().nth(at).cloned());
                self.server_put("UpdateResourceServer", identifier)
            }
            2 if self.clients.len() == KEPT => self.client_gone(),
            3 if !self.clients.is_empty() => self.client_put(),
            4 | 5 if !self.clients.is_empty() => self.secret(),
            _ if self.clients.len() < KEPT => self.client_new(),
            _ => self.client_put(),
        }
    }

    fn any(&mut self, size: usize) -> Option<usize> {
        let size = u64::try_from(size).ok().filter(|size| *size > 0)?;
        usize::try_from(self.sequence.below(size)).ok()
    }

    fn any_client(&mut self) -> (String, Client) {
        let at = self.any(self.clients.len()).unwrap_or_default();
        let (id, client) = self.clients.iter().nth(at).expect("there are clients");
        (id.clone(), client.clone())
    }

    fn server_put(&mut self, operation: &'static str, known: Option<String>) -> (&'static str, Value, Doubt) {
        let identifier = known.unwrap_or_else(|| format!("server-{}-{}", self.number, self.serial));
        let scopes = scopes(1 + self.sequence.below(15));
        let name = format!("name {}", self.serial);
        let input = json!({"UserPoolId": self.pool, "Identifier": identifier, "Name": name, "Scopes": scopes});
        (operation, input.clone(), Doubt::ServerPut { input })
    }

    fn server_gone(&mut self) -> (&'static str, Value, Doubt) {
        let at = self.any(self.servers.len()).unwrap_or_default();
        let identifier = self.servers.keys().nth(at).cloned().unwrap_or_default();
        let input = json!({"UserPoolId": self.pool, "Identifier": identifier});
        ("DeleteResourceServer", input, Doubt::ServerGone { identifier })
    }

    fn settings(&mut self) -> Value {
        let scopes = [json!(["shared/s0"]), json!(["shared/s0", "shared/s1"]), json!(["shared/s2"])];
        let chosen = self.any(scopes.len()).and_then(|at| scopes.get(at).cloned());
        json!({
            "UserPoolId": self.pool, "ClientName": format!("client {} {}", self.number, self.serial),
            "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["client_credentials"],
            "AllowedOAuthScopes": chosen,
        })
    }

    fn new_secret(&self) -> String {
        format!("a_secret_of_writer_{}_number_{}", self.number, self.serial)
    }

    fn client_new(&mut self) -> (&'static str, Value, Doubt) {
        let input = with(self.settings(), "ClientSecret", self.new_secret());
        ("CreateUserPoolClient", input.clone(), Doubt::ClientNew { input })
    }

    fn client_put(&mut self) -> (&'static str, Value, Doubt) {
        let (id, _) = self.any_client();
        let input = with(self.settings(), "ClientId", id.clone());
        ("UpdateUserPoolClient", input.clone(), Doubt::ClientPut { id, input })
    }

    fn client_gone(&mut self) -> (&'static str, Value, Doubt) {
        let (id, _) = self.any_client();
        ("DeleteUserPoolClient", json!({"UserPoolId": self.pool, "ClientId": id}), Doubt::ClientGone { id })
    }

    fn secret(&mut self) -> (&'static str, Value, Doubt) {
        let (id, client) = self.any_client();
        if client.secrets.len() < 2 {
            let value = self.new_secret();
            let input = json!({"UserPoolId": self.pool, "ClientId": id, "ClientSecret": value});
            return ("AddUserPoolClientSecret", input, Doubt::SecretNew { id, value });
        }
        let at = self.any(2).unwrap_or_default();
        let secret = client.secrets.keys().nth(at).cloned().unwrap_or_default();
        let input = json!({"UserPoolId": self.pool, "ClientId": id, "ClientSecretId": secret});
        ("DeleteUserPoolClientSecret", input, Doubt::SecretGone { id, secret })
    }

    /// Takes an acknowledged write for true.
    fn learn(&mut self, write: Doubt, output: &Value) {
        match write {
            Doubt::ServerPut { input } => {
                self.servers.insert(text(at(&input, "/Identifier")), at(output, "/ResourceServer").clone());
            }
            Doubt::ServerGone { identifier } => drop(self.servers.remove(&identifier)),
            Doubt::ClientNew { input } => {
                let id = text(at(output, "/UserPoolClient/ClientId"));
                self.made(&id, at(output, "/UserPoolClient").clone(), at(&input, "/ClientSecret"));
            }
            Doubt::ClientPut { id, .. } => self.known(&id).document = at(output, "/UserPoolClient").clone(),
            Doubt::ClientGone { id } => self.forget(&id),
            Doubt::SecretNew { id, value } => {
                let secret = text(at(output, "/ClientSecretDescriptor/ClientSecretId"));
                self.known(&id).secrets.insert(secret, value);
            }
            Doubt::SecretGone { id, secret } => drop(self.known(&id).secrets.remove(&secret)),
        }
    }

    pub(super) fn known(&mut self, id: &str) -> &mut Client {
        self.clients.get_mut(id).expect("the client was acknowledged")
    }

    /// Remembers a new client; the id of its first secret, which no answer tells, is made of its creation.
    pub(super) fn made(&mut self, id: &str, document: Value, secret: &Value) {
        let created = at(&document, "/CreationDate").as_f64().expect("a client has a date");
        let secrets = BTreeMap::from([(format!("{id}--{:.0}", created * 1000.0), text(secret))]);
        self.clients.insert(id.to_owned(), Client { document, secrets });
    }

    pub(super) fn forget(&mut self, id: &str) {
        let client = self.clients.remove(id).expect("the client was acknowledged");
        self.gone.push((id.to_owned(), client.secrets.into_values().next().unwrap_or_default()));
    }
}

/// The document with one more member.
fn with(mut document: Value, name: &str, value: String) -> Value {
    document.as_object_mut().expect("an object").insert(name.to_owned(), Value::String(value));
    document
}

/// A string's text.
pub(super) fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}
