//! What a gateway knows before any request comes: its routes, who may use them, and how a path finds one. Pure.

pub mod api;
pub mod authorizer;
pub mod cors;
pub mod dialect;
pub mod fault;
pub mod jwt;
pub mod path;
mod reading;
pub mod responses;
pub mod route;
pub mod table;
pub mod target;
