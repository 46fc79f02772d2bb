//! Resource servers and app clients through the wire: every rule of the control plane on them, with its sentence.

#[cfg(test)]
mod client_rules;
#[cfg(test)]
mod client_secrets;
#[cfg(test)]
mod clients;
#[cfg(test)]
#[path = "../support/control_plane.rs"]
mod control_plane;
#[cfg(test)]
mod resource_servers;
#[cfg(test)]
mod world;
