//! Lists of users: one clause decides who is in, and an index finds them where there is one.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html>

use crate::domain::id::{Subject, UserKey};
use crate::domain::pool::UserPool;
use crate::domain::user::User;
use crate::store::transaction::Transaction;
use crate::store::{StoreError, documents};

use super::{UserError, folded, get, key_of};

/// Searched through an index, and without regard to case.
const INDEXED: [&str; 6] = ["email", "phone_number", "name", "given_name", "family_name", "preferred_username"];

/// How many users one page reads at most where there is no index: the page may be short then, but it comes.
const READ_AT_ONCE: usize = 500;
const MOST_BATCHES: usize = 4;

/// One clause, as `ListUsers` takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    field: Field,
    beginning: bool,
    value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Username,
    Sub,
    Indexed(&'static str),
    UserStatus,
    Enabled,
}

/// A part of a list.
pub struct Part {
    /// The users.
    pub users: Vec<User>,
    /// Where the next part begins, if there may be one.
    pub next: Option<String>,
}

impl Filter {
    /// Reads `<attribute> <= or ^=> "<value>"`; nothing is no filter.
    pub fn parse(text: &str) -> Result<Option<Self>, UserError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let (name, rest) = text.split_at(text.find(['=', '^', '"']).ok_or(UserError::Filter)?);
        let (beginning, rest) = match rest.strip_prefix("^=") {
            Some(rest) => (true, rest),
            None => (false, rest.strip_prefix('=').ok_or(UserError::Filter)?),
        };
        let value = quoted(rest.trim_start()).ok_or(UserError::Filter)?;
        let name = name.trim_end();
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(UserError::Filter);
        }
        let field = Field::named(name).ok_or_else(|| UserError::NotSearchable(name.to_owned()))?;
        let value = if field.ignores_case() { value.to_lowercase() } else { value };
        Ok(Some(Self { field, beginning, value }))
    }

    /// Whether the user is in.
    pub fn matches(&self, user: &User) -> bool {
        let value = match self.field {
            Field::Username => Some(user.username.as_str()),
            Field::Sub => Some(user.sub.as_str()),
            Field::Indexed(attribute) => user.attribute(attribute),
            Field::UserStatus => Some(user.status.name()),
            Field::Enabled => Some(if user.enabled { "Enabled" } else { "Disabled" }),
        };
        let compared = |value: &str| {
            if self.beginning { value.starts_with(self.value.as_str()) } else { value == self.value }
        };
        value.is_some_and(
            |value| if self.field.ignores_case() { compared(&value.to_lowercase()) } else { compared(value) },
        )
    }
}

impl Field {
    fn named(name: &str) -> Option<Self> {
        match name {
            "username" => Some(Self::Username),
            "sub" => Some(Self::Sub),
            "cognito:user_status" => Some(Self::UserStatus),
            "status" => Some(Self::Enabled),
            _ => INDEXED.into_iter().find(|indexed| *indexed == name).map(Self::Indexed),
        }
    }

    fn ignores_case(self) -> bool {
        matches!(self, Self::Indexed(_) | Self::UserStatus)
    }
}

/// The text between quotation marks; one inside is escaped by a backslash.
fn quoted(text: &str) -> Option<String> {
    let mut characters = text.strip_prefix('"')?.chars();
    let mut value = String::new();
    loop {
        match characters.next()? {
            '"' => return characters.all(char::is_whitespace).then_some(value),
            '\\' => match characters.next()? {
                escaped @ ('"' | '\\') => value.push(escaped),
                other => value.extend(['\\', other]),
            },
            character => value.push(character),
        }
    }
}

/// What the index says of a user: attributes and their values as searches compare them.
pub(super) fn entries(user: &User) -> Vec<(&'static str, String)> {
    let value = |attribute: &'static str| user.attribute(attribute).filter(|value| !value.is_empty());
    INDEXED.into_iter().filter_map(|attribute| Some((attribute, value(attribute)?.to_lowercase()))).collect()
}

/// Up to `limit` users who are in, after the position that an earlier part ended at.
pub async fn list(
    tx: &mut Transaction<'_>,
    pool: &UserPool,
    filter: Option<&Filter>,
    after: Option<String>,
    limit: usize,
) -> Result<Part, StoreError> {
    let (mut users, mut position) = (Vec::new(), after);
    let source = Source::of(pool, filter);
    let at_once = if matches!(source, Source::Everyone) && filter.is_some() { READ_AT_ONCE } else { limit + 1 };
    for _ in 0..MOST_BATCHES {
        let batch = source.read(tx, pool, position.as_deref(), at_once).await?;
        let last = batch.len() < at_once;
        for (at, user) in batch {
            if users.len() == limit {
                return Ok(Part { users, next: position });
            }
            position = Some(at);
            users.extend(user.filter(|user| filter.is_none_or(|filter| filter.matches(user))));
        }
        if last {
            return Ok(Part { users, next: None });
        }
    }
    Ok(Part { users, next: position })
}

/// Where those who could be in are found.
enum Source<'a> {
    Nobody,
    Everyone,
    Name(&'a str),
    NamesBeginning(&'a str),
    Sub(&'a str),
    SubsBeginning(&'a str),
    Index(&'static str, &'a str, bool),
}

/// Who could be in, and the position after them.
type Candidate = (String, Option<User>);

impl<'a> Source<'a> {
    fn of(pool: &UserPool, filter: Option<&'a Filter>) -> Self {
        let Some(Filter { field, beginning, value }) = filter else { return Self::Everyone };
        let value = value.as_str();
        match (field, beginning) {
            (Field::UserStatus | Field::Enabled, _) => Self::Everyone,
            (_, true) if value.is_empty() || folded(pool, value).is_empty() => Self::Everyone,
            (_, false) if value.is_empty() => Self::Nobody,
            (Field::Username, false) => Self::Name(value),
            (Field::Username, true) => Self::NamesBeginning(value),
            (Field::Sub, false) => Self::Sub(value),
            (Field::Sub, true) => Self::SubsBeginning(value),
            (Field::Indexed(attribute), beginning) => Self::Index(attribute, value, *beginning),
        }
    }

    async fn read(
        &self,
        tx: &mut Transaction<'_>,
        pool: &UserPool,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Candidate>, StoreError> {
        let last = after.map(|after| documents::user(&pool.id, &UserKey::from(after)));
        let placed = |user: User| (key_of(pool, &user.username).to_string(), Some(user));
        match self {
            Self::Nobody => Ok(Vec::new()),
            Self::Name(_) | Self::Sub(_) if after.is_some() => Ok(Vec::new()),
            Self::Name(name) => Ok(get(tx, pool, &key_of(pool, name)).await?.map(placed).into_iter().collect()),
            Self::Sub(sub) => match tx.get(&documents::subject(&pool.id, &Subject::from(*sub))).await? {
                Some(key) => Ok(vec![(key.to_string(), get(tx, pool, &key).await?)]),
                None => Ok(Vec::new()),
            },
            Self::Everyone => {
                let users = tx.scan_after(&documents::users(&pool.id), last.as_ref(), limit).await?;
                Ok(users.into_iter().map(placed).collect())
            }
            Self::NamesBeginning(beginning) => {
                let prefix = documents::users_beginning(&pool.id, &folded(pool, beginning));
                Ok(tx.scan_after(&prefix, last.as_ref(), limit).await?.into_iter().map(placed).collect())
            }
            Self::SubsBeginning(beginning) => subjects(tx, pool, beginning, after, limit).await,
            Self::Index(attribute, value, beginning) => {
                let prefix = if *beginning {
                    documents::searchable_beginning(&pool.id, attribute, value)
                } else {
                    documents::searchable(&pool.id, attribute, value)
                };
                let last = after.and_then(|after| after.rsplit_once('\n'));
                let last = last.map(|(value, key)| documents::searchable(&pool.id, attribute, value).member(key));
                let found = tx.scan_after(&prefix, last.as_ref(), limit).await?;
                let mut candidates = Vec::with_capacity(found.len());
                for documents::Found { value, user } in found {
                    candidates.push((format!("{value}\n{user}"), get(tx, pool, &user).await?));
                }
                Ok(candidates)
            }
        }
    }
}

async fn subjects(
    tx: &mut Transaction<'_>,
    pool: &UserPool,
    beginning: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<Candidate>, StoreError> {
    let last = after.map(|after| documents::subject(&pool.id, &Subject::from(after)));
    let prefix = documents::subjects_beginning(&pool.id, beginning);
    let mut candidates = Vec::new();
    for key in tx.scan_after(&prefix, last.as_ref(), limit).await? {
        // Between the two reads the user may have been deleted, and the position with it.
        if let Some(user) = get(tx, pool, &key).await? {
            candidates.push((user.sub.to_string(), Some(user)));
        }
    }
    Ok(candidates)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Option<(Field, bool, String)>, UserError> {
        Filter::parse(text).map(|filter| filter.map(|Filter { field, beginning, value }| (field, beginning, value)))
    }

    #[test]
    fn a_clause_is_an_attribute_an_operator_and_a_quoted_value() {
        let email = Field::Indexed("email");
        for (text, expected) in [
            (r#"email = "Ada@Example.com""#, (email, false, "ada@example.com")),
            (r#"email="ada@example.com""#, (email, false, "ada@example.com")),
            (r#"  email ^= "ada"  "#, (email, true, "ada")),
            (r#"username = "Ada""#, (Field::Username, false, "Ada")),
            (r#"sub ^= """#, (Field::Sub, true, "")),
            (r#"status = "Enabled""#, (Field::Enabled, false, "Enabled")),
            (r#"cognito:user_status = "CONFIRMED""#, (Field::UserStatus, false, "confirmed")),
            (r#"name = "the \"real\" a\\b \c""#, (Field::Indexed("name"), false, r#"the "real" a\b \c"#)),
            (r#"name = "a = b ^= c""#, (Field::Indexed("name"), false, "a = b ^= c")),
        ] {
            let (field, beginning, value) = expected;
            assert_eq!(parsed(text), Ok(Some((field, beginning, value.to_owned()))), "{text}");
        }
        assert_eq!((parsed(""), parsed("  ")), (Ok(None), Ok(None)));
    }

    #[test]
    fn anything_else_cannot_be_read() {
        for text in [
            "email",
            "email =",
            "email = ada",
            r#"email "ada""#,
            r#"= "ada""#,
            r#"email == "ada""#,
            r#"email ^ "ada""#,
            r#"email = "ada"#,
            r#"email = "ada\""#,
            r#"email = "ada" x"#,
            r#"email = "a" and name = "b""#,
            r#"first name = "a""#,
            r#"email != "a""#,
        ] {
            assert_eq!(parsed(text), Err(UserError::Filter), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_searched_for_is_named() {
        for name in ["custom:team", "address", "Email", "enabled"] {
            let refused = parsed(&format!("{name} = \"x\""));
            assert_eq!(refused, Err(UserError::NotSearchable(name.to_owned())));
        }
    }
}
