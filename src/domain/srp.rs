//! SRP-6a as user pools speak it: a password is proven, or checked, against a verifier that does not contain it.
//!
//! The group is the 3072-bit one of <https://www.rfc-editor.org/rfc/rfc3526#section-4>, the hash SHA-256; the protocol is
//! that of <https://www.rfc-editor.org/rfc/rfc5054#section-2.5> with a proof of AWS's own:
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html>
//! All arithmetic on secrets takes the same time whatever the secrets are. One exponentiation takes about a
//! millisecond: callers on an event loop hand it to a thread that may block.

use std::sync::LazyLock;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, NonZero, Odd};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::id::UserPoolId;
use super::secret::Secret;
use super::user::Credential;

const N: &str = concat!(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD",
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED",
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F",
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B",
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510",
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7",
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C",
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
);

const BITS: u32 = 3072;
const BYTES: usize = 384;
const DIGEST_BITS: u32 = 256;
/// What the session key is for, in HKDF.
const KEY_INFO: &[u8] = b"Caldera Derived Key";

static GROUP: LazyLock<Group> = LazyLock::new(Group::new);

/// The modulus and the constants of the protocol, in the form that multiplies fast.
struct Group {
    modulus: NonZero<BoxedUint>,
    params: BoxedMontyParams,
    g: BoxedMontyForm,
    k: BoxedMontyForm,
}

impl Group {
    fn new() -> Self {
        let bytes = from_hex(N).expect("invariant: a literal");
        let modulus = number(&bytes).expect("invariant: 3072 bits");
        let odd = Odd::new(modulus.clone()).into_option().expect("invariant: an odd number");
        let params = BoxedMontyParams::new(odd);
        let k = Sha256::new().chain_update([0]).chain_update(&bytes).chain_update([2]).finalize();
        let form = |bytes: &[u8]| BoxedMontyForm::new(number(bytes).expect("invariant: at most 3072 bits"), &params);
        let (g, k) = (form(&[2]), form(&k));
        Self { modulus: NonZero::new(modulus).into_option().expect("invariant: not zero"), params, g, k }
    }

    /// The number modulo N; `None` if it has more bits than N.
    fn element(&self, bytes: &[u8]) -> Option<BoxedMontyForm> {
        Some(BoxedMontyForm::new(number(bytes)?.rem_vartime(&self.modulus), &self.params))
    }

    /// `g` to the power of 256 bits.
    fn power(&self, exponent: &[u8; 32]) -> BoxedMontyForm {
        power(&self.g, exponent)
    }
}

/// The public value of a client, never a multiple of N: with one, anybody could prove any password.
/// <https://www.rfc-editor.org/rfc/rfc5054#section-2.5.4>
#[derive(Clone)]
pub struct ClientPublic {
    value: BoxedMontyForm,
    padded: Vec<u8>,
}

impl ClientPublic {
    /// Reads `SRP_A`: hexadecimal, at most 3072 bits, and not zero modulo N.
    pub fn of_hex(text: &str) -> Option<Self> {
        let bytes = from_hex(text)?;
        let value = GROUP.element(&bytes)?;
        let zero: bool = value.is_zero().into();
        (!zero).then(|| Self { value, padded: padded(&bytes) })
    }
}

/// The server's half of one exchange: the verifier and a secret of its own.
pub struct Exchange {
    verifier: BoxedMontyForm,
    b: [u8; 32],
    public: Box<[u8]>,
}

/// What a client sends to prove the password.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The pool, whose id is part of the proof.
    pub pool: &'a UserPoolId,
    /// `USER_ID_FOR_SRP`.
    pub user_id: &'a str,
    /// The bytes of `PASSWORD_CLAIM_SECRET_BLOCK`.
    pub secret_block: &'a [u8],
    /// `TIMESTAMP`.
    pub timestamp: &'a str,
    /// The bytes of `PASSWORD_CLAIM_SIGNATURE`.
    pub signature: &'a [u8],
}

impl Exchange {
    /// With a verifier and 32 random bytes; `None` if the verifier is no number of the group.
    pub fn new(verifier: &Secret, b: [u8; 32]) -> Option<Self> {
        let verifier = GROUP.element(&from_hex(verifier.reveal())?)?;
        let public = bytes_of(&GROUP.k.mul(&verifier).add(&GROUP.power(&b)));
        Some(Self { verifier, b, public })
    }

    /// The same again, with the public value that came of it: to compute that costs as much as half the rest.
    pub fn kept(verifier: &Secret, b: [u8; 32], public: &str) -> Option<Self> {
        let verifier = GROUP.element(&from_hex(verifier.reveal())?)?;
        Some(Self { verifier, b, public: from_hex(public)?.into() })
    }

    /// `SRP_B`, hexadecimal without leading zeros.
    pub fn public(&self) -> String {
        hex_number(&self.public)
    }

    /// Whether the claim was made by someone who knows the password; compared in constant time.
    pub fn proves(&self, client: &ClientPublic, claim: &Claim<'_>) -> bool {
        let u = digest_of(&[&client.padded, &padded(&self.public)]);
        let s = power(&client.value.mul(&power(&self.verifier, &u)), &self.b);
        let key = session_key(&bytes_of(&s), &u);
        signature(&key, claim).as_slice().ct_eq(claim.signature).into()
    }
}

/// The verifier of a password, hexadecimal, under a salt that is hexadecimal too.
pub fn verifier(pool: &UserPoolId, user_id: &str, password: &str, salt: &str) -> Secret {
    let salt = from_hex(salt).unwrap_or_default();
    let x = private_key(pool, user_id, password, &salt);
    Secret::new(hex_number(&bytes_of(&GROUP.power(&x))))
}

/// Whether the password is the one that the credential was made of; compared in constant time.
pub fn matches(credential: &Credential, pool: &UserPoolId, user_id: &str, password: &str) -> bool {
    let presented = verifier(pool, user_id, password, &credential.salt);
    credential.verifier.matches(presented.reveal().as_bytes())
}

/// A salt as the wire writes it. Its first byte is never zero, as some clients read it as a number and others as bytes.
pub fn salt(mut random: [u8; 16]) -> String {
    if let [first @ 0, ..] = &mut random {
        *first = 1;
    }
    hex_number(&random)
}

/// A number of the group that stands for the verifier of somebody who does not exist: nobody knows its password.
pub fn verifier_of_nobody(random: &[u8; 32]) -> Secret {
    let mut bytes = [0; BYTES - 1];
    let expander = Hkdf::<Sha256>::new(None, random);
    expander.expand(b"verifier of nobody", &mut bytes).expect("invariant: less than 255 digests");
    Secret::new(hex_number(&bytes))
}

/// `x` of the protocol.
fn private_key(pool: &UserPoolId, user_id: &str, password: &str, salt: &[u8]) -> [u8; 32] {
    let identity = digest_of(&[pool_name(pool).as_bytes(), user_id.as_bytes(), b":", password.as_bytes()]);
    digest_of(&[&padded(salt), &identity])
}

fn session_key(s: &[u8], u: &[u8; 32]) -> [u8; 16] {
    let mut key = [0; 16];
    let expander = Hkdf::<Sha256>::new(Some(&padded(u)), &padded(s));
    expander.expand(KEY_INFO, &mut key).expect("invariant: less than one digest");
    key
}

fn signature(key: &[u8; 16], claim: &Claim<'_>) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("invariant: a key of any length");
    mac.update(pool_name(claim.pool).as_bytes());
    mac.update(claim.user_id.as_bytes());
    mac.update(claim.secret_block);
    mac.update(claim.timestamp.as_bytes());
    mac.finalize().into_bytes().into()
}

/// The part of a pool's id behind the region.
fn pool_name(pool: &UserPoolId) -> &str {
    pool.as_str().split_once('_').map_or("", |(_, name)| name)
}

fn digest_of(parts: &[&[u8]]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part);
    }
    digest.finalize().into()
}

fn power(base: &BoxedMontyForm, exponent: &[u8; 32]) -> BoxedMontyForm {
    let exponent = BoxedUint::from_be_slice(exponent, DIGEST_BITS).expect("invariant: 256 bits");
    base.pow_bounded_exp(&exponent, DIGEST_BITS)
}

fn number(bytes: &[u8]) -> Option<BoxedUint> {
    BoxedUint::from_be_slice(without_zeros(bytes), BITS).ok()
}

fn bytes_of(value: &BoxedMontyForm) -> Box<[u8]> {
    value.retrieve().to_be_bytes()
}

fn without_zeros(bytes: &[u8]) -> &[u8] {
    bytes.iter().position(|byte| *byte != 0).and_then(|zeros| bytes.get(zeros..)).unwrap_or_default()
}

/// A number as the protocol hashes it: no leading zeros but one where the first bit is set, as in Java's big integers.
fn padded(bytes: &[u8]) -> Vec<u8> {
    let bytes = without_zeros(bytes);
    let mut padded = Vec::with_capacity(bytes.len() + 1);
    if bytes.first().is_none_or(|first| *first >= 0x80) {
        padded.push(0);
    }
    padded.extend_from_slice(bytes);
    padded
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (odd, pairs) = text.as_bytes().split_at_checked(text.len() % 2)?;
    let first = odd.iter().map(|byte| digit(*byte));
    let rest = pairs.as_chunks::<2>().0.iter().map(|[high, low]| Some(digit(*high)? * 16 + digit(*low)?));
    first.chain(rest).collect()
}

/// A number in lower-case hexadecimal without leading zeros, as real answers have it.
fn hex_number(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).skip_while(|digit| *digit == 0);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::domain::time::Timestamp;

    const USER: &str = "0f6c2a4e-1111-4222-8333-444455556666";
    const SALT: &str = "a1b2c3d4e5f60718293a4b5c6d7e8f90";
    const TIMESTAMP: &str = "Tue Jan 6 09:05:07 UTC 2026";

    fn pool() -> UserPoolId {
        UserPoolId::from("us-east-1_AbCdEfGhI")
    }

    fn hex(bytes: &[u8]) -> String {
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
    }

    fn exchange(password: &str) -> Exchange {
        Exchange::new(&verifier(&pool(), USER, password, SALT), digest_of(&[b"vector-b"])).unwrap()
    }

    /// The client's side, from the text of the protocol.
    struct Client {
        a: [u8; 32],
        public: String,
    }

    impl Client {
        fn new() -> Self {
            let a = digest_of(&[b"vector-a"]);
            Self { a, public: hex_number(&bytes_of(&GROUP.power(&a))) }
        }

        fn key(&self, password: &str, b: &str) -> [u8; 16] {
            let u = digest_of(&[&padded(&from_hex(&self.public).unwrap()), &padded(&from_hex(b).unwrap())]);
            let x = private_key(&pool(), USER, password, &from_hex(SALT).unwrap());
            let base = GROUP.element(&from_hex(b).unwrap()).unwrap().sub(&GROUP.k.mul(&GROUP.power(&x)));
            let s = power(&base, &self.a).mul(&power(&power(&base, &u), &x));
            session_key(&bytes_of(&s), &u)
        }
    }

    fn claim<'a>(pool: &'a UserPoolId, block: &'a [u8], signature: &'a [u8]) -> Claim<'a> {
        Claim { pool, user_id: USER, secret_block: block, timestamp: TIMESTAMP, signature }
    }

    #[test]
    fn every_number_of_the_published_exchange_comes_out() {
        let (client, exchange, pool) = (Client::new(), exchange("Passw0rd!"), pool());
        assert_eq!(
            hex(&digest_of(&[&[0], &from_hex(N).unwrap(), &[2]])),
            "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"
        );
        assert_eq!(
            hex(&private_key(&pool, USER, "Passw0rd!", &from_hex(SALT).unwrap())),
            "8523a048d620c4bd57d2623507f45df7f16dd30b9e100d306fa40f2c367179e2"
        );
        assert_eq!(
            hex(&digest_of(&[client.public.as_bytes()])),
            "7ef864d01a7befc7962df90ad140b81e4789214301298ca45dc9d0737285329d"
        );
        assert_eq!(
            hex(&digest_of(&[exchange.public().as_bytes()])),
            "a9f85e081e5a88a495049727f632d56c38bd7a2f4264aec6ca98bf0224c219a7"
        );
        let key = client.key("Passw0rd!", &exchange.public());
        assert_eq!(hex(&key), "562679791b39783ebfdd3a7f9216da56");
        let block = STANDARD.decode("c2VjcmV0LWJsb2NrLWJ5dGVz").unwrap();
        let signed = signature(&key, &claim(&pool, &block, b""));
        assert_eq!(STANDARD.encode(signed), "aLh8XoyGRPxVgIC5YaPPcmD3P8SVcgvJLXR9At7Jgyo=");
        let public = ClientPublic::of_hex(&client.public).unwrap();
        assert!(exchange.proves(&public, &claim(&pool, &block, &signed)));
    }

    #[test]
    fn an_exchange_goes_on_with_the_public_value_that_was_kept() {
        let (client, begun, pool) = (Client::new(), exchange("Passw0rd!"), pool());
        let public = ClientPublic::of_hex(&client.public).unwrap();
        let signed = signature(&client.key("Passw0rd!", &begun.public()), &claim(&pool, b"block", b""));
        let proves = |kept: &str| {
            let verifier = verifier(&pool, USER, "Passw0rd!", SALT);
            let kept = Exchange::kept(&verifier, digest_of(&[b"vector-b"]), kept).unwrap();
            kept.proves(&public, &claim(&pool, b"block", &signed))
        };
        assert!(proves(&begun.public()));
        assert!(!proves("2"));
    }

    #[test]
    fn another_password_block_timestamp_or_user_proves_nothing() {
        let (client, exchange, pool) = (Client::new(), exchange("Passw0rd!"), pool());
        let public = ClientPublic::of_hex(&client.public).unwrap();
        let key = client.key("Passw0rd!", &exchange.public());
        let signed = signature(&key, &claim(&pool, b"block", b""));
        let right = claim(&pool, b"block", &signed);
        assert!(exchange.proves(&public, &right));
        assert!(!exchange.proves(&public, &Claim { secret_block: b"other", ..right }));
        assert!(!exchange.proves(&public, &Claim { timestamp: "Tue Jan 6 09:05:08 UTC 2026", ..right }));
        assert!(!exchange.proves(&public, &Claim { user_id: "somebody", ..right }));
        assert!(!exchange.proves(&public, &Claim { signature: &signed[..16], ..right }));
        let wrong = signature(&client.key("passw0rd!", &exchange.public()), &claim(&pool, b"block", b""));
        assert!(!exchange.proves(&public, &Claim { signature: &wrong, ..right }));
    }

    #[test]
    fn a_multiple_of_the_modulus_is_no_public_value() {
        let zero_like = ["", "0", "00", N, &N.to_lowercase(), &format!("00{N}")];
        for text in zero_like {
            assert!(ClientPublic::of_hex(text).is_none(), "{text}");
        }
        let malformed = ["xyz", "0x12", "é", "+1", &"f".repeat(770)];
        for text in malformed {
            assert!(ClientPublic::of_hex(text).is_none(), "{text}");
        }
        for text in ["1", "abc", "00ff"] {
            assert!(ClientPublic::of_hex(text).is_some(), "{text}");
        }
    }

    #[test]
    fn a_presented_password_is_checked_against_the_same_verifier() {
        let credential = Credential {
            salt: SALT.to_owned(),
            verifier: verifier(&pool(), USER, "Passw0rd!", SALT),
            since: Timestamp::from_millis(0),
            temporary: false,
        };
        assert!(matches(&credential, &pool(), USER, "Passw0rd!"));
        assert!(!matches(&credential, &pool(), USER, "passw0rd!"));
        assert!(!matches(&credential, &pool(), "another", "Passw0rd!"));
        assert!(!matches(&credential, &UserPoolId::from("us-east-1_Other"), USER, "Passw0rd!"));
    }

    #[test]
    fn salts_and_verifiers_are_numbers_that_all_clients_read_alike() {
        assert_eq!(salt([0; 16]), "1000000000000000000000000000000");
        assert_eq!(salt([0xab; 16]), "abababababababababababababababab");
        let nobody = verifier_of_nobody(&[7; 32]);
        assert!(Exchange::new(&nobody, [1; 32]).is_some());
        assert_ne!(nobody.reveal(), verifier_of_nobody(&[8; 32]).reveal());
    }
}
