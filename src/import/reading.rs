//! One file being read: its functions, its ties, and what there is to say about it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Deref;

use super::document::Node;
use super::draft::Gate;
use super::resolve::Resolver;
use super::{Note, Severity, Ties};

/// A file being read. It answers whatever its resolver answers.
pub(super) struct Reading<'d> {
    /// How names are tied.
    pub(super) ties: &'d Ties,
    resolver: Resolver<'d>,
    notes: RefCell<BTreeSet<Note>>,
}

impl<'d> Reading<'d> {
    /// Begins with a document.
    pub(super) fn new(root: &'d Node, ties: &'d Ties) -> Self {
        Self { ties, resolver: Resolver::new(root, ties), notes: RefCell::new(BTreeSet::new()) }
    }

    /// Remarks something about a line; saying it again changes nothing.
    pub(super) fn note(&self, line: u64, severity: Severity, text: impl Into<String>) {
        self.notes.borrow_mut().insert(Note { line: Some(line), severity, text: text.into() });
    }

    /// Nobody may use what this value, which cannot be told, is about.
    pub(super) fn unclear(&self, what: &str, value: &Node) -> Gate {
        Gate::Unclear(what.to_owned(), self.text(value).tieable().map(str::to_owned))
    }

    /// Remarks something about the whole file.
    pub(super) fn note_file(&self, severity: Severity, text: impl Into<String>) {
        self.notes.borrow_mut().insert(Note { line: None, severity, text: text.into() });
    }

    /// What was remarked.
    pub(super) fn into_notes(self) -> Vec<Note> {
        self.notes.into_inner().into_iter().collect()
    }
}

impl<'d> Deref for Reading<'d> {
    type Target = Resolver<'d>;

    fn deref(&self) -> &Resolver<'d> {
        &self.resolver
    }
}
