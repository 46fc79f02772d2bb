//! What the pages say.

use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::user::User;
use crate::tokens::ClientView;

/// A form whose page is not the last one that was shown.
pub(in crate::oauth) const OUTDATED: &str = "This page was out of date. Please try again.";
/// COGNITO: the sentence of the classic page (measured).
pub(in crate::oauth) const INCORRECT: &str = "Incorrect username or password.";
/// The list of users is not offered.
pub(in crate::oauth) const NO_PICKER: &str = "Signing in without a password is not offered here.";

/// The sentence behind a `notice` parameter.
pub(in crate::oauth) fn notice(code: &str) -> Option<&'static str> {
    match code {
        "expired" => Some("Your sign-in took too long. Please begin again."),
        "confirmed" => Some("Your account is confirmed. You can sign in now."),
        "changed" => Some("Your password is changed. You can sign in now."),
        "sent" => Some("A new code is on its way."),
        "reset" => Some("Your password must be reset. Enter the code that you were sent."),
        _ => None,
    }
}

/// What users of this pool sign in with.
pub(in crate::oauth) fn name_label(view: &ClientView) -> String {
    let attributes = view.owner.fixed.username_attributes.as_deref().unwrap_or_default();
    let has = |name: &str| attributes.iter().any(|attribute| attribute == name);
    match (has("email"), has("phone_number")) {
        (true, true) => "Email or phone number",
        (true, false) => "Email",
        (false, true) => "Phone number",
        (false, false) => "Username",
    }
    .to_owned()
}

/// What a user is called where the user name says nothing.
pub(in crate::oauth) fn called(user: &User) -> String {
    let telling = || user.attribute("email").or_else(|| user.attribute("phone_number"));
    let named = if user.username == user.sub.as_str() { telling() } else { None };
    named.unwrap_or(&user.username).to_owned()
}

/// What a refusal is called on a page.
pub(in crate::oauth) fn refused(rule: IssueRule) -> &'static str {
    match rule {
        IssueRule::SignIn(SignInRule::UserEnabled) => "User is disabled.",
        IssueRule::SignIn(SignInRule::UserExists) => "User does not exist.",
        IssueRule::SignIn(SignInRule::UserConfirmed) => "User is not confirmed.",
        IssueRule::SignIn(SignInRule::AttemptsLeft) => "Password attempts exceeded",
        IssueRule::SignIn(SignInRule::TemporaryPasswordAlive) => {
            "Temporary password has expired and must be reset by an administrator."
        }
        IssueRule::SignIn(SignInRule::ChallengeAnswered | SignInRule::OneTimePasswordUnused) => {
            "Invalid code received for user"
        }
        IssueRule::SignIn(SignInRule::SessionKnown | SignInRule::SessionAlive | SignInRule::SessionUnused) => {
            "Invalid session for the user."
        }
        _ => INCORRECT,
    }
}
