//! Declared users and the groups they are in.

use std::collections::{BTreeMap, HashSet};

use crate::config::{DeclaredPool, DeclaredUser};
use crate::domain::id::UserKey;
use crate::domain::pool::UserPool;
use crate::domain::secret::Secret;
use crate::domain::totp;
use crate::domain::user::{Factor, SoftwareToken, User, UserStatus};
use crate::registry::users::attributes::{self, Writer};
use crate::registry::users::{self, Creation, NewUser, UserError, passwords};
use crate::registry::{RegistryError, groups};
use crate::store::{StoreError, documents};

use super::declared::{Declared, Need};
use super::passwords::{Person, Ready};
use super::{Place, SeedError, contradictions, declaration, refused, wire};

/// A user's declaration, whose digest is kept beside the user of this key. It tells that there is a password, but not
/// which: a digest can be guessed a thousand times faster than what is kept of a password.
pub(super) fn declaration_of(pool: &UserPool, user: &UserKey, declared: &DeclaredUser) -> Declared {
    let what = format!("user {} of {}", declared.username, pool.id);
    let mut public = declared.clone();
    for password in [&mut public.password, &mut public.temporary_password].into_iter().flatten() {
        *password = Secret::new("");
    }
    Declared::new(what, documents::user_declaration(&pool.id, user), &public)
}

impl Place<'_, '_> {
    /// The groups and users of a pool.
    pub(super) async fn people(&mut self, declared: &DeclaredPool, key: &str) -> Result<(), SeedError> {
        if declared.groups.is_empty() && declared.users.is_empty() {
            return Ok(());
        }
        let pool = self.stored_pool(declared, key).await?;
        for (position, group) in declared.groups.iter().enumerate() {
            self.group(&pool, group, &format!("{key}.groups[{position}]")).await?;
        }
        let mut keys = HashSet::new();
        for (position, user) in declared.users.iter().enumerate() {
            self.user(&pool, user, &mut keys, &format!("{key}.users[{position}]")).await?;
        }
        Ok(())
    }

    /// A user, whose key is not among those of the users before.
    async fn user(
        &mut self,
        pool: &UserPool,
        declared: &DeclaredUser,
        keys: &mut HashSet<UserKey>,
        key: &str,
    ) -> Result<(), SeedError> {
        let found = users::find(self.tx, pool, &declared.username).await?;
        let ready = self.prepared.get(&(pool.id.clone(), declared.username.clone())).cloned();
        // Made, changed or deleted since the passwords were prepared: to be prepared anew.
        let Ready { person, mark } = ready.ok_or(StoreError::Conflict)?;
        let name = found.as_ref().map(|user| &user.username).or(person.as_ref().map(|person| &person.username));
        let user_key = users::key_of(pool, name.ok_or(StoreError::Conflict)?);
        if !keys.insert(user_key.clone()) {
            return Err(contradictions::twice(&declared.username, key));
        }
        let this = declaration_of(pool, &user_key, declared).marked(mark.as_deref());
        let need = self.need(&this, found.is_some()).await?;
        if matches!(need, Need::Nothing | Need::LeaveAlone) {
            return Ok(());
        }
        let person = person.ok_or(StoreError::Conflict)?;
        check(pool, declared, key)?;
        let (before, values) = if let Some(user) = found {
            let values = values(pool, declared, &user, key)?;
            (user, values)
        } else {
            let user = self.create_user(pool, declared, &person, key).await?;
            let values = user.attributes.clone();
            (user, values)
        };
        if before.sub != person.sub || declared.sub.as_ref().is_some_and(|sub| *sub != before.sub) {
            let problem = format!("the user has the `sub` {} for good", before.sub);
            return Err(declaration(&format!("{key}.sub"), problem));
        }
        let after = User { attributes: values, ..self.as_declared(pool, declared, (&before, person), key)? };
        users::save(self.tx, pool, &before, after).await.map_err(|error| refused(key, error))?;
        self.memberships(pool, declared, &user_key, key).await?;
        Ok(self.applied(&this)?)
    }

    async fn create_user(
        &mut self,
        pool: &UserPool,
        declared: &DeclaredUser,
        person: &Person,
        key: &str,
    ) -> Result<User, SeedError> {
        let name_key = format!("{key}.username");
        let values = attributes::check_sign_up(pool, Writer::Administrator, &written(&declared.attributes));
        let values = values.map_err(|error| refused(&format!("{key}.attributes"), UserError::from(error)))?;
        let new = NewUser::named(pool, &declared.username, person.sub.clone(), values);
        let mut new = new.map_err(|error| refused(&name_key, error))?;
        new.status = status(declared);
        if new.username != person.username {
            return Err(StoreError::Conflict.into());
        }
        let creation = Creation { now: self.now, quotas: &self.terms.quotas, takes_aliases: false };
        users::create(self.tx, pool, new, creation).await.map_err(|error| refused(&name_key, error))
    }

    /// The user with everything that is declared beside the attributes; a password or secret that is not declared stays.
    fn as_declared(
        &self,
        pool: &UserPool,
        declared: &DeclaredUser,
        (before, person): (&User, Person),
        key: &str,
    ) -> Result<User, SeedError> {
        let mut after = before.clone();
        after.pending = BTreeMap::new();
        after.enabled = declared.enabled;
        after.status = status(declared);
        after.modified = self.now;
        if let Some(credential) = person.credential {
            passwords::replace(&mut after, credential, passwords::history(pool));
        }
        if let Some(secret) = &declared.totp_secret {
            if totp::code_at(secret, self.now).is_none() {
                return Err(declaration(&format!("{key}.totp_secret"), "the secret is not base32"));
            }
            let same = after.factors.software_token.filter(|token| token.secret.reveal() == secret.reveal());
            let new = SoftwareToken { secret: secret.clone(), name: None, verified: true, last_step: None };
            after.factors.software_token = Some(SoftwareToken { verified: true, ..same.unwrap_or(new) });
            after.factors.enabled.retain(|factor| *factor != Factor::SoftwareToken);
            after.factors.enabled.push(Factor::SoftwareToken);
            after.factors.preferred = Some(Factor::SoftwareToken);
        }
        Ok(after)
    }

    /// Brings the user into the declared groups, and out of the others.
    async fn memberships(
        &mut self,
        pool: &UserPool,
        declared: &DeclaredUser,
        user: &UserKey,
        key: &str,
    ) -> Result<(), SeedError> {
        let stored = self.stored_user(pool, user, key).await?;
        for name in stored.groups.iter().filter(|name| !declared.groups.contains(name)) {
            let user = self.stored_user(pool, user, key).await?;
            groups::remove(self.tx, pool, &user, name, self.now).await.map_err(|error| refused(key, error))?;
        }
        for (position, name) in declared.groups.iter().enumerate() {
            let user = self.stored_user(pool, user, key).await?;
            let terms = (self.now, self.terms.quotas.groups_per_user);
            let added = groups::add(self.tx, pool, &user, name, terms).await;
            added.map_err(|error| refused(&format!("{key}.groups[{position}]"), error))?;
        }
        Ok(())
    }

    async fn stored_user(&mut self, pool: &UserPool, user: &UserKey, key: &str) -> Result<User, SeedError> {
        let found = users::get(self.tx, pool, user).await?;
        found.ok_or_else(|| refused(key, RegistryError::from(UserError::NotFound)))
    }
}

/// What the declaration alone shows to be wrong.
fn check(pool: &UserPool, declared: &DeclaredUser, key: &str) -> Result<(), SeedError> {
    wire::user(pool, declared, key)?;
    if let Some(sub) = &declared.sub
        && !is_uuid(sub.as_str())
    {
        return Err(declaration(&format!("{key}.sub"), format!("the sub `{sub}` is not a UUID in lower case")));
    }
    let passwords = [("password", &declared.password), ("temporary_password", &declared.temporary_password)];
    for (name, password) in passwords {
        let Some(password) = password else { continue };
        let checked = passwords::check_policy(pool, password.reveal());
        checked.map_err(|problem| refused(&format!("{key}.{name}"), UserError::from(problem)))?;
    }
    let temporary = declared.temporary_password.is_some();
    if temporary && declared.password.is_some() {
        return Err(declaration(&format!("{key}.temporary_password"), "a user has one password, temporary or not"));
    }
    if declared.status.is_some_and(|status| temporary != (status == UserStatus::ForceChangePassword)) {
        let problem = "FORCE_CHANGE_PASSWORD is the status of users with a `temporary_password`, and of nobody else";
        return Err(declaration(&format!("{key}.status"), problem));
    }
    Ok(())
}

fn is_uuid(text: &str) -> bool {
    uuid::Uuid::parse_str(text).is_ok_and(|uuid| uuid.hyphenated().to_string() == text)
}

fn status(declared: &DeclaredUser) -> UserStatus {
    let usual =
        if declared.temporary_password.is_some() { UserStatus::ForceChangePassword } else { UserStatus::Confirmed };
    declared.status.unwrap_or(usual)
}

fn written(values: &BTreeMap<String, String>) -> Vec<(String, String)> {
    values.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The user's values as declared; the address that is the user name stays.
fn values(
    pool: &UserPool,
    declared: &DeclaredUser,
    before: &User,
    key: &str,
) -> Result<BTreeMap<String, String>, SeedError> {
    let mut values = before.attributes.clone();
    let kept = |name: &String| declared.attributes.contains_key(name) || pool.fixed.signs_in_with(name);
    let gone = values.keys().filter(|name| !kept(name)).map(|name| (name.clone(), String::new()));
    let other = declared.attributes.iter().filter(|(name, value)| values.get(*name) != Some(*value));
    let changes: Vec<_> = other.map(|(name, value)| (name.clone(), value.clone())).chain(gone).collect();
    let changes = attributes::check_write(pool, Writer::Administrator, &changes);
    values.extend(changes.map_err(|error| refused(&format!("{key}.attributes"), UserError::from(error)))?);
    values.retain(|_, value| !value.is_empty());
    Ok(values)
}
