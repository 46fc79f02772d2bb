//! Domains of user pools.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain.html>

use crate::domain::pool::UserPool;
use crate::domain::quotas::Quotas;
use crate::domain::settings::Tier;
use crate::domain::time::Timestamp;
use crate::domain::user_pool_domain::{DomainSettings, MANAGED_LOGIN, UserPoolDomain};
use crate::store::documents;
use crate::store::transaction::Transaction;

use super::pools::region_of;
use super::{Caller, Limited, RegistryError, Unavailable, pools};

/// The longest prefix: one label of a host name.
pub const MAX_PREFIX: usize = 63;
/// The longest custom domain: a whole host name.
pub const MAX_CUSTOM: usize = 253;

/// Words that a prefix may not contain as one of its parts.
const RESERVED: [&str; 3] = ["aws", "amazon", "cognito"];

/// Why a domain was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DomainError {
    /// Longer than a name can be.
    #[error("`{name}` has more than {max} characters")]
    TooLong {
        /// The name.
        name: String,
        /// The longest allowed.
        max: usize,
    },
    /// A prefix with a character that host names do not have, or a hyphen at an end.
    #[error("a prefix that is no label of a host name")]
    PrefixCharacters,
    /// The same in a custom domain.
    #[error("a custom domain that is no host name")]
    CustomCharacters,
    /// A prefix with a word of the service's own.
    #[error("the reserved word `{0}`")]
    Reserved(&'static str),
    /// A custom domain without a parent that could be anyone's.
    #[error("a custom domain directly below a top-level domain")]
    NotASubdomain,
    /// Only one region's certificates are served.
    #[error("a certificate of another region than us-east-1")]
    CertificateRegion,
    /// Another pool has it.
    #[error("the domain is taken")]
    Taken,
    /// The pool has one of this kind.
    #[error("the pool has a domain of this kind")]
    AlreadyConfigured,
    /// The pool has no such domain.
    #[error("no such domain")]
    Unknown,
    /// Neither 1 nor 2.
    #[error("no managed login version {0}")]
    ManagedLoginVersion(i32),
    /// A prefix has no certificate.
    #[error("a prefix with a custom domain's configuration")]
    PrefixWithCertificate,
}

/// What a domain may look like; the model says it only of prefixes, which are those without a configuration.
pub fn check_name(name: &str, custom: bool) -> Result<(), DomainError> {
    let max = if custom { MAX_CUSTOM } else { MAX_PREFIX };
    if name.len() > max {
        return Err(DomainError::TooLong { name: name.to_owned(), max });
    }
    if !custom {
        return if is_label(name) { Ok(()) } else { Err(DomainError::PrefixCharacters) };
    }
    if name.split('.').any(|label| !is_label(label) || label.len() > MAX_PREFIX) {
        return Err(DomainError::CustomCharacters);
    }
    // The parent of a custom domain needs an address, which a top-level domain does not have.
    if name.split('.').count() < 3 { Err(DomainError::NotASubdomain) } else { Ok(()) }
}

fn is_label(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// Gives a pool a domain: one prefix and one custom domain at most.
pub async fn create(
    tx: &mut Transaction<'_>,
    mut pool: UserPool,
    name: &str,
    settings: DomainSettings,
    (now, quotas): (Timestamp, &Quotas),
) -> Result<UserPoolDomain, RegistryError> {
    check_settings(&pool, &settings)?;
    let domain = UserPoolDomain { name: name.to_owned(), pool: pool.id.clone(), created: now, settings };
    let custom = domain.is_custom();
    let reserved = RESERVED.into_iter().find(|word| name.split('-').any(|part| part == *word));
    if let Some(word) = reserved.filter(|_| !custom) {
        return Err(DomainError::Reserved(word).into());
    }
    let place = if custom { &mut pool.custom_domain } else { &mut pool.domain };
    if place.is_some() {
        return Err(DomainError::AlreadyConfigured.into());
    }
    *place = Some(name.to_owned());
    if tx.get(&documents::domain_owner(&pool.id.region(), name)).await?.is_some() {
        return Err(DomainError::Taken.into());
    }
    if custom && !tx.add_member(&documents::custom_domain_count(&pool.account), quotas.custom_domains).await? {
        return Err(RegistryError::LimitExceeded(Limited::CustomDomains, quotas.custom_domains));
    }
    tx.put(&documents::domain_owner(&pool.id.region(), name), &pool.id)?;
    save(tx, &pool, &domain)?;
    Ok(domain)
}

/// Changes what can be changed; what is left out stays.
pub async fn update(
    tx: &mut Transaction<'_>,
    pool: &UserPool,
    name: &str,
    settings: DomainSettings,
) -> Result<UserPoolDomain, RegistryError> {
    let mut domain = owned(tx, pool, name).await?;
    if settings.custom_domain_config.is_some() && !domain.is_custom() {
        return Err(DomainError::PrefixWithCertificate.into());
    }
    check_settings(pool, &settings)?;
    let before = domain.settings;
    domain.settings = DomainSettings {
        managed_login_version: settings.managed_login_version.or(before.managed_login_version),
        custom_domain_config: settings.custom_domain_config.or(before.custom_domain_config),
        routing: settings.routing.or(before.routing),
    };
    save(tx, pool, &domain)?;
    Ok(domain)
}

/// Takes a domain from its pool.
pub async fn delete(tx: &mut Transaction<'_>, mut pool: UserPool, name: &str) -> Result<(), RegistryError> {
    let domain = owned(tx, &pool, name).await?;
    if domain.is_custom() {
        pool.custom_domain = None;
        tx.remove_member(&documents::custom_domain_count(&pool.account));
    } else {
        pool.domain = None;
    }
    tx.delete(&documents::domain_owner(&pool.id.region(), name));
    tx.delete(&documents::user_pool_domain(&pool.id, name));
    pools::save(tx, &pool)
}

/// The caller's domain of this name, if there is one.
pub async fn find(
    tx: &mut Transaction<'_>,
    caller: &Caller,
    name: &str,
) -> Result<Option<UserPoolDomain>, RegistryError> {
    let Some(owner) = tx.get(&documents::domain_owner(&caller.region, name)).await? else {
        return Ok(None);
    };
    match pools::require(tx, caller, &owner).await {
        Ok(pool) => Ok(tx.get(&documents::user_pool_domain(&pool.id, name)).await?),
        Err(RegistryError::PoolNotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a domain of the pool shows the login pages that the smallest plan does not have.
pub(super) async fn has_managed_login(tx: &mut Transaction<'_>, pool: &UserPool) -> Result<bool, RegistryError> {
    for name in pool.domain.iter().chain(&pool.custom_domain) {
        let domain: Option<UserPoolDomain> = tx.get(&documents::user_pool_domain(&pool.id, name)).await?;
        if domain.is_some_and(|domain| domain.settings.managed_login_version == Some(MANAGED_LOGIN)) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn owned(tx: &mut Transaction<'_>, pool: &UserPool, name: &str) -> Result<UserPoolDomain, RegistryError> {
    let found = tx.get(&documents::user_pool_domain(&pool.id, name)).await?;
    found.ok_or_else(|| DomainError::Unknown.into())
}

/// INVARIANT: the pool is written with its domains, so that it cannot be deleted while it gets one.
fn save(tx: &mut Transaction<'_>, pool: &UserPool, domain: &UserPoolDomain) -> Result<(), RegistryError> {
    tx.put(&documents::user_pool_domain(&pool.id, &domain.name), domain)?;
    pools::save(tx, pool)
}

fn check_settings(pool: &UserPool, settings: &DomainSettings) -> Result<(), RegistryError> {
    match settings.managed_login_version {
        Some(MANAGED_LOGIN) if pool.settings.tier() == Tier::Lite => {
            let features = vec!["Managed Login Version 2"];
            return Err(RegistryError::FeatureNotInTier(Unavailable { tier: Tier::Lite, features }));
        }
        None | Some(1 | MANAGED_LOGIN) => {}
        Some(other) => return Err(DomainError::ManagedLoginVersion(other).into()),
    }
    let certificate = settings.custom_domain_config.as_ref().map(|config| region_of(&config.certificate_arn));
    if certificate.is_some_and(|region| region != "us-east-1") {
        return Err(DomainError::CertificateRegion.into());
    }
    Ok(())
}
