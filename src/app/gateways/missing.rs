//! What imported files need and nobody declares: pools with the ids that they name, the scopes that their routes ask for,
//! and in each pool who gets them: a client by itself, and a user where a route wants one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::config::world::DeclaredScopes;
use crate::config::{ConfigFile, DeclaredClient, DeclaredPool, DeclaredServer, DeclaredUser, World};
use crate::domain::id::{ClientId, UserPoolId};
use crate::domain::scope::Scope;
use crate::domain::secret::Secret;

use super::Plan;

/// Where the browser of a person is sent after signing in, where nobody says where.
const CALLBACK: &str = "http://localhost:3000/callback";

/// The user who signs in where a route wants somebody. The password keeps nobody out who reaches the server: whoever does
/// can give everybody a new one.
const USER: (&str, &str, &str) = ("somebody", "Somebody-1", "somebody@example.com");

/// What the client is drawn for that people sign in at.
const PEOPLE: &str = "people";

/// What one pool needs.
#[derive(Default)]
struct Need<'p> {
    /// Names of scopes, by resource server.
    scopes: BTreeMap<&'p str, BTreeSet<&'p str>>,
    /// The scopes that every pool knows, of which only users' tokens have any.
    built_in: BTreeSet<&'p str>,
    /// Whether a route takes nothing but ID tokens, which only users have.
    id_tokens: bool,
    /// The clients that are asked for.
    clients: Vec<&'p str>,
}

/// The declaration of what is missing, if anything is.
pub(super) fn file(plans: &[Plan<'_>], declared: &BTreeSet<&UserPoolId>) -> Option<ConfigFile> {
    let mut needs: BTreeMap<&UserPoolId, Need<'_>> = BTreeMap::new();
    for pool in plans.iter().flat_map(|plan| &plan.needs).filter(|pool| !declared.contains(&pool.id)) {
        let need = needs.entry(&pool.id).or_default();
        for (identifier, name) in pool.scopes.iter().filter_map(Scope::split) {
            need.scopes.entry(identifier).or_default().insert(name);
        }
        need.built_in.extend(pool.scopes.iter().filter(|scope| scope.is_built_in()).map(Scope::as_str));
        need.id_tokens |= pool.id_tokens;
        for client in pool.audiences.iter().map(String::as_str).filter(|id| is_client_id(id)) {
            if !need.clients.contains(&client) {
                need.clients.push(client);
            }
        }
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
    let clients = clients(id, need);
    let for_people = clients.iter().any(|client| !client.is_confidential());
    DeclaredPool {
        domain: Some(prefix(id)),
        resource_servers: need.scopes.iter().map(server).collect(),
        clients,
        users: for_people.then(user).into_iter().collect(),
        ..DeclaredPool::empty(id.clone())
    }
}

/// The prefix of a domain, without which AWS would answer no request for a token.
fn prefix(pool: &UserPoolId) -> String {
    let digits = Sha256::digest(pool.as_str()).into_iter().take(6).map(|byte| format!("{byte:02x}"));
    format!("gateway-{}", digits.collect::<String>())
}

/// Who gets tokens: a client by itself, as far as that gets a token through, and for the rest one that people sign in at,
/// who may get them all. Where only one client is asked for and both are needed, that is the second.
///
/// COGNITO: a client has the flow `client_credentials` or flows for people, not both (documented; docs/fidelity.md).
fn clients(pool: &UserPoolId, need: &Need<'_>) -> Vec<DeclaredClient> {
    let of = |(identifier, names): (&&str, &BTreeSet<&str>)| {
        names.iter().map(|name| Scope::of(identifier, name).as_str().to_owned()).collect::<Vec<_>>()
    };
    let scopes: Vec<String> = need.scopes.iter().flat_map(of).collect();
    let people = need.id_tokens || !need.built_in.is_empty() || scopes.is_empty();
    let mut asked = need.clients.iter().copied();
    let mut id = |role: &str| asked.next().map_or_else(|| drawn_from(pool, role), ClientId::from);
    let machine = !scopes.is_empty() && (!people || need.clients.len() != 1);
    let machine = machine.then(|| DeclaredClient {
        name: Some("gateway".to_owned()),
        generate_secret: true,
        allowed_flows: Some(vec!["client_credentials".to_owned()]),
        allowed_scopes: Some(scopes.clone()),
        ..DeclaredClient::bare(id(""))
    });
    let people = people.then(|| DeclaredClient {
        name: Some("gateway-people".to_owned()),
        allowed_flows: Some(vec!["code".to_owned()]),
        allowed_scopes: Some(scopes_of_people(need, &scopes)),
        callback_urls: Some(vec![CALLBACK.to_owned()]),
        ..DeclaredClient::bare(id(PEOPLE))
    });
    machine.into_iter().chain(people).collect()
}

fn scopes_of_people(need: &Need<'_>, scopes: &[String]) -> Vec<String> {
    let mut all: BTreeSet<&str> = need.built_in.clone();
    all.extend(["openid", "email", "profile"]);
    all.into_iter().map(str::to_owned).chain(scopes.iter().cloned()).collect()
}

fn user() -> DeclaredUser {
    let (username, password, email) = USER;
    DeclaredUser {
        username: username.to_owned(),
        sub: None,
        password: Some(Secret::new(password)),
        temporary_password: None,
        status: None,
        enabled: true,
        attributes: [("email", email), ("email_verified", "true")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        groups: Vec::new(),
        totp_secret: None,
    }
}

/// The id of the client that people sign in at, where none is asked for.
pub(super) fn id_for_people(pool: &UserPoolId) -> ClientId {
    drawn_from(pool, PEOPLE)
}

/// An id that looks like one of the service's, and is the same at every start.
fn drawn_from(pool: &UserPoolId, role: &str) -> ClientId {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let letter = |byte: u8| ALPHABET.get(usize::from(byte % 32)).map_or('a', |letter| char::from(*letter));
    let id: String = Sha256::digest(format!("{pool}{role}")).into_iter().take(26).map(letter).collect();
    ClientId::from(id.as_str())
}

fn is_client_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'+';
    (1..=128).contains(&text.len()) && text.bytes().all(fits)
}
