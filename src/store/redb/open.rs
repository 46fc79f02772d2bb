//! Opening the file: who may read it, whether it is ours, and what its format is.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::ops::Bound;
use std::path::{Path, PathBuf};

use ::redb::backends::FileBackend;
use ::redb::{BackendError, Builder, Database, Error, ReadableDatabase, StorageBackend, StorageError, TableError};

use super::{DOCUMENTS, META, META_FORMAT, META_VERSION};

/// The layout of the file that this version writes, and the newest that it reads.
const FORMAT: u64 = 1;

/// redb's own default is 1 GiB, which a long-lived process would fill. Decisions are made from compiled views in memory,
/// so this has to hold the inner pages of the tree, 3 MiB for 100,000 clients, and the documents in use. It is filled on
/// use, by a bulk load or a repair for instance; with a quarter of this, describing a client of a hundred thousand cost a
/// third more than one of ten.
const CACHE_BYTES: usize = 32 * 1024 * 1024;

/// redb keeps its own header in the first bytes of the file, and begins it with a signature.
const HEADER_BYTES: usize = 320;
const SIGNATURE_BYTES: usize = 9;

/// Why a store file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the file open: redb admits one.
    #[error("the store file `{0}` is in use by another process")]
    InUse(PathBuf),
    /// The operating system refuses.
    #[error("the store file `{0}` cannot be opened: {1}")]
    Unopenable(PathBuf, String),
    /// There is a file, and it is something else.
    #[error("the file `{0}` is not a poolpass store")]
    NotAStore(PathBuf),
    /// The file comes from a later version of this program.
    #[error("the store file `{path}` has format {found}, and this version of poolpass reads formats up to {known}")]
    Newer {
        /// The file.
        path: PathBuf,
        /// The format that the file names.
        found: u64,
        /// The newest format known here.
        known: u64,
    },
    /// The file's contents contradict themselves.
    #[error("the store file `{0}` is damaged: {1}")]
    Damaged(PathBuf, String),
}

impl OpenError {
    pub(super) fn unopenable(path: &Path, error: &io::Error) -> Self {
        Self::Unopenable(path.to_owned(), error.to_string())
    }

    pub(super) fn from_redb(path: &Path, error: Error) -> Self {
        let path = path.to_owned();
        match error {
            Error::DatabaseAlreadyOpen => Self::InUse(path),
            Error::Io(error) if error.kind() == ErrorKind::InvalidData => Self::NotAStore(path),
            Error::Io(error) => Self::Unopenable(path, error.to_string()),
            Error::TableTypeMismatch { .. } | Error::TableIsMultimap(_) | Error::TypeDefinitionChanged { .. } => {
                Self::NotAStore(path)
            }
            error => Self::Damaged(path, error.to_string()),
        }
    }
}

/// An open database and the last version it gave out.
pub(super) struct Opened {
    pub(super) database: Database,
    pub(super) last: u64,
    pub(super) path: PathBuf,
}

/// Opens or creates the file.
pub(super) fn file(path: &Path) -> Result<Opened, OpenError> {
    let unopenable = |error: io::Error| OpenError::unopenable(path, &error);
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(unopenable)?;
    let metadata = file.metadata().map_err(unopenable)?;
    if !metadata.is_file() {
        return Err(OpenError::NotAStore(path.to_owned()));
    }
    let storage = FileBackend::new(file).map_err(|error| OpenError::from_redb(path, error.into()))?;
    let opened = backend(storage, path)?;
    // Only now is it known to be ours, and not a file named by mistake.
    #[cfg(unix)]
    make_private(path, &metadata).map_err(unopenable)?;
    if metadata.len() == 0 {
        sync_folder(path).map_err(unopenable)?;
    }
    Ok(opened)
}

/// Opens or creates the store on this storage; `path` is what errors call it.
pub(super) fn backend(backend: impl StorageBackend, path: &Path) -> Result<Opened, OpenError> {
    let failed = |error: Error| OpenError::from_redb(path, error);
    clear_unfinished(&backend).map_err(|error| failed(error.into()))?;
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES);
    let database = builder.create_with_backend(backend).map_err(|error| failed(error.into()))?;
    let contents = match read_meta(&database).map_err(failed)? {
        Contents::Empty => {
            create_tables(&database).map(|()| Contents::Ours { format: FORMAT, last: 0 }).map_err(failed)?
        }
        contents => contents,
    };
    match contents {
        Contents::Ours { format: FORMAT, last } => Ok(Opened { database, last, path: path.to_owned() }),
        Contents::Ours { format, .. } if format > FORMAT => {
            Err(OpenError::Newer { path: path.to_owned(), found: format, known: FORMAT })
        }
        _ => Err(OpenError::NotAStore(path.to_owned())),
    }
}

/// What a redb file holds.
enum Contents {
    Empty,
    Ours { format: u64, last: u64 },
    Foreign,
}

fn read_meta(database: &Database) -> Result<Contents, Error> {
    let transaction = database.begin_read()?;
    let meta = match transaction.open_table(META) {
        Ok(meta) => meta,
        Err(TableError::TableDoesNotExist(_)) => {
            let empty = transaction.list_tables()?.next().is_none();
            return Ok(if empty { Contents::Empty } else { Contents::Foreign });
        }
        Err(error) => return Err(error.into()),
    };
    let number = |name| Ok::<_, StorageError>(meta.get(name)?.map(|found| found.value()));
    let Some(format) = number(META_FORMAT)? else { return Ok(Contents::Foreign) };
    Ok(Contents::Ours { format, last: number(META_VERSION)?.unwrap_or(0) })
}

fn create_tables(database: &Database) -> Result<(), Error> {
    let transaction = database.begin_write()?;
    transaction.open_table(DOCUMENTS)?;
    transaction.open_table(META)?.insert(META_FORMAT, FORMAT)?;
    Ok(transaction.commit()?)
}

/// Empties a file whose creation was cut short by a crash, which redb would refuse for ever.
///
/// redb writes its signature last, so such a file has none and nothing behind the header either. The check is made under
/// redb's own lock: another process may be creating the file at this moment.
fn clear_unfinished(backend: &impl StorageBackend) -> Result<(), StorageError> {
    let length = backend.len()?;
    let mut signature = [0; SIGNATURE_BYTES];
    if length < HEADER_BYTES as u64 {
        return Ok(());
    }
    backend.read(0, &mut signature)?;
    if signature != [0; SIGNATURE_BYTES] {
        return Ok(());
    }
    let (start, end) = (Bound::Unbounded, Bound::Unbounded);
    let locked = match backend.try_lock_range(start, end) {
        Ok(false) => return Ok(()),
        Ok(true) => true,
        Err(BackendError::Unsupported) => false,
        Err(error) => return Err(error.into()),
    };
    let outcome = if is_unfinished(backend)? { backend.set_len(0) } else { Ok(()) };
    if locked {
        backend.unlock_range(start, end)?;
    }
    Ok(outcome?)
}

fn is_unfinished(backend: &impl StorageBackend) -> Result<bool, io::Error> {
    let mut contents = vec![0; usize::try_from(backend.len()?).unwrap_or(0)];
    backend.read(0, &mut contents)?;
    let zero = |bytes: Option<&[u8]>| bytes.is_some_and(|bytes| bytes.iter().all(|byte| *byte == 0));
    Ok(zero(contents.get(..SIGNATURE_BYTES)) && zero(contents.get(HEADER_BYTES..)))
}

/// The store holds private keys and client secrets: nobody else on the machine reads it.
#[cfg(unix)]
fn make_private(path: &Path, metadata: &std::fs::Metadata) -> Result<(), io::Error> {
    use std::os::unix::fs::PermissionsExt as _;
    if metadata.permissions().mode() & 0o777 == 0o600 {
        return Ok(());
    }
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}

/// A new file survives a power loss only when its folder's entry does.
fn sync_folder(path: &Path) -> Result<(), io::Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
