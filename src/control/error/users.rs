//! The sentences about users and groups.

use crate::registry::groups::GroupError;
use crate::registry::users::UserError;
use crate::registry::users::attributes::{AttributeError, Misfit};
use crate::registry::users::passwords::PasswordProblem;

use super::{AwsError, ErrorCode};

impl From<UserError> for AwsError {
    fn from(error: UserError) -> Self {
        match error {
            UserError::NotFound => Self::new(ErrorCode::UserNotFoundException, "User does not exist."),
            UserError::Exists => Self::new(ErrorCode::UsernameExistsException, "User account already exists"),
            UserError::AddressExists(attribute) => Self::new(
                ErrorCode::UsernameExistsException,
                format!("An account with the given {attribute} already exists."),
            ),
            UserError::AliasExists(attribute) => {
                Self::new(ErrorCode::AliasExistsException, format!("An account with the {attribute} already exists."))
            }
            UserError::TooMany { pool, limit } => Self::new(
                ErrorCode::LimitExceededException,
                format!("User limit exceeded: user pool {pool} may have {limit}."),
            ),
            UserError::NameIsNo(kinds) => Self::invalid(name_is_no(&kinds)),
            UserError::NameContradicts(kind) => {
                Self::invalid(format!("Username and the attribute {kind} should be the same."))
            }
            UserError::NameIsAlias("phone_number") => Self::invalid(
                "Username cannot be of phone number format, since user pool is configured for phone number alias.",
            ),
            UserError::NameIsAlias(kind) => Self::invalid(format!(
                "Username cannot be of {kind} format, since user pool is configured for {kind} alias."
            )),
            UserError::Attribute(error) => error.into(),
            UserError::Password(problem) => problem.into(),
            UserError::PasswordReused => Self::new(
                ErrorCode::PasswordHistoryPolicyViolationException,
                "Password has previously been used. Please choose a different one.",
            ),
            UserError::NoPassword => Self::invalid("User is required to have a password"),
            UserError::NotInvited(username) => Self::new(
                ErrorCode::UnsupportedUserStateException,
                format!("Resend not possible. {username} status is not FORCE_CHANGE_PASSWORD"),
            ),
            UserError::Filter => Self::invalid("Error while parsing filter"),
            UserError::NotSearchable(attribute) => Self::invalid(format!("Invalid search attribute: {attribute}")),
        }
    }
}

fn not_authorized(message: String) -> AwsError {
    AwsError::new(ErrorCode::NotAuthorizedException, message)
}

fn name_is_no(kinds: &[String]) -> &'static str {
    match kinds {
        [only] if only == "email" => "Username should be an email.",
        [only] if only == "phone_number" => "Username should be a phone number.",
        _ => "Username should be either an email or a phone number.",
    }
}

impl From<PasswordProblem> for AwsError {
    fn from(problem: PasswordProblem) -> Self {
        let sentence = match problem {
            PasswordProblem::Length => "Password did not conform with policy: Password not long enough",
            PasswordProblem::Uppercase => {
                "Password did not conform with policy: Password must have uppercase characters"
            }
            PasswordProblem::Lowercase => {
                "Password did not conform with policy: Password must have lowercase characters"
            }
            PasswordProblem::Number => "Password did not conform with policy: Password must have numeric characters",
            PasswordProblem::Symbol => "Password did not conform with policy: Password must have symbol characters",
        };
        Self::new(ErrorCode::InvalidPasswordException, sentence)
    }
}

impl From<AttributeError> for AwsError {
    fn from(error: AttributeError) -> Self {
        match error {
            AttributeError::NoType(name) => Self::invalid(format!(
                "Attributes did not conform to the schema: Type for attribute {{{name}}} could not be determined"
            )),
            AttributeError::Unknown(name) => {
                Self::invalid(format!("user.{name}: Attribute does not exist in the schema."))
            }
            AttributeError::UnknownDeletion(name) => Self::invalid(format!(
                "Invalid user attributes: user.{name}: Attribute does not exist in the schema.\n"
            )),
            AttributeError::Unauthorized(_) => {
                not_authorized("A client attempted to write unauthorized attribute".to_owned())
            }
            AttributeError::Immutable(name) => Self::invalid(format!("user.{name}: Attribute cannot be updated.")),
            AttributeError::Required(names) => {
                let lines: Vec<_> = names.iter().map(|name| format!("{name}: The attribute is required\n")).collect();
                Self::invalid(format!("Attributes did not conform to the schema: {}", lines.concat()))
            }
            AttributeError::Email => Self::invalid("Invalid email address format."),
            AttributeError::PhoneNumber => Self::invalid("Invalid phone number format."),
            AttributeError::Misfit { name, update: true, misfit } => {
                Self::invalid(format!("user.{name}: {}", misfit_of(&misfit)))
            }
            AttributeError::Misfit { name, update: false, misfit } => {
                Self::invalid(format!("Attributes did not conform to the schema: {name}: {}\n", misfit_of(&misfit)))
            }
        }
    }
}

fn misfit_of(misfit: &Misfit) -> String {
    match misfit {
        Misfit::Short(least) => format!("String must be at least {least} characters long"),
        Misfit::Long(most) => format!("String must be no longer than {most} characters"),
        Misfit::Small(least) => format!("Number must be at least {least}"),
        Misfit::Large(most) => format!("Number must be no larger than {most}"),
        Misfit::Number => "Invalid number".to_owned(),
        Misfit::Boolean => "Invalid boolean".to_owned(),
        Misfit::DateTime => "Invalid date and time".to_owned(),
    }
}

impl From<GroupError> for AwsError {
    fn from(error: GroupError) -> Self {
        match error {
            GroupError::NotFound => Self::not_found("Group not found."),
            GroupError::Exists => Self::new(ErrorCode::GroupExistsException, "A group with the name already exists"),
            GroupError::TooMany { pool, limit } => Self::new(
                ErrorCode::LimitExceededException,
                format!("Group limit exceeded: user pool {pool} may have {limit}."),
            ),
            GroupError::TooManyOfUser(limit) => Self::new(
                ErrorCode::LimitExceededException,
                format!("Group limit exceeded: a user may be in {limit} groups."),
            ),
        }
    }
}
