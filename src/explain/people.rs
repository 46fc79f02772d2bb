//! The real cause of a person's refusal, in one plain sentence.

use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::scope::Scope;
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

/// Whether the steps are those of a sign-in through the JSON API.
pub(super) fn is_api_sign_in(steps: &[Step<IssueRule>]) -> bool {
    steps.iter().any(|step| step.rule == IssueRule::SignIn(SignInRule::ApiSignInScope))
}

/// Why the access token of such a sign-in has the scopes it has.
pub(super) fn api_scope(scopes: &[Scope]) -> String {
    let mut text = "a sign-in through the JSON API grants only `aws.cognito.signin.user.admin`, whatever the client's \
                    list says: custom scopes need the authorization code grant"
        .to_owned();
    if scopes.len() > 1 {
        text.push_str("; the others were added by a trigger or a declared rule");
    }
    text
}
