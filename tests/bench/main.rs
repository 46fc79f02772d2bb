//! The test bench over HTTP.

#[cfg(test)]
mod endpoints;
#[cfg(test)]
#[path = "../support/local_server.rs"]
mod local_server;
mod outbox;
#[cfg(test)]
mod secrets;
