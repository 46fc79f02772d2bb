//! Rules on attributes and passwords that no administrator meets.

use crate::domain::client::ClientSettings;

use crate::domain::pool::UserPool;
use crate::domain::secret::Secret;
use crate::domain::settings::{
    AttributeDataType, FixedPoolSettings, PasswordPolicy, Policies, PoolSettings, SchemaAttribute,
};
use crate::domain::time::Timestamp;
use crate::domain::user::Credential;

use super::attributes::{AttributeError, Writer, check_required, check_sign_up, check_write};
use super::passwords;

fn pool(schema: Vec<SchemaAttribute>, policy: PasswordPolicy) -> UserPool {
    let policies = Policies { password_policy: Some(policy), sign_in_policy: None };
    UserPool {
        settings: PoolSettings { policies: Some(policies), ..PoolSettings::default() },
        fixed: FixedPoolSettings { schema, ..FixedPoolSettings::default() },
        ..UserPool::plain()
    }
}

fn attribute(name: &str, required: bool, developer_only: bool) -> SchemaAttribute {
    SchemaAttribute {
        name: Some(name.to_owned()),
        attribute_data_type: Some(AttributeDataType::String),
        developer_only_attribute: Some(developer_only),
        mutable: Some(true),
        required: Some(required),
        ..SchemaAttribute::default()
    }
}

fn one(name: &str, value: &str) -> [(String, String); 1] {
    [(name.to_owned(), value.to_owned())]
}

fn client(writes: Option<&[&str]>) -> ClientSettings {
    let write_attributes = writes.map(|names| names.iter().map(ToString::to_string).collect());
    ClientSettings { write_attributes, ..ClientSettings::default() }
}

#[test]
fn a_client_writes_what_is_on_its_list_or_everything_without_one() {
    let schema = vec![attribute("custom:team", false, false), attribute("dev:custom:risk", false, true)];
    let pool = pool(schema, PasswordPolicy::default());
    let refused = |name: &str| Err(AttributeError::Unauthorized(name.to_owned()));
    for (list, name, value, expected) in [
        (None, "name", "Ada", Ok(())),
        (None, "custom:team", "red", Ok(())),
        (None, "dev:custom:risk", "3", refused("dev:custom:risk")),
        (None, "email_verified", "true", refused("email_verified")),
        (None, "phone_number_verified", "false", refused("phone_number_verified")),
        (Some(&["name"][..]), "name", "Ada", Ok(())),
        (Some(&["name"]), "custom:team", "red", refused("custom:team")),
        (Some(&["email_verified", "dev:custom:risk"]), "email_verified", "true", refused("email_verified")),
        (Some(&["dev:custom:risk"]), "dev:custom:risk", "3", refused("dev:custom:risk")),
    ] {
        let settings = client(list);
        let written = one(name, value);
        assert_eq!(check_write(&pool, Writer::Client(&settings), &written).map(drop), expected, "{list:?} {name}");
        assert_eq!(check_sign_up(&pool, Writer::Client(&settings), &written).map(drop), expected, "{list:?} {name}");
        assert_eq!(check_write(&pool, Writer::Administrator, &written).map(drop), Ok(()), "{name}");
    }
}

#[test]
fn every_missing_attribute_is_named_in_the_order_of_the_schema() {
    let schema = vec![attribute("email", true, false), attribute("given_name", true, false)];
    let pool = pool(schema, PasswordPolicy::default());
    let values = check_sign_up(&pool, Writer::Administrator, &one("name", "Ada")).unwrap();
    let missing = vec!["given_name".to_owned(), "email".to_owned()];
    assert_eq!(check_required(&pool, &values), Err(AttributeError::Required(missing)));
    let values = check_sign_up(&pool, Writer::Administrator, &one("email", "ada@example.com")).unwrap();
    assert_eq!(check_required(&pool, &values), Err(AttributeError::Required(vec!["given_name".to_owned()])));
}

#[test]
fn an_empty_value_at_sign_up_is_no_value() {
    let number =
        SchemaAttribute { attribute_data_type: Some(AttributeDataType::Number), ..attribute("custom:n", false, false) };
    let pool = pool(vec![attribute("email", true, false), number], PasswordPolicy::default());
    let values = check_sign_up(&pool, Writer::Administrator, &one("email", "")).unwrap();
    assert_eq!(check_required(&pool, &values), Err(AttributeError::Required(vec!["email".to_owned()])));
    assert!(check_sign_up(&pool, Writer::Administrator, &one("custom:n", "")).unwrap().is_empty());
}

#[test]
fn a_temporary_password_ends_after_its_days_and_a_permanent_one_never() {
    const DAY: i64 = 86_400_000;
    let credential = |temporary| Credential {
        salt: String::new(),
        verifier: Secret::new(""),
        since: Timestamp::from_millis(1_000),
        temporary,
    };
    for (days, in_force) in [(Some(3), 3), (Some(0), 7), (None, 7)] {
        let policy = PasswordPolicy { temporary_password_validity_days: days, ..PasswordPolicy::default() };
        let pool = pool(Vec::new(), policy);
        let end = 1_000 + in_force * DAY;
        for (at, temporary, expired) in [(end - 1, true, false), (end, true, true), (end, false, false)] {
            let at = Timestamp::from_millis(at);
            assert_eq!(passwords::has_expired(&pool, &credential(temporary), at), expired, "{days:?} {at}");
        }
    }
}
