//! Key pairs made ahead, so that nobody waits for a prime.

use std::sync::Arc;
use std::time::Duration;

use crate::effects::Random;

use super::KeyError;
use super::rsa::KeyPair;

/// How many key pairs lie ready: enough for two pools.
const SIZE: usize = 4;
/// The reserve is filled after the server has started, unless somebody asks before.
const PATIENCE: Duration = Duration::from_secs(2);

/// A stock of fresh key pairs, refilled by a thread of its own.
#[derive(Clone)]
pub struct Reserve {
    ready: flume::Receiver<KeyPair>,
    wake: flume::Sender<()>,
}

impl Reserve {
    /// Starts the thread; it ends when the last clone is dropped.
    pub fn start(random: Arc<dyn Random>) -> std::io::Result<Self> {
        let (stock, ready) = flume::bounded(SIZE);
        let (wake, woken) = flume::bounded::<()>(1);
        std::thread::Builder::new().name("key-reserve".to_owned()).spawn(move || {
            if woken.recv_timeout(PATIENCE) == Err(flume::RecvTimeoutError::Disconnected) {
                return;
            }
            loop {
                let sent = match KeyPair::generate(&*random) {
                    Ok(pair) => stock.send(pair).is_ok(),
                    Err(error) => {
                        tracing::error!(%error, "a key pair could not be generated");
                        false
                    }
                };
                if !sent {
                    return;
                }
            }
        })?;
        Ok(Self { ready, wake })
    }

    /// A stock of these pairs that nobody refills.
    #[cfg(test)]
    pub(crate) fn holding(pairs: impl IntoIterator<Item = KeyPair>) -> Self {
        let (stock, ready) = flume::unbounded();
        for pair in pairs {
            stock.send(pair).expect("the receiver is here");
        }
        Self { ready, wake: flume::bounded(1).0 }
    }

    /// Two pairs if two lie ready; does not wait.
    pub fn try_take_two(&self) -> Option<[KeyPair; 2]> {
        let _already_awake = self.wake.try_send(());
        if self.ready.len() < 2 {
            return None;
        }
        let first = self.ready.try_recv().ok()?;
        let second = self.ready.try_recv().ok()?;
        Some([first, second])
    }

    /// The next pair, as soon as there is one.
    pub async fn take(&self) -> Result<KeyPair, KeyError> {
        let _already_awake = self.wake.try_send(());
        self.ready.recv_async().await.map_err(|_| KeyError::Unusable("the key reserve has stopped".to_owned()))
    }
}
