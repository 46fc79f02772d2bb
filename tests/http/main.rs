//! The built binary over real sockets: what goes over the wire, what must not, and what is left after a kill.

mod kill;
#[path = "../support/server.rs"]
mod server;
