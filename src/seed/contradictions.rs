//! What a world says against itself, which no single declaration shows.

use std::collections::{HashMap, HashSet};

use crate::config::{DeclaredPool, World};
use crate::domain::id::AccountId;

use super::{SeedError, declaration};

/// Refuses a world that declares the same thing twice, or an account that cannot be.
pub(super) fn refuse(world: &World) -> Result<(), SeedError> {
    let mut pools = HashSet::new();
    let mut clients = HashMap::new();
    for (position, pool) in world.pools.iter().enumerate() {
        let key = format!("pools[{position}]");
        if !pools.insert(&pool.id) {
            return Err(declaration(&format!("{key}.id"), format!("the pool `{}` is declared twice", pool.id)));
        }
        account(&pool.account, &key)?;
        resource_servers(pool, &key)?;
        people(pool, &key)?;
        for (position, client) in pool.clients.iter().enumerate() {
            if let Some(other) = clients.insert(&client.id, &pool.id) {
                let problem = format!("the client `{}` is declared in the pool {other} already", client.id);
                return Err(declaration(&format!("{key}.clients[{position}].id"), problem));
            }
        }
    }
    Ok(())
}

fn account(account: &AccountId, key: &str) -> Result<(), SeedError> {
    let digits = account.as_str();
    if digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    Err(declaration(&format!("{key}.account"), format!("the account `{account}` is not 12 digits")))
}

fn resource_servers(pool: &DeclaredPool, key: &str) -> Result<(), SeedError> {
    let mut identifiers = HashSet::new();
    for (position, server) in pool.resource_servers.iter().enumerate() {
        if !identifiers.insert(&server.identifier) {
            let problem = format!("the resource server `{}` is declared twice", server.identifier);
            return Err(declaration(&format!("{key}.resource_servers[{position}].identifier"), problem));
        }
    }
    Ok(())
}

fn people(pool: &DeclaredPool, key: &str) -> Result<(), SeedError> {
    let mut groups = HashSet::new();
    for (position, group) in pool.groups.iter().enumerate() {
        if !groups.insert(&group.name) {
            let problem = format!("the group `{}` is declared twice", group.name);
            return Err(declaration(&format!("{key}.groups[{position}].name"), problem));
        }
    }
    let mut users = HashSet::new();
    for (position, user) in pool.users.iter().enumerate() {
        if !users.insert(&user.username) {
            return Err(twice(&user.username, &format!("{key}.users[{position}]")));
        }
    }
    Ok(())
}

/// The refusal of a user under whose name another one is declared.
pub(super) fn twice(username: &str, key: &str) -> SeedError {
    declaration(&format!("{key}.username"), format!("the user `{username}` is declared twice"))
}
