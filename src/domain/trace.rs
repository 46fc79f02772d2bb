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
    pub fn require(&mut self, rule: impl Into<R>, held: bool, evidence: Evidence) -> Result<(), Refused<R>> {
        let rule = rule.into();
        let outcome = if held { Outcome::Held } else { Outcome::Refused };
        self.steps.push(Step { rule, outcome, evidence });
        if held { Ok(()) } else { Err(Refused(rule)) }
    }

    /// Records that the rule did not hold.
    pub fn refuse(&mut self, rule: impl Into<R>, evidence: Evidence) -> Refused<R> {
        let rule = rule.into();
        self.steps.push(Step { rule, outcome: Outcome::Refused, evidence });
        Refused(rule)
    }

    /// The same, with evidence that is only true of a refusal.
    pub fn require_or(&mut self, rule: impl Into<R>, held: bool, fault: Evidence) -> Result<(), Refused<R>> {
        self.require(rule, held, if held { Evidence::Nothing } else { fault })
    }

    /// Records that the rule held.
    pub fn grant(&mut self, rule: impl Into<R>, evidence: Evidence) {
        self.steps.push(Step { rule: rule.into(), outcome: Outcome::Held, evidence });
    }

    /// Records something that does not end the decision.
    pub fn note(&mut self, rule: impl Into<R>, evidence: Evidence) {
        self.steps.push(Step { rule: rule.into(), outcome: Outcome::Noted, evidence });
    }

    /// Takes over the steps of another trace, after its own.
    pub fn append(&mut self, mut other: Self) {
        self.steps.append(&mut other.steps);
    }

    /// For how many steps there is room.
    pub fn capacity(&self) -> usize {
        self.steps.capacity()
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
    /// What the request said where it may well be a secret: hinted at, never shown whole.
    Hinted {
        /// The parameter or header.
        parameter: &'static str,
        /// A hint of its value.
        value: Cut,
        /// What is odd about it.
        slip: Option<Slip>,
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
    /// Two texts that had to be the same.
    Differs {
        /// The parameter or header.
        parameter: &'static str,
        /// What the request said.
        presented: Cut,
        /// What it had to say: of several possible ones the most similar.
        expected: Cut,
        /// How many characters they begin with in common.
        common: usize,
    },
    /// The user that it is about.
    User {
        /// The `sub`.
        sub: super::id::Subject,
        /// The user name.
        username: Cut,
    },
    /// A moment that a token names, and the present.
    Moment {
        /// The claim.
        claim: &'static str,
        /// What it says, in seconds; nothing if it is no number.
        at: Option<i64>,
        /// The present, in seconds.
        now: i64,
    },
    /// How the other scope profile would have answered.
    OtherProfile {
        /// The other profile's name.
        profile: &'static str,
        /// Its answer, as one word such as `invalid_grant` or `granted`.
        answer: &'static str,
    },
}

impl Evidence {
    /// Two texts that had to be the same, and how far they are.
    pub fn differs(parameter: &'static str, presented: &str, expected: &str) -> Self {
        let common = presented.chars().zip(expected.chars()).take_while(|(one, other)| one == other).count();
        Self::Differs { parameter, presented: Cut::new(presented), expected: Cut::new(expected), common }
    }

    /// The first few of these names, and how many there are.
    pub fn names<'a>(of: &'static str, names: impl IntoIterator<Item = &'a str>) -> Self {
        const SHOWN: usize = 20;
        let mut total = 0;
        let mut shown = Vec::new();
        for name in names {
            total += 1;
            if shown.len() < SHOWN {
                shown.push(Cut::new(name));
            }
        }
        Self::Names { of, names: shown, total }
    }
}

/// What a hint would not show of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Slip {
    /// It begins or ends with a blank.
    BlankAround,
    /// The client's id came where the secret belongs.
    SwappedWithSecret,
}

impl Slip {
    /// The name in traces.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BlankAround => "blank_around",
            Self::SwappedWithSecret => "swapped_with_secret",
        }
    }
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

/// A text of a request as a trace may show it: of at most [`Cut::LIMIT`] bytes, longer ones end in `…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Cut(Box<str>);

impl Cut {
    /// Long enough for every scope name that a client's list can hold.
    pub const LIMIT: usize = 256;

    /// So many characters on end that could be of a secret are taken for one; no client has a shorter one.
    const SECRET: usize = 24;
    /// How many characters a hint shows.
    const HINT: usize = 4;

    /// Keeps the beginning of the text.
    pub fn new(text: &str) -> Self {
        Self::within(text, Self::LIMIT)
    }

    fn within(text: &str, limit: usize) -> Self {
        if text.len() <= limit {
            return Self(text.into());
        }
        let end = (0..=limit).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
        Self(format!("{}…", text.get(..end).unwrap_or_default()).into())
    }

    /// The first few characters and how many there are: enough to know one's own value again, useless to others.
    pub fn hint(text: &str) -> Self {
        Self(hint(text).into())
    }

    /// Keeps the beginning of the text, with a hint in place of everything that may be a secret.
    ///
    /// People swap parameters: what stands in any of them may be a secret, also percent-encoded twice, or with a blank
    /// where an unencoded `+` was.
    pub fn guarded(text: &str, limit: usize) -> Self {
        let of_secret = |c: char| c.is_alphanumeric() || matches!(c, '_' | '+' | '%' | ' ');
        if text.chars().count() < Self::SECRET {
            return Self::within(text, limit);
        }
        let mut shown = String::with_capacity(limit);
        let mut rest = text;
        // What lies beyond the limit is not shown, so it need not be looked at.
        while !rest.is_empty() && shown.len() <= limit {
            let end = rest.find(|c: char| !of_secret(c)).unwrap_or(rest.len());
            let (run, behind) = rest.split_at(end);
            if run.chars().count() < Self::SECRET {
                shown.push_str(run);
            } else {
                shown.push_str(&hint(run));
            }
            let mut behind = behind.chars();
            shown.extend(behind.next());
            rest = behind.as_str();
        }
        if !rest.is_empty() {
            shown.push('…');
        }
        Self::within(&shown, limit)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn hint(text: &str) -> String {
    let shown: String = text.chars().take(Cut::HINT).collect();
    format!("{shown}… ({} characters)", text.chars().count())
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
        let mut trace: Trace<Always> = Trace::new();
        trace.require(Always, true, Evidence::Nothing).unwrap();
        trace.note(Always, Evidence::Remark("by the way"));
        let refused = trace.require(Always, false, Evidence::Nothing).unwrap_err();
        assert_eq!(refused.rule(), Always);
        let outcomes: Vec<_> = trace.steps().iter().map(|step| step.outcome).collect();
        assert_eq!(outcomes, [Outcome::Held, Outcome::Noted, Outcome::Refused]);
    }

    #[test]
    fn what_is_only_true_of_a_refusal_is_not_said_of_what_held() {
        let mut trace: Trace<Always> = Trace::new();
        trace.require_or(Always, true, Evidence::Remark("it is broken")).unwrap();
        trace.require_or(Always, false, Evidence::Remark("it is broken")).unwrap_err();
        let evidence: Vec<_> = trace.steps().iter().map(|step| step.evidence.clone()).collect();
        assert_eq!(evidence, [Evidence::Nothing, Evidence::Remark("it is broken")]);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(Cut::new("short").as_str(), "short");
        let long = format!("a{}", "é".repeat(200));
        let cut = Cut::new(&long);
        assert_eq!(cut.as_str(), format!("a{}…", "é".repeat(127)));
    }

    #[test]
    fn a_hint_shows_four_characters_and_the_length() {
        assert_eq!(Cut::hint("supersecretvalue").as_str(), "supe… (16 characters)");
        assert_eq!(Cut::hint("éé").as_str(), "éé… (2 characters)");
    }

    #[test]
    fn what_may_be_a_secret_is_hinted_at_wherever_it_stands() {
        let guarded = |text: &str| Cut::guarded(text, 64).as_str().to_owned();
        for plain in ["", "password ", "urn:ietf:params:oauth:grant-type:token-exchange", &"a".repeat(23)] {
            assert_eq!(guarded(plain), plain);
        }
        let secret = "a_b+c".repeat(5);
        assert_eq!(guarded(&secret), "a_b+… (25 characters)");
        assert_eq!(guarded(&format!("id:{secret}/x")), "id:a_b+… (25 characters)/x");
        assert_eq!(guarded(&secret.replace('+', " ")), "a_b … (25 characters)");
        assert_eq!(guarded(&"a/".repeat(40)), format!("{}…", "a/".repeat(32)));
        assert_eq!(guarded(&"s".repeat(100_000)), "ssss… (100000 characters)");
    }
}
