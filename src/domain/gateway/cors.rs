//! What browsers are told about requests from other origins.

use serde::Deserialize;

/// The answers to preflights, and the headers on the answers to the requests themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cors {
    /// The origins that may ask; `*` for all, `https://*` for all of a scheme.
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

/// A header of an answer.
pub type Told = (&'static str, String);

impl Cors {
    /// The headers on the answer to a preflight from this origin; none for one that may not ask.
    pub fn preflight(&self, origin: &str) -> Vec<Told> {
        let Some(mut told) = self.admitted(origin) else { return self.varied() };
        for (name, words) in [
            ("access-control-allow-methods", &self.allow_methods),
            ("access-control-allow-headers", &self.allow_headers),
        ] {
            if !words.is_empty() {
                told.push((name, words.join(",")));
            }
        }
        told.extend(self.max_age.map(|seconds| ("access-control-max-age", seconds.to_string())));
        told
    }

    /// The headers on the answer to a request from this origin; none for one that may not ask.
    pub fn answered(&self, origin: &str) -> Vec<Told> {
        let Some(mut told) = self.admitted(origin) else { return self.varied() };
        if !self.expose_headers.is_empty() {
            told.push(("access-control-expose-headers", self.expose_headers.join(",")));
        }
        told
    }

    /// Whether requests may come from this origin.
    pub fn allows(&self, origin: &str) -> bool {
        self.admitted(origin).is_some()
    }

    fn admitted(&self, origin: &str) -> Option<Vec<Told>> {
        let mut told = self.varied();
        if self.is_for_all() {
            told.push(("access-control-allow-origin", "*".to_owned()));
        } else if self.allow_origins.iter().any(|allowed| admits(allowed, origin)) {
            told.push(("access-control-allow-origin", origin.to_owned()));
        } else {
            return None;
        }
        if self.allow_credentials {
            told.push(("access-control-allow-credentials", "true".to_owned()));
        }
        Some(told)
    }

    /// What keeps an answer for one origin from being used for another.
    fn varied(&self) -> Vec<Told> {
        if self.is_for_all() { Vec::new() } else { vec![("vary", "origin".to_owned())] }
    }

    fn is_for_all(&self) -> bool {
        // Whoever allows credentials to all of them has to be told which one it is.
        !self.allow_credentials && self.allow_origins.iter().any(|origin| origin == "*")
    }
}

fn admits(allowed: &str, origin: &str) -> bool {
    match allowed.strip_suffix("://*") {
        Some(scheme) => origin.split_once("://").is_some_and(|(of, host)| of == scheme && !host.is_empty()),
        None => allowed == origin,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cors(origins: &[&str]) -> Cors {
        Cors { allow_origins: origins.iter().map(ToString::to_string).collect(), ..Cors::default() }
    }

    fn origin(told: &[Told]) -> Option<&str> {
        told.iter().find(|(name, _)| *name == "access-control-allow-origin").map(|(_, value)| value.as_str())
    }

    #[test]
    fn an_origin_is_allowed_by_name_by_scheme_or_with_all_others() {
        for (allowed, asking, expected) in [
            ("*", "https://a.example", Some("*")),
            ("https://a.example", "https://a.example", Some("https://a.example")),
            ("https://a.example", "https://a.example.evil", None),
            ("https://a.example", "http://a.example", None),
            ("https://*", "https://b.example", Some("https://b.example")),
            ("https://*", "http://b.example", None),
            ("https://*", "https://", None),
            ("https://a.example", "null", None),
        ] {
            assert_eq!(origin(&cors(&[allowed]).preflight(asking)), expected, "{allowed} {asking}");
            assert_eq!(origin(&cors(&[allowed]).answered(asking)), expected, "{allowed} {asking}");
        }
    }

    #[test]
    fn credentials_are_never_allowed_to_everybody() {
        let all = Cors { allow_credentials: true, ..cors(&["*"]) };
        assert_eq!(origin(&all.preflight("https://a.example")), None);
    }
}
