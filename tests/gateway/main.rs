//! Gateways, asked over a socket.

#[cfg(test)]
mod places;
#[cfg(test)]
mod verification;
#[cfg(test)]
mod world;
