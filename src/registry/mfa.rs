//! The second factors of a pool.

use crate::domain::pool::UserPool;
use crate::domain::settings::{EmailSendingAccount, Mfa, MfaSettings, SmsConfiguration, Tier};
use crate::domain::time::Timestamp;
use crate::store::transaction::Transaction;

use super::{RegistryError, Unavailable, pools};

/// Why second factors were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MfaError {
    /// A second factor is asked for, but there is none.
    #[error("MFA without a factor")]
    NoFactor,
    /// The service's own sender does not send codes.
    #[error("e-mail factors need a sender of the pool's own")]
    EmailSender,
}

/// What a request replaces.
#[derive(Debug, Clone, Default)]
pub struct NewMfa {
    /// Whether a second factor is asked for.
    pub mode: Option<Mfa>,
    /// SMS as a factor: the text and the sender, each if given.
    pub sms: Option<(Option<String>, Option<SmsConfiguration>)>,
    /// The other factors.
    pub others: MfaSettings,
}

/// Replaces the second factors of a pool; answers the pool as it is then.
pub fn replace(
    tx: &mut Transaction<'_>,
    mut pool: UserPool,
    new: NewMfa,
    now: Timestamp,
) -> Result<UserPool, RegistryError> {
    let NewMfa { mode, sms, others } = new;
    let has_factor = sms.is_some() || others.software_token() || others.email_mfa_configuration.is_some();
    if !has_factor && mode.unwrap_or_default() != Mfa::Off {
        return Err(MfaError::NoFactor.into());
    }
    if others.email_mfa_configuration.is_some() {
        if pool.settings.email_sending_account() == EmailSendingAccount::CognitoDefault {
            return Err(MfaError::EmailSender.into());
        }
        if pool.settings.tier() == Tier::Lite {
            return Err(RegistryError::FeatureNotInTier(Unavailable { tier: Tier::Lite, features: vec!["Email MFA"] }));
        }
    }
    pool.mfa = MfaSettings { sms: sms.is_some(), ..others };
    pool.settings.mfa_configuration = mode;
    if let Some((message, configuration)) = sms {
        pool.settings.sms_authentication_message = message;
        // What sends second factors also sends verifications: it is not taken away by leaving it out here.
        pool.settings.sms_configuration = configuration.or(pool.settings.sms_configuration);
    }
    pool.modified = now;
    pools::save(tx, &pool)?;
    Ok(pool)
}
