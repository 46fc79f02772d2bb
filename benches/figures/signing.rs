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
use crate::figures::{median, number};

/// What one signature takes.
#[derive(Clone, Copy)]
pub(crate) struct Unit {
    /// Seconds of processor time.
    pub(crate) cpu: f64,
    /// Seconds by the clock that each core is at it: more, where other programs want the cores too.
    pub(crate) clock: f64,
}

/// Runs `measured` and answers with its result and what one signature took around it: the faster of OpenSSL and our own
/// signer.
pub(crate) fn around<T>(measured: impl FnOnce() -> T) -> (Unit, T) {
    let before = own_signer();
    let result = measured();
    let after = own_signer();
    let middle = |before, after| f64::midpoint(before, after) * openssl_by_own();
    (Unit { cpu: middle(before.cpu, after.cpu), clock: middle(before.clock, after.clock) }, result)
}

/// Our own signer with every core at it.
fn own_signer() -> Unit {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    let key = KEY.get_or_init(|| SigningKey::parse(&stored_key()).expect("the demo key is good"));
    on_every_core(|| drop(key.sign(CLAIMS).expect("the key signs")))
}

/// What one run of this work takes with every core at it.
pub(crate) fn on_every_core(work: impl Fn() + Sync) -> Unit {
    let repeat = || {
        let (started, before, mut times) = (Instant::now(), thread_cpu(), 0);
        while started.elapsed() < Duration::from_millis(250) {
            work();
            times += 1;
        }
        (thread_cpu() - before, started.elapsed().as_secs_f64(), times)
    };
    let taken: Vec<(f64, f64, usize)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..poolpass::app::cores()).map(|_| scope.spawn(repeat)).collect();
        workers.into_iter().map(|worker| worker.join().expect("no worker failed")).collect()
    });
    let times = number(taken.iter().map(|taken| taken.2).sum());
    let sum = |seconds: fn(&(f64, f64, usize)) -> f64| taken.iter().map(seconds).sum::<f64>();
    Unit { cpu: sum(|taken| taken.0) / times, clock: sum(|taken| taken.1) / times }
}

/// Seconds of processor time that this thread has had.
fn thread_cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux counts them");
    let nanoseconds = text.split(' ').next().and_then(|first| first.parse().ok()).expect("they are the first number");
    Duration::from_nanos(nanoseconds).as_secs_f64()
}

/// How much faster OpenSSL signs than we do: taken once, in interleaved rounds; 1 if it is slower or not there.
fn openssl_by_own() -> f64 {
    static RATIO: OnceLock<f64> = OnceLock::new();
    *RATIO.get_or_init(|| {
        let rounds: Option<Vec<f64>> = (0..5)
            .map(|_| {
                let before = own_signer();
                let openssl = openssl()?;
                Some(openssl / f64::midpoint(before.clock, own_signer().clock))
            })
            .collect();
        rounds.map_or(1.0, |rounds| median(rounds).min(1.0))
    })
}

/// `openssl speed rsa2048`, if there is one: seconds per signature by the clock, with every core at it.
fn openssl() -> Option<f64> {
    let cores = poolpass::app::cores();
    let multi = cores.to_string();
    let output =
        Command::new("openssl").args(["speed", "-mr", "-seconds", "1", "-multi", &multi, "rsa2048"]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    // `+F2:<n>:2048:<signing>:<verifying>`, operations a second of all processes together.
    let line = text.lines().find(|line| line.starts_with("+F2:"))?;
    let signatures: f64 = line.split(':').nth(3)?.parse().ok()?;
    Some(number(cores) / signatures)
}
