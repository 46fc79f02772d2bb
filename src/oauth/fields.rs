//! The names and values of a query or a form, decoded once.

use percent_encoding::percent_decode;

/// Names and values in their order.
#[derive(Clone, Default)]
pub struct Fields {
    pairs: Vec<(String, Value)>,
}

#[derive(Clone)]
enum Value {
    Text(String),
    NotText,
}

/// Why a parameter cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// It is there twice (RFC 6749, section 3.1).
    Repeated(&'static str),
    /// It is no UTF-8.
    NotText(&'static str),
}

impl Fields {
    /// Reads a query, or a form's body.
    pub fn parse(encoded: &[u8]) -> Self {
        let pairs = encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
        Self { pairs: pairs.map(pair).collect() }
    }

    /// The fields whose names have a bound, with every value taken for no text that is longer, in characters, or holds
    /// control characters, which no field of a form takes.
    #[must_use]
    pub fn within(mut self, longest: fn(&str) -> Option<usize>) -> Self {
        self.pairs.retain_mut(|(name, value)| {
            let Some(longest) = longest(name) else { return false };
            let fits = |text: &str| text.chars().count() <= longest && !text.contains(char::is_control);
            if matches!(value, Value::Text(text) if !fits(text)) {
                *value = Value::NotText;
            }
            true
        });
        self
    }

    /// The value under this name, unless it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.raw(name).filter(|value| !value.is_empty())
    }

    /// The first value under this name, also if it is empty.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).and_then(|(_, value)| match value {
            Value::Text(text) => Some(text.as_str()),
            Value::NotText => None,
        })
    }

    /// How often the name is there.
    pub fn count(&self, name: &str) -> usize {
        self.pairs.iter().filter(|(known, _)| known == name).count()
    }

    /// Whether there is a value that is no text.
    pub fn has_unusable(&self) -> bool {
        self.pairs.iter().any(|(_, value)| matches!(value, Value::NotText))
    }

    /// Whether each of these is there at most once, and text.
    pub fn check(&self, names: &[&'static str]) -> Result<(), Unusable> {
        for name in names {
            if self.count(name) > 1 {
                return Err(Unusable::Repeated(name));
            }
            if self.count(name) == 1 && self.raw(name).is_none() {
                return Err(Unusable::NotText(name));
            }
        }
        Ok(())
    }

    /// Adds what was learnt elsewhere.
    pub fn add(&mut self, name: &str, value: String) {
        self.pairs.push((name.to_owned(), Value::Text(value)));
    }

    /// The names that begin like this, without the beginning, and their values.
    pub fn beginning<'a>(&'a self, with: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.pairs.iter().filter_map(move |(name, value)| match value {
            Value::Text(text) => Some((name.strip_prefix(with)?, text.as_str())),
            Value::NotText => None,
        })
    }
}

fn pair(encoded: &[u8]) -> (String, Value) {
    let mut halves = encoded.splitn(2, |byte| *byte == b'=').map(decode);
    let name = String::from_utf8_lossy(&halves.next().unwrap_or_default()).into_owned();
    let value = String::from_utf8(halves.next().unwrap_or_default());
    (name, value.map_or(Value::NotText, Value::Text))
}

/// `+` is a space and `%XX` a byte; a `%` that starts no such pair stands for itself.
fn decode(encoded: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = encoded.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).collect()
}

/// The query without the parameters of these names, each left as it was written.
pub fn without(query: &str, names: &[&str]) -> String {
    let kept = |pair: &&str| !names.contains(&pair.split('=').next().unwrap_or_default());
    query.split('&').filter(|pair| !pair.is_empty()).filter(kept).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded() {
        let fields = Fields::parse(b"a=b+c%20d&&e&f%5B=%zz&g=");
        assert_eq!((fields.get("a"), fields.get("f["), fields.raw("e")), (Some("b c d"), Some("%zz"), Some("")));
        assert_eq!((fields.get("g"), fields.raw("g"), fields.raw("h")), (None, Some(""), None));
    }

    #[test]
    fn a_parameter_is_there_once_and_text() {
        let checked = |query: &[u8]| Fields::parse(query).check(&["state", "scope"]);
        assert_eq!(checked(b"state=1&scope=2&x=1&x=2&y=%ff"), Ok(()));
        assert_eq!(checked(b"scope=2&scope=2"), Err(Unusable::Repeated("scope")));
        assert_eq!(checked(b"scope=2&sc%6fpe=2"), Err(Unusable::Repeated("scope")));
        assert_eq!(checked(b"state=%ff"), Err(Unusable::NotText("state")));
    }

    #[test]
    fn a_value_beyond_its_bounds_is_no_text() {
        let longest = |name: &str| Some(if name == "a" { 2 } else { 3 });
        let fields = Fields::parse(b"a=\xc3\xa4\xc3\xa4&b=xxx&c=xxxx&d=%00&a=xxx").within(longest);
        assert_eq!(["a", "b", "c", "d"].map(|name| fields.raw(name)), [Some("ää"), Some("xxx"), None, None]);
        assert!(fields.has_unusable());
    }

    #[test]
    fn a_field_without_bounds_is_left_out_whatever_it_holds() {
        let fields = Fields::parse(b"a=x&b=%ff&c=xxxx").within(|name| (name == "a").then_some(1));
        assert_eq!((fields.raw("a"), fields.count("b"), fields.raw("c")), (Some("x"), 0, None));
        assert!(!fields.has_unusable());
    }

    #[test]
    fn the_rest_of_a_query_stays_as_it_was_written() {
        assert_eq!(without("a=%20+&notice=x&b&&notice", &["notice"]), "a=%20+&b");
        assert_eq!(without("notice=x", &["notice"]), "");
    }
}
