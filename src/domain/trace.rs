//! Recording is deciding: a refusal can only be made by recording the step that refuses.
//!
//! A [`Trace`] is filled while a decision is taken and returned beside it. Its steps name the rule, whether it held, and
//! the evidence; [`Refused`] has a private field, so that [`Trace::require`] is its only source.

use serde::Serialize;

use super::id::{ClientId, ClientSecretId, UserPoolId};
use super::scope::Scope;

/// A reason to say no, of one decision family.
pub trait Rule: Copy {
    /// The stable name by which traces, tests and documents refer to the rule.
    fn id(self) -> &'static str;
    /// What the rule demands, as one plain sentence.
    fn demands(self) -> &'static str;
    /// Where the rule is documented.
    fn source(self) -> &'static str;
}

/// A decision that went against the asker, and the rule that did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused<R>(R);

impl<R: Copy> Refused<R> {
    /// The rule that did not hold.
    pub fn rule(&self) -> R {
        self.0
    }
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The rule held.
    Held,
    /// The rule did not hold and ended the decision.
    Refused,
    /// Worth knowing; it did not end the decision.
    Noted,
}

/// One step of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<R> {
    /// The rule that was looked at.
    pub rule: R,
    /// How it went.
    pub outcome: Outcome,
    /// What it was judged on.
    pub evidence: Evidence,
}

/// The ordered steps of one decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace<R> {
    steps: Vec<Step<R>>,
}

impl<R> Default for Trace<R> {
    fn default() -> Self {
        Self { steps: Vec::new() }
    }
}

impl<R: Rule> Trace<R> {
    /// An empty trace.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes room for this many further steps.
    pub fn reserve(&mut self, steps: usize) {
        self.steps.reserve(steps);
    }

    /// Records the step and refuses if the rule did not hold.
    pub fn require(&mut self, rule: R, held: bool, evidence: Evidence) -> Result<(), Refused<R>> {
        let outcome = if held { Outcome::Held } else { Outcome::Refused };
        self.steps.push(Step { rule, outcome, evidence });
        if held { Ok(()) } else { Err(Refused(rule)) }
    }

    /// Records that the rule held.
    pub fn grant(&mut self, rule: R, evidence: Evidence) {
        self.steps.push(Step { rule, outcome: Outcome::Held, evidence });
    }

    /// Records something that does not end the decision.
    pub fn note(&mut self, rule: R, evidence: Evidence) {
        self.steps.push(Step { rule, outcome: Outcome::Noted, evidence });
    }

    /// The steps so far, in order.
    pub fn steps(&self) -> &[Step<R>] {
        &self.steps
    }
}

/// What a step was judged on. Never holds a secret or a whole token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The rule speaks for itself.
    Nothing,
    /// A fixed remark.
    Remark(&'static str),
    /// What the request said, cut to a bounded length.
    Presented {
        /// The parameter or header.
        parameter: &'static str,
        /// Its value, cut.
        value: Cut,
    },
    /// The client that was found.
    Client {
        /// Its id.
        client: ClientId,
        /// The pool it belongs to.
        pool: UserPoolId,
    },
    /// Which of the client's secrets was presented.
    Secret {
        /// The secret's id, not the secret.
        secret: ClientSecretId,
    },
    /// How one scope stands.
    Scope {
        /// The scope's full name.
        scope: Scope,
        /// Its standing.
        standing: Standing,
    },
    /// A name that no list holds, cut.
    UnlistedScope {
        /// The name as requested.
        scope: Cut,
        /// Its standing.
        standing: Standing,
        /// A name on the client's list that looks as if it was meant.
        meant: Option<Scope>,
    },
    /// Names that belong to the step, cut to a bounded number.
    Names {
        /// What the names are.
        of: &'static str,
        /// The names, cut.
        names: Vec<Cut>,
        /// How many there are in all.
        total: usize,
    },
    /// How the other scope profile would have answered.
    OtherProfile {
        /// The other profile's name.
        profile: &'static str,
        /// Its answer, as one word such as `invalid_grant` or `granted`.
        answer: &'static str,
    },
}

/// How a scope stands between the registry and a client's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// On the client's list and defined by a resource server.
    Active,
    /// On the client's list; no resource server defines it now.
    Inactive,
    /// On the client's list; every pool knows it.
    BuiltIn,
    /// Not on the client's list, though a resource server defines it.
    DefinedButNotOnList,
    /// Not on the client's list, and no resource server defines it.
    UndefinedAndNotOnList,
    /// A built-in scope, which is not on the client's list.
    BuiltInNotOnList,
}

impl Standing {
    /// The name in traces.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::BuiltIn => "built_in",
            Self::DefinedButNotOnList => "defined_but_not_on_list",
            Self::UndefinedAndNotOnList => "undefined_and_not_on_list",
            Self::BuiltInNotOnList => "built_in_not_on_list",
        }
    }
}

/// A text of at most [`Cut::LIMIT`] bytes: longer ones end in `…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Cut(Box<str>);

impl Cut {
    /// Long enough for every scope name that a client's list can hold.
    pub const LIMIT: usize = 256;

    /// Keeps the beginning of the text.
    pub fn new(text: &str) -> Self {
        if text.len() <= Self::LIMIT {
            return Self(text.into());
        }
        let end = (0..=Self::LIMIT).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
        Self(format!("{}…", text.get(..end).unwrap_or_default()).into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    struct Always;

    impl Rule for Always {
        fn id(self) -> &'static str {
            "always"
        }
        fn demands(self) -> &'static str {
            "always"
        }
        fn source(self) -> &'static str {
            "nowhere"
        }
    }

    #[test]
    fn a_refusal_leaves_its_step() {
        let mut trace = Trace::new();
        trace.require(Always, true, Evidence::Nothing).unwrap();
        trace.note(Always, Evidence::Remark("by the way"));
        let refused = trace.require(Always, false, Evidence::Nothing).unwrap_err();
        assert_eq!(refused.rule(), Always);
        let outcomes: Vec<_> = trace.steps().iter().map(|step| step.outcome).collect();
        assert_eq!(outcomes, [Outcome::Held, Outcome::Noted, Outcome::Refused]);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(Cut::new("short").as_str(), "short");
        let long = format!("a{}", "é".repeat(200));
        let cut = Cut::new(&long);
        assert_eq!(cut.as_str(), format!("a{}…", "é".repeat(127)));
    }
}
