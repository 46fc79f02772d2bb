"""Tokens that boto3 was given, shown to gateways in front of an ordinary API."""

import dataclasses
import subprocess
import sys

import boto3
import pytest
import requests

from poolpass_server import ROOT, Server

POOL, APP, USER, PASSWORD = "us-east-1_Gateway01", "app", "jane", "Correct-horse-7"
SUB = "8c2a7a4e-0000-4000-8000-000000000001"
OWN_SCOPE = "aws.cognito.signin.user.admin"

WORLD = f"""
pools:
  - id: {POOL}
    resource_servers: [{{ identifier: orders, scopes: [read, write] }}]
    clients:
      - {{ id: {APP}, settings: {{ ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH] }} }}
    users:
      - {{ username: {USER}, sub: {SUB}, password: {PASSWORD} }}
gateways:
"""

GATEWAY = """
  - name: {dialect}{suffix}
    dialect: {dialect}
    base_path: /{dialect}{suffix}
    upstream: http://127.0.0.1:{upstream}
    authorizers: {{ users: {{ pools: [{pool}], check_revocation: {revocation} }} }}
    default_authorizer: users
    forward: {{ headers: {{ X-User-Id: sub }} }}
    routes:
      - route: GET /orders
      - {{ route: 'GET /orders/{{id}}', scopes: [{own}] }}
      - {{ route: 'POST /orders', scopes: [orders/write, {own}] }}
      - {{ route: 'DELETE /orders/{{id}}', scopes: [orders/write] }}
"""

DIALECTS = ["rest-api", "http-api"]


def declared(upstream):
    kinds = [(dialect, suffix, revocation) for dialect in DIALECTS for suffix, revocation in [("", "false"), ("-strict", "true")]]
    return WORLD + "".join(
        GATEWAY.format(dialect=dialect, suffix=suffix, revocation=revocation, upstream=upstream, pool=POOL, own=OWN_SCOPE)
        for dialect, suffix, revocation in kinds
    )


@dataclasses.dataclass
class Api:
    """The API of the examples behind its gateways, and a client to sign in with."""

    gateways: dict
    cognito: object

    def sign_in(self):
        answer = self.cognito.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH", ClientId=APP, AuthParameters={"USERNAME": USER, "PASSWORD": PASSWORD}
        )
        return answer["AuthenticationResult"]

    def ask(self, gateway, method, path, token, **more):
        url = f"{self.gateways[gateway]}{path}"
        return requests.request(method, url, headers={"Authorization": f"Bearer {token}"}, timeout=10, **more)


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    program = [sys.executable, str(ROOT / "examples" / "orders" / "api.py"), "--port", "0"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as upstream:
        port = upstream.stdout.readline().strip().rsplit(":", 1)[1]
        world = tmp_path_factory.mktemp("gateway") / "world.yaml"
        world.write_text(declared(port))
        with Server("--config", str(world), "--gateway-listen", "127.0.0.1:0") as server:
            cognito = boto3.client(
                "cognito-idp",
                region_name="us-east-1",
                endpoint_url=server.endpoint,
                aws_access_key_id="test",
                aws_secret_access_key="test",
            )
            yield Api({one["name"]: one["url"].rstrip("/") for one in server.ready["gateways"]}, cognito)
        upstream.terminate()


@pytest.mark.parametrize(
    ("dialect", "method", "path", "with_id_token", "with_access_token"),
    [
        ("rest-api", "GET", "/orders", 200, 401),
        ("http-api", "GET", "/orders", 200, 200),
        ("rest-api", "GET", "/orders/1", 401, 200),
        ("http-api", "GET", "/orders/1", 403, 200),
        ("rest-api", "POST", "/orders", 401, 201),
        ("http-api", "POST", "/orders", 403, 201),
        ("rest-api", "DELETE", "/orders/1", 401, 401),
        ("http-api", "DELETE", "/orders/1", 403, 403),
    ],
)
def test_the_method_decides_which_token_of_a_sign_in_it_takes(
    api, dialect, method, path, with_id_token, with_access_token
):
    tokens = api.sign_in()
    body = {"json": {"item": "tea"}} if method == "POST" else {}
    answers = [api.ask(dialect, method, path, tokens[kind], **body) for kind in ("IdToken", "AccessToken")]
    assert [answer.status_code for answer in answers] == [with_id_token, with_access_token]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_api_learns_who_asks_and_a_client_cannot_say_otherwise(api, dialect):
    token = api.sign_in()["IdToken"]
    headers = {"Authorization": token, "X-User-Id": "somebody-else"}
    answer = requests.get(f"{api.gateways[dialect]}/orders", headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["asked_by"]) == (200, SUB)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_token_outlives_its_sign_in_unless_the_authorizer_asks_about_that(api, dialect):
    token = api.sign_in()["AccessToken"]
    asked = [dialect, f"{dialect}-strict"]
    assert [api.ask(gateway, "GET", "/orders/1", token).status_code for gateway in asked] == [200, 200]
    api.cognito.global_sign_out(AccessToken=token)
    assert [api.ask(gateway, "GET", "/orders/1", token).status_code for gateway in asked] == [200, 401]
