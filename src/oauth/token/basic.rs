//! The `Authorization: Basic` header (RFC 7617).

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;

/// A client's credentials as the header holds them.
#[derive(Clone, PartialEq, Eq)]
pub struct Basic {
    /// The client id, percent-decoded if it was encoded (RFC 6749, section 2.3.1).
    pub client_id: String,
    /// The password as it came, before any percent-decoding.
    pub secret: Vec<u8>,
}

/// The header is there and uses the scheme, but cannot be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// Some clients leave out the padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads the header's value; `None` if it uses another scheme, which the token endpoint ignores.
pub fn parse(value: &[u8]) -> Result<Option<Basic>, Unreadable> {
    let mut parts = value.splitn(2, |byte| *byte == b' ');
    let scheme = parts.next().unwrap_or_default();
    if !scheme.eq_ignore_ascii_case(b"Basic") {
        return Ok(None);
    }
    let encoded = parts.next().unwrap_or_default().trim_ascii();
    let decoded = LENIENT.decode(encoded).map_err(|_| Unreadable)?;
    let colon = decoded.iter().position(|byte| *byte == b':').ok_or(Unreadable)?;
    let (client_id, secret) = decoded.split_at(colon);
    let client_id = std::str::from_utf8(client_id).map_err(|_| Unreadable)?;
    let client_id = percent_decode_str(client_id).decode_utf8().map_err(|_| Unreadable)?;
    Ok(Some(Basic { client_id: client_id.into_owned(), secret: secret.get(1..).unwrap_or_default().to_vec() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<Option<(String, Vec<u8>)>, Unreadable> {
        parse(value.as_bytes()).map(|basic| basic.map(|basic| (basic.client_id, basic.secret)))
    }

    #[test]
    fn id_and_secret_are_parted_at_the_first_colon() {
        assert_eq!(read("Basic YWJjOmQ6ZQ=="), Ok(Some(("abc".to_owned(), b"d:e".to_vec()))));
        assert_eq!(read("basic  YWJjOg"), Ok(Some(("abc".to_owned(), Vec::new()))));
    }

    #[test]
    fn another_scheme_is_not_for_us() {
        assert_eq!(read("Bearer abc"), Ok(None));
        assert_eq!(read(""), Ok(None));
    }

    #[test]
    fn what_cannot_be_decoded_is_told_apart() {
        for value in ["Basic", "Basic !!!", "Basic YWJj", "Basic /zo="] {
            assert_eq!(read(value), Err(Unreadable), "{value}");
        }
    }
}
