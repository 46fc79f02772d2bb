//! The real cause of a person's refusal, in one plain sentence.

use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::trace::{Evidence, Rule as _, Step};

/// Why a person got no token, with the smallest thing that would change it.
pub(super) fn refusal(rule: SignInRule, step: &Step<IssueRule>) -> String {
    match (rule, &step.evidence) {
        (
            SignInRule::RedirectRegistered | SignInRule::RedirectRepeated,
            Evidence::Differs { presented, expected, common, .. },
        ) => {
            format!(
                "the request names the callback `{}`, where `{}` was needed; they differ from character {} on",
                presented.as_str(),
                expected.as_str(),
                common.saturating_add(1)
            )
        }
        (rule, _) => format!("this does not hold: {}", IssueRule::SignIn(rule).demands()),
    }
}
