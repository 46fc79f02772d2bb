//! Signing on a bounded set of threads beside the event loop.
//!
//! A signature costs a third of a millisecond: on the event loop it would keep every other request waiting. So tokens
//! are signed first come, first served, on as many threads as there are cores.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, PublicKeyComponents};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use tokio::sync::oneshot;

use crate::domain::id::KeyId;
use crate::domain::key::StoredKey;

use super::KeyError;

/// A private key, parsed once, and the token header that names it.
pub struct SigningKey {
    kid: KeyId,
    header: String,
    pair: KeyPair,
}

impl SigningKey {
    /// Parses a stored key; this costs more than a signature, so keep what it returns.
    pub fn parse(stored: &StoredKey) -> Result<Self, KeyError> {
        let unusable = |error: &dyn std::fmt::Display| KeyError::Unusable(error.to_string());
        let der = STANDARD.decode(stored.pkcs8.reveal()).map_err(|error| unusable(&error))?;
        let pair = KeyPair::from_pkcs8(&der).map_err(|error| unusable(&error))?;
        // COGNITO: the header has exactly these two members in this order, and no `typ` (documented and measured).
        let header = serde_json::json!({ "kid": stored.kid }).to_string().replacen('}', r#","alg":"RS256"}"#, 1);
        Ok(Self { kid: stored.kid.clone(), header: URL_SAFE_NO_PAD.encode(header), pair })
    }

    /// The `kid` of its tokens.
    pub fn kid(&self) -> &KeyId {
        &self.kid
    }

    /// The token that carries these claims, complete.
    pub fn sign(&self, claims: &[u8]) -> Result<String, KeyError> {
        let mut signature = [0; 256];
        let mut token = String::with_capacity(self.header.len() + claims.len() * 4 / 3 + 350);
        token.push_str(&self.header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let random = SystemRandom::new();
        self.pair
            .sign(&RSA_PKCS1_SHA256, &random, token.as_bytes(), &mut signature)
            .map_err(|error| KeyError::Unusable(error.to_string()))?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}

/// A public key, decoded once.
pub(super) struct VerifyingKey(PublicKeyComponents<Vec<u8>>);

impl VerifyingKey {
    /// Decodes the public half of a stored key.
    pub(super) fn parse(stored: &StoredKey) -> Result<Self, KeyError> {
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|error| KeyError::Unusable(error.to_string()));
        Ok(Self(PublicKeyComponents { n: decode(&stored.n)?, e: decode(&stored.e)? }))
    }

    /// Whether its private half made this signature.
    pub(super) fn verifies(&self, text: &str, signature: &[u8]) -> bool {
        self.0.verify(&RSA_PKCS1_2048_8192_SHA256, text.as_bytes(), signature).is_ok()
    }
}

/// Claims, as JSON, and the key that is to sign them.
pub struct Unsigned {
    key: Arc<SigningKey>,
    claims: Vec<u8>,
}

impl Unsigned {
    /// Claims for this key.
    pub fn new(key: &Arc<SigningKey>, claims: Vec<u8>) -> Self {
        Self { key: Arc::clone(key), claims }
    }

    fn sign(&self) -> Result<String, KeyError> {
        self.key.sign(&self.claims)
    }
}

/// The work of one request.
type Job = Box<dyn FnOnce() + Send>;

/// The threads that sign. They end when the last clone is dropped.
#[derive(Clone)]
pub struct Signer {
    jobs: flume::Sender<Job>,
}

impl Signer {
    /// How many requests may wait; whoever comes later waits to be let in, without blocking a thread.
    const QUEUE: usize = 1024;

    /// Starts this many threads.
    pub fn start(threads: usize) -> std::io::Result<Self> {
        let (jobs, queue) = flume::bounded::<Job>(Self::QUEUE);
        for number in 0..threads.max(1) {
            let queue = queue.clone();
            std::thread::Builder::new()
                .name(format!("sign-{number}"))
                .spawn(move || queue.into_iter().for_each(|job| job()))?;
        }
        Ok(Self { jobs })
    }

    /// Signs a token when it is its turn.
    pub async fn sign(&self, token: Unsigned) -> Result<String, KeyError> {
        self.hand_over(move || token.sign()).await
    }

    /// Signs two tokens of one request when it is their turn.
    ///
    /// Where others wait, one thread takes both: one hand-off instead of two, for the same work. Where nobody waits, two
    /// threads take one each, and the request is answered sooner.
    pub async fn sign_both(&self, first: Unsigned, second: Unsigned) -> Result<(String, String), KeyError> {
        if self.jobs.is_empty() {
            return tokio::try_join!(self.sign(first), self.sign(second));
        }
        self.hand_over(move || Ok((first.sign()?, second.sign()?))).await
    }

    /// Signs a token, and then another that is made of it: one after the other, in one hand-off.
    pub async fn sign_in_turn(
        &self,
        first: Unsigned,
        second: impl FnOnce(&str) -> Unsigned + Send + 'static,
    ) -> Result<(String, String), KeyError> {
        let both = move || {
            let signed = first.sign()?;
            let second = second(&signed).sign()?;
            Ok((signed, second))
        };
        self.hand_over(both).await
    }

    async fn hand_over<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, KeyError> + Send + 'static,
    ) -> Result<T, KeyError> {
        let (reply, done) = oneshot::channel();
        let job = move || {
            // Nobody waits for the token of a request that went away.
            if !reply.is_closed() {
                let _gone = reply.send(work());
            }
        };
        self.jobs.send_async(Box::new(job)).await.map_err(|_| stopped())?;
        done.await.map_err(|_| stopped())?
    }
}

fn stopped() -> KeyError {
    KeyError::Unusable("the signing threads have stopped".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::key::{KeyOrigin, KeyUsage};
    use crate::domain::time::Timestamp;
    use crate::keys::published;
    use crate::keys::rsa::KeyPair as Pair;

    fn keys() -> [Arc<SigningKey>; 2] {
        [(published::DEMO_ACCESS, KeyUsage::Access), (published::DEMO_ID, KeyUsage::Id)].map(|(pem, usage)| {
            let stored = Pair::from_pem(pem).unwrap().stored(usage, KeyOrigin::Declared, Timestamp::from_millis(0));
            Arc::new(SigningKey::parse(&stored.unwrap()).unwrap())
        })
    }

    /// RSA PKCS#1 signatures have no randomness: what is signed twice is the same twice.
    #[tokio::test]
    async fn two_tokens_are_signed_each_with_its_key_whether_or_not_others_wait() {
        let [access, id] = keys();
        let expected = (access.sign(b"{\"a\":1}").unwrap(), id.sign(b"{\"b\":2}").unwrap());
        let signer = Signer::start(1).unwrap();
        let (first, second) =
            (|| Unsigned::new(&access, b"{\"a\":1}".to_vec()), || Unsigned::new(&id, b"{\"b\":2}".to_vec()));
        let both = || signer.sign_both(first(), second());
        // The first finds the queue empty; most of the later ones do not.
        let many = tokio::join!(both(), both(), both(), both(), both(), both());
        for signed in [many.0, many.1, many.2, many.3, many.4, many.5] {
            assert_eq!(signed.unwrap(), expected);
        }
        let (token, after) = (expected.0.clone(), second());
        let in_turn = signer.sign_in_turn(first(), move |signed| {
            assert_eq!(signed, token);
            after
        });
        assert_eq!(in_turn.await.unwrap(), expected);
    }
}
