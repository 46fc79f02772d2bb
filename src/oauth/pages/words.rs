//! What the pages say.

use crate::domain::pool::UserPool;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::user::User;
use crate::hooks::HookFailure;
use crate::registry::RegistryError;
use crate::registry::users::UserError;
use crate::registry::users::attributes::AttributeError;
use crate::registry::users::passwords::PasswordProblem;
use crate::self_service::AccountError;
use crate::self_service::triggers::TriggerFailure;
use crate::sign_in::{Parameter, SignInFailure};
use crate::tokens::ClientView;

/// A form whose page is not the last one that was shown.
pub(in crate::oauth) const OUTDATED: &str = "This page was out of date. Please try again.";
/// COGNITO: the sentence of the classic page (measured).
pub(in crate::oauth) const INCORRECT: &str = "Incorrect username or password.";
/// A form that says what no page of ours lets anybody say.
pub(in crate::oauth) const UNUSABLE: &str = "One of the values is too long or no text.";
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

/// What a form is told that lacks a field.
pub(in crate::oauth) fn missing(field: &str) -> &'static str {
    match field {
        "username" => "Enter a name without blanks.",
        "password" => "Enter a password.",
        _ => "Enter the code.",
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

/// What the page says of something that users do for themselves; nothing if it is our fault.
pub(in crate::oauth) fn account(error: &AccountError) -> Option<String> {
    let sentence = match error {
        AccountError::UserNotFound => "User does not exist.",
        AccountError::SignUpNotPermitted => "SignUp is not permitted for this user pool.",
        AccountError::UsernameExists => "User already exists.",
        AccountError::CodeMismatch => "Invalid verification code provided, please try again.",
        AccountError::CodeExpired => "Invalid code provided, please request a code again.",
        AccountError::NotConfirmable(_) => "User cannot be confirmed.",
        AccountError::AlreadyConfirmed => "User is already confirmed.",
        AccountError::NothingToVerify => "No code can be sent: this pool verifies no address that the user has.",
        AccountError::TooManyAttempts => "Attempt limit exceeded, please try after some time.",
        AccountError::NoVerifiedContact => {
            "Cannot reset password for the user as there is no registered/verified email or phone_number."
        }
        AccountError::NotResettable => "User password cannot be reset in the current state.",
        AccountError::ContactAdministrator => "Contact administrator to reset password.",
        AccountError::WrongPassword | AccountError::SecretHash(..) => INCORRECT,
        AccountError::PasswordLocked => "Password attempts exceeded",
        AccountError::Disabled => "User is disabled.",
        AccountError::NotVerifiable(_) | AccountError::NoSuchContact(_) => "There is no such address to verify.",
        AccountError::Trigger(failure) => return Some(trigger(failure)),
        AccountError::Registry(error) => return registry(error),
        AccountError::Store(_) => return None,
    };
    Some(sentence.to_owned())
}

/// What the page says of a sign-in that failed; nothing if it is our fault.
pub(in crate::oauth) fn sign_in(failure: &SignInFailure) -> Option<String> {
    match failure {
        SignInFailure::Refused(rule) => Some(refused(*rule).to_owned()),
        SignInFailure::Parameter(parameter) => Some(parameter_of(parameter).to_owned()),
        SignInFailure::Trigger(name, failure) => {
            Some(trigger(&TriggerFailure { trigger: name, failure: failure.clone() }))
        }
        SignInFailure::Registry(error) => registry(error),
        SignInFailure::Token(_) | SignInFailure::Access(_) => None,
    }
}

fn parameter_of(parameter: &Parameter) -> &'static str {
    match parameter {
        Parameter::WrongFirstCode => "Code mismatch: enter the code that the app shows now.",
        Parameter::NoFactor | Parameter::SoftwareTokenOff | Parameter::FactorUnusable(_) => {
            "This pool wants a second factor, and you have none that can be used here."
        }
        Parameter::Answer => "Choose one of the ways.",
        Parameter::Provided(_) => "An attribute that already has a value cannot be changed here.",
        _ => "Something is missing.",
    }
}

/// What the page says of a function of the pool that refused or failed.
pub(in crate::oauth) fn trigger(TriggerFailure { trigger, failure }: &TriggerFailure) -> String {
    match failure {
        HookFailure::Failed(message) => format!("{trigger} failed with error {}.", message.trim_end_matches('.')),
        HookFailure::NoEndpoint(_) | HookFailure::Unanswered(..) | HookFailure::Unreadable(..) => {
            tracing::warn!(%failure, trigger, "a function of the pool had no say");
            format!("{trigger} failed: {failure}.")
        }
    }
}

/// What the page says of a refusal of the registry; nothing if it is our fault.
pub(in crate::oauth) fn registry(error: &RegistryError) -> Option<String> {
    let RegistryError::User(error) = error else { return None };
    Some(match error {
        UserError::Exists => "User already exists.".to_owned(),
        UserError::AddressExists(attribute) | UserError::AliasExists(attribute) => {
            format!("An account with the given {attribute} already exists.")
        }
        UserError::NameIsNo(kinds) => format!("Username should be: {}.", kinds.join(" or ")),
        UserError::NameIsAlias(kind) => format!("Username cannot be of {kind} format."),
        UserError::Attribute(error) => attribute(error),
        UserError::Password(problem) => format!("Password did not conform with policy: {}", policy(*problem)),
        UserError::PasswordReused => "Password has previously been used. Please choose a different one.".to_owned(),
        UserError::NoPassword => "User is required to have a password.".to_owned(),
        UserError::NotFound => "User does not exist.".to_owned(),
        error => format!("This cannot be done: {error}."),
    })
}

fn attribute(error: &AttributeError) -> String {
    match error {
        AttributeError::Email => "Invalid email address format.".to_owned(),
        AttributeError::PhoneNumber => "Invalid phone number format.".to_owned(),
        AttributeError::Required(names) => format!("Required: {}.", names.join(", ")),
        error => format!("Attributes did not conform to the schema: {error}."),
    }
}

fn policy(problem: PasswordProblem) -> &'static str {
    match problem {
        PasswordProblem::Length => "Password not long enough",
        PasswordProblem::Uppercase => "Password must have uppercase characters",
        PasswordProblem::Lowercase => "Password must have lowercase characters",
        PasswordProblem::Number => "Password must have numeric characters",
        PasswordProblem::Symbol => "Password must have symbol characters",
    }
}

/// What a new password must look like, in one sentence.
pub(in crate::oauth) fn password_hint(pool: &UserPool) -> String {
    let policy = pool.settings.password_policy();
    let kinds = [
        (policy.require_uppercase, "an uppercase letter"),
        (policy.require_lowercase, "a lowercase letter"),
        (policy.require_numbers, "a number"),
        (policy.require_symbols, "a symbol"),
    ];
    let asked: Vec<&str> = kinds.iter().filter(|(asked, _)| *asked == Some(true)).map(|(_, kind)| *kind).collect();
    let length = format!("At least {} characters", policy.minimum_length.unwrap_or_default());
    if asked.is_empty() { format!("{length}.") } else { format!("{length}, with {}.", asked.join(", ")) }
}
