//! The request that a proxy asks about, out of what the proxy says of it.
//!
//! There are three forms, and a form is a method and a target: nginx is told to send both in headers of these names, so is
//! Traefik under other names, and Envoy asks with the method of the request itself and appends its target to the path.
//! Every proxy may pass on headers of the client's. So all forms that are there have to say the same, byte for byte, and
//! none may be there by half: whoever is asked about two requests refuses both.

use actix_web::http::Method;
use actix_web::http::uri::PathAndQuery;

/// nginx, which calls them so in the sample configuration.
const NGINX: Form = Form { method: "x-original-method", target: "x-original-uri" };
/// Traefik.
const TRAEFIK: Form = Form { method: "x-forwarded-method", target: "x-forwarded-uri" };

/// The headers that tell of a request.
struct Form {
    method: &'static str,
    target: &'static str,
}

/// What a proxy sends.
pub(super) struct Sent<'r> {
    /// The method it asks with.
    pub(super) method: &'r str,
    /// What follows the name of the gateway in the target it asks for.
    pub(super) appended: &'r str,
    /// Every value of a header.
    pub(super) header: &'r dyn Fn(&str) -> Vec<&'r [u8]>,
}

/// The request that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Original<'r> {
    /// Its method.
    pub(super) method: &'r str,
    /// Its path, as it was written.
    pub(super) path: &'r str,
    /// Its query, as it was written; empty if it has none.
    pub(super) query: &'r str,
}

/// Why it cannot be told which request is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unclear {
    /// Nothing is said of any.
    Nothing,
    /// A method without a target, or the other way round.
    Half,
    /// A header is there more than once.
    Twice,
    /// A method is none, or a target is no path with a query.
    Malformed,
    /// Two forms differ.
    Two,
}

impl Unclear {
    /// What it is, for whoever configured the proxy.
    pub(super) fn remark(self) -> &'static str {
        match self {
            Self::Nothing => "nothing tells which request is asked about: the proxy has to send its method and its URI",
            Self::Half => "the method or the URI of the request is told without the other",
            Self::Twice => "a header that tells of the request is there twice",
            Self::Malformed => "the method or the URI of the request is none",
            Self::Two => "the headers, or the headers and the path, tell of two different requests",
        }
    }
}

impl<'r> Sent<'r> {
    /// The request that is asked about.
    pub(super) fn original(&self) -> Result<Original<'r>, Unclear> {
        let appended = match self.appended {
            "" => None,
            target => Some(Original::parse(self.method.as_bytes(), target.as_bytes())?),
        };
        let forms = [appended, self.told(&NGINX)?, self.told(&TRAEFIK)?];
        let mut told = forms.into_iter().flatten();
        let original = told.next().ok_or(Unclear::Nothing)?;
        if told.all(|other| other == original) { Ok(original) } else { Err(Unclear::Two) }
    }

    /// Whether whoever asks understands the statuses 200, 401 and 403 only, or may.
    ///
    /// nginx takes any other for a failure of ours and answers 500. A client may send the headers that tell of nginx
    /// through other proxies: then it gets 403 where it would get 400, and nothing else.
    pub(super) fn is_of_nginx(&self) -> bool {
        let there = |name| !(self.header)(name).is_empty();
        let by_another = || !self.appended.is_empty() || there(TRAEFIK.method) || there(TRAEFIK.target);
        there(NGINX.method) || there(NGINX.target) || !by_another()
    }

    fn told(&self, form: &Form) -> Result<Option<Original<'r>>, Unclear> {
        match (self.only(form.method)?, self.only(form.target)?) {
            (None, None) => Ok(None),
            (Some(method), Some(target)) => Original::parse(method, target).map(Some),
            (Some(_), None) | (None, Some(_)) => Err(Unclear::Half),
        }
    }

    fn only(&self, name: &str) -> Result<Option<&'r [u8]>, Unclear> {
        match (self.header)(name).as_slice() {
            [] => Ok(None),
            [value] => Ok(Some(value)),
            _ => Err(Unclear::Twice),
        }
    }
}

impl<'r> Original<'r> {
    /// What the gateway itself would take from the wire, and nothing more: no `*`, no `http://host/`, no fragment.
    fn parse(method: &'r [u8], target: &'r [u8]) -> Result<Self, Unclear> {
        let text = |bytes| std::str::from_utf8(bytes).map_err(|_| Unclear::Malformed);
        let (method, target) = (text(method)?, text(target)?);
        let is_whole = PathAndQuery::try_from(target).is_ok_and(|parsed| parsed.as_str() == target);
        if !target.starts_with('/') || !is_whole || Method::from_bytes(method.as_bytes()).is_err() {
            return Err(Unclear::Malformed);
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Ok(Self { method, path, query })
    }

    /// Whether this is its target.
    pub(super) fn is_for(&self, target: &'r [u8]) -> bool {
        Self::parse(self.method.as_bytes(), target).is_ok_and(|other| other == *self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::{prop_assert, prop_assert_eq, proptest};

    use super::*;

    type Headers<'a> = &'a [(&'a str, &'a str)];

    /// What comes of a question with this method, appended target and headers: method, path and query.
    fn original(method: &str, appended: &str, headers: Headers<'_>) -> Result<String, Unclear> {
        let header = |wanted: &str| {
            headers.iter().filter(|(name, _)| *name == wanted).map(|(_, value)| value.as_bytes()).collect()
        };
        let found = Sent { method, appended, header: &header }.original()?;
        Ok(format!("{} {} {}", found.method, found.path, found.query))
    }

    #[test]
    fn each_proxy_tells_of_a_request_in_its_own_way() {
        let expected = Ok("POST /orders/1 a=/b?c".to_owned());
        assert_eq!(original("POST", "/orders/1?a=/b?c", &[]), expected);
        let nginx = &[("x-original-method", "POST"), ("x-original-uri", "/orders/1?a=/b?c")];
        assert_eq!(original("GET", "", nginx), expected);
        let traefik = &[("x-forwarded-method", "POST"), ("x-forwarded-uri", "/orders/1?a=/b?c")];
        assert_eq!(original("GET", "", traefik), expected);
    }

    #[test]
    fn all_that_is_told_is_about_one_request() {
        let same = &[
            ("x-original-method", "POST"),
            ("x-original-uri", "/a"),
            ("x-forwarded-method", "POST"),
            ("x-forwarded-uri", "/a"),
        ];
        assert_eq!(original("POST", "/a", same), Ok("POST /a ".to_owned()));
        assert_eq!(original("GET", "", same), Ok("POST /a ".to_owned()));
        for (method, appended) in [("GET", "/a"), ("POST", "/b"), ("POST", "/a?b"), ("POST", "/a/"), ("POST", "/%61")] {
            assert_eq!(original(method, appended, same), Err(Unclear::Two), "{method} {appended}");
        }
        let target = &[
            ("x-original-method", "POST"),
            ("x-original-uri", "/a"),
            ("x-forwarded-method", "POST"),
            ("x-forwarded-uri", "/b"),
        ];
        assert_eq!(original("GET", "", target), Err(Unclear::Two));
        let method = &[
            ("x-original-method", "POST"),
            ("x-original-uri", "/a"),
            ("x-forwarded-method", "GET"),
            ("x-forwarded-uri", "/a"),
        ];
        assert_eq!(original("GET", "", method), Err(Unclear::Two));
    }

    #[test]
    fn half_of_a_form_is_none() {
        assert_eq!(original("GET", "", &[]), Err(Unclear::Nothing));
        assert_eq!(original("GET", "", &[("x-original-uri", "/a")]), Err(Unclear::Half));
        assert_eq!(original("GET", "", &[("x-forwarded-uri", "/a")]), Err(Unclear::Half));
        assert_eq!(original("GET", "/a", &[("x-original-method", "GET")]), Err(Unclear::Half));
        let mixed = &[("x-original-uri", "/a"), ("x-forwarded-method", "GET")];
        assert_eq!(original("GET", "", mixed), Err(Unclear::Half));
        let twice = &[("x-original-method", "GET"), ("x-original-uri", "/a"), ("x-original-uri", "/a")];
        assert_eq!(original("GET", "", twice), Err(Unclear::Twice));
    }

    #[test]
    fn a_target_is_a_path_with_a_query() {
        for target in ["?a", "*", "http://a/b", "orders", "//a b", "/a#b", "/a?b#c", "/a\tb"] {
            assert_eq!(original("GET", target, &[]), Err(Unclear::Malformed), "{target:?}");
        }
        assert_eq!(original("G T", "/a", &[]), Err(Unclear::Malformed));
        assert_eq!(original("GET", "", &[("x-original-method", ""), ("x-original-uri", "/")]), Err(Unclear::Malformed));
        assert_eq!(original("GET", "//a/../%2f?", &[]), Ok("GET //a/../%2f ".to_owned()));
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_everything_says(
            method in "(GET|PUT)",
            appended in "(|/a|/b)",
            methods in (vec("(GET|PUT)", 0..3), vec("(GET|PUT)", 0..3)),
            targets in (vec("(/a|/b)", 0..3), vec("(/a|/b)", 0..3)),
        ) {
            let names = [NGINX.method, NGINX.target, TRAEFIK.method, TRAEFIK.target];
            let values = [&methods.0, &targets.0, &methods.1, &targets.1];
            let each = names.iter().zip(values).flat_map(|(name, values)| values.iter().map(|value| (*name, &**value)));
            let headers: Vec<(&str, &str)> = each.collect();
            let found = original(&method, &appended, &headers);
            let said = |kind: [&str; 2]| -> Vec<&str> {
                headers.iter().filter(|(name, _)| kind.contains(name)).map(|(_, value)| *value).collect()
            };
            let (mut methods, mut targets) = (said([names[0], names[2]]), said([names[1], names[3]]));
            if !appended.is_empty() {
                methods.push(&method);
                targets.push(&appended);
            }
            let one = |all: &[&str]| all.first().is_some_and(|first| all.iter().all(|each| each == first));
            let clear = one(&methods) && one(&targets) && methods.len() == targets.len();
            match found {
                Ok(found) => {
                    prop_assert!(clear, "{found}");
                    prop_assert_eq!(found, format!("{} {} ", methods[0], targets[0]));
                }
                Err(Unclear::Nothing) => prop_assert!(methods.is_empty() && targets.is_empty()),
                Err(_) => {}
            }
        }
    }
}
