//! What a pool writes to its users: texts that must hold a place for the code or the link.

use super::{Shape, Text, optional};

/// `SmsVerificationMessageType`.
pub const SMS_VERIFICATION_MESSAGE: Shape = Shape::Text(Text::between(6, 140).matching(r".*\{####\}.*"));
/// `EmailVerificationMessageType` and `EmailMfaMessageType`.
pub const EMAIL_VERIFICATION_MESSAGE: Shape = Shape::Text(
    Text::between(6, 20_000).matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*"),
);
/// `EmailVerificationSubjectType` and `EmailVerificationSubjectByLinkType`.
pub const EMAIL_SUBJECT: Shape = Shape::Text(Text::between(1, 140).matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+"));
/// `VerificationMessageTemplateType`.
pub const VERIFICATION_MESSAGE_TEMPLATE: Shape = Shape::Structure(&[
    optional("SmsMessage", &SMS_VERIFICATION_MESSAGE),
    optional("EmailMessage", &EMAIL_VERIFICATION_MESSAGE),
    optional("EmailSubject", &EMAIL_SUBJECT),
    optional("EmailMessageByLink", &EMAIL_MESSAGE_BY_LINK),
    optional("EmailSubjectByLink", &EMAIL_SUBJECT),
    optional("DefaultEmailOption", &Shape::Choice(&["CONFIRM_WITH_LINK", "CONFIRM_WITH_CODE"])),
]);
const EMAIL_MESSAGE_BY_LINK: Shape = Shape::Text(Text::between(6, 20_000).matching(
    r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{##[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*##\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
));
/// `MessageTemplateType`: the invitation of a user whom an administrator created.
pub const INVITE_MESSAGE_TEMPLATE: Shape = Shape::Structure(&[
    optional("SMSMessage", &Shape::Text(Text::between(6, 140).matching("(?s).*"))),
    optional("EmailMessage", &Shape::Text(Text::between(6, 20_000).matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*"))),
    optional("EmailSubject", &EMAIL_SUBJECT),
]);
/// `EmailMfaConfigType`, whose subject has no bounds on its length.
pub const EMAIL_MFA_CONFIG: Shape = Shape::Structure(&[
    optional("Message", &EMAIL_VERIFICATION_MESSAGE),
    optional("Subject", &Shape::Text(Text::ANY.matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+"))),
]);
