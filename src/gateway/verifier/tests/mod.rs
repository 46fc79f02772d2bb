//! Other issuers: what is asked of them and how often, and what becomes of tokens when they do not answer as they should.

mod theirs;
mod tls;

use std::task::Poll;
use std::time::Duration;

use super::fetch::Fetcher;
use super::*;
use crate::app::App;
use crate::config::{Settings, StoreChoice};
use crate::domain::gateway::authorizer::IdentitySource;
use crate::domain::trace::Outcome;
use crate::effects::{Effects, ManualClock, SeededRandom};

use crate::domain::key::StoredKey;
use tokio::sync::Semaphore;

use theirs::{Reply, Theirs, jwks, pairs, token};

/// Nothing here takes this long; a test that waits longer has found a hang.
const HANG: Duration = Duration::from_secs(60);
const DISCOVERY: &str = "/.well-known/openid-configuration";

/// A verifier, and the clock that it goes by.
struct Here {
    verifier: Verifier,
    clock: Arc<ManualClock>,
}

/// What became of a token: how its signature was found, or which rule refused it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Became {
    Verified,
    Remembered,
    Refused(EnforceRule),
}

impl Here {
    fn fetching(fetcher: Fetcher) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let effects = Effects { clock: Arc::clone(&clock) as _, random: Arc::new(SeededRandom::new(1)) };
        let settings = Settings { store: StoreChoice::Memory, ..Settings::default() };
        let tokens = App::build(&settings, &effects, 0).unwrap().oauth.tokens;
        let remotes = Remotes::fetching(fetcher, effects.clock);
        Self { verifier: Verifier { tokens, remotes, memory: Arc::default() }, clock }
    }

    fn new() -> Self {
        Self::fetching(Fetcher::new(HANG))
    }

    async fn traced(&self, text: &str, issuer: &str) -> Steps {
        let mut trace = Steps::new();
        let verified = self.verifier.verify(text, &trusting(issuer), &mut trace).await;
        let refused = trace.steps().iter().any(|step| step.outcome == Outcome::Refused);
        assert_eq!(verified.is_err(), refused, "the trace says what the decision says");
        trace
    }

    async fn verify(&self, text: &str, theirs: &Theirs) -> Became {
        became(&self.traced(text, &theirs.url).await)
    }

    fn pass(&self, time: Duration) {
        self.clock.advance_millis(i64::try_from(time.as_millis()).unwrap());
    }
}

fn became(trace: &Steps) -> Became {
    let last = trace.steps().last().unwrap();
    match last.evidence {
        _ if last.outcome == Outcome::Refused => Became::Refused(last.rule),
        Evidence::Remark(_) => Became::Remembered,
        _ => Became::Verified,
    }
}

fn trusting(issuer: &str) -> Authorizer {
    Authorizer {
        name: "theirs".to_owned(),
        issuers: vec![Issuer::Remote(issuer.to_owned())],
        audiences: Vec::new(),
        source: IdentitySource::default(),
        audience_pattern: None,
        checks_revocation: false,
    }
}

const UNKNOWN_KEY: Became = Became::Refused(EnforceRule::KeyKnown);
const NO_ISSUER: Became = Became::Refused(EnforceRule::IssuerReachable);
const NO_KEYS: Became = Became::Refused(EnforceRule::KeysReachable);

#[tokio::test]
async fn a_token_of_another_issuer_is_verified_once_and_remembered() {
    let [one, _] = pairs();
    let (here, theirs) = (Here::new(), Theirs::publishing(&[&one]).await);
    let text = token(&one, &theirs.url);
    assert_eq!(here.verify(&text, &theirs).await, Became::Verified);
    assert_eq!(here.verify(&text, &theirs).await, Became::Remembered);
    assert_eq!(theirs.asked(), [DISCOVERY, "/keys"]);
}

#[tokio::test]
async fn a_token_is_not_remembered_for_who_does_not_trust_its_issuer() {
    let [one, _] = pairs();
    let (here, theirs) = (Here::new(), Theirs::publishing(&[&one]).await);
    let text = token(&one, &theirs.url);
    assert_eq!(here.verify(&text, &theirs).await, Became::Verified);
    let of_others = here.traced(&text, "https://issuer.example").await;
    assert_eq!(became(&of_others), Became::Refused(EnforceRule::IssuerTrusted));
}

#[tokio::test]
async fn a_signature_of_somebody_else_is_refused_whatever_its_token_says() {
    let [one, other] = pairs();
    let (here, theirs) = (Here::new(), Theirs::publishing(&[&one]).await);
    let forged = token(&StoredKey { kid: one.kid.clone(), ..other.clone() }, &theirs.url);
    assert_eq!(here.verify(&forged, &theirs).await, Became::Refused(EnforceRule::SignatureMatches));
    let (genuine, stranger) = (token(&one, &theirs.url), token(&one, "https://issuer.example"));
    let part = |text: &str, at: usize| text.split('.').nth(at).unwrap().to_owned();
    let spliced = format!("{}.{}.{}", part(&genuine, 0), part(&forged, 1), part(&stranger, 2));
    assert_eq!(here.verify(&spliced, &theirs).await, Became::Refused(EnforceRule::SignatureMatches));
    let bare = format!("{}.{}.", part(&genuine, 0), part(&genuine, 1));
    assert_eq!(here.verify(&bare, &theirs).await, Became::Refused(EnforceRule::SignatureMatches));
    assert_eq!(here.verify(&token(&other, &theirs.url), &theirs).await, UNKNOWN_KEY);
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_but_not_more_often_than_the_floor() {
    let [one, other] = pairs();
    let (here, theirs) = (Here::new(), Theirs::publishing(&[&one]).await);
    let (old, new) = (token(&one, &theirs.url), token(&other, &theirs.url));
    assert_eq!(here.verify(&old, &theirs).await, Became::Verified);
    theirs.publishes(Reply::Document(jwks(&[&other])));
    here.pass(Duration::from_millis(9_999));
    assert_eq!(here.verify(&new, &theirs).await, UNKNOWN_KEY);
    assert_eq!(theirs.asked().len(), 2);
    here.pass(Duration::from_millis(1));
    assert_eq!(here.verify(&new, &theirs).await, Became::Verified);
    assert_eq!(theirs.asked().len(), 4);
    // The keys have changed: what the old one signed is not remembered any more.
    assert_eq!(here.verify(&old, &theirs).await, UNKNOWN_KEY);
}

#[tokio::test]
async fn the_same_keys_fetched_again_keep_what_they_verified() {
    let [one, other] = pairs();
    let (here, theirs) = (Here::new(), Theirs::publishing(&[&one]).await);
    let text = token(&one, &theirs.url);
    assert_eq!(here.verify(&text, &theirs).await, Became::Verified);
    here.pass(Duration::from_secs(10));
    assert_eq!(here.verify(&token(&other, &theirs.url), &theirs).await, UNKNOWN_KEY);
    assert_eq!(theirs.asked().len(), 4);
    assert_eq!(here.verify(&text, &theirs).await, Became::Remembered);
}

#[tokio::test]
async fn keys_are_used_for_two_hours_whether_or_not_their_issuer_answers() {
    let [one, other] = pairs();
    let (here, theirs) = (Here::new(), Theirs::publishing(&[&one]).await);
    let text = token(&one, &theirs.url);
    assert_eq!(here.verify(&text, &theirs).await, Became::Verified);
    theirs.publishes(Reply::Raw("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n".to_owned()));
    here.pass(Duration::from_millis(7_199_999));
    assert_eq!(here.verify(&token(&other, &theirs.url), &theirs).await, NO_KEYS);
    assert_eq!(here.verify(&text, &theirs).await, Became::Remembered);
    assert_eq!(theirs.asked().len(), 4);
    here.pass(Duration::from_millis(1));
    assert_eq!(here.verify(&text, &theirs).await, NO_KEYS);
    assert_eq!(theirs.asked().len(), 4, "it failed to answer a moment ago");
    here.pass(Duration::from_secs(10));
    theirs.publishes(Reply::Document(jwks(&[&one])));
    assert_eq!(here.verify(&text, &theirs).await, Became::Verified);
}

#[tokio::test]
async fn who_does_not_answer_is_not_asked_again_at_once() {
    let [one, _] = pairs();
    let (here, theirs) = (Here::new(), Theirs::publishing(&[&one]).await);
    theirs.discovers(Reply::Raw("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned()));
    for _ in 0..3 {
        assert_eq!(here.verify(&token(&one, &theirs.url), &theirs).await, NO_ISSUER);
    }
    assert_eq!(theirs.asked(), [DISCOVERY]);
    here.pass(Duration::from_secs(10));
    assert_eq!(here.verify(&token(&one, &theirs.url), &theirs).await, NO_ISSUER);
    assert_eq!(theirs.asked().len(), 2);
}

#[tokio::test]
async fn those_who_come_together_share_one_answer() {
    let [one, _] = pairs();
    let (here, theirs) = (Here::new(), Theirs::publishing(&[&one]).await);
    let text = token(&one, &theirs.url);
    let one = || here.verify(&text, &theirs);
    let (first, second, third, fourth) = tokio::join!(one(), one(), one(), one());
    assert_eq!([first, second, third, fourth], [Became::Verified; 4]);
    assert_eq!(theirs.asked(), [DISCOVERY, "/keys"]);
}

#[tokio::test]
async fn who_hangs_up_takes_no_answer_away_from_others() {
    let [one, _] = pairs();
    let (here, theirs) = (Here::new(), Theirs::publishing(&[&one]).await);
    theirs.gate.forget_permits(Semaphore::MAX_PERMITS);
    let text = token(&one, &theirs.url);
    {
        let mut impatient = std::pin::pin!(here.verify(&text, &theirs));
        while theirs.asked().is_empty() {
            let polled = std::future::poll_fn(|cx| Poll::Ready(impatient.as_mut().poll(cx))).await;
            assert_eq!(polled, Poll::Pending);
            tokio::task::yield_now().await;
        }
    }
    theirs.gate.add_permits(2);
    assert_eq!(here.verify(&text, &theirs).await, Became::Verified);
    assert_eq!(theirs.asked(), [DISCOVERY, "/keys"]);
}

/// What is wrong with a document, as the trace says it.
async fn remark(here: &Here, theirs: &Theirs, key: &StoredKey) -> (Became, Evidence) {
    let trace = here.traced(&token(key, &theirs.url), &theirs.url).await;
    (became(&trace), trace.steps().last().unwrap().evidence.clone())
}

fn raw(text: &str) -> Reply {
    Reply::Raw(text.to_owned())
}

fn document(text: &str) -> Reply {
    Reply::Document(text.to_owned())
}

#[tokio::test]
async fn a_discovery_document_that_is_of_no_use_refuses_every_token() {
    let [one, _] = pairs();
    for (reply, why) in [
        (document(""), "it is not the JSON document that it has to be"),
        (document("<html>"), "it is not the JSON document that it has to be"),
        (document(r#"{"issuer":"https://issuer.example"}"#), "it is not the JSON document that it has to be"),
        (document(r#"{"issuer":"https://a.example","jwks_uri":"https://a.example"}"#), "it names another issuer"),
        (document(&" ".repeat(300_000)), "it is too long"),
        (raw("HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}"), "the answer to the request for it is not 200"),
        (
            raw("HTTP/1.1 302 Found\r\nLocation: /keys\r\nContent-Length: 0\r\n\r\n"),
            "the answer to the request for it is not 200",
        ),
        (raw(""), "there is no connection to where it is"),
        (raw("SMTP hello\r\n\r\n"), "there is no connection to where it is"),
        (raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), "there is no connection to where it is"),
    ] {
        let (here, theirs) = (Here::new(), Theirs::publishing(&[&one]).await);
        theirs.discovers(reply);
        assert_eq!(remark(&here, &theirs, &one).await, (NO_ISSUER, Evidence::Remark(why)));
        assert_eq!(theirs.asked(), [DISCOVERY]);
    }
}

#[tokio::test]
async fn a_key_set_that_is_of_no_use_refuses_every_token() {
    let [one, _] = pairs();
    for (reply, why) in [
        (document(""), "it is not the JSON document that it has to be"),
        (document("[]"), "it is not the JSON document that it has to be"),
        (document(r#"{"keys":"k"}"#), "it is not the JSON document that it has to be"),
        (document(&format!("{{\"keys\":[]}}{}", " ".repeat(300_000))), "it is too long"),
        (raw("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), "the answer to the request for it is not 200"),
        (raw(""), "there is no connection to where it is"),
    ] {
        let (here, theirs) = (Here::new(), Theirs::publishing(&[&one]).await);
        theirs.publishes(reply);
        assert_eq!(remark(&here, &theirs, &one).await, (NO_KEYS, Evidence::Remark(why)));
    }
    let (here, theirs) = (Here::new(), Theirs::publishing(&[]).await);
    assert_eq!(remark(&here, &theirs, &one).await.0, UNKNOWN_KEY, "a set without keys is a set");
}

#[tokio::test]
async fn a_document_that_does_not_come_in_time_refuses_every_token() {
    let [one, _] = pairs();
    let slow = Evidence::Remark("it does not come in time");
    let here = Here::fetching(Fetcher::new(Duration::from_millis(1)));
    let theirs = Theirs::publishing(&[&one]).await;
    theirs.discovers(Reply::Silence);
    assert_eq!(remark(&here, &theirs, &one).await, (NO_ISSUER, slow));
}

#[tokio::test]
async fn keys_are_fetched_from_the_web_only_and_an_issuer_without_an_address_has_none() {
    let [one, _] = pairs();
    let address = Evidence::Remark("its address cannot be fetched from");
    for elsewhere in ["keys", "file:///etc/passwd", "ftp://127.0.0.1:1/keys"] {
        let (here, theirs) = (Here::new(), Theirs::publishing(&[&one]).await);
        theirs.discovers(Reply::Document(json_of(&theirs.url, elsewhere)));
        assert_eq!(remark(&here, &theirs, &one).await, (NO_KEYS, address.clone()), "{elsewhere}");
    }
    let here = Here::new();
    for issuer in
        ["accounts", "file:///etc/passwd", "ftp://127.0.0.1:1", "http://127.0.0.1:1/?a=b", "http://127.0.0.1:1/#a"]
    {
        let trace = here.traced(&token(&one, issuer), issuer).await;
        assert_eq!((became(&trace), &trace.steps().last().unwrap().evidence), (NO_ISSUER, &address), "{issuer}");
    }
}

fn json_of(issuer: &str, keys: &str) -> String {
    serde_json::json!({ "issuer": issuer, "jwks_uri": keys }).to_string()
}
