//! Soon to be filled.
