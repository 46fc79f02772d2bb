//! What functions answer, and what becomes of it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::json;

use super::*;

const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:pre-token";

/// Answers one call with these bytes, or not at all, and tells what was asked.
fn endpoint(answer: impl Into<Option<String>>) -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (told, asked) = mpsc::channel();
    let answer = answer.into();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 4_096];
        while !request.ends_with(b"}") {
            let read = stream.read(&mut buffer).unwrap();
            request.extend_from_slice(&buffer[..read]);
        }
        told.send(String::from_utf8(request).unwrap()).unwrap();
        match answer {
            // A caller that has seen enough may be gone before everything is written.
            Some(answer) => drop(stream.write_all(answer.as_bytes())),
            // Until the caller gives up.
            None => drop(stream.read(&mut buffer)),
        }
    });
    (address, asked)
}

fn http(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}Connection: close\r\n\r\n{body}", body.len())
}

fn functions(address: SocketAddr) -> HttpFunctions {
    HttpFunctions::new(Some(&format!("http://{address}/")), BTreeMap::new(), Duration::from_secs(2))
}

/// What becomes of this answer.
async fn outcome(answer: String) -> Result<Value, HookFailure> {
    let (address, _asked) = endpoint(answer);
    functions(address).invoke(ARN, json!({ "version": "1" })).await
}

/// What people read of it.
async fn told(answer: String) -> String {
    outcome(answer).await.unwrap_err().to_string()
}

fn of_the_function(what: &str) -> String {
    format!("the function `{ARN}` {what}")
}

#[tokio::test]
async fn a_function_is_called_as_lambda_is() {
    let (address, asked) = endpoint(http("200 OK", "", r#"{"version":"1","response":{}}"#));
    let answer = functions(address).invoke(&format!("{ARN}:live"), json!({ "version": "1" })).await;
    assert_eq!(answer, Ok(json!({ "version": "1", "response": {} })));
    let request = asked.recv().unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /2015-03-31/functions/pre-token/invocations?Qualifier=live HTTP/1.1\r\n"), "{head}");
    let lower = head.to_lowercase();
    assert!(lower.contains("\r\nx-amz-invocation-type: requestresponse"), "{head}");
    assert!(lower.contains("\r\ncontent-type: application/json"), "{head}");
    assert_eq!(body, r#"{"version":"1"}"#);
}

#[tokio::test]
async fn a_function_that_throws_says_why() {
    let thrown = r#"{"errorMessage":"not today","errorType":"Error"}"#;
    let failed = Err(HookFailure::Failed("not today".to_owned()));
    assert_eq!(outcome(http("200 OK", "X-Amz-Function-Error: Unhandled\r\n", thrown)).await, failed);
    assert_eq!(outcome(http("200 OK", "", thrown)).await, failed);
    let silent = outcome(http("200 OK", "X-Amz-Function-Error: Unhandled\r\n", "{}")).await;
    assert_eq!(silent, Err(HookFailure::Failed("the function failed without a message".to_owned())));
}

#[tokio::test]
async fn what_is_no_answer_of_a_function_is_none() {
    let failing = told(http("500 Internal Server Error", "", r#"{"errorMessage":"x"}"#)).await;
    assert_eq!(failing, of_the_function("answered with the status 500"));
    let garbage = outcome(http("200 OK", "", "<html>")).await;
    assert_eq!(garbage, Err(HookFailure::Unreadable(ARN.to_owned(), "expected value at line 1 column 1".to_owned())));
    let empty = outcome(http("200 OK", "", "")).await;
    let end = "EOF while parsing a value at line 1 column 0";
    assert_eq!(empty, Err(HookFailure::Unreadable(ARN.to_owned(), end.to_owned())));
    let other = told("no http\r\n\r\n".to_owned()).await;
    assert!(other.starts_with(&of_the_function("could not be reached: ")), "{other}");
}

#[tokio::test]
async fn a_function_that_hangs_is_given_up() {
    let (address, _asked) = endpoint(None);
    let hasty = HttpFunctions::new(Some(&format!("http://{address}")), BTreeMap::new(), Duration::from_millis(100));
    let late = hasty.invoke(ARN, json!({})).await.unwrap_err();
    assert_eq!(late.to_string(), of_the_function("did not answer within 100ms"));
}

#[tokio::test]
async fn a_huge_answer_is_not_read_to_its_end() {
    let huge = format!(r#"{{"a":"{}"}}"#, "x".repeat(usize::try_from(LONGEST).unwrap()));
    assert_eq!(told(http("200 OK", "", &huge)).await, of_the_function("answered with more than 6291456 bytes"));
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    let (elsewhere, visited) = endpoint(http("200 OK", "", "{}"));
    let redirect = format!("Location: http://{elsewhere}/\r\n");
    let redirected = told(http("307 Temporary Redirect", &redirect, "{}")).await;
    assert_eq!(redirected, of_the_function("answered with the status 307"));
    assert!(visited.try_recv().is_err());
}

#[tokio::test]
async fn nobody_there_is_no_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let nobody = functions(address).invoke(ARN, json!({})).await.unwrap_err().to_string();
    assert!(nobody.starts_with(&of_the_function("could not be reached: ")), "{nobody}");
}

#[test]
fn a_function_has_a_url_of_its_own_or_one_below_the_base() {
    let own = |key: &str| BTreeMap::from([(key.to_owned(), "http://own/?a=b".to_owned())]);
    let url = |base: Option<&str>, urls, arn: &str| HttpFunctions::new(base, urls, Duration::from_secs(1)).url(arn);
    assert_eq!(url(None, BTreeMap::new(), ARN), None);
    let below = "http://base/2015-03-31/functions/pre-token/invocations";
    assert_eq!(url(Some("http://base"), own("other"), ARN).as_deref(), Some(below));
    for key in [ARN, "pre-token"] {
        assert_eq!(url(Some("http://base"), own(key), ARN).as_deref(), Some("http://own/?a=b"));
    }
    let odd = "arn:aws:lambda:us-east-1:000000000000:function:a/../b?c:$LATEST";
    let escaped = "http://base/2015-03-31/functions/a%2F..%2Fb%3Fc/invocations?Qualifier=%24LATEST";
    assert_eq!(url(Some("http://base"), BTreeMap::new(), odd).as_deref(), Some(escaped));
}

#[tokio::test]
async fn a_function_without_a_url_fails() {
    let none = HttpFunctions::new(None, BTreeMap::new(), Duration::from_secs(1));
    assert_eq!(none.invoke(ARN, json!({})).await, Err(HookFailure::NoEndpoint(ARN.to_owned())));
}
