//! The decision itself, in units of one signature.

use std::collections::HashSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

use poolpass::domain::client::OAuthFlow;
use poolpass::domain::pool::{AllInactive, ScopeProfile};
use poolpass::domain::rules::resolve_scopes::{AllowList, Requested, ScopePolicy, resolve_scopes};
use poolpass::domain::scope::Scope;
use poolpass::domain::trace::Trace;

use crate::figures::{Bound, Figure, median};
use crate::signing::around;

/// 50 requested × 50 allowed, with this many registered.
struct Case {
    parameter: String,
    allowed: Vec<Scope>,
    registered: HashSet<String>,
}

impl Case {
    fn new(registered: usize) -> Self {
        let name = |number: usize| format!("https://api.example.com/v1/service{}/scope{number}", number % 25);
        let allowed: Vec<_> = (0..50).map(|number| Scope::from(name(number).as_str())).collect();
        let parameter = allowed.iter().rev().map(Scope::as_str).collect::<Vec<_>>().join(" ");
        Self { parameter, allowed, registered: (0..registered).map(name).collect() }
    }

    /// Seconds for reading the parameter, deciding and tracing.
    fn seconds(&self) -> f64 {
        let registry = |name: &str| self.registered.contains(name);
        let list = AllowList::compile(&self.allowed, &registry);
        let policy = ScopePolicy {
            profile: ScopeProfile::Documented,
            all_inactive: AllInactive::Token,
            flow: OAuthFlow::ClientCredentials,
            flow_allowed: true,
        };
        let started = Instant::now();
        let mut runs = 0_u32;
        while started.elapsed() < Duration::from_millis(200) {
            let requested = Requested::parse(Some(black_box(&self.parameter)));
            let mut trace = Trace::new();
            let granted = resolve_scopes(&requested, black_box(&list), &registry, policy, &mut trace);
            assert!(black_box(granted).is_ok_and(|granted| granted.len() == 50));
            black_box(trace);
            runs += 1;
        }
        started.elapsed().as_secs_f64() / f64::from(runs)
    }
}

/// Takes the figures of the scope decision.
pub(crate) fn measure(rounds: usize) -> Vec<Figure> {
    let (large, small) = (Case::new(2_500), Case::new(250));
    let (mut costs, mut growth) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let (signature, seconds) = around(|| large.seconds());
        costs.push(seconds / signature.clock);
        growth.push(seconds / small.seconds());
    }
    vec![
        Figure {
            what: "resolve_scopes with its trace, 50 requested × 50 allowed × 2,500 registered".to_owned(),
            value: median(costs),
            bound: Bound::AtMost(0.06),
            unit: "signatures",
        },
        Figure {
            what: "the same".to_owned(),
            value: median(growth),
            bound: Bound::AtMost(1.2),
            unit: "of its cost with 250 registered",
        },
    ]
}
