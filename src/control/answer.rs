//! Answers in AWS JSON 1.1: the headers of the protocol, and those that browsers need.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use super::error::{AwsError, ErrorCode};

const JSON: &str = "application/x-amz-json-1.1";
const EXPOSED: &str = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";

/// The answer of an operation; an empty body stays empty.
pub(super) fn success(request_id: &str, body: Vec<u8>) -> HttpResponse {
    with_headers(StatusCode::OK, request_id).body(body)
}

/// A refusal.
pub(super) fn refusal(request_id: &str, error: &AwsError) -> HttpResponse {
    let mut response = with_headers(error.code.status(), request_id);
    response.insert_header(("x-amzn-ErrorType", format!("{}:", error.code)));
    if !error.message.is_empty() {
        response.insert_header(("x-amzn-ErrorMessage", one_line(&error.message).as_ref()));
    }
    response.body(json(&Refusal::of(error)))
}

/// What is no call of this API at all.
pub(super) fn not_understood(request_id: &str) -> HttpResponse {
    let body = NotUnderstood {
        code: "BadRequest",
        message: "The server did not understand the operation that was requested.",
        r#type: "client",
    };
    with_headers(StatusCode::NOT_FOUND, request_id).body(json(&body))
}

/// What a browser may send from a page of any origin.
pub(super) fn preflight(request: &HttpRequest) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    response.insert_header((header::ACCESS_CONTROL_MAX_AGE, "172800"));
    let asked = request.headers();
    echo(asked, header::ACCESS_CONTROL_REQUEST_METHOD, header::ACCESS_CONTROL_ALLOW_METHODS, &mut response);
    echo(asked, header::ACCESS_CONTROL_REQUEST_HEADERS, header::ACCESS_CONTROL_ALLOW_HEADERS, &mut response);
    response.finish()
}

fn echo(asked: &HeaderMap, from: header::HeaderName, to: header::HeaderName, response: &mut HttpResponseBuilder) {
    if let Some(value) = asked.get(from) {
        response.insert_header((to, HeaderValue::clone(value)));
    }
}

fn with_headers(status: StatusCode, request_id: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, JSON));
    response.insert_header(("x-amzn-RequestId", request_id));
    response.insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    response.insert_header((header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED));
    response
}

/// Clients read no header of any length: Node stops at 16 KiB for all of them, Python at 64 KiB for one.
const LONGEST_IN_HEADER: usize = 2048;

/// The message as a header can hold it: line breaks and everything beyond printable ASCII are left out, and the end of
/// a very long one, which the body has whole.
fn one_line(message: &str) -> Cow<'_, str> {
    let fits = |character: char| character == ' ' || character.is_ascii_graphic();
    if message.len() <= LONGEST_IN_HEADER && message.chars().all(fits) {
        Cow::Borrowed(message)
    } else {
        Cow::Owned(message.chars().filter(|character| fits(*character)).take(LONGEST_IN_HEADER).collect())
    }
}

fn json(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("invariant: structs of strings can be written as JSON")
}

#[derive(Serialize)]
struct NotUnderstood {
    code: &'static str,
    message: &'static str,
    r#type: &'static str,
}

/// COGNITO: exceptions of the API say `message`, those of the framework below it `Message`
/// (aws-amplify/amplify-js#4738).
#[derive(Serialize)]
struct Refusal<'a> {
    #[serde(rename = "__type")]
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(rename = "Message", skip_serializing_if = "Option::is_none")]
    framework_message: Option<&'a str>,
}

impl<'a> Refusal<'a> {
    fn of(error: &'a AwsError) -> Self {
        let text = Some(error.message.as_ref()).filter(|text| !text.is_empty());
        let framework = error.code == ErrorCode::SerializationException;
        let (message, framework_message) = if framework { (None, text) } else { (text, None) };
        Self { name: error.code.to_string(), message, framework_message }
    }
}
