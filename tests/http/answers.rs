//! Whole answers as they must be: status line, every header in alphabetical order, and the body.

/// The body of whatever no service understands.
pub(crate) const NOT_UNDERSTOOD: &str = concat!(
    r#"{"code":"BadRequest","message":"The server did not understand the operation that was requested.","#,
    r#""type":"client"}"#
);

/// An answer of the control plane; `extra` are headers beside the standing ones.
pub(crate) fn control_plane(status: &str, extra: &[String], body: &str) -> String {
    let standing = [
        "access-control-allow-origin: *",
        "access-control-expose-headers: x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
        "content-type: application/x-amz-json-1.1",
        "date: DATE",
        "x-amzn-requestid: UUID",
    ];
    whole(status, &standing, extra, body)
}

/// A refusal of the control plane.
pub(crate) fn refusal(name: &str, message: &str) -> String {
    let error = [format!("x-amzn-errortype: {name}:"), format!("x-amzn-errormessage: {message}")];
    let member = if name == "SerializationException" { "Message" } else { "message" };
    let message = serde_json::Value::from(message);
    control_plane("400 Bad Request", &error, &format!(r#"{{"__type":"{name}","{member}":{message}}}"#))
}

/// A refusal of the control plane that says nothing but its name.
pub(crate) fn silent_refusal(name: &str) -> String {
    control_plane("400 Bad Request", &[format!("x-amzn-errortype: {name}:")], &format!(r#"{{"__type":"{name}"}}"#))
}

/// An answer of the token endpoint; `extra` are headers beside the standing ones.
pub(crate) fn token_endpoint(status: &str, extra: &[&str], body: &str) -> String {
    let standing = [
        "access-control-allow-origin: *",
        "cache-control: no-cache, no-store, max-age=0, must-revalidate",
        "date: DATE",
        "expires: 0",
        "pragma: no-cache",
        "server: Server",
        "set-cookie: XSRF-TOKEN=UUID; Path=/oauth2/token; HttpOnly",
        "strict-transport-security: max-age=31536000 ; includeSubDomains",
        "x-amz-cognito-request-id: UUID",
        "x-content-type-options: nosniff",
        "x-frame-options: DENY",
        "x-xss-protection: 1; mode=block",
    ];
    let extra: Vec<String> = extra.iter().map(|header| (*header).to_owned()).collect();
    whole(status, &standing, &extra, body)
}

/// An OAuth error without a description.
pub(crate) fn oauth_error(error: &str) -> String {
    oauth_refusal(&format!(r#"{{"error":"{error}"}}"#))
}

/// An OAuth error with this body.
pub(crate) fn oauth_refusal(body: &str) -> String {
    token_endpoint("400 Bad Request", &["content-type: application/json;charset=UTF-8"], body)
}

/// An answer with only these headers and the length of its body.
pub(crate) fn bare(status: &str, extra: &[&str], body: &str) -> String {
    let extra: Vec<String> = extra.iter().map(|header| (*header).to_owned()).collect();
    whole(status, &["date: DATE"], &extra, body)
}

fn whole(status: &str, standing: &[&str], extra: &[String], body: &str) -> String {
    let mut lines: Vec<String> = standing.iter().map(|header| (*header).to_owned()).collect();
    lines.extend_from_slice(extra);
    // The answer to HEAD announces the length of a body that does not come, and says so itself.
    if !lines.iter().any(|line| line.starts_with("content-length: ")) {
        lines.push(format!("content-length: {}", body.len()));
    }
    lines.sort_unstable();
    format!("HTTP/1.1 {status}\n{}\n\n{body}", lines.join("\n"))
}
