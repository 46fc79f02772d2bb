//! `CreateUserPool`

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::domain::pool::PoolOptions;
use crate::domain::settings::{FixedPoolSettings, PoolSettings};
use crate::effects::random;
use crate::registry::pools::{self, NewPool};
use crate::registry::{Caller, RegistryError};
use crate::store::documents;
use crate::store::transaction::Transaction;

use super::OnePool;

/// How many ids are tried. One is enough but for a random source that repeats itself.
const ATTEMPTS: usize = 8;

/// Makes a pool under an id that nothing else has.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html>
pub(super) struct CreateUserPool;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    pool_name: String,
    #[serde(flatten)]
    settings: PoolSettings,
    #[serde(flatten)]
    fixed: FixedPoolSettings,
}

impl Operation for CreateUserPool {
    const NAME: &'static str = "CreateUserPool";
    const INPUT: &'static [Member] = model::CREATE_USER_POOL;
    type Input = Input;
    type Output = OnePool;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<OnePool, AwsError> {
        let Input { pool_name, settings, fixed } = input;
        let now = control.effects.clock.now();
        // If none lie ready, the pool gets its keys when something first asks for them.
        let keys = control.keys.ready_made();
        let mut attempt = 1;
        loop {
            let new = NewPool {
                id: random::user_pool_id(&*control.effects.random, &caller.region),
                name: pool_name.clone(),
                settings: settings.clone(),
                fixed: fixed.clone(),
                options: PoolOptions::default(),
            };
            let work = async |tx: &mut Transaction<'_>| {
                let pool = pools::create(tx, caller, new.clone(), now, &control.settings.quotas).await?;
                if let Some(keys) = &keys {
                    tx.put(&documents::pool_keys(&pool.id), keys)?;
                }
                Ok(pool)
            };
            match control.database.transact(work).await {
                Err(RegistryError::PoolIdTaken(_)) if attempt < ATTEMPTS => attempt += 1,
                made => return Ok(OnePool { user_pool: made?.into() }),
            }
        }
    }
}
