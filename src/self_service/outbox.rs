//! Messages to users: composed as the pool's templates say, and kept where a developer can read them instead of sent.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-message-customizations.html>

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::domain::account::{Contact, Medium, Message};
use crate::domain::id::{ClientId, UserPoolId};
use crate::domain::pool::{IssuerMode, UserPool};
use crate::domain::sign_in::Brief;
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::effects::random;
use crate::store::database::Database;
use crate::store::transaction::Transaction;
use crate::store::{StoreError, documents};
use crate::tokens::RequestOrigin;

use super::SelfService;
use super::codes::digest;
use super::triggers::{Call, CustomMessage, TriggerFailure};

/// How long a message can be read.
const KEPT_MILLIS: i64 = 24 * 3_600_000;
/// The code's place in a template.
const CODE: &str = "{####}";
/// The user name's place in a template.
const USERNAME: &str = "{username}";

/// Why a message is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A code to confirm a sign-up.
    SignUp,
    /// The same, again.
    ResendCode,
    /// A code to set a new password.
    ForgotPassword,
    /// A code because an address changed.
    UpdateUserAttribute,
    /// A code because one was asked for to verify an address.
    VerifyUserAttribute,
    /// An invitation with a temporary password.
    AdminCreateUser,
    /// A code to sign in with.
    Authentication,
}

impl Purpose {
    /// The last part of the trigger source, which is the purpose in the outbox too.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignUp => "SignUp",
            Self::ResendCode => "ResendCode",
            Self::ForgotPassword => "ForgotPassword",
            Self::UpdateUserAttribute => "UpdateUserAttribute",
            Self::VerifyUserAttribute => "VerifyUserAttribute",
            Self::AdminCreateUser => "AdminCreateUser",
            Self::Authentication => "Authentication",
        }
    }
}

/// What a message is made from.
pub struct Letter<'a> {
    /// The pool.
    pub pool: &'a UserPool,
    /// The client, unless an administrator acts.
    pub client: Option<&'a ClientId>,
    /// Who gets it.
    pub user: &'a User,
    /// Where to.
    pub contact: &'a Contact,
    /// Why.
    pub purpose: Purpose,
    /// The code or temporary password in it.
    pub code: &'a str,
    /// What the caller hands to the functions.
    pub metadata: &'a BTreeMap<String, String>,
}

/// Which messages to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those to this user.
    pub user: Option<String>,
    /// Only those to this address.
    pub to: Option<String>,
}

impl SelfService {
    /// Writes a message, in the words of the pool or of its function. It is not kept yet: see [`post`].
    pub async fn write(&self, letter: &Letter<'_>) -> Result<Message, TriggerFailure> {
        let call = Call::about(letter.pool, letter.client, letter.user, letter.metadata);
        let source = format!("CustomMessage_{}", letter.purpose.name());
        let custom = call.custom_message(&self.hooks, &source).await?;
        let Text { subject, body } = compose(letter, custom, &self.confirmation_link(letter));
        let now = self.effects.clock.now();
        Ok(Message {
            id: message_id(now, &random::uuid(&*self.effects.random)),
            to: letter.contact.address.clone(),
            medium: letter.contact.medium,
            subject,
            body,
            code: letter.code.to_owned(),
            purpose: letter.purpose.name().to_owned(),
            user: letter.user.username.clone(),
            at: now,
        })
    }

    /// Writes a message and keeps it, in a transaction of its own.
    pub async fn send<E: From<TriggerFailure> + From<StoreError>>(&self, letter: &Letter<'_>) -> Result<(), E> {
        let message = self.write(letter).await?;
        let pool = &letter.pool.id;
        self.database.transact(async |tx| post(tx, pool, &message)).await?;
        announce(pool, &message);
        Ok(())
    }

    /// Where a click confirms a sign-up.
    fn confirmation_link(&self, letter: &Letter<'_>) -> String {
        // No request is at hand whose host could be followed; every mode but `host` says the same.
        let nowhere = RequestOrigin { scheme: "http", host: "localhost" };
        let base = self.issuers.endpoints(IssuerMode::BaseUrl, nowhere);
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let client = letter.client.map_or("", ClientId::as_str);
        let (user, code) = (encoded(&letter.user.username), encoded(letter.code));
        format!("{base}/confirmUser?client_id={client}&user_name={user}&confirmation_code={code}")
    }
}

/// Keeps a message for a day.
pub fn post(tx: &mut Transaction<'_>, pool: &UserPoolId, message: &Message) -> Result<(), StoreError> {
    let expires = Timestamp::from_millis(message.at.millis() + KEPT_MILLIS);
    tx.put(&documents::outbox(pool).member(&message.id), &Brief { expires, value: message.clone() })
}

/// Says in the log what would have been sent. To be called when the message is kept.
pub fn announce(pool: &UserPoolId, message: &Message) {
    let Message { to, medium, code, purpose, user, .. } = message;
    tracing::info!(%pool, user, to, medium = medium.name(), purpose, code, "a message for a user is in the outbox");
}

/// The messages of a pool, newest first, at most `limit` of them.
pub async fn list(
    database: &Database,
    pool: &UserPoolId,
    filter: &Filter,
    limit: usize,
    now: Timestamp,
) -> Result<Vec<Message>, StoreError> {
    const PAGE: usize = 100;
    let (prefix, mut found, mut after) = (documents::outbox(pool), Vec::new(), None::<String>);
    loop {
        let page = database.scan(&prefix, after.as_deref(), PAGE).await?;
        let (last, full) = (page.last().map(|brief| brief.value.id.clone()), page.len() == PAGE);
        let alive = page.into_iter().filter_map(|brief| brief.alive(now)).filter(|message| filter.admits(message));
        found.extend(alive.take(limit - found.len()));
        if !full || found.len() >= limit {
            return Ok(found);
        }
        after = last;
    }
}

impl Filter {
    fn admits(&self, message: &Message) -> bool {
        let same = |wanted: &Option<String>, value: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.to_lowercase() == value.to_lowercase())
        };
        same(&self.user, &message.user) && same(&self.to, &message.to)
    }
}

/// Sorts the newest first: stores walk their keys upwards only.
fn message_id(now: Timestamp, unique: &str) -> String {
    const END: i64 = 9_999_999_999_999;
    static WRITTEN: AtomicI64 = AtomicI64::new(0);
    let order = WRITTEN.fetch_add(1, Ordering::Relaxed);
    format!("{:013}-{:013}-{unique}", END.saturating_sub(now.millis()), END.saturating_sub(order))
}

/// A composed message.
#[derive(Debug, PartialEq, Eq)]
struct Text {
    subject: Option<String>,
    body: String,
}

fn compose(letter: &Letter<'_>, custom: CustomMessage, link: &str) -> Text {
    let own = template(letter);
    let (subject, body) = match letter.contact.medium {
        Medium::Sms => (None, custom.sms_message.unwrap_or(own.body)),
        Medium::Email => (custom.email_subject.or(own.subject), custom.email_message.unwrap_or(own.body)),
    };
    let filled =
        |text: String| with_link(&text, link).replace(CODE, letter.code).replace(USERNAME, &letter.user.username);
    Text { subject: subject.map(filled), body: filled(body) }
}

/// The text that the pool has for this, or ours.
fn template(letter: &Letter<'_>) -> Text {
    let (settings, email) = (&letter.pool.settings, letter.contact.medium == Medium::Email);
    let text = |subject: Option<String>, body: Option<String>, (ours_about, ours): (&str, &str)| Text {
        subject: email.then(|| subject.unwrap_or_else(|| ours_about.to_owned())),
        body: body.unwrap_or_else(|| ours.to_owned()),
    };
    match letter.purpose {
        Purpose::AdminCreateUser => {
            let config = settings.admin_create_user_config.clone().unwrap_or_default();
            let invite = config.invite_message_template.unwrap_or_default();
            let body = if email { invite.email_message } else { invite.sms_message };
            text(invite.email_subject, body, INVITATION)
        }
        Purpose::Authentication if email => {
            let mfa = letter.pool.mfa.email_mfa_configuration.clone().unwrap_or_default();
            text(mfa.subject, mfa.message, SIGN_IN)
        }
        Purpose::Authentication => text(None, settings.sms_authentication_message.clone(), SIGN_IN),
        purpose => {
            let verify = settings.in_force().verification_message_template.unwrap_or_default();
            let signing_up = matches!(purpose, Purpose::SignUp | Purpose::ResendCode);
            let by_link = verify.default_email_option.as_deref() == Some("CONFIRM_WITH_LINK");
            if email && signing_up && by_link {
                return text(verify.email_subject_by_link, verify.email_message_by_link, LINK);
            }
            let body = if email { verify.email_message } else { verify.sms_message };
            let ours = if purpose == Purpose::ForgotPassword { RESET } else { VERIFICATION };
            text(verify.email_subject, body, ours)
        }
    }
}

/// Subject and body of our own, for pools that have none.
const VERIFICATION: (&str, &str) = ("Verify your account", "{####} is your verification code.");
const RESET: (&str, &str) = ("Reset your password", "{####} is the code to set a new password with.");
const LINK: (&str, &str) =
    ("Verify your account", "Please follow this link to verify your e-mail address: {##Verify e-mail##}");
const SIGN_IN: (&str, &str) = ("Your sign-in code", "{####} is your code to sign in.");
const INVITATION: (&str, &str) =
    ("Your temporary password", "Your user name is {username}, and your temporary password is {####}");

/// `{##words##}` as a link of these words.
fn with_link(text: &str, link: &str) -> String {
    let Some((before, rest)) = text.split_once("{##") else { return text.to_owned() };
    match rest.split_once("##}") {
        // `{####}` is the code's place.
        Some((words, after)) if !words.is_empty() => {
            format!("{before}<a href=\"{}\">{words}</a>{}", link.replace('&', "&amp;"), with_link(after, link))
        }
        _ => format!("{before}{{##{}", with_link(rest, link)),
    }
}

/// The address as answers show it: `t***@t***`, `+*******9934`.
pub fn masked(contact: &Contact) -> String {
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    match contact.medium {
        Medium::Email => {
            let (local, domain) = contact.address.rsplit_once('@').unwrap_or((&contact.address, ""));
            format!("{}***@{}***", first(local), first(domain))
        }
        Medium::Sms => {
            let digits: Vec<char> = contact.address.chars().filter(char::is_ascii_digit).collect();
            let last: String = digits.iter().skip(digits.len().saturating_sub(4)).collect();
            format!("+*******{last}")
        }
    }
}

/// A contact of nobody, which is always the same for a name: what an answer about an unknown user shows.
pub fn simulated(pool: &UserPoolId, username: &str, medium: Medium) -> Contact {
    let digest = digest(&["simulated contact", pool.as_str(), &username.to_lowercase()]);
    let looks_like_one = match medium {
        Medium::Email => username.contains('@'),
        Medium::Sms => username.starts_with('+') && username.chars().filter(char::is_ascii_digit).count() > 4,
    };
    let letter = |at: usize| digest.as_bytes().get(at).map_or('a', |byte| char::from(b'a' + byte % 26));
    let digit = |at: usize| digest.as_bytes().get(at).map_or('0', |byte| char::from(b'0' + byte % 10));
    let address = match medium {
        _ if looks_like_one => username.to_owned(),
        Medium::Email => format!("{}@{}", letter(0), letter(1)),
        Medium::Sms => (0..4).map(digit).collect(),
    };
    Contact { medium, address }
}
