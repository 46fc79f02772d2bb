//! `CreateUserPool`, `DescribeUserPool`, `ListUserPools`, `DeleteUserPool`: defaults and rules.

use std::collections::BTreeSet;

use poolpass::control::ControlSettings;
use poolpass::control::model::CREATE_USER_POOL;
use poolpass::domain::quotas::Quotas;
use serde_json::{Value, json};

use crate::support::{ABSENT_POOL, World, merged};

#[tokio::test]
async fn a_pool_of_nothing_but_a_name_has_every_default() {
    let reply = World::new().call("CreateUserPool", json!({"PoolName": "x"})).await;
    // Byte for byte, but for line breaks after some commas.
    let lines = reply.body.replace("},{", "},\n{").replace("],\"", "],\n\"").replace("},\"", "},\n\"");
    insta::assert_snapshot!(lines, @r#"
    {"UserPool":{"Id":"us-east-1_WFAoS7JlP","Name":"x","Arn":"arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_WFAoS7JlP","LastModifiedDate":1700000000.163,"CreationDate":1700000000.163,"SchemaAttributes":[{"Name":"sub","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":false,"Required":true,"StringAttributeConstraints":{"MinLength":"1","MaxLength":"2048"}},
    {"Name":"name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},
    {"Name":"given_name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},
    {"Name":"family_name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},
    {"Name":"middle_name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},
    {"Name":"nickname","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},
    {"Name":"preferred_username","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},
    {"Name":"profile","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},
    {"Name":"picture","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},
    {"Name":"website","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},
    {"Name":"email","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},
    {"Name":"email_verified","AttributeDataType":"Boolean","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false},
    {"Name":"gender","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},
    {"Name":"birthdate","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"10","MaxLength":"10"}},
    {"Name":"zoneinfo","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},
    {"Name":"locale","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},
    {"Name":"phone_number","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},
    {"Name":"phone_number_verified","AttributeDataType":"Boolean","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false},
    {"Name":"address","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},
    {"Name":"updated_at","AttributeDataType":"Number","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"NumberAttributeConstraints":{"MinValue":"0"}}],
    "EstimatedNumberOfUsers":0,"Policies":{"PasswordPolicy":{"MinimumLength":8,"RequireUppercase":true,"RequireLowercase":true,"RequireNumbers":true,"RequireSymbols":true,"TemporaryPasswordValidityDays":7},
    "SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD"]}},
    "DeletionProtection":"INACTIVE","LambdaConfig":{},
    "VerificationMessageTemplate":{"DefaultEmailOption":"CONFIRM_WITH_CODE"},
    "UserAttributeUpdateSettings":{"AttributesRequireVerificationBeforeUpdate":[]},
    "MfaConfiguration":"OFF","EmailConfiguration":{"EmailSendingAccount":"COGNITO_DEFAULT"},
    "UserPoolTags":{},
    "AdminCreateUserConfig":{"AllowAdminCreateUserOnly":false,"UnusedAccountValidityDays":7},
    "UserPoolTier":"ESSENTIALS"}}
    "#);
}

#[tokio::test]
async fn a_pool_reads_back_as_it_was_answered() {
    let world = World::new();
    let made = world.done("CreateUserPool", json!({"PoolName": "shop", "Unknown": 1})).await;
    let described = world.describe(made["UserPool"]["Id"].as_str().unwrap()).await;
    assert_eq!(described, made["UserPool"]);
}

#[tokio::test]
async fn everything_sent_is_shown_again() {
    let world = World::new();
    let sent = everything();
    let members: BTreeSet<_> = CREATE_USER_POOL.iter().map(|member| member.name).collect();
    let sent_names = sent.as_object().unwrap().keys().map(String::as_str);
    // A name is always sent; the two kinds of user names exclude each other; a schema is shown under another name.
    let others = ["PoolName", "UsernameAttributes", "Schema"];
    assert_eq!(sent_names.chain(others).collect::<BTreeSet<_>>(), members);
    let mut shown = world.describe(&world.pool(sent.clone()).await).await;
    // The older place of `TemporaryPasswordValidityDays`, which cannot be sent with it.
    assert_eq!(shown["AdminCreateUserConfig"]["UnusedAccountValidityDays"].take(), 5);
    shown["AdminCreateUserConfig"].as_object_mut().unwrap().remove("UnusedAccountValidityDays");
    for (name, value) in sent.as_object().unwrap() {
        assert_eq!(&shown[name], value, "{name}");
    }
}

/// One value for every member of `CreateUserPool` that is shown under its own name, free of contradictions.
fn everything() -> Value {
    let lambda = "arn:aws:lambda:us-east-1:000000000000:function:f";
    let sign_in = json!({
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": 12, "RequireUppercase": true, "RequireLowercase": false, "RequireNumbers": true,
                "RequireSymbols": false, "PasswordHistorySize": 3, "TemporaryPasswordValidityDays": 5,
            },
            "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]},
        },
        "DeletionProtection": "ACTIVE",
        "LambdaConfig": {
            "PreSignUp": lambda, "CustomMessage": lambda, "PostConfirmation": lambda, "PreAuthentication": lambda,
            "PostAuthentication": lambda, "DefineAuthChallenge": lambda, "CreateAuthChallenge": lambda,
            "VerifyAuthChallengeResponse": lambda, "PreTokenGeneration": lambda, "UserMigration": lambda,
            "PreTokenGenerationConfig": {"LambdaVersion": "V3_0", "LambdaArn": lambda},
            "CustomSMSSender": {"LambdaVersion": "V1_0", "LambdaArn": lambda},
            "CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": lambda},
            "KMSKeyID": "arn:aws:kms:us-east-1:000000000000:key/k",
            "InboundFederation": {"LambdaVersion": "V1_0", "LambdaArn": lambda},
        },
        "AutoVerifiedAttributes": ["email", "phone_number"],
        "AliasAttributes": ["preferred_username"],
        "SmsVerificationMessage": "sms {####}",
        "EmailVerificationMessage": "mail {####}",
        "EmailVerificationSubject": "subject",
        "VerificationMessageTemplate": {
            "SmsMessage": "sms {####}", "EmailMessage": "mail {####}", "EmailSubject": "subject",
            "EmailMessageByLink": "click {##here##}", "EmailSubjectByLink": "link",
            "DefaultEmailOption": "CONFIRM_WITH_LINK",
        },
    });
    merged(sign_in, accounts())
}

fn accounts() -> Value {
    let role = "arn:aws:iam::000000000000:role/sms";
    json!({
        "SmsAuthenticationMessage": "code {####}",
        "MfaConfiguration": "OPTIONAL",
        "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
        "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false},
        "EmailConfiguration": {
            "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/a@b.example", "ReplyToEmailAddress": "c@d.example",
            "EmailSendingAccount": "DEVELOPER", "From": "Ada <a@b.example>", "ConfigurationSet": "set",
        },
        "SmsConfiguration": {
            "SnsCallerArn": role, "ExternalId": "e", "SnsRegion": "us-east-1",
            "EumsSms": {
                "CallerArn": role, "ExternalId": "e", "OriginationIdentity": "o", "ConfigurationSetName": "c",
                "InEntityId": "i", "InTemplateId": "t", "Region": "us-east-1",
            },
        },
        "UserPoolTags": {"team": "shop"},
        "AdminCreateUserConfig": {
            "AllowAdminCreateUserOnly": true,
            "InviteMessageTemplate": {
                "SMSMessage": "{username} {####}", "EmailMessage": "{username} {####}", "EmailSubject": "come",
            },
        },
        "UserPoolAddOns": {
            "AdvancedSecurityMode": "ENFORCED", "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "AUDIT"},
        },
        "DcrConfiguration": {
            "EnableStatus": "Enabled", "OpenDcrEnabled": true, "AuthenticatedGrantTypes": ["code"],
            "OpenDcrGrantTypes": ["implicit"], "AllowedScopes": ["a/b"],
        },
        "UsernameConfiguration": {"CaseSensitive": false},
        "AccountRecoverySetting": {"RecoveryMechanisms": [
            {"Priority": 2, "Name": "verified_email"}, {"Priority": 1, "Name": "verified_phone_number"},
        ]},
        "UserPoolTier": "PLUS",
        "KeyConfiguration": {
            "KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "arn:aws:kms:us-east-1:000000000000:key/k",
        },
        "IssuerConfiguration": {"Type": "UPDATED"},
        "AcrConfiguration": {"Level1": {"AcrValue": "urn:a"}},
    })
}

#[tokio::test]
async fn settings_that_contradict_each_other_are_refused() {
    let world = World::new();
    let mechanisms = |list: Value| json!({"AccountRecoverySetting": {"RecoveryMechanisms": list}});
    let refused = [
        (
            json!({"AliasAttributes": ["email"], "UsernameAttributes": ["email"]}),
            "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.",
        ),
        (
            json!({"AutoVerifiedAttributes": ["phone_number"]}),
            "SMS configuration is required when phone_number is selected for auto verification",
        ),
        (
            json!({"MfaConfiguration": "ON"}),
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
        ),
        (
            json!({"MfaConfiguration": "OPTIONAL"}),
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
        ),
        (
            json!({
                "Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 7}},
                "AdminCreateUserConfig": {"UnusedAccountValidityDays": 7},
            }),
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
        ),
        (
            json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["EMAIL_OTP"]}}}),
            "Password should be configured as one of the allowed first auth factors.",
        ),
        (
            json!({
                "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
            }),
            "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
        ),
        (
            mechanisms(json!([{"Priority": 1, "Name": "admin_only"}, {"Priority": 2, "Name": "verified_email"}])),
            "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.",
        ),
        (
            mechanisms(json!([{"Priority": 1, "Name": "verified_email"}, {"Priority": 2, "Name": "verified_email"}])),
            "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
        ),
        (
            mechanisms(json!([
                {"Priority": 1, "Name": "verified_email"}, {"Priority": 1, "Name": "verified_phone_number"},
            ])),
            "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
        ),
    ];
    for (settings, sentence) in refused {
        world.create_is_invalid(settings, sentence).await;
    }
    assert_eq!(world.done("ListUserPools", json!({"MaxResults": 60})).await, json!({"UserPools": []}));
}

#[tokio::test]
async fn senders_and_functions_must_be_within_reach() {
    let world = World::new();
    let ses = |region: &str| format!("arn:aws:ses:{region}:000000000000:identity/a@b.example");
    let lambda = |region: &str, name: &str| format!("arn:aws:lambda:{region}:000000000000:function:{name}");
    let refused = [
        (
            json!({"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}}),
            "Source ARN is required to use DEVELOPER email sending owner",
        ),
        (
            json!({"EmailConfiguration": {"SourceArn": ses("us-east-1"), "From": "Ada"}}),
            "Provided From email address is invalid",
        ),
        (
            json!({"EmailConfiguration": {"SourceArn": ses("ap-south-1")}}),
            "Provided SourceArn must be in one of the following SES regions: eu-west-1, us-east-1, us-west-2.",
        ),
        (
            json!({"LambdaConfig": {"PreSignUp": lambda("eu-west-1", "f")}}),
            "Cross-region lambda functions are not supported",
        ),
        (
            json!({"LambdaConfig": {
                "PreTokenGeneration": lambda("us-east-1", "f"),
                "PreTokenGenerationConfig": {"LambdaVersion": "V1_0", "LambdaArn": lambda("us-east-1", "g")},
            }}),
            "PreTokenGeneration and PreTokenGenerationConfig must have the same lambda ARN.",
        ),
    ];
    for (settings, sentence) in refused {
        world.create_is_invalid(settings, sentence).await;
    }
    assert_eq!(world.done("ListUserPools", json!({"MaxResults": 60})).await, json!({"UserPools": []}));
}

#[tokio::test]
async fn constraints_of_the_model_come_first() {
    let world = World::new();
    let settings = json!({"Policies": {"PasswordPolicy": {"MinimumLength": 5}}, "MfaConfiguration": "ON"});
    let sentence = "1 validation error detected: Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy \
                    constraint: Member must have value greater than or equal to 6";
    world.create_is_invalid(settings, sentence).await;
}

#[tokio::test]
async fn the_requirements_left_out_of_a_password_policy_do_not_hold() {
    let world = World::new();
    let policy = json!({"RequireNumbers": true, "TemporaryPasswordValidityDays": 0});
    let shown = world.describe(&world.pool(json!({"Policies": {"PasswordPolicy": policy}})).await).await;
    let expected = json!({
        "MinimumLength": 8, "RequireUppercase": false, "RequireLowercase": false, "RequireNumbers": true,
        "RequireSymbols": false, "TemporaryPasswordValidityDays": 7,
    });
    assert_eq!(shown["Policies"]["PasswordPolicy"], expected);
}

#[tokio::test]
async fn the_function_before_token_generation_is_shown_in_both_places() {
    let world = World::new();
    let arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
    let first = world.describe(&world.pool(json!({"LambdaConfig": {"PreTokenGeneration": arn}})).await).await;
    let both =
        json!({"PreTokenGeneration": arn, "PreTokenGenerationConfig": {"LambdaVersion": "V1_0", "LambdaArn": arn}});
    assert_eq!(first["LambdaConfig"], both);
    let second = json!({"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": arn}});
    let second = world.describe(&world.pool(json!({"LambdaConfig": second})).await).await;
    assert_eq!(second["LambdaConfig"]["PreTokenGeneration"], arn);
}

#[tokio::test]
async fn older_message_members_and_the_template_show_the_same() {
    let world = World::new();
    let older = json!({"EmailVerificationMessage": "mail {####}", "EmailVerificationSubject": "hello"});
    let shown = world.describe(&world.pool(older).await).await;
    let template =
        json!({"EmailMessage": "mail {####}", "EmailSubject": "hello", "DefaultEmailOption": "CONFIRM_WITH_CODE"});
    assert_eq!(shown["VerificationMessageTemplate"], template);
    let shown = world.describe(&world.pool(json!({"VerificationMessageTemplate": template})).await).await;
    assert_eq!(shown["EmailVerificationMessage"], "mail {####}");
}

#[tokio::test]
async fn features_above_the_plan_are_refused() {
    let world = World::new();
    let arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
    let request = json!({
        "PoolName": "shop",
        "UserPoolTier": "LITE",
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}},
        "LambdaConfig": {"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": arn}},
    });
    world.call("CreateUserPool", request).await.is_refused(
        "FeatureUnavailableInTierException",
        "The following features need to be disabled for the LITE pricing tier configured: Passwordless Sign-In, \
         Token Customization with Pre-Token Generation Lambda V2_0",
    );
}

#[tokio::test]
async fn a_pool_beyond_the_quota_is_refused_until_one_is_deleted() {
    let quotas = Quotas { user_pools: 2, ..Quotas::default() };
    let world = World::with(ControlSettings { quotas, ..ControlSettings::default() });
    let first = world.pool(json!({})).await;
    world.pool(json!({})).await;
    let refused = world.call("CreateUserPool", json!({"PoolName": "shop"})).await;
    refused.is_refused(
        "LimitExceededException",
        "User pool limit exceeded: an account can have at most 2 user pools in a region.",
    );
    world.done("DeleteUserPool", json!({"UserPoolId": first})).await;
    world.pool(json!({})).await;
}

#[tokio::test]
async fn pools_are_listed_in_pages_without_a_gap_or_a_repetition() {
    let world = World::new();
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(world.pool(json!({})).await);
    }
    made.sort();
    let (mut listed, mut token, mut sizes) = (Vec::new(), Value::Null, Vec::new());
    loop {
        let page = world.done("ListUserPools", json!({"MaxResults": 2, "NextToken": token})).await;
        let pools = page["UserPools"].as_array().unwrap().clone();
        sizes.push(pools.len());
        listed.extend(pools.iter().map(|pool| pool["Id"].as_str().unwrap().to_owned()));
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!((listed, sizes), (made.clone(), vec![2, 2, 1]));
    let page = world.done("ListUserPools", json!({"MaxResults": 1})).await;
    let item = json!({
        "Id": made[0], "Name": "shop", "LambdaConfig": {}, "LastModifiedDate": 1_700_000_000.163,
        "CreationDate": 1_700_000_000.163,
    });
    assert_eq!(page["UserPools"], json!([item]));
}

#[tokio::test]
async fn a_list_needs_a_size_and_a_token_of_the_service() {
    let world = World::new();
    world.call("ListUserPools", json!({})).await.is_refused(
        "InvalidParameterException",
        "1 validation error detected: Value null at 'maxResults' failed to satisfy constraint: Member must not be null",
    );
    let reply = world.call("ListUserPools", json!({"MaxResults": 1, "NextToken": "%%"})).await;
    reply.is_refused("InvalidParameterException", "Invalid pagination token");
    world.pool(json!({})).await;
    world.pool(json!({})).await;
    let token = world.done("ListUserPools", json!({"MaxResults": 1})).await["NextToken"].clone();
    let rest = json!({"MaxResults": 1, "NextToken": token});
    for stranger in [("000000000000", "eu-west-1"), ("123456789012", "us-east-1")] {
        let reply = world.call_as(stranger, "ListUserPools", rest.clone()).await;
        reply.is_refused("InvalidParameterException", "Invalid pagination token");
    }
}

#[tokio::test]
async fn a_deleted_pool_is_gone_and_answered_with_an_empty_body() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let reply = world.call("DeleteUserPool", json!({"UserPoolId": pool})).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, ""));
    for operation in ["DescribeUserPool", "DeleteUserPool", "UpdateUserPool", "SetUserPoolMfaConfig"] {
        let reply = world.call(operation, json!({"UserPoolId": pool})).await;
        reply.is_refused("ResourceNotFoundException", &format!("User pool {pool} does not exist."));
    }
    assert_eq!(world.done("ListUserPools", json!({"MaxResults": 60})).await, json!({"UserPools": []}));
    let reply = world.call("DescribeUserPool", json!({"UserPoolId": ABSENT_POOL})).await;
    reply.is_refused("ResourceNotFoundException", "User pool us-east-1_AAAAAAAAA does not exist.");
}

#[tokio::test]
async fn a_protected_pool_is_not_deleted() {
    let world = World::new();
    let pool = world.pool(json!({"DeletionProtection": "ACTIVE"})).await;
    world.call("DeleteUserPool", json!({"UserPoolId": pool})).await.is_refused(
        "InvalidParameterException",
        "The user pool cannot be deleted because deletion protection is activated. \
         Deletion protection must be inactivated first.",
    );
    assert_eq!(world.describe(&pool).await["Id"], pool);
}
