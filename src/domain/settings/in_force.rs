//! What holds in a pool: what was set, and the defaults of everything else.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html>

use std::collections::BTreeMap;

use super::{
    AdminCreateUserConfig, DeletionProtection, EmailConfiguration, EmailSendingAccount, FixedPoolSettings, Mfa,
    PasswordPolicy, Policies, PoolSettings, SchemaAttribute, SignInPolicy, Tier, UserAttributeUpdateSettings,
    VerificationMessageTemplate, standard_attributes,
};

const PASSWORD: &str = "PASSWORD";

impl PoolSettings {
    /// The settings with every default filled in that the service shows.
    #[must_use]
    pub fn in_force(&self) -> Self {
        let template = self.messages();
        let days = self.temporary_password_days();
        Self {
            policies: Some(self.policies()),
            deletion_protection: Some(self.deletion_protection.unwrap_or_default()),
            lambda_config: Some(self.lambda_config.clone().unwrap_or_default()),
            sms_verification_message: template.sms_message.clone(),
            email_verification_message: template.email_message.clone(),
            email_verification_subject: template.email_subject.clone(),
            verification_message_template: Some(template),
            user_attribute_update_settings: Some(UserAttributeUpdateSettings {
                attributes_require_verification_before_update: Some(self.verified_before_update().to_vec()),
            }),
            mfa_configuration: Some(self.mfa()),
            email_configuration: Some(EmailConfiguration {
                email_sending_account: Some(self.email_sending_account()),
                ..self.email_configuration.clone().unwrap_or_default()
            }),
            user_pool_tags: Some(self.tags()),
            admin_create_user_config: Some(self.admin_create_user(days)),
            user_pool_tier: Some(self.tier()),
            ..self.clone()
        }
    }

    /// Whether a second factor is asked for.
    pub fn mfa(&self) -> Mfa {
        self.mfa_configuration.unwrap_or_default()
    }

    /// The feature plan.
    pub fn tier(&self) -> Tier {
        self.user_pool_tier.unwrap_or_default()
    }

    /// Whose account sends e-mail.
    pub fn email_sending_account(&self) -> EmailSendingAccount {
        self.email_configuration.as_ref().and_then(|email| email.email_sending_account).unwrap_or_default()
    }

    /// The tags.
    pub fn tags(&self) -> BTreeMap<String, String> {
        self.user_pool_tags.clone().unwrap_or_default()
    }

    /// Whether the pool is protected from deletion.
    pub fn is_protected(&self) -> bool {
        self.deletion_protection == Some(DeletionProtection::Active)
    }

    /// What must be verified before it changes.
    pub fn verified_before_update(&self) -> &[String] {
        let settings = self.user_attribute_update_settings.as_ref();
        settings
            .and_then(|settings| settings.attributes_require_verification_before_update.as_deref())
            .unwrap_or_default()
    }

    /// The factors that a sign-in may begin with.
    pub fn first_factors(&self) -> Vec<String> {
        let policy = self.policies.as_ref().and_then(|policies| policies.sign_in_policy.as_ref());
        let factors = policy.and_then(|policy| policy.allowed_first_auth_factors.clone());
        factors.unwrap_or_else(|| vec![PASSWORD.to_owned()])
    }

    /// What a password must look like.
    pub fn password_policy(&self) -> PasswordPolicy {
        let sent = self.policies.as_ref().and_then(|policies| policies.password_policy.clone());
        // COGNITO: of a policy that was sent, the requirements left out do not hold; without one, all of them do.
        let strict = sent.is_none();
        let sent = sent.unwrap_or_default();
        PasswordPolicy {
            minimum_length: Some(sent.minimum_length.unwrap_or(8)),
            require_uppercase: Some(sent.require_uppercase.unwrap_or(strict)),
            require_lowercase: Some(sent.require_lowercase.unwrap_or(strict)),
            require_numbers: Some(sent.require_numbers.unwrap_or(strict)),
            require_symbols: Some(sent.require_symbols.unwrap_or(strict)),
            password_history_size: sent.password_history_size,
            temporary_password_validity_days: Some(self.temporary_password_days()),
        }
    }

    fn policies(&self) -> Policies {
        Policies {
            password_policy: Some(self.password_policy()),
            sign_in_policy: Some(SignInPolicy { allowed_first_auth_factors: Some(self.first_factors()) }),
        }
    }

    /// How long a temporary password works: both places that can say so, and 0 stands for the default.
    pub fn temporary_password_days(&self) -> u32 {
        let policy = self.policies.as_ref().and_then(|policies| policies.password_policy.as_ref());
        let days = policy.and_then(|policy| policy.temporary_password_validity_days);
        let older = self.admin_create_user_config.as_ref().and_then(|config| config.unused_account_validity_days);
        days.or(older).filter(|days| *days > 0).unwrap_or(7)
    }

    /// COGNITO: the older members fill what the template leaves out, and the answer shows both.
    fn messages(&self) -> VerificationMessageTemplate {
        let template = self.verification_message_template.clone().unwrap_or_default();
        VerificationMessageTemplate {
            sms_message: template.sms_message.or_else(|| self.sms_verification_message.clone()),
            email_message: template.email_message.or_else(|| self.email_verification_message.clone()),
            email_subject: template.email_subject.or_else(|| self.email_verification_subject.clone()),
            default_email_option: template.default_email_option.or_else(|| Some("CONFIRM_WITH_CODE".to_owned())),
            ..template
        }
    }

    fn admin_create_user(&self, days: u32) -> AdminCreateUserConfig {
        let sent = self.admin_create_user_config.clone().unwrap_or_default();
        AdminCreateUserConfig {
            allow_admin_create_user_only: Some(sent.allow_admin_create_user_only.unwrap_or(false)),
            unused_account_validity_days: Some(days),
            invite_message_template: sent.invite_message_template,
        }
    }
}

impl FixedPoolSettings {
    /// Whether `Ada` and `ada` are two, in user names and in aliases.
    pub fn case_sensitive(&self) -> bool {
        // COGNITO: what the API makes distinguishes them unless it is told otherwise; the console tells it otherwise.
        self.username_configuration.is_none_or(|configuration| configuration.case_sensitive)
    }

    /// What users can sign in with beside, or instead of, a user name.
    pub fn sign_in_attributes(&self) -> &[String] {
        let addresses = self.username_attributes.as_deref().filter(|names| !names.is_empty());
        addresses.or(self.alias_attributes.as_deref()).unwrap_or_default()
    }

    /// Whether this attribute is the user name of its pool.
    pub fn signs_in_with(&self, attribute: &str) -> bool {
        self.username_attributes.iter().flatten().any(|name| name == attribute)
    }

    /// Every attribute of the pool's users: the standard ones, as this pool has them, then its own.
    pub fn schema_in_force(&self) -> Vec<SchemaAttribute> {
        let changed = |standard: SchemaAttribute| {
            let same = self.schema.iter().find(|attribute| attribute.name == standard.name);
            same.cloned().unwrap_or(standard)
        };
        let own = self.schema.iter().filter(|attribute| attribute.is_custom()).cloned();
        standard_attributes().into_iter().map(changed).chain(own).collect()
    }
}

impl SchemaAttribute {
    /// Whether a full name is that of an attribute of the pool's own.
    pub fn is_custom(&self) -> bool {
        self.name.as_ref().is_some_and(|name| name.contains(':'))
    }
}
