//! How a server behind the gateway may read a path: decoded, without what follows `;`, with slashes merged and without the
//! one at the end. No server need do all of it. What matters is that two paths which any of them takes for one come to the
//! same here.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::path::{PathTemplate, Segment};

/// Whether there is only one way to read the path.
pub(super) fn is_plain(path: &str) -> bool {
    let ends = path.len() > 1 && path.ends_with('/');
    !ends && !path.contains(['%', ';']) && !path.contains("//")
}

/// The segments of a path as they may be read; in a second way too, if there is an encoded `?` or `#` that some end it at.
pub(super) fn each(path: &str) -> Vec<Vec<String>> {
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let shorter = decoded.split_once(['?', '#']).map(|(path, _)| segments(path));
    [segments(&decoded)].into_iter().chain(shorter).collect()
}

/// The path up to an encoded `?` or `#`, if there is one.
pub(super) fn cut(path: &str) -> Option<&str> {
    let ends = |digits: &str| digits.eq_ignore_ascii_case("3f") || digits == "23";
    let at = path.match_indices('%').find(|(at, _)| path.get(at + 1..at + 3).is_some_and(ends));
    at.and_then(|(at, _)| path.get(..at))
}

fn segments(decoded: &str) -> Vec<String> {
    let names = decoded.split('/').map(|segment| segment.split(';').next().unwrap_or_default());
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// A segment, decoded, without what some cut off.
pub(super) fn name(segment: &str) -> Cow<'_, str> {
    let cut = |text: &str| text.find([';', '?', '#']).unwrap_or(text.len());
    match percent_decode_str(segment).decode_utf8_lossy() {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(..cut(text)).unwrap_or_default()),
        Cow::Owned(mut text) => {
            text.truncate(cut(&text));
            Cow::Owned(text)
        }
    }
}

/// The segments of a template as they may be read; parameters have no names.
pub(super) fn of_template(template: &PathTemplate) -> Vec<Segment> {
    let read = |segment: &Segment| match segment {
        Segment::Literal(text) => {
            let decoded = percent_decode_str(text).decode_utf8_lossy();
            segments(&decoded).into_iter().map(Segment::Literal).collect()
        }
        Segment::Parameter(_) => vec![Segment::Parameter(String::new())],
        Segment::Greedy(_) => vec![Segment::Greedy(String::new())],
    };
    template.segments().iter().flat_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_may_take_for_one_path_comes_to_the_same() {
        for path in ["/a/b", "/a/b/", "/a//b", "//a/b", "/%61/b", "/a;v=1/b;", "/a/b%3Bx"] {
            assert_eq!(each(path), [["a", "b"]], "{path}");
            assert_eq!(is_plain(path), path == "/a/b", "{path}");
        }
        assert_eq!(each("/a%3fb/c"), [vec!["a?b", "c"], vec!["a"]]);
        assert_eq!(each("/a/%23b?"), [vec!["a", "#b?"], vec!["a"]]);
        assert_eq!((cut("/a%20%3fb/c"), cut("/a%23"), cut("/a%2/3f")), (Some("/a%20"), Some("/a"), None));
        assert_ne!(each("/A/b"), each("/a/b"), "paths are compared with regard to case (RFC 3986, section 6.2.2.1)");
        assert!(is_plain("/") && each("/") == [Vec::<String>::new()]);
    }

    #[test]
    fn a_template_is_read_as_its_paths_are() {
        let read = |text: &str| of_template(&PathTemplate::parse(text).unwrap());
        assert_eq!(read("/caf%C3%A9/{id}/"), read("/café/{key}"));
        assert_ne!(read("/a/{id}"), read("/a/{id+}"));
    }
}
