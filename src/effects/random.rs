//! What is random, and the ids and secrets made from it.

use std::sync::{Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::domain::id::{ClientId, Region, RequestId, UserPoolId};
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;

/// A source of random bytes.
pub trait Random: Send + Sync + 'static {
    /// Fills the buffer.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's randomness, stretched per thread.
#[derive(Debug)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's randomness")]
    fn fill(&self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }
}

/// The same bytes for the same seed: for tests and byte-identical tokens, never for secrets that matter.
pub struct SeededRandom(Mutex<StdRng>);

impl SeededRandom {
    /// A sequence that the seed decides.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}

/// A version 4 UUID in its usual text.
pub fn uuid(random: &dyn Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    uuid::Builder::from_random_bytes(bytes).into_uuid().hyphenated().encode_lower(&mut text).to_owned()
}

/// A version 4 UUID whose first six digits follow the time: what is made one after the other lies side by side in a store
/// that keeps its documents in order, so that a crowd changes few places of it. 98 of its bits are random.
pub fn ordered_uuid(random: &dyn Random, now: Timestamp) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    let [.., high, middle, low] = (now.millis() / TICK_MILLIS).to_be_bytes();
    bytes.iter_mut().zip([high, middle, low]).for_each(|(byte, of_time)| *byte = of_time);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// What counts as one moment in [`ordered_uuid`].
const TICK_MILLIS: i64 = 16;

/// The id of a request and of its trace.
pub fn request_id(random: &dyn Random) -> RequestId {
    RequestId::from(uuid(random))
}

/// `<region>_` and nine characters of `[0-9A-Za-z]`.
pub fn user_pool_id(random: &dyn Random, region: &Region) -> UserPoolId {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    UserPoolId::from(format!("{region}_{}", characters(random, ALPHABET, 9)))
}

/// 26 characters of `[0-9a-v]`; the first is small, as it carries the top three bits of a 128-bit number.
pub fn client_id(random: &dyn Random) -> ClientId {
    ClientId::from(format!("{}{}", characters(random, b"1234567", 1), characters(random, BASE_32, 25)))
}

/// 52 characters of `[0-9a-v]`: 256 random bits and more.
pub fn client_secret(random: &dyn Random) -> Secret {
    Secret::new(format!("1{}", characters(random, BASE_32, 51)))
}

/// A one-time code: so many decimal digits.
pub fn digits(random: &dyn Random, count: usize) -> Secret {
    Secret::new(characters(random, b"0123456789", count))
}

/// A password with a letter of each case, a digit and a symbol; of so many characters, but never fewer than eight.
pub fn password(random: &dyn Random, length: usize) -> Secret {
    const UPPER: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    const LOWER: &[u8] = b"abcdefghijkmnopqrstuvwxyz";
    const DIGITS: &[u8] = b"23456789";
    const SYMBOLS: &[u8] = b"!#%*+-:=?@^_";
    let of_each = [UPPER, LOWER, DIGITS, SYMBOLS].map(|alphabet| characters(random, alphabet, 1)).concat();
    let every = [UPPER, LOWER, DIGITS, SYMBOLS].concat();
    let rest = characters(random, &every, length.max(8) - 4);
    Secret::new(of_each + &rest)
}

const BASE_32: &[u8] = b"0123456789abcdefghijklmnopqrstuv";

/// Characters of the alphabet, each equally likely: bytes that would favour some of them are thrown away.
fn characters(random: &dyn Random, alphabet: &[u8], count: usize) -> String {
    let fair = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(count);
    let mut bytes = [0; 64];
    while text.len() < count {
        random.fill(&mut bytes);
        let chosen = bytes.iter().filter(|byte| usize::from(**byte) < fair);
        text.extend(
            chosen
                .filter_map(|byte| alphabet.get(usize::from(*byte) % alphabet.len()))
                .take(count - text.len())
                .map(|byte| char::from(*byte)),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordered_ids_follow_the_time_and_are_unlike() {
        let random = SeededRandom::new(7);
        let at = |ticks: i64| ordered_uuid(&random, Timestamp::from_millis(ticks * TICK_MILLIS));
        let ids = [at(0xff), at(0xff), at(0x100), at(0x00ff_ffff), at(0x0100_0000)];
        let starts = ids.each_ref().map(|id| id.split_at(6).0);
        assert_eq!(starts, ["0000ff", "0000ff", "000100", "ffffff", "000000"]);
        assert_ne!(ids[0], ids[1]);
        assert!(ids.iter().all(|id| uuid::Uuid::parse_str(id).unwrap().get_version_num() == 4));
    }

    #[test]
    fn ids_have_the_shape_of_real_ones() {
        let random = SeededRandom::new(7);
        let pool = user_pool_id(&random, &Region::from("eu-west-1"));
        assert_eq!(pool.region().as_str(), "eu-west-1");
        assert_eq!(pool.as_str().len(), "eu-west-1_".len() + 9);
        assert!(pool.as_str().bytes().skip(10).all(|byte| byte.is_ascii_alphanumeric()));
        let base_32 = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'v').contains(&byte));
        let client = client_id(&random);
        assert!(client.as_str().len() == 26 && base_32(client.as_str()));
        let secret = client_secret(&random);
        assert!(secret.reveal().len() == 52 && base_32(secret.reveal()));
    }

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        assert_eq!(uuid(&SeededRandom::new(1)), uuid(&SeededRandom::new(1)));
        assert_ne!(uuid(&SeededRandom::new(1)), uuid(&SeededRandom::new(2)));
    }
}
