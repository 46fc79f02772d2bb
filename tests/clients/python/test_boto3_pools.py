"""User pools through boto3: defaults, updates, tags, MFA, attributes, domains, lists, refusals."""

import datetime
import re
import uuid

import boto3
import pytest
from botocore.exceptions import ClientError

from conftest import REGION

TEXT = {"MinLength": "0", "MaxLength": "2048"}


def attribute(name, kind="String", mutable=True, required=False, text=TEXT, **constraints):
    entry = {
        "Name": name,
        "AttributeDataType": kind,
        "DeveloperOnlyAttribute": False,
        "Mutable": mutable,
        "Required": required,
    }
    return entry | ({"StringAttributeConstraints": text} if kind == "String" else {}) | constraints


STANDARD_ATTRIBUTES = [
    attribute("sub", mutable=False, required=True, text={"MinLength": "1", "MaxLength": "2048"}),
    *map(attribute, ["name", "given_name", "family_name", "middle_name", "nickname", "preferred_username"]),
    *map(attribute, ["profile", "picture", "website", "email"]),
    attribute("email_verified", "Boolean"),
    attribute("gender"),
    attribute("birthdate", text={"MinLength": "10", "MaxLength": "10"}),
    *map(attribute, ["zoneinfo", "locale", "phone_number"]),
    attribute("phone_number_verified", "Boolean"),
    attribute("address"),
    attribute("updated_at", "Number", NumberAttributeConstraints={"MinValue": "0"}),
]


def refusal(call, **arguments):
    """The name and the sentence of a refused call; every refusal here is a 400."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    return answer["Error"]["Code"], answer["Error"]["Message"]


def described(cognito, pool):
    return cognito.describe_user_pool(UserPoolId=pool)["UserPool"]


def without_metadata(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_a_pool_is_created_with_the_documented_defaults(cognito):
    pool = cognito.create_user_pool(PoolName="defaults")["UserPool"]
    cognito.delete_user_pool(UserPoolId=pool["Id"])
    created = pool.pop("CreationDate")
    assert pool.pop("LastModifiedDate") == created
    assert abs(datetime.datetime.now(datetime.UTC) - created) < datetime.timedelta(minutes=1)
    assert re.fullmatch(REGION + r"_[0-9A-Za-z]{9}", pool["Id"])
    assert pool == {
        "Id": pool["Id"],
        "Name": "defaults",
        "Arn": f"arn:aws:cognito-idp:{REGION}:000000000000:userpool/{pool['Id']}",
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": 8,
                "RequireUppercase": True,
                "RequireLowercase": True,
                "RequireNumbers": True,
                "RequireSymbols": True,
                "TemporaryPasswordValidityDays": 7,
            },
            "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
        },
        "DeletionProtection": "INACTIVE",
        "LambdaConfig": {},
        "SchemaAttributes": STANDARD_ATTRIBUTES,
        "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
        "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
        "MfaConfiguration": "OFF",
        "EstimatedNumberOfUsers": 0,
        "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
        "UserPoolTags": {},
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": 7},
        "UserPoolTier": "ESSENTIALS",
    }


def test_a_created_pool_is_described_the_same(cognito):
    created = cognito.create_user_pool(PoolName="same", UserPoolTags={"stage": "test"})["UserPool"]
    assert described(cognito, created["Id"]) == created
    cognito.delete_user_pool(UserPoolId=created["Id"])
    assert refusal(cognito.describe_user_pool, UserPoolId=created["Id"]) == (
        "ResourceNotFoundException",
        f"User pool {created['Id']} does not exist.",
    )


def test_an_update_puts_everything_it_does_not_name_back_to_its_default(cognito, pool):
    before = described(cognito, pool)
    cognito.update_user_pool(UserPoolId=pool, DeletionProtection="ACTIVE", UserPoolTags={"stage": "test"})
    protected = described(cognito, pool)
    assert (protected["DeletionProtection"], protected["UserPoolTags"]) == ("ACTIVE", {"stage": "test"})
    assert refusal(cognito.delete_user_pool, UserPoolId=pool) == (
        "InvalidParameterException",
        "The user pool cannot be deleted because deletion protection is activated. "
        "Deletion protection must be inactivated first.",
    )
    cognito.update_user_pool(UserPoolId=pool)
    after = described(cognito, pool)
    assert after.pop("LastModifiedDate") >= before.pop("LastModifiedDate")
    assert after == before


def test_a_refused_update_changes_nothing(cognito, pool):
    before = described(cognito, pool)
    policy = {"PasswordPolicy": {"MinimumLength": 100}}
    assert refusal(cognito.update_user_pool, UserPoolId=pool, Policies=policy, PoolName="renamed") == (
        "InvalidParameterException",
        "1 validation error detected: Value '100' at 'policies.passwordPolicy.minimumLength' failed to satisfy "
        "constraint: Member must have value less than or equal to 99",
    )
    assert described(cognito, pool) == before


def test_pools_are_listed_page_by_page(cognito):
    made = [cognito.create_user_pool(PoolName=f"page-{number}")["UserPool"]["Id"] for number in range(5)]
    pages = list(cognito.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 2}))
    assert all(len(page["UserPools"]) == 2 and "NextToken" in page for page in pages[:-1])
    listed = [one for page in pages for one in page["UserPools"]]
    assert sorted(made) == sorted(one["Id"] for one in listed if one["Id"] in made)
    assert len({one["Id"] for one in listed}) == len(listed)
    assert set(listed[0]) == {"Id", "Name", "LambdaConfig", "LastModifiedDate", "CreationDate"}
    for one in made:
        cognito.delete_user_pool(UserPoolId=one)


def test_tags_are_added_overwritten_and_removed(cognito, pool):
    arn = described(cognito, pool)["Arn"]
    cognito.tag_resource(ResourceArn=arn, Tags={"stage": "test", "team": "orders"})
    cognito.tag_resource(ResourceArn=arn, Tags={"stage": "demo"})
    assert cognito.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"stage": "demo", "team": "orders"}
    cognito.untag_resource(ResourceArn=arn, TagKeys=["team", "absent"])
    assert described(cognito, pool)["UserPoolTags"] == {"stage": "demo"}


def test_the_mfa_configuration_is_replaced_and_read_back(cognito, pool):
    assert without_metadata(cognito.get_user_pool_mfa_config(UserPoolId=pool)) == {"MfaConfiguration": "OFF"}
    wanted = {"SoftwareTokenMfaConfiguration": {"Enabled": True}, "MfaConfiguration": "OPTIONAL"}
    assert without_metadata(cognito.set_user_pool_mfa_config(UserPoolId=pool, **wanted)) == wanted
    assert without_metadata(cognito.get_user_pool_mfa_config(UserPoolId=pool)) == wanted
    assert described(cognito, pool)["MfaConfiguration"] == "OPTIONAL"


def test_mfa_needs_a_factor(cognito, pool):
    assert refusal(cognito.set_user_pool_mfa_config, UserPoolId=pool, MfaConfiguration="ON") == (
        "InvalidParameterException",
        "At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be provided.",
    )


def test_a_custom_attribute_is_added_once(cognito, pool):
    tier = {"Name": "tier", "AttributeDataType": "String", "StringAttributeConstraints": {"MaxLength": "10"}}
    assert without_metadata(cognito.add_custom_attributes(UserPoolId=pool, CustomAttributes=[tier])) == {}
    expected = attribute("custom:tier", text={"MaxLength": "10"})
    assert described(cognito, pool)["SchemaAttributes"] == [*STANDARD_ATTRIBUTES, expected]
    assert refusal(cognito.add_custom_attributes, UserPoolId=pool, CustomAttributes=[tier]) == (
        "InvalidParameterException",
        "custom:tier: Existing attribute already has name custom:tier.",
    )


def test_a_domain_is_created_described_and_deleted(cognito, pool):
    domain = f"orders-{uuid.uuid4()}"
    named = {"UserPoolId": pool, "Domain": domain}
    assert "CloudFrontDomain" not in cognito.create_user_pool_domain(**named)
    description = cognito.describe_user_pool_domain(Domain=domain)["DomainDescription"]
    known = ("UserPoolId", "AWSAccountId", "Domain", "Status", "CustomDomainConfig")
    assert {name: description.get(name) for name in known} == named | {
        "AWSAccountId": "000000000000",
        "Status": "ACTIVE",
        "CustomDomainConfig": {},
    }
    assert described(cognito, pool)["Domain"] == domain
    assert "CloudFrontDomain" not in cognito.update_user_pool_domain(**named, ManagedLoginVersion=1)
    assert refusal(cognito.delete_user_pool, UserPoolId=pool) == (
        "InvalidParameterException",
        "User pool cannot be deleted. It has a domain configured that should be deleted first.",
    )
    assert without_metadata(cognito.delete_user_pool_domain(**named)) == {}
    assert cognito.describe_user_pool_domain(Domain=domain)["DomainDescription"] == {}
    assert "Domain" not in described(cognito, pool)


def test_a_domain_belongs_to_one_pool(cognito, pool):
    domain = f"orders-{uuid.uuid4()}"
    other = cognito.create_user_pool(PoolName="other")["UserPool"]["Id"]
    cognito.create_user_pool_domain(UserPoolId=other, Domain=domain)
    assert refusal(cognito.create_user_pool_domain, UserPoolId=pool, Domain=domain) == (
        "InvalidParameterException",
        "Domain already associated with another user pool.",
    )
    assert refusal(cognito.delete_user_pool_domain, UserPoolId=pool, Domain=domain) == (
        "InvalidParameterException",
        "No such domain or user pool exists.",
    )
    cognito.delete_user_pool_domain(UserPoolId=other, Domain=domain)
    cognito.delete_user_pool(UserPoolId=other)


def test_a_pool_of_another_region_is_not_found(server, pool):
    elsewhere = boto3.client(
        "cognito-idp",
        region_name="eu-west-1",
        endpoint_url=server.endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    assert refusal(elsewhere.describe_user_pool, UserPoolId=pool)[0] == "ResourceNotFoundException"
    own = elsewhere.create_user_pool(PoolName="elsewhere")["UserPool"]
    assert own["Id"].startswith("eu-west-1_") and ":eu-west-1:" in own["Arn"]
    elsewhere.delete_user_pool(UserPoolId=own["Id"])


def test_a_twelve_digit_access_key_is_an_account_of_its_own(server, pool):
    keys = {"aws_access_key_id": "111122223333", "aws_secret_access_key": "test"}
    account = boto3.client("cognito-idp", region_name=REGION, endpoint_url=server.endpoint, **keys)
    assert account.list_user_pools(MaxResults=60)["UserPools"] == []
    assert refusal(account.describe_user_pool, UserPoolId=pool)[0] == "ResourceNotFoundException"
    own = account.create_user_pool(PoolName="mine")["UserPool"]
    assert own["Arn"] == f"arn:aws:cognito-idp:{REGION}:111122223333:userpool/{own['Id']}"
    account.delete_user_pool(UserPoolId=own["Id"])
