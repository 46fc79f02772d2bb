//! The real cause of an answer about a person, in one plain sentence, with the smallest thing that would change it.

use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::trace::{Cut, Evidence, Outcome, Rule as _, Step};

/// Why a person got no token.
pub(super) fn refusal(client: &str, rule: SignInRule, step: &Step<IssueRule>) -> String {
    let sentence = authorizing(client, rule, step).or_else(|| redeeming(client, rule, step));
    let sentence = sentence.or_else(|| signing_in(client, rule, step)).or_else(|| account(rule, step));
    sentence.unwrap_or_else(|| format!("this does not hold: {}", IssueRule::SignIn(rule).demands()))
}

/// What is worth knowing beside the scopes of a person's token; ends the sentence about them.
pub(super) fn notes(steps: &[Step<IssueRule>]) -> String {
    let noted = |rule: SignInRule| {
        steps.iter().any(|step| step.rule == IssueRule::SignIn(rule) && step.outcome == Outcome::Noted)
    };
    let mut text = String::new();
    if noted(SignInRule::DeclaredRuleChangedToken) {
        text.push_str("; a declared rule changed what the token says, see `token_rules`");
    }
    if noted(SignInRule::TriggerChangedToken) {
        text.push_str("; the trigger before token generation changed what the token says");
    }
    text
}

/// What a token of a person carries and why; `None` if the trace is not about a person.
pub(super) fn granted(count: usize, steps: &[Step<IssueRule>]) -> Option<String> {
    let about = |rule: SignInRule| steps.iter().any(|step| step.rule == IssueRule::SignIn(rule));
    if about(SignInRule::ApiSignInScope) {
        let more = if count > 1 { "; the others were added by a trigger or a declared rule" } else { "" };
        return Some(format!(
            "a sign-in through the JSON API grants only `aws.cognito.signin.user.admin`, whatever the client's list says: \
             custom scopes need the authorization code grant{more}"
        ));
    }
    let person =
        [SignInRule::CodeUsable, SignInRule::RefreshTokenCurrent, SignInRule::UserExists].into_iter().any(about);
    person.then(|| match count {
        0 => "none of the scopes granted at the sign-in is left, so the token has no scope claim".to_owned(),
        _ => "the token carries the scopes granted at the sign-in that the client still has".to_owned(),
    })
}

fn authorizing(client: &str, rule: SignInRule, step: &Step<IssueRule>) -> Option<String> {
    let value = value(step);
    Some(match (rule, &step.evidence) {
        (SignInRule::ResponseTypeKnown, _) => {
            format!("the response type is {value}, and only `code` and `token` are served: ask for one of them")
        }
        (SignInRule::RedirectGiven, _) => {
            format!("the request names no callback and client `{client}` has no default one: add `redirect_uri`")
        }
        (SignInRule::RedirectRegistered, Evidence::Differs { parameter, presented, expected, common }) => format!(
            "{}: register it in {} of client `{client}`, or send the registered one",
            mismatch(parameter, "the most similar registered one is", presented, (expected, *common)),
            registered_in(parameter).1
        ),
        (SignInRule::RedirectRegistered, evidence) => {
            let parameter =
                if let Evidence::Presented { parameter, .. } = evidence { parameter } else { "redirect_uri" };
            let (kind, list) = registered_in(parameter);
            format!("client `{client}` has no {kind} {value}: register it in {list}, byte for byte as it is sent")
        }
        (SignInRule::IdentityProviderAllowed, _) => format!(
            "client `{client}` does not offer the identity provider {value}: users of the pool itself are `COGNITO`"
        ),
        (SignInRule::CodeChallengeUsable, _) => {
            format!("the code challenge cannot be used{}: send it with `code_challenge_method=S256`", because(step))
        }
        (SignInRule::ResourceUsable, _) => {
            format!("`resource` is {value}, which is no URL of one API: send an absolute URL without a fragment")
        }
        (SignInRule::PromptUsable, _) => {
            format!("`prompt` is {value}: send `none` alone, or some of login, select_account and consent")
        }
        (SignInRule::NobodyMustBeAsked, _) => {
            "`prompt=none` forbids to ask, and the browser is not signed in: send the user here without it first"
                .to_owned()
        }
        (SignInRule::BrowserSignedIn, _) => "the browser is not signed in to the pool: sign in first".to_owned(),
        _ => return None,
    })
}

fn redeeming(client: &str, rule: SignInRule, step: &Step<IssueRule>) -> Option<String> {
    Some(match (rule, &step.evidence) {
        (SignInRule::CodeUsable, _) => {
            format!("{}: start again at the authorize endpoint", told(step, "the code is bad"))
        }
        (SignInRule::RedirectRepeated, Evidence::Differs { presented, expected, common, .. }) => format!(
            "{}; the code is spent all the same: repeat the `redirect_uri` exactly",
            mismatch("redirect_uri", "the code was sent to", presented, (expected, *common))
        ),
        (SignInRule::RedirectRepeated, _) => {
            "the exchange names another callback than the authorize request: repeat it exactly".to_owned()
        }
        (SignInRule::CodeVerifierMatches, _) => format!(
            "{}; the code is spent all the same: send the verifier whose SHA-256 the challenge is",
            told(step, "the code verifier does not match")
        ),
        (SignInRule::AttributesReadable, Evidence::Names { names, .. }) => {
            let names: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_str())).collect();
            format!(
                "client `{client}` may not read every attribute behind the granted scopes: add {} to its \
                 ReadAttributes, or ask for fewer scopes",
                names.join(", ")
            )
        }
        (SignInRule::RefreshTokenKnown, _) => {
            format!("{}: sign in again", told(step, "the refresh token is not one of this client"))
        }
        (SignInRule::RefreshTokenAlive, _) => format!(
            "the refresh token has expired, and replacements end when the first one would have: sign in again, or give \
             client `{client}` a longer RefreshTokenValidity"
        ),
        (SignInRule::RefreshTokenNotRevoked, _) => {
            format!("the refresh token was revoked{}: sign in again", because(step))
        }
        (SignInRule::RefreshTokenCurrent, _) => format!(
            "the refresh token was replaced by a newer one and its grace period is over: use the newest, or give \
             client `{client}` a longer RetryGracePeriodSeconds"
        ),
        (SignInRule::RefreshAllowed, _) => format!(
            "refresh tokens of client `{client}` rotate, which REFRESH_TOKEN_AUTH cannot do: call \
             GetTokensFromRefreshToken"
        ),
        _ => return None,
    })
}

fn signing_in(client: &str, rule: SignInRule, step: &Step<IssueRule>) -> Option<String> {
    Some(match rule {
        SignInRule::AuthFlowEnabled => {
            format!("client `{client}` does not allow the flow {}: add it to ExplicitAuthFlows", value(step))
        }
        SignInRule::SecretHashPresented => format!(
            "client `{client}` has a secret and the request has no SECRET_HASH: send the base64 of the HMAC-SHA-256 of \
             user name and client id under the secret"
        ),
        SignInRule::SecretHashMatches if matches!(step.evidence, Evidence::Remark(_)) => {
            format!("client `{client}` has no secret, so there is no SECRET_HASH of it: leave it out")
        }
        SignInRule::SecretHashMatches => format!(
            "the SECRET_HASH was not made with a live secret of client `{client}`: it is the base64 of the \
             HMAC-SHA-256 of the user name as sent and the client id"
        ),
        SignInRule::SessionUnused if matches!(step.evidence, Evidence::Remark(_)) => {
            format!("the Session cannot be answered any more{}: start the sign-in again", because(step))
        }
        SignInRule::AttemptsLeft if matches!(step.evidence, Evidence::Remark(_)) => {
            format!("the Session had its last round{}: start the sign-in again", because(step))
        }
        SignInRule::AttemptsLeft => {
            "the user has failed too often of late: wait, the lock doubles with every further failure up to 15 minutes"
                .to_owned()
        }
        SignInRule::SessionKnown => {
            "the Session is not one of this client, user and challenge: send back the one of the last answer".to_owned()
        }
        SignInRule::SessionAlive => format!(
            "the Session has expired: start the sign-in again, or give client `{client}` a longer AuthSessionValidity"
        ),
        SignInRule::SessionUnused => {
            "the Session was used before, and each works once: send back the one of the last answer".to_owned()
        }
        SignInRule::ChallengeAnswered => {
            format!("the challenge was not answered rightly{}: try again", because(step))
        }
        SignInRule::OneTimePasswordUnused => {
            "the authenticator app's code was used before: wait for the next one, at most 30 seconds".to_owned()
        }
        SignInRule::TriggerAllowed => trigger(step),
        _ => return None,
    })
}

fn account(rule: SignInRule, step: &Step<IssueRule>) -> Option<String> {
    Some(match (rule, &step.evidence) {
        (SignInRule::UserExists, Evidence::User { username, .. }) => format!(
            "the user `{}` of the sign-in does not exist any more, even if there is another of that name: sign in again",
            username.as_str()
        ),
        (SignInRule::UserExists, _) => format!("the pool has no user {}: create one, or check the name", value(step)),
        (SignInRule::PasswordMatches, _) => {
            format!("the password is not the user's{}: the user was found, so the name is right", because(step))
        }
        (SignInRule::UserEnabled, _) => "the user is disabled: call AdminEnableUser".to_owned(),
        (SignInRule::UserConfirmed, _) => {
            "the user's account is not confirmed: call ConfirmSignUp with the code, or AdminConfirmSignUp".to_owned()
        }
        (SignInRule::PasswordNotReset, _) => {
            "the user must choose a new password first: call ForgotPassword, then ConfirmForgotPassword".to_owned()
        }
        (SignInRule::TemporaryPasswordAlive, _) => {
            "the temporary password has expired: call AdminCreateUser with MessageAction RESEND, or AdminSetUserPassword"
                .to_owned()
        }
        _ => return None,
    })
}

fn trigger(step: &Step<IssueRule>) -> String {
    match &step.evidence {
        Evidence::Presented { parameter, value } => {
            format!("the trigger `{parameter}` let it fail: {}", value.as_str())
        }
        _ => format!("a trigger of the pool let it fail{}: see what the function logged", because(step)),
    }
}

/// What a URL of this parameter is, and the client's list that must hold it.
fn registered_in(parameter: &str) -> (&'static str, &'static str) {
    if parameter == "redirect_uri" { ("callback", "CallbackURLs") } else { ("logout URL", "LogoutURLs") }
}

fn mismatch(parameter: &str, of_expected: &str, presented: &Cut, (expected, common): (&Cut, usize)) -> String {
    let (kind, _) = registered_in(parameter);
    let (presented, expected) = (presented.as_str(), expected.as_str());
    let slash = presented.trim_end_matches('/') == expected.trim_end_matches('/');
    let hint = if slash { " (only a slash at the end)" } else { "" };
    format!(
        "the request names the {kind} `{presented}`, {of_expected} `{expected}`; they differ from character {} on{hint}",
        common.saturating_add(1)
    )
}

/// What the request said, in backticks.
fn value(step: &Step<IssueRule>) -> String {
    match &step.evidence {
        Evidence::Presented { value, .. } | Evidence::Hinted { value, .. } => format!("`{}`", value.as_str()),
        Evidence::Remark(remark) => format!("`{remark}`"),
        _ => "of the request".to_owned(),
    }
}

/// A remark of the step in place of something general.
fn told(step: &Step<IssueRule>, general: &'static str) -> &'static str {
    match step.evidence {
        Evidence::Remark(remark) => remark,
        _ => general,
    }
}

/// A remark of the step in brackets.
fn because(step: &Step<IssueRule>) -> String {
    match &step.evidence {
        Evidence::Remark(remark) => format!(" ({remark})"),
        _ => String::new(),
    }
}
