//! `/_poolpass/keys/{pool}`: what a pool signs with and publishes, rotation, and retirement.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

use crate::domain::id::{KeyId, UserPoolId};
use crate::domain::key::{KeyOrigin, KeyUsage, PoolKeys, StoredKey};
use crate::guard::body;
use crate::keys::{KeyError, USAGES};

use super::{Bench, answer};

/// The longest body that is read: a `kid` is 44 characters.
const MAX_BODY: usize = 4 * 1024;

#[derive(Serialize)]
struct Keys<'a> {
    pool: &'a UserPoolId,
    keys: Vec<Shown<'a>>,
}

/// One key without its private half.
#[derive(Serialize)]
struct Shown<'a> {
    kid: &'a KeyId,
    usage: KeyUsage,
    signing: bool,
    origin: KeyOrigin,
    created: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Retire {
    kid: KeyId,
}

/// The keys that are published, oldest first.
pub(super) async fn list(bench: Data<Bench>, pool: Path<String>) -> HttpResponse {
    let pool = UserPoolId::from(pool.into_inner());
    document(&pool, bench.keys.stored(&pool).await)
}

/// New keys that sign from now on.
pub(super) async fn rotate(bench: Data<Bench>, pool: Path<String>) -> HttpResponse {
    let pool = UserPoolId::from(pool.into_inner());
    document(&pool, bench.keys.rotate(&pool).await)
}

/// A key that was rotated out is published no longer.
pub(super) async fn retire(
    bench: Data<Bench>,
    pool: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let pool = UserPoolId::from(pool.into_inner());
    let body = match body::read(&request, payload, MAX_BODY, body::PATIENCE).await {
        Ok(body) => body,
        Err(unread) => return answer::unread(unread),
    };
    match serde_json::from_slice::<Retire>(&body) {
        Ok(Retire { kid }) => document(&pool, bench.keys.retire(&pool, &kid).await),
        Err(error) => answer::bad_request(&format!("the body is {{\"kid\"}}: {error}")),
    }
}

fn document(pool: &UserPoolId, keys: Result<PoolKeys, KeyError>) -> HttpResponse {
    match keys {
        Ok(keys) => answer::ok(&Keys { pool, keys: shown(&keys) }),
        Err(failure) => answer::key_failure(&failure),
    }
}

fn shown(keys: &PoolKeys) -> Vec<Shown<'_>> {
    let signing: Vec<&KeyId> = USAGES.iter().filter_map(|usage| keys.current(*usage)).map(|key| &key.kid).collect();
    keys.keys.iter().map(|key| show(key, &signing)).collect()
}

fn show<'a>(key: &'a StoredKey, signing: &[&KeyId]) -> Shown<'a> {
    Shown {
        kid: &key.kid,
        usage: key.usage,
        signing: signing.contains(&&key.kid),
        origin: key.origin,
        created: key.created.to_string(),
    }
}
