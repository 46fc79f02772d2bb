"""The authorization code flow with PKCE through Authlib, and a browser that fills the classic form."""

import jwt
import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from conftest import decode
from people import CALLBACK, SIGNED_OUT, Browser, query_of

SCOPES = "openid email profile"


class App:
    """A public app that signs people in."""

    def __init__(self, people, **settings):
        self.people = people
        url = f"{people.server.endpoint}/{people.pool_id}/.well-known/openid-configuration"
        self.metadata = requests.get(url, timeout=10).json()
        self.verifier = generate_token(48)
        settings = {"scope": SCOPES, "code_challenge_method": "S256", "redirect_uri": CALLBACK} | settings
        self.session = OAuth2Session(settings.pop("client_id", people.client_id), **settings)

    def start(self, **parameters):
        """Where the browser is sent to sign in, and the state that must come back."""
        return self.session.create_authorization_url(
            self.metadata["authorization_endpoint"], code_verifier=self.verifier, **parameters
        )

    def finish(self, address, verifier=None):
        """The tokens for what came back."""
        return self.session.fetch_token(
            self.metadata["token_endpoint"],
            authorization_response=address,
            code_verifier=verifier or self.verifier,
        )

    def sign_in(self, browser=None, **parameters):
        url, _ = self.start(**parameters)
        return self.finish((browser or Browser()).sign_in(url))

    def verified(self, token, **settings):
        key = jwt.PyJWKClient(self.metadata["jwks_uri"]).get_signing_key_from_jwt(token)
        return jwt.decode(token, key, algorithms=["RS256"], issuer=self.metadata["issuer"], **settings)


@pytest.fixture
def app(people):
    people.create(given_name="Jane")
    return App(people)


def test_a_code_becomes_tokens_that_verify(app):
    tokens = app.sign_in(nonce="of this sign-in")
    assert sorted(name for name in tokens if name != "expires_at") == [
        "access_token",
        "expires_in",
        "id_token",
        "refresh_token",
        "token_type",
    ]
    identity = app.verified(tokens["id_token"], audience=app.people.client_id)
    assert (identity["cognito:username"], identity["nonce"]) == ("jane", "of this sign-in")
    assert (identity["email"], identity["email_verified"], identity["given_name"]) == ("jane@example.com", True, "Jane")
    assert "at_hash" in identity
    access = app.verified(tokens["access_token"])
    assert set(access["scope"].split()) == set(SCOPES.split())
    assert (access["username"], access["version"], access["sub"]) == ("jane", 2, identity["sub"])
    assert access["event_id"] == identity["event_id"]


def test_the_state_comes_back_and_the_code_is_good_once(app):
    url, state = app.start()
    address = Browser().sign_in(url)
    assert address.startswith(f"{CALLBACK}?")
    returned = query_of(address)
    assert (sorted(returned), returned["state"]) == (["code", "state"], state)
    app.finish(address)
    with pytest.raises(OAuthError, match="invalid_grant"):
        app.finish(address)


def test_another_verifier_gets_nothing(app):
    url, _ = app.start()
    address = Browser().sign_in(url)
    with pytest.raises(OAuthError, match="invalid_grant"):
        app.finish(address, verifier=generate_token(48))


def test_a_wrong_password_shows_the_form_again_and_the_right_one_still_works(app):
    url, _ = app.start()
    browser = Browser()
    page = browser.open(url)
    refused = browser.submit(page, username="jane", password="Not-the-one-9")
    assert refused.status_code == 401
    assert "Incorrect username or password" in refused.text
    assert "code" in query_of(browser.sign_in(url))


def test_a_form_without_its_token_signs_nobody_in(app):
    url, _ = app.start()
    browser = Browser()
    page = browser.open(url)
    fields = {"_csrf": "forged", "username": "jane", "password": "Correct-horse-7"}
    answer = browser.session.post(page.url, data=fields, allow_redirects=False, timeout=10)
    assert answer.status_code >= 400
    assert "Location" not in answer.headers


def test_a_script_may_take_the_token_from_the_cookie(app):
    url, _ = app.start()
    browser = Browser()
    page = browser.open(url)
    fields = {"_csrf": browser.session.cookies["XSRF-TOKEN"], "username": "jane", "password": "Correct-horse-7"}
    answer = browser.session.post(page.url, data=fields, allow_redirects=False, timeout=10)
    assert (answer.status_code, sorted(query_of(answer.headers["Location"]))) == (302, ["code", "state"])


def test_a_browser_that_signed_in_is_not_asked_again(app):
    browser = Browser()
    app.sign_in(browser)
    url, state = app.start()
    answer = browser.session.get(url, allow_redirects=False, timeout=10)
    assert answer.status_code == 302
    assert query_of(answer.headers["Location"])["state"] == state
    assert "access_token" in app.finish(answer.headers["Location"])


def test_a_browser_that_signed_out_is_asked_again(app):
    browser = Browser()
    app.sign_in(browser)
    leave = {"client_id": app.people.client_id, "logout_uri": SIGNED_OUT}
    url = app.metadata["end_session_endpoint"]
    answer = browser.session.get(url, params=leave, allow_redirects=False, timeout=10)
    assert (answer.status_code, answer.headers["Location"]) == (302, SIGNED_OUT)
    page = browser.open(app.start()[0])
    assert (page.status_code, 'name="password"' in page.text) == (200, True)


def test_user_info_says_what_the_scopes_allow(app):
    app.sign_in()
    answer = app.session.get(app.metadata["userinfo_endpoint"])
    claims = answer.json()
    assert claims == {
        "sub": claims["sub"],
        "username": "jane",
        "email": "jane@example.com",
        "email_verified": "true",
        "given_name": "Jane",
    }
    app.session.token["access_token"] += "x"
    refused = app.session.get(app.metadata["userinfo_endpoint"])
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]


def test_a_refresh_brings_the_same_scopes_and_no_refresh_token(app):
    first = app.sign_in()
    answer = requests.post(
        app.metadata["token_endpoint"],
        data={
            "grant_type": "refresh_token",
            "client_id": app.people.client_id,
            "refresh_token": first["refresh_token"],
        },
        timeout=10,
    ).json()
    assert sorted(answer) == ["access_token", "expires_in", "id_token", "token_type"]
    before, after = decode(first["access_token"]), decode(answer["access_token"])
    kept = ["scope", "sub", "auth_time", "origin_jti"]
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


def test_a_revoked_refresh_token_gets_nothing(app):
    app.sign_in()
    refresh = app.session.token["refresh_token"]
    answer = requests.post(
        app.metadata["revocation_endpoint"], data={"token": refresh, "client_id": app.people.client_id}, timeout=10
    )
    assert (answer.status_code, answer.content) == (200, b"")
    assert app.session.get(app.metadata["userinfo_endpoint"]).status_code == 401
    with pytest.raises(OAuthError, match="invalid_grant"):
        app.session.refresh_token(app.metadata["token_endpoint"], refresh_token=refresh)


def test_a_scope_that_the_client_lacks_comes_back_as_an_error(people):
    app = App(people, scope="openid phone")
    url, state = app.start()
    answer = requests.get(url, allow_redirects=False, timeout=10)
    expected = f"{CALLBACK}?error_description=invalid_scope&state={state}&error=invalid_request"
    assert (answer.status_code, answer.headers["Location"]) == (302, expected)


def test_a_callback_that_is_not_registered_is_never_called(people):
    app = App(people, redirect_uri="https://evil.example.com/callback")
    answer = requests.get(app.start()[0], timeout=10)
    assert (answer.status_code, "evil.example.com" in answer.url) == (400, False)


def test_a_client_with_a_secret_exchanges_its_code(people):
    people.create()
    client = people.client(
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        CallbackURLs=[CALLBACK],
        SupportedIdentityProviders=["COGNITO"],
    )
    settings = {"client_id": client["ClientId"], "client_secret": client["ClientSecret"], "scope": "openid"}
    tokens = App(people, **settings).sign_in()
    assert decode(tokens["access_token"])["scope"] == "openid"
