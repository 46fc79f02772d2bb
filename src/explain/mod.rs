//! Keeping and rendering traces; decides nothing.

mod cause;
pub mod json;
pub mod record;
pub mod recorder;
pub mod text;

pub use json::Explanation;
pub use record::{Answer, Record};
pub use recorder::Recorder;
