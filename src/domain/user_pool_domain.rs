//! Domains of user pools: a prefix of the service's own domain, or a custom one.

use serde::{Deserialize, Serialize};

use super::id::UserPoolId;
use super::time::Timestamp;

/// A domain as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserPoolDomain {
    /// The prefix, or the whole name of a custom domain.
    pub name: String,
    /// The pool that it belongs to.
    pub pool: UserPoolId,
    /// When it was made.
    pub created: Timestamp,
    /// What can be changed later.
    pub settings: DomainSettings,
}

/// What was chosen for a domain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DomainSettings {
    /// 1 is the hosted UI, 2 is managed login; 1 unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_login_version: Option<i32>,
    /// There for custom domains only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_domain_config: Option<CustomDomainConfig>,
    /// Kept and echoed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routing: Option<Routing>,
}

/// How a custom domain is served.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CustomDomainConfig {
    /// The certificate in ACM.
    pub certificate_arn: String,
    /// The oldest TLS spoken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_policy: Option<String>,
}

/// Where requests go when a region fails.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Routing {
    /// The second region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failover: Option<Failover>,
}

/// The second region, and when it takes over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Failover {
    /// The region.
    pub secondary_region: String,
    /// The health check that decides.
    #[serde(rename = "PrimaryRoute53HealthCheckId")]
    pub primary_route53_health_check_id: String,
}

/// The version of the login pages that needs a plan above the smallest.
pub const MANAGED_LOGIN: i32 = 2;

impl UserPoolDomain {
    /// Whether it is a name of the owner's own.
    pub fn is_custom(&self) -> bool {
        self.settings.custom_domain_config.is_some()
    }

    /// The name by which a content network would serve it: made from the domain, so that it stays the same.
    pub fn distribution(&self) -> String {
        const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        // FNV-1a: spread is all that is asked of it.
        let mut hash = self
            .name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let mut label = String::from("d");
        for _ in 0..12 {
            let position = usize::try_from(hash % 36).unwrap_or_default();
            label.extend(ALPHABET.get(position).map(|byte| char::from(*byte)));
            hash /= 36;
        }
        format!("{label}.cloudfront.net")
    }
}
