//! A client's side of SRP, written from the description of the protocol and sharing no code with the server.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::{BoxedUint, NonZero, Odd};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

const BITS: u32 = 3072;

pub(crate) const N: &str = concat!(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD",
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED",
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F",
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B",
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510",
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7",
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C",
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
);

/// What the first step answered.
pub(crate) struct Offer<'a> {
    pub(crate) pool_name: &'a str,
    pub(crate) user_id: &'a str,
    pub(crate) salt: &'a str,
    pub(crate) b: &'a str,
    pub(crate) secret_block: &'a str,
}

/// A client with a secret of its own.
pub(crate) struct SrpClient {
    a: [u8; 32],
}

impl SrpClient {
    pub(crate) fn new() -> Self {
        Self { a: Sha256::digest(b"a secret of the client").into() }
    }

    /// `SRP_A`
    pub(crate) fn public(&self) -> String {
        hex(&power(&two(), &self.a))
    }

    /// `PASSWORD_CLAIM_SIGNATURE`
    pub(crate) fn sign(&self, offer: &Offer<'_>, password: &str, timestamp: &str) -> String {
        let theirs = from_hex(offer.b);
        let u = sha256(&[&signed_bytes(&power(&two(), &self.a)), &signed_bytes(&theirs)]);
        let identity = format!("{}{}:{password}", offer.pool_name, offer.user_id);
        let x = sha256(&[&signed_bytes(&from_hex(offer.salt)), &sha256(&[identity.as_bytes()])]);
        let k = sha256(&[&[0], &bytes(&from_hex(N)), &[2]]);
        let modulus = NonZero::new(from_hex(N)).into_option().expect("not zero");
        let known = number(&k).mul_mod(&power(&two(), &x), &modulus);
        let base = theirs.sub_mod(&known, &modulus);
        let s = power(&base, &self.a).mul_mod(&power(&power(&base, &u), &x), &modulus);
        let pseudo_random_key = hmac(&signed_bytes(&number(&u)), &[&signed_bytes(&s)]);
        let key = hmac(&pseudo_random_key, &[b"Caldera Derived Key", &[1]]);
        let block = STANDARD.decode(offer.secret_block).expect("base64");
        let signed = [offer.pool_name.as_bytes(), offer.user_id.as_bytes(), &block, timestamp.as_bytes()];
        STANDARD.encode(hmac(&key[..16], &signed))
    }
}

fn two() -> BoxedUint {
    number(&[2])
}

fn number(bytes: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice(bytes, BITS).expect("at most 3072 bits")
}

fn power(base: &BoxedUint, exponent: &[u8]) -> BoxedUint {
    base.pow_mod(&number(exponent), &Odd::new(from_hex(N)).into_option().expect("odd"))
}

fn from_hex(text: &str) -> BoxedUint {
    let text = format!("{text:0>768}");
    let digits: Vec<u8> =
        text.chars().map(|digit| u8::try_from(digit.to_digit(16).expect("a digit")).unwrap()).collect();
    number(&digits.chunks(2).map(|pair| pair[0] * 16 + pair[1]).collect::<Vec<_>>())
}

fn bytes(value: &BoxedUint) -> Vec<u8> {
    value.to_be_bytes().iter().copied().skip_while(|byte| *byte == 0).collect()
}

/// Two's complement: a zero in front of a set first bit.
fn signed_bytes(value: &BoxedUint) -> Vec<u8> {
    let mut bytes = bytes(value);
    if bytes.first().is_none_or(|first| first & 0x80 != 0) {
        bytes.insert(0, 0);
    }
    bytes
}

fn hex(value: &BoxedUint) -> String {
    bytes(value)
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from_digit(digit.into(), 16).unwrap())
        .collect()
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    Sha256::digest(parts.concat()).into()
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(&parts.concat());
    mac.finalize().into_bytes().into()
}
