//! The test bench over HTTP.

#[cfg(test)]
mod endpoints;
#[cfg(test)]
#[path = "../support/local_server.rs"]
mod local_server;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod sign_in;
