//! The multi-factor settings of a pool, which have operations of their own.

use super::messages::{EMAIL_MFA_CONFIG, SMS_VERIFICATION_MESSAGE};
use super::user_pools::{DESCRIBE_USER_POOL, MFA, SMS_CONFIGURATION, USER_POOL_ID};
use super::{Member, Shape, Text, optional, required};

const SMS_MFA_CONFIG: Shape = Shape::Structure(&[
    optional("SmsAuthenticationMessage", &SMS_VERIFICATION_MESSAGE),
    optional("SmsConfiguration", &SMS_CONFIGURATION),
]);
const WEB_AUTHN_CONFIGURATION: Shape = Shape::Structure(&[
    optional("RelyingPartyId", &Shape::Text(Text::between(1, 127))),
    optional("UserVerification", &Shape::Choice(&["required", "preferred"])),
    optional("FactorConfiguration", &Shape::Choice(&["SINGLE_FACTOR", "MULTI_FACTOR_WITH_USER_VERIFICATION"])),
]);

/// `GetUserPoolMfaConfig`.
pub const GET_USER_POOL_MFA_CONFIG: &[Member] = DESCRIBE_USER_POOL;

/// `SetUserPoolMfaConfig`.
pub const SET_USER_POOL_MFA_CONFIG: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    optional("SmsMfaConfiguration", &SMS_MFA_CONFIG),
    optional("SoftwareTokenMfaConfiguration", &Shape::Structure(&[optional("Enabled", &Shape::Boolean)])),
    optional("EmailMfaConfiguration", &EMAIL_MFA_CONFIG),
    optional("MfaConfiguration", &MFA),
    optional("WebAuthnConfiguration", &WEB_AUTHN_CONFIGURATION),
];
