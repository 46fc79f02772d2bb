//! Domains of user pools.

use serde_json::{Value, json};

use crate::support::{ABSENT_POOL, Reply, World, merged};

const CERTIFICATE: &str = "arn:aws:acm:us-east-1:000000000000:certificate/c";

async fn create(world: &World, pool: &str, domain: &str, more: Value) -> Reply {
    let request = merged(json!({"UserPoolId": pool, "Domain": domain}), more);
    world.call("CreateUserPoolDomain", request).await
}

fn custom() -> Value {
    json!({"CustomDomainConfig": {"CertificateArn": CERTIFICATE}})
}

#[tokio::test]
async fn a_pool_has_a_prefix_and_a_custom_domain() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    assert_eq!(create(&world, &pool, "shop", json!({})).await.body, "{}");
    let made = create(&world, &pool, "login.shop.example", custom()).await.json();
    let distribution = made["CloudFrontDomain"].as_str().unwrap();
    assert!(distribution.ends_with(".cloudfront.net"), "{distribution}");
    let shown = world.describe(&pool).await;
    assert_eq!((&shown["Domain"], &shown["CustomDomain"]), (&json!("shop"), &json!("login.shop.example")));
    let described = world.done("DescribeUserPoolDomain", json!({"Domain": "login.shop.example"})).await;
    let expected = json!({"DomainDescription": {
        "UserPoolId": pool, "AWSAccountId": "000000000000", "Domain": "login.shop.example",
        "S3Bucket": "aws-cognito-prod-poolpass-assets", "CloudFrontDistribution": distribution,
        "Version": "20231114221320", "Status": "ACTIVE", "CustomDomainConfig": {"CertificateArn": CERTIFICATE},
        "ManagedLoginVersion": 1,
    }});
    assert_eq!(described, expected);
    let prefix = world.done("DescribeUserPoolDomain", json!({"Domain": "shop"})).await;
    assert_eq!(prefix["DomainDescription"]["CustomDomainConfig"], json!({}));
}

#[tokio::test]
async fn an_unknown_domain_is_described_as_nothing() {
    let world = World::new();
    let reply = world.call("DescribeUserPoolDomain", json!({"Domain": "shop"})).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, r#"{"DomainDescription":{}}"#));
    let pool = world.pool(json!({})).await;
    create(&world, &pool, "shop", json!({})).await;
    let stranger = ("123456789012", "us-east-1");
    let reply = world.call_as(stranger, "DescribeUserPoolDomain", json!({"Domain": "shop"})).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, r#"{"DomainDescription":{}}"#));
}

#[tokio::test]
async fn impossible_domains_are_refused() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let character = "The domain name contains an invalid character. Domain names can only contain lower-case letters, \
                     numbers, and hyphens. Please enter a different name that follows this format: \
                     ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$";
    let parent = "Custom domain is not a valid subdomain: Was not able to resolve a DNS A record for the parent domain \
                  or domain parent is a top-level domain.";
    let long = "a".repeat(64);
    let too_long = format!(
        "1 validation error detected: Value '{long}' at 'domain' failed to satisfy constraint: \
         Member must have length less than or equal to 63"
    );
    let elsewhere = json!({"CustomDomainConfig": {"CertificateArn": CERTIFICATE.replace("us-east-1", "eu-west-1")}});
    let refused = [
        ("Shop", json!({}), character),
        ("shop.example", json!({}), character),
        ("-shop", json!({}), character),
        ("shop-", json!({}), character),
        (long.as_str(), json!({}), too_long.as_str()),
        ("my-aws-shop", json!({}), "Domain cannot contain reserved word: aws"),
        ("cognito", json!({}), "Domain cannot contain reserved word: cognito"),
        ("shop", custom(), parent),
        ("shop.example", custom(), parent),
        (
            "Login.shop.example",
            custom(),
            "The custom domain name contains an invalid character. Custom domain names can only contain lower-case \
             letters, numbers, hyphens, and periods between them.",
        ),
        (
            "login.shop.example",
            elsewhere,
            "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include \
             a valid certificate chain.",
        ),
        ("shop", json!({"ManagedLoginVersion": 3}), "Invalid ManagedLoginVersion 3. It must be 1 or 2."),
    ];
    for (domain, more, sentence) in refused {
        let reply = create(&world, &pool, domain, more).await;
        reply.is_refused("InvalidParameterException", sentence);
    }
    assert_eq!(world.describe(&pool).await["Domain"], Value::Null);
    assert_eq!(create(&world, &pool, "awsome", json!({})).await.status, 200);
}

#[tokio::test]
async fn what_a_domain_looks_like_is_judged_before_its_pool() {
    let world = World::new();
    let reply = create(&world, ABSENT_POOL, "shop", json!({})).await;
    reply.is_refused("ResourceNotFoundException", "User pool us-east-1_AAAAAAAAA does not exist.");
    assert_eq!(create(&world, ABSENT_POOL, "Shop", json!({})).await.json()["__type"], "InvalidParameterException");
}

#[tokio::test]
async fn a_domain_belongs_to_one_pool_and_a_pool_has_one_of_a_kind() {
    let world = World::new();
    let (first, second) = (world.pool(json!({})).await, world.pool(json!({})).await);
    create(&world, &first, "shop", json!({})).await;
    let reply = create(&world, &second, "shop", json!({})).await;
    reply.is_refused("InvalidParameterException", "Domain already associated with another user pool.");
    let reply = create(&world, &first, "shop2", json!({})).await;
    reply.is_refused("InvalidParameterException", "User pool already has a domain configured.");
}

#[tokio::test]
async fn an_account_has_at_most_four_custom_domains() {
    let world = World::new();
    let mut pools = Vec::new();
    for number in 0..5 {
        pools.push(world.pool(json!({})).await);
        let reply = create(&world, &pools[number], &format!("login{number}.shop.example"), custom()).await;
        assert_eq!(reply.status, if number < 4 { 200 } else { 400 }, "{number}: {}", reply.body);
    }
    let last = create(&world, &pools[4], "login4.shop.example", custom()).await;
    last.is_refused(
        "LimitExceededException",
        "Custom domain limit exceeded: an account can have at most 4 custom domains.",
    );
    world.done("DeleteUserPoolDomain", json!({"UserPoolId": pools[0], "Domain": "login0.shop.example"})).await;
    assert_eq!(create(&world, &pools[4], "login4.shop.example", custom()).await.status, 200);
}

#[tokio::test]
async fn managed_login_needs_a_plan_and_keeps_it() {
    let world = World::new();
    let lite = world.pool(json!({"UserPoolTier": "LITE"})).await;
    let managed = json!({"ManagedLoginVersion": 2});
    create(&world, &lite, "shop", managed.clone()).await.is_refused(
        "FeatureUnavailableInTierException",
        "The following feature is not available for the LITE pricing tier configured: Managed Login Version 2",
    );
    let pool = world.pool(json!({})).await;
    assert_eq!(create(&world, &pool, "shop", managed).await.body, r#"{"ManagedLoginVersion":2}"#);
    let reply = world.call("UpdateUserPool", json!({"UserPoolId": pool, "UserPoolTier": "LITE"})).await;
    reply.is_refused(
        "TierChangeNotAllowedException",
        "The following features need to be disabled for the LITE pricing tier configured: Managed Login Version 2",
    );
}

#[tokio::test]
async fn an_update_changes_the_certificate_or_the_pages_of_a_domain() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    create(&world, &pool, "login.shop.example", custom()).await;
    let renewed = json!({"CertificateArn": format!("{CERTIFICATE}2"), "SecurityPolicy": "TLS_V1_3_2025"});
    let update = |more: Value| merged(json!({"UserPoolId": pool, "Domain": "login.shop.example"}), more);
    world.done("UpdateUserPoolDomain", update(json!({"CustomDomainConfig": renewed}))).await;
    world.done("UpdateUserPoolDomain", update(json!({"ManagedLoginVersion": 2}))).await;
    let shown = world.done("DescribeUserPoolDomain", json!({"Domain": "login.shop.example"})).await;
    let shown = &shown["DomainDescription"];
    assert_eq!((&shown["CustomDomainConfig"], &shown["ManagedLoginVersion"]), (&renewed, &json!(2)));
    create(&world, &pool, "shop", json!({})).await;
    let mut wrong = update(custom());
    wrong["Domain"] = json!("shop");
    let sentence = "CustomDomainConfig can only be set on a custom domain.";
    world.call("UpdateUserPoolDomain", wrong).await.is_refused("InvalidParameterException", sentence);
}

#[tokio::test]
async fn a_domain_is_changed_and_deleted_by_its_own_pool_only() {
    let world = World::new();
    let (owner, other) = (world.pool(json!({})).await, world.pool(json!({})).await);
    create(&world, &owner, "shop", json!({})).await;
    for (pool, domain) in [(other.as_str(), "shop"), (owner.as_str(), "unknown"), (ABSENT_POOL, "shop")] {
        for operation in ["UpdateUserPoolDomain", "DeleteUserPoolDomain"] {
            let reply = world.call(operation, json!({"UserPoolId": pool, "Domain": domain})).await;
            reply.is_refused("InvalidParameterException", "No such domain or user pool exists.");
        }
    }
    world.call("DeleteUserPool", json!({"UserPoolId": owner})).await.is_refused(
        "InvalidParameterException",
        "User pool cannot be deleted. It has a domain configured that should be deleted first.",
    );
    let reply = world.call("DeleteUserPoolDomain", json!({"UserPoolId": owner, "Domain": "shop"})).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, "{}"));
    assert_eq!(world.describe(&owner).await["Domain"], Value::Null);
    assert_eq!(create(&world, &other, "shop", json!({})).await.status, 200);
    world.done("DeleteUserPool", json!({"UserPoolId": owner})).await;
}
