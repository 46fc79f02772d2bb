//! The template of a route's path: literal segments, parameters, and a greedy tail.

use std::fmt;

/// How many segments a route's path may have.
pub(super) const DEEPEST: usize = 256;

/// How many bytes it may have.
const LONGEST: usize = 4096;

/// How many characters of a path that is too long are shown.
const SHOWN: usize = 40;

/// `/orders/{id}/{proxy+}`, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PathTemplate {
    text: String,
    segments: Vec<Segment>,
}

/// What stands between two slashes of a template.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// These very bytes, as they stand in a request.
    Literal(String),
    /// `{name}`: any one segment that is not empty.
    Parameter(String),
    /// `{name+}`: one segment or more, up to the end.
    Greedy(String),
}

/// Not a path that a route can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It must begin with a slash.
    #[error("the path `{0}` does not begin with `/`")]
    NotRooted(String),
    /// It must have an end in sight.
    #[error("a path has more than {DEEPEST} segments or {LONGEST} bytes: it begins with `{0}`")]
    TooLong(String),
    /// A parameter must have braces around it, alone in its segment, and a name.
    #[error("`{segment}` in the path `{path}` is neither a literal nor `{{name}}` nor `{{name+}}`")]
    Segment {
        /// The path.
        path: String,
        /// The segment at fault.
        segment: String,
    },
    /// What follows a greedy parameter could never be matched.
    #[error("the path `{0}` goes on after its greedy parameter")]
    AfterGreedy(String),
    /// Two parameters would overwrite each other.
    #[error("the path `{path}` has the parameter `{name}` twice")]
    ParameterTwice {
        /// The path.
        path: String,
        /// The name.
        name: String,
    },
}

impl PathTemplate {
    /// Reads a template. `/` has no segments; a slash at the end begins an empty literal.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        if text.len() > LONGEST || text.split('/').count() > DEEPEST + 1 {
            return Err(PathError::TooLong(text.chars().take(SHOWN).collect()));
        }
        let rest = text.strip_prefix('/').ok_or_else(|| PathError::NotRooted(text.to_owned()))?;
        let mut segments: Vec<Segment> = Vec::new();
        for part in rest.split('/').filter(|_| !rest.is_empty()) {
            if matches!(segments.last(), Some(Segment::Greedy(_))) {
                return Err(PathError::AfterGreedy(text.to_owned()));
            }
            let segment = Segment::parse(part)
                .ok_or_else(|| PathError::Segment { path: text.to_owned(), segment: part.to_owned() })?;
            let name = segment.parameter();
            if name.is_some() && segments.iter().any(|before| before.parameter() == name) {
                let name = name.unwrap_or_default().to_owned();
                return Err(PathError::ParameterTwice { path: text.to_owned(), name });
            }
            segments.push(segment);
        }
        Ok(Self { text: text.to_owned(), segments })
    }

    /// Its segments, in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Segment {
    fn parse(text: &str) -> Option<Self> {
        let Some(inner) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) else {
            return (!text.contains(['{', '}'])).then(|| Self::Literal(text.to_owned()));
        };
        let (name, greedy) = inner.strip_suffix('+').map_or((inner, false), |name| (name, true));
        let named =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-:$".contains(&byte));
        named.then(|| if greedy { Self::Greedy(name.to_owned()) } else { Self::Parameter(name.to_owned()) })
    }

    /// The name of the parameter, if it is one.
    pub fn parameter(&self) -> Option<&str> {
        match self {
            Self::Literal(_) => None,
            Self::Parameter(name) | Self::Greedy(name) => Some(name),
        }
    }
}

impl fmt::Display for PathTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_taken_apart_at_its_slashes() {
        let literal = |text: &str| Segment::Literal(text.to_owned());
        let parsed = |text: &str| PathTemplate::parse(text).map(|path| path.segments);
        assert_eq!(parsed("/"), Ok(vec![]));
        assert_eq!(parsed("/a/"), Ok(vec![literal("a"), literal("")]));
        assert_eq!(
            parsed("/a/{b}/{c+}"),
            Ok(vec![literal("a"), Segment::Parameter("b".to_owned()), Segment::Greedy("c".to_owned())])
        );
    }

    #[test]
    fn what_cannot_be_matched_is_no_template() {
        let refused = |text: &str| PathTemplate::parse(text).unwrap_err().to_string();
        assert_eq!(refused("a"), "the path `a` does not begin with `/`");
        assert_eq!(refused("/{a"), "`{a` in the path `/{a` is neither a literal nor `{name}` nor `{name+}`");
        assert_eq!(refused("/x{a}"), "`x{a}` in the path `/x{a}` is neither a literal nor `{name}` nor `{name+}`");
        assert_eq!(refused("/{}"), "`{}` in the path `/{}` is neither a literal nor `{name}` nor `{name+}`");
        assert_eq!(refused("/{a+}/b"), "the path `/{a+}/b` goes on after its greedy parameter");
        assert_eq!(refused("/{a}/{a}"), "the path `/{a}/{a}` has the parameter `a` twice");
        let begins = |path: &str| format!("a path has more than 256 segments or 4096 bytes: it begins with `{path}`");
        assert_eq!(refused(&"/a".repeat(257)), begins(&"/a".repeat(20)));
        assert_eq!(refused(&format!("/{}", "é".repeat(2048))), begins(&format!("/{}", "é".repeat(39))));
        assert!(PathTemplate::parse(&"/a".repeat(256)).is_ok());
        assert!(PathTemplate::parse(&format!("/{}", "a".repeat(4095))).is_ok());
    }
}
