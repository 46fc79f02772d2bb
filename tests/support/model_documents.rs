//! Documents made from the tables of the model: the smallest, the fullest, and a pair around every constraint.
//!
//! Nothing here asks the engine: strings come from a hand-kept sample per pattern, and sentences are worded again, so
//! that what is sent and what is expected are both independent of the code under test.

use poolpass::control::model::{Bounds, Member, Shape, Text};
use serde_json::{Map, Value, json};

/// Two documents, equal but for one value, on either side of one constraint.
#[derive(Debug)]
pub(crate) struct BoundaryCase {
    /// Where the value is, as messages name it: `scopes.1.member.scopeName`.
    pub(crate) path: String,
    /// Satisfies every constraint of the table, this one with nothing to spare.
    pub(crate) just_inside: Value,
    /// Violates the constraint by as little as possible.
    pub(crate) just_outside: Value,
    /// The clause that the refusal of `just_outside` must hold.
    pub(crate) constraint: String,
}

impl BoundaryCase {
    /// Whether a refusal counts right, blames this place and no other, and holds the expected clause.
    ///
    /// Some values cannot violate one constraint alone: an empty string is too short and matches no pattern.
    pub(crate) fn explains(&self, message: &str) -> bool {
        let Some((count, clauses)) = message.split_once(" detected: ") else { return false };
        let clauses: Vec<&str> = clauses.split("; ").collect();
        let plural = if clauses.len() == 1 { "" } else { "s" };
        let blamed = format!(" at '{}' failed to satisfy constraint: ", self.path);
        count == format!("{} validation error{plural}", clauses.len())
            && clauses.iter().all(|clause| clause.contains(&blamed))
            && clauses.iter().any(|clause| in_any_order(clause) == in_any_order(&self.constraint))
    }
}

/// A clause whose enum values are sorted: the service prints them in an order that means nothing.
fn in_any_order(clause: &str) -> String {
    let Some((before, set)) = clause.split_once("enum value set: [") else { return clause.to_owned() };
    let Some((set, after)) = set.split_once(']') else { return clause.to_owned() };
    let mut values: Vec<&str> = set.split(", ").collect();
    values.sort_unstable();
    format!("{before}enum value set: [{}]{after}", values.join(", "))
}

/// The document with the required members alone, each as small as it may be.
pub(crate) fn smallest(input: &[Member]) -> Value {
    input
        .iter()
        .filter(|member| member.required)
        .map(|member| (member.name.to_owned(), small(member.shape, 0)))
        .collect()
}

/// The document with every member, down to the last structure.
pub(crate) fn fullest(input: &[Member]) -> Value {
    input.iter().map(|member| (member.name.to_owned(), full(member.shape, 0))).collect()
}

/// For every constraint of the table a pair of documents around it, otherwise the smallest.
pub(crate) fn boundary_cases(input: &'static [Member]) -> Vec<BoundaryCase> {
    around_members(input, "", &|document| document)
}

/// What stands in every value of [`withheld`] that no message may repeat.
pub(crate) const SECRET: &str = "tell nobody ";

/// The fullest document, whose withheld strings are against their constraints; `None` if nothing in it is withheld.
pub(crate) fn withheld(input: &[Member]) -> Option<Value> {
    let document: Value = input.iter().map(|member| (member.name.to_owned(), betraying(member.shape))).collect();
    document.to_string().contains(SECRET).then_some(document)
}

fn betraying(shape: &Shape) -> Value {
    match shape {
        Shape::Text(text) if text.sensitive => {
            json!(SECRET.repeat(text.length.max.map_or(1, |_| most(text.length) / SECRET.len() + 1)))
        }
        Shape::List(_, element) => json!([betraying(element)]),
        Shape::Map(_, key, value) => json!({ sample(key, 1): betraying(value) }),
        Shape::Structure(members) => {
            members.iter().map(|member| (member.name.to_owned(), betraying(member.shape))).collect()
        }
        other => full(other, 0),
    }
}

// === values ===

/// The smallest value of a shape; those of different `index` differ where the shape lets them.
fn small(shape: &Shape, index: usize) -> Value {
    match shape {
        Shape::Text(text) => json!(sample(text, index)),
        Shape::Choice(values) => values.iter().cycle().nth(index).map_or(Value::Null, |value| json!(value)),
        Shape::Integer(bounds) => json!(bounds.min.unwrap_or(1)),
        Shape::Boolean => json!(false),
        Shape::List(size, element) => of_size(element, least(*size)),
        Shape::Map(size, key, value) => entries(key, value, least(*size)),
        Shape::Structure(members) => members
            .iter()
            .filter(|member| member.required)
            .map(|member| (member.name.to_owned(), small(member.shape, index)))
            .collect(),
    }
}

fn full(shape: &Shape, index: usize) -> Value {
    match shape {
        Shape::Text(_) | Shape::Choice(_) => small(shape, index),
        Shape::Integer(bounds) => json!(bounds.max.unwrap_or(2)),
        Shape::Boolean => json!(true),
        Shape::List(size, element) => {
            let wanted = if let Shape::Choice(values) = element { values.len() } else { 2 };
            (0..wanted.min(most(*size))).map(|index| full(element, index)).collect()
        }
        Shape::Map(_, key, value) => json!({ sample(key, 1): full(value, 1), sample(key, 2): full(value, 2) }),
        Shape::Structure(members) => {
            members.iter().map(|member| (member.name.to_owned(), full(member.shape, index))).collect()
        }
    }
}

fn of_size(element: &Shape, size: usize) -> Value {
    (0..size).map(|index| small(element, index)).collect()
}

fn entries(key: &Text, value: &Shape, size: usize) -> Value {
    (1..=size).map(|index| (sample(key, index), small(value, index))).collect()
}

fn least(size: Bounds) -> usize {
    size.min.and_then(|min| usize::try_from(min).ok()).unwrap_or(0)
}

fn most(size: Bounds) -> usize {
    size.max.and_then(|max| usize::try_from(max).ok()).unwrap_or(usize::MAX)
}

// === strings ===

/// How to write strings of one pattern: any number of `filler` between two fixed parts, unless `single`.
struct Sample {
    pattern: &'static str,
    before: &'static str,
    filler: char,
    after: &'static str,
    /// In the place of a filler it breaks the pattern; `None` if nothing does.
    stranger: Option<char>,
    single: bool,
    empty: bool,
}

const fn of(pattern: &'static str, before: &'static str, after: &'static str, stranger: char) -> Sample {
    Sample { pattern, before, filler: 'a', after, stranger: Some(stranger), single: false, empty: false }
}

const SAMPLES: &[Sample] = &[
    of(r"[\w-]+_[0-9a-zA-Z]+", "e_", "", '-'),
    of(r"[\w\s+=,.@-]+", "", "", ':'),
    of(
        r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?",
        "arn:aws:iam::1:",
        "",
        ' ',
    ),
    Sample {
        empty: true,
        ..of(
            r"(arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?)?",
            "arn:aws:iam::1:",
            "",
            ' ',
        )
    },
    of(r"[\S]+", "", "", ' '),
    of(r"[\x21\x23-\x5B\x5D-\x7E]+", "", "", '"'),
    of(r"[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+", "", "", '/'),
    of(r"[\w+]+", "", "", '-'),
    of(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "", "", ' '),
    of(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+", "", "", '\n'),
    of(r"^[0-9a-fA-F]+$", "", "", 'g'),
    of(r"^[a-zA-Z0-9_-]+$", "", "", '.'),
    of(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "a@", "", ' '),
    of(r".*\{####\}.*", "", "{####}", '\n'),
    of(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*", "", "{####}", '\u{7}'),
    of(
        r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{##[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*##\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
        "{##link##}",
        "",
        '\u{7}',
    ),
    of(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+", "", "", '\u{7}'),
    of(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*", "", "", '\u{7}'),
    Sample { stranger: None, ..of("(?s).*", "", "", ' ') },
    of(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+", "", "", '\u{7}'),
    of(r"[A-Za-z0-9-_=.]+", "", "", '+'),
    of(r"[\w+=/]+", "", "", '-'),
    of(r"[\w-]+_[0-9a-f-]+", "e_", "", 'g'),
    Sample { filler: '1', ..of("[0-9]+", "", "", 'a') },
    Sample { filler: '1', single: true, ..of("Level[1-4]", "Level", "", '5') },
];

/// Text without a pattern takes anything.
const UNPATTERNED: Sample = Sample { stranger: None, ..of("", "", "", ' ') };

fn sample_of(text: &Text) -> &'static Sample {
    let Some(pattern) = text.pattern else { return &UNPATTERNED };
    SAMPLES.iter().find(|sample| sample.pattern == pattern).expect("every pattern of the model has a sample")
}

/// The shortest string from which this sample can vary, with `index` written into it.
fn sample(text: &Text, index: usize) -> String {
    let Sample { before, after, filler, single, .. } = sample_of(text);
    let number = index.to_string();
    let fixed = before.len() + after.len();
    match text.pattern {
        _ if *single => format!("{before}{}{after}", index.max(1)),
        _ => {
            let padding = least(text.length).saturating_sub(fixed + number.len());
            format!("{before}{}{number}{after}", filler.to_string().repeat(padding))
        }
    }
}

/// A string of this length that matches the pattern, if there is one.
fn of_length(text: &Text, length: usize) -> Option<String> {
    let Sample { before, after, filler, single, empty, .. } = sample_of(text);
    if length == 0 {
        return (*empty || text.pattern.is_none()).then(String::new);
    }
    let fillers = length.checked_sub(before.len() + after.len())?;
    let possible = if *single { fillers == 1 } else { fillers > 0 };
    possible.then(|| format!("{before}{}{after}", filler.to_string().repeat(fillers)))
}

/// The shortest string of at least this length that matches the pattern.
fn from_length(text: &Text, length: usize) -> String {
    (length..).find_map(|length| of_length(text, length)).expect("every pattern matches some longer string")
}

/// A string of a good length that the pattern refuses for one character.
fn stranger(text: &Text) -> Option<String> {
    let Sample { before, after, filler, stranger, .. } = sample_of(text);
    let stranger = (*stranger)?;
    let fixed = before.len() + after.len() + 1;
    let fillers = filler.to_string().repeat(least(text.length).saturating_sub(fixed));
    Some(format!("{before}{fillers}{stranger}{after}"))
}

// === cases ===

/// Puts a value into its place in an otherwise smallest document.
type Embed<'a> = &'a dyn Fn(Value) -> Value;

/// A constraint of one value: its wording, and a value on either side.
struct Edge {
    inside: Value,
    outside: Value,
    worded: String,
}

fn around_members(members: &'static [Member], path: &str, embed: Embed<'_>) -> Vec<BoundaryCase> {
    let mut cases = Vec::new();
    for member in members {
        let place = format!("{path}{}{}", if path.is_empty() { "" } else { "." }, lower_first(member.name));
        let with = |value: Value| {
            let Value::Object(mut document) = smallest(members) else { return Value::Null };
            document.insert(member.name.to_owned(), value);
            embed(Value::Object(document))
        };
        if member.required {
            let Value::Object(mut without) = smallest(members) else { continue };
            without.remove(member.name);
            cases.push(BoundaryCase {
                just_inside: with(small(member.shape, 0)),
                just_outside: embed(Value::Object(without)),
                constraint: format!("Value null at '{place}' failed to satisfy constraint: Member must not be null"),
                path: place.clone(),
            });
        }
        cases.extend(around(member.shape, &place, &with));
    }
    cases
}

fn around(shape: &'static Shape, path: &str, embed: Embed<'_>) -> Vec<BoundaryCase> {
    let own = edges(shape).into_iter().map(|Edge { inside, outside, worded }| BoundaryCase {
        path: path.to_owned(),
        constraint: format!("Value{} at '{path}' failed to satisfy constraint: {worded}", shown(shape, &outside)),
        just_inside: embed(inside),
        just_outside: embed(outside),
    });
    let inner = match shape {
        Shape::Structure(members) => around_members(members, path, embed),
        Shape::List(_, Shape::Structure(members)) => {
            around_members(members, &format!("{path}.1.member"), &|value| embed(json!([value])))
        }
        Shape::Map(_, key, Shape::Structure(members)) => {
            let key = sample(key, 1);
            around_members(members, &format!("{path}.{key}.member"), &|value| embed(json!({ key.clone(): value })))
        }
        _ => Vec::new(),
    };
    own.chain(inner).collect()
}

/// The constraints that are reported at the value itself.
fn edges(shape: &'static Shape) -> Vec<Edge> {
    match shape {
        Shape::Text(text) => text_edges(text),
        Shape::Choice(values) => values
            .iter()
            .map(|value| Edge {
                inside: json!(value),
                outside: json!(format!("{value}_")),
                worded: format!("Member must satisfy enum value set: [{}]", values.join(", ")),
            })
            .collect(),
        Shape::Integer(bounds) => {
            let upper = bounds.max.map(|max| (max, max + 1, format!("less than or equal to {max}")));
            let lower = bounds.min.map(|min| (min, min - 1, format!("greater than or equal to {min}")));
            let edge = |(inside, outside, limit)| Edge {
                inside: json!(inside),
                outside: json!(outside),
                worded: format!("Member must have value {limit}"),
            };
            upper.into_iter().chain(lower).map(edge).collect()
        }
        Shape::Boolean | Shape::Structure(_) => Vec::new(),
        Shape::List(size, element) => {
            let mut found = size_edges(*size, &|size| of_size(element, size));
            found.extend(shared(edges(element), "Member must satisfy constraint", element, |each| json!([each])));
            found
        }
        Shape::Map(size, key, value) => {
            let mut found = size_edges(*size, &|size| entries(key, value, size));
            let keys = text_edges(key).into_iter().map(|Edge { inside, outside, .. }| Edge {
                inside: keyed(&inside, value),
                outside: keyed(&outside, value),
                worded: format!("Map keys must satisfy constraint: [{}]", text_wording(key).join(", ")),
            });
            found.extend(keys);
            let name = sample(key, 1);
            let entry = |each| json!({ name.clone(): each });
            found.extend(shared(edges(value), "Map value must satisfy constraint", value, entry));
            found
        }
    }
}

fn keyed(key: &Value, value: &Shape) -> Value {
    let name = key.as_str().unwrap_or_default().to_owned();
    Value::Object(Map::from_iter([(name, small(value, 0))]))
}

fn text_edges(text: &Text) -> Vec<Edge> {
    let length = |inside: usize, outside: usize| Edge {
        inside: json!(from_length(text, inside)),
        outside: json!(of_length(text, outside).unwrap_or_else(|| "a".repeat(outside))),
        worded: String::new(),
    };
    let mut found = Vec::new();
    for (bound, worded) in length_wording(text.length) {
        let edge = match bound {
            Bound::Most(max) => length(max, max + 1),
            // Nothing is shorter than nothing.
            Bound::Least(0) => continue,
            Bound::Least(min) => length(min, min - 1),
        };
        found.push(Edge { worded, ..edge });
    }
    if let (Some(pattern), Some(outside)) = (text.pattern, stranger(text)) {
        let inside = json!(from_length(text, least(text.length)));
        found.push(Edge { inside, outside: json!(outside), worded: pattern_wording(pattern) });
    }
    found
}

fn size_edges(size: Bounds, filled: &dyn Fn(usize) -> Value) -> Vec<Edge> {
    let mut found = Vec::new();
    for (bound, worded) in length_wording(size) {
        let (inside, outside) = match bound {
            Bound::Most(max) => (max, max + 1),
            Bound::Least(0) => continue,
            Bound::Least(min) => (min, min - 1),
        };
        found.push(Edge { inside: filled(inside), outside: filled(outside), worded });
    }
    found
}

/// The edges of the simple values in a list or map, which share one clause.
fn shared(edges: Vec<Edge>, words: &str, element: &Shape, wrap: impl Fn(Value) -> Value) -> Vec<Edge> {
    let worded = format!("{words}: [{}]", wording(element).join(", "));
    let edge =
        |Edge { inside, outside, .. }| Edge { inside: wrap(inside), outside: wrap(outside), worded: worded.clone() };
    edges.into_iter().map(edge).collect()
}

// === words ===

enum Bound {
    Most(usize),
    Least(usize),
}

fn length_wording(bounds: Bounds) -> Vec<(Bound, String)> {
    let most = bounds.max.map(|max| (most(bounds), format!("less than or equal to {max}")));
    let least = bounds.min.map(|min| (least(bounds), format!("greater than or equal to {min}")));
    let worded = |limit| format!("Member must have length {limit}");
    most.map(|(max, limit)| (Bound::Most(max), worded(limit)))
        .into_iter()
        .chain(least.map(|(min, limit)| (Bound::Least(min), worded(limit))))
        .collect()
}

fn pattern_wording(pattern: &str) -> String {
    format!("Member must satisfy regular expression pattern: {pattern}")
}

fn text_wording(text: &Text) -> Vec<String> {
    let lengths = length_wording(text.length).into_iter().map(|(_, worded)| worded);
    lengths.chain(text.pattern.map(pattern_wording)).collect()
}

fn wording(shape: &Shape) -> Vec<String> {
    match shape {
        Shape::Text(text) => text_wording(text),
        Shape::Choice(values) => vec![format!("Member must satisfy enum value set: [{}]", values.join(", "))],
        _ => Vec::new(),
    }
}

fn shown(shape: &Shape, value: &Value) -> String {
    match shape {
        Shape::Text(text) | Shape::Map(_, text, _) if text.sensitive => String::new(),
        _ => format!(" '{}'", printed(value)),
    }
}

fn printed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(elements) => format!("[{}]", elements.iter().map(printed).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) => {
            let entries = entries.iter().map(|(name, value)| format!("{name}={}", printed(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn lower_first(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}
