//! Keeping and rendering traces; decides nothing.

mod cause;
pub mod json;
mod people;
pub mod record;
pub mod recorder;
#[cfg(test)]
mod tests;
pub mod text;

pub use json::Explanation;
pub use record::{Answer, Record};
pub use recorder::Recorder;
