//! From a proven sign-in to signed tokens.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::domain::claim_rules::{self, TokenChanges};
use crate::domain::claims::{Claims, TokenUse};
use crate::domain::id::{ClientId, UserPoolId};
use crate::domain::person_claims::{GroupClaims, Person};
use crate::domain::readable::Readable;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::scope::Scope;
use crate::domain::sign_in::{Origin, SignIn};
use crate::domain::trace::Trace;
use crate::domain::user::User;
use crate::effects::random;
use crate::keys::{KeyError, Unsigned};
use crate::tokens::issue::join;
use crate::tokens::triggers::{self, Subject};
use crate::tokens::{TokenFailure, Tokens};

use super::{Issuing, PersonTokens};

/// What tokens are issued on.
pub(super) struct Grounds<'a> {
    /// Who.
    pub(super) user: &'a User,
    /// How they came in.
    pub(super) sign_in: &'a SignIn,
    /// What is granted now.
    pub(super) scopes: &'a [Scope],
    /// Whether these are the sign-in's first tokens.
    pub(super) first: bool,
}

impl Grounds<'_> {
    /// COGNITO: a sign-in through the JSON API always gets an ID token, an OAuth grant only with `openid`.
    fn with_id_token(&self) -> bool {
        self.sign_in.origin == Origin::Api || self.scopes.iter().any(|scope| scope.as_str() == "openid")
    }
}

/// What the tokens will say beyond the user and the sign-in.
pub(super) struct Draft<'a> {
    client: &'a ClientId,
    groups: GroupClaims,
    scopes: Vec<Scope>,
    changes: Vec<TokenChanges>,
}

impl Tokens {
    /// Asks the declared rules and then the trigger what is to change.
    pub(super) async fn draft<'a>(
        &self,
        issuing: &Issuing<'a>,
        grounds: &Grounds<'_>,
        trace: &mut Trace<IssueRule>,
    ) -> Result<Draft<'a>, TokenFailure> {
        let (owner, user) = (&issuing.view.owner, grounds.user);
        let trigger = triggers::of(owner);
        let groups = if grounds.with_id_token() || trigger.is_some() {
            self.groups(&owner.id, user).await?
        } else {
            GroupClaims { names: user.groups.clone(), ..GroupClaims::default() }
        };
        let mut draft =
            Draft { client: &issuing.view.client, groups, scopes: grounds.scopes.to_vec(), changes: Vec::new() };
        let declared = claim_rules::changes(&owner.options.token_rules, &user.groups);
        if !declared.is_empty() {
            draft.take(declared, SignInRule::DeclaredRuleChangedToken, trace);
        }
        if let Some(trigger) = trigger {
            let subject = Subject::User { user, groups: &draft.groups };
            let answer = self.ask(&trigger, issuing, (&subject, &draft.scopes), trace).await?;
            if let Some(groups) = answer.groups {
                triggers::note_groups(&draft.groups, &groups, trace);
                draft.groups = groups;
            }
            draft.take(answer.changes, SignInRule::TriggerChangedToken, trace);
        }
        Ok(draft)
    }

    /// Signs what was drafted; without a refresh token.
    pub(super) async fn mint(
        &self,
        issuing: &Issuing<'_>,
        grounds: &Grounds<'_>,
        draft: Draft<'_>,
    ) -> Result<PersonTokens, TokenFailure> {
        let (view, random) = (issuing.view, &*self.effects.random);
        let person = Person {
            user: grounds.user,
            groups: &draft.groups,
            sign_in: grounds.sign_in,
            readable: Readable::new(&view.settings, grounds.sign_in.origin, grounds.scopes),
            issuer: issuing.issuer,
            revocable: view.settings.revokes_tokens() || view.settings.rotates_refresh_tokens().is_some(),
            first: grounds.first,
            now: self.effects.clock.now().seconds(),
        };
        let (scope, jti, id_jti) = (join(&draft.scopes), random::uuid(random), random::uuid(random));
        let access = draft.written(TokenUse::Access, person.access(&scope, &jti, view.access_token_lifetime))?;
        let id = || draft.written(TokenUse::Id, person.id(&id_jti, view.id_token_lifetime));
        let (keyset, signer) = (self.keys.keyset_at(&view.pool, view.revision).await?, self.keys.signer());
        let access = Unsigned::new(&keyset.access, access);
        let (access_token, id_token) = if grounds.with_id_token() {
            let (claims, key) = (id()?, Arc::clone(&keyset.id));
            let (access, id) = match grounds.sign_in.origin {
                Origin::Api => signer.sign_both(access, Unsigned::new(&key, claims)).await?,
                // COGNITO: only ID tokens of OAuth grants name their access token, so only these wait for it (measured).
                Origin::Code | Origin::Implicit => {
                    signer.sign_in_turn(access, move |access| Unsigned::new(&key, naming(access, &claims))).await?
                }
            };
            (access, Some(id))
        } else {
            (signer.sign(access).await?, None)
        };
        let expires_in = view.access_token_lifetime;
        Ok(PersonTokens { access_token, id_token, refresh_token: None, expires_in, scopes: draft.scopes })
    }

    async fn groups(&self, pool: &UserPoolId, user: &User) -> Result<GroupClaims, TokenFailure> {
        let mut groups = Vec::with_capacity(user.groups.len());
        for name in &user.groups {
            groups.extend(self.views.database().get(&crate::store::documents::group(pool, name)).await?);
        }
        Ok(GroupClaims::of(&user.groups, &groups))
    }
}

impl Draft<'_> {
    /// Makes the changes to the scopes at once, and keeps those to the claims for later.
    fn take(&mut self, changes: TokenChanges, rule: SignInRule, trace: &mut Trace<IssueRule>) {
        let scopes = changes.scopes(&self.scopes);
        triggers::note_changes(rule, (&self.scopes, &scopes), (&changes, self.client), trace);
        self.scopes = scopes;
        self.changes.push(changes);
    }

    fn written(&self, token: TokenUse, mut claims: Claims<'_>) -> Result<Vec<u8>, TokenFailure> {
        for changes in &self.changes {
            changes.of(token).apply(token, self.client, &mut claims);
        }
        Ok(serde_json::to_vec(&claims).map_err(|error| KeyError::Unusable(error.to_string()))?)
    }
}

/// The claims of an ID token with `at_hash` before all others, where the service has it.
fn naming(access_token: &str, claims: &[u8]) -> Vec<u8> {
    let mut named = format!(r#"{{"at_hash":"{}","#, at_hash(access_token)).into_bytes();
    // An ID token is never without claims, so a comma is in its place.
    named.extend(claims.iter().skip(1));
    named
}

/// The left half of the access token's digest (OpenID Connect Core, section 3.1.3.6).
fn at_hash(access_token: &str) -> String {
    let digest = Sha256::digest(access_token.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.split_at(16).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_hash_is_the_left_half_of_the_digest() {
        // The example of OpenID Connect Core, appendix A.3.
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        assert_eq!(at_hash(token), "77QmUPtjPfzWtF2AnpK9RQ");
        let named = naming(token, br#"{"sub":"a","aud":"b"}"#);
        assert_eq!(named, br#"{"at_hash":"77QmUPtjPfzWtF2AnpK9RQ","sub":"a","aud":"b"}"#);
    }
}
