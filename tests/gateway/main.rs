//! Gateways, asked over a socket.

#[cfg(test)]
mod places;
#[cfg(test)]
mod world;
