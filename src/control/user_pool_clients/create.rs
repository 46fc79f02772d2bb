//! `CreateUserPoolClient`.

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::domain::client::ClientSettings;
use crate::domain::id::UserPoolId;
use crate::domain::secret::Secret;
use crate::effects::random;
use crate::registry::clients::{self, ClientError, NewClient};
use crate::registry::{Caller, RegistryError};

use super::OneClient;

/// How many ids are tried. One is enough but for a random source that repeats itself.
const ATTEMPTS: usize = 8;

/// Makes a client under an id that no other client of any pool has.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>
#[derive(Debug)]
pub(super) struct CreateUserPoolClient;

/// The whole client; the tests below see to it that no member of the table is missed.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    user_pool_id: UserPoolId,
    client_name: String,
    #[serde(default)]
    generate_secret: bool,
    client_secret: Option<Secret>,
    #[serde(flatten)]
    settings: ClientSettings,
}

impl Operation for CreateUserPoolClient {
    const NAME: &'static str = "CreateUserPoolClient";
    const INPUT: &'static [Member] = model::CREATE_USER_POOL_CLIENT;
    type Input = Input;
    type Output = OneClient;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<OneClient, AwsError> {
        let random = &*control.effects.random;
        let mut new = NewClient {
            id: random::client_id(random),
            name: input.client_name,
            generated: input.generate_secret.then(|| random::client_secret(random)),
            supplied: input.client_secret,
            settings: input.settings,
            now: control.effects.clock.now(),
        };
        let limit = control.settings.quotas.clients;
        let pool = &input.user_pool_id;
        let mut attempt = 1;
        loop {
            let made = control.database.transact(async |tx| clients::create(tx, caller, pool, &new, limit).await);
            match made.await {
                Err(RegistryError::Client(ClientError::IdTaken(_))) if attempt < ATTEMPTS => attempt += 1,
                made => return Ok(made?.into()),
            }
            new.id = random::client_id(random);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;

    #[test]
    fn every_member_of_the_tables_but_the_clients_own_is_a_setting() {
        let own = ["UserPoolId", "ClientId", "ClientName", "GenerateSecret", "ClientSecret"];
        for table in [model::CREATE_USER_POOL_CLIENT, model::UPDATE_USER_POOL_CLIENT] {
            for member in table.iter().filter(|member| !own.contains(&member.name)) {
                let accepted = candidates().into_iter().any(|value| {
                    let given = json!({ member.name: value });
                    let settings: Result<ClientSettings, _> = serde_json::from_value(given.clone());
                    settings.is_ok_and(|settings| {
                        let written: Map<String, Value> =
                            serde_json::from_value(serde_json::to_value(settings).unwrap()).unwrap();
                        written.get(member.name) == given.get(member.name)
                    })
                });
                assert!(accepted, "{}", member.name);
            }
        }
    }

    /// One value that each kind of member can hold.
    fn candidates() -> Vec<Value> {
        vec![
            json!(true),
            json!(7),
            json!("x"),
            json!(["code"]),
            json!({"AccessToken": "hours", "IdToken": "days", "RefreshToken": "seconds"}),
            json!({"ApplicationId": "a", "ApplicationArn": "b", "RoleArn": "c", "ExternalId": "d", "UserDataShared": true}),
            json!({"Feature": "ENABLED", "RetryGracePeriodSeconds": 1}),
        ]
    }
}
