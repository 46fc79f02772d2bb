//! Reading the configuration file: one YAML document with the sections `server`, `pools` and
//! `gateways`.

mod place;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::domain::secret::Secret;

use super::gateway::{DeclaredGateway, Misdeclared};
use super::layer::{Layer, SettingsError};
use super::settings::Settings;
use super::world::{DeclaredPool, World};

/// A configuration file that was read.
#[derive(Clone)]
pub struct ConfigFile {
    /// What it says about the server.
    pub server: Layer,
    /// What it declares.
    pub world: World,
    /// The gateways it declares.
    pub gateways: Vec<DeclaredGateway>,
    name: PathBuf,
    text: String,
}

/// What is wrong with a configuration file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1, if it is known.
    pub line: Option<u64>,
    /// The key, such as `pools[0].clients[1].allowed_scopes`, if it is known.
    pub key: Option<String>,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ": {key}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for FileError {}

/// The document.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct Document {
    server: Layer,
    pools: Vec<DeclaredPool>,
    gateways: Vec<DeclaredGateway>,
}

impl ConfigFile {
    /// Reads a file and the key files that it names.
    pub fn load(path: &Path) -> Result<Self, FileError> {
        let text = fs::read_to_string(path).map_err(|error| FileError {
            file: path.to_owned(),
            line: None,
            key: None,
            problem: format!("cannot be read: {error}"),
        })?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Self::parse(path, &text, &|key_file| fs::read_to_string(folder.join(key_file)))
    }

    /// Reads a document; `read` gets the key files that it names.
    pub fn parse(name: &Path, text: &str, read: &dyn Fn(&Path) -> io::Result<String>) -> Result<Self, FileError> {
        let document = document(name, text)?;
        let world = World { pools: document.pools };
        let (server, gateways) = (document.server, document.gateways);
        let mut file = Self { server, world, gateways, name: name.to_owned(), text: text.to_owned() };
        file.read_keys(read)?;
        Ok(file)
    }

    /// What flags declare: a gateway for the API that this file describes.
    pub fn of_gateway(api: &Path, gateway: DeclaredGateway) -> Self {
        Self { gateways: vec![gateway], ..Self::of_world(api, World::default()) }
    }

    /// What no file declares; `name` stands for one in errors.
    pub fn of_world(name: &Path, world: World) -> Self {
        let (server, gateways, text) = (Layer::default(), Vec::new(), String::new());
        Self { server, world, gateways, name: name.to_owned(), text }
    }

    /// Whether flags declare it, or the program itself, and no file.
    pub fn is_of_flags(&self) -> bool {
        self.text.is_empty()
    }

    /// The file itself.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// Where the file is, and what it names is looked for.
    pub fn folder(&self) -> &Path {
        self.name.parent().unwrap_or(Path::new(""))
    }

    fn read_keys(&mut self, read: &dyn Fn(&Path) -> io::Result<String>) -> Result<(), FileError> {
        let mut world = std::mem::take(&mut self.world);
        for (position, pool) in world.pools.iter_mut().enumerate() {
            let Some(keys) = &mut pool.keys else { continue };
            for (name, key) in [("access", &mut keys.access), ("id", &mut keys.id)] {
                let path = PathBuf::from(key.reveal());
                let pem = read(&path).map_err(|error| {
                    let problem = format!("the key file `{}` cannot be read: {error}", path.display());
                    self.error(&format!("pools[{position}].keys.{name}"), problem)
                })?;
                *key = Secret::new(pem);
            }
        }
        self.world = world;
        Ok(())
    }

    /// The settings in force where nothing but this file says anything.
    pub fn settle(&self) -> Result<Settings, FileError> {
        self.server.clone().settle().map_err(|error| self.misplaced(&error))
    }

    /// What is wrong with a setting that this file gives.
    pub fn misplaced(&self, error: &SettingsError) -> FileError {
        self.error(&format!("server.{}", error.key()), error.to_string())
    }

    /// What is wrong with one of its gateways.
    pub fn misdeclared(&self, position: usize, error: Misdeclared) -> FileError {
        if self.is_of_flags() {
            return FileError { file: self.name.clone(), line: None, key: None, problem: error.problem };
        }
        self.error(&format!("gateways[{position}].{}", error.key), error.problem)
    }

    /// An error at a key of this file.
    pub fn error(&self, key: &str, problem: String) -> FileError {
        FileError { file: self.name.clone(), line: place::line_of(&self.text, key), key: Some(key.to_owned()), problem }
    }
}

fn document(name: &Path, text: &str) -> Result<Document, FileError> {
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(Document::default());
    }
    let mut key = None;
    let options = serde_saphyr::options! { with_snippet: false, strict_booleans: true };
    let read = serde_saphyr::with_deserializer_from_str_with_options(text, options, |deserializer| {
        serde_path_to_error::deserialize(deserializer).map_err(|error| {
            key = Some(error.path().to_string());
            error.into_inner()
        })
    });
    read.map_err(|error| FileError {
        file: name.to_owned(),
        line: error.location().map(|location| location.line()).filter(|line| *line > 0),
        key: key.filter(|key| key != "."),
        problem: plainly(text, &error),
    })
}

/// The parser's message without the place, which is told before it.
fn plainly(text: &str, error: &serde_saphyr::Error) -> String {
    let message = error.without_snippet().to_string();
    let first = message.lines().next().unwrap_or_default();
    let first = first.split(" at line ").next().unwrap_or_default().trim_end_matches(':');
    match error.location().and_then(|location| plain_word(text, location.line(), location.column())) {
        Some(word) if first.contains("expected sequence start") => format!("this is a list: write `[{word}]`"),
        None if first.contains("expected sequence start") => "this is a list: write `[…]`".to_owned(),
        _ => first.to_owned(),
    }
}

/// The word without quotes and blanks that is written at this place.
fn plain_word(text: &str, line: u64, column: u64) -> Option<&str> {
    let position = |counted: u64| usize::try_from(counted).ok()?.checked_sub(1);
    let line = text.lines().nth(position(line)?)?;
    let (start, _) = line.char_indices().nth(position(column)?)?;
    let word = line.get(start..)?.split([' ', ',', '}', ']']).next()?;
    let is_plain = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    is_plain.then_some(word)
}

#[cfg(test)]
mod tests;
