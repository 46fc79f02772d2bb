//! Form bytes to parameters.

use std::fmt;

use percent_encoding::percent_decode;

/// The parameters that the token endpoint knows; it ignores all others, `resource` among them, which may then also be
/// repeated (RFC 8707, section 2).
pub const KNOWN: [&str; 9] = [
    "grant_type",
    "client_id",
    "client_secret",
    "scope",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "aws_client_metadata",
];

/// The known parameters of one request, each with the value of its only appearance.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    known: &'static [&'static str],
    values: Vec<Option<String>>,
}

/// Names and lengths only: one of the values is the secret, and which one is the client's matter.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given =
            self.known.iter().zip(&self.values).filter_map(|(known, value)| Some((known, value.as_ref()?.len())));
        f.debug_map().entries(given).finish()
    }
}

/// Why bytes are not a usable form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormError {
    /// A known parameter appears twice (RFC 6749, section 3.2), in query and body together.
    Repeated(&'static str),
    /// A known parameter's value is not UTF-8.
    NotText(&'static str),
}

impl Form {
    /// Reads query and body as one form.
    // COGNITO: parameters may stand in the query, in the body, or be split between them (measured).
    pub fn parse(query: &[u8], body: &[u8]) -> Result<Self, FormError> {
        Self::of(&KNOWN, query, body)
    }

    /// Reads query and body as one form with other known parameters than the token endpoint's.
    pub fn of(known: &'static [&'static str], query: &[u8], body: &[u8]) -> Result<Self, FormError> {
        let mut form = Self { known, values: vec![None; known.len()] };
        for pair in query.split(|byte| *byte == b'&').chain(body.split(|byte| *byte == b'&')) {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = decode(halves.next().unwrap_or_default());
            let known = known.iter().zip(&mut form.values).find(|(known, _)| known.as_bytes() == name);
            if let Some((known, slot)) = known {
                if slot.is_some() {
                    return Err(FormError::Repeated(known));
                }
                let value = decode(halves.next().unwrap_or_default());
                *slot = Some(String::from_utf8(value).map_err(|_| FormError::NotText(known))?);
            }
        }
        Ok(form)
    }

    /// The parameter's value, also if it is empty.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.known.iter().zip(&self.values).find(|(known, _)| **known == name).and_then(|(_, value)| value.as_deref())
    }

    /// The parameter's value; a parameter without a value counts as left out (RFC 6749, section 3.2).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.raw(name).filter(|value| !value.is_empty())
    }
}

/// `+` is a space and `%XX` a byte; a `%` that starts no such pair stands for itself.
fn decode(encoded: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = encoded.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    if spaced.contains(&b'%') { percent_decode(&spaced).collect() } else { spaced }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_and_body_are_one_form() {
        let form = Form::parse(b"grant_type=client_credentials&x=1", b"scope=a%2Fb+c%20d&scopes=no").unwrap();
        assert_eq!(form.get("grant_type"), Some("client_credentials"));
        assert_eq!(form.get("scope"), Some("a/b c d"));
        assert_eq!(form.get("code"), None);
    }

    #[test]
    fn debugging_shows_no_value() {
        let form = Form::parse(b"", b"client_secret=hidden&scope=a").unwrap();
        assert_eq!(format!("{form:?}"), r#"{"client_secret": 6, "scope": 1}"#);
    }

    #[test]
    fn a_known_parameter_appears_once() {
        assert_eq!(Form::parse(b"scope=a", b"scope=a"), Err(FormError::Repeated("scope")));
        assert_eq!(Form::parse(b"", b"scope=&scope="), Err(FormError::Repeated("scope")));
        assert!(Form::parse(b"", b"x=1&x=2").is_ok());
    }

    #[test]
    fn values_are_text() {
        assert_eq!(Form::parse(b"", b"scope=%ff"), Err(FormError::NotText("scope")));
        assert!(Form::parse(b"", b"x=%ff").is_ok());
        assert_eq!(Form::parse(b"", b"scope=%zz%2").unwrap().get("scope"), Some("%zz%2"));
    }

    #[test]
    fn an_empty_value_counts_as_left_out() {
        let form = Form::parse(b"", b"scope=&code").unwrap();
        assert_eq!((form.get("scope"), form.raw("scope")), (None, Some("")));
        assert_eq!(form.get("code"), None);
    }
}
