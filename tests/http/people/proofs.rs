//! Access tokens, refresh tokens, codes, sessions and numbers that nobody issued.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::People;
use crate::answers::{oauth_error, refusal};
use crate::server::{Reply, at, form, request};

fn encoded(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// Header, claims and signature of a token; the first two as documents.
fn parts(token: &str) -> (Value, Value, &str) {
    let parts: Vec<&str> = token.split('.').collect();
    let document = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    (document(parts[0]), document(parts[1]), parts[2])
}

fn changed(document: &Value, name: &str, value: Value) -> String {
    let mut document = document.clone();
    document[name] = value;
    encoded(document.to_string())
}

/// Signed with HMAC under a text that everybody knows.
fn by_hmac(header: &Value, claims: &str, key: &str) -> String {
    let signed = format!("{}.{claims}", changed(header, "alg", json!("HS256")));
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", encoded(mac.finalize().into_bytes()))
}

/// Access tokens of all kinds that this server did not make.
fn forgeries(people: &People) -> Vec<String> {
    let token = people.token("/access_token");
    let (header, claims, signature) = parts(token);
    let (raw_header, raw_claims) = (token.split('.').next().unwrap(), token.split('.').nth(1).unwrap());
    let foreign = people.foreign_token();
    let (foreign_header, foreign_claims, foreign_signature) = parts(&foreign);
    let keys = people.server.send(&request("GET", &format!("/{}/.well-known/jwks.json", super::POOL), &[], b""));
    let modulus = at(&keys.json(), "/keys/0/n").as_str().unwrap().to_owned();
    let with_header = |part: String| format!("{part}.{raw_claims}.{signature}");
    let with_claims = |part: String| format!("{raw_header}.{part}.{signature}");
    let mut tokens = vec![
        with_header(changed(&header, "x", json!("a".repeat(30_000)))),
        with_header(encoded(format!("{{\"alg\":\"RS256\",\"kid\":{}1{}}}", "[".repeat(20_000), "]".repeat(20_000)))),
        with_header(changed(&header, "alg", json!("none"))),
        format!("{}.{raw_claims}.", changed(&header, "alg", json!("none"))),
        with_header(changed(&header, "alg", json!("HS256"))),
        with_header(changed(&header, "kid", json!("nobody"))),
        with_header(changed(&header, "kid", foreign_header["kid"].clone())),
        by_hmac(&header, raw_claims, &modulus),
        by_hmac(&header, raw_claims, keys.text()),
        with_claims(encoded(format!("{}1{}", "{\"sub\":".repeat(6_000), "}".repeat(6_000)))),
        with_claims(changed(&claims, "exp", json!(1e300))),
        with_claims(changed(&claims, "exp", json!(i64::MAX))),
        with_claims(changed(&claims, "client_id", json!("other"))),
        with_claims(changed(&claims, "client_id", json!("../\u{0}"))),
        with_claims(changed(&claims, "client_id", json!("a".repeat(20_000)))),
        with_claims(changed(&claims, "username", json!("eve"))),
        // The other pool signed it, for a client or an issuer of this one.
        format!("{raw_header}.{}.{foreign_signature}", changed(&foreign_claims, "client_id", json!("spa"))),
        format!("{}.{}.{foreign_signature}", encoded(foreign_header.to_string()), encoded(claims.to_string())),
        format!("{token}A"),
        format!("{token}.A"),
        format!("{token}{}", "A".repeat(20_000)),
        token.split_at(token.len() - 1).0.to_owned(),
        "...".to_owned(),
        ".".repeat(20_000),
    ];
    // A flipped bit anywhere but in the last letter, some bits of which mean nothing.
    for at in [0, raw_header.len() + 5, token.len() / 2, token.len() - 2] {
        let mut bytes = token.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        tokens.push(String::from_utf8(bytes).unwrap());
    }
    tokens
}

#[test]
fn no_forged_access_token_opens_anything() {
    People::new().unharmed_by(|people| {
        for token in forgeries(people) {
            let shown: String = token.chars().take(80).collect();
            let bearer = format!("Authorization: Bearer {token}");
            let reply = people.server.send(&request("GET", "/oauth2/userInfo", &[&bearer], b""));
            let expected = json!({
                "error": "invalid_token",
                "error_description": "Access token is expired, disabled, or deleted, or the user has globally signed out.",
            });
            assert_eq!((reply.code(), reply.json()), (401, expected), "{shown}");
            for (operation, more) in [("GetUser", json!({})), ("DeleteUser", json!({})), ("GlobalSignOut", json!({}))] {
                let mut input = more;
                input["AccessToken"] = json!(token);
                let reply = people.server.call(operation, &input);
                assert_eq!(reply.code(), 400, "{operation} {shown}: {}", reply.whole());
                assert_eq!(at(&reply.json(), "/__type"), "NotAuthorizedException", "{operation} {shown}");
            }
        }
    });
}

#[test]
fn a_bearer_header_without_a_token_is_a_bad_request() {
    People::new().unharmed_by(|people| {
        let token = people.token("/access_token");
        for header in ["Bearer", "Bearer ", "Basic YTpi", "", token, "Bearer\t"] {
            let header = format!("Authorization: {header}");
            let reply = people.server.send(&request("GET", "/oauth2/userInfo", &[&header], b""));
            assert_eq!((reply.code(), at(&reply.json(), "/error")), (400, &json!("invalid_request")), "{header}");
        }
    });
}

/// What this client makes of a refresh token, at each of the places that take one.
fn refreshes(people: &People, token: &str) -> [Reply; 4] {
    let escaped: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
    let body = format!("grant_type=refresh_token&client_id=spa&refresh_token={escaped}");
    let flow = json!({"ClientId": "spa", "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": token}});
    let revoke = format!("client_id=spa&token={escaped}");
    [
        people.server.send(&form("/oauth2/token", &[], body.as_bytes())),
        people.server.call("InitiateAuth", &flow),
        people.server.call("GetTokensFromRefreshToken", &json!({"ClientId": "spa", "RefreshToken": token})),
        people.server.send(&form("/oauth2/revoke", &[], revoke.as_bytes())),
    ]
}

#[test]
fn a_refresh_token_that_was_cut_extended_or_changed_is_none() {
    People::new().unharmed_by(|people| {
        let token = people.token("/refresh_token");
        let pieces: Vec<&str> = token.split('.').collect();
        let mut tried = vec![
            token.split_at(token.len() - 1).0.to_owned(),
            format!("{token}A"),
            format!("{token}."),
            format!("{token}.AAAA"),
            format!("{token}{}", "A".repeat(50_000)),
            "....".to_owned(),
            format!("{}....", pieces[0]),
            format!("{}.{}.{}", pieces[0], encoded("a".repeat(20_000)), pieces[2..].join(".")),
            format!("{}.{}.{}", pieces[0], encoded("../\0"), pieces[2..].join(".")),
            format!("{}.{}.{}", pieces[0], encoded([0xff, 0xfe]), pieces[2..].join(".")),
            pieces.iter().rev().copied().collect::<Vec<_>>().join("."),
        ];
        for at in (0..token.len()).filter(|at| token.as_bytes()[*at] != b'.') {
            let mut bytes = token.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'g' { b'w' } else { b'g' };
            tried.push(String::from_utf8(bytes).unwrap());
        }
        let unknown = refusal("NotAuthorizedException", "Invalid Refresh Token.");
        for token in tried {
            let [endpoint, flow, operation, revoked] = refreshes(people, &token);
            let shown: String = token.chars().take(80).collect();
            assert_eq!(endpoint.whole(), oauth_error("invalid_grant"), "{shown}");
            assert_eq!(flow.whole(), unknown, "{shown}");
            assert_eq!(operation.whole(), unknown, "{shown}");
            // What is no token needs no revocation (RFC 7009, section 2.2), and the real one lives on.
            assert_eq!((revoked.code(), revoked.text()), (200, ""), "{shown}");
        }
    });
}

#[test]
fn forms_for_tokens_that_are_too_long_repeated_or_no_text_are_bad_requests() {
    People::new().unharmed_by(|people| {
        let grant = "grant_type=refresh_token&client_id=spa&refresh_token";
        let tried: [(&str, Vec<u8>, u16, &str); 10] = [
            ("/oauth2/token", [grant.as_bytes(), b"=\xff"].concat(), 400, "invalid_request"),
            ("/oauth2/token", format!("{grant}=a&refresh_token=a").into_bytes(), 400, "invalid_request"),
            ("/oauth2/token", format!("{grant}=").into_bytes(), 400, "invalid_request"),
            ("/oauth2/token", format!("{grant}=a{}", "&x=1".repeat(10_000)).into_bytes(), 400, "invalid_grant"),
            ("/oauth2/token", format!("{grant}=%00").into_bytes(), 400, "invalid_grant"),
            (
                "/oauth2/token",
                b"grant_type=authorization_code&client_id=spa&code=a&code=b".to_vec(),
                400,
                "invalid_request",
            ),
            (
                "/oauth2/token",
                b"grant_type=authorization_code&client_id=spa&code=%00&redirect_uri=%00".to_vec(),
                400,
                "invalid_grant",
            ),
            ("/oauth2/revoke", b"client_id=spa&token=\xff".to_vec(), 400, "invalid_request"),
            ("/oauth2/revoke", b"client_id=spa&token=a&token=a".to_vec(), 400, "invalid_request"),
            ("/oauth2/revoke", b"client_id=%00&token=%00".to_vec(), 401, "invalid_client"),
        ];
        for (path, body, status, error) in tried {
            let reply = people.server.send(&form(path, &[], &body));
            let shown: String = String::from_utf8_lossy(&body).chars().take(80).collect();
            assert_eq!((reply.code(), reply.json()), (status, json!({ "error": error })), "{path} {shown}");
        }
        for path in ["/oauth2/token", "/oauth2/revoke"] {
            let reply = people.server.send(&form(path, &[], "x".repeat(3_000_000).as_bytes()));
            assert_eq!((reply.code(), reply.text()), (413, ""), "{path}");
        }
    });
}

#[test]
fn a_session_that_nobody_was_given_answers_nothing() {
    People::new().unharmed_by(|people| {
        let unknown = refusal("NotAuthorizedException", "Invalid session for the user.");
        let made_up = encoded([[1, 0x80, 1].as_slice(), &[7; 60], b"spa"].concat());
        let tried = ["A".repeat(20), made_up.clone(), format!("{made_up}A"), encoded([0xff; 60]), ".".repeat(1_000)];
        for session in tried {
            let input = json!({
                "ClientId": "spa", "ChallengeName": "SELECT_CHALLENGE", "Session": session,
                "ChallengeResponses": {"USERNAME": "ada", "ANSWER": "PASSWORD"},
            });
            assert_eq!(people.server.call("RespondToAuthChallenge", &input).whole(), unknown, "{session}");
            assert_eq!(people.server.call("AssociateSoftwareToken", &json!({"Session": session})).whole(), unknown);
        }
        for block in ["", "A", "\u{0}", "//8=", &"A".repeat(40_000)] {
            let input = json!({
                "ClientId": "spa", "ChallengeName": "PASSWORD_VERIFIER",
                "ChallengeResponses": {
                    "USERNAME": "ada", "PASSWORD_CLAIM_SECRET_BLOCK": block, "PASSWORD_CLAIM_SIGNATURE": block,
                    "TIMESTAMP": "\u{0}",
                },
            });
            assert_eq!(people.server.call("RespondToAuthChallenge", &input).whole(), unknown, "{block}");
        }
    });
}

#[test]
fn a_number_that_no_client_of_srp_sends_is_refused() {
    People::new().unharmed_by(|people| {
        let refused = refusal("InvalidParameterException", "Invalid SRP_A");
        let (long, huge) = ("f".repeat(1_000), "f".repeat(100_000));
        for a in ["", "0", "00000000", "-1", "+1", "0x1", "zz", "\u{0}", "é", " 1", &long, &huge] {
            let parameters = json!({"USERNAME": "ada", "SRP_A": a});
            let input = json!({"ClientId": "spa", "AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters});
            let shown: String = a.chars().take(20).collect();
            assert_eq!(people.server.call("InitiateAuth", &input).whole(), refused, "`{shown}`");
        }
    });
}

#[test]
fn the_test_bench_names_what_it_cannot_read() {
    People::new().unharmed_by(|people| {
        let long = format!("{{\"user\":\"{}\"}}", "x".repeat(3_000_000));
        let bodies: [(&[u8], u16); 9] = [
            (long.as_bytes(), 413),
            (b"{\"user\":\"\xff\"}", 400),
            (b"", 400),
            (b"[]", 400),
            (b"{\"user\":\"\\u0000\"}", 400),
            (b"{\"user\":\"ada\",\"x\":1}", 400),
            (b"{\"user\":\"ada\",\"user\":\"ada\"}", 400),
            (b"{\"user\":\"ada\",\"client\":\"spa\",\"redirect_uri\":\"https://app.example.com/cb\\r\\nX: y\"}", 400),
            (b"{\"user\":\"ada\",\"client\":\"nobody\"}", 400),
        ];
        for (body, status) in bodies {
            let reply = people.server.send(&request("POST", "/_poolpass/sign-in", &[], body));
            assert_eq!(reply.code(), status, "{}", reply.whole());
            assert!(at(&reply.json(), "/error").is_string() && at(&reply.json(), "/message").is_string());
        }
        for query in
            ["limit=-1", "limit=99999999999999999999", "x=1", "limit=1&limit=2", "wait=x", &"x=1&".repeat(10_000)]
        {
            for method in ["GET", "DELETE"] {
                let reply = people.server.send(&request(method, &format!("/_poolpass/outbox?{query}"), &[], b""));
                assert_eq!(
                    (reply.code(), at(&reply.json(), "/error")),
                    (400, &json!("bad_request")),
                    "{method} {query}"
                );
            }
        }
        for query in ["user=%ff", "user=%00", "pool=..%2F..", "newer_than=%00"] {
            let reply = people.server.send(&request("GET", &format!("/_poolpass/outbox?{query}"), &[], b""));
            assert_eq!((reply.code(), reply.json()), (200, json!({"messages": []})), "{query}");
        }
    });
}
