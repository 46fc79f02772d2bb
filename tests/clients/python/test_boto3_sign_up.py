"""What users do for themselves, through boto3: signing up, passwords, their own attributes."""

import base64
import hashlib
import hmac
import re

import pytest

from people import PASSWORD, attributes, named
from test_boto3_pools import refusal, without_metadata
from test_boto3_users import UUID

DELIVERY = {"Destination": "j***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
MISMATCH = ("CodeMismatchException", "Invalid verification code provided, please try again.")
WRONG = "000000"
SESSION = r"AYAB[\w-]{16,}"


def at(people, name="jane"):
    return {"ClientId": people.client_id, "Username": name}


def sign_up(people, name="jane", password=PASSWORD, **more):
    given = attributes(email=f"{name}@example.com", **more)
    return without_metadata(people.cognito.sign_up(**at(people, name), Password=password, UserAttributes=given))


def wrong(code):
    """As long as the right one."""
    return WRONG if code != WRONG else "111111"


def test_someone_signs_up_confirms_and_signs_in(people):
    answer = sign_up(people, given_name="Jane")
    assert re.fullmatch(UUID, answer["UserSub"])
    assert re.fullmatch(SESSION, answer.pop("Session"))
    assert answer == {"UserConfirmed": False, "CodeDeliveryDetails": DELIVERY, "UserSub": answer["UserSub"]}
    assert people.user()["UserStatus"] == "UNCONFIRMED"
    assert refusal(people.begin) == ("UserNotConfirmedException", "User is not confirmed.")
    code = people.code()
    assert re.fullmatch(r"\d{6}", code)
    assert refusal(people.cognito.confirm_sign_up, **at(people), ConfirmationCode=wrong(code)) == MISMATCH
    confirmed = without_metadata(people.cognito.confirm_sign_up(**at(people), ConfirmationCode=code))
    assert re.fullmatch(SESSION, confirmed.pop("Session")) and confirmed == {}
    assert people.user()["UserStatus"] == "CONFIRMED"
    assert named(people.user()["UserAttributes"]) == {
        "sub": answer["UserSub"],
        "email": "jane@example.com",
        "email_verified": "true",
        "given_name": "Jane",
    }
    assert "AccessToken" in people.sign_in()


def test_the_sessions_of_a_sign_up_lead_to_tokens(people):
    session = sign_up(people)["Session"]
    confirm = {**at(people), "Session": session}
    assert refusal(people.cognito.confirm_sign_up, **confirm, ConfirmationCode=wrong(people.code())) == MISMATCH
    session = people.cognito.confirm_sign_up(**confirm, ConfirmationCode=people.code())["Session"]
    begin = {
        "ClientId": people.client_id,
        "AuthFlow": "USER_AUTH",
        "AuthParameters": {"USERNAME": "jane"},
        "Session": session,
    }
    assert "AccessToken" in people.cognito.initiate_auth(**begin)["AuthenticationResult"]
    used = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
    assert refusal(people.cognito.initiate_auth, **begin) == used


def test_a_code_confirms_once(people):
    sign_up(people)
    confirm = {**at(people), "ConfirmationCode": people.code()}
    people.cognito.confirm_sign_up(**confirm)
    done = ("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
    assert refusal(people.cognito.confirm_sign_up, **confirm) == done


def test_a_taken_name_and_a_weak_password_sign_nobody_up(people):
    sign_up(people)
    taken = ("UsernameExistsException", "User already exists")
    assert refusal(people.cognito.sign_up, **at(people), Password=PASSWORD) == taken
    weak = ("InvalidPasswordException", "Password did not conform with policy: Password not long enough")
    assert refusal(people.cognito.sign_up, **at(people, "john"), Password="Short-1") == weak
    assert refusal(people.user, name="john")[0] == "UserNotFoundException"


def test_a_code_is_sent_again(people):
    sign_up(people)
    assert people.cognito.resend_confirmation_code(**at(people))["CodeDeliveryDetails"] == DELIVERY
    people.cognito.confirm_sign_up(**at(people), ConfirmationCode=people.code())
    already = ("InvalidParameterException", "User is already confirmed.")
    assert refusal(people.cognito.resend_confirmation_code, **at(people)) == already


def test_an_administrator_confirms_without_a_code(people):
    sign_up(people)
    confirm = people.cognito.admin_confirm_sign_up
    named_user = {"UserPoolId": people.pool_id, "Username": "jane"}
    assert without_metadata(confirm(**named_user)) == {}
    done = ("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
    assert refusal(confirm, **named_user) == done
    assert "AccessToken" in people.sign_in()


def test_a_forgotten_password_is_replaced_with_the_code(people):
    people.create()
    assert people.cognito.forgot_password(**at(people))["CodeDeliveryDetails"] == DELIVERY
    code = people.code()
    confirm = people.cognito.confirm_forgot_password
    assert refusal(confirm, **at(people), ConfirmationCode=wrong(code), Password="Another-one-8") == MISMATCH
    answer = confirm(**at(people), ConfirmationCode=code, Password="Another-one-8")
    assert without_metadata(answer) == {}
    assert refusal(people.begin)[0] == "NotAuthorizedException"
    assert "AccessToken" in people.sign_in(password="Another-one-8")


def test_an_unknown_user_gets_the_same_words(people):
    answer = people.cognito.forgot_password(**at(people, "nobody"))["CodeDeliveryDetails"]
    assert (answer["DeliveryMedium"], answer["AttributeName"]) == ("EMAIL", "email")
    confirm = {"ConfirmationCode": WRONG, "Password": PASSWORD}
    assert refusal(people.cognito.confirm_forgot_password, **at(people, "nobody"), **confirm) == MISMATCH
    assert refusal(people.begin, name="nobody") == ("NotAuthorizedException", "Incorrect username or password.")


def test_a_user_changes_the_password(people):
    people.create()
    change = {"AccessToken": people.sign_in()["AccessToken"], "ProposedPassword": "Another-one-8"}
    wrong_one = refusal(people.cognito.change_password, **change, PreviousPassword="Not-the-one-9")
    assert wrong_one == ("NotAuthorizedException", "Incorrect username or password.")
    assert without_metadata(people.cognito.change_password(**change, PreviousPassword=PASSWORD)) == {}
    assert "AccessToken" in people.sign_in(password="Another-one-8")


def test_a_user_reads_and_writes_their_attributes(people):
    sub = people.create(given_name="Jane")
    token = people.sign_in()["AccessToken"]
    user = without_metadata(people.cognito.get_user(AccessToken=token))
    first = {"sub": sub, "email": "jane@example.com", "email_verified": "true", "given_name": "Jane"}
    assert named(user.pop("UserAttributes")) == first
    assert user == {"Username": "jane"}
    written = people.cognito.update_user_attributes(
        AccessToken=token, UserAttributes=attributes(given_name="Janet", nickname="J")
    )
    assert without_metadata(written) == {}
    deleted = people.cognito.delete_user_attributes(AccessToken=token, UserAttributeNames=["nickname"])
    assert without_metadata(deleted) == {}
    read = named(people.cognito.get_user(AccessToken=token)["UserAttributes"])
    assert read == first | {"given_name": "Janet"}


def test_a_new_address_is_unverified_until_its_code_comes_back(people):
    people.create()
    token = people.sign_in()["AccessToken"]
    written = people.cognito.update_user_attributes(
        AccessToken=token, UserAttributes=attributes(email="new@example.org")
    )
    assert written["CodeDeliveryDetailsList"] == [DELIVERY | {"Destination": "n***@e***"}]

    def verified():
        return named(people.user()["UserAttributes"])["email_verified"]

    assert verified() == "false"
    verify = {"AccessToken": token, "AttributeName": "email"}
    code = people.code("new@example.org")
    assert refusal(people.cognito.verify_user_attribute, **verify, Code=wrong(code)) == MISMATCH
    again = people.cognito.get_user_attribute_verification_code(**verify)
    assert again["CodeDeliveryDetails"] == DELIVERY | {"Destination": "n***@e***"}
    answer = people.cognito.verify_user_attribute(**verify, Code=people.code("new@example.org"))
    assert without_metadata(answer) == {}
    assert verified() == "true"


def test_a_user_cannot_write_what_the_client_may_not(people):
    people.create()
    token = people.sign_in()["AccessToken"]
    forbidden = refusal(
        people.cognito.update_user_attributes, AccessToken=token, UserAttributes=attributes(email_verified="true")
    )
    assert forbidden == ("NotAuthorizedException", "A client attempted to write unauthorized attribute")


def test_a_user_leaves(people):
    people.create()
    token = people.sign_in()["AccessToken"]
    assert without_metadata(people.cognito.delete_user(AccessToken=token)) == {}
    assert refusal(people.user) == ("UserNotFoundException", "User does not exist.")
    assert refusal(people.cognito.get_user, AccessToken=token)[0] in ("UserNotFoundException", "NotAuthorizedException")


@pytest.fixture
def confidential(people):
    return people.client(GenerateSecret=True, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])


def secret_hash(client, name, secret=None):
    key = (secret or client["ClientSecret"]).encode()
    digest = hmac.new(key, (name + client["ClientId"]).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def test_a_client_with_a_secret_proves_it_with_every_request(people, confidential):
    named_user = {"ClientId": confidential["ClientId"], "Username": "jane"}
    name, message = refusal(people.cognito.sign_up, **named_user, Password=PASSWORD)
    assert (name, "secret" in message.lower()) == ("NotAuthorizedException", True)
    bad = secret_hash(confidential, "john")
    name, message = refusal(people.cognito.sign_up, **named_user, Password=PASSWORD, SecretHash=bad)
    assert (name, "secret" in message.lower()) == ("NotAuthorizedException", True)
    good = secret_hash(confidential, "jane")
    people.cognito.sign_up(
        **named_user, Password=PASSWORD, SecretHash=good, UserAttributes=attributes(email="jane@example.com")
    )
    people.cognito.confirm_sign_up(**named_user, SecretHash=good, ConfirmationCode=people.code())
    given = {"USERNAME": "jane", "PASSWORD": PASSWORD}
    start = {"ClientId": confidential["ClientId"], "AuthFlow": "USER_PASSWORD_AUTH"}
    assert refusal(people.cognito.initiate_auth, **start, AuthParameters=given)[0] == "NotAuthorizedException"
    answer = people.cognito.initiate_auth(**start, AuthParameters=given | {"SECRET_HASH": good})
    assert "AccessToken" in answer["AuthenticationResult"]


def test_either_of_two_secrets_proves_the_client(people, confidential):
    people.create()
    second = "second_secret+of_the_client"
    people.cognito.add_user_pool_client_secret(
        UserPoolId=people.pool_id, ClientId=confidential["ClientId"], ClientSecret=second
    )
    for secret in (confidential["ClientSecret"], second):
        given = {"USERNAME": "jane", "PASSWORD": PASSWORD, "SECRET_HASH": secret_hash(confidential, "jane", secret)}
        answer = people.cognito.initiate_auth(
            ClientId=confidential["ClientId"], AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given
        )
        assert "AccessToken" in answer["AuthenticationResult"]
