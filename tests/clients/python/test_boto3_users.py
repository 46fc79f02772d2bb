"""Users as an administrator keeps them, through boto3."""

import datetime
import re

import pytest

from people import PASSWORD, attributes, named
from test_boto3_pools import refusal, without_metadata

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
NOBODY = ("UserNotFoundException", "User does not exist.")


def at(people, name="jane"):
    return {"UserPoolId": people.pool_id, "Username": name}


def test_a_created_user_must_choose_a_password(people):
    given = attributes(email="jane@example.com", given_name="Jane")
    user = people.cognito.admin_create_user(**at(people), UserAttributes=given, MessageAction="SUPPRESS")["User"]
    created, changed = user.pop("UserCreateDate"), user.pop("UserLastModifiedDate")
    assert isinstance(created, datetime.datetime) and created == changed
    sub = named(user["Attributes"])["sub"]
    assert re.fullmatch(UUID, sub)
    expected = {"sub": sub, "email": "jane@example.com", "given_name": "Jane"}
    assert named(user.pop("Attributes")) == expected
    assert user == {"Username": "jane", "Enabled": True, "UserStatus": "FORCE_CHANGE_PASSWORD"}
    read = without_metadata(people.user())
    assert named(read.pop("UserAttributes")) == expected
    assert read == {
        "Username": "jane",
        "UserCreateDate": created,
        "UserLastModifiedDate": changed,
        "Enabled": True,
        "UserStatus": "FORCE_CHANGE_PASSWORD",
    }


def test_an_invitation_carries_the_temporary_password_that_opens_the_account(people):
    people.cognito.admin_create_user(
        **at(people), UserAttributes=attributes(email="jane@example.com"), TemporaryPassword="Temporary-1"
    )
    text = people.server.last_message(people.pool_id, "jane@example.com")["body"]
    assert "jane" in text and "Temporary-1" in text
    challenge = people.begin(password="Temporary-1")
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert challenge["ChallengeParameters"]["requiredAttributes"] == "[]"
    answer = people.answer(challenge, USERNAME="jane", NEW_PASSWORD=PASSWORD)
    assert sorted(answer["AuthenticationResult"]) == [
        "AccessToken",
        "ExpiresIn",
        "IdToken",
        "RefreshToken",
        "TokenType",
    ]
    assert people.user()["UserStatus"] == "CONFIRMED"


def test_whoever_can_sign_in_with_a_code_needs_no_password(people):
    people.allow_codes_by_mail()
    given = attributes(email="jane@example.com", email_verified="true")
    user = people.cognito.admin_create_user(**at(people), UserAttributes=given, MessageAction="SUPPRESS")["User"]
    assert user["UserStatus"] == "CONFIRMED"
    unreachable = ("InvalidParameterException", "User is required to have a password")
    assert refusal(people.cognito.admin_create_user, **at(people, "john"), MessageAction="SUPPRESS") == unreachable


def test_a_taken_name_is_refused(people):
    people.create()
    taken = ("UsernameExistsException", "User account already exists")
    assert refusal(people.cognito.admin_create_user, **at(people), MessageAction="SUPPRESS") == taken


def test_a_user_is_found_by_name_and_sub_and_not_otherwise(people):
    sub = people.create()
    assert people.user(sub)["Username"] == "jane"
    assert refusal(people.cognito.admin_get_user, **at(people, "john")) == NOBODY


def test_attributes_are_written_and_taken_away(people):
    people.create(given_name="Jane")
    before = people.user()
    written = people.cognito.admin_update_user_attributes(
        **at(people), UserAttributes=attributes(given_name="Janet", nickname="J")
    )
    assert without_metadata(written) == {}
    taken = people.cognito.admin_delete_user_attributes(**at(people), UserAttributeNames=["nickname"])
    assert without_metadata(taken) == {}
    assert named(people.user()["UserAttributes"]) == named(before["UserAttributes"]) | {"given_name": "Janet"}


def test_an_attribute_that_the_pool_does_not_know_changes_nothing(people):
    people.create()
    before = without_metadata(people.user())
    name, message = refusal(
        people.cognito.admin_update_user_attributes,
        **at(people),
        UserAttributes=attributes(**{"given_name": "Janet", "custom:team": "red"}),
    )
    assert (name, "custom:team" in message) == ("InvalidParameterException", True)
    assert without_metadata(people.user()) == before


@pytest.mark.parametrize(("permanent", "status"), [(True, "CONFIRMED"), (False, "FORCE_CHANGE_PASSWORD")])
def test_a_set_password_is_for_good_or_for_once(people, permanent, status):
    people.create()
    set_password = people.cognito.admin_set_user_password
    assert without_metadata(set_password(**at(people), Password="Another-one-8", Permanent=permanent)) == {}
    assert people.user()["UserStatus"] == status
    assert refusal(people.begin) == ("NotAuthorizedException", "Incorrect username or password.")
    assert people.begin(password="Another-one-8").get("ChallengeName") == (None if permanent else "NEW_PASSWORD_REQUIRED")


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("Short-1", "Password not long enough"),
        ("lower-case-1", "Password must have uppercase characters"),
        ("UPPER-CASE-1", "Password must have lowercase characters"),
        ("No-numbers-here", "Password must have numeric characters"),
        ("NoSymbols1", "Password must have symbol characters"),
    ],
)
def test_a_password_against_the_policy_is_refused_for_its_first_lack(people, password, missing):
    people.create()
    refused = refusal(people.cognito.admin_set_user_password, **at(people), Password=password, Permanent=True)
    assert refused == ("InvalidPasswordException", f"Password did not conform with policy: {missing}")
    assert "AccessToken" in people.sign_in()


def test_a_disabled_user_cannot_sign_in_until_enabled(people):
    people.create()
    refresh = people.sign_in()["RefreshToken"]
    assert without_metadata(people.cognito.admin_disable_user(**at(people))) == {}
    assert (people.user()["Enabled"], people.user()["UserStatus"]) == (False, "CONFIRMED")
    assert refusal(people.begin) == ("NotAuthorizedException", "User is disabled.")
    again = {"ClientId": people.client_id, "AuthFlow": "REFRESH_TOKEN_AUTH"}
    name, _ = refusal(people.cognito.initiate_auth, **again, AuthParameters={"REFRESH_TOKEN": refresh})
    assert name == "NotAuthorizedException"
    assert without_metadata(people.cognito.admin_enable_user(**at(people))) == {}
    assert "AccessToken" in people.sign_in()


def test_a_reset_password_needs_the_code_that_was_sent(people):
    people.create()
    assert without_metadata(people.cognito.admin_reset_user_password(**at(people))) == {}
    assert people.user()["UserStatus"] == "RESET_REQUIRED"
    needed = ("PasswordResetRequiredException", "Password reset required for the user")
    assert refusal(people.begin) == needed
    people.cognito.confirm_forgot_password(
        ClientId=people.client_id, Username="jane", ConfirmationCode=people.code(), Password="Another-one-8"
    )
    assert "AccessToken" in people.sign_in(password="Another-one-8")


def test_signing_a_user_out_everywhere_ends_every_token(people):
    people.create()
    tokens = people.sign_in()
    assert without_metadata(people.cognito.admin_user_global_sign_out(**at(people))) == {}
    revoked = ("NotAuthorizedException", "Access Token has been revoked")
    assert refusal(people.cognito.get_user, AccessToken=tokens["AccessToken"]) == revoked


def test_a_deleted_user_is_gone_and_the_name_is_free(people):
    before = people.create()
    assert without_metadata(people.cognito.admin_delete_user(**at(people))) == {}
    assert refusal(people.user) == NOBODY
    assert refusal(people.cognito.admin_delete_user, **at(people)) == NOBODY
    assert people.create() != before


def usernames(answer):
    return [user["Username"] for user in answer["Users"]]


def test_users_are_listed_page_by_page(people):
    names = [f"user{number}" for number in range(5)]
    for name in names:
        people.create(name)
    pages = list(
        people.cognito.get_paginator("list_users").paginate(
            UserPoolId=people.pool_id, PaginationConfig={"PageSize": 2}
        )
    )
    assert [len(page["Users"]) for page in pages] == [2, 2, 1]
    assert sorted(name for page in pages for name in usernames(page)) == names


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ('username = "jane"', ["jane"]),
        ('username = "JANE"', []),
        ('email = "JANE@example.com"', ["jane"]),
        ('email ^= "j"', ["jane", "john"]),
        ('given_name = "Jane"', ["jane"]),
        ('cognito:user_status = "confirmed"', ["jane", "john"]),
        ('status = "Enabled"', ["jane", "john"]),
        ('status = "Disabled"', []),
        ("", ["jane", "john"]),
    ],
)
def test_users_are_found_by_one_condition(people, condition, found):
    people.create("jane", given_name="Jane")
    people.create("john", given_name="John")
    listed = people.cognito.list_users(UserPoolId=people.pool_id, Filter=condition)
    assert sorted(usernames(listed)) == found


def test_a_list_shows_the_attributes_that_were_asked_for(people):
    people.create(given_name="Jane")
    [user] = people.cognito.list_users(UserPoolId=people.pool_id, AttributesToGet=["given_name"])["Users"]
    assert user["Attributes"] == attributes(given_name="Jane")


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ('custom:team = "red"', "Invalid search attribute: custom:team"),
        ("email is jane", "Error while parsing filter"),
    ],
)
def test_a_condition_that_cannot_be_searched_is_refused(people, condition, message):
    refused = refusal(people.cognito.list_users, UserPoolId=people.pool_id, Filter=condition)
    assert refused[0] == "InvalidParameterException" and message in refused[1]
