//! One-time passwords of authenticator apps: SHA-1, six digits, thirty seconds, one step of tolerance.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html>,
//! <https://www.rfc-editor.org/rfc/rfc6238>

use totp_rs::{Builder, Totp};

use super::secret::Secret;
use super::time::Timestamp;

/// What a presented code turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// It is right; the step is the last that may have been used from now on.
    Right(u64),
    /// It is the code of a step that was used, or of one before that.
    Used,
    /// It is no code of this moment.
    Wrong,
}

/// Judges a code. No step counts twice: <https://www.rfc-editor.org/rfc/rfc6238#section-5.2>
pub fn check(secret: &Secret, code: &str, now: Timestamp, last_step: Option<u64>) -> Code {
    let Some(generator) = generator(secret) else { return Code::Wrong };
    let seconds = u64::try_from(now.seconds()).unwrap_or_default();
    match generator.check(code, seconds) {
        None => Code::Wrong,
        Some(step) if last_step.is_some_and(|last| step <= last) => Code::Used,
        Some(step) => Code::Right(step),
    }
}

/// The code of a moment, for whoever holds the secret; `None` if the secret is no base32.
pub fn code_at(secret: &Secret, now: Timestamp) -> Option<String> {
    let seconds = u64::try_from(now.seconds()).unwrap_or_default();
    Some(generator(secret)?.generate(seconds).to_string())
}

/// A shared secret as apps take it: 160 bits in base32.
pub fn secret(random: [u8; 20]) -> Secret {
    Secret::new(totp_rs::Secret::from(random).to_base32())
}

/// Only the length of a declared secret can be short of the RFC's advice; apps take those too.
fn generator(secret: &Secret) -> Option<Totp> {
    let secret = totp_rs::Secret::try_from_base32(secret.reveal()).ok()?;
    Some(Builder::new().with_secret(secret).build_noncompliant())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the RFC's vectors, and their six last digits: <https://www.rfc-editor.org/rfc/rfc6238#appendix-B>
    fn rfc() -> Secret {
        Secret::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn the_vectors_of_the_rfc_hold() {
        let vectors = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, code) in vectors {
            assert_eq!(code_at(&rfc(), at(seconds)).as_deref(), Some(code));
            let step = u64::try_from(seconds).unwrap() / 30;
            assert_eq!(check(&rfc(), code, at(seconds), None), Code::Right(step));
        }
    }

    #[test]
    fn a_code_works_one_step_early_and_late_and_no_further() {
        let moment = 1_111_111_110;
        let code = code_at(&rfc(), at(moment)).unwrap();
        let judged = |seconds| check(&rfc(), &code, at(seconds), None);
        let right = Code::Right(37_037_037);
        assert_eq!([judged(moment - 30), judged(moment), judged(moment + 59)], [right; 3]);
        assert_eq!([judged(moment - 31), judged(moment + 60)], [Code::Wrong; 2]);
    }

    #[test]
    fn no_step_counts_twice_nor_one_before_it() {
        let moment = 1_111_111_110;
        let code = |seconds| code_at(&rfc(), at(seconds)).unwrap();
        let step = 37_037_037;
        assert_eq!(check(&rfc(), &code(moment), at(moment), Some(step)), Code::Used);
        assert_eq!(check(&rfc(), &code(moment - 30), at(moment), Some(step)), Code::Used);
        assert_eq!(check(&rfc(), &code(moment + 30), at(moment), Some(step)), Code::Right(step + 1));
    }

    #[test]
    fn what_is_no_code_or_no_secret_is_wrong() {
        for code in ["", "28708", "2870822", "28708a", "２８７０８２", "-87082"] {
            assert_eq!(check(&rfc(), code, at(59), None), Code::Wrong, "{code}");
        }
        assert_eq!(check(&Secret::new("not base32!"), "287082", at(59), None), Code::Wrong);
    }

    #[test]
    fn a_new_secret_is_32_characters_of_base32() {
        let text = secret([0xff; 20]);
        assert_eq!(text.reveal(), "77777777777777777777777777777777");
    }
}
