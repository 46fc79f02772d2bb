//! The scope decisions in this folder's JSON files, each asked in every way there is.

#[cfg(test)]
mod case;
#[cfg(test)]
#[path = "../support/local_server.rs"]
mod local_server;
#[cfg(test)]
mod ways;
