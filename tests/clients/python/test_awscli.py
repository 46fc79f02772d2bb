"""The AWS command line, pointed here by nothing but its environment."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

from conftest import ORDERS, READ, REGION, Orders, decode


class CommandFailed(Exception):
    pass


@pytest.fixture
def aws(server, tmp_path):
    program = pathlib.Path(sys.executable).parent / "aws"
    # Version 1 of the command line would fetch an identifier that is a URL and send what it found.
    config = tmp_path / "config"
    config.write_text("[default]\ncli_follow_urlparam = false\n")
    environment = os.environ | {
        "AWS_CONFIG_FILE": str(config),
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": server.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_DEFAULT_OUTPUT": "json",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_PAGER": "",
    }

    def run(operation, *arguments):
        command = [str(program), "cognito-idp", operation, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise CommandFailed(done.stderr.strip())
        return json.loads(done.stdout) if done.stdout.strip() else None

    return run


def test_the_whole_job_from_the_shell(aws, server, cognito):
    pool = aws("create-user-pool", "--pool-name", "shell")["UserPool"]["Id"]
    scopes = "ScopeName=read,ScopeDescription=May read"
    named = ("--user-pool-id", pool, "--identifier", ORDERS)
    aws("create-resource-server", *named, "--name", "Orders", "--scopes", scopes)
    client = aws(
        "create-user-pool-client",
        *("--user-pool-id", pool, "--client-name", "machine", "--generate-secret"),
        *("--allowed-o-auth-flows-user-pool-client", "--allowed-o-auth-flows", "client_credentials"),
        *("--allowed-o-auth-scopes", READ),
    )["UserPoolClient"]
    world = Orders(server, cognito, pool, client["ClientId"], client["ClientSecret"])
    assert decode(world.ask(READ).json()["access_token"])["scope"] == READ

    assert aws("delete-resource-server", *named) is None
    assert "scope" not in world.claims(READ)
    assert aws("list-resource-servers", "--user-pool-id", pool) == {"ResourceServers": []}
    assert aws("delete-user-pool", "--user-pool-id", pool) is None


def test_a_list_is_followed_to_its_end(aws, pool):
    for name in "abcde":
        aws("create-resource-server", "--user-pool-id", pool, "--identifier", name, "--name", name)
    servers = aws("list-resource-servers", "--user-pool-id", pool, "--page-size", "2")["ResourceServers"]
    assert [one["Identifier"] for one in servers] == list("abcde")


def test_an_error_is_printed_with_its_name_and_its_sentence(aws):
    with pytest.raises(CommandFailed) as failure:
        aws("describe-user-pool", "--user-pool-id", "us-east-1_AAAAAAAAA")
    assert str(failure.value).endswith(
        "An error occurred (ResourceNotFoundException) when calling the DescribeUserPool operation: "
        "User pool us-east-1_AAAAAAAAA does not exist."
    )


def test_a_disallowed_scope_name_is_reported_when_the_client_is_written(aws, pool):
    with pytest.raises(CommandFailed) as failure:
        aws(
            "create-user-pool-client",
            *("--user-pool-id", pool, "--client-name", "machine", "--generate-secret"),
            *("--allowed-o-auth-flows-user-pool-client", "--allowed-o-auth-flows", "client_credentials"),
            *("--allowed-o-auth-scopes", READ),
        )
    assert str(failure.value).endswith(
        f"(ScopeDoesNotExistException) when calling the CreateUserPoolClient operation: Invalid scope requested: {READ}"
    )
