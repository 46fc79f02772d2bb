//! What a browser meets: the authorize endpoint, the pages, their cookies, and what attackers try on them.

mod authorize;
mod client;
mod forms;
mod login;
mod logout;
mod picker;
mod reflection;
mod sessions;
mod steps;
mod world;
