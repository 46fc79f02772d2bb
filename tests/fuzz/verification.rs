//! The same for what a gateway verifies: tokens, and the key sets of their issuers. Also the body of the targets in `fuzz/`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolpass::domain::gateway::jwt::{Claims, Unverified};
use poolpass::domain::rules::enforce::{Steps, understood};
use poolpass::gateway::verifier::key_set::KeySet;
use poolpass::keys::Checked;
use serde_json::Value;

/// A token.
pub fn token(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let parse = |text: &str| Unverified::<Claims>::parse(text).map(|token| token.algorithm);
    if let Ok(token) = Unverified::<Claims>::parse(text) {
        let written = format!("{}.{}", token.signed, URL_SAFE_NO_PAD.encode(&token.signature));
        assert_eq!(written, text, "no two texts are one token");
        assert_eq!(text.split('.').count(), 3);
        for more in [".", "=", "\n", " ", ".AA"] {
            assert!(parse(&format!("{text}{more}")).is_err() && parse(&format!("{more}{text}")).is_err());
        }
        let understood = understood(text, &mut Steps::new()).is_ok();
        assert_eq!(understood, token.algorithm == "RS256", "one algorithm is taken");
    }
}

/// A key set.
pub fn key_set(bytes: &[u8]) {
    let Some(set) = KeySet::parse(bytes) else { return };
    let document: Value = serde_json::from_slice(bytes).expect("a key set is JSON");
    let listed = document["keys"].as_array().expect("a key set lists keys");
    for name in set.names() {
        let signs = |key: &&Value| key["kty"] == "RSA" && key["use"] != "enc" && key["kid"] == name;
        assert!(listed.iter().any(|key| signs(&key)), "no key is made up");
        let signature = [bytes, &[0; 256]].concat();
        let signature = signature.get(..256).expect("at least 256 bytes");
        assert_ne!(set.check(name, "", signature), Checked::Matches, "nobody signs by chance");
    }
    assert_eq!(set.check("a name that no key has", "", bytes), Checked::Unknown);
}
