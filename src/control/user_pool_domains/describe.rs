//! `DescribeUserPoolDomain`

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::domain::id::{AccountId, UserPoolId};
use crate::domain::user_pool_domain::{CustomDomainConfig, Routing, UserPoolDomain};
use crate::registry::{Caller, domains};

/// Answers a domain; an unknown one is answered with an empty description, which is what callers wait for after a
/// deletion.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPoolDomain.html>
pub(super) struct DescribeUserPoolDomain;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    domain: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    domain_description: Description,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Description {
    Known(Box<DomainDescription>),
    Unknown {},
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DomainDescription {
    user_pool_id: UserPoolId,
    #[serde(rename = "AWSAccountId")]
    aws_account_id: AccountId,
    domain: String,
    s3_bucket: &'static str,
    cloud_front_distribution: String,
    version: String,
    status: &'static str,
    custom_domain_config: CustomConfig,
    managed_login_version: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    routing: Option<Routing>,
}

/// COGNITO: a prefix has an empty configuration, not none.
#[derive(Serialize)]
#[serde(untagged)]
enum CustomConfig {
    Custom(CustomDomainConfig),
    Prefix {},
}

impl Operation for DescribeUserPoolDomain {
    const NAME: &'static str = "DescribeUserPoolDomain";
    const INPUT: &'static [Member] = model::DESCRIBE_USER_POOL_DOMAIN;
    type Input = Input;
    type Output = Output;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Output, AwsError> {
        let found = control.database.transact(async |tx| domains::find(tx, caller, &input.domain).await).await?;
        let known = |domain| Description::Known(Box::new(described(domain, caller)));
        Ok(Output { domain_description: found.map_or(Description::Unknown {}, known) })
    }
}

fn described(domain: UserPoolDomain, caller: &Caller) -> DomainDescription {
    let made = domain.created.to_string();
    DomainDescription {
        aws_account_id: caller.account.clone(),
        s3_bucket: "aws-cognito-prod-poolpass-assets",
        cloud_front_distribution: domain.distribution(),
        // The second of its creation: `20190128175402`.
        version: made.chars().filter(char::is_ascii_digit).take(14).collect(),
        status: "ACTIVE",
        custom_domain_config: domain
            .settings
            .custom_domain_config
            .map_or(CustomConfig::Prefix {}, CustomConfig::Custom),
        managed_login_version: domain.settings.managed_login_version.unwrap_or(1),
        routing: domain.settings.routing,
        user_pool_id: domain.pool,
        domain: domain.name,
    }
}
