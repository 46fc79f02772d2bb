//! Where a gateway is found: by the address that was connected to, the host that was asked for, and how the path begins.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::domain::gateway::target;

use super::{Gateway, Gateways};

/// Where one gateway is found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The addresses it listens on.
    pub addresses: Vec<SocketAddr>,
    /// The only host it answers for, in lower case and without a port; any if there is none.
    pub host: Option<String>,
    /// What its paths begin with, such as `/orders`, or nothing.
    pub base_path: String,
    /// The stage, if it is named in paths, behind the base path.
    pub stage: Option<String>,
}

/// What an address, a host and a path lead to.
#[derive(Debug)]
pub enum Sought<'g, 'p> {
    /// A gateway, and the path without what led to it.
    Gateway(&'g Gateway, &'p str),
    /// A path that belongs to none of the gateways here, of which this is one.
    OtherPath(&'g Gateway),
    /// A host that nobody here answers for.
    OtherHost,
}

impl Place {
    /// The path without base path and stage, if it has them. They end where a segment ends.
    pub(super) fn within<'p>(&self, path: &'p str) -> Option<&'p str> {
        let rest = path.strip_prefix(self.base_path.as_str())?;
        let rest = match &self.stage {
            None => rest,
            Some(stage) => rest.strip_prefix('/')?.strip_prefix(stage.as_str())?,
        };
        match rest {
            "" => Some("/"),
            rest => rest.starts_with('/').then_some(rest),
        }
    }

    /// The host, or else the first address, with its port.
    pub fn authority(&self) -> String {
        match (&self.host, self.addresses.first()) {
            (Some(host), Some(address)) => format!("{host}:{}", address.port()),
            (None, Some(address)) => address.to_string(),
            (host, None) => host.clone().unwrap_or_default(),
        }
    }

    /// What paths begin with that lead here.
    pub fn prefix(&self) -> String {
        let stage = self.stage.as_ref().map(|stage| format!("/{stage}")).unwrap_or_default();
        format!("{}{stage}", self.base_path)
    }

    /// Whether requests for this host that come in at this address are its own, as far as that goes.
    pub(super) fn answers_for(&self, address: SocketAddr, host: Option<&str>) -> bool {
        let named = self.host.is_none() || self.host.as_deref() == host;
        named && self.addresses.contains(&address)
    }

    fn depth(&self) -> usize {
        self.base_path.len() + self.stage.as_ref().map_or(0, |stage| stage.len() + 1)
    }

    /// Whether some request would belong to both places with equal right.
    pub fn is_taken_by(&self, other: &Self) -> bool {
        let shared = self.addresses.iter().any(|address| other.addresses.contains(address));
        let same_path = (&self.base_path, &self.stage) == (&other.base_path, &other.stage);
        shared && same_path && self.host == other.host
    }
}

impl Gateways {
    /// The gateway of a request: its own host goes before any host, and then the longest path. `host` is in lower case
    /// and without a port.
    pub fn seek<'p>(&self, address: SocketAddr, host: Option<&str>, path: &'p str) -> Sought<'_, 'p> {
        seek(&self.all, address, host, path)
    }

    /// Whether it matters which host is asked for.
    pub fn tell_hosts_apart(&self) -> bool {
        self.all.iter().any(|gateway| gateway.place.host.is_some())
    }

    /// Whether a server that decodes a path, or cuts it, may take it for one of another gateway here than it leads to.
    pub fn may_lead_elsewhere(&self, address: SocketAddr, host: Option<&str>, path: &str) -> bool {
        let is_plain = || target::is_plain(path) && self.all.iter().all(|each| target::is_plain(&each.place.base_path));
        if self.all.len() < 2 || is_plain() {
            return false;
        }
        let Sought::Gateway(own, _) = self.seek(address, host, path) else { return false };
        let rank = |place: &Place| (place.host.is_some(), place.prefix().matches('/').count());
        let here = self.all.iter().filter(|gateway| gateway.place.answers_for(address, host));
        let mut before = here.filter(|other| rank(&other.place) > rank(&own.place));
        before.any(|other| target::may_begin_with(path, &other.place.prefix()))
    }
}

/// The same among these gateways.
pub(super) fn seek<'g, 'p>(
    all: &'g [Arc<Gateway>],
    address: SocketAddr,
    host: Option<&str>,
    path: &'p str,
) -> Sought<'g, 'p> {
    let candidates = || all.iter().filter(|gateway| gateway.place.answers_for(address, host));
    let found = candidates().filter_map(|gateway| Some((gateway, gateway.place.within(path)?)));
    match found.max_by_key(|(gateway, _)| (gateway.place.host.is_some(), gateway.place.depth())) {
        Some((gateway, rest)) => Sought::Gateway(gateway, rest),
        None => candidates().next().map_or(Sought::OtherHost, |gateway| Sought::OtherPath(gateway)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_begins_with_whole_segments() {
        let place = |base: &str, stage: Option<&str>| Place {
            base_path: base.to_owned(),
            stage: stage.map(str::to_owned),
            ..Place::default()
        };
        let orders = place("/orders", None);
        assert_eq!(orders.within("/orders"), Some("/"));
        assert_eq!(orders.within("/orders/"), Some("/"));
        assert_eq!(orders.within("/orders//1"), Some("//1"));
        for other in ["/", "/ordersx", "/order", "//orders/1", "/Orders", "/%6frders", "*"] {
            assert_eq!(orders.within(other), None, "{other}");
        }
        let staged = place("/orders", Some("prod"));
        assert_eq!(staged.within("/orders/prod/1"), Some("/1"));
        assert_eq!(staged.within("/orders/prod"), Some("/"));
        for other in ["/orders/1", "/orders/production", "/prod/orders", "/orders//prod/1"] {
            assert_eq!(staged.within(other), None, "{other}");
        }
        let all = place("", None);
        assert_eq!((all.within("/a"), all.within("//a"), all.within("*")), (Some("/a"), Some("//a"), None));
    }
}
