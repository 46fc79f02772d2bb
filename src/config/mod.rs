//! What a server is told before it starts: the settings, their defaults, and where they come from.

pub mod layer;
pub mod settings;

pub use layer::{Layer, SettingsError};
pub use settings::{Settings, StoreChoice};
