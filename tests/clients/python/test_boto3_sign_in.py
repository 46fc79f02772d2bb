"""Signing in through boto3: the flows, what the tokens say, and what ends them."""

import pytest
from pycognito.aws_srp import AWSSRP

from conftest import CANCEL, READ, WRITE, decode
from people import ALL_FLOWS, PASSWORD
from test_boto3_pools import refusal, without_metadata

WRONG_PASSWORD = ("NotAuthorizedException", "Incorrect username or password.")
RESULT = ["AccessToken", "ExpiresIn", "IdToken", "RefreshToken", "TokenType"]
GIVEN = {"USERNAME": "jane", "PASSWORD": PASSWORD}


def start(people, flow, **parameters):
    return people.cognito.initiate_auth(ClientId=people.client_id, AuthFlow=flow, AuthParameters=parameters)


def admin_start(people, flow, **parameters):
    return people.cognito.admin_initiate_auth(
        UserPoolId=people.pool_id, ClientId=people.client_id, AuthFlow=flow, AuthParameters=parameters
    )


def test_a_password_gets_three_tokens(people):
    sub = people.create(given_name="Jane")
    answer = without_metadata(people.begin())
    tokens = answer.pop("AuthenticationResult")
    assert answer == {"ChallengeParameters": {}}
    assert (sorted(tokens), tokens["ExpiresIn"], tokens["TokenType"]) == (RESULT, 3600, "Bearer")
    access, identity = decode(tokens["AccessToken"]), decode(tokens["IdToken"])
    issuer = people.server.issuer(people.pool_id)
    assert access == {
        "sub": sub,
        "iss": issuer,
        "client_id": people.client_id,
        "origin_jti": access["origin_jti"],
        "event_id": access["event_id"],
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "auth_time": access["auth_time"],
        "exp": access["iat"] + 3600,
        "iat": access["iat"],
        "jti": access["jti"],
        "username": "jane",
    }
    assert identity == {
        "sub": sub,
        "email_verified": True,
        "iss": issuer,
        "cognito:username": "jane",
        "given_name": "Jane",
        "origin_jti": access["origin_jti"],
        "aud": people.client_id,
        "event_id": access["event_id"],
        "token_use": "id",
        "auth_time": access["auth_time"],
        "exp": access["iat"] + 3600,
        "iat": access["iat"],
        "jti": identity["jti"],
        "email": "jane@example.com",
    }
    assert identity["jti"] != access["jti"]
    assert len(tokens["RefreshToken"].split(".")) == 5


@pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
def test_an_administrator_signs_a_user_in(people, flow):
    people.create()
    assert sorted(admin_start(people, flow, **GIVEN)["AuthenticationResult"]) == RESULT


def test_an_administrator_answers_a_challenge(people):
    people.create()
    people.cognito.admin_set_user_password(
        UserPoolId=people.pool_id, Username="jane", Password="Temporary-1", Permanent=False
    )
    challenge = admin_start(people, "ADMIN_USER_PASSWORD_AUTH", USERNAME="jane", PASSWORD="Temporary-1")
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    answer = people.cognito.admin_respond_to_auth_challenge(
        UserPoolId=people.pool_id,
        ClientId=people.client_id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "jane", "NEW_PASSWORD": PASSWORD},
    )
    assert sorted(answer["AuthenticationResult"]) == RESULT


def test_the_password_never_travels_with_srp(people):
    people.create()
    srp = AWSSRP("jane", PASSWORD, people.pool_id, people.client_id, client=people.cognito)
    challenge = start(people, "USER_SRP_AUTH", **srp.get_auth_params())
    assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
    parameters = challenge["ChallengeParameters"]
    assert sorted(parameters) == ["SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"]
    answer = people.cognito.respond_to_auth_challenge(
        ClientId=people.client_id,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=srp.process_challenge(parameters, srp.get_auth_params()),
    )
    assert sorted(answer["AuthenticationResult"]) == RESULT


def test_an_unknown_user_gets_the_same_srp_challenge_every_time(people):
    def challenged(name):
        srp = AWSSRP(name, PASSWORD, people.pool_id, people.client_id, client=people.cognito)
        return start(people, "USER_SRP_AUTH", **srp.get_auth_params())["ChallengeParameters"]

    first, second = challenged("nobody"), challenged("nobody")
    assert (first["SALT"], first["USER_ID_FOR_SRP"]) == (second["SALT"], second["USER_ID_FOR_SRP"])
    srp = AWSSRP("nobody", PASSWORD, people.pool_id, people.client_id, client=people.cognito)
    assert refusal(srp.authenticate_user) == WRONG_PASSWORD


@pytest.mark.parametrize(
    ("flow", "given", "refused"),
    [
        ("USER_PASSWORD_AUTH", GIVEN | {"PASSWORD": "Not-the-one-9"}, WRONG_PASSWORD),
        ("USER_PASSWORD_AUTH", {"USERNAME": "jane"}, ("InvalidParameterException", "Missing required parameter PASSWORD")),
        ("USER_SRP_AUTH", {"USERNAME": "jane"}, ("InvalidParameterException", "Missing required parameter SRP_A")),
        ("ADMIN_USER_PASSWORD_AUTH", GIVEN, ("InvalidParameterException", "Initiate Auth method not supported")),
        ("REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": "none"}, ("NotAuthorizedException", "Invalid Refresh Token.")),
    ],
)
def test_a_refused_start_says_why(people, flow, given, refused):
    people.create()
    assert refusal(start, people=people, flow=flow, **given) == refused


def test_a_flow_must_be_allowed(people):
    people.create()
    client = people.client(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])["ClientId"]
    start_with = {"ClientId": client, "AuthParameters": GIVEN}
    assert refusal(people.cognito.initiate_auth, **start_with, AuthFlow="USER_PASSWORD_AUTH") == (
        "InvalidParameterException",
        "USER_PASSWORD_AUTH flow not enabled for this client",
    )
    admin = {"UserPoolId": people.pool_id, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH"}
    assert refusal(people.cognito.admin_initiate_auth, **start_with, **admin) == (
        "InvalidParameterException",
        "Auth flow not enabled for this client",
    )


def test_a_session_answers_one_challenge(people):
    people.create()
    people.cognito.admin_set_user_password(
        UserPoolId=people.pool_id, Username="jane", Password="Temporary-1", Permanent=False
    )
    challenge = people.begin(password="Temporary-1")
    people.answer(challenge, USERNAME="jane", NEW_PASSWORD=PASSWORD)
    again = refusal(people.answer, challenge=challenge, USERNAME="jane", NEW_PASSWORD="Another-one-8")
    assert again == ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
    garbled = challenge | {"Session": "A" * 40}
    refused = refusal(people.answer, challenge=garbled, USERNAME="jane", NEW_PASSWORD="Another-one-8")
    assert refused == ("NotAuthorizedException", "Invalid session for the user.")
    assert "AccessToken" in people.sign_in()


def test_a_user_chooses_how_to_sign_in(people):
    people.allow_codes_by_mail()
    people.create()
    choice = start(people, "USER_AUTH", USERNAME="jane")
    assert choice["ChallengeName"] == "SELECT_CHALLENGE"
    assert sorted(choice["AvailableChallenges"]) == ["EMAIL_OTP", "PASSWORD", "PASSWORD_SRP"]
    answer = people.answer(choice, USERNAME="jane", ANSWER="PASSWORD", PASSWORD=PASSWORD)
    assert sorted(answer["AuthenticationResult"]) == RESULT
    preferred = start(people, "USER_AUTH", USERNAME="jane", PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
    assert sorted(preferred["AuthenticationResult"]) == RESULT


def test_a_code_by_mail_is_as_good_as_a_password(people):
    people.allow_codes_by_mail()
    people.create()
    challenge = start(people, "USER_AUTH", USERNAME="jane", PREFERRED_CHALLENGE="EMAIL_OTP")
    assert (challenge["ChallengeName"], challenge["AvailableChallenges"]) == ("EMAIL_OTP", ["EMAIL_OTP"])
    parameters = challenge["ChallengeParameters"]
    assert parameters["CODE_DELIVERY_DELIVERY_MEDIUM"] == "EMAIL"
    assert parameters["CODE_DELIVERY_DESTINATION"] == "j***@e***"
    code = people.code()
    assert len(code) == 8
    wrong = "00000000" if code != "00000000" else "11111111"
    refused = refusal(people.answer, challenge=challenge, USERNAME="jane", EMAIL_OTP_CODE=wrong)
    assert refused == ("CodeMismatchException", "Invalid code or auth state for the user.")
    answer = people.answer(challenge, USERNAME="jane", EMAIL_OTP_CODE=code)
    assert sorted(answer["AuthenticationResult"]) == RESULT


def test_a_refresh_keeps_who_and_when_and_makes_new_tokens(people):
    people.create()
    first = people.sign_in()
    again = start(people, "REFRESH_TOKEN_AUTH", REFRESH_TOKEN=first["RefreshToken"])["AuthenticationResult"]
    assert sorted(again) == [name for name in RESULT if name != "RefreshToken"]
    before, after = decode(first["AccessToken"]), decode(again["AccessToken"])
    kept = ["sub", "iss", "client_id", "origin_jti", "token_use", "scope", "auth_time", "username"]
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert before["jti"] != after["jti"]


def test_a_rotated_refresh_token_is_exchanged_once(people):
    people.create()
    client = people.client(
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
    )["ClientId"]
    tokens = people.cognito.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=GIVEN)
    first = tokens["AuthenticationResult"]["RefreshToken"]
    exchange = people.cognito.get_tokens_from_refresh_token
    answer = exchange(ClientId=client, RefreshToken=first)["AuthenticationResult"]
    assert sorted(answer) == RESULT
    reused = ("RefreshTokenReuseException", "Refresh token reuse detected")
    assert refusal(exchange, ClientId=client, RefreshToken=first) == reused
    assert "AccessToken" in exchange(ClientId=client, RefreshToken=answer["RefreshToken"])["AuthenticationResult"]


def test_tokens_are_had_from_a_refresh_token_without_rotation_too(people):
    people.create()
    refresh = people.sign_in()["RefreshToken"]
    answer = people.cognito.get_tokens_from_refresh_token(ClientId=people.client_id, RefreshToken=refresh)
    assert sorted(answer["AuthenticationResult"]) == [name for name in RESULT if name != "RefreshToken"]


def test_a_revoked_refresh_token_takes_its_access_tokens_along(people):
    people.create()
    tokens, other = people.sign_in(), people.sign_in()
    revoke = {"ClientId": people.client_id, "Token": tokens["RefreshToken"]}
    for _ in range(2):
        assert without_metadata(people.cognito.revoke_token(**revoke)) == {}
    revoked = ("NotAuthorizedException", "Access Token has been revoked")
    assert refusal(people.cognito.get_user, AccessToken=tokens["AccessToken"]) == revoked
    refused = refusal(start, people=people, flow="REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"])
    assert refused == ("NotAuthorizedException", "Refresh Token has been revoked")
    assert people.cognito.get_user(AccessToken=other["AccessToken"])["Username"] == "jane"
    wrong_kind = revoke | {"Token": other["AccessToken"]}
    assert refusal(people.cognito.revoke_token, **wrong_kind)[0] == "UnsupportedTokenTypeException"


def test_signing_out_everywhere_ends_every_sign_in(people):
    people.create()
    tokens, other = people.sign_in(), people.sign_in()
    assert without_metadata(people.cognito.global_sign_out(AccessToken=tokens["AccessToken"])) == {}
    revoked = ("NotAuthorizedException", "Access Token has been revoked")
    for ended in (tokens, other):
        assert refusal(people.cognito.get_user, AccessToken=ended["AccessToken"]) == revoked
        refused = refusal(start, people=people, flow="REFRESH_TOKEN_AUTH", REFRESH_TOKEN=ended["RefreshToken"])
        assert refused[0] == "NotAuthorizedException"
    assert "AccessToken" in people.sign_in()


def test_a_machine_gets_a_token_over_the_api(orders):
    client = orders.cognito.create_user_pool_client(
        UserPoolId=orders.pool_id,
        ClientName="api machine",
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=[READ, WRITE],
    )["UserPoolClient"]
    named = {"ClientId": client["ClientId"], "Secret": client["ClientSecret"]}
    answer = orders.cognito.get_client_token(**named, Scopes=[READ])["ClientAuthenticationResult"]
    assert (sorted(answer), answer["ExpiresIn"], answer["TokenType"]) == (
        ["AccessToken", "ExpiresIn", "TokenType"],
        3600,
        "Bearer",
    )
    claims = decode(answer["AccessToken"])
    assert (claims["scope"], claims["client_id"], claims["sub"]) == (READ, client["ClientId"], client["ClientId"])
    assert refusal(orders.cognito.get_client_token, **named, Scopes=[CANCEL])[0] in (
        "InvalidParameterException",
        "NotAuthorizedException",
    )
    wrong = named | {"Secret": "x" * 40}
    assert refusal(orders.cognito.get_client_token, **wrong)[0] == "NotAuthorizedException"


def test_five_wrong_passwords_lock_the_door_for_a_while(people):
    people.create()
    for _ in range(5):
        assert refusal(people.begin, password="Not-the-one-9") == WRONG_PASSWORD
    assert refusal(people.begin) == ("NotAuthorizedException", "Password attempts exceeded")
