//! What is left in the store when a pool is deleted: nothing, whatever happens at the same moment.

use poolpass::domain::client::{AppClient, ClientSettings};
use poolpass::domain::id::{AccountId, ClientId, Region, UserPoolId};
use poolpass::domain::time::Timestamp;
use poolpass::registry::{Caller, RegistryError, pools};
use poolpass::store::Store;
use poolpass::store::database::Database;
use poolpass::store::documents;
use serde_json::json;

use crate::support::World;

async fn add_client(database: &Database, pool: &UserPoolId, id: &str) {
    let now = Timestamp::from_millis(0);
    let (id, name) = (ClientId::from(id), "web".to_owned());
    let client = AppClient {
        id: id.clone(),
        pool: pool.clone(),
        name,
        created: now,
        modified: now,
        secrets: Vec::new(),
        settings: ClientSettings::default(),
    };
    let added = database.transact(async |tx| {
        let caller = caller();
        pools::require(tx, &caller, pool).await?;
        tx.put(&documents::client_owner(&id), pool)?;
        tx.put(&documents::client(pool, &id), &client)?;
        tx.touch_registry(pool).map_err(RegistryError::from)
    });
    added.await.expect("room for a client");
}

fn caller() -> Caller {
    Caller { account: AccountId::nobody(), region: Region::from("us-east-1") }
}

async fn keys(world: &World) -> Vec<String> {
    let stored = world.store.scan("", None, 100).await.expect("a store in memory");
    stored.into_iter().map(|stored| stored.key).collect()
}

#[tokio::test]
async fn a_deleted_pool_leaves_only_its_counter() {
    let world = World::new();
    let pool = UserPoolId::from(world.pool(json!({})).await);
    add_client(&world.control.database, &pool, "one").await;
    add_client(&world.control.database, &pool, "two").await;
    assert_eq!(world.call("DeleteUserPool", json!({"UserPoolId": pool})).await.status, 200);
    assert_eq!(keys(&world).await, ["count/pools/000000000000/us-east-1"]);
}

#[tokio::test]
async fn a_client_made_during_the_deletion_leaves_no_pointer() {
    let world = World::new();
    let pool = UserPoolId::from(world.pool(json!({})).await);
    let mut attempts = 0;
    let deleted = world.control.database.transact(async |tx| {
        let found = pools::require(tx, &caller(), &pool).await?;
        pools::delete(tx, &found).await?;
        attempts += 1;
        if attempts == 1 {
            add_client(&world.control.database, &pool, "late").await;
        }
        Ok::<_, RegistryError>(())
    });
    deleted.await.expect("a second attempt");
    assert_eq!((attempts, keys(&world).await), (2, vec!["count/pools/000000000000/us-east-1".to_owned()]));
}
