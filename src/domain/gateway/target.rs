//! The method and the target of a request: what is matched, and what goes upstream byte for byte.
//!
//! A server behind the gateway may read a path in another way than the gateway matched it: it may resolve dots, decode
//! slashes, or merge them. Whoever could use that would be let through by the rule of one route and served by another.
//! So a target that can be read in two ways is refused, unless its route takes such targets; and so is a method that is
//! another one but for the case of its letters.

use super::reading;

/// What makes a request readable in more than one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ambiguity {
    /// A segment `.` or `..`, also with encoded dots, or with something after `;` that some cut off.
    DotSegment,
    /// `%2f` or `%5c`, also encoded again: a separator for whoever decodes first.
    EncodedSeparator,
    /// `\`: a separator for some.
    Backslash,
    /// Two slashes on end: one for some. Or nothing but what some cut off.
    EmptySegment,
    /// `%` without two hexadecimal digits, or a control character, which some cut off; UTF-8 in more bytes than it takes;
    /// or what is encoded again and again.
    BrokenEncoding,
    /// Decoded, or with its slashes merged, the path is not one of its route's. Only the routes can tell.
    OtherRoute,
    /// The path is not one of its gateway's in the same way. Only the gateways can tell.
    OtherGateway,
    /// The method is one that is known or declared, but in other letters. Only the routes can tell.
    MethodCase,
}

impl Ambiguity {
    /// Of a path, the first there is. `tail` is how many bytes of it a greedy parameter matched, at the end: in there,
    /// empty segments are what they are.
    pub fn of(path: &str, tail: usize) -> Option<Self> {
        let fixed = path.len().saturating_sub(tail);
        let mut begin = 0;
        for segment in path.split('/') {
            let end = begin + segment.len();
            // The first and, after a slash at the end, the last segment are empty in every reading.
            let inner = begin > 0 && end < path.len();
            // A path that begins with two slashes is a host and a path to whoever resolves it (RFC 3986, section 4.2).
            if segment.is_empty() && inner && (begin < fixed || begin == 1) {
                return Some(Self::EmptySegment);
            }
            if let Some(found) = Self::within(segment) {
                return Some(found);
            }
            begin = end + 1;
        }
        None
    }

    fn within(segment: &str) -> Option<Self> {
        if segment.contains('\\') {
            return Some(Self::Backslash);
        }
        if !segment.contains(['%', '.', ';']) {
            return None;
        }
        let is_whole = |after: &str| after.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
        if !segment.split('%').skip(1).all(is_whole) {
            return Some(Self::BrokenEncoding);
        }
        for (again, bytes) in reading::decodings(segment).enumerate() {
            if again >= reading::OFTEN || bytes.iter().any(u8::is_ascii_control) || is_overlong(&bytes) {
                return Some(Self::BrokenEncoding);
            }
            if bytes.contains(&b'/') || bytes.contains(&b'\\') {
                return Some(Self::EncodedSeparator);
            }
        }
        let name = reading::name(segment);
        match name.trim_end_matches(' ') {
            "." | ".." => Some(Self::DotSegment),
            _ if name.is_empty() && !segment.is_empty() => Some(Self::EmptySegment),
            _ => None,
        }
    }

    /// What it is, in a few words.
    pub fn name(self) -> &'static str {
        match self {
            Self::DotSegment => "a dot segment",
            Self::EncodedSeparator => "an encoded slash or backslash",
            Self::Backslash => "a backslash",
            Self::EmptySegment => "an empty segment",
            Self::BrokenEncoding => "a broken percent-encoding",
            Self::OtherRoute => "another route's path, once it is decoded or its slashes are merged",
            Self::OtherGateway => "another gateway's path, once it is decoded or its slashes are merged",
            Self::MethodCase => "a method that differs from a known one only in the case of its letters",
        }
    }
}

/// Whether some byte sequence is longer than UTF-8 allows for its character (RFC 3629, section 3): `%c0%ae` is a dot to those
/// who do not mind.
fn is_overlong(bytes: &[u8]) -> bool {
    let begins = |pair: &[u8]| matches!(pair, [0xe0, 0x80..=0x9f] | [0xf0, 0x80..=0x8f]);
    bytes.iter().any(|byte| matches!(byte, 0xc0 | 0xc1)) || bytes.windows(2).any(begins)
}

/// Whether a path begins with another in any reading.
pub fn may_begin_with(path: &str, prefix: &str) -> bool {
    let prefixes = reading::each(prefix);
    reading::each(path).iter().any(|read| prefixes.iter().any(|prefix| read.starts_with(prefix)))
}

/// Whether there is only one way to read a path.
pub fn is_plain(path: &str) -> bool {
    reading::is_plain(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_path_is_read_in_one_way() {
        for path in ["/", "/a", "/a/", "/a/b.c/..d/%20/%2B", "/a/...", "/.well-known/x", "/%E2%82%AC", "/a;v=1/b"] {
            assert_eq!(Ambiguity::of(path, 0), None, "{path}");
        }
    }

    #[test]
    fn a_path_with_two_readings_is_found() {
        for (path, expected) in [
            ("/a/../b", Ambiguity::DotSegment),
            ("/a/.", Ambiguity::DotSegment),
            ("/a/%2e%2E/b", Ambiguity::DotSegment),
            ("/a/.%2e", Ambiguity::DotSegment),
            ("/a/..;x=1/b", Ambiguity::DotSegment),
            ("/a/..%3bx/b", Ambiguity::DotSegment),
            ("/a/.%3Fx", Ambiguity::DotSegment),
            ("/a/;x/b", Ambiguity::EmptySegment),
            ("/a/%23", Ambiguity::EmptySegment),
            ("/a%2fb", Ambiguity::EncodedSeparator),
            ("/a%5Cb", Ambiguity::EncodedSeparator),
            ("/a\\b", Ambiguity::Backslash),
            ("//a", Ambiguity::EmptySegment),
            ("/a//b", Ambiguity::EmptySegment),
            ("/a//", Ambiguity::EmptySegment),
            ("/a%", Ambiguity::BrokenEncoding),
            ("/a%zz", Ambiguity::BrokenEncoding),
            ("/a%+1", Ambiguity::BrokenEncoding),
            ("/a%00", Ambiguity::BrokenEncoding),
            ("/a%0a", Ambiguity::BrokenEncoding),
            ("/a%7F", Ambiguity::BrokenEncoding),
            ("/%2", Ambiguity::BrokenEncoding),
        ] {
            assert_eq!(Ambiguity::of(path, 0), Some(expected), "{path}");
        }
    }

    #[test]
    fn empty_segments_are_plain_in_a_greedy_tail_and_dots_are_not() {
        assert_eq!(Ambiguity::of("/a/b//c", "b//c".len()), None);
        assert_eq!(Ambiguity::of("//a/b", "/a/b".len()), Some(Ambiguity::EmptySegment));
        assert_eq!(Ambiguity::of("/a//b//c", "b//c".len()), Some(Ambiguity::EmptySegment));
        assert_eq!(Ambiguity::of("/a/b//../c", "b//../c".len()), Some(Ambiguity::DotSegment));
    }
}
