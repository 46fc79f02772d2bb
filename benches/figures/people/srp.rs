//! A client of SRP-6a, from the text of the protocol: what Amplify and pycognito do.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// The 3072-bit group of RFC 3526, section 4.
const MODULUS: &str = include_str!("modulus.txt");
const BITS: u32 = 3072;

/// Somebody who knows a password.
pub(super) struct Prover {
    params: BoxedMontyParams,
    a: [u8; 32],
    public: Vec<u8>,
}

/// What the server sent.
pub(super) struct Challenge<'a> {
    /// The pool's id behind the region.
    pub(super) pool: &'a str,
    /// `USER_ID_FOR_SRP`.
    pub(super) user: &'a str,
    /// `SALT`.
    pub(super) salt: &'a str,
    /// `SRP_B`.
    pub(super) public: &'a str,
    /// `SECRET_BLOCK`.
    pub(super) secret_block: &'a str,
    /// What the client will send as `TIMESTAMP`.
    pub(super) timestamp: &'a str,
}

impl Prover {
    /// With a secret that is the same in every run.
    pub(super) fn new() -> Self {
        let modulus = BoxedUint::from_be_hex(MODULUS.trim(), BITS).into_option().expect("3072 bits");
        let params = BoxedMontyParams::new(Odd::new(modulus).into_option().expect("a prime"));
        let a = Sha256::digest(b"a").into();
        let public = bytes(&power(&form(&[2], &params), &a));
        Self { params, a, public }
    }

    /// `SRP_A`.
    pub(super) fn public(&self) -> String {
        hex(&self.public)
    }

    /// `PASSWORD_CLAIM_SIGNATURE`.
    pub(super) fn sign(&self, password: &str, challenge: &Challenge<'_>) -> String {
        let Challenge { pool, user, .. } = challenge;
        let identity = digest(&[pool.as_bytes(), user.as_bytes(), b":", password.as_bytes()]);
        let x = digest(&[&padded(&from_hex(challenge.salt)), &identity]);
        let server = from_hex(challenge.public);
        let u = digest(&[&padded(&self.public), &padded(&server)]);
        let modulus = from_hex(MODULUS.trim());
        let k = form(&digest(&[&padded(&modulus), &[2]]), &self.params);
        let base = form(&server, &self.params).sub(&k.mul(&power(&form(&[2], &self.params), &x)));
        let s = power(&base, &self.a).mul(&power(&power(&base, &u), &x));
        let mut key = [0; 16];
        let expander = Hkdf::<Sha256>::new(Some(&padded(&u)), &padded(&bytes(&s)));
        expander.expand(b"Caldera Derived Key", &mut key).expect("less than one digest");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key of any length");
        let block = STANDARD.decode(challenge.secret_block).expect("the server sends base64");
        for part in [pool.as_bytes(), user.as_bytes(), &block, challenge.timestamp.as_bytes()] {
            mac.update(part);
        }
        STANDARD.encode(mac.finalize().into_bytes())
    }
}

fn form(number: &[u8], params: &BoxedMontyParams) -> BoxedMontyForm {
    BoxedMontyForm::new(BoxedUint::from_be_slice(number, BITS).expect("at most 3072 bits"), params)
}

fn power(base: &BoxedMontyForm, exponent: &[u8; 32]) -> BoxedMontyForm {
    base.pow(&BoxedUint::from_be_slice(exponent, 256).expect("256 bits"))
}

fn bytes(number: &BoxedMontyForm) -> Vec<u8> {
    number.retrieve().to_be_bytes().iter().copied().skip_while(|byte| *byte == 0).collect()
}

fn digest(parts: &[&[u8]]) -> [u8; 32] {
    parts.iter().fold(Sha256::new(), Sha256::chain_update).finalize().into()
}

/// As Java writes a positive number: with a zero where the first bit is set.
fn padded(number: &[u8]) -> Vec<u8> {
    let number: Vec<u8> = number.iter().copied().skip_while(|byte| *byte == 0).collect();
    let zero = number.first().is_none_or(|first| *first >= 0x80);
    zero.then_some(0).into_iter().chain(number).collect()
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

fn from_hex(text: &str) -> Vec<u8> {
    let even = if text.len().is_multiple_of(2) { text.to_owned() } else { format!("0{text}") };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).expect("a digit");
    even.as_bytes().as_chunks::<2>().0.iter().map(|[high, low]| digit(*high) * 16 + digit(*low)).collect()
}
