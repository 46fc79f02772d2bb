//! Access tokens that strangers present to the JSON API and to `/oauth2/userInfo`. Also the body of a target in `fuzz/`.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolpass::domain::scope::Scope;
use poolpass::domain::sign_in::Origin;
use poolpass::domain::time::Timestamp;
use poolpass::domain::trace::Trace;
use poolpass::keys::Unsigned;
use poolpass::tokens::{AccessFailure, Issuing, Occasion};

use super::served::{self, ISSUER, NOW, SUB, Served};

const API: &str = "aws.cognito.signin.user.admin";

thread_local! {
    static GENUINE: String = served::with(genuine);
}

/// A token that counts.
fn genuine(served: &Served) -> String {
    let (view, tokens, metadata) = (served.view("app"), &served.app.oauth.tokens, BTreeMap::new());
    let scopes = vec![Scope::from(API)];
    let sign_in = tokens.new_sign_in(&view, &served.ada, scopes, (Origin::Api, Timestamp::from_millis(NOW * 1_000)));
    let issuing = Issuing { view: &view, issuer: ISSUER, occasion: Occasion::Authentication, metadata: &metadata };
    let begun = served.wait(tokens.begin(&issuing, &served.ada, sign_in, &mut Trace::new()));
    let token = begun.unwrap_or_else(|failure| panic!("{failure}")).access_token;
    assert_eq!(opens(served, &token), Ok(true));
    token
}

/// An access token: the text, the bytes in the place of a part of one that counts, and as claims that the pool signed.
pub fn access(bytes: &[u8]) {
    let genuine = GENUINE.with(String::clone);
    let encoded = URL_SAFE_NO_PAD.encode(bytes);
    let parts: Vec<&str> = genuine.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else { panic!("{genuine}") };
    served::with(|served| {
        let swapped = match bytes.len() % 3 {
            0 => format!("{encoded}.{claims}.{signature}"),
            1 => format!("{header}.{encoded}.{signature}"),
            _ => format!("{header}.{claims}.{encoded}"),
        };
        for text in [str::from_utf8(bytes).unwrap_or_default(), &swapped] {
            assert!(text == genuine || opens(served, text).is_err(), "this is not the token that was issued: {text}");
        }
        // A signature takes a hundred times longer.
        if bytes.starts_with(b"{") && bytes.len().is_multiple_of(16) {
            drop(opens(served, &signed(served, bytes)));
        }
    });
}

/// A token of the pool with these claims, such as no server writes.
fn signed(served: &Served, claims: &[u8]) -> String {
    let (view, keys) = (served.view("app"), &served.app.oauth.tokens.keys);
    let keyset = served.wait(keys.keyset(&view.pool)).expect("declared keys");
    served.wait(keys.signer().sign(Unsigned::new(&keyset.access, claims.to_vec()))).expect("a key that signs")
}

/// Whether the token opens Ada's account, or why not.
fn opens(served: &Served, token: &str) -> Result<bool, String> {
    let tokens = &served.app.oauth.tokens;
    match served.wait(tokens.access(token)) {
        Ok(access) => {
            assert_eq!((access.user.sub.as_str(), access.view.client.as_str()), (SUB, "app"), "{token}");
            let has_scope = served.wait(tokens.access_to_api(token)).is_ok();
            assert_eq!(has_scope, access.scopes.iter().any(|scope| scope.as_str() == API), "{token}");
            Ok(has_scope)
        }
        Err(failure) => {
            let ours = matches!(failure, AccessFailure::Store(_) | AccessFailure::Key(_));
            assert!(!ours, "a stranger's token is no fault of ours: {failure}");
            Err(failure.to_string())
        }
    }
}
