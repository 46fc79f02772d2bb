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
        None => trace.require(IssueRule::SecretMatches, false, Evidence::Remark(slip(secrets, candidate, in_header))),
    }
}

/// What is wrong with a secret that none of the live ones matches, as far as the usual slips tell.
fn slip(secrets: &[ClientSecret], candidate: &[u8], in_header: bool) -> &'static str {
    let matches = |bytes: &[u8]| secrets.iter().fold(false, |found, secret| found | secret.value.matches(bytes));
    let plus: Vec<u8> = candidate.iter().map(|byte| if *byte == b' ' { b'+' } else { *byte }).collect();
    let decoded: Cow<'_, [u8]> = percent_decode(candidate).into();
    // A secret's id is not secret: it begins with the client's id.
    let names = |id: &str| [id, id.split("--").next().unwrap_or(id)].iter().any(|name| name.as_bytes() == candidate);
    let swapped = secrets.iter().any(|secret| names(secret.id.as_str()));
    if candidate.is_empty() {
        "the secret is empty"
    } else if matches(candidate.trim_ascii()) {
        "the secret would match without the blank or line break around it"
    } else if !in_header && matches(&plus) {
        "the secret would match with `+` where a space arrived: in a form, `+` is written `%2B`"
    } else if !in_header && matches(&decoded) {
        "the secret would match if it were percent-encoded once less"
    } else if swapped {
        "what came as the secret is the client id or a secret's id"
    } else if secrets.len() > 1 {
        "the secret matches neither of the two live ones"
    } else {
        "the secret does not match the one live secret"
    }
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

    #[test]
    fn the_trace_tells_the_usual_slips_apart() {
        let remark = |live: &[&str], basic: Option<&str>, form: Option<&str>| {
            let secrets: Vec<_> = live.iter().map(|value| secret(value)).collect();
            let presented = Presented { basic: basic.map(str::as_bytes), form: form.map(str::as_bytes) };
            let mut trace = Trace::new();
            authenticate_client(&secrets, &presented, &mut trace).unwrap_err();
            match &trace.steps().last().unwrap().evidence {
                Evidence::Remark(remark) => *remark,
                other => panic!("{other:?}"),
            }
        };
        let blank = "the secret would match without the blank or line break around it";
        assert_eq!(remark(&["one"], Some("one\n"), None), blank);
        assert_eq!(remark(&["one", "two"], None, Some(" two")), blank);
        let plus = "the secret would match with `+` where a space arrived: in a form, `+` is written `%2B`";
        assert_eq!(remark(&["a+b"], None, Some("a b")), plus);
        let encoded = "the secret would match if it were percent-encoded once less";
        assert_eq!(remark(&["a_b"], None, Some("a%5Fb")), encoded);
        let swapped = "what came as the secret is the client id or a secret's id";
        assert_eq!(remark(&["one"], Some("id-of-one"), None), swapped);
        assert_eq!(remark(&["one"], Some(""), None), "the secret is empty");
        assert_eq!(remark(&["one"], Some("x"), None), "the secret does not match the one live secret");
        assert_eq!(remark(&["one", "two"], Some("x"), None), "the secret matches neither of the two live ones");
    }
}
