"""What a person has at hand: a mailbox, a phone with an authenticator, a browser; and the pool that knows them."""

import dataclasses
import re
import time
from urllib.parse import parse_qs, urlsplit

import pyotp
import requests

from poolpass_server import Server

PASSWORD = "Correct-horse-7"
CALLBACK = "https://app.example.com/callback"
SIGNED_OUT = "https://app.example.com/bye"
ALL_FLOWS = [
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_CUSTOM_AUTH",
]


def attributes(**named):
    return [{"Name": name, "Value": value} for name, value in named.items()]


def named(attributes):
    """Attributes as a dictionary; they have no order."""
    return {attribute["Name"]: attribute["Value"] for attribute in attributes}


@dataclasses.dataclass
class People:
    """A pool whose users have e-mail addresses, and an app without a secret that allows every flow."""

    server: Server
    cognito: object
    pool_id: str
    client_id: str

    def client(self, **settings):
        """Another app of the pool."""
        created = self.cognito.create_user_pool_client(UserPoolId=self.pool_id, ClientName="app", **settings)
        return created["UserPoolClient"]

    def allow_codes_by_mail(self):
        """From now on a code can be a first factor beside the password."""
        self.cognito.update_user_pool(
            UserPoolId=self.pool_id,
            AutoVerifiedAttributes=["email"],
            Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
        )

    def create(self, name="jane", password=PASSWORD, **more):
        """A confirmed user with a verified address; answers the `sub`."""
        given = attributes(email=f"{name}@example.com", email_verified="true", **more)
        created = self.cognito.admin_create_user(
            UserPoolId=self.pool_id, Username=name, UserAttributes=given, MessageAction="SUPPRESS"
        )
        self.cognito.admin_set_user_password(
            UserPoolId=self.pool_id, Username=name, Password=password, Permanent=True
        )
        return named(created["User"]["Attributes"])["sub"]

    def user(self, name="jane"):
        return self.cognito.admin_get_user(UserPoolId=self.pool_id, Username=name)

    def begin(self, name="jane", password=PASSWORD):
        """The answer to a password: tokens or a challenge."""
        given = {"USERNAME": name, "PASSWORD": password}
        return self.cognito.initiate_auth(
            ClientId=self.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given
        )

    def sign_in(self, name="jane", password=PASSWORD):
        return self.begin(name, password)["AuthenticationResult"]

    def answer(self, challenge, **responses):
        """The answer to the answer of a challenge."""
        return self.cognito.respond_to_auth_challenge(
            ClientId=self.client_id,
            ChallengeName=challenge["ChallengeName"],
            Session=challenge["Session"],
            ChallengeResponses=responses,
        )

    def code(self, to="jane@example.com"):
        """The code of the last message to this address or number."""
        return self.server.last_message(self.pool_id, to)["code"]


class Phone:
    """An authenticator app. No step of it counts twice, so that every code is of a later step than the last one."""

    def __init__(self, secret):
        self.generator = pyotp.TOTP(secret)
        self.step = 0

    def code(self):
        """The code of this moment, or at once the next one; the server takes both, whatever the clock does meanwhile."""
        self.step = max(self.step + 1, int(time.time()) // 30)
        return self.generator.at(self.step * 30)


class Browser:
    """Fills the form of the sign-in page as scripts do that were written for the real page."""

    def __init__(self):
        self.session = requests.Session()

    def open(self, url, **query):
        return self.session.get(url, params=query, timeout=10)

    def submit(self, page, **fields):
        """Posts a form to the page's own address; the answer is not followed."""
        csrf = re.search(r'name="_csrf"\s+value="([^"]+)"', page.text).group(1)
        return self.session.post(page.url, data={"_csrf": csrf} | fields, allow_redirects=False, timeout=10)

    def sign_in(self, url, username="jane", password=PASSWORD, **query):
        """From the authorize address to the callback's: the whole address the browser is sent to."""
        page = self.open(url, **query)
        assert page.status_code == 200, page.text
        sent = self.submit(page, username=username, password=password)
        assert sent.status_code == 302, sent.text
        return sent.headers["Location"]


def query_of(address):
    """The parameters of an address, each given once."""
    return {name: value for name, [value] in parse_qs(urlsplit(address).query, keep_blank_values=True).items()}
