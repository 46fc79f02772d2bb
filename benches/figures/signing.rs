//! RSA-2048 signatures per second of processor time: the unit of most figures.

use std::process::Command;
use std::time::{Duration, Instant};

use poolpass::keys::SigningKey;

use crate::bare::{CLAIMS, stored_key};

/// Seconds that one signature takes on one core: the faster of OpenSSL and our own signer.
pub(crate) fn seconds_per_signature() -> f64 {
    let own = own_signer();
    openssl().map_or(own, |openssl| openssl.min(own))
}

/// Our own signer, on this thread.
fn own_signer() -> f64 {
    let key = SigningKey::parse(&stored_key()).expect("the demo key is good");
    let started = Instant::now();
    let mut signatures = 0_u32;
    while started.elapsed() < Duration::from_millis(700) {
        key.sign(CLAIMS).expect("the key signs");
        signatures += 1;
    }
    started.elapsed().as_secs_f64() / f64::from(signatures)
}

/// `openssl speed rsa2048`, if there is one: per second of its own processor time.
fn openssl() -> Option<f64> {
    let output = Command::new("openssl").args(["speed", "-mr", "-seconds", "1", "rsa2048"]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    // `+F2:<n>:2048:<signing>:<verifying>`: seconds an operation in old versions, operations a second in new ones.
    let line = text.lines().find(|line| line.starts_with("+F2:"))?;
    let value: f64 = line.split(':').nth(3)?.parse().ok()?;
    Some(if value > 1.0 { 1.0 / value } else { value })
}
