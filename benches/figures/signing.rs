//! RSA-2048 signatures per second of processor time: the unit of most figures.
//!
//! Machines change their speed from second to second, and a core that shares its parts with another is slower while that
//! one works. So the unit is taken right before and right after whatever is measured in it, on all cores, as the servers
//! are measured with all cores at work.

use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use poolpass::keys::SigningKey;

use crate::bare::{CLAIMS, stored_key};
use crate::figures::median;

/// Runs `measured` and answers with its result and the seconds of CPU that one signature took around it: the
/// faster of OpenSSL and our own signer.
pub(crate) fn around<T>(measured: impl FnOnce() -> T) -> (f64, T) {
    let before = own_signer();
    let result = measured();
    let after = own_signer();
    (f64::midpoint(before, after) * openssl_by_own(), result)
}

/// Our own signer: seconds of CPU per signature with every core at it.
fn own_signer() -> f64 {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    let key = KEY.get_or_init(|| SigningKey::parse(&stored_key()).expect("the demo key is good"));
    let sign = || {
        let started = Instant::now();
        let mut signatures = 0_u32;
        while started.elapsed() < Duration::from_millis(250) {
            key.sign(CLAIMS).expect("the key signs");
            signatures += 1;
        }
        (started.elapsed().as_secs_f64(), signatures)
    };
    let taken: Vec<_> = std::thread::scope(|scope| {
        let signers: Vec<_> = (0..poolpass::app::cores()).map(|_| scope.spawn(sign)).collect();
        signers.into_iter().map(|signer| signer.join().expect("no signer failed")).collect()
    });
    let seconds: f64 = taken.iter().map(|(seconds, _)| seconds).sum();
    seconds / taken.iter().map(|(_, signatures)| f64::from(*signatures)).sum::<f64>()
}

/// How much faster OpenSSL signs than we do: taken once, in interleaved rounds; 1 if it is slower or not there.
fn openssl_by_own() -> f64 {
    static RATIO: OnceLock<f64> = OnceLock::new();
    *RATIO.get_or_init(|| {
        let rounds: Option<Vec<f64>> = (0..5)
            .map(|_| {
                let before = own_signer();
                let openssl = openssl()?;
                Some(openssl / f64::midpoint(before, own_signer()))
            })
            .collect();
        rounds.map_or(1.0, |rounds| median(rounds).min(1.0))
    })
}

/// `openssl speed rsa2048`, if there is one: seconds of CPU per signature with every core at it.
fn openssl() -> Option<f64> {
    let cores = poolpass::app::cores();
    let multi = cores.to_string();
    let output =
        Command::new("openssl").args(["speed", "-mr", "-seconds", "1", "-multi", &multi, "rsa2048"]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    // `+F2:<n>:2048:<signing>:<verifying>`, operations a second of all processes together.
    let line = text.lines().find(|line| line.starts_with("+F2:"))?;
    let signatures: f64 = line.split(':').nth(3)?.parse().ok()?;
    Some(crate::figures::number(cores) / signatures)
}
