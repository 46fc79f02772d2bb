//! Which route a gateway finds, against a reading of the rules that knows no tree; and that nobody behind the gateway can
//! read another route in a path that was let through. Also the body of a target in `fuzz/`.

use percent_encoding::percent_decode_str;
use poolpass::domain::gateway::dialect::Dialect;
use poolpass::domain::gateway::path::Segment;
use poolpass::domain::gateway::route::{Access, Method, Route, RouteKey};
use poolpass::domain::gateway::table::{Found, RouteTable};
use poolpass::domain::gateway::target::Ambiguity;

const METHODS: [&str; 3] = ["GET", "POST", "ANY"];
const LITERALS: [&str; 8] = ["a", "b", "c", "a", "b", "A", "%61b", "a;v"];
const PIECES: [&str; 50] = [
    "a",
    "b",
    "c",
    "a",
    "b",
    "c",
    "A",
    "",
    "",
    ".",
    "..",
    "%61",
    "%62",
    "%63",
    "%2e",
    "%2E.",
    "..;",
    ".;x",
    "a;v",
    "b;",
    ";x",
    "%2f",
    "a%2Fb",
    "\\",
    "a\\b",
    "%5c",
    "%00",
    "%",
    "%6",
    "a%3fb",
    "b%23",
    "%61%3bv",
    "..%3b",
    ".%3fx",
    "%3b",
    "%23a",
    "%2561",
    "a%252fb",
    "%252e%252e",
    "%25252e",
    "a%253fb",
    "b%253bx",
    "a.",
    "a%20",
    "b.%2520",
    "..%20",
    "%255c",
    "%2500",
    "%25%36%31",
    "a%2",
];

/// Bytes that choose.
struct Choice<'a>(std::slice::Iter<'a, u8>);

impl Choice<'_> {
    fn below(&mut self, count: usize) -> usize {
        usize::from(*self.0.next().unwrap_or(&0)) % count
    }

    fn of(&mut self, texts: &[&'static str]) -> &'static str {
        texts[self.below(texts.len())]
    }

    fn key(&mut self, dialect: Dialect) -> RouteKey {
        if dialect != Dialect::RestApi && self.below(8) == 0 {
            return RouteKey::Default;
        }
        let method = self.of(&METHODS);
        let mut path = String::new();
        for depth in 0..self.below(4) {
            match self.below(4) {
                0 => path.extend(["/{p", &depth.to_string(), "}"]),
                _ => path.extend(["/", self.of(&LITERALS)]),
            }
        }
        match self.below(6) {
            0 | 1 => path += "/{rest+}",
            2 => path += "/",
            _ if path.is_empty() => path += "/",
            _ => {}
        }
        RouteKey::parse(&format!("{method} {path}")).expect("a route key")
    }

    fn path(&mut self) -> String {
        let pieces: Vec<_> = (0..=self.below(5)).map(|_| self.of(&PIECES)).collect();
        format!("/{}", pieces.join("/"))
    }
}

/// A table, and what is asked of it.
pub fn route(bytes: &[u8]) {
    let mut choice = Choice(bytes.iter());
    let dialect = [Dialect::RestApi, Dialect::HttpApi][choice.below(2)];
    let mut keys: Vec<RouteKey> = Vec::new();
    for _ in 0..=choice.below(7) {
        let key = choice.key(dialect);
        // The names of parameters tell no routes apart.
        let same = |other: &RouteKey| steps(other, NOTHING) == steps(&key, NOTHING);
        if !keys.iter().any(|other| same(other) && method_of(other) == method_of(&key)) {
            keys.push(key);
        }
    }
    let route =
        |key: &RouteKey| Route { key: key.clone(), access: Access::Open, takes_ambiguous_targets: false, canned: None };
    let table = RouteTable::new(keys.iter().map(route).collect(), dialect).expect("the routes differ");
    for _ in 0..4 {
        let (method, path) = (METHODS[choice.below(2)], choice.path());
        let by_rule = by_rule(&keys, dialect, method, &path, NOTHING);
        match table.find(method, &path) {
            Found::Route(matched) => {
                assert_eq!(by_rule, Some(&matched.route.key), "{method} {path} in {dialect} {keys:?}");
                let plain = Ambiguity::of(&path, matched.tail).is_none();
                if plain && !table.reads_otherwise(method, &path, &matched) {
                    nobody_reads_another(&keys, dialect, method, &path, &matched.route.key);
                }
            }
            Found::OtherMethod | Found::Nothing => assert_eq!(by_rule, None, "{method} {path} in {dialect} {keys:?}"),
        }
    }
}

/// What a server makes of a path before it looks for a route: any of the following.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reader(u16);

const NOTHING: Reader = Reader(0);
const DECODES: u16 = 1;
const TURNS_BACKSLASHES: u16 = 2;
const CUTS_QUERIES: u16 = 4;
const CUTS_PARAMETERS: u16 = 8;
const RESOLVES_DOTS: u16 = 16;
const MERGES_SLASHES: u16 = 32;
const MINDS_NO_END: u16 = 64;
const DECODES_AGAIN: u16 = 128;
const TRIMS_NAMES: u16 = 256;
const TAKES_NOTHING: u16 = 512;
const EVERYTHING: u16 = 1023;

impl Reader {
    /// Some, different for each path, and the one that does everything.
    fn some(path: &str) -> impl Iterator<Item = Self> {
        let first = path.bytes().fold(0_u16, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        let picked = (0..8_u16).map(move |step| first.wrapping_add(step.wrapping_mul(12_345)) >> 3 & EVERYTHING);
        picked.chain([EVERYTHING]).map(Self)
    }

    fn does(self, what: u16) -> bool {
        self.0 & what != 0
    }

    fn text(self, text: &str) -> String {
        let mut text = text.to_owned();
        if self.does(DECODES) {
            text = percent_decode_str(&text).decode_utf8_lossy().into_owned();
        }
        while self.does(DECODES_AGAIN) && percent_decode_str(&text).count() < text.len() {
            text = percent_decode_str(&text).decode_utf8_lossy().into_owned();
        }
        if self.does(TURNS_BACKSLASHES) {
            text = text.replace('\\', "/");
        }
        if self.does(CUTS_QUERIES) {
            text.truncate(text.find(['?', '#']).unwrap_or(text.len()));
        }
        text
    }

    fn name(self, segment: &str) -> &str {
        let cut = if self.does(CUTS_PARAMETERS) { segment.split(';').next().unwrap_or_default() } else { segment };
        match cut.trim_end_matches(['.', ' ']) {
            trimmed if self.does(TRIMS_NAMES) && !trimmed.is_empty() => trimmed,
            // Spaces go first: what is left of `.. ` is two dots.
            "" if self.does(TRIMS_NAMES) && cut.starts_with('.') => cut.trim_end_matches(' '),
            _ => cut,
        }
    }

    /// Whether this may be the value of a parameter.
    fn takes(self, segment: &str) -> bool {
        self.does(TAKES_NOTHING) || !segment.is_empty()
    }

    fn matches(self, steps: &[Step], segments: &[String]) -> bool {
        match (steps, segments) {
            ([], []) => true,
            ([Step::Rest], rest) => rest.iter().any(|segment| self.takes(segment)),
            ([Step::Text(text), steps @ ..], [segment, segments @ ..]) => {
                text == segment && self.matches(steps, segments)
            }
            ([Step::One, steps @ ..], [segment, segments @ ..]) => self.takes(segment) && self.matches(steps, segments),
            _ => false,
        }
    }

    fn segments(self, path: &str) -> Vec<String> {
        let text = self.text(path);
        let mut read: Vec<String> = Vec::new();
        for segment in text.strip_prefix('/').unwrap_or(&text).split('/') {
            match self.name(segment) {
                "." if self.does(RESOLVES_DOTS) => {}
                ".." if self.does(RESOLVES_DOTS) => drop(read.pop()),
                name => read.push(name.to_owned()),
            }
        }
        if self.does(MERGES_SLASHES) {
            read.retain(|segment| !segment.is_empty());
        }
        if (self.does(MINDS_NO_END) || read.len() == 1) && read.last().is_some_and(String::is_empty) {
            read.pop();
        }
        read
    }
}

/// One segment of a route, as a server reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Text(String),
    One,
    Rest,
}

/// The segments of a route as this server reads them; none for `$default`.
fn steps(key: &RouteKey, reader: Reader) -> Option<Vec<Step>> {
    let read = |segment: &Segment| match segment {
        Segment::Literal(text) => Step::Text(reader.name(&reader.text(text)).to_owned()),
        Segment::Parameter(_) => Step::One,
        Segment::Greedy(_) => Step::Rest,
    };
    let mut steps: Vec<Step> = key.path()?.segments().iter().map(read).collect();
    let is_empty = |step: &Step| *step == Step::Text(String::new());
    if reader.does(MERGES_SLASHES) {
        steps.retain(|step| !is_empty(step));
    }
    if reader.does(MINDS_NO_END) && steps.last().is_some_and(is_empty) {
        steps.pop();
    }
    Some(steps)
}

fn method_of(key: &RouteKey) -> Option<&Method> {
    match key {
        RouteKey::Of(method, _) => Some(method),
        RouteKey::Default => None,
    }
}

fn is_for(key: &RouteKey, method: &str) -> bool {
    matches!(key, RouteKey::Of(Method::Any, _)) || is_named(key, method)
}

fn is_named(key: &RouteKey, method: &str) -> bool {
    matches!(key, RouteKey::Of(Method::Named(name), _) if name == method)
}

/// The route of a request, found by going through all of them.
fn by_rule<'k>(
    keys: &'k [RouteKey],
    dialect: Dialect,
    method: &str,
    path: &str,
    reader: Reader,
) -> Option<&'k RouteKey> {
    let segments = reader.segments(path);
    let known = keys.iter().filter_map(|key| Some((key, steps(key, reader)?)));
    let best = match dialect {
        Dialect::RestApi => step_by_step(known.collect(), method, &segments, reader),
        _ => best_of_all(known.collect(), method, &segments, reader),
    };
    best.or_else(|| keys.iter().find(|key| **key == RouteKey::Default))
}

type Known<'k> = Vec<(&'k RouteKey, Vec<Step>)>;

/// A REST API: at each segment the literal ones go on, or else those with a parameter, or else a greedy one is the end.
fn step_by_step<'k>(mut known: Known<'k>, method: &str, segments: &[String], reader: Reader) -> Option<&'k RouteKey> {
    for (depth, segment) in segments.iter().enumerate() {
        let at = |wanted: &Step| -> Known<'k> {
            known.iter().filter(|(_, steps)| steps.get(depth) == Some(wanted)).cloned().collect()
        };
        let (literal, one, rest) = (at(&Step::Text(segment.clone())), at(&Step::One), at(&Step::Rest));
        if literal.is_empty() && (one.is_empty() || !reader.takes(segment)) {
            let is_something = segments[depth..].iter().any(|segment| reader.takes(segment));
            return if is_something { with_method(&rest, method) } else { None };
        }
        known = if literal.is_empty() { one } else { literal };
    }
    known.retain(|(_, steps)| steps.len() == segments.len());
    with_method(&known, method)
}

fn with_method<'k>(known: &Known<'k>, method: &str) -> Option<&'k RouteKey> {
    let named = known.iter().find(|(key, _)| is_named(key, method));
    named.or_else(|| known.iter().find(|(key, _)| is_for(key, method))).map(|(key, _)| *key)
}

/// An HTTP API: of all that match, one without a greedy parameter, then the one that is literal first, then the one that
/// names the method.
fn best_of_all<'k>(known: Known<'k>, method: &str, segments: &[String], reader: Reader) -> Option<&'k RouteKey> {
    let rank = |(key, steps): &(&'k RouteKey, Vec<Step>)| {
        let shape: Vec<u8> = steps
            .iter()
            .map(|step| match step {
                Step::Text(_) => 0,
                Step::One => 1,
                Step::Rest => 2,
            })
            .collect();
        (shape.contains(&2), shape, !is_named(key, method))
    };
    let matching = known.into_iter().filter(|(key, steps)| is_for(key, method) && reader.matches(steps, segments));
    matching.min_by_key(rank).map(|(key, _)| key)
}

/// No server reads a path that was let through as one of another route's; routes that differ only in how their own paths
/// are written are told apart as they were declared.
fn nobody_reads_another(keys: &[RouteKey], dialect: Dialect, method: &str, path: &str, route: &RouteKey) {
    let written = Reader(DECODES | DECODES_AGAIN | CUTS_PARAMETERS | TRIMS_NAMES | MERGES_SLASHES);
    for reader in Reader::some(path) {
        if let Some(other) = by_rule(keys, dialect, method, path, reader) {
            let same = steps(other, written) == steps(route, written);
            assert!(same, "{method} {path} of `{route}` is `{other}` to {reader:?} in {dialect} {keys:?}");
        }
    }
}
