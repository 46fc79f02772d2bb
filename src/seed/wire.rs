//! Declarations in the shape of requests, held against the tables that requests are held against.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::config::{DeclaredClient, DeclaredGroup, DeclaredPool, DeclaredServer, DeclaredUser};
use crate::control::limits;
use crate::control::model::{self, Member};
use crate::control::validate::{Rejected, validate};
use crate::domain::client::ClientSettings;
use crate::domain::pool::UserPool;
use crate::domain::quotas::Quotas;
use crate::domain::secret::Secret;
use crate::domain::settings::{FixedPoolSettings, Mfa, PoolSettings, SmsConfiguration};
use crate::registry::mfa::NewMfa;

use super::{SeedError, declaration};

/// The members of `CreateUserPool`.
pub(super) fn pool(pool: &DeclaredPool, key: &str) -> Result<(PoolSettings, FixedPoolSettings), SeedError> {
    let mut request = Request::of(&pool.settings, key);
    let name = pool.name.as_deref().unwrap_or(pool.id.as_str());
    request.say("PoolName", Some(name))?;
    let members = request.held_against(model::CREATE_USER_POOL)?;
    identified(model::DESCRIBE_USER_POOL, &[("UserPoolId", pool.id.as_str())], key)?;
    Ok((read(&members, key)?, read(&members, key)?))
}

/// The members of `CreateResourceServer`.
pub(super) fn resource_server(
    pool: &DeclaredPool,
    server: &DeclaredServer,
    quotas: &Quotas,
    key: &str,
) -> Result<(), SeedError> {
    let none = Map::new();
    let mut request = Request::of(&none, key);
    request.say("UserPoolId", Some(pool.id.as_str()))?;
    request.say("Identifier", Some(server.identifier.as_str()))?;
    request.say("Name", Some(server.display_name()))?;
    let scope = |(name, description): &(String, String)| serde_json::json!({ "ScopeName": name, "ScopeDescription": description });
    request.say("Scopes", Some(server.scopes.0.iter().map(scope).collect::<Vec<_>>()))?;
    let table = limits::table("CreateResourceServer", model::CREATE_RESOURCE_SERVER, quotas);
    request.held_against(table).map(drop)
}

/// The members of `CreateUserPoolClient`.
pub(super) fn client(
    pool: &DeclaredPool,
    client: &DeclaredClient,
    quotas: &Quotas,
    key: &str,
) -> Result<ClientSettings, SeedError> {
    let mut request = Request::of(&client.settings, key);
    request.say("UserPoolId", Some(pool.id.as_str()))?;
    request.say("ClientName", Some(client.name.as_deref().unwrap_or(client.id.as_str())))?;
    request.say("AllowedOAuthFlows", client.allowed_flows.clone())?;
    if client.allowed_flows.is_some() {
        request.members.entry("AllowedOAuthFlowsUserPoolClient").or_insert(Value::Bool(true));
    }
    request.say("AllowedOAuthScopes", client.allowed_scopes.clone())?;
    request.say("CallbackURLs", client.callback_urls.clone())?;
    request.say("LogoutURLs", client.logout_urls.clone())?;
    let lifetimes = [
        ("AccessToken", client.access_token_validity),
        ("IdToken", client.id_token_validity),
        ("RefreshToken", client.refresh_token_validity),
    ];
    let mut units = Map::new();
    for (token, lifetime) in lifetimes {
        let Some(lifetime) = lifetime else { continue };
        request.say(&format!("{token}Validity"), Some(lifetime.count))?;
        units.insert(token.to_owned(), lifetime.unit_name().into());
    }
    request.say("TokenValidityUnits", (!units.is_empty()).then_some(units))?;
    let members =
        request.held_against(limits::table("CreateUserPoolClient", model::CREATE_USER_POOL_CLIENT, quotas))?;
    let (pool_id, client_id) = (("UserPoolId", pool.id.as_str()), ("ClientId", client.id.as_str()));
    identified(model::DESCRIBE_USER_POOL_CLIENT, &[pool_id, client_id], key)?;
    for secret in client.pinned_secrets() {
        let secret = ("ClientSecret", secret.reveal());
        identified(model::ADD_USER_POOL_CLIENT_SECRET, &[pool_id, client_id, secret], key)?;
    }
    read(&members, key)
}

/// The members of `SetUserPoolMfaConfig`, if there are any.
pub(super) fn second_factors(pool: &DeclaredPool, key: &str) -> Result<Option<NewMfa>, SeedError> {
    if pool.mfa.is_empty() {
        return Ok(None);
    }
    let mut request = Request { within: "mfa", ..Request::of(&pool.mfa, key) };
    request.say("UserPoolId", Some(pool.id.as_str()))?;
    let members = request.held_against(model::SET_USER_POOL_MFA_CONFIG)?;
    let factors: Factors = read(&members, key)?;
    let sms = factors.sms_mfa_configuration.map(|sms| (sms.sms_authentication_message, sms.sms_configuration));
    Ok(Some(NewMfa { mode: factors.mfa_configuration, sms, others: read(&members, key)? }))
}

/// Of `SetUserPoolMfaConfig`, what is kept among the pool's settings.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Factors {
    mfa_configuration: Option<Mfa>,
    sms_mfa_configuration: Option<SmsFactor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SmsFactor {
    sms_authentication_message: Option<String>,
    sms_configuration: Option<SmsConfiguration>,
}

/// The members of `CreateGroup`.
pub(super) fn group(pool: &UserPool, group: &DeclaredGroup, key: &str) -> Result<(), SeedError> {
    let none = Map::new();
    let mut request = Request::of(&none, key);
    request.say("UserPoolId", Some(pool.id.as_str()))?;
    request.say("GroupName", Some(group.name.as_str()))?;
    request.say("Description", group.description.as_deref())?;
    request.say("RoleArn", group.role_arn.as_deref())?;
    request.say("Precedence", group.precedence)?;
    request.held_against(model::CREATE_GROUP).map(drop)
}

/// The members of `AdminCreateUser` and `AdminSetUserPassword`.
pub(super) fn user(pool: &UserPool, user: &DeclaredUser, key: &str) -> Result<(), SeedError> {
    let none = Map::new();
    let mut request = Request::of(&none, key);
    request.say("UserPoolId", Some(pool.id.as_str()))?;
    request.say("Username", Some(user.username.as_str()))?;
    let attribute = |(name, value): (&String, &String)| serde_json::json!({ "Name": name, "Value": value });
    request.say("UserAttributes", Some(user.attributes.iter().map(attribute).collect::<Vec<_>>()))?;
    request.say("TemporaryPassword", user.temporary_password.as_ref().map(Secret::reveal))?;
    request.held_against(model::ADMIN_CREATE_USER)?;
    let Some(password) = &user.password else { return Ok(()) };
    let (pool, username) = (("UserPoolId", pool.id.as_str()), ("Username", user.username.as_str()));
    identified(model::ADMIN_SET_USER_PASSWORD, &[pool, username, ("Password", password.reveal())], key)
}

/// A request in the making.
struct Request<'a> {
    members: Map<String, Value>,
    key: &'a str,
    /// The key below that which has members in the wire's own names.
    within: &'static str,
}

impl<'a> Request<'a> {
    fn of(settings: &Map<String, Value>, key: &'a str) -> Self {
        Self { members: settings.clone(), key, within: "settings" }
    }

    /// Adds what the declaration has a word of its own for.
    fn say(&mut self, member: &str, value: Option<impl Into<Value>>) -> Result<(), SeedError> {
        let Some(value) = value else { return Ok(()) };
        match self.members.insert(member.to_owned(), value.into()) {
            None => Ok(()),
            Some(_) => Err(declaration(
                &format!("{}.{}.{member}", self.key, self.within),
                format!("is given beside `{}` already, by its own key or because it follows from one", self.within),
            )),
        }
    }

    fn held_against(self, table: &'static [Member]) -> Result<Map<String, Value>, SeedError> {
        let given = self.members.clone();
        let known = validate(table, Value::Object(self.members)).map_err(|rejected| refused(self.key, rejected))?;
        match unknown(&given, &known, &format!("{}.{}", self.key, self.within)) {
            None => Ok(known),
            Some(key) => Err(declaration(&key, "is not a member of this request on the wire")),
        }
    }
}

fn identified(table: &'static [Member], members: &[(&str, &str)], key: &str) -> Result<(), SeedError> {
    let members = members.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    validate(table, Value::Object(members)).map(drop).map_err(|rejected| refused(key, rejected))
}

fn refused(key: &str, rejected: Rejected) -> SeedError {
    match rejected {
        Rejected::Serialization(message) | Rejected::Constraints(message) => declaration(key, message),
    }
}

/// The first member that was given and is not known.
fn unknown(given: &Map<String, Value>, known: &Map<String, Value>, path: &str) -> Option<String> {
    given.iter().find_map(|(name, value)| match known.get(name) {
        Some(known) => unknown_within(value, known, &format!("{path}.{name}")),
        None => (!value.is_null()).then(|| format!("{path}.{name}")),
    })
}

fn unknown_within(given: &Value, known: &Value, path: &str) -> Option<String> {
    match (given, known) {
        (Value::Object(given), Value::Object(known)) => unknown(given, known, path),
        (Value::Array(given), Value::Array(known)) => given
            .iter()
            .zip(known)
            .enumerate()
            .find_map(|(position, (given, known))| unknown_within(given, known, &format!("{path}[{position}]"))),
        _ => None,
    }
}

fn read<T: DeserializeOwned>(members: &Map<String, Value>, key: &str) -> Result<T, SeedError> {
    serde_json::from_value(Value::Object(members.clone())).map_err(|error| declaration(key, error.to_string()))
}
