//! Is the asker the client it says it is?

use std::borrow::Cow;

use percent_encoding::percent_decode;

use crate::domain::client::ClientSecret;
use crate::domain::trace::{Evidence, Refused, Trace};

use super::issue_rule::IssueRule;

/// The secrets that a request presents, as they came.
#[derive(Clone, Default)]
pub struct Presented<'a> {
    /// The password of a Basic header, before any percent-decoding; may be empty.
    pub basic: Option<&'a [u8]>,
    /// The form's `client_secret`; an empty one counts as left out.
    pub form: Option<&'a [u8]>,
}

/// Compares what was presented with the client's live secrets, each in constant time.
///
/// A client without secrets is public and must present none; one with secrets must present one of them, in the header,
/// in the form, or the same one in both.
pub fn authenticate_client(
    secrets: &[ClientSecret],
    presented: &Presented<'_>,
    trace: &mut Trace<IssueRule>,
) -> Result<(), Refused<IssueRule>> {
    if secrets.is_empty() {
        let none = presented.basic.is_none() && presented.form.is_none();
        return trace.require(IssueRule::PublicClientWithoutSecret, none, Evidence::Nothing);
    }
    let Some(candidate) = presented.basic.or(presented.form) else {
        return trace.require(IssueRule::SecretPresented, false, Evidence::Remark("no secret in header or form"));
    };
    let in_header = presented.basic.is_some();
    // Every live secret is compared, so that the time does not tell which one matched.
    let found = secrets.iter().fold(None, |found, secret| {
        let accepted = accepts(secret, candidate, in_header);
        found.or(accepted.then_some(secret))
    });
    match found {
        Some(secret) => {
            let agree = presented.basic.is_none() || presented.form.is_none_or(|form| secret.value.matches(form));
            trace.require(IssueRule::SecretMatches, true, Evidence::Secret { secret: secret.id.clone() })?;
            if agree { Ok(()) } else { trace.require(IssueRule::CredentialsAgree, false, Evidence::Nothing) }
        }
        None => trace.require(IssueRule::SecretMatches, false, Evidence::Remark(hint(secrets.len()))),
    }
}

const fn hint(live: usize) -> &'static str {
    if live > 1 { "matches neither of the two live secrets" } else { "does not match the one live secret" }
}

/// A Basic password is compared as it came and then percent-decoded, since RFC 6749 (section 2.3.1) clients encode it;
/// a `+` always stands for itself, because secrets may hold it and never a space.
fn accepts(secret: &ClientSecret, candidate: &[u8], basic: bool) -> bool {
    let raw = secret.value.matches(candidate);
    let decoded: Cow<'_, [u8]> = if basic { percent_decode(candidate).into() } else { Cow::Borrowed(candidate) };
    raw | secret.value.matches(&decoded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::ClientSecretId;
    use crate::domain::secret::Secret;
    use crate::domain::time::Timestamp;

    fn secret(value: &str) -> ClientSecret {
        ClientSecret {
            id: ClientSecretId::from(format!("id-of-{value}")),
            value: Secret::new(value),
            created: Timestamp::from_millis(0),
            supplied: false,
        }
    }

    fn outcome(secrets: &[&str], basic: Option<&str>, form: Option<&str>) -> Result<(), IssueRule> {
        let secrets: Vec<_> = secrets.iter().map(|value| secret(value)).collect();
        let presented = Presented { basic: basic.map(str::as_bytes), form: form.map(str::as_bytes) };
        authenticate_client(&secrets, &presented, &mut Trace::new()).map_err(|refused| refused.rule())
    }

    #[test]
    fn either_live_secret_is_accepted_in_header_or_form() {
        assert_eq!(outcome(&["one", "two"], Some("one"), None), Ok(()));
        assert_eq!(outcome(&["one", "two"], None, Some("two")), Ok(()));
        assert_eq!(outcome(&["one", "two"], Some("three"), None), Err(IssueRule::SecretMatches));
    }

    #[test]
    fn header_and_form_must_agree() {
        assert_eq!(outcome(&["one"], Some("one"), Some("one")), Ok(()));
        assert_eq!(outcome(&["one", "two"], Some("one"), Some("two")), Err(IssueRule::CredentialsAgree));
        assert_eq!(outcome(&["one"], Some("wrong"), Some("one")), Err(IssueRule::SecretMatches));
    }

    #[test]
    fn a_basic_password_may_be_percent_encoded() {
        assert_eq!(outcome(&["my_secret+1"], Some("my%5Fsecret%2B1"), None), Ok(()));
        assert_eq!(outcome(&["my_secret+1"], Some("my_secret+1"), None), Ok(()));
        assert_eq!(outcome(&["my_secret+1"], None, Some("my%5Fsecret%2B1")), Err(IssueRule::SecretMatches));
        assert_eq!(outcome(&["my_secret 1"], Some("my_secret+1"), None), Err(IssueRule::SecretMatches));
    }

    #[test]
    fn a_missing_secret_is_told_from_a_wrong_one() {
        assert_eq!(outcome(&["one"], None, None), Err(IssueRule::SecretPresented));
        assert_eq!(outcome(&["one"], Some(""), None), Err(IssueRule::SecretMatches));
    }

    #[test]
    fn a_public_client_presents_nothing() {
        assert_eq!(outcome(&[], None, None), Ok(()));
        assert_eq!(outcome(&[], Some(""), None), Err(IssueRule::PublicClientWithoutSecret));
        assert_eq!(outcome(&[], None, Some("x")), Err(IssueRule::PublicClientWithoutSecret));
    }
}
