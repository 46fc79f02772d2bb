//! Tokens of people: exchanged, refreshed, presented, revoked, and changed by triggers and rules.

#[cfg(test)]
mod access;
#[cfg(test)]
#[expect(dead_code, reason = "the tests of the pages need more of it")]
#[path = "../browser/client.rs"]
mod browser;
#[cfg(test)]
mod client_token;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod refresh;
#[cfg(test)]
mod scopes;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod triggers;
#[cfg(test)]
mod world;
#[cfg(test)]
mod year;
