"""A fresh release binary for the whole run, and worlds for the tests to act in."""

import base64
import dataclasses
import json
import os

import boto3
import pytest
import requests
from botocore.config import Config

from people import ALL_FLOWS, CALLBACK, SIGNED_OUT, People
from poolpass_server import Server

# The libraries refuse http unless told otherwise; the developer's own AWS settings stay out of it.
os.environ |= {
    "AUTHLIB_INSECURE_TRANSPORT": "1",
    "OAUTHLIB_INSECURE_TRANSPORT": "1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}

REGION = "us-east-1"
ORDERS = "https://api.example.com/orders"
READ, WRITE, CANCEL = (f"{ORDERS}/{name}" for name in ("read", "write", "cancel"))


@pytest.fixture(scope="session")
def server():
    with Server() as running:
        yield running


@pytest.fixture(scope="session")
def cognito(server):
    """The official client; it does not repeat a refused call, so that every answer is seen."""
    return boto3.client(
        "cognito-idp",
        region_name=REGION,
        endpoint_url=server.endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def pool(cognito):
    """The id of a pool with nothing in it."""
    pool_id = cognito.create_user_pool(PoolName="clients")["UserPool"]["Id"]
    yield pool_id
    cognito.delete_user_pool(UserPoolId=pool_id)


def scope(name):
    return {"ScopeName": name, "ScopeDescription": f"May {name} orders"}


@dataclasses.dataclass
class Orders:
    """A pool with the orders API (read, write, cancel) and a machine that may read and write."""

    server: Server
    cognito: object
    pool_id: str
    client_id: str
    client_secret: str

    def register(self, *names):
        """The scopes of the API are now exactly these."""
        scopes = [scope(name) for name in names]
        self.cognito.update_resource_server(UserPoolId=self.pool_id, Identifier=ORDERS, Name="Orders", Scopes=scopes)

    def create_server(self, *names):
        scopes = [scope(name) for name in names]
        self.cognito.create_resource_server(UserPoolId=self.pool_id, Identifier=ORDERS, Name="Orders", Scopes=scopes)

    def delete_server(self):
        self.cognito.delete_resource_server(UserPoolId=self.pool_id, Identifier=ORDERS)

    def allow(self, *scopes):
        """The allow-list of the machine is now exactly this."""
        self.cognito.update_user_pool_client(
            UserPoolId=self.pool_id,
            ClientId=self.client_id,
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["client_credentials"],
            AllowedOAuthScopes=list(scopes),
        )

    def ask(self, scope=None, secret=None):
        """One token request with nothing between the test and the wire."""
        form = {"grant_type": "client_credentials"} | ({} if scope is None else {"scope": scope})
        credentials = (self.client_id, secret or self.client_secret)
        return requests.post(self.server.token_url, data=form, auth=credentials, timeout=10)

    def claims(self, scope=None):
        """What the token says, without asking whether it is true."""
        answer = self.ask(scope)
        assert answer.status_code == 200, answer.text
        return decode(answer.json()["access_token"])


def decode(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


@pytest.fixture
def orders(server, cognito, pool):
    world = Orders(server, cognito, pool, "", "")
    world.create_server("read", "write", "cancel")
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="machine",
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=[READ, WRITE],
    )["UserPoolClient"]
    return dataclasses.replace(world, client_id=client["ClientId"], client_secret=client["ClientSecret"])


@pytest.fixture
def people(server, cognito):
    """Nobody yet, but everything that signing in takes."""
    pool_id = cognito.create_user_pool(PoolName="people", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    world = People(server, cognito, pool_id, "")
    client = world.client(
        ExplicitAuthFlows=ALL_FLOWS,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email", "profile", "aws.cognito.signin.user.admin"],
        CallbackURLs=[CALLBACK],
        LogoutURLs=[SIGNED_OUT],
        SupportedIdentityProviders=["COGNITO"],
        PreventUserExistenceErrors="ENABLED",
    )
    yield dataclasses.replace(world, client_id=client["ClientId"])
    cognito.delete_user_pool(UserPoolId=pool_id)
