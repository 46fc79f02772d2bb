//! What the settings of a pool must not contradict: each other, its region, its plan.

use crate::domain::id::Region;
use crate::domain::quotas::Quotas;
use crate::domain::settings::{
    AdvancedSecurityMode, EmailSendingAccount, FixedPoolSettings, LambdaConfig, Mfa, MfaSettings, PoolSettings,
    RecoveryMechanism, Tier,
};
use crate::registry::{RegistryError, Unavailable};

/// Regions whose SES every pool may send through, beside its own.
const SES_REGIONS: [&str; 3] = ["eu-west-1", "us-east-1", "us-west-2"];

/// Why the settings of a pool were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// User names have aliases, or are an address: not both.
    #[error("alias attributes and username attributes exclude each other")]
    AliasAndUsernameAttributes,
    /// A phone number cannot be verified without a way to send.
    #[error("verifying phone numbers needs an SMS configuration")]
    AutoVerifiedWithoutSms,
    /// No second factor could be sent.
    #[error("MFA needs an SMS configuration")]
    MfaWithoutSms,
    /// Two places of one setting.
    #[error("UnusedAccountValidityDays and TemporaryPasswordValidityDays exclude each other")]
    TwoValidities,
    /// A sign-in must be able to begin with a password.
    #[error("PASSWORD is missing from the first factors")]
    NoPasswordFactor,
    /// Only what is verified automatically can be verified before an update.
    #[error("an attribute to verify before an update is not verified automatically")]
    UpdateWithoutVerification,
    /// A way of recovery that cannot be.
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    /// An own account sends, but which?
    #[error("DEVELOPER needs a SourceArn")]
    EmailWithoutSource,
    /// Not an address.
    #[error("From is no e-mail address")]
    EmailFrom,
    /// SES of another region.
    #[error("SourceArn is in a region that the pool cannot use")]
    EmailRegion,
    /// A function of another region.
    #[error("a function is in another region")]
    LambdaRegion,
    /// Two different functions for one purpose.
    #[error("PreTokenGeneration and PreTokenGenerationConfig name different functions")]
    TwoPreTokenGenerations,
    /// Too many tags.
    #[error("more than {0} tags")]
    TooManyTags(u64),
    /// The pool is protected.
    #[error("deletion protection is active")]
    DeletionProtected,
    /// A domain must go first.
    #[error("the pool has a domain")]
    HasDomain,
}

/// Why the ways of account recovery were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryError {
    /// `admin_only` stands alone.
    #[error("admin_only with another mechanism")]
    AdminOnly,
    /// The same twice.
    #[error("duplicate mechanism or priority")]
    Duplicate,
}

fn holds(rule: bool, otherwise: PoolError) -> Result<(), PoolError> {
    if rule { Ok(()) } else { Err(otherwise) }
}

/// What users sign in with.
pub(super) fn identifiers(fixed: &FixedPoolSettings) -> Result<(), PoolError> {
    let given = |attributes: &Option<Vec<String>>| attributes.as_ref().is_some_and(|names| !names.is_empty());
    let both = given(&fixed.alias_attributes) && given(&fixed.username_attributes);
    holds(!both, PoolError::AliasAndUsernameAttributes)
}

/// Everything that one request can contradict in itself.
pub(super) fn settings(
    settings: &PoolSettings,
    mfa: &MfaSettings,
    region: &Region,
    quotas: &Quotas,
) -> Result<(), PoolError> {
    let verified = settings.auto_verified_attributes.as_deref().unwrap_or_default();
    let sms = settings.sms_configuration.is_some();
    holds(sms || !verified.iter().any(|name| name == "phone_number"), PoolError::AutoVerifiedWithoutSms)?;
    let other_factor = mfa.software_token() || mfa.email_mfa_configuration.is_some();
    holds(sms || other_factor || settings.mfa() == Mfa::Off, PoolError::MfaWithoutSms)?;
    let policy = settings.policies.as_ref().and_then(|policies| policies.password_policy.as_ref());
    let days = policy.is_some_and(|policy| policy.temporary_password_validity_days.is_some());
    let older = settings.admin_create_user_config.as_ref();
    let older_days = older.is_some_and(|config| config.unused_account_validity_days.is_some());
    holds(!(days && older_days), PoolError::TwoValidities)?;
    holds(settings.first_factors().iter().any(|factor| factor == "PASSWORD"), PoolError::NoPasswordFactor)?;
    let updates = settings.verified_before_update();
    holds(updates.iter().all(|name| verified.contains(name)), PoolError::UpdateWithoutVerification)?;
    let recovery = settings.account_recovery_setting.as_ref();
    recovery_mechanisms(recovery.and_then(|setting| setting.recovery_mechanisms.as_deref()).unwrap_or_default())?;
    email(settings, region)?;
    settings.lambda_config.as_ref().map_or(Ok(()), |lambda| functions(lambda, region))?;
    let tags = settings.user_pool_tags.as_ref().map_or(0, |tags| tags.len() as u64);
    holds(tags <= quotas.tags, PoolError::TooManyTags(quotas.tags))
}

fn recovery_mechanisms(mechanisms: &[RecoveryMechanism]) -> Result<(), RecoveryError> {
    if mechanisms.len() > 1 && mechanisms.iter().any(|mechanism| mechanism.name == "admin_only") {
        return Err(RecoveryError::AdminOnly);
    }
    let repeats = |(position, one): (usize, &RecoveryMechanism)| {
        mechanisms.iter().skip(position + 1).any(|two| one.name == two.name || one.priority == two.priority)
    };
    if mechanisms.iter().enumerate().any(repeats) { Err(RecoveryError::Duplicate) } else { Ok(()) }
}

fn email(settings: &PoolSettings, region: &Region) -> Result<(), PoolError> {
    let Some(email) = &settings.email_configuration else {
        return Ok(());
    };
    let developer = settings.email_sending_account() == EmailSendingAccount::Developer;
    holds(!developer || email.source_arn.is_some(), PoolError::EmailWithoutSource)?;
    holds(email.from.as_deref().is_none_or(is_sender), PoolError::EmailFrom)?;
    let source = email.source_arn.as_deref().map(region_of);
    let usable = |source: &str| SES_REGIONS.contains(&source) || source == region.as_str();
    holds(source.is_none_or(usable), PoolError::EmailRegion)
}

/// `ada@example.com` or `Ada <ada@example.com>`.
fn is_sender(from: &str) -> bool {
    let inner = from.trim().strip_suffix('>').and_then(|from| from.rsplit_once('<'));
    let address = inner.map_or(from.trim(), |(_, address)| address);
    let parts = address.split_once('@');
    parts.is_some_and(|(local, domain)| {
        let wrong = |character: char| character.is_whitespace() || "<>@,;".contains(character);
        !local.is_empty() && !domain.is_empty() && !local.contains(wrong) && !domain.contains(wrong)
    })
}

fn functions(lambda: &LambdaConfig, region: &Region) -> Result<(), PoolError> {
    holds(lambda.functions().all(|arn| region_of(arn) == region.as_str()), PoolError::LambdaRegion)?;
    let same = match (&lambda.pre_token_generation, &lambda.pre_token_generation_config) {
        (Some(arn), Some(config)) => *arn == config.lambda_arn,
        _ => true,
    };
    holds(same, PoolError::TwoPreTokenGenerations)
}

/// The fourth part of an ARN.
pub(in crate::registry) fn region_of(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}

/// What the settings use must be in the plan. A plan can only be left for a smaller one when nothing needs it.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html>
pub(super) fn features(
    settings: &PoolSettings,
    managed_login: bool,
    before: Option<Tier>,
) -> Result<(), RegistryError> {
    let tier = settings.tier();
    let mut missing = Vec::new();
    if tier == Tier::Lite {
        if settings.first_factors().iter().any(|factor| factor != "PASSWORD") {
            missing.push("Passwordless Sign-In");
        }
        let trigger = settings.lambda_config.as_ref().and_then(|lambda| lambda.pre_token_generation_config.as_ref());
        match trigger.map(|trigger| trigger.lambda_version.as_str()) {
            Some("V2_0") => missing.push("Token Customization with Pre-Token Generation Lambda V2_0"),
            Some("V3_0") => missing.push("Token Customization with Pre-Token Generation Lambda V3_0"),
            _ => {}
        }
        if managed_login {
            missing.push("Managed Login Version 2");
        }
    }
    let protection = settings.user_pool_add_ons.as_ref().map(|add_ons| add_ons.advanced_security_mode);
    if tier != Tier::Plus && protection.is_some_and(|mode| mode != AdvancedSecurityMode::Off) {
        missing.push("Threat Protection");
    }
    if missing.is_empty() {
        return Ok(());
    }
    let unavailable = Unavailable { tier, features: missing };
    let downgrade = before.is_some_and(|before| tier < before);
    Err(if downgrade { RegistryError::TierInUse(unavailable) } else { RegistryError::NotInTier(unavailable) })
}
