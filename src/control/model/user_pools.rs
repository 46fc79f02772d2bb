//! User pools, and the shapes that other resources borrow from them.

use super::messages::{
    EMAIL_SUBJECT, EMAIL_VERIFICATION_MESSAGE, INVITE_MESSAGE_TEMPLATE, SMS_VERIFICATION_MESSAGE,
    VERIFICATION_MESSAGE_TEMPLATE,
};
use super::resource_servers::RESOURCE_SERVER_IDENTIFIER;
use super::{Bounds, Member, Shape, Text, optional, required};

/// `UserPoolIdType`.
pub const USER_POOL_ID: Shape = Shape::Text(Text::between(1, 55).matching(r"[\w-]+_[0-9a-zA-Z]+"));
/// `UserPoolNameType`.
pub const USER_POOL_NAME: Shape = Shape::Text(Text::between(1, 128).matching(r"[\w\s+=,.@-]+"));
/// `ArnType` and `EncryptionKeyArnType`.
pub const ARN: Shape = Shape::Text(
    Text::between(20, 2048)
        .matching(r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?"),
);
/// `OptionalArnType`: an ARN, or nothing in between the quotes.
pub const OPTIONAL_ARN: Shape =
    Shape::Text(Text::between(0, 2048).matching(
        r"(arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?)?",
    ));
/// `StringType`.
pub const STRING: Shape = Shape::Text(STRING_TEXT);
/// `StringType` where a table needs its constraints alone: as the key of a map, or kept out of messages.
pub const STRING_TEXT: Text = Text::between(0, 131_072);
/// `PaginationKeyType`.
pub const PAGINATION_KEY: Shape = Shape::Text(Text::at_least(1).matching(r"[\S]+"));
/// `RegionCodeType`.
pub const REGION_CODE: Shape = Shape::Text(Text::between(5, 32));
/// `OAuthFlowsType`.
pub const OAUTH_FLOWS: Shape =
    Shape::List(Bounds::between(0, 3), &Shape::Choice(&["code", "implicit", "client_credentials"]));
/// `ScopeListType`: whole scopes, whose characters are those of an identifier.
pub const OAUTH_SCOPES: Shape = Shape::List(Bounds::at_most(50), &RESOURCE_SERVER_IDENTIFIER);
/// `TagKeysType`.
pub const TAG_KEY: Text = Text::between(1, 128);
/// `UserPoolTagsType`.
pub const USER_POOL_TAGS: Shape = Shape::Map(Bounds::NONE, TAG_KEY, &Shape::Text(Text::between(0, 256)));
/// `UserPoolMfaType`.
pub const MFA: Shape = Shape::Choice(&["OFF", "ON", "OPTIONAL"]);
/// `UserPoolPolicyType`.
pub const POLICIES: Shape =
    Shape::Structure(&[optional("PasswordPolicy", &PASSWORD_POLICY), optional("SignInPolicy", &SIGN_IN_POLICY)]);
const PASSWORD_POLICY: Shape = Shape::Structure(&[
    optional("MinimumLength", &Shape::Integer(Bounds::between(6, 99))),
    optional("RequireUppercase", &Shape::Boolean),
    optional("RequireLowercase", &Shape::Boolean),
    optional("RequireNumbers", &Shape::Boolean),
    optional("RequireSymbols", &Shape::Boolean),
    optional("PasswordHistorySize", &Shape::Integer(Bounds::between(0, 24))),
    optional("TemporaryPasswordValidityDays", &VALIDITY_DAYS),
]);
const VALIDITY_DAYS: Shape = Shape::Integer(Bounds::between(0, 365));
const SIGN_IN_POLICY: Shape = Shape::Structure(&[optional(
    "AllowedFirstAuthFactors",
    &Shape::List(
        Bounds::between(1, 5),
        &Shape::Choice(&["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "SOFTWARE_TOKEN"]),
    ),
)]);
/// `DeletionProtectionType`.
pub const DELETION_PROTECTION: Shape = Shape::Choice(&["ACTIVE", "INACTIVE"]);
/// `LambdaConfigType`.
pub const LAMBDA_CONFIG: Shape = Shape::Structure(&[
    optional("PreSignUp", &ARN),
    optional("CustomMessage", &ARN),
    optional("PostConfirmation", &ARN),
    optional("PreAuthentication", &ARN),
    optional("PostAuthentication", &ARN),
    optional("DefineAuthChallenge", &ARN),
    optional("CreateAuthChallenge", &ARN),
    optional("VerifyAuthChallengeResponse", &ARN),
    optional("PreTokenGeneration", &ARN),
    optional("UserMigration", &ARN),
    optional("PreTokenGenerationConfig", &PRE_TOKEN_GENERATION_LAMBDA),
    optional("CustomSMSSender", &LAMBDA_V1),
    optional("CustomEmailSender", &LAMBDA_V1),
    optional("KMSKeyID", &ARN),
    optional("InboundFederation", &LAMBDA_V1),
]);
const PRE_TOKEN_GENERATION_LAMBDA: Shape = Shape::Structure(&[
    required("LambdaVersion", &Shape::Choice(&["V1_0", "V2_0", "V3_0"])),
    required("LambdaArn", &ARN),
]);
const LAMBDA_V1: Shape =
    Shape::Structure(&[required("LambdaVersion", &Shape::Choice(&["V1_0"])), required("LambdaArn", &ARN)]);
/// `VerifiedAttributesListType` and `UsernameAttributesListType`.
pub const CONTACT_ATTRIBUTES: Shape = Shape::List(Bounds::NONE, &Shape::Choice(&["phone_number", "email"]));
/// `AliasAttributesListType`.
pub const ALIAS_ATTRIBUTES: Shape =
    Shape::List(Bounds::NONE, &Shape::Choice(&["phone_number", "email", "preferred_username"]));
/// `UserAttributeUpdateSettingsType`.
pub const USER_ATTRIBUTE_UPDATE_SETTINGS: Shape =
    Shape::Structure(&[optional("AttributesRequireVerificationBeforeUpdate", &CONTACT_ATTRIBUTES)]);
/// `DeviceConfigurationType`.
pub const DEVICE_CONFIGURATION: Shape = Shape::Structure(&[
    optional("ChallengeRequiredOnNewDevice", &Shape::Boolean),
    optional("DeviceOnlyRememberedOnUserPrompt", &Shape::Boolean),
]);
/// `EmailConfigurationType`.
pub const EMAIL_CONFIGURATION: Shape = Shape::Structure(&[
    optional("SourceArn", &ARN),
    optional("ReplyToEmailAddress", &EMAIL_ADDRESS),
    optional("EmailSendingAccount", &Shape::Choice(&["COGNITO_DEFAULT", "DEVELOPER"])),
    optional("From", &STRING),
    optional("ConfigurationSet", &Shape::Text(Text::between(1, 64).matching(r"^[a-zA-Z0-9_-]+$"))),
]);
const EMAIL_ADDRESS: Shape =
    Shape::Text(Text::ANY.matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+"));
/// `SmsConfigurationType`.
pub const SMS_CONFIGURATION: Shape = Shape::Structure(&[
    optional("SnsCallerArn", &OPTIONAL_ARN),
    optional("ExternalId", &STRING),
    optional("SnsRegion", &REGION_CODE),
    optional("EumsSms", &EUMS_SMS_CONFIGURATION),
]);
const EUMS_SMS_CONFIGURATION: Shape = Shape::Structure(&[
    required("CallerArn", &ARN),
    optional("ExternalId", &STRING),
    optional("OriginationIdentity", &STRING),
    optional("ConfigurationSetName", &STRING),
    optional("InEntityId", &STRING),
    optional("InTemplateId", &STRING),
    optional("Region", &REGION_CODE),
]);
/// `AdminCreateUserConfigType`.
pub const ADMIN_CREATE_USER_CONFIG: Shape = Shape::Structure(&[
    optional("AllowAdminCreateUserOnly", &Shape::Boolean),
    optional("UnusedAccountValidityDays", &VALIDITY_DAYS),
    optional("InviteMessageTemplate", &INVITE_MESSAGE_TEMPLATE),
]);
/// `SchemaAttributeType`.
pub const SCHEMA_ATTRIBUTE: Shape = Shape::Structure(&[
    optional("Name", &Shape::Text(Text::between(1, 20).matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"))),
    optional("AttributeDataType", &Shape::Choice(&["String", "Number", "DateTime", "Boolean"])),
    optional("DeveloperOnlyAttribute", &Shape::Boolean),
    optional("Mutable", &Shape::Boolean),
    optional("Required", &Shape::Boolean),
    optional("NumberAttributeConstraints", &NUMBER_CONSTRAINTS),
    optional("StringAttributeConstraints", &STRING_CONSTRAINTS),
]);
const NUMBER_CONSTRAINTS: Shape = Shape::Structure(&[optional("MinValue", &STRING), optional("MaxValue", &STRING)]);
const STRING_CONSTRAINTS: Shape = Shape::Structure(&[optional("MinLength", &STRING), optional("MaxLength", &STRING)]);
/// `SchemaAttributesListType`.
pub const SCHEMA: Shape = Shape::List(Bounds::between(1, 50), &SCHEMA_ATTRIBUTE);
/// `UserPoolAddOnsType`.
pub const USER_POOL_ADD_ONS: Shape = Shape::Structure(&[
    required("AdvancedSecurityMode", &Shape::Choice(&["OFF", "AUDIT", "ENFORCED"])),
    optional("AdvancedSecurityAdditionalFlows", &ADVANCED_SECURITY_ADDITIONAL_FLOWS),
]);
const ADVANCED_SECURITY_ADDITIONAL_FLOWS: Shape =
    Shape::Structure(&[optional("CustomAuthMode", &Shape::Choice(&["AUDIT", "ENFORCED"]))]);
/// `DcrConfigurationType`: dynamic client registration.
pub const DCR_CONFIGURATION: Shape = Shape::Structure(&[
    optional("EnableStatus", &Shape::Choice(&["Enabled", "Disabled"])),
    optional("OpenDcrEnabled", &Shape::Boolean),
    optional("AuthenticatedGrantTypes", &OAUTH_FLOWS),
    optional("OpenDcrGrantTypes", &OAUTH_FLOWS),
    optional("AllowedScopes", &OAUTH_SCOPES),
]);
/// `UsernameConfigurationType`.
pub const USERNAME_CONFIGURATION: Shape = Shape::Structure(&[required("CaseSensitive", &Shape::Boolean)]);
/// `AccountRecoverySettingType`.
pub const ACCOUNT_RECOVERY_SETTING: Shape =
    Shape::Structure(&[optional("RecoveryMechanisms", &Shape::List(Bounds::between(1, 2), &RECOVERY_OPTION))]);
const RECOVERY_OPTION: Shape = Shape::Structure(&[
    required("Priority", &Shape::Integer(Bounds::between(1, 2))),
    required("Name", &Shape::Choice(&["verified_email", "verified_phone_number", "admin_only"])),
]);
/// `UserPoolTierType`.
pub const USER_POOL_TIER: Shape = Shape::Choice(&["LITE", "ESSENTIALS", "PLUS"]);
/// `KeyConfigurationType`.
pub const KEY_CONFIGURATION: Shape = Shape::Structure(&[
    optional("KeyType", &Shape::Choice(&["AWS_OWNED_KEY", "CUSTOMER_MANAGED_KEY"])),
    optional("KmsKeyArn", &ARN),
]);
/// `IssuerConfigurationType`.
pub const ISSUER_CONFIGURATION: Shape = Shape::Structure(&[optional("Type", &Shape::Choice(&["ORIGINAL", "UPDATED"]))]);
/// `AcrConfigurationType`: authentication context classes by level.
pub const ACR_CONFIGURATION: Shape =
    Shape::Map(Bounds::between(0, 4), Text::ANY.matching("Level[1-4]"), &ACR_LEVEL_CONFIG);
const ACR_LEVEL_CONFIG: Shape = Shape::Structure(&[required("AcrValue", &ACR_VALUE)]);
const ACR_VALUE: Shape = Shape::Text(Text::between(1, 64).matching(r"[\x21\x23-\x5B\x5D-\x7E]+"));

/// `CreateUserPool`.
pub const CREATE_USER_POOL: &[Member] = &[
    required("PoolName", &USER_POOL_NAME),
    optional("Policies", &POLICIES),
    optional("DeletionProtection", &DELETION_PROTECTION),
    optional("LambdaConfig", &LAMBDA_CONFIG),
    optional("AutoVerifiedAttributes", &CONTACT_ATTRIBUTES),
    optional("AliasAttributes", &ALIAS_ATTRIBUTES),
    optional("UsernameAttributes", &CONTACT_ATTRIBUTES),
    optional("SmsVerificationMessage", &SMS_VERIFICATION_MESSAGE),
    optional("EmailVerificationMessage", &EMAIL_VERIFICATION_MESSAGE),
    optional("EmailVerificationSubject", &EMAIL_SUBJECT),
    optional("VerificationMessageTemplate", &VERIFICATION_MESSAGE_TEMPLATE),
    optional("SmsAuthenticationMessage", &SMS_VERIFICATION_MESSAGE),
    optional("MfaConfiguration", &MFA),
    optional("UserAttributeUpdateSettings", &USER_ATTRIBUTE_UPDATE_SETTINGS),
    optional("DeviceConfiguration", &DEVICE_CONFIGURATION),
    optional("EmailConfiguration", &EMAIL_CONFIGURATION),
    optional("SmsConfiguration", &SMS_CONFIGURATION),
    optional("UserPoolTags", &USER_POOL_TAGS),
    optional("AdminCreateUserConfig", &ADMIN_CREATE_USER_CONFIG),
    optional("Schema", &SCHEMA),
    optional("UserPoolAddOns", &USER_POOL_ADD_ONS),
    optional("DcrConfiguration", &DCR_CONFIGURATION),
    optional("UsernameConfiguration", &USERNAME_CONFIGURATION),
    optional("AccountRecoverySetting", &ACCOUNT_RECOVERY_SETTING),
    optional("UserPoolTier", &USER_POOL_TIER),
    optional("KeyConfiguration", &KEY_CONFIGURATION),
    optional("IssuerConfiguration", &ISSUER_CONFIGURATION),
    optional("AcrConfiguration", &ACR_CONFIGURATION),
];

/// `DescribeUserPool`.
pub const DESCRIBE_USER_POOL: &[Member] = &[required("UserPoolId", &USER_POOL_ID)];

/// `UpdateUserPool`: creation without what a pool can never change.
pub const UPDATE_USER_POOL: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    optional("Policies", &POLICIES),
    optional("DeletionProtection", &DELETION_PROTECTION),
    optional("LambdaConfig", &LAMBDA_CONFIG),
    optional("AutoVerifiedAttributes", &CONTACT_ATTRIBUTES),
    optional("SmsVerificationMessage", &SMS_VERIFICATION_MESSAGE),
    optional("EmailVerificationMessage", &EMAIL_VERIFICATION_MESSAGE),
    optional("EmailVerificationSubject", &EMAIL_SUBJECT),
    optional("VerificationMessageTemplate", &VERIFICATION_MESSAGE_TEMPLATE),
    optional("SmsAuthenticationMessage", &SMS_VERIFICATION_MESSAGE),
    optional("UserAttributeUpdateSettings", &USER_ATTRIBUTE_UPDATE_SETTINGS),
    optional("MfaConfiguration", &MFA),
    optional("DeviceConfiguration", &DEVICE_CONFIGURATION),
    optional("EmailConfiguration", &EMAIL_CONFIGURATION),
    optional("SmsConfiguration", &SMS_CONFIGURATION),
    optional("UserPoolTags", &USER_POOL_TAGS),
    optional("AdminCreateUserConfig", &ADMIN_CREATE_USER_CONFIG),
    optional("UserPoolAddOns", &USER_POOL_ADD_ONS),
    optional("DcrConfiguration", &DCR_CONFIGURATION),
    optional("AccountRecoverySetting", &ACCOUNT_RECOVERY_SETTING),
    optional("PoolName", &USER_POOL_NAME),
    optional("UserPoolTier", &USER_POOL_TIER),
    optional("KeyConfiguration", &KEY_CONFIGURATION),
    optional("IssuerConfiguration", &ISSUER_CONFIGURATION),
    optional("AcrConfiguration", &ACR_CONFIGURATION),
];

/// `DeleteUserPool`.
pub const DELETE_USER_POOL: &[Member] = DESCRIBE_USER_POOL;

/// `ListUserPools`, the only list that insists on a page size.
pub const LIST_USER_POOLS: &[Member] =
    &[optional("NextToken", &PAGINATION_KEY), required("MaxResults", &Shape::Integer(Bounds::between(1, 60)))];

/// `AddCustomAttributes`.
pub const ADD_CUSTOM_ATTRIBUTES: &[Member] = &[
    required("UserPoolId", &USER_POOL_ID),
    required("CustomAttributes", &Shape::List(Bounds::between(1, 25), &SCHEMA_ATTRIBUTE)),
];
