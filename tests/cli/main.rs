//! The command line, tried as a user does: the built program, its output and its exit codes.

mod commands;
mod harness;
mod log;
mod outbox;
mod serve;
mod world;
