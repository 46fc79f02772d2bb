//! The store's file: who else may use it, and what is refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::task::{Context, Waker};

use poolpass::store::redb::RedbStore;
use poolpass::store::{Batch, Store as _, Write};
use redb::{Database, TableDefinition};

const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("store.redb")
    }
}

fn refusal(file: &Path) -> String {
    RedbStore::open(file).expect_err("the file is refused").to_string()
}

fn put(key: &str) -> Batch {
    Batch { expectations: Vec::new(), writes: vec![Write::Put(key.to_owned(), b"{}".to_vec())] }
}

#[cfg(unix)]
fn mode(file: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(file).expect("the file exists").permissions().mode() & 0o7777
}

#[tokio::test]
async fn a_file_in_use_is_refused_until_it_is_closed() {
    let folder = Folder::new();
    let store = RedbStore::open(folder.file()).unwrap();
    store.commit(put("a")).await.unwrap();
    let expected = format!("the store file `{}` is in use by another process", folder.file().display());
    assert_eq!(refusal(&folder.file()), expected);
    drop(store);
    let store = RedbStore::open(folder.file()).unwrap();
    assert!(store.get("a").await.unwrap().is_some());
}

#[cfg(unix)]
#[test]
fn a_new_file_is_for_its_owner_alone() {
    let folder = Folder::new();
    drop(RedbStore::open(folder.file()).unwrap());
    assert_eq!(mode(&folder.file()), 0o600);
}

#[cfg(unix)]
#[test]
fn a_file_that_others_could_read_is_closed_to_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    drop(RedbStore::open(folder.file()).unwrap());
    fs::set_permissions(folder.file(), fs::Permissions::from_mode(0o664)).unwrap();
    drop(RedbStore::open(folder.file()).unwrap());
    assert_eq!(mode(&folder.file()), 0o600);
}

#[test]
fn a_file_of_another_kind_is_refused_and_left_alone() {
    for contents in [b"# notes\n".to_vec(), vec![b'x'; 100_000], [vec![0; 4_000], vec![1; 4_000]].concat()] {
        let folder = Folder::new();
        fs::write(folder.file(), &contents).unwrap();
        let before = fs::metadata(folder.file()).unwrap().permissions();
        assert_eq!(refusal(&folder.file()), format!("the file `{}` is not a poolpass store", folder.file().display()));
        assert_eq!(fs::read(folder.file()).unwrap(), contents);
        assert_eq!(fs::metadata(folder.file()).unwrap().permissions(), before);
    }
}

#[test]
fn another_programs_redb_file_is_refused() {
    for table in ["users", "meta"] {
        let folder = Folder::new();
        let database = Database::create(folder.file()).unwrap();
        let transaction = database.begin_write().unwrap();
        transaction.open_table(TableDefinition::<u64, u64>::new(table)).unwrap();
        transaction.commit().unwrap();
        drop(database);
        assert_eq!(refusal(&folder.file()), format!("the file `{}` is not a poolpass store", folder.file().display()));
    }
}

#[test]
fn a_newer_format_is_refused_with_both_numbers() {
    let folder = Folder::new();
    drop(RedbStore::open(folder.file()).unwrap());
    let database = Database::create(folder.file()).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(META).unwrap().insert("format", 7).unwrap();
    transaction.commit().unwrap();
    drop(database);
    let expected = format!(
        "the store file `{}` has format 7, and this version of poolpass reads formats up to 1",
        folder.file().display()
    );
    assert_eq!(refusal(&folder.file()), expected);
}

#[test]
fn a_path_that_cannot_be_opened_is_named_with_the_reason() {
    let folder = Folder::new();
    let missing = folder.0.path().join("missing/store.redb");
    let reasons = [refusal(&missing), refusal(folder.0.path())].map(|reason| reason.replace('\\', "/"));
    let begins = [missing.as_path(), folder.0.path()]
        .map(|path| format!("the store file `{}` cannot be opened: ", path.display()).replace('\\', "/"));
    assert!(reasons[0].starts_with(&begins[0]) && reasons[1].starts_with(&begins[1]), "{reasons:?}");
}

/// A crash while the file was being created left it without redb's signature, and every later start refused it.
#[tokio::test]
async fn a_file_whose_creation_was_cut_short_is_created_again() {
    let folder = Folder::new();
    drop(RedbStore::open(folder.file()).unwrap());
    let header = fs::read(folder.file()).unwrap()[9..320].to_vec();
    for unfinished in [vec![0; 1 << 20], [vec![0; 9], header, vec![0; 1 << 20]].concat()] {
        fs::write(folder.file(), unfinished).unwrap();
        let store = RedbStore::open(folder.file()).unwrap();
        store.commit(put("a")).await.unwrap();
        assert!(store.get("a").await.unwrap().is_some());
    }
}

#[tokio::test]
async fn closing_finishes_what_was_accepted() {
    let folder = Folder::new();
    let store = RedbStore::open(folder.file()).unwrap();
    for number in 0..100 {
        let mut commit = store.commit(put(&format!("{number}")));
        let _ = commit.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }
    drop(store);
    let store = RedbStore::open(folder.file()).unwrap();
    assert_eq!(store.scan("", None, usize::MAX).await.unwrap().len(), 100);
}

#[tokio::test]
async fn a_truncated_file_is_refused_as_damaged() {
    let folder = Folder::new();
    let store = RedbStore::open(folder.file()).unwrap();
    store.commit(put("a")).await.unwrap();
    drop(store);
    let whole = fs::read(folder.file()).unwrap();
    for length in [320, whole.len() / 2, whole.len() - 1] {
        fs::write(folder.file(), &whole[..length]).unwrap();
        let begin = format!("the store file `{}` is damaged: ", folder.file().display());
        assert!(refusal(&folder.file()).starts_with(&begin), "{length} of {} bytes", whole.len());
    }
}
