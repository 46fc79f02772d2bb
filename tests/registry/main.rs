//! Resource servers and app clients through the wire: every rule of the control plane on them, with its sentence.

#[cfg(test)]
mod client_rules;
#[cfg(test)]
mod client_secrets;
#[cfg(test)]
mod clients;
#[cfg(test)]
#[path = "../support/key_ring.rs"]
mod key_ring;
#[cfg(test)]
mod resource_servers;
#[cfg(test)]
mod world;
