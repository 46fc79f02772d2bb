"""A pool's functions as HTTP calls: a custom challenge, a sign-up that is refused, tokens that say more."""

import http.server
import json
import threading

import boto3
import pytest
from botocore.config import Config

from conftest import REGION, decode
from people import ALL_FLOWS, PASSWORD, People, attributes
from poolpass_server import Server
from test_boto3_pools import refusal

ARN = "arn:aws:lambda:us-east-1:123456789012:function:"


def define(event):
    rounds = event["request"]["session"]
    solved = bool(rounds) and rounds[-1]["challengeResult"]
    return {"issueTokens": solved, "failAuthentication": len(rounds) >= 3, "challengeName": "CUSTOM_CHALLENGE"}


def create(event):
    return {
        "publicChallengeParameters": {"question": "What is 6 times 7?"},
        "privateChallengeParameters": {"answer": "42"},
        "challengeMetadata": "SUM",
    }


def verify(event):
    private = event["request"]["privateChallengeParameters"]
    return {"answerCorrect": event["request"]["challengeAnswer"] == private["answer"]}


def admit(event):
    """Confirms the company's own people; nobody else may come in."""
    if not event["request"]["userAttributes"]["email"].endswith("@example.com"):
        raise ValueError("Only for our own people")
    return {"autoConfirmUser": True, "autoVerifyEmail": True}


def tell(event):
    claims = {"claimsToAddOrOverride": {"team": ["red", "blue"]}}
    more = {"claimsToAddOrOverride": {"team": ["red"]}, "scopesToAdd": ["orders/read"]}
    return {"claimsAndScopeOverrideDetails": {"idTokenGeneration": claims, "accessTokenGeneration": more}}


class Functions(http.server.BaseHTTPRequestHandler):
    """Answers as a local runtime for functions does: the whole event, with its response."""

    by_name = {function.__name__: function for function in (define, create, verify, admit, tell)}

    def do_POST(self):
        name = self.path.split("/")[-2].split(":")[-1]
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        try:
            answer = event | {"response": self.by_name[name](event)}
        except ValueError as error:
            self.send_header("X-Amz-Function-Error", "Unhandled")
            answer = {"errorType": "ValueError", "errorMessage": str(error)}
        body = json.dumps(answer).encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def runtime():
    """Where functions run."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Functions) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture(scope="module")
def functions(runtime):
    """A server of its own, which knows where functions run, and a pool that has some."""
    with Server("--hooks-url", runtime) as server:
        cognito = boto3.client(
            "cognito-idp",
            region_name=REGION,
            endpoint_url=server.endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}),
        )
        pool = cognito.create_user_pool(
            PoolName="functions",
            AutoVerifiedAttributes=["email"],
            LambdaConfig={
                "DefineAuthChallenge": f"{ARN}define",
                "CreateAuthChallenge": f"{ARN}create",
                "VerifyAuthChallengeResponse": f"{ARN}verify",
                "PreSignUp": f"{ARN}admit",
                "PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": f"{ARN}tell"},
            },
        )["UserPool"]["Id"]
        world = People(server, cognito, pool, "")
        world.client_id = world.client(ExplicitAuthFlows=ALL_FLOWS)["ClientId"]
        world.create()
        yield world


def begin(functions):
    return functions.cognito.initiate_auth(
        ClientId=functions.client_id, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "jane"}
    )


def test_a_challenge_of_ones_own_is_asked_until_it_is_solved(functions):
    challenge = begin(functions)
    assert challenge["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert challenge["ChallengeParameters"] == {"USERNAME": "jane", "question": "What is 6 times 7?"}
    again = functions.answer(challenge, USERNAME="jane", ANSWER="41")
    assert again["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert again["Session"] != challenge["Session"]
    answer = functions.answer(again, USERNAME="jane", ANSWER="42")
    assert decode(answer["AuthenticationResult"]["AccessToken"])["username"] == "jane"


def test_the_function_says_when_it_is_enough(functions):
    challenge = begin(functions)
    for wrong in ("1", "2"):
        challenge = functions.answer(challenge, USERNAME="jane", ANSWER=wrong)
    refused = refusal(functions.answer, challenge=challenge, USERNAME="jane", ANSWER="3")
    assert refused == ("NotAuthorizedException", "Incorrect username or password.")


def test_a_function_confirms_or_refuses_a_sign_up(functions):
    named = {"ClientId": functions.client_id, "Password": PASSWORD}
    own = functions.cognito.sign_up(**named, Username="otto", UserAttributes=attributes(email="otto@example.com"))
    assert own["UserConfirmed"] is True
    assert functions.user("otto")["UserStatus"] == "CONFIRMED"
    stranger = attributes(email="otto@example.org")
    refused = refusal(functions.cognito.sign_up, **named, Username="max", UserAttributes=stranger)
    assert refused == ("UserLambdaValidationException", "PreSignUp failed with error Only for our own people.")
    assert refusal(functions.user, name="max")[0] == "UserNotFoundException"


def test_a_function_adds_claims_and_scopes(functions):
    tokens = functions.sign_in()
    access, identity = decode(tokens["AccessToken"]), decode(tokens["IdToken"])
    assert (identity["team"], access["team"]) == (["red", "blue"], ["red"])
    assert set(access["scope"].split()) == {"aws.cognito.signin.user.admin", "orders/read"}
