//! Declared groups.

use crate::config::DeclaredGroup;
use crate::domain::pool::UserPool;
use crate::domain::user::Group;
use crate::registry::groups;
use crate::store::documents;

use super::declared::{Declared, Need};
use super::{Place, SeedError, refused, wire};

impl Place<'_, '_> {
    /// A group; who is in it is declared with the users.
    pub(super) async fn group(
        &mut self,
        pool: &UserPool,
        declared: &DeclaredGroup,
        key: &str,
    ) -> Result<(), SeedError> {
        let exists = self.tx.get(&documents::group(&pool.id, &declared.name)).await?.is_some();
        let what = format!("group {} of {}", declared.name, pool.id);
        let this = Declared::new(what, documents::group_declaration(&pool.id, &declared.name), declared);
        let need = self.need(&this, exists).await?;
        if matches!(need, Need::Nothing | Need::LeaveAlone) {
            return Ok(());
        }
        wire::group(pool, declared, key)?;
        let group = Group {
            name: declared.name.clone(),
            description: declared.description.clone(),
            role_arn: declared.role_arn.clone(),
            precedence: declared.precedence,
            created: self.now,
            modified: self.now,
        };
        let done = if need == Need::Create {
            groups::create(self.tx, pool, &group, self.terms.quotas.groups).await
        } else {
            groups::update(self.tx, pool, group).await.map(drop)
        };
        done.map_err(|error| refused(key, error))?;
        Ok(self.applied(&this)?)
    }
}
