//! What can go wrong with a request that no rule refused.

/// What went wrong before a route was looked for, behind the gateway, or on the way there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The path has none of the stages and base paths that there are here.
    NoSuchStage,
    /// The upstream cannot be reached, or breaks off.
    UpstreamDown,
    /// The upstream does not answer in time.
    UpstreamSlow,
    /// The request cannot be passed on as it is: its headers contradict each other, or its body breaks off.
    BadRequest,
    /// The body is longer than the gateway takes.
    BodyTooLong,
    /// The function behind the gateway answers what is no answer.
    BadFunctionAnswer,
    /// poolpass itself failed.
    Internal,
}

impl Fault {
    /// Every fault, for documentation and tests.
    pub const ALL: [Self; 7] = [
        Self::NoSuchStage,
        Self::UpstreamDown,
        Self::UpstreamSlow,
        Self::BadRequest,
        Self::BodyTooLong,
        Self::BadFunctionAnswer,
        Self::Internal,
    ];

    /// The stable name by which traces refer to it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoSuchStage => "no-such-stage",
            Self::UpstreamDown => "upstream-down",
            Self::UpstreamSlow => "upstream-slow",
            Self::BadRequest => "bad-request",
            Self::BodyTooLong => "body-too-long",
            Self::BadFunctionAnswer => "bad-function-answer",
            Self::Internal => "internal",
        }
    }
}
