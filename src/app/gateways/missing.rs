//! What imported files need and nobody declares: pools with the ids that they name, the scopes that their routes ask for,
//! and one client in each pool that gets them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::config::world::DeclaredScopes;
use crate::config::{ConfigFile, DeclaredClient, DeclaredPool, DeclaredServer, World};
use crate::domain::id::{ClientId, UserPoolId};
use crate::domain::scope::Scope;

use super::Plan;

/// Where the browser of a person is sent after signing in, where nobody says where.
const CALLBACK: &str = "http://localhost:3000/callback";

/// What one pool needs.
#[derive(Default)]
struct Need<'p> {
    /// Names of scopes, by resource server.
    scopes: BTreeMap<&'p str, BTreeSet<&'p str>>,
    /// The first client that is asked for.
    client: Option<&'p str>,
}

/// The declaration of what is missing, if anything is.
pub(super) fn file(plans: &[Plan<'_>], declared: &BTreeSet<&UserPoolId>) -> Option<ConfigFile> {
    let mut needs: BTreeMap<&UserPoolId, Need<'_>> = BTreeMap::new();
    for pool in plans.iter().flat_map(|plan| &plan.needs).filter(|pool| !declared.contains(&pool.id)) {
        let need = needs.entry(&pool.id).or_default();
        for (identifier, name) in pool.scopes.iter().filter_map(Scope::split) {
            need.scopes.entry(identifier).or_default().insert(name);
        }
        need.client = need.client.or_else(|| pool.audiences.iter().map(String::as_str).find(|id| is_client_id(id)));
    }
    let pools: Vec<_> = needs.into_iter().map(|(id, need)| pool(id, &need)).collect();
    let world = World { pools };
    (!world.pools.is_empty()).then(|| ConfigFile::of_world(Path::new("--create-missing"), world))
}

fn pool(id: &UserPoolId, need: &Need<'_>) -> DeclaredPool {
    let server = |(identifier, names): (&&str, &BTreeSet<&str>)| DeclaredServer {
        identifier: (*identifier).to_owned(),
        name: None,
        scopes: DeclaredScopes(names.iter().map(|name| ((*name).to_owned(), (*name).to_owned())).collect()),
    };
    DeclaredPool {
        domain: Some(prefix(id)),
        resource_servers: need.scopes.iter().map(server).collect(),
        clients: vec![client(id, need)],
        ..DeclaredPool::empty(id.clone())
    }
}

/// The prefix of a domain, without which AWS would answer no request for a token.
fn prefix(pool: &UserPoolId) -> String {
    let digits = Sha256::digest(pool.as_str()).into_iter().take(6).map(|byte| format!("{byte:02x}"));
    format!("gateway-{}", digits.collect::<String>())
}

/// A client that gets the scopes with its id and secret alone; where no scopes are asked for, one that people sign in at.
fn client(pool: &UserPoolId, need: &Need<'_>) -> DeclaredClient {
    let of = |(identifier, names): (&&str, &BTreeSet<&str>)| {
        names.iter().map(|name| Scope::of(identifier, name).as_str().to_owned()).collect::<Vec<_>>()
    };
    let scopes: Vec<String> = need.scopes.iter().flat_map(of).collect();
    let machine = !scopes.is_empty();
    let built_in = || ["openid", "email", "profile"].map(str::to_owned).to_vec();
    let flow = if machine { "client_credentials" } else { "code" };
    DeclaredClient {
        name: Some("gateway".to_owned()),
        generate_secret: machine,
        allowed_flows: Some(vec![flow.to_owned()]),
        allowed_scopes: Some(if machine { scopes } else { built_in() }),
        callback_urls: (!machine).then(|| vec![CALLBACK.to_owned()]),
        ..DeclaredClient::bare(need.client.map_or_else(|| drawn_from(pool), ClientId::from))
    }
}

/// An id that looks like one of the service's, and is the same at every start.
fn drawn_from(pool: &UserPoolId) -> ClientId {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let letter = |byte: u8| ALPHABET.get(usize::from(byte % 32)).map_or('a', |letter| char::from(*letter));
    let id: String = Sha256::digest(pool.as_str()).into_iter().take(26).map(letter).collect();
    ClientId::from(id.as_str())
}

fn is_client_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'+';
    (1..=128).contains(&text.len()) && text.bytes().all(fits)
}
