//! Signing in through the JSON API: flows, challenges, sessions, second factors and triggers.

#[cfg(test)]
mod challenges;
#[cfg(test)]
#[path = "../support/control_plane.rs"]
mod control_plane;
#[cfg(test)]
mod factors;
#[cfg(test)]
mod first;
#[cfg(test)]
mod flows;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod srp;
#[cfg(test)]
mod srp_client;
#[cfg(test)]
mod support;
#[cfg(test)]
mod traces;
#[cfg(test)]
mod triggers;
