//! Which bodies go to a function as they are, and which in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What counts as text.
#[derive(Debug, Clone)]
pub(super) enum Encoding {
    /// Whatever is not of these types, as in a REST API.
    Types(Vec<BinaryType>),
    /// What an HTTP API takes for text.
    Usual,
}

/// A media type whose bodies are binary, also `image/*` and `*/*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BinaryType(String);

/// Not a media type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a media type such as `image/png`, `image/*` or `*/*`")]
pub struct BinaryTypeError(String);

/// A body as an event has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Body {
    /// None if there is none.
    pub(super) text: Option<String>,
    /// Whether it is in base64.
    pub(super) is_base64: bool,
}

impl BinaryType {
    /// Reads `type/subtype`, where both, or the second, may be `*`.
    pub fn parse(text: &str) -> Result<Self, BinaryTypeError> {
        let is_token = |part: &str| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte);
            part == "*" || (!part.is_empty() && part.bytes().all(plain))
        };
        match text.split_once('/') {
            Some((kind, sub)) if is_token(kind) && is_token(sub) && (kind != "*" || sub == "*") => {
                Ok(Self(text.to_ascii_lowercase()))
            }
            _ => Err(BinaryTypeError(text.to_owned())),
        }
    }

    fn covers(&self, kind: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some("*/") => true,
            Some(beginning) => kind.starts_with(beginning),
            None => self.0 == kind,
        }
    }
}

impl Encoding {
    /// The body as the event has it.
    pub(super) fn of(&self, body: &[u8], content_type: Option<&str>) -> Body {
        if body.is_empty() {
            return Body { text: None, is_base64: false };
        }
        // Bytes that are no text would not arrive: they go in base64, whatever they are called.
        match std::str::from_utf8(body) {
            Ok(text) if self.is_text(content_type) => Body { text: Some(text.to_owned()), is_base64: false },
            _ => Body { text: Some(STANDARD.encode(body)), is_base64: true },
        }
    }

    fn is_text(&self, content_type: Option<&str>) -> bool {
        let Some(content_type) = content_type else {
            // COGNITO: a REST API takes what has no type for text, an HTTP API does not (measured).
            return matches!(self, Self::Types(_));
        };
        let kind = media_type(content_type);
        match self {
            Self::Types(binary) => !binary.iter().any(|one| one.covers(&kind)),
            // COGNITO: these and nothing else, not even forms; another charset makes them binary (measured).
            Self::Usual => {
                let textual = kind.starts_with("text/")
                    || matches!(&*kind, "application/json" | "application/xml" | "application/javascript");
                textual && charset(content_type).is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"))
            }
        }
    }
}

/// Whether a REST API decodes an answer in base64 for a client that accepts this.
///
/// Only the first type that the client names counts.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html>
pub(super) fn accepts_binary(binary: &[BinaryType], accept: Option<&str>) -> bool {
    let first = accept.and_then(|accept| accept.split(',').next()).map(media_type).unwrap_or_default();
    binary.iter().any(|one| one.covers(&first))
}

/// `type/subtype` without what follows it.
fn media_type(text: &str) -> String {
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn charset(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut charsets = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    charsets.next().map(|(_, value)| value.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types(texts: &[&str]) -> Vec<BinaryType> {
        texts.iter().map(|text| BinaryType::parse(text).unwrap()).collect()
    }

    #[test]
    fn a_rest_api_encodes_the_types_that_it_is_told_to() {
        let encoding = Encoding::Types(types(&["image/*", "application/octet-stream"]));
        for (kind, expected) in [
            (Some("image/png"), true),
            (Some("IMAGE/PNG; q=1"), true),
            (Some("application/octet-stream"), true),
            (Some("application/json"), false),
            (Some("images/png"), false),
            (None, false),
        ] {
            assert_eq!(encoding.of(b"a", kind).is_base64, expected, "{kind:?}");
        }
        assert!(Encoding::Types(types(&["*/*"])).of(b"a", Some("text/plain")).is_base64);
        assert!(!Encoding::Types(Vec::new()).of(b"a", Some("image/png")).is_base64);
    }

    #[test]
    fn an_http_api_encodes_all_but_a_few_types() {
        for (kind, expected) in [
            (Some("text/plain"), false),
            (Some("text/html; charset=UTF-8"), false),
            (Some("text/plain; charset=iso-8859-1"), true),
            (Some("application/json"), false),
            (Some("application/json; charset=\"utf-8\""), false),
            (Some("application/xml"), false),
            (Some("application/javascript"), false),
            (Some("application/problem+json"), true),
            (Some("application/x-www-form-urlencoded"), true),
            (Some("multipart/form-data; boundary=x"), true),
            (None, true),
        ] {
            assert_eq!(Encoding::Usual.of(b"a", kind).is_base64, expected, "{kind:?}");
        }
    }

    #[test]
    fn what_is_no_text_loses_nothing_and_nothing_is_no_body() {
        let body = Encoding::Types(Vec::new()).of(&[0xff, 0x00], Some("text/plain"));
        assert_eq!(body, Body { text: Some("/wA=".to_owned()), is_base64: true });
        let nothing = Body { text: None, is_base64: false };
        assert_eq!(Encoding::Usual.of(b"", Some("image/png")), nothing);
        assert_eq!(Encoding::Types(types(&["*/*"])).of(b"", None), nothing);
    }

    #[test]
    fn an_answer_is_decoded_for_who_names_the_type_first() {
        let binary = types(&["image/*"]);
        for (accept, expected) in [
            (Some("image/png"), true),
            (Some("image/png;q=0.9, text/html"), true),
            (Some("text/html, image/png"), false),
            (Some("*/*"), false),
            (None, false),
        ] {
            assert_eq!(accepts_binary(&binary, accept), expected, "{accept:?}");
        }
        assert!(accepts_binary(&types(&["*/*"]), None));
    }

    #[test]
    fn only_media_types_are_binary_types() {
        for text in ["", "image", "image/", "/png", "*/png", "image/png; q=1", "a b/c", "image/*/x"] {
            assert_eq!(BinaryType::parse(text), Err(BinaryTypeError(text.to_owned())), "{text}");
        }
    }
}
