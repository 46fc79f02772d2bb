//! What would come of opening gateways, without an address taken or a pool read.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use crate::config::{FileError, Settings};

use super::{Plan, PoolsAt, addresses, open, refuse_circle};

/// Refuses gateways that a server would refuse; else what it would say of each.
pub fn check(plans: &[Plan<'_>], settings: &Settings) -> Result<Vec<Vec<String>>, FileError> {
    let (mut all, mut notes) = (Vec::new(), Vec::new());
    for plan in plans {
        let addresses = addresses(plan.declared, settings).iter().flat_map(|name| would_be(name)).collect();
        let (gateway, said) = open(plan, addresses, PoolsAt::Here, &all)?;
        all.push(Arc::new(gateway));
        notes.push(said);
    }
    refuse_circle(plans, &all)?;
    Ok(notes)
}

/// What an address would be bound as, if that can be told without asking anybody.
fn would_be(name: &str) -> Vec<SocketAddr> {
    let port = || name.strip_prefix("localhost:").and_then(|port| port.parse::<u16>().ok());
    match (name.parse(), port()) {
        (Ok(address), _) => vec![address],
        (Err(_), Some(port)) => vec![(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()],
        (Err(_), None) => Vec::new(),
    }
}
