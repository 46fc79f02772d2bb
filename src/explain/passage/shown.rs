//! A passage as the API shows it.

use serde_json::Value;

use crate::domain::rules::enforce::Verified;
use crate::domain::trace::{Cut, Rule as _};
use crate::explain::Explanation;
use crate::explain::json::{Passed, Told, shown};

use super::why::{Why, refused, why};
use super::{Around, Passage, Verdict};

impl Explanation {
    /// Of a request to a gateway, with what is known beside the record.
    pub fn of_passage(passage: &Passage, around: &Around) -> Self {
        let Why { cause, change } = why(passage, around);
        let token = passage.token.as_deref();
        Self {
            id: Some(passage.id.to_string()),
            time: passage.at.to_string(),
            grant_type: None,
            gateway: Some(passage.gateway.to_string()),
            dialect: Some(passage.dialect),
            mode: Some(passage.mode.to_owned()),
            request: Some(passage.request.as_str().to_owned()),
            route: passage.route.as_ref().map(|route| route.key.to_string()),
            client_id: token.and_then(client).map(short),
            pool: token.map(|token| token.issuer().to_string()),
            user: token.and_then(user).map(short),
            answer: Told::Passed(told(passage)),
            cause,
            change,
            steps: passage.trace.steps().iter().map(shown).collect(),
        }
    }
}

fn told(passage: &Passage) -> Passed {
    let rule = || refused(passage).map(|step| step.rule.id().to_owned());
    let (verdict, rule, would) = match passage.verdict {
        Verdict::Allowed => ("allowed", None, None),
        Verdict::Refused => ("refused", rule(), None),
        Verdict::Observed { would } => ("observed", rule(), Some(would)),
        Verdict::Failed(fault) => ("failed", Some(fault.name().to_owned()), None),
    };
    let (verdict, status) = (verdict.to_owned(), Some(passage.status));
    Passed { verdict, status, rule, would, www_authenticate: None, body: None }
}

fn claim<'a>(token: &'a Verified, name: &str) -> Option<&'a str> {
    token.claims().get(name).and_then(Value::as_str)
}

/// The client that the token was issued to: an ID token calls it `aud`.
fn client(token: &Verified) -> Option<&str> {
    claim(token, "client_id").or_else(|| claim(token, "aud"))
}

fn user(token: &Verified) -> Option<&str> {
    claim(token, "username").or_else(|| claim(token, "cognito:username"))
}

fn short(text: &str) -> String {
    Cut::new(text).as_str().to_owned()
}
