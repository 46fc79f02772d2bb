//! Gateways, asked over a socket.

#[cfg(test)]
mod advice;
#[cfg(test)]
mod answers;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod context;
#[cfg(test)]
mod declared;
#[cfg(test)]
mod example_api;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod explain;
#[cfg(test)]
mod forger;
#[cfg(test)]
mod forward_auth;
#[cfg(test)]
mod forwarding;
#[cfg(test)]
mod function;
#[cfg(test)]
mod listed;
#[cfg(test)]
mod metadata;
#[cfg(test)]
mod method;
#[cfg(test)]
mod missing;
#[cfg(test)]
mod nginx;
#[cfg(test)]
mod page;
#[cfg(test)]
mod places;
#[cfg(test)]
mod refused_at_start;
mod remote;
#[cfg(test)]
mod routing;
#[cfg(test)]
mod smuggling;
#[cfg(test)]
mod unprotected;
#[cfg(test)]
mod upgrades;
#[cfg(test)]
mod upstream;
#[cfg(test)]
mod verification;
#[cfg(test)]
mod world;
