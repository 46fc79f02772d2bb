//! The demo world: one shop, whose secrets and keys everybody knows.

use std::io;
use std::path::Path;

use crate::config::{ConfigFile, FileError};
use crate::keys::published;

/// The file, which is an example of one as well.
pub const TEXT: &str = include_str!("demo.yaml");

/// The demo world as if it had been read from a file.
pub fn file() -> Result<ConfigFile, FileError> {
    ConfigFile::parse(Path::new("demo.yaml"), TEXT, &key_file)
}

/// Its gateway, which is served if that is wanted.
pub fn gateway() -> Result<ConfigFile, FileError> {
    ConfigFile::parse(Path::new("demo-gateway.yaml"), include_str!("demo-gateway.yaml"), &key_file)
}

fn key_file(path: &Path) -> io::Result<String> {
    let pem = match path.file_name().and_then(|name| name.to_str()) {
        Some("demo-access.pem") => published::DEMO_ACCESS,
        Some("demo-id.pem") => published::DEMO_ID,
        _ => return Err(io::ErrorKind::NotFound.into()),
    };
    Ok(pem.to_owned())
}
