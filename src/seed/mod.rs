//! Bringing a declared world into the store.
//!
//! A declaration enters; what leaves is what had to be done. A declared thing is created if it is absent, and brought to
//! its declaration when that changed since it was last applied: the digest of each declaration is kept in the store. So
//! what the API changed stays until the declaration changes, and what the API made is never touched. An id that another
//! account holds is refused. Everything is one transaction: it is done as a whole or not at all.
//!
//! Declarations pass the same tables and use-cases as requests of the API.

mod clients;
mod contradictions;
mod declared;
pub mod demo;
mod fixed;
mod groups;
mod keys;
mod passwords;
mod pools;
mod resource_servers;
mod users;
mod wire;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::config::World;
use crate::control::error::AwsError;
use crate::domain::pool::PoolChoices;
use crate::domain::quotas::Quotas;
use crate::domain::time::Timestamp;
use crate::effects::Effects;
use crate::registry::{Caller, RegistryError};
use crate::store::StoreError;
use crate::store::database::Database;
use crate::store::transaction::Transaction;

use self::passwords::Prepared;

/// What a server holds declarations against.
#[derive(Clone)]
pub struct Terms {
    /// The clock and the randomness.
    pub effects: Effects,
    /// How much of everything there may be.
    pub quotas: Quotas,
    /// The choices of pools that make none.
    pub choices: PoolChoices,
}

/// What had to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What was absent.
    pub created: Vec<String>,
    /// What had been declared differently before.
    pub updated: Vec<String>,
    /// What was as declared when it was last applied.
    pub unchanged: usize,
    /// What exists, but was made by the API.
    pub left_alone: Vec<String>,
}

/// Why a world was not applied.
#[derive(Debug, Clone)]
pub enum SeedError {
    /// Something that is declared cannot be.
    Declaration {
        /// Its key in the file.
        key: String,
        /// What is wrong.
        problem: String,
    },
    /// The store failed.
    Store(StoreError),
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declaration { key, problem } => write!(f, "{key}: {problem}"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SeedError {}

impl From<StoreError> for SeedError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// How often a world is prepared anew because users changed in the meantime.
const ATTEMPTS: usize = 3;

/// Brings the world into the database; a world that cannot be changes nothing.
pub async fn apply(database: &Database, world: &World, terms: &Terms) -> Result<Report, SeedError> {
    contradictions::refuse(world)?;
    for _ in 1..ATTEMPTS {
        match attempt(database, world, terms).await {
            Err(SeedError::Store(StoreError::Conflict)) => {}
            outcome => return outcome,
        }
    }
    attempt(database, world, terms).await
}

async fn attempt(database: &Database, world: &World, terms: &Terms) -> Result<Report, SeedError> {
    let prepared = passwords::prepare(database, world, terms).await?;
    let now = terms.effects.clock.now();
    let work = async |tx: &mut Transaction<'_>| {
        let mut report = Report::default();
        for (position, pool) in world.pools.iter().enumerate() {
            let caller = Caller { account: pool.account.clone(), region: pool.id.region() };
            let prepared = &prepared;
            let mut place = Place { tx: &mut *tx, caller, terms, prepared, now, report: &mut report };
            place.pool(pool, &format!("pools[{position}]")).await?;
        }
        Ok(report)
    };
    database.transact(work).await
}

/// Where one pool and what belongs to it is applied.
struct Place<'a, 'store> {
    tx: &'a mut Transaction<'store>,
    caller: Caller,
    terms: &'a Terms,
    prepared: &'a Prepared,
    now: Timestamp,
    report: &'a mut Report,
}

/// A refusal of the thing at this key, in the API's words where it has some.
fn refused(key: &str, error: impl Into<RegistryError>) -> SeedError {
    match error.into() {
        RegistryError::Store(error) => SeedError::Store(error),
        error => declaration(key, AwsError::from(error).message.into_owned()),
    }
}

fn declaration(key: &str, problem: impl Into<String>) -> SeedError {
    SeedError::Declaration { key: key.to_owned(), problem: shortened(problem.into()) }
}

/// The longest problem that is told whole, in characters.
const LONGEST_PROBLEM: usize = 600;

/// The constraints repeat values however long they are; the ends say which value it is and what is wrong with it.
fn shortened(problem: String) -> String {
    let length = problem.chars().count();
    if length <= LONGEST_PROBLEM {
        return problem;
    }
    let half = LONGEST_PROBLEM / 2;
    let (first, last): (String, String) =
        (problem.chars().take(half).collect(), problem.chars().skip(length - half).collect());
    format!("{first} […] {last}")
}

#[cfg(test)]
mod tests;
