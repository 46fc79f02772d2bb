//! `SECRET_HASH`: that whoever asks about a user knows a secret of the client.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::domain::client::ClientSecret;
use crate::domain::id::ClientId;
use crate::domain::secret::Secret;
use crate::tokens::ClientView;

/// What is wrong with a secret hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretHashProblem {
    /// The client has a secret and no hash was sent.
    #[error("no secret hash was sent")]
    Missing,
    /// It is that of no live secret.
    #[error("the secret hash is that of no live secret")]
    Wrong,
    /// The client has no secret.
    #[error("the client has no secret, so there is no hash of it")]
    Unexpected,
}

/// Compares the hash with those of all live secrets; a public client sends none.
pub fn check(view: &ClientView, username: &str, presented: Option<&str>) -> Result<(), SecretHashProblem> {
    check_against(&view.secrets, &view.client, username, presented)
}

fn check_against(
    secrets: &[ClientSecret],
    client: &ClientId,
    username: &str,
    presented: Option<&str>,
) -> Result<(), SecretHashProblem> {
    match (secrets, presented) {
        ([], None) => Ok(()),
        ([], Some(_)) => Err(SecretHashProblem::Unexpected),
        (_, None) => Err(SecretHashProblem::Missing),
        (secrets, Some(presented)) => {
            // Every live secret is tried, so that the time does not tell which one matched.
            let found = secrets.iter().fold(false, |found, secret| {
                found | Secret::new(compute(&secret.value, username, client)).matches(presented.as_bytes())
            });
            if found { Ok(()) } else { Err(SecretHashProblem::Wrong) }
        }
    }
}

/// Base64 of the HMAC-SHA256 of the user name and the client id under the secret.
pub fn compute(secret: &Secret, username: &str, client: &ClientId) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()).expect("invariant: a key of any length");
    mac.update(username.as_bytes());
    mac.update(client.as_str().as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::ClientSecretId;
    use crate::domain::time::Timestamp;

    const HASH: &str = "A1fkXEngu+moOvMopAIu7Banyjqc4A0gQ3S49+rNr84=";

    fn outcome(secrets: &[&str], username: &str, presented: Option<&str>) -> Result<(), SecretHashProblem> {
        let live = |value: &&str| ClientSecret {
            id: ClientSecretId::from(*value),
            value: Secret::new(*value),
            created: Timestamp::from_millis(0),
            supplied: false,
        };
        let secrets: Vec<_> = secrets.iter().map(live).collect();
        check_against(&secrets, &ClientId::from("3n4b5urk1ft4fl3mg5e62d9ado"), username, presented)
    }

    #[test]
    fn the_hash_of_either_live_secret_is_accepted() {
        assert_eq!(outcome(&["1example23456789secret"], "testuser", Some(HASH)), Ok(()));
        assert_eq!(outcome(&["another", "1example23456789secret"], "testuser", Some(HASH)), Ok(()));
        assert_eq!(outcome(&["another"], "testuser", Some(HASH)), Err(SecretHashProblem::Wrong));
        assert_eq!(outcome(&["1example23456789secret"], "Testuser", Some(HASH)), Err(SecretHashProblem::Wrong));
    }

    #[test]
    fn only_a_client_with_a_secret_takes_a_hash() {
        assert_eq!(outcome(&["another"], "testuser", None), Err(SecretHashProblem::Missing));
        assert_eq!(outcome(&[], "testuser", Some(HASH)), Err(SecretHashProblem::Unexpected));
        assert_eq!(outcome(&[], "testuser", None), Ok(()));
    }
}
