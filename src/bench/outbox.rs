//! `GET` and `DELETE /_poolpass/outbox`: the messages that users would have received.

use std::time::Duration;

use actix_web::web::{Data, Query};
use actix_web::{Error, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::domain::account::Message;
use crate::domain::id::UserPoolId;
use crate::self_service::outbox::{self, Filter};
use crate::store::transaction::Transaction;
use crate::store::{StoreError, documents};

use super::{Bench, answer};

/// How many messages are shown unless the caller says.
const USUAL: usize = 50;
/// How many are shown at most.
const MOST: usize = 1_000;
/// How long a request waits at most, in seconds.
const LONGEST: u64 = 60;
/// However many commits there are, nobody looks more often.
const PAUSE: Duration = Duration::from_millis(20);
/// How many messages are deleted in one commit.
const PAGE: usize = 200;

const PARAMETERS: &str = "the parameters are `pool`, `user`, `to`, `limit` and, to wait for a message, `wait` (seconds) \
                          and `newer_than` (the id of a message)";

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Of one pool only.
    pool: Option<UserPoolId>,
    /// To this user.
    user: Option<String>,
    /// To this address.
    to: Option<String>,
    limit: Option<usize>,
    /// How many seconds to wait for a message, if there is none.
    wait: Option<u64>,
    /// Only messages that were written after the one of this id.
    newer_than: Option<String>,
}

#[derive(Serialize)]
struct Listed {
    messages: Vec<Shown>,
}

/// A message, with the pool that it is from.
#[derive(Serialize)]
struct Shown {
    pool: UserPoolId,
    id: String,
    at: String,
    user: String,
    to: String,
    medium: &'static str,
    purpose: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    body: String,
    code: String,
}

/// The latest, newest first; perhaps as soon as there is one.
pub(super) async fn list(bench: Data<Bench>, asked: Result<Query<Asked>, Error>) -> HttpResponse {
    let Ok(Query(asked)) = asked else { return answer::bad_request(PARAMETERS) };
    let patience = Duration::from_secs(asked.wait.unwrap_or_default().min(LONGEST));
    let found = match tokio::time::timeout(patience, bench.waited(&asked)).await {
        Ok(found) => found,
        Err(_nothing_came) => bench.messages(&asked).await,
    };
    match found {
        Ok(found) => answer::ok(&Listed { messages: found.into_iter().map(|(pool, one)| shown(pool, one)).collect() }),
        Err(error) => answer::internal(&error),
    }
}

/// Deletes what would be listed, without a limit.
pub(super) async fn clear(bench: Data<Bench>, asked: Result<Query<Asked>, Error>) -> HttpResponse {
    let Ok(Query(asked)) = asked else { return answer::bad_request(PARAMETERS) };
    match bench.clear_outbox(&asked).await {
        Ok(deleted) => answer::ok(&json!({ "deleted": deleted })),
        Err(error) => answer::internal(&error),
    }
}

impl Bench {
    /// The messages, as soon as there is one.
    async fn waited(&self, asked: &Asked) -> Result<Vec<(UserPoolId, Message)>, StoreError> {
        loop {
            // Before looking: a message that comes in between wakes us.
            let commit = self.views.database().next_commit();
            let found = self.messages(asked).await?;
            if !found.is_empty() || asked.wait.is_none() {
                return Ok(found);
            }
            commit.await;
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn messages(&self, asked: &Asked) -> Result<Vec<(UserPoolId, Message)>, StoreError> {
        let limit = asked.limit.unwrap_or(USUAL).min(MOST);
        let mut found = self.all_messages(asked, limit).await?;
        found.truncate(limit);
        Ok(found)
    }

    /// The messages of every pool, newest first; of each pool at most so many.
    async fn all_messages(&self, asked: &Asked, limit: usize) -> Result<Vec<(UserPoolId, Message)>, StoreError> {
        let (database, now) = (self.views.database(), self.effects.clock.now());
        let filter = Filter { user: asked.user.clone(), to: asked.to.clone() };
        let mut found = Vec::new();
        let pools = match &asked.pool {
            Some(pool) => vec![pool.clone()],
            None => self.all_pools().await?,
        };
        for pool in pools {
            let messages = outbox::list(database, &pool, &filter, limit, now).await?;
            found.extend(messages.into_iter().map(|message| (pool.clone(), message)));
        }
        // Ids sort the newest first.
        found.retain(|(_, message)| asked.newer_than.as_ref().is_none_or(|known| message.id < *known));
        found.sort_by(|(_, one), (_, other)| one.id.cmp(&other.id));
        Ok(found)
    }

    async fn clear_outbox(&self, asked: &Asked) -> Result<usize, StoreError> {
        let found = self.all_messages(asked, usize::MAX).await?;
        for page in found.chunks(PAGE) {
            let delete = async |tx: &mut Transaction<'_>| {
                for (pool, message) in page {
                    tx.delete(&documents::outbox(pool).member(&message.id));
                }
                Ok::<_, StoreError>(())
            };
            self.views.database().transact(delete).await?;
        }
        Ok(found.len())
    }
}

fn shown(pool: UserPoolId, message: Message) -> Shown {
    let Message { id, to, medium, subject, body, code, purpose, user, at } = message;
    Shown { pool, id, at: at.to_string(), user, to, medium: medium.name(), purpose, subject, body, code }
}
