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
        let mut keys = None;
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
                // Taken once, and only for a pool that breaks no rule. If none lie ready, the pool gets its keys when
                // something first asks for them.
                if keys.is_none() {
                    keys = control.keys.ready_made();
                }
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::control::ControlSettings;
    use crate::domain::id::{AccountId, KeyId, Region, UserPoolId};
    use crate::effects::{Effects, SeededRandom};
    use crate::explain::Recorder;
    use crate::hooks::NoFunctions;
    use crate::keys::rsa::KeyPair;
    use crate::keys::{KeyRing, Reserve, Signer};
    use crate::sign_in::SignIns;
    use crate::store::database::Database;
    use crate::store::memory::MemoryStore;
    use crate::tokens::{ClientViews, Issuers, Tokens};

    /// A control plane with these keys ready, and never more.
    fn control(pairs: Vec<KeyPair>) -> Control {
        let effects = Effects::system();
        let database = Database::exclusive(Arc::new(MemoryStore::new()));
        let signer = Signer::start(1).unwrap();
        let keys = KeyRing::new(database.clone(), effects.clone(), Reserve::holding(pairs), signer);
        let settings = ControlSettings::default();
        let tokens = Tokens {
            views: ClientViews::new(database, settings.choices),
            keys,
            effects,
            issuers: Issuers::new(7665, None),
            hooks: Arc::new(NoFunctions),
        };
        Control::new(SignIns::new(tokens), Recorder::new(0), settings)
    }

    async fn create(control: &Control, document: serde_json::Value) -> Result<UserPoolId, AwsError> {
        let caller = Caller { account: AccountId::nobody(), region: Region::from("us-east-1") };
        let made = CreateUserPool::call(control, &caller, serde_json::from_value(document).unwrap()).await?;
        let made = serde_json::to_value(made).unwrap();
        Ok(UserPoolId::from(made["UserPool"]["Id"].as_str().unwrap()))
    }

    #[tokio::test]
    async fn a_refused_pool_takes_no_keys_from_the_reserve() {
        let pairs = [1, 2].map(|seed| KeyPair::generate(&SeededRandom::new(seed)).unwrap());
        let control = control(pairs.into());
        let both = json!({"PoolName": "shop", "AliasAttributes": ["email"], "UsernameAttributes": ["email"]});
        create(&control, both).await.unwrap_err();
        let pool = create(&control, json!({"PoolName": "shop"})).await.unwrap();
        let keys = control.database.get(&documents::pool_keys(&pool)).await.unwrap();
        assert_eq!(keys.map(|keys| keys.keys.len()), Some(2), "the keys still lay ready");
        assert!(control.keys.ready_made().is_none(), "and were taken once");
    }

    #[tokio::test]
    async fn a_pool_that_got_no_keys_yet_is_a_pool_without_that_key() {
        let control = control(Vec::new());
        let pool = create(&control, json!({"PoolName": "shop"})).await.unwrap();
        let refused = async |pool: &UserPoolId| match control.keys.retire(pool, &KeyId::from("kid")).await {
            Ok(_) => panic!("it has no keys"),
            Err(refused) => refused.to_string(),
        };
        assert_eq!(refused(&pool).await, "the pool has no key `kid`");
        assert_eq!(refused(&UserPoolId::from("us-east-1_Nobody")).await, "the user pool does not exist");
    }
}
