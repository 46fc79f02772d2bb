//! The keys of other issuers: found by OpenID Connect discovery, kept, and asked for again no more often than needed.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html>

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dashmap::DashMap;
use serde::Deserialize;
use url::Url;

use crate::domain::rules::enforce::{Unreachable, Unusable};
use crate::domain::time::Timestamp;
use crate::effects::Clock;

use super::fetch::Fetcher;
use super::key_set::KeySet;

/// How long keys are used without being asked for again: as long as AWS documents that it may.
const KEPT: Duration = Duration::from_secs(2 * 60 * 60);
/// How soon an issuer is asked again, be it for a key that nobody knows or because it did not answer.
const FLOOR: Duration = Duration::from_secs(10);
/// How long each of the two documents may take: as long as AWS documents that it waits.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// What is known of other issuers; cloning shares it.
#[derive(Clone)]
pub(super) struct Remotes {
    fetcher: Arc<Fetcher>,
    clock: Arc<dyn Clock>,
    /// Only issuers that are configured come in here.
    issuers: Arc<DashMap<String, Arc<Remote>>>,
}

struct Remote {
    issuer: String,
    /// Held by who asks the issuer, so that those who wait share the answer.
    turn: tokio::sync::Mutex<()>,
    known: Mutex<Known>,
}

/// What is known of one issuer.
#[derive(Debug, Default)]
struct Known {
    keys: Option<(Arc<KeySet>, Timestamp)>,
    /// When it was asked last.
    asked: Option<Timestamp>,
    /// How that failed.
    failure: Option<Unreachable>,
}

/// What is to be done about a key.
enum Advice {
    /// Its issuer has these keys.
    Use(Arc<KeySet>),
    /// Its issuer was asked a moment ago, in vain.
    GiveUp(Unreachable),
    /// Its issuer has to be asked.
    Ask,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl Remotes {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self::fetching(Fetcher::new(PATIENCE), clock)
    }

    pub(super) fn fetching(fetcher: Fetcher, clock: Arc<dyn Clock>) -> Self {
        Self { fetcher: Arc::new(fetcher), clock, issuers: Arc::default() }
    }

    /// The keys of this issuer as far as they may be used now, without asking it.
    pub(super) fn current(&self, issuer: &str) -> Option<Arc<KeySet>> {
        let remote = self.issuers.get(issuer).map(|remote| Arc::clone(&remote))?;
        remote.known().current(self.clock.now()).cloned()
    }

    /// The keys of this issuer, asked for anew unless this one is known.
    pub(super) async fn keys(&self, issuer: &str, kid: &str) -> Result<Arc<KeySet>, Unreachable> {
        let remote = self.remote(issuer);
        let advice = remote.known().advice(kid, self.clock.now());
        match advice {
            Advice::Use(keys) => Ok(keys),
            Advice::GiveUp(failure) => Err(failure),
            Advice::Ask => {
                // In a task of its own: who hangs up does not take the answer away from those who wait for it.
                let (all, kid) = (self.clone(), kid.to_owned());
                let asked = tokio::spawn(async move { all.ask(&remote, &kid).await }).await;
                asked.unwrap_or(Err(Unreachable::Discovery(Unusable::Connection)))
            }
        }
    }

    fn remote(&self, issuer: &str) -> Arc<Remote> {
        if let Some(remote) = self.issuers.get(issuer) {
            return Arc::clone(&remote);
        }
        let new = || Remote { issuer: issuer.to_owned(), turn: tokio::sync::Mutex::default(), known: Mutex::default() };
        Arc::clone(&self.issuers.entry(issuer.to_owned()).or_insert_with(|| Arc::new(new())))
    }

    async fn ask(&self, remote: &Remote, kid: &str) -> Result<Arc<KeySet>, Unreachable> {
        let _turn = remote.turn.lock().await;
        let now = self.clock.now();
        let advice = remote.known().advice(kid, now);
        match advice {
            Advice::Use(keys) => return Ok(keys),
            Advice::GiveUp(failure) => return Err(failure),
            Advice::Ask => {}
        }
        let answer = fetch(&self.fetcher, &remote.issuer).await;
        if let Err(failure) = answer {
            tracing::warn!(issuer = remote.issuer, ?failure, "the keys of an issuer cannot be had");
        }
        let mut known = remote.known();
        known.learn(answer, now);
        match (known.current(now), known.failure) {
            (Some(keys), _) if known.failure.is_none() || keys.names().any(|name| name == kid) => Ok(Arc::clone(keys)),
            (_, failure) => Err(failure.unwrap_or(Unreachable::Keys(Unusable::Unreadable))),
        }
    }
}

impl Remote {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn current(&self, now: Timestamp) -> Option<&Arc<KeySet>> {
        self.keys.as_ref().filter(|(_, asked)| within(KEPT, *asked, now)).map(|(keys, _)| keys)
    }

    fn advice(&self, kid: &str, now: Timestamp) -> Advice {
        let current = self.current(now);
        if let Some(keys) = current.filter(|keys| keys.names().any(|name| name == kid)) {
            return Advice::Use(Arc::clone(keys));
        }
        if !self.asked.is_some_and(|asked| within(FLOOR, asked, now)) {
            return Advice::Ask;
        }
        match (self.failure, current) {
            (Some(failure), _) => Advice::GiveUp(failure),
            (None, Some(keys)) => Advice::Use(Arc::clone(keys)),
            (None, None) => Advice::Ask,
        }
    }

    /// Takes in an answer. Keys that are still the same stay the same, so that what they verified stays remembered.
    fn learn(&mut self, answer: Result<KeySet, Unreachable>, asked: Timestamp) {
        self.asked = Some(asked);
        self.failure = answer.as_ref().err().copied();
        if let Ok(fetched) = answer {
            let same = self.keys.take().map(|(keys, _)| keys).filter(|keys| **keys == fetched);
            self.keys = Some((same.unwrap_or_else(|| Arc::new(fetched)), asked));
        }
    }
}

/// Whether less than the span has passed; if the clock was set back, nobody knows, and it has.
fn within(span: Duration, since: Timestamp, now: Timestamp) -> bool {
    let passed = u64::try_from(now.millis().saturating_sub(since.millis()));
    passed.is_ok_and(|passed| Duration::from_millis(passed) < span)
}

async fn fetch(fetcher: &Fetcher, issuer: &str) -> Result<KeySet, Unreachable> {
    let place = discovery_of(issuer).ok_or(Unreachable::Discovery(Unusable::Address))?;
    let document = fetcher.get(&place).await.map_err(Unreachable::Discovery)?;
    let document: Discovery =
        serde_json::from_slice(&document).map_err(|_| Unreachable::Discovery(Unusable::Unreadable))?;
    if document.issuer != issuer {
        return Err(Unreachable::Discovery(Unusable::OtherIssuer));
    }
    // Who is asked by TLS cannot send us where there is none.
    let keys = address(&document.jwks_uri).filter(|keys| keys.scheme() == "https" || place.scheme() == "http");
    let keys = keys.ok_or(Unreachable::Keys(Unusable::Address))?;
    let set = fetcher.get(&keys).await.map_err(Unreachable::Keys)?;
    KeySet::parse(&set).ok_or(Unreachable::Keys(Unusable::Unreadable))
}

/// Where an issuer's discovery document is (OpenID Connect Discovery 1.0, section 4).
fn discovery_of(issuer: &str) -> Option<Url> {
    let plain = address(issuer).filter(|url| url.query().is_none() && url.fragment().is_none());
    plain.and_then(|_| {
        let base = issuer.strip_suffix('/').unwrap_or(issuer);
        address(&format!("{base}/.well-known/openid-configuration"))
    })
}

fn address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}
