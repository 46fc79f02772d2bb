//! Users and groups through the wire: every rule of the control plane on them, with its sentence.

#[cfg(test)]
mod attributes;
#[cfg(test)]
#[path = "../support/control_plane.rs"]
mod control_plane;
#[cfg(test)]
mod creation;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod index;
#[cfg(test)]
mod listing;
#[cfg(test)]
mod names;
#[cfg(test)]
mod passwords;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod state;
#[cfg(test)]
mod world;
