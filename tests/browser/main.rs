//! What a browser meets: the authorize endpoint, the pages, their cookies, and what attackers try on them.

#[cfg(test)]
mod authorize;
#[cfg(test)]
mod client;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod login;
#[cfg(test)]
mod logout;
#[cfg(test)]
mod picker;
#[cfg(test)]
mod reflection;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod world;
