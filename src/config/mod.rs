//! What a server is told before it starts: the settings, their defaults, and where they come from.

pub mod settings;

pub use settings::{Settings, StoreChoice};
