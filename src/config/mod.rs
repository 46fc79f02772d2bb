//! What a server is told before it starts: the settings, their defaults, and where they come from.
//!
//! Settings come from flags, the environment and one YAML file, which also declares a world of pools; see [`Layer`] for
//! which of them wins. Errors in the file name the file, the line and the key.

pub mod file;
pub mod gateway;
pub mod hooks;
pub mod layer;
pub mod lifetime;
pub mod people;
pub mod settings;
pub mod unprotected;
pub mod world;

pub use file::{ConfigFile, FileError};
pub use gateway::{DeclaredGateway, DeclaredMode, Misdeclared};
pub use hooks::HookSettings;
pub use layer::{Layer, SettingsError};
pub use people::{DeclaredGroup, DeclaredUser};
pub use settings::{Settings, StoreChoice};
pub use unprotected::{Exposed, Unprotected};
pub use world::{DeclaredClient, DeclaredKeys, DeclaredPool, DeclaredServer, World};
