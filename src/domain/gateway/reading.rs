//! How a server behind the gateway may read a path: decoded, once or until nothing changes, without what follows `;`, without
//! dots and blanks at the end of a segment, with slashes merged and without the one at the end. No server need do all of it. What matters is that two paths which any of them takes for one come to the
//! same here.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use super::path::{PathTemplate, Segment};

/// How often a path may be encoded. One that is encoded more often is refused (`target`), and not read here to its end.
pub(super) const OFTEN: usize = 4;

/// Whether there is only one way to read the path.
pub(super) fn is_plain(path: &str) -> bool {
    let ends = path.len() > 1 && path.ends_with(['/', '.']);
    !ends && !path.contains(['%', ';']) && !path.contains("//") && !path.contains("./")
}

/// What a text is to whoever decodes it once, twice, and so on, until nothing changes.
pub(super) fn decodings(text: &str) -> impl Iterator<Item = Vec<u8>> {
    let again = |bytes: &[u8]| Some(percent_decode(bytes).collect()).filter(|next: &Vec<u8>| next.len() < bytes.len());
    std::iter::successors(again(text.as_bytes()), move |bytes| again(bytes))
}

fn decoded(text: &str) -> Cow<'_, str> {
    match decodings(text).take(OFTEN).last() {
        None => Cow::Borrowed(text),
        Some(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// The segments of a path as they may be read; in a second way too, if there is an encoded `?` or `#` that some end it at.
pub(super) fn each(path: &str) -> Vec<Vec<String>> {
    whole_and_cut(&decoded(path)).map(segments).collect()
}

/// What stands for an empty segment that is kept: nothing that is read has a slash in it.
pub(super) const NOTHING: &str = "/";

/// The same for those who keep empty segments, and may take one for the value of a parameter.
pub(super) fn each_kept(path: &str) -> Vec<Vec<String>> {
    whole_and_cut(&decoded(path)).map(|text| kept(text.strip_prefix('/').unwrap_or(text))).collect()
}

fn kept(decoded: &str) -> Vec<String> {
    let names = decoded.split('/').map(trimmed);
    names.map(|name| if name.is_empty() { NOTHING } else { name }.to_owned()).collect()
}

fn whole_and_cut(decoded: &str) -> impl Iterator<Item = &str> {
    [decoded].into_iter().chain(decoded.split_once(['?', '#']).map(|(path, _)| path))
}

/// The path up to an encoded `?` or `#`, if there is one.
pub(super) fn cut(path: &str) -> Option<&str> {
    let ends = |digits: &str| digits.eq_ignore_ascii_case("3f") || digits == "23";
    // A `%25` is a `%` to whoever decodes again.
    let ends_at = |at: usize| path.get(at + 1..)?.trim_start_matches("25").get(..2).map(ends);
    let at = path.match_indices('%').map(|(at, _)| at).find(|at| ends_at(*at) == Some(true));
    at.and_then(|at| path.get(..at))
}

fn segments(decoded: &str) -> Vec<String> {
    decoded.split('/').map(trimmed).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// A segment without what follows `;`, and without the dots and blanks at its end.
fn trimmed(segment: &str) -> &str {
    segment.split(';').next().unwrap_or_default().trim_end_matches(['.', ' '])
}

/// A segment, decoded, without what some cut off; but for the dots at its end.
pub(super) fn name(segment: &str) -> Cow<'_, str> {
    let cut = |text: &str| text.find([';', '?', '#']).unwrap_or(text.len());
    match decoded(segment) {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(..cut(text)).unwrap_or_default()),
        Cow::Owned(mut text) => {
            text.truncate(cut(&text));
            Cow::Owned(text)
        }
    }
}

/// The segments of a template as they may be read; parameters have no names.
pub(super) fn of_template(template: &PathTemplate) -> Vec<Segment> {
    read(template, segments)
}

/// The same for those who keep empty segments.
pub(super) fn of_template_kept(template: &PathTemplate) -> Vec<Segment> {
    read(template, kept)
}

fn read(template: &PathTemplate, names: impl Fn(&str) -> Vec<String>) -> Vec<Segment> {
    let read = |segment: &Segment| match segment {
        Segment::Literal(text) => names(&decoded(text)).into_iter().map(Segment::Literal).collect(),
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
        for path in [
            "/a/b",
            "/a/b/",
            "/a//b",
            "//a/b",
            "/%61/b",
            "/a;v=1/b;",
            "/a/b%3Bx",
            "/%2561/b",
            "/a/b.",
            "/a./b",
            "/a/b. .;",
            "/a/b/%20",
            "/a/.../b",
            "/%20./a/b",
        ] {
            assert_eq!(each(path), [["a", "b"]], "{path}");
            assert_eq!(is_plain(path), path == "/a/b", "{path}");
        }
        assert_eq!(each("/a%3fb/c"), [vec!["a?b", "c"], vec!["a"]]);
        assert_eq!(each("/a/%23b?"), [vec!["a", "#b?"], vec!["a"]]);
        assert_eq!((cut("/a%20%3fb/c"), cut("/a%23"), cut("/a%2/3f")), (Some("/a%20"), Some("/a"), None));
        assert_eq!((cut("/a%25253F"), cut("/a%2525"), cut("/a%")), (Some("/a"), None, None));
        assert_ne!(each("/A/b"), each("/a/b"), "paths are compared with regard to case (RFC 3986, section 6.2.2.1)");
        assert!(is_plain("/") && each("/") == [Vec::<String>::new()]);
    }

    #[test]
    fn an_empty_segment_may_be_kept() {
        assert_eq!(each_kept("/%61//"), [["a", NOTHING, NOTHING]]);
        assert_eq!(each_kept("/a//b%3fc"), [["a", NOTHING, "b?c"], ["a", NOTHING, "b"]]);
        for path in ["/a/;x", "/a/%20", "/a/..."] {
            assert_eq!(each_kept(path), [["a", NOTHING]], "{path}");
        }
    }

    #[test]
    fn a_template_is_read_as_its_paths_are() {
        let read = |text: &str| of_template(&PathTemplate::parse(text).unwrap());
        assert_eq!(read("/caf%C3%A9/{id}/"), read("/café/{key}"));
        assert_ne!(read("/a/{id}"), read("/a/{id+}"));
    }
}
