//! From granted scopes to a signed token.

use crate::domain::claims::{Claims, MachineAccessClaims, TokenUse};
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::scope::Scope;
use crate::domain::trace::Trace;
use crate::effects::random;
use crate::keys::{KeyError, Unsigned};

use super::triggers::{self, Subject};
use super::{ClientView, Issuing, TokenFailure, Tokens};

/// What a client receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSet {
    /// The signed access token.
    pub access_token: String,
    /// Its remaining life in seconds.
    pub expires_in: u64,
}

impl Tokens {
    /// Issues the access token of the machine grant, and tells which scopes are in it.
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html>
    pub async fn machine_token(
        &self,
        issuing: &Issuing<'_>,
        scopes: Vec<Scope>,
        trace: &mut Trace<IssueRule>,
    ) -> Result<(TokenSet, Vec<Scope>), TokenFailure> {
        let view = issuing.view;
        if scopes.is_empty() {
            tracing::warn!(client = %view.client, "a token without scopes: every scope asked for is inactive");
        }
        // Nearly every pool has no trigger, or one that is not asked about machines: that costs nothing.
        let Some(trigger) = triggers::of_machines(&view.owner) else {
            let claims = self.machine_claims(issuing, &scopes, |claims| serde_json::to_vec(&claims))?;
            return Ok((self.signed(view, claims).await?, scopes));
        };
        let answer = self.ask(&trigger, issuing, (&Subject::Machine, &scopes), trace).await?;
        let after = answer.changes.scopes(&scopes);
        let changes = (&answer.changes, &view.client);
        triggers::note_changes(SignInRule::TriggerChangedToken, (&scopes, &after), changes, trace);
        let claims = self.machine_claims(issuing, &after, |claims| {
            let mut claims = Claims::from(claims);
            answer.changes.access_token.apply(TokenUse::Access, &view.client, &mut claims);
            serde_json::to_vec(&claims)
        })?;
        Ok((self.signed(view, claims).await?, after))
    }

    fn machine_claims(
        &self,
        issuing: &Issuing<'_>,
        scopes: &[Scope],
        write: impl FnOnce(MachineAccessClaims<'_>) -> serde_json::Result<Vec<u8>>,
    ) -> Result<Vec<u8>, TokenFailure> {
        let (view, now) = (issuing.view, self.effects.clock.now().seconds());
        let joined = join(scopes);
        let jti = random::uuid(&*self.effects.random);
        let claims = MachineAccessClaims {
            sub: view.client.as_str(),
            token_use: "access",
            scope: (!scopes.is_empty()).then_some(joined.as_str()),
            auth_time: now,
            iss: issuing.issuer,
            exp: now.saturating_add_unsigned(view.access_token_lifetime),
            iat: now,
            version: 2,
            jti: &jti,
            client_id: view.client.as_str(),
        };
        Ok(write(claims).map_err(|error| KeyError::Unusable(error.to_string()))?)
    }

    async fn signed(&self, view: &ClientView, claims: Vec<u8>) -> Result<TokenSet, TokenFailure> {
        let keyset = self.keys.keyset_at(&view.pool, view.revision).await?;
        let access_token = self.keys.signer().sign(Unsigned::new(&keyset.access, claims)).await?;
        Ok(TokenSet { access_token, expires_in: view.access_token_lifetime })
    }
}

pub(super) fn join(scopes: &[Scope]) -> String {
    let mut joined = String::with_capacity(scopes.iter().map(|scope| scope.as_str().len() + 1).sum());
    for scope in scopes {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(scope.as_str());
    }
    joined
}
