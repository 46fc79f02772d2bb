"""Tokens through the clients people use, and their verification by someone who has never met poolpass."""

import re
import time

import jwt
import pytest
import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from oauthlib.oauth2 import BackendApplicationClient
from oauthlib.oauth2.rfc6749.errors import InvalidClientError, InvalidScopeError
from requests_oauthlib import OAuth2Session

from conftest import CANCEL, READ, WRITE, decode

CLAIMS = ["sub", "token_use", "scope", "auth_time", "iss", "exp", "iat", "version", "jti", "client_id"]
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def verified(world, token, **settings):
    key = jwt.PyJWKClient(world.server.jwks_url(world.pool_id)).get_signing_key_from_jwt(token)
    expected = {"issuer": world.server.issuer(world.pool_id)} | settings
    return jwt.decode(token, key, algorithms=["RS256"], options={"require": ["exp", "iat", "iss", "sub"]}, **expected)


def authlib(world, method, scope):
    return AuthlibSession(world.client_id, world.client_secret, scope=scope, token_endpoint_auth_method=method)


def requests_oauthlib(world, scope):
    return OAuth2Session(client=BackendApplicationClient(world.client_id, scope=scope))


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib_fetches_a_token(orders, method):
    token = authlib(orders, method, READ).fetch_token(orders.server.token_url, grant_type="client_credentials")
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 3600)
    assert verified(orders, token["access_token"])["scope"] == READ


def test_authlib_reports_a_refused_scope(orders):
    with pytest.raises(OAuthError) as refusal:
        authlib(orders, "client_secret_basic", CANCEL).fetch_token(
            orders.server.token_url, grant_type="client_credentials"
        )
    assert (refusal.value.error, refusal.value.description) == ("invalid_scope", "")


@pytest.mark.parametrize("in_the_body", [False, True])
def test_requests_oauthlib_fetches_a_token(orders, in_the_body):
    token = requests_oauthlib(orders, [READ, WRITE]).fetch_token(
        orders.server.token_url,
        client_id=orders.client_id,
        client_secret=orders.client_secret,
        include_client_id=in_the_body,
    )
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 3600)
    assert verified(orders, token["access_token"])["scope"] == f"{READ} {WRITE}"


def test_requests_oauthlib_reports_a_refused_scope_and_a_wrong_secret(orders):
    def fetch(scope, secret):
        session = requests_oauthlib(orders, scope)
        session.fetch_token(orders.server.token_url, client_id=orders.client_id, client_secret=secret)

    with pytest.raises(InvalidScopeError):
        fetch([CANCEL], orders.client_secret)
    with pytest.raises(InvalidClientError, match="invalid_client_secret"):
        fetch([READ], "wrong")


def test_the_answer_has_three_members_and_no_scope(orders):
    answer = orders.ask(READ)
    assert list(answer.json()) == ["access_token", "expires_in", "token_type"]
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert answer.headers["Cache-Control"] == "no-cache, no-store, max-age=0, must-revalidate"
    assert answer.headers["Pragma"] == "no-cache"
    assert re.fullmatch(UUID, answer.headers["x-amz-cognito-request-id"])
    assert "WWW-Authenticate" not in answer.headers


def test_the_claims_are_those_of_a_machine_in_their_order(orders):
    before = int(time.time())
    token = orders.ask().json()["access_token"]
    claims = decode(token)
    assert list(claims) == CLAIMS
    assert before <= claims["iat"] <= time.time()
    assert re.fullmatch(UUID, claims.pop("jti"))
    assert claims == {
        "sub": orders.client_id,
        "token_use": "access",
        "scope": f"{READ} {WRITE}",
        "auth_time": claims["iat"],
        "iss": orders.server.issuer(orders.pool_id),
        "exp": claims["iat"] + 3600,
        "iat": claims["iat"],
        "version": 2,
        "client_id": orders.client_id,
    }
    assert verified(orders, token) == decode(token)


def test_the_header_names_the_key_and_nothing_more(orders):
    token = orders.ask().json()["access_token"]
    header = jwt.get_unverified_header(token)
    kids = [key["kid"] for key in requests.get(orders.server.jwks_url(orders.pool_id), timeout=10).json()["keys"]]
    assert header == {"kid": header["kid"], "alg": "RS256"}
    assert len(kids) == 2 and header["kid"] in kids
    assert re.fullmatch(r"[A-Za-z0-9+/]{43}=", header["kid"])


def test_a_token_asked_for_below_its_pool_is_the_same(orders):
    url = f"{orders.server.endpoint}/{orders.pool_id}/oauth2/token"
    token = authlib(orders, "client_secret_basic", READ).fetch_token(url, grant_type="client_credentials")
    assert verified(orders, token["access_token"])["scope"] == READ


def test_the_discovery_document_names_what_the_tokens_carry(orders):
    issuer = orders.server.issuer(orders.pool_id)
    url = f"{orders.server.endpoint}/{orders.pool_id}/.well-known/openid-configuration"
    document = requests.get(url, timeout=10).json()
    assert (document["issuer"], document["jwks_uri"]) == (issuer, f"{issuer}/.well-known/jwks.json")
    assert document["token_endpoint_auth_methods_supported"] == ["client_secret_basic", "client_secret_post"]
    assert orders.claims()["iss"] == issuer


def test_a_changed_token_another_issuer_and_an_audience_are_refused_by_the_verifier(orders):
    token = orders.ask().json()["access_token"]
    head, body, signature = token.split(".")
    changed = f"{head}.{body}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    with pytest.raises(jwt.InvalidSignatureError):
        verified(orders, changed)
    with pytest.raises(jwt.InvalidIssuerError):
        verified(orders, token, issuer=orders.server.issuer("us-east-1_AAAAAAAAA"))
    with pytest.raises(jwt.MissingRequiredClaimError):
        verified(orders, token, audience=orders.client_id)


def test_a_key_of_another_pool_does_not_verify(orders):
    other = orders.cognito.create_user_pool(PoolName="other")["UserPool"]["Id"]
    token = orders.ask().json()["access_token"]
    with pytest.raises(jwt.PyJWKClientError):
        jwt.PyJWKClient(orders.server.jwks_url(other)).get_signing_key_from_jwt(token)
    orders.cognito.delete_user_pool(UserPoolId=other)


def test_the_lifetime_is_the_one_of_the_client(orders):
    orders.cognito.update_user_pool_client(
        UserPoolId=orders.pool_id,
        ClientId=orders.client_id,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=[READ],
        AccessTokenValidity=10,
        TokenValidityUnits={"AccessToken": "minutes"},
    )
    answer = orders.ask().json()
    claims = decode(answer["access_token"])
    assert (answer["expires_in"], claims["exp"] - claims["iat"]) == (600, 600)


def test_a_json_body_is_not_allowed_and_gets_no_body(orders):
    answer = requests.post(orders.server.token_url, json={"grant_type": "client_credentials"}, timeout=10)
    assert (answer.status_code, answer.content) == (405, b"")


def test_parameters_in_the_query_are_as_good_as_in_the_body(orders):
    answer = requests.post(
        orders.server.token_url,
        params={"grant_type": "client_credentials", "scope": READ},
        auth=(orders.client_id, orders.client_secret),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        timeout=10,
    )
    assert decode(answer.json()["access_token"])["scope"] == READ


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, {"error": "invalid_request"}),
        ({"grant_type": "password"}, {"error": "unsupported_grant_type"}),
        ({"grant_type": "client_credentials", "client_id": "0" * 26}, {"error": "invalid_client"}),
    ],
)
def test_a_request_that_names_nobody_is_refused(server, form, error):
    answer = requests.post(
        server.token_url, data=form or "", headers={"Content-Type": "application/x-www-form-urlencoded"}, timeout=10
    )
    assert (answer.status_code, answer.json()) == (400, error)
