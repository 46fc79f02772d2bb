//! The numbers of users who do not exist: as stable as those of users who do, so that nobody can tell them apart.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html>

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::domain::secret::Secret;
use crate::domain::srp;
use crate::store::documents;
use crate::tokens::ClientView;

use super::{SignInFailure, SignIns};

/// What a step of a sign-in shows of a user.
pub(super) struct Shown {
    /// `USER_ID_FOR_SRP`.
    pub(super) user_id: String,
    /// The salt.
    pub(super) salt: String,
    /// What a password is checked against.
    pub(super) verifier: Secret,
}

impl SignIns {
    /// What would be shown of a user of this name, always the same.
    pub(super) async fn nobody(&self, view: &ClientView, name: &str) -> Result<Shown, SignInFailure> {
        let key = self.secret_of_nobody(view).await?;
        let sensitive = view.owner.fixed.username_configuration.is_none_or(|configured| configured.case_sensitive);
        let folded = if sensitive { name.to_owned() } else { name.to_lowercase() };
        let bytes = |purpose: &str| {
            let mut mac =
                Hmac::<Sha256>::new_from_slice(key.reveal().as_bytes()).expect("invariant: a key of any length");
            mac.update(purpose.as_bytes());
            mac.update(folded.as_bytes());
            <[u8; 32]>::from(mac.finalize().into_bytes())
        };
        let first_half = |purpose: &str| u128::from_be_bytes(*bytes(purpose).first_chunk().unwrap_or(&[1; 16]));
        let sub = uuid::Builder::from_random_bytes(first_half("sub").to_be_bytes()).into_uuid().to_string();
        let address = view.owner.fixed.username_attributes.is_some() || name.contains('@') || name.starts_with('+');
        Ok(Shown {
            user_id: if address { sub } else { name.to_owned() },
            salt: srp::salt(first_half("salt").to_be_bytes()),
            verifier: srp::verifier_of_nobody(&bytes("verifier")),
        })
    }

    async fn secret_of_nobody(&self, view: &ClientView) -> Result<Secret, SignInFailure> {
        let key = documents::secret_of_nobody(&view.pool);
        let database = self.tokens.views.database();
        if let Some(secret) = database.get(&key).await? {
            return Ok(secret);
        }
        let made = Secret::new(crate::effects::random::uuid(&*self.tokens.effects.random));
        let kept = database.transact(async |tx| {
            if let Some(secret) = tx.get(&key).await? {
                return Ok::<_, crate::store::StoreError>(secret);
            }
            // Only of a pool that is there still: nothing may be left behind by one that is deleted meanwhile.
            if tx.get(&documents::user_pool(&view.pool)).await?.is_some() {
                tx.put(&key, &made)?;
            }
            Ok(made.clone())
        });
        Ok(kept.await?)
    }
}
