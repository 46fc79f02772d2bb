//! Tokens of every kind that the table of answers names, and how they are sent.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolpass::domain::key::{KeyOrigin, KeyUsage, StoredKey};
use poolpass::domain::time::Timestamp;
use poolpass::effects::SeededRandom;
use poolpass::keys::rsa::KeyPair;
use poolpass::keys::{SigningKey, published};
use serde_json::{Value, json};

/// Signs what it is told to.
pub(crate) struct Forger {
    ours: StoredKey,
    foreign: StoredKey,
    said: Value,
    /// Tokens that the server itself issued.
    pub(crate) genuine: Genuine,
    /// Where the issuers are that are of no use.
    pub(crate) issuers: String,
}

/// Tokens that nobody forged.
pub(crate) struct Genuine {
    /// One that the scoped routes take.
    pub(crate) good: String,
    /// One whose sign-in was revoked.
    pub(crate) revoked: String,
    /// One of another pool.
    pub(crate) stranger: String,
}

impl Forger {
    pub(crate) fn new(genuine: Genuine, issuers: String) -> Self {
        let stored = |pair: &KeyPair| {
            pair.stored(KeyUsage::Access, KeyOrigin::Declared, Timestamp::from_millis(0)).expect("a key pair")
        };
        let ours = stored(&KeyPair::from_pem(published::DEMO_ACCESS).expect("a key pair"));
        let foreign = stored(&KeyPair::generate(&SeededRandom::new(1)).expect("a key pair"));
        let part = genuine.good.split('.').nth(1).expect("claims");
        let said = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON");
        Self { ours, foreign, said, genuine, issuers }
    }

    fn signed(key: &StoredKey, claims: &Value) -> String {
        SigningKey::parse(key).expect("a key").sign(claims.to_string().as_bytes()).expect("a signature")
    }

    fn saying(&self, claim: &str, value: impl Into<Value>) -> String {
        let mut other = self.said.clone();
        other[claim] = value.into();
        Self::signed(&self.ours, &other)
    }

    /// The genuine claims under this algorithm.
    fn under(&self, algorithm: &str, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
        let encoded = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let header = json!({ "kid": self.ours.kid, "alg": algorithm });
        let text = format!("{}.{}", encoded(&header), encoded(&self.said));
        let signature = URL_SAFE_NO_PAD.encode(sign(text.as_bytes()));
        format!("{text}.{signature}")
    }

    fn id_token(&self) -> String {
        let mut id = self.said.clone();
        id["token_use"] = json!("id");
        id["aud"] = json!("reader");
        id.as_object_mut().expect("claims").retain(|claim, _| claim != "client_id" && claim != "scope");
        Self::signed(&self.ours, &id)
    }

    /// The values of `Authorization` for what the table calls a token.
    pub(crate) fn headers(&self, token: &str) -> Vec<String> {
        let good = &self.genuine.good;
        let one = |value: String| vec![value];
        match token {
            "none" => Vec::new(),
            "nothing" => one(String::new()),
            "twice" => vec![format!("Bearer {good}"), format!("Bearer {good}")],
            "two in one" => one(format!("Bearer {good}, Bearer {good}")),
            "bare" => one(good.clone()),
            "no blank" => one(format!("Bearer{good}")),
            "two blanks" => one(format!("Bearer  {good}")),
            "a tab" => one(format!("Bearer\t{good}")),
            "lower case" => one(format!("bearer {good}")),
            "upper case" => one(format!("BEARER {good}")),
            "scheme alone" => one("Bearer".to_owned()),
            "another scheme" => one("Basic YTpi".to_owned()),
            token => one(format!("Bearer {}", self.token(token))),
        }
    }

    fn token(&self, token: &str) -> String {
        let now = self.said["iat"].as_i64().expect("a number");
        if let Some(issuer) = token.strip_prefix("issuer ") {
            return self.saying("iss", format!("{}/{issuer}", self.issuers));
        }
        match token {
            "good" => self.genuine.good.clone(),
            "revoked" => self.genuine.revoked.clone(),
            "another pool" => self.genuine.stranger.clone(),
            "two parts" => "a.b".to_owned(),
            "no base64" => "*.*.*".to_owned(),
            "oversized" => self.saying("more", "x".repeat(16_000)),
            "alg none" => self.under("none", |_| Vec::new()),
            // The public key as the secret of an HMAC.
            "HS256" => self.under("HS256", |text| {
                let secret = hmac::Key::new(hmac::HMAC_SHA256, self.ours.n.as_bytes());
                hmac::sign(&secret, text).as_ref().to_vec()
            }),
            "ended" => self.saying("exp", 1),
            "not yet" => self.saying("nbf", now + 3600),
            "of the future" => self.saying("iat", now + 3600),
            "other audience" => self.saying("client_id", "somebody"),
            "other issuer" => self.saying("iss", "https://issuer.example"),
            "unreachable issuer" => self.saying("iss", "http://127.0.0.1:9"),
            "other key" => Self::signed(&self.foreign, &self.said),
            "other signature" => {
                Self::signed(&StoredKey { kid: self.ours.kid.clone(), ..self.foreign.clone() }, &self.said)
            }
            "no scope" => self.saying("scope", "orders/other"),
            "id token" => self.id_token(),
            unknown => panic!("no such token: {unknown}"),
        }
    }
}
