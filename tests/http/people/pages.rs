//! Forms, queries and cookies of the pages.

use serde_json::json;

use super::{PASSWORD, People};
use crate::server::{Reply, Server, form, request};

const QUERY: &str = "response_type=code&client_id=spa&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&state=S";
const FORMS: [&str; 8] = [
    "/login",
    "/signup",
    "/confirm",
    "/resendcode",
    "/forgotPassword",
    "/confirmforgotPassword",
    "/mfa",
    "/changePassword",
];
const TOKEN: &str = "Cookie: XSRF-TOKEN=abc";

/// Sends a form as our page would, with these headers beside it.
fn post(server: &Server, path: &str, headers: &[&str], fields: &[u8]) -> Reply {
    let body = [b"_csrf=abc&", fields].concat();
    let headers: Vec<&str> = [TOKEN].into_iter().chain(headers.iter().copied()).collect();
    server.send(&form(&format!("{path}?{QUERY}"), &headers, &body))
}

/// What the page says is wrong; or where the browser is sent, without the query.
fn said(reply: &Reply) -> (u16, String) {
    let text = match reply.header("location") {
        Some(location) => location.split('?').next().unwrap_or_default(),
        None => reply.text().split("role=\"alert\">").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or(""),
    };
    (reply.code(), text.to_owned())
}

/// What a page says to a form whose fields cannot be used, or are missing.
fn expected(path: &str, missing: bool) -> (u16, &'static str) {
    match path {
        // These two come after a first step, which here was never taken.
        "/mfa" | "/changePassword" => (302, "/login"),
        _ if !missing => (400, "One of the values is too long or no text."),
        "/login" => (401, "Incorrect username or password."),
        _ => (400, "Enter a name without blanks."),
    }
}

/// What a page says to a form with a name that nobody has.
fn expected_of_nobody(path: &str) -> (u16, &'static str) {
    match path {
        "/login" => (401, "Incorrect username or password."),
        "/signup" | "/confirmforgotPassword" => (400, "Password did not conform with policy: Password not long enough"),
        "/confirm" => (400, "Invalid code provided, please request a code again."),
        "/resendcode" => (302, "/confirm"),
        "/forgotPassword" => (302, "/confirmforgotPassword"),
        _ => (302, "/login"),
    }
}

#[test]
fn a_form_of_more_than_64_kilobytes_is_not_read() {
    People::new().unharmed_by(|people| {
        for path in FORMS {
            let reply = post(&people.server, path, &[], format!("x={}", "a".repeat(70_000)).as_bytes());
            assert_eq!((reply.code(), reply.text()), (413, ""), "{path}");
        }
    });
}

#[test]
fn fields_that_no_form_of_ours_sends_are_refused() {
    People::new().unharmed_by(|people| {
        let long = "a".repeat(60_000);
        let bodies: [Vec<u8>; 6] = [
            b"username=\xff\xfe&password=\xff&code=%ff&authentication_code=%ff".to_vec(),
            b"username=%00&password=Correct-%00horse-1&code=%00".to_vec(),
            format!("username={}&password=&code=1", "a".repeat(129)).into_bytes(),
            format!("username={long}").into_bytes(),
            format!("username=nobody1&password=A1-a{long}").into_bytes(),
            "x=1&".repeat(10_000).into_bytes(),
        ];
        let missing = bodies.len() - 1;
        for path in FORMS {
            for (index, body) in bodies.iter().enumerate() {
                let reply = post(&people.server, path, &[], body);
                let (status, text) = expected(path, index == missing);
                let shown = String::from_utf8_lossy(body).chars().take(60).collect::<String>();
                assert_eq!(said(&reply), (status, text.to_owned()), "{path} {shown}: {}", reply.whole());
                let cookies: usize = reply.headers.iter().map(|(_, value)| value.len()).sum();
                assert!(cookies < 4_096, "{path} {shown}: {cookies} bytes of headers");
            }
        }
    });
}

#[test]
fn a_name_or_a_value_that_the_api_would_refuse_makes_no_user() {
    People::new().unharmed_by(|people| {
        let tried = [
            ("a b".to_owned(), "requiredAttributes%5Bemail%5D=a@example.com".to_owned()),
            ("zed".to_owned(), format!("requiredAttributes%5Bemail%5D={}@example.com", "a".repeat(3_000))),
            ("zed".to_owned(), "requiredAttributes%5B%00%5D=x".to_owned()),
            ("zed".to_owned(), "requiredAttributes%5Bunknown%5D=x&".repeat(1_500)),
            ("zed".to_owned(), "requiredAttributes%5Bsub%5D=x".to_owned()),
            ("zed".to_owned(), "requiredAttributes%5Bemail_verified%5D=true".to_owned()),
            ("a".repeat(200), String::new()),
        ];
        for (username, attributes) in tried {
            let body = format!("username={username}&password={PASSWORD}&{attributes}");
            let reply = post(&people.server, "/signup", &[], body.as_bytes());
            assert_eq!(reply.code(), 400, "{username} {attributes}: {}", reply.whole());
        }
    });
}

#[test]
fn what_is_no_form_of_ours_is_turned_away() {
    People::new().unharmed_by(|people| {
        for path in FORMS {
            let steps = ["/mfa", "/changePassword"].contains(&path);
            let turned_away =
                if steps { (302, "/login") } else { (403, "This page was out of date. Please try again.") };
            let long = format!("Cookie: XSRF-TOKEN={}", "a".repeat(60_000));
            let tried: [(&[&str], &[u8]); 5] = [
                (&[], b"username=ada"),
                (&[TOKEN], b"{\"_csrf\":\"abc\"}"),
                (&[TOKEN], b"_csrf=%ff"),
                (&[TOKEN], b"_csrf=&_csrf=abc"),
                (&[&long], b"_csrf=aaa"),
            ];
            for (headers, body) in tried {
                let reply = people.server.send(&form(&format!("{path}?{QUERY}"), headers, body));
                assert_eq!(said(&reply), (turned_away.0, turned_away.1.to_owned()), "{path}");
            }
        }
    });
}

#[test]
fn cookies_of_any_kind_do_no_harm() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    People::new().unharmed_by(|people| {
        let step = |session: &str, challenge: &str| {
            let step = json!({"client": "spa", "username": "nobody\u{0}", "session": session, "challenge": challenge});
            format!("poolpass-step={}", URL_SAFE_NO_PAD.encode(step.to_string()))
        };
        let cookies = [
            format!("cognito={}", "a".repeat(100_000)),
            format!("cognito={}", "a.b:".repeat(25_000)),
            "a=b; ".repeat(20_000),
            "cognito; =; ;;; cognito=.; cognito=%00:\"".to_owned(),
            format!("poolpass-step={}", URL_SAFE_NO_PAD.encode("[".repeat(70_000))),
            format!("poolpass-step={}", "=".repeat(100)),
            step("\u{0}", "X"),
            step("AYAB", "PASSWORD_VERIFIER"),
            step(&"A".repeat(20_000), "SOFTWARE_TOKEN_MFA"),
            step("../..", "NEW_PASSWORD_REQUIRED"),
            "poolpass-trace=../../etc; poolpass-last=%ff".to_owned(),
        ];
        for (number, cookie) in cookies.iter().enumerate() {
            let fields = format!("username=nobody-{number}&code=1&authentication_code=1&password=short");
            let header = format!("Cookie: {cookie}");
            for path in FORMS {
                let page = people.server.send(&request("GET", &format!("{path}?{QUERY}"), &[&header], b""));
                assert!([200, 302].contains(&page.code()), "{path}: {}", page.whole());
                let reply = post(&people.server, path, &[&header], fields.as_bytes());
                let (status, text) = expected_of_nobody(path);
                assert_eq!(said(&reply), (status, text.to_owned()), "{path} {cookie:.80}");
            }
            for path in ["/oauth2/authorize", "/logout"] {
                let reply = people.server.send(&request("GET", &format!("{path}?{QUERY}"), &[&header], b""));
                assert_eq!(said(&reply), (302, "/login".to_owned()), "{path}");
            }
            let error = people.server.send(&request("GET", "/error?error=x", &[&header], b""));
            assert_eq!(error.code(), 400);
        }
        // Not even if it is not text.
        let bytes = [
            b"GET /login?".as_slice(),
            QUERY.as_bytes(),
            b" HTTP/1.1\r\nHost: localhost\r\nCookie: cognito=\xff\xfe\r\n\r\n",
        ];
        assert_eq!(people.server.send(&bytes.concat()).code(), 200);
    });
}

#[test]
fn queries_that_nobody_should_send_end_on_the_error_page() {
    People::new().unharmed_by(|people| {
        let broken =
            ["state=%ff", "state=%ff&state=1", "state=1&state=2", "client_id=spa", "scope=%80", "redirect%5Furi=x"];
        for path in ["/oauth2/authorize", "/login", "/signup", "/mfa", "/confirmforgotPassword"] {
            for more in broken {
                let reply = people.server.send(&request("GET", &format!("{path}?{QUERY}&{more}"), &[], b""));
                let expected = (302, Some("/error?error=invalid_request"));
                assert_eq!((reply.code(), reply.header("location")), expected, "{path} {more}");
            }
            let many = format!("{path}?{QUERY}&{}", "x=1&".repeat(10_000));
            let reply = people.server.send(&request("GET", &many, &[], b""));
            assert!([200, 302].contains(&reply.code()) && !said(&reply).1.contains("error"), "{path}");
            for client in ["%00", "..%2F..%2Fpool", &"a".repeat(50_000), "%"] {
                let path = format!("{path}?response_type=code&client_id={client}");
                let reply = people.server.send(&request("GET", &path, &[], b""));
                assert_eq!((reply.code(), reply.header("location")), (302, Some("/error?error=invalid_request")));
            }
        }
        for query in
            ["", "client_id=%00", "client_id=spa&logout_uri=%00", "client_id=spa&logout_uri=//evil.example", "%=%&%%%"]
        {
            let reply = people.server.send(&request("GET", &format!("/logout?{query}"), &[], b""));
            assert_eq!(reply.code(), 302, "{query}");
            let location = reply.header("location").expect("a redirect");
            assert!(location.starts_with("/error?") || location.starts_with("/login?"), "{query}: {location}");
        }
        for query in
            ["user_name=%00&confirmation_code=%00", "user_name=ada&confirmation_code=%ff", "user_name=a&user_name=b"]
        {
            let reply = people.server.send(&request("GET", &format!("/confirmUser?client_id=spa&{query}"), &[], b""));
            assert!([302, 400].contains(&reply.code()), "{}", reply.whole());
        }
    });
}
