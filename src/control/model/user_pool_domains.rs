//! Domains of user pools.

use super::user_pools::{ARN, USER_POOL_ID};
use super::{Bounds, Member, Shape, Text, optional, required};

/// `DomainType`, of which only the lower bound is held here.
///
/// COGNITO: the model gives every domain the pattern and the 63 characters of a prefix, but with `CustomDomainConfig`
/// the service takes a full domain name with dots, and a prefix with a wrong character is answered with a sentence of
/// its own. What a domain may look like thus depends on another member: the registry decides it (a prefix: the pattern
/// and at most 63 characters; a custom domain: at most 253).
pub const DOMAIN: Shape = Shape::Text(Text::at_least(1));
/// `CustomDomainConfigType`.
pub const CUSTOM_DOMAIN_CONFIG: Shape = Shape::Structure(&[
    required("CertificateArn", &ARN),
    optional("SecurityPolicy", &Shape::Choice(&["TLS_V1", "TLS_V1_2_2021", "TLS_V1_3_2025"])),
]);
/// `RoutingType`.
pub const ROUTING: Shape = Shape::Structure(&[optional("Failover", &FAILOVER)]);
const FAILOVER: Shape = Shape::Structure(&[
    required("SecondaryRegion", &Shape::Text(Text::between(5, 32))),
    required("PrimaryRoute53HealthCheckId", &Shape::Text(Text::at_most(64))),
]);

/// `CreateUserPoolDomain`.
pub const CREATE_USER_POOL_DOMAIN: &[Member] = &[
    required("Domain", &DOMAIN),
    required("UserPoolId", &USER_POOL_ID),
    optional("ManagedLoginVersion", &Shape::Integer(Bounds::NONE)),
    optional("CustomDomainConfig", &CUSTOM_DOMAIN_CONFIG),
    optional("Routing", &ROUTING),
];

/// `DescribeUserPoolDomain`, the only operation that finds its pool by the domain.
pub const DESCRIBE_USER_POOL_DOMAIN: &[Member] = &[required("Domain", &DOMAIN)];

/// `UpdateUserPoolDomain`, which takes what creation takes.
pub const UPDATE_USER_POOL_DOMAIN: &[Member] = CREATE_USER_POOL_DOMAIN;

/// `DeleteUserPoolDomain`.
pub const DELETE_USER_POOL_DOMAIN: &[Member] = &[required("Domain", &DOMAIN), required("UserPoolId", &USER_POOL_ID)];
