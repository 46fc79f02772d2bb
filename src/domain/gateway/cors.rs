//! What browsers are told about requests from other origins.

/// The answers to preflights, and the headers on the answers to the requests themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cors {
    /// The origins that may ask; `*` for all.
    pub allow_origins: Vec<String>,
    /// The methods they may use; `*` for all.
    pub allow_methods: Vec<String>,
    /// The headers they may send; `*` for all.
    pub allow_headers: Vec<String>,
    /// The headers their scripts may read.
    pub expose_headers: Vec<String>,
    /// Whether they may send cookies and credentials.
    pub allow_credentials: bool,
    /// For how many seconds a preflight's answer may be kept, if that is said.
    pub max_age: Option<u32>,
}
