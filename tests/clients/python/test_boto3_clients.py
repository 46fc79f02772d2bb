"""Resource servers, app clients and their secrets through boto3."""

import re

import pytest

from conftest import CANCEL, ORDERS, READ, WRITE, scope
from test_boto3_pools import refusal, without_metadata

MACHINE = {
    "GenerateSecret": True,
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["client_credentials"],
}


def create_server(cognito, pool, *names, identifier=ORDERS):
    scopes = [scope(name) for name in names]
    answer = cognito.create_resource_server(UserPoolId=pool, Identifier=identifier, Name="Orders", Scopes=scopes)
    return answer["ResourceServer"]


def create_client(cognito, pool, **settings):
    return cognito.create_user_pool_client(UserPoolId=pool, ClientName="machine", **settings)["UserPoolClient"]


def test_a_resource_server_is_answered_as_it_was_sent(cognito, pool):
    created = create_server(cognito, pool, "read", "write")
    assert created == {
        "UserPoolId": pool,
        "Identifier": ORDERS,
        "Name": "Orders",
        "Scopes": [scope("read"), scope("write")],
    }
    named = {"UserPoolId": pool, "Identifier": ORDERS}
    assert cognito.describe_resource_server(**named)["ResourceServer"] == created
    assert cognito.list_resource_servers(UserPoolId=pool)["ResourceServers"] == [created]


def test_an_update_replaces_the_scopes_and_none_sent_is_none_left(cognito, pool):
    create_server(cognito, pool, "read", "write")
    named = {"UserPoolId": pool, "Identifier": ORDERS, "Name": "Renamed"}
    assert cognito.update_resource_server(**named)["ResourceServer"] == named
    assert cognito.list_resource_servers(UserPoolId=pool)["ResourceServers"] == [named]


def test_a_deleted_resource_server_is_gone(cognito, pool):
    create_server(cognito, pool, "read")
    named = {"UserPoolId": pool, "Identifier": ORDERS}
    assert without_metadata(cognito.delete_resource_server(**named)) == {}
    missing = ("ResourceNotFoundException", f"Resource server {ORDERS} does not exist.")
    assert refusal(cognito.describe_resource_server, **named) == missing
    assert refusal(cognito.delete_resource_server, **named) == missing
    assert refusal(cognito.update_resource_server, **named, Name="Orders") == missing


def test_resource_servers_are_listed_page_by_page(cognito, pool):
    made = [create_server(cognito, pool, "read", identifier=f"api-{number}") for number in range(5)]
    paginator = cognito.get_paginator("list_resource_servers")
    pages = list(paginator.paginate(UserPoolId=pool, PaginationConfig={"PageSize": 2}))
    assert [page["ResourceServers"] for page in pages] == [made[0:2], made[2:4], made[4:]]
    assert [("NextToken" in page) for page in pages] == [True, True, False]


def test_an_identifier_is_used_once_in_a_pool(cognito, pool):
    create_server(cognito, pool)
    taken = {"UserPoolId": pool, "Identifier": ORDERS, "Name": "Again"}
    assert refusal(cognito.create_resource_server, **taken)[0] == "InvalidParameterException"
    assert cognito.describe_resource_server(UserPoolId=pool, Identifier=ORDERS)["ResourceServer"]["Name"] == "Orders"


@pytest.mark.parametrize(
    ("member", "value", "violation"),
    [
        (
            "Identifier",
            "has space",
            r"Value 'has space' at 'identifier' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: [\x21\x23-\x5B\x5D-\x7E]+",
        ),
        (
            "Name",
            "n" * 257,
            f"Value '{'n' * 257}' at 'name' failed to satisfy constraint: "
            "Member must have length less than or equal to 256",
        ),
        (
            "Scopes",
            [{"ScopeName": "a/b", "ScopeDescription": "slash"}],
            r"Value 'a/b' at 'scopes.1.member.scopeName' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: [\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+",
        ),
    ],
)
def test_a_constraint_is_reported_in_the_words_of_aws(cognito, pool, member, value, violation):
    wanted = {"UserPoolId": pool, "Identifier": ORDERS, "Name": "Orders"} | {member: value}
    expected = ("InvalidParameterException", f"1 validation error detected: {violation}")
    assert refusal(cognito.create_resource_server, **wanted) == expected
    assert cognito.list_resource_servers(UserPoolId=pool)["ResourceServers"] == []


def test_the_smallest_client_has_the_documented_defaults(cognito, pool):
    client = create_client(cognito, pool)
    assert re.fullmatch(r"[0-9a-v]{26}", client["ClientId"])
    created = client.pop("CreationDate")
    assert client.pop("LastModifiedDate") == created
    assert client == {
        "UserPoolId": pool,
        "ClientName": "machine",
        "ClientId": client["ClientId"],
        "RefreshTokenValidity": 30,
        "AllowedOAuthFlowsUserPoolClient": False,
        "EnableTokenRevocation": True,
        "EnablePropagateAdditionalUserContextData": False,
        "AuthSessionValidity": 3,
    }


def test_a_machine_has_a_secret_that_describe_keeps_and_lists_hide(cognito, pool):
    create_server(cognito, pool, "read")
    client = create_client(cognito, pool, **MACHINE, AllowedOAuthScopes=[READ])
    assert re.fullmatch(r"[0-9a-v]{51,52}", client["ClientSecret"])
    named = {"UserPoolId": pool, "ClientId": client["ClientId"]}
    assert cognito.describe_user_pool_client(**named)["UserPoolClient"] == client
    assert cognito.list_user_pool_clients(UserPoolId=pool)["UserPoolClients"] == [named | {"ClientName": "machine"}]


def test_an_update_replaces_everything_but_the_name_and_the_secret(cognito, pool):
    create_server(cognito, pool, "read")
    machine = create_client(cognito, pool, **MACHINE, AllowedOAuthScopes=[READ], AuthSessionValidity=5)
    named = {"UserPoolId": pool, "ClientId": machine["ClientId"]}
    updated = cognito.update_user_pool_client(**named)["UserPoolClient"]
    assert updated.pop("LastModifiedDate") >= machine["LastModifiedDate"]
    assert updated == named | {
        "ClientName": "machine",
        "ClientSecret": machine["ClientSecret"],
        "CreationDate": machine["CreationDate"],
        "RefreshTokenValidity": 30,
        "AllowedOAuthFlowsUserPoolClient": False,
        "EnableTokenRevocation": True,
        "EnablePropagateAdditionalUserContextData": False,
        "AuthSessionValidity": 3,
    }


def test_a_deleted_client_is_gone_and_gets_no_token(orders):
    named = {"UserPoolId": orders.pool_id, "ClientId": orders.client_id}
    assert without_metadata(orders.cognito.delete_user_pool_client(**named)) == {}
    missing = ("ResourceNotFoundException", f"User pool client {orders.client_id} does not exist.")
    assert refusal(orders.cognito.describe_user_pool_client, **named) == missing
    answer = orders.ask()
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})


def test_clients_are_listed_page_by_page(cognito, pool):
    made = {create_client(cognito, pool)["ClientId"] for _ in range(5)}
    paginator = cognito.get_paginator("list_user_pool_clients")
    pages = list(paginator.paginate(UserPoolId=pool, PaginationConfig={"PageSize": 2}))
    assert [len(page["UserPoolClients"]) for page in pages] == [2, 2, 1]
    assert {one["ClientId"] for page in pages for one in page["UserPoolClients"]} == made


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            MACHINE | {"AllowedOAuthScopes": [CANCEL]},
            ("ScopeDoesNotExistException", f"Invalid scope requested: {CANCEL}"),
        ),
        (
            MACHINE | {"AllowedOAuthScopes": ["openid"]},
            ("InvalidOAuthFlowException", "openid is not supported with client_credentials flow"),
        ),
        (
            MACHINE | {"AllowedOAuthScopes": [READ], "GenerateSecret": False},
            (
                "InvalidOAuthFlowException",
                "client_credentials flow can not be selected if client does not have a client secret.",
            ),
        ),
        (
            MACHINE,
            (
                "InvalidParameterException",
                "AllowedOAuthFlows and AllowedOAuthScopes are required "
                "if user pool client is allowed to use OAuth flows.",
            ),
        ),
        (
            {"CallbackURLs": ["http://example.com/cb"]},
            ("InvalidParameterException", "http://example.com/cb cannot use the HTTP protocol."),
        ),
        ({"AccessTokenValidity": 25}, ("InvalidParameterException", "Invalid range for token validity.")),
    ],
)
def test_a_client_that_could_not_work_is_refused(cognito, pool, settings, expected):
    create_server(cognito, pool, "read", "write")
    assert refusal(cognito.create_user_pool_client, UserPoolId=pool, ClientName="machine", **settings) == expected
    assert cognito.list_user_pool_clients(UserPoolId=pool)["UserPoolClients"] == []


def test_a_refused_update_leaves_the_client_as_it_was(orders):
    named = {"UserPoolId": orders.pool_id, "ClientId": orders.client_id}
    before = orders.cognito.describe_user_pool_client(**named)["UserPoolClient"]
    settings = MACHINE | {"AllowedOAuthScopes": [READ, f"{ORDERS}/missing"]}
    del settings["GenerateSecret"]
    expected = ("ScopeDoesNotExistException", f"Invalid scope requested: {ORDERS}/missing")
    assert refusal(orders.cognito.update_user_pool_client, **named, **settings) == expected
    assert orders.cognito.describe_user_pool_client(**named)["UserPoolClient"] == before
    assert orders.claims()["scope"] == f"{READ} {WRITE}"


def test_a_secret_is_rotated_without_a_gap(orders):
    named = {"UserPoolId": orders.pool_id, "ClientId": orders.client_id}
    first = orders.cognito.list_user_pool_client_secrets(**named)["ClientSecrets"]
    added = orders.cognito.add_user_pool_client_secret(**named)["ClientSecretDescriptor"]
    assert re.fullmatch(rf"{orders.client_id}--\d+", added["ClientSecretId"])
    both = orders.cognito.list_user_pool_client_secrets(**named)["ClientSecrets"]
    assert [one["ClientSecretId"] for one in both] == [first[0]["ClientSecretId"], added["ClientSecretId"]]
    assert all("ClientSecretValue" not in one for one in both)
    assert [orders.ask(secret=value).status_code for value in (None, added["ClientSecretValue"])] == [200, 200]
    assert refusal(orders.cognito.add_user_pool_client_secret, **named)[0] == "LimitExceededException"

    gone = {"ClientSecretId": first[0]["ClientSecretId"]}
    assert without_metadata(orders.cognito.delete_user_pool_client_secret(**named, **gone)) == {}
    refused = orders.ask()
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_client")
    assert orders.ask(secret=added["ClientSecretValue"]).status_code == 200
    last = {"ClientSecretId": added["ClientSecretId"]}
    assert refusal(orders.cognito.delete_user_pool_client_secret, **named, **last)[0] == "InvalidParameterException"


def test_a_secret_of_ones_own_is_never_told_again(orders):
    named = {"UserPoolId": orders.pool_id, "ClientId": orders.client_id}
    own = "chosen_by_us+" + "x" * 20
    added = orders.cognito.add_user_pool_client_secret(**named, ClientSecret=own)["ClientSecretDescriptor"]
    assert "ClientSecretValue" not in added
    assert orders.ask(secret=own).status_code == 200


def test_a_client_of_another_pool_is_not_found(cognito, orders):
    other = cognito.create_user_pool(PoolName="other")["UserPool"]["Id"]
    assert refusal(cognito.describe_user_pool_client, UserPoolId=other, ClientId=orders.client_id) == (
        "ResourceNotFoundException",
        f"User pool client {orders.client_id} does not exist.",
    )
    cognito.delete_user_pool(UserPoolId=other)
