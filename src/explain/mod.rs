//! Keeping and rendering traces; decides nothing.

pub mod record;
pub mod recorder;

pub use record::{Answer, Record};
pub use recorder::Recorder;
