//! What a server says when it is ready: a banner for people, or one line for programs.

use std::fmt::Write as _;
use std::net::SocketAddr;

use serde::Serialize;

use crate::app::{App, Opened};
use crate::config::{ConfigFile, DeclaredClient, DeclaredPool, Settings, StoreChoice};
use crate::domain::id::{ClientId, UserPoolId};
use crate::domain::secret::Secret;
use crate::domain::user::UserStatus;
use crate::tokens::RequestOrigin;

use super::super::gateway::announce::{self, ReadyGateway, reachable};
use super::made::{Made, MadeClient, Proof};

/// What a server says when it is ready.
pub(super) struct Announcement<'a> {
    pub(super) app: &'a App,
    pub(super) settings: &'a Settings,
    pub(super) address: SocketAddr,
    pub(super) files: &'a [ConfigFile],
    pub(super) demo: bool,
    pub(super) made: Made,
    pub(super) opened: &'a Opened,
}

/// The line that programs wait for.
#[derive(Serialize)]
struct Ready<'a> {
    event: &'static str,
    endpoint: String,
    port: u16,
    pools: Vec<ReadyPool<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gateways: Vec<ReadyGateway<'a>>,
    #[serde(skip_serializing_if = "<[MadeClient]>::is_empty")]
    made: &'a [MadeClient],
}

#[derive(Serialize)]
struct ReadyPool<'a> {
    id: &'a UserPoolId,
    issuer: String,
    jwks_uri: String,
    token_url: String,
    clients: Vec<&'a ClientId>,
}

impl Announcement<'_> {
    /// One line of JSON.
    pub(super) fn line(&self) -> String {
        let endpoint = format!("http://{}", reachable(self.address));
        let pools = self.pools().map(|pool| ReadyPool {
            id: &pool.id,
            issuer: self.issuer(pool),
            jwks_uri: format!("{endpoint}/{}/.well-known/jwks.json", pool.id),
            token_url: format!("{endpoint}/oauth2/token"),
            clients: pool.clients.iter().map(|client| &client.id).collect(),
        });
        let ready = Ready {
            event: "ready",
            pools: pools.collect(),
            gateways: announce::ready(&self.app.gateways),
            made: &self.made.0,
            port: self.address.port(),
            endpoint,
        };
        serde_json::to_string(&ready).expect("invariant: texts and numbers can be written as JSON")
    }

    /// Several lines for people.
    pub(super) fn banner(&self) -> String {
        let endpoint = self.local();
        let mut text = format!("poolpass {} is ready\n\n", env!("CARGO_PKG_VERSION"));
        let mut fact = |name: &str, value: &str| {
            writeln!(text, "  {name:<10} {value}").expect("invariant: writing to a string cannot fail");
        };
        fact("endpoint", &endpoint);
        fact("token URL", &format!("{endpoint}/oauth2/token"));
        fact("store", &self.store());
        for pool in self.pools() {
            fact("pool", pool.id.as_str());
            fact("  issuer", &self.issuer(pool));
            fact("  JWKS", &format!("{endpoint}/{}/.well-known/jwks.json", pool.id));
            if let Some(url) = sign_in_page(pool, &endpoint) {
                fact("  sign in", &url);
            }
        }
        text.push_str(&announce::lines(&self.app.gateways, &self.opened.notes));
        text.extend(self.made.0.iter().map(|made| how_to_get_tokens(made, &endpoint)));
        text.push_str(&self.next_step(&endpoint));
        text.trim_end().to_owned()
    }

    fn next_step(&self, endpoint: &str) -> String {
        if self.demo {
            let (id, secret) = self.machine().unwrap_or_default();
            format!(
                "\nThe demo world is here; everybody knows its secrets and keys. Get a token:\n\n  \
                 curl -s -u {id}:{secret} -d grant_type=client_credentials {endpoint}/oauth2/token\n\n{}",
                self.people()
            )
        } else if self.pools().next().is_none() && !self.opened.lacking.is_empty() {
            let pools: Vec<&str> = self.opened.lacking.iter().map(UserPoolId::as_str).collect();
            format!(
                "\nMake what the gateway needs: start again with --create-missing (`create_missing: true` in YAML). \
                 It lacks {}.\n",
                pools.join(", ")
            )
        } else if self.pools().next().is_none() && self.app.gateways.all.is_empty() {
            format!(
                "\nMake a pool:\n\n  \
                 aws --endpoint-url {endpoint} cognito-idp create-user-pool --pool-name my-pool\n\n\
                 or start with --demo to look around, or with --config FILE.\n"
            )
        } else {
            String::new()
        }
    }

    /// Who can sign in, one line for each.
    fn people(&self) -> String {
        let mut text = "Or sign in as:\n\n".to_owned();
        for user in self.pools().flat_map(|pool| &pool.users) {
            let password = user.password.as_ref().or(user.temporary_password.as_ref());
            let password = password.map_or("no password", Secret::reveal);
            let state = match user.status {
                _ if user.temporary_password.is_some() => "must choose another one",
                Some(UserStatus::Unconfirmed) => "not confirmed yet",
                _ if user.totp_secret.is_some() => "and a code of an authenticator app",
                _ => "",
            };
            let line = format!("  {:<8} {password}  {:<17}  {state}", user.username, user.groups.join(", "));
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// The first client that gets a token with nothing but its id and secret.
    fn machine(&self) -> Option<(&str, &str)> {
        let mut clients = self.pools().flat_map(|pool| &pool.clients);
        clients.find_map(|client: &DeclaredClient| {
            let flows = client.allowed_flows.as_deref().unwrap_or_default();
            let secret =
                client.pinned_secrets().next().filter(|_| flows.iter().any(|flow| flow == "client_credentials"))?;
            Some((client.id.as_str(), secret.reveal()))
        })
    }

    fn pools(&self) -> impl Iterator<Item = &DeclaredPool> {
        self.files.iter().flat_map(|file| &file.world.pools)
    }

    fn store(&self) -> String {
        match &self.settings.store {
            StoreChoice::Memory => "memory: everything is gone when the server stops".to_owned(),
            StoreChoice::Redb(path) => path.display().to_string(),
        }
    }

    fn issuer(&self, pool: &DeclaredPool) -> String {
        let mode = pool.options.over(&self.settings.choices).issuer;
        let host = reachable(self.address);
        self.app.oauth.tokens.issuers.issuer(mode, &pool.id, RequestOrigin { scheme: "http", host: &host })
    }

    fn local(&self) -> String {
        if self.address.ip().is_loopback() || self.address.ip().is_unspecified() {
            format!("http://localhost:{}", self.address.port())
        } else {
            format!("http://{}", self.address)
        }
    }
}

/// How a client that was made, or whoever signs in there, gets tokens.
fn how_to_get_tokens(made: &MadeClient, endpoint: &str) -> String {
    let MadeClient { pool, client_id, proof } = made;
    match proof {
        Proof::Secret { client_secret } => format!(
            "\nA client of {pool}: id {client_id}, secret {client_secret}. Get a token:\n\n  \
             curl -s -u {client_id}:{client_secret} -d grant_type=client_credentials {endpoint}/oauth2/token\n"
        ),
        Proof::User { user, password } => {
            let get = format!("poolpass token --endpoint {endpoint} --client {client_id} --user {user}");
            format!(
                "\nA client of {pool} for people: id {client_id}; the user {user} has the password {password}. Get an access \
                 token, or the ID token that a REST API wants where a route asks for no scopes:\n\n  \
                 {get} --raw\n  {get} --id-token\n"
            )
        }
    }
}

/// Where a browser begins, for the first client of the pool that has a callback and no secret.
fn sign_in_page(pool: &DeclaredPool, endpoint: &str) -> Option<String> {
    let mut public = pool.clients.iter().filter(|client| !client.is_confidential());
    let (client, callback) = public.find_map(|client| Some((client, client.callback_urls.as_ref()?.first()?)))?;
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client.id.as_str())
        .append_pair("response_type", "code")
        .append_pair("redirect_uri", callback)
        .finish();
    Some(format!("{endpoint}/oauth2/authorize?{query}"))
}
