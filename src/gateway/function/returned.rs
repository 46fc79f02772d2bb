//! What a function returned, as an answer of HTTP.

use std::collections::BTreeMap;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, SET_COOKIE};
use actix_web::web::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Number, Value};

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Returned {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Bytes,
}

/// Why something is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Misread {
    /// Whoever calls functions answered so.
    #[error("the call was answered with the status {0}")]
    Status(u16),
    /// The function failed.
    #[error("the function failed")]
    Failed,
    /// It is not of the shape.
    #[error("it does not read as an answer: {0}")]
    Shape(#[from] serde_json::Error),
    /// It has a member that no answer has.
    #[error("an answer has no `{0}`")]
    Unknown(String),
    /// It has no status, or one that nobody can be told.
    #[error("the status is none between 200 and 599")]
    NoStatus,
    /// A name or value cannot be one of a header.
    #[error("`{0}` cannot be a header")]
    Header(String),
    /// The body is not in base64.
    #[error("the body is not in base64: {0}")]
    Base64(#[from] base64::DecodeError),
}

/// What functions return to say more than a body.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    status_code: Option<Scalar>,
    headers: Option<BTreeMap<String, Option<Scalar>>>,
    multi_value_headers: Option<BTreeMap<String, Vec<Scalar>>>,
    cookies: Option<Vec<String>>,
    body: Option<String>,
    is_base64_encoded: Option<bool>,
}

/// A value that has one way to be written.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(Number),
    Truth(bool),
}

/// The members that the answer to a REST API may have.
const MEMBERS: [&str; 6] = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded", "base64Encoded"];

/// What a REST API makes of it; `decodes` says whether the client takes binary answers.
pub(super) fn of_rest_api(bytes: &[u8], decodes: bool) -> Result<Returned, Misread> {
    let value: Value = serde_json::from_slice(bytes)?;
    if let Some(unknown) =
        value.as_object().and_then(|members| members.keys().find(|name| !MEMBERS.contains(&name.as_str())))
    {
        return Err(Misread::Unknown(unknown.clone()));
    }
    let mut written: Written = serde_json::from_value(value)?;
    // COGNITO: for a client that does not ask for a binary type first, base64 stays base64 (documented, measured).
    written.is_base64_encoded = written.is_base64_encoded.map(|encoded| encoded && decodes);
    written.returned("application/json", Several::Taken)
}

/// What an HTTP API makes of it in version 1.0.
pub(super) fn v1(bytes: &[u8]) -> Result<Returned, Misread> {
    let written: Written = serde_json::from_slice(bytes)?;
    written.returned(PLAIN, Several::Taken)
}

/// What an HTTP API makes of it in version 2.0: without a status it is the body of a 200.
pub(super) fn v2(bytes: &[u8]) -> Result<Returned, Misread> {
    let value = serde_json::from_slice::<Value>(bytes).unwrap_or_default();
    if value.get("statusCode").is_some() {
        let written: Written = serde_json::from_value(value)?;
        return written.returned(PLAIN, Several::Passed);
    }
    // Not every runtime says in a header that the function failed.
    if value.get("errorMessage").is_some() && value.get("errorType").is_some() {
        return Err(Misread::Failed);
    }
    // COGNITO: what is no JSON is a body, too, and a text is one without its quotes (measured, documented).
    let body = match value {
        Value::String(text) => Bytes::from(text),
        _ => Bytes::copy_from_slice(bytes),
    };
    let headers = vec![(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    Ok(Returned { status: StatusCode::OK, headers, body })
}

/// The type of an HTTP API's answer that names none.
const PLAIN: &str = "text/plain;charset=UTF-8";

/// Whether headers with several values count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Several {
    Taken,
    Passed,
}

impl Written {
    fn returned(self, usual_type: &'static str, several: Several) -> Result<Returned, Misread> {
        let status = self.status_code.and_then(|status| status.to_string().parse().ok());
        let status = status.filter(|status| (200..600).contains(status)).ok_or(Misread::NoStatus)?;
        let status = StatusCode::from_u16(status).map_err(|_| Misread::NoStatus)?;
        let mut headers = Vec::new();
        if several == Several::Taken {
            for (name, values) in self.multi_value_headers.unwrap_or_default() {
                for value in values {
                    headers.push(header(&name, &value)?);
                }
            }
        }
        for (name, value) in self.headers.unwrap_or_default() {
            let Some(value) = value else { continue };
            // The same pair in both is one header (documented).
            let pair = header(&name, &value)?;
            if !headers.contains(&pair) {
                headers.push(pair);
            }
        }
        if several == Several::Passed {
            for cookie in self.cookies.unwrap_or_default() {
                let value = HeaderValue::from_str(&cookie).map_err(|_| Misread::Header("set-cookie".to_owned()))?;
                headers.push((SET_COOKIE, value));
            }
        }
        if !headers.iter().any(|(name, _)| *name == CONTENT_TYPE) {
            headers.push((CONTENT_TYPE, HeaderValue::from_static(usual_type)));
        }
        let body = self.body.unwrap_or_default();
        let body = if self.is_base64_encoded == Some(true) { STANDARD.decode(body)? } else { body.into_bytes() };
        Ok(Returned { status, headers, body: body.into() })
    }
}

fn header(name: &str, value: &Scalar) -> Result<(HeaderName, HeaderValue), Misread> {
    let pair = HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_str(&value.to_string()).ok());
    pair.ok_or_else(|| Misread::Header(name.to_owned()))
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Truth(truth) => write!(f, "{truth}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The status, the headers, and the body as text.
    type Plain = (u16, Vec<String>, String);

    fn plainly(returned: Result<Returned, Misread>) -> Result<Plain, String> {
        let returned = returned.map_err(|why| why.to_string())?;
        let line = |(name, value): &(HeaderName, HeaderValue)| format!("{name}: {}", value.to_str().unwrap());
        let headers = returned.headers.iter().map(line).collect();
        Ok((returned.status.as_u16(), headers, String::from_utf8(returned.body.to_vec()).unwrap()))
    }

    fn answer(status: u16, headers: &[&str], body: &str) -> Plain {
        (status, headers.iter().map(|&line| line.to_owned()).collect(), body.to_owned())
    }

    fn rest(value: &Value) -> Result<Plain, String> {
        plainly(of_rest_api(value.to_string().as_bytes(), false))
    }

    fn two(text: &str) -> Result<Plain, String> {
        plainly(v2(text.as_bytes()))
    }

    #[test]
    fn the_answer_has_what_the_function_says() {
        let full = json!({
            "statusCode": 201,
            "headers": { "Content-Type": "text/html", "X-Count": 3, "X-Good": true, "X-None": null, "x-a": "1", "X-B": "3" },
            "multiValueHeaders": { "X-A": ["1", "2"], "x-b": ["4"], "Set-Cookie": ["a=1", "b=2"] },
            "body": "<p>",
            "isBase64Encoded": false,
        });
        let both = ["set-cookie: a=1", "set-cookie: b=2", "x-a: 1", "x-a: 2", "x-b: 4"];
        let single = ["content-type: text/html", "x-b: 3", "x-count: 3", "x-good: true"];
        assert_eq!(rest(&full), Ok(answer(201, &[&both[..], &single].concat(), "<p>")));
        assert_eq!(plainly(v1(full.to_string().as_bytes())), rest(&full));
        let single = ["content-type: text/html", "x-b: 3", "x-count: 3", "x-good: true", "x-a: 1"];
        assert_eq!(two(&full.to_string()), Ok(answer(201, &single, "<p>")));
        let cookies = json!({ "statusCode": "200", "cookies": ["a=1", "b=2; Secure"], "headers": {}, "body": null });
        let plain = "content-type: text/plain;charset=UTF-8";
        assert_eq!(
            two(&cookies.to_string()),
            Ok(answer(200, &["set-cookie: a=1", "set-cookie: b=2; Secure", plain], ""))
        );
    }

    #[test]
    fn each_kind_of_api_has_a_usual_type() {
        let bare = json!({ "statusCode": 200 });
        assert_eq!(rest(&bare), Ok(answer(200, &["content-type: application/json"], "")));
        let plain = "content-type: text/plain;charset=UTF-8";
        assert_eq!(plainly(v1(bare.to_string().as_bytes())), Ok(answer(200, &[plain], "")));
        assert_eq!(two(&bare.to_string()), Ok(answer(200, &[plain], "")));
    }

    #[test]
    fn without_a_status_it_is_a_body_in_the_second_version() {
        for (text, body) in [
            (r#"{ "message":  "hi" }"#, r#"{ "message":  "hi" }"#),
            (r#""hi""#, "hi"),
            ("[1, 2]", "[1, 2]"),
            ("null", "null"),
            ("7", "7"),
            (r#"{"errorMessage":"mine"}"#, r#"{"errorMessage":"mine"}"#),
            ("{half", "{half"),
        ] {
            assert_eq!(two(text), Ok(answer(200, &["content-type: application/json"], body)), "{text}");
        }
        let failed = r#"{"errorMessage":"boom","errorType":"Error","stackTrace":[]}"#;
        assert_eq!(two(failed), Err("the function failed".to_owned()));
    }

    #[test]
    fn a_body_in_base64_is_decoded_for_who_can_take_it() {
        let encoded = json!({ "statusCode": 200, "body": "aGk=", "isBase64Encoded": true });
        let bytes = encoded.to_string().into_bytes();
        assert_eq!(v1(&bytes).unwrap().body, "hi");
        assert_eq!(v2(&bytes).unwrap().body, "hi");
        assert_eq!(of_rest_api(&bytes, true).unwrap().body, "hi");
        assert_eq!(of_rest_api(&bytes, false).unwrap().body, "aGk=");
        let broken = json!({ "statusCode": 200, "body": "a%", "isBase64Encoded": true }).to_string();
        assert!(v2(broken.as_bytes()).unwrap_err().to_string().starts_with("the body is not in base64"));
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for (value, why) in [
            (json!(null), "does not read"),
            (json!("hi"), "does not read"),
            (json!({}), "the status is none"),
            (json!({ "statusCode": null }), "the status is none"),
            (json!({ "statusCode": 99 }), "the status is none"),
            (json!({ "statusCode": 101 }), "the status is none"),
            (json!({ "statusCode": 600 }), "the status is none"),
            (json!({ "statusCode": -1 }), "the status is none"),
            (json!({ "statusCode": "ok" }), "the status is none"),
            (json!({ "statusCode": {} }), "does not read"),
            (json!({ "statusCode": 200, "body": { "a": 1 } }), "does not read"),
            (json!({ "statusCode": 200, "body": 1 }), "does not read"),
            (json!({ "statusCode": 200, "headers": ["a"] }), "does not read"),
            (json!({ "statusCode": 200, "headers": { "a": [] } }), "does not read"),
            (json!({ "statusCode": 200, "headers": { "a b": "c" } }), "`a b` cannot be a header"),
            (json!({ "statusCode": 200, "headers": { "a": "b\r\nc: d" } }), "`a` cannot be a header"),
            (json!({ "statusCode": 200, "multiValueHeaders": { "a": "b" } }), "does not read"),
            (json!({ "statusCode": 200, "isBase64Encoded": "yes" }), "does not read"),
        ] {
            let found = rest(&value).unwrap_err();
            assert!(found.contains(why), "{value}: {found}");
            let found = plainly(v1(value.to_string().as_bytes())).unwrap_err();
            assert!(found.contains(why), "{value}: {found}");
        }
        assert!(v1(b"").is_err() && v1(b"{half").is_err());
        assert_eq!(rest(&json!({ "statusCode": 200, "cookies": [] })), Err("an answer has no `cookies`".to_owned()));
        let malformed = json!({ "statusCode": 200, "cookies": ["a\nb"] }).to_string();
        assert_eq!(two(&malformed), Err("`set-cookie` cannot be a header".to_owned()));
        assert_eq!(two(r#"{"statusCode":null}"#), Err("the status is none between 200 and 599".to_owned()));
    }
}
