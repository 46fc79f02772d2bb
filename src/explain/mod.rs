//! Keeping and rendering traces; decides nothing.

mod cause;
pub mod comparison;
pub mod json;
pub mod passage;
mod people;
pub mod record;
pub mod recorder;
#[cfg(test)]
mod tests;
pub mod text;

pub use comparison::Comparison;
pub use json::Explanation;
pub use passage::{Around, Passage, Verdict};
pub use record::{Answer, Record};
pub use recorder::{Kept, Recorder};
