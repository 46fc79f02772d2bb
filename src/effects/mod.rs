//! The world, injectable: what time it is, and what is random.

pub mod clock;
pub mod random;

use std::sync::Arc;

pub use clock::{Clock, ManualClock, SystemClock};
pub use random::{Random, SeededRandom, SystemRandom};

/// The clock and the randomness that a server runs on.
#[derive(Clone)]
pub struct Effects {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What is random.
    pub random: Arc<dyn Random>,
}

impl Effects {
    /// The system's clock and randomness.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), random: Arc::new(SystemRandom) }
    }
}
