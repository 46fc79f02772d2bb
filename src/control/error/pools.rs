//! The sentences of refusals around user pools.

use crate::registry::domains::DomainError;
use crate::registry::mfa::MfaError;
use crate::registry::pools::{PoolError, RecoveryError};
use crate::registry::schema::SchemaError;
use crate::registry::tags::TagError;
use crate::registry::{Limited, Unavailable};

use super::super::validate::Rejected;
use super::{AwsError, ErrorCode};

impl From<PoolError> for AwsError {
    fn from(error: PoolError) -> Self {
        let sentence = match error {
            PoolError::AliasAndUsernameAttributes => {
                "Only one of the aliasAttributes or usernameAttributes can be set in a User pool."
            }
            PoolError::AutoVerifiedWithoutSms => {
                "SMS configuration is required when phone_number is selected for auto verification"
            }
            PoolError::MfaWithoutSms => {
                "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
            }
            PoolError::TwoValidities => {
                "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays"
            }
            PoolError::NoPasswordFactor => "Password should be configured as one of the allowed first auth factors.",
            PoolError::UpdateWithoutVerification => {
                "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes"
            }
            PoolError::Recovery(RecoveryError::AdminOnly) => {
                "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms."
            }
            PoolError::Recovery(RecoveryError::Duplicate) => {
                "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms."
            }
            PoolError::EmailWithoutSource => "Source ARN is required to use DEVELOPER email sending owner",
            PoolError::EmailFrom => "Provided From email address is invalid",
            PoolError::EmailRegion => {
                "Provided SourceArn must be in one of the following SES regions: eu-west-1, us-east-1, us-west-2."
            }
            PoolError::LambdaRegion => "Cross-region lambda functions are not supported",
            PoolError::TwoPreTokenGenerations => {
                "PreTokenGeneration and PreTokenGenerationConfig must have the same lambda ARN."
            }
            PoolError::DeletionProtected => {
                "The user pool cannot be deleted because deletion protection is activated. \
                 Deletion protection must be inactivated first."
            }
            PoolError::HasDomain => {
                "User pool cannot be deleted. It has a domain configured that should be deleted first."
            }
            PoolError::TooManyTags(most) => {
                let sentence = format!("A user pool can have at most {most} tags.");
                return Self::new(ErrorCode::UserPoolTaggingException, sentence);
            }
        };
        Self::invalid(sentence)
    }
}

impl From<SchemaError> for AwsError {
    fn from(error: SchemaError) -> Self {
        Self::invalid(match error {
            SchemaError::NoName => "Invalid schema attribute: Name is required.".to_owned(),
            SchemaError::NoType(_) => {
                "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.".to_owned()
            }
            SchemaError::RequiredCustom(_) => "Required custom attributes are not supported currently.".to_owned(),
            SchemaError::StandardType(name) => format!(
                "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {name}"
            ),
            SchemaError::Duplicate(name) => {
                format!("Duplicate custom attribute names {name} are not allowed in a user pool schema.")
            }
            SchemaError::Exists(name) => format!("{name}: Existing attribute already has name {name}."),
            SchemaError::Length(name) => {
                format!("Attribute {name} cannot have a max length shorter than it's min length")
            }
            SchemaError::Range(name) => {
                format!("Attribute {name} cannot have a max value smaller than it's min value")
            }
            SchemaError::Bound(name) => format!("Attribute {name} has a constraint that is not a number"),
            SchemaError::TooMany(most) => format!("A user pool can have at most {most} custom attributes."),
        })
    }
}

impl From<MfaError> for AwsError {
    fn from(error: MfaError) -> Self {
        Self::invalid(match error {
            MfaError::NoFactor => {
                "At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be provided."
            }
            MfaError::EmailSender => {
                "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an \
                 EmailSendingAccount of COGNITO_DEFAULT."
            }
        })
    }
}

impl From<TagError> for AwsError {
    fn from(error: TagError) -> Self {
        match error {
            TagError::NoResource(arn) => Self::not_found(format!("Resource {arn} does not exist.")),
            TagError::TooMany(most) => Self::invalid(format!("A user pool can have at most {most} tags.")),
        }
    }
}

impl From<DomainError> for AwsError {
    fn from(error: DomainError) -> Self {
        let sentence = match error {
            DomainError::TooLong { name, max } => {
                return Rejected::too_long("domain", &name, i64::try_from(max).unwrap_or(i64::MAX)).into();
            }
            DomainError::Reserved(word) => {
                return Self::invalid(format!("Domain cannot contain reserved word: {word}"));
            }
            DomainError::ManagedLoginVersion(version) => {
                return Self::invalid(format!("Invalid ManagedLoginVersion {version}. It must be 1 or 2."));
            }
            DomainError::PrefixCharacters => {
                "The domain name contains an invalid character. Domain names can only contain lower-case letters, \
                 numbers, and hyphens. Please enter a different name that follows this format: \
                 ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$"
            }
            DomainError::CustomCharacters => {
                "The custom domain name contains an invalid character. Custom domain names can only contain \
                 lower-case letters, numbers, hyphens, and periods between them."
            }
            DomainError::NotASubdomain => {
                "Custom domain is not a valid subdomain: Was not able to resolve a DNS A record for the parent domain \
                 or domain parent is a top-level domain."
            }
            DomainError::CertificateRegion => {
                "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't \
                 include a valid certificate chain."
            }
            DomainError::Taken => "Domain already associated with another user pool.",
            DomainError::AlreadyConfigured => "User pool already has a domain configured.",
            DomainError::Unknown => "No such domain or user pool exists.",
            DomainError::PrefixWithCertificate => "CustomDomainConfig can only be set on a custom domain.",
        };
        Self::invalid(sentence)
    }
}

/// A quota that is used up.
pub(super) fn limit_exceeded(limited: Limited, most: u64) -> AwsError {
    let what = match limited {
        Limited::UserPools => "User pool limit exceeded: an account can have at most {} user pools in a region.",
        Limited::CustomDomains => "Custom domain limit exceeded: an account can have at most {} custom domains.",
    };
    AwsError::new(ErrorCode::LimitExceededException, what.replace("{}", &most.to_string()))
}

/// Settings that need a larger plan.
pub(super) fn to_be_disabled(code: ErrorCode, unavailable: &Unavailable) -> AwsError {
    let (tier, features) = (unavailable.tier.name(), unavailable.features.join(", "));
    let sentence =
        format!("The following features need to be disabled for the {tier} pricing tier configured: {features}");
    AwsError::new(code, sentence)
}

/// A feature that needs a larger plan.
pub(super) fn not_available(unavailable: &Unavailable) -> AwsError {
    let (tier, features) = (unavailable.tier.name(), unavailable.features.join(", "));
    let sentence = format!("The following feature is not available for the {tier} pricing tier configured: {features}");
    AwsError::new(ErrorCode::FeatureUnavailableInTierException, sentence)
}
