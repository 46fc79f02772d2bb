//! One function for each place where bytes of a stranger become something: it may not panic, and what it reads must
//! mean the same when it is written and read again. Also the body of the targets in `fuzz/`.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use poolpass::control::model::operations;
use poolpass::control::validate::{self, Rejected};
use poolpass::domain::client::OAuthFlow;
use poolpass::domain::pool::{AllInactive, ScopeProfile};
use poolpass::domain::rules::resolve_scopes::{AllowList, Requested, ScopePolicy, resolve_scopes};
use poolpass::domain::scope::{self, Scope};
use poolpass::domain::trace::Trace;
use poolpass::oauth::token::basic;
use poolpass::oauth::token::form::{Form, FormError, KNOWN};

/// The form of the token endpoint.
pub fn form(bytes: &[u8]) {
    if let Ok(text) = str::from_utf8(bytes) {
        let written = url::form_urlencoded::Serializer::new(String::new()).append_pair("scope", text).finish();
        let read = Form::parse(b"", written.as_bytes()).expect("a form as the standard writes it");
        assert_eq!(read.raw("scope"), Some(text), "a value arrives as it was sent");
    }
    let in_body = Form::parse(b"", bytes);
    assert_eq!(in_body, Form::parse(bytes, b""), "query and body are read alike");
    match in_body {
        Ok(form) => {
            let mut written = url::form_urlencoded::Serializer::new(String::new());
            for name in KNOWN {
                if let Some(value) = form.raw(name) {
                    written.append_pair(name, value);
                }
                assert_eq!(form.get(name), form.raw(name).filter(|value| !value.is_empty()));
            }
            let written = written.finish();
            assert_eq!(Form::parse(b"", written.as_bytes()).as_ref(), Ok(&form), "a form survives being written");
            if !written.is_empty() {
                let again = Form::parse(written.as_bytes(), written.as_bytes());
                assert!(matches!(again, Err(FormError::Repeated(_))), "a parameter counts once in query and body");
            }
        }
        Err(FormError::Repeated(name) | FormError::NotText(name)) => assert!(KNOWN.contains(&name)),
    }
}

/// The `Authorization` header of the token endpoint.
pub fn basic(bytes: &[u8]) {
    if let Ok(Some(read)) = basic::parse(bytes) {
        arrives(&read.client_id, &read.secret);
    }
    let (id, secret) = bytes.split_at(bytes.len() / 2);
    if let Ok(id) = str::from_utf8(id) {
        arrives(id, secret);
    }
}

/// Credentials arrive as they were sent: encoded as RFC 6749 (section 2.3.1) says, and as they are where that is plain.
fn arrives(client_id: &str, secret: &[u8]) {
    let encoded = utf8_percent_encode(client_id, NON_ALPHANUMERIC).to_string();
    let plain = (!client_id.contains([':', '%'])).then(|| client_id.to_owned());
    for sent in [Some(encoded), plain].into_iter().flatten() {
        let pair = [sent.as_bytes(), b":", secret].concat();
        let written = format!("Basic {}", STANDARD.encode(pair));
        let read = basic::parse(written.as_bytes()).ok().flatten().expect("credentials as the standard writes them");
        assert!(read.client_id == client_id && read.secret == secret, "credentials arrive as they were sent");
    }
}

/// The body of a control-plane operation; the length chooses which.
pub fn json(bytes: &[u8]) {
    let Some(operation) = operations::all().nth(bytes.len() % operations::all().count()) else { return };
    match validate::document(bytes, operation.input) {
        Ok(document) => {
            let known: HashSet<_> = operation.input.iter().map(|member| member.name).collect();
            assert!(document.keys().all(|name| known.contains(name.as_str())), "only modelled members are left");
            let written = serde_json::to_vec(&document).unwrap();
            assert_eq!(
                validate::document(&written, operation.input),
                Ok(document),
                "a document survives being written"
            );
        }
        Err(Rejected::Constraints(message)) => assert!(message.contains("validation error"), "{message}"),
        Err(Rejected::Serialization(message)) => assert!(message.len() < 100, "{message}"),
    }
}

/// A decoded `scope` parameter, and the decision about it under both profiles.
pub fn scope(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let names = scope::parse_parameter(&text);
    let unique: HashSet<_> = names.iter().collect();
    assert_eq!(unique.len(), names.len(), "each name once");
    assert_eq!(scope::parse_parameter(&names.join(" ")), names, "a list survives being written");
    for name in &names {
        assert!(!name.is_empty() && !name.contains([' ', '\t', '\r', '\n']));
        if let Some((identifier, scope_name)) = scope::split(name) {
            assert!(!scope_name.contains('/') && !identifier.is_empty());
            assert_eq!(format!("{identifier}/{scope_name}"), *name);
        }
    }
    let allowed = ["orders/read", "orders/gone", "a/b", "openid"].map(Scope::from);
    let defines = |name: &str| name == "orders/read" || name == "c/d" || name == "a/b";
    let list = AllowList::compile(&allowed, &defines);
    let requested = Requested::parse(Some(&text));
    for profile in [ScopeProfile::Documented, ScopeProfile::Observed] {
        let flow = OAuthFlow::ClientCredentials;
        let policy = ScopePolicy { profile, all_inactive: AllInactive::Token, flow, flow_allowed: true };
        if let Ok(granted) = resolve_scopes(&requested, &list, &defines, policy, &mut Trace::new()) {
            for name in granted.iter().map(Scope::as_str) {
                assert!(requested.names().is_empty() || requested.names().contains(&name), "granted what nobody asked");
                assert!(name == "orders/read" || name == "a/b", "granted `{name}`");
            }
        }
    }
}
