//! Quotas that the service holds as constraints of its model, set otherwise in the configuration.

use poolpass::control::ControlSettings;
use poolpass::domain::quotas::Quotas;
use serde_json::{Value, json};

use crate::support::{Reply, World};

async fn create_server(world: &World, pool: &str, identifier: &str, scopes: usize) -> Reply {
    let scope = |number| json!({"ScopeName": format!("s{number}"), "ScopeDescription": "d"});
    let scopes: Vec<Value> = (0..scopes).map(scope).collect();
    let request = json!({"UserPoolId": pool, "Identifier": identifier, "Name": "api", "Scopes": scopes});
    world.call("CreateResourceServer", request).await
}

#[tokio::test]
async fn a_configured_number_of_scopes_replaces_that_of_the_model() {
    for (configured, most) in [(None, 100), (Some(101), 101), (Some(3), 3)] {
        let shipped = Quotas::default().scopes_per_resource_server;
        let quotas = Quotas { scopes_per_resource_server: configured.unwrap_or(shipped), ..Quotas::default() };
        let world = World::with(ControlSettings { quotas, ..ControlSettings::default() });
        let pool = world.pool(json!({})).await;
        assert_eq!(create_server(&world, &pool, "full", most).await.status, 200, "{most}");
        let refused = create_server(&world, &pool, "beyond", most + 1).await.json();
        let sentence =
            format!("at 'scopes' failed to satisfy constraint: Member must have length less than or equal to {most}");
        assert!(refused["message"].as_str().unwrap().ends_with(&sentence), "{refused}");
    }
}

#[tokio::test]
async fn a_configured_number_of_scopes_on_a_client_replaces_that_of_the_model() {
    let quotas = Quotas { scopes_per_client: 60, ..Quotas::default() };
    let world = World::with(ControlSettings { quotas, ..ControlSettings::default() });
    let pool = world.pool(json!({})).await;
    assert_eq!(create_server(&world, &pool, "api", 61).await.status, 200);
    for (scopes, status) in [(60, 200), (61, 400)] {
        let list: Vec<String> = (0..scopes).map(|number| format!("api/s{number}")).collect();
        let request = json!({
            "UserPoolId": pool, "ClientName": "job", "GenerateSecret": true, "AllowedOAuthScopes": list,
            "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthFlowsUserPoolClient": true,
        });
        let reply = world.call("CreateUserPoolClient", request).await;
        assert_eq!(reply.status, status, "{}", reply.body);
    }
}
