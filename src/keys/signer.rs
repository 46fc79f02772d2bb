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

struct Job {
    key: Arc<SigningKey>,
    claims: Vec<u8>,
    reply: oneshot::Sender<Result<String, KeyError>>,
}

/// The threads that sign. They end when the last clone is dropped.
#[derive(Clone)]
pub struct Signer {
    jobs: flume::Sender<Job>,
}

impl Signer {
    /// How many tokens may wait; whoever comes later waits to be let in, without blocking a thread.
    const QUEUE: usize = 1024;

    /// Starts this many threads.
    pub fn start(threads: usize) -> std::io::Result<Self> {
        let (jobs, queue) = flume::bounded::<Job>(Self::QUEUE);
        for number in 0..threads.max(1) {
            let queue = queue.clone();
            std::thread::Builder::new().name(format!("sign-{number}")).spawn(move || {
                for job in queue {
                    // Nobody waits for the token of a request that went away.
                    if !job.reply.is_closed() {
                        let _gone = job.reply.send(job.key.sign(&job.claims));
                    }
                }
            })?;
        }
        Ok(Self { jobs })
    }

    /// Signs these claims when it is their turn.
    pub async fn sign(&self, key: Arc<SigningKey>, claims: Vec<u8>) -> Result<String, KeyError> {
        let (reply, token) = oneshot::channel();
        let stopped = || KeyError::Unusable("the signing threads have stopped".to_owned());
        self.jobs.send_async(Job { key, claims, reply }).await.map_err(|_| stopped())?;
        token.await.map_err(|_| stopped())?
    }
}
