//! The rules on a client's settings through the wire, each with its sentence.

use serde_json::{Value, json};

use crate::world::{World, refused};

/// Creates and updates with each of the settings; neither may work, and both must say so in these words.
async fn refuses(world: &World, pool: &str, cases: Vec<(Value, &str, &str)>) {
    let public = world.client(pool, json!({})).await;
    let confidential = world.client(pool, json!({"GenerateSecret": true})).await;
    let before = world.on(pool, "ListUserPoolClients", json!({})).await;
    for (settings, name, message) in cases {
        let expected = refused(name, message);
        let mut creation = settings.clone();
        creation["ClientName"] = json!("wrong");
        assert_eq!(world.on(pool, "CreateUserPoolClient", creation).await, expected, "{settings}");

        let client = if settings["GenerateSecret"] == true { &confidential } else { &public };
        let mut update = settings.clone();
        update["ClientId"] = client["ClientId"].clone();
        let expected = refused(name, &message.replace("while creating", "while updating"));
        assert_eq!(world.on(pool, "UpdateUserPoolClient", update).await, expected, "{settings}");
    }
    assert_eq!(world.on(pool, "ListUserPoolClients", json!({})).await, before);
}

#[tokio::test]
async fn token_validities_out_of_range_are_refused() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let range = "Invalid range for token validity.";
    let order = "Access and Id Token expiration times must be less than or equal to refresh token expiration times.";
    let hour = json!({"RefreshToken": "minutes"});
    let cases = vec![
        (json!({"AccessTokenValidity": 25}), "InvalidParameterException", range),
        (
            json!({"IdTokenValidity": 4, "TokenValidityUnits": {"IdToken": "minutes"}}),
            "InvalidParameterException",
            range,
        ),
        (json!({"RefreshTokenValidity": 59, "TokenValidityUnits": hour}), "InvalidParameterException", range),
        (json!({"RefreshTokenValidity": 3651}), "InvalidParameterException", range),
        (
            json!({"AccessTokenValidity": 2, "RefreshTokenValidity": 60, "TokenValidityUnits": hour}),
            "InvalidParameterException",
            order,
        ),
    ];
    refuses(&world, &pool, cases).await;
}

#[tokio::test]
async fn auth_flows_that_exclude_each_other_are_refused() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let with = |flows: &[&str]| json!({ "ExplicitAuthFlows": flows });
    let mut rotating = with(&["ALLOW_REFRESH_TOKEN_AUTH"]);
    rotating["RefreshTokenRotation"] = json!({"Feature": "ENABLED"});
    let cases = vec![
        (
            with(&["ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"]),
            "InvalidParameterException",
            "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.",
        ),
        (
            with(&["ALLOW_CLIENT_TOKEN_AUTH"]),
            "InvalidParameterException",
            "ALLOW_CLIENT_TOKEN_AUTH cannot be used if client does not have a client secret.",
        ),
        (
            with(&["ALLOW_CLIENT_TOKEN_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]),
            "InvalidParameterException",
            "ALLOW_CLIENT_TOKEN_AUTH cannot be used with other auth flow names.",
        ),
        (rotating, "InvalidParameterException", "ALLOW_REFRESH_TOKEN_AUTH cannot be used with refresh token rotation."),
    ];
    refuses(&world, &pool, cases).await;
    let alone = json!({"GenerateSecret": true, "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"]});
    let made = world.client(&pool, alone).await;
    assert_eq!(made["ExplicitAuthFlows"], json!(["ALLOW_CLIENT_TOKEN_AUTH"]));

    let lite = world.pool(json!({"UserPoolTier": "LITE", "Policies": {}})).await;
    let cases = vec![(
        with(&["ALLOW_USER_AUTH"]),
        "FeatureUnavailableInTierException",
        "The following feature is not available for the LITE pricing tier configured: Choice-Based Sign-In",
    )];
    refuses(&world, &lite, cases).await;
}

#[tokio::test]
async fn what_needs_a_secret_is_refused_without_one() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let cases = vec![
        (
            json!({"EnablePropagateAdditionalUserContextData": true}),
            "InvalidParameterException",
            "Client Secret is required to set EnablePropagateAdditionalUserContextData as true",
        ),
        (
            json!({"AllowedOAuthFlows": ["client_credentials"]}),
            "InvalidOAuthFlowException",
            "client_credentials flow can not be selected if client does not have a client secret.",
        ),
    ];
    refuses(&world, &pool, cases).await;
    let both = json!({"ClientName": "x", "GenerateSecret": true, "ClientSecret": "a_secret_of_my_own_choosing"});
    assert_eq!(
        world.on(&pool, "CreateUserPoolClient", both).await,
        refused("InvalidParameterException", "You cannot specify both GenerateSecret as true and ClientSecret.")
    );
}

#[tokio::test]
async fn oauth_settings_that_contradict_each_other_are_refused() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let incomplete =
        "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.";
    let exclusive = "client_credentials flow can not be selected along with code flow or implicit flow.";
    let no_callback = "CallbackUrls can not be empty when code flow or implicit flow is selected";
    let machine = |scope: &str| json!({"GenerateSecret": true, "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": [scope]});
    let on = json!({"AllowedOAuthFlowsUserPoolClient": true});
    let no_flows = json!({"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthScopes": ["openid"]});
    let no_scopes = json!({"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"]});
    let two = json!({"GenerateSecret": true, "AllowedOAuthFlows": ["client_credentials", "code"]});
    let nowhere = json!({"AllowedOAuthFlows": ["implicit"], "AllowedOAuthScopes": ["openid"]});
    let cases = vec![
        (on, "InvalidParameterException", incomplete),
        (no_flows, "InvalidParameterException", incomplete),
        (no_scopes, "InvalidParameterException", incomplete),
        (nowhere, "InvalidParameterException", no_callback),
        (two, "InvalidOAuthFlowException", exclusive),
        (machine("openid"), "InvalidOAuthFlowException", "openid is not supported with client_credentials flow"),
        (machine("nope/read"), "ScopeDoesNotExistException", "Invalid scope requested: nope/read"),
    ];
    refuses(&world, &pool, cases).await;
}

#[tokio::test]
async fn scopes_must_exist_now() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.server(&pool, "https://api.example.com/v1", &["orders:read"]).await;
    let existing = json!(["email", "phone", "https://api.example.com/v1/orders:read", "email"]);
    let made = world.client(&pool, json!({ "AllowedOAuthScopes": existing })).await;
    assert_eq!(made["AllowedOAuthScopes"], json!(["email", "phone", "https://api.example.com/v1/orders:read"]));
    let with = |scope: &str| json!({"AllowedOAuthScopes": ["openid", scope]});
    let cases = vec![
        (with("Cognito"), "ScopeDoesNotExistException", "Invalid scope requested: Cognito"),
        (with("OpenId"), "ScopeDoesNotExistException", "Invalid scope requested: OpenId"),
        (
            with("https://api.example.com/v1/orders:write"),
            "ScopeDoesNotExistException",
            "Invalid scope requested: https://api.example.com/v1/orders:write",
        ),
        (
            with("https://api.example.com/orders:read"),
            "ScopeDoesNotExistException",
            "Invalid scope requested: https://api.example.com/orders:read",
        ),
    ];
    refuses(&world, &pool, cases).await;
}

#[tokio::test]
async fn redirects_must_be_safe_and_absolute() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let callback = |url: &str| json!({ "CallbackURLs": ["https://app.example.com", url] });
    let default = json!({"CallbackURLs": ["https://a.example/"], "DefaultRedirectURI": "https://a.example"});
    let cases = vec![
        (
            callback("http://example.com/cb"),
            "InvalidParameterException",
            "http://example.com/cb cannot use the HTTP protocol.",
        ),
        (
            json!({"LogoutURLs": ["http://example.com"]}),
            "InvalidParameterException",
            "http://example.com cannot use the HTTP protocol.",
        ),
        (callback("https://example.com/#x"), "InvalidParameterException", "https://example.com/#x cannot use fragment"),
        (callback("example.com/cb"), "InvalidParameterException", "example.com/cb is not an absolute URI."),
        (
            default,
            "InvalidParameterException",
            "The default redirect URI https://a.example is not in the callback URIs list.",
        ),
    ];
    refuses(&world, &pool, cases).await;
}

#[tokio::test]
async fn providers_attributes_and_analytics_must_be_possible() {
    let world = World::new();
    let schema = json!([{"Name": "email", "Required": true}, {"Name": "team", "AttributeDataType": "String"}]);
    let pool = world.pool(json!({ "Schema": schema })).await;
    let read = "Invalid read attributes specified while creating a client";
    let write = "Invalid write attributes specified while creating a client";
    let provider = format!("The provider Google does not exist for User Pool {pool}");
    let analytics = "Invalid analytics configuration given, either <application arn> or \
                     <application id, role arn, external id> are valid";
    let cases = vec![
        (json!({"SupportedIdentityProviders": ["COGNITO", "Google"]}), "InvalidParameterException", &*provider),
        (json!({"ReadAttributes": ["team"]}), "InvalidParameterException", read),
        (json!({"WriteAttributes": ["custom:team"]}), "InvalidParameterException", write),
        (json!({"WriteAttributes": ["email", "sub"]}), "InvalidParameterException", write),
        (json!({"WriteAttributes": ["email", "email_verified"]}), "InvalidParameterException", write),
        (json!({"AnalyticsConfiguration": {"ApplicationId": "ab"}}), "InvalidParameterException", analytics),
    ];
    refuses(&world, &pool, cases).await;
    let possible = json!({"ReadAttributes": ["sub", "custom:team"], "WriteAttributes": ["custom:team", "email"]});
    let made = world.client(&pool, possible).await;
    assert_eq!(
        (&made["ReadAttributes"], &made["WriteAttributes"]),
        (&json!(["sub", "custom:team"]), &json!(["custom:team", "email"]))
    );
}
