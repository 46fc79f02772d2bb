//! Claims as API Gateway shows them to an upstream: every one a text.

use std::borrow::Cow;

use chrono::DateTime;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::jwt::Claims;

/// Every claim as a text, by name.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    dialect: Dialect,
    claims: &'a Claims,
}

impl<'a> Texts<'a> {
    pub(super) fn of(dialect: Dialect, claims: &'a Claims) -> Self {
        Self { dialect, claims }
    }
}

impl Serialize for Texts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let said = self.claims.iter();
        serializer.collect_map(said.filter_map(|(name, value)| Some((name, text(self.dialect, name, value)?))))
    }
}

/// A claim as a text; there is none for `null`.
pub(super) fn text<'a>(dialect: Dialect, name: &str, value: &'a Value) -> Option<Cow<'a, str>> {
    match (value, dialect) {
        (Value::Null, _) => None,
        (Value::String(text), _) => Some(Cow::Borrowed(text)),
        // COGNITO: a REST API shows these two moments as dates, and all others as numbers (measured).
        (Value::Number(_), Dialect::RestApi) if matches!(name, "exp" | "iat") => {
            Some(date(value).unwrap_or_else(|| value.to_string()).into())
        }
        // COGNITO: a REST API joins lists by commas, an HTTP API by blanks in brackets (measured).
        (Value::Array(several), Dialect::RestApi) => Some(joined(several, ",").into()),
        (Value::Array(several), _) => Some(format!("[{}]", joined(several, " ")).into()),
        (Value::Bool(_) | Value::Number(_) | Value::Object(_), _) => Some(value.to_string().into()),
    }
}

fn joined(several: &[Value], by: &str) -> String {
    let each = several.iter().map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned));
    each.collect::<Vec<_>>().join(by)
}

/// Such as `Fri Jul 29 18:52:53 UTC 2016`.
fn date(seconds: &Value) -> Option<String> {
    let moment = DateTime::from_timestamp(seconds.as_i64()?, 0)?;
    Some(moment.format("%a %b %d %H:%M:%S UTC %Y").to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_claim_is_a_text_in_the_manner_of_the_dialect() {
        for (name, value, rest, http) in [
            ("sub", json!("a b"), "a b", "a b"),
            ("email_verified", json!(true), "true", "true"),
            ("auth_time", json!(1_469_814_773), "1469814773", "1469814773"),
            ("exp", json!(1_469_818_373), "Fri Jul 29 18:52:53 UTC 2016", "1469818373"),
            ("iat", json!(1_469_818_373), "Fri Jul 29 18:52:53 UTC 2016", "1469818373"),
            ("iat", json!("soon"), "soon", "soon"),
            ("exp", json!(1e300), "1e+300", "1e+300"),
            ("cognito:groups", json!(["admin", "dev"]), "admin,dev", "[admin dev]"),
            ("numbers", json!([1, true]), "1,true", "[1 true]"),
            ("address", json!({ "a": [1] }), r#"{"a":[1]}"#, r#"{"a":[1]}"#),
        ] {
            assert_eq!(text(Dialect::RestApi, name, &value).as_deref(), Some(rest), "{name}");
            assert_eq!(text(Dialect::HttpApi, name, &value).as_deref(), Some(http), "{name}");
        }
        assert_eq!(text(Dialect::RestApi, "a", &Value::Null), None);
    }
}
