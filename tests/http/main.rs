//! The built binary over real sockets: what goes over the wire, what must not, and what is left after a kill.

mod answers;
mod bad_bodies;
mod bad_requests;
mod boundaries;
mod kill;
#[path = "../support/model_documents.rs"]
mod model_documents;
#[cfg(test)]
mod people;
#[path = "../support/server.rs"]
mod server;
mod sizes;
mod slow;
mod wire;
mod world;
