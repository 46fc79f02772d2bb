"""Second factors through boto3: authenticator apps, codes by mail, what a user prefers."""

import pytest

from people import PASSWORD, Phone, attributes
from test_boto3_pools import refusal, without_metadata


def at(people):
    return {"UserPoolId": people.pool_id, "Username": "jane"}


@pytest.fixture
def factors(people):
    """A pool whose users may have second factors, and Jane in it."""
    people.cognito.set_user_pool_mfa_config(
        UserPoolId=people.pool_id,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    people.create()
    return people


def enrol(people, token):
    """Jane's phone, which has shown its first code."""
    secret = people.cognito.associate_software_token(AccessToken=token)["SecretCode"]
    phone = Phone(secret)
    verified = people.cognito.verify_software_token(
        AccessToken=token, UserCode=phone.code(), FriendlyDeviceName="phone"
    )
    assert without_metadata(verified) == {"Status": "SUCCESS"}
    return phone


PREFERRED = {"SoftwareTokenMfaSettings": {"Enabled": True, "PreferredMfa": True}}


def test_an_authenticator_is_enrolled_and_asked_for(factors):
    token = factors.sign_in()["AccessToken"]
    phone = enrol(factors, token)
    answer = factors.cognito.set_user_mfa_preference(AccessToken=token, **PREFERRED)
    assert without_metadata(answer) == {}
    challenge = factors.begin()
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert challenge["ChallengeParameters"]["FRIENDLY_DEVICE_NAME"] == "phone"
    answer = factors.answer(challenge, USERNAME="jane", SOFTWARE_TOKEN_MFA_CODE=phone.code())
    assert "AccessToken" in answer["AuthenticationResult"]


def test_a_wrong_code_and_a_used_one_open_nothing(factors):
    token = factors.sign_in()["AccessToken"]
    phone = enrol(factors, token)
    factors.cognito.set_user_mfa_preference(AccessToken=token, **PREFERRED)
    code = phone.code()
    wrong = f"{(int(code) + 500_000) % 1_000_000:06}"
    refused = refusal(
        factors.answer, challenge=factors.begin(), USERNAME="jane", SOFTWARE_TOKEN_MFA_CODE=wrong
    )
    assert refused == ("CodeMismatchException", "Invalid code received for user")
    factors.answer(factors.begin(), USERNAME="jane", SOFTWARE_TOKEN_MFA_CODE=code)
    used = refusal(factors.answer, challenge=factors.begin(), USERNAME="jane", SOFTWARE_TOKEN_MFA_CODE=code)
    assert used == ("ExpiredCodeException", "Your software token has already been used once.")


def test_a_wrong_code_enrols_no_authenticator(factors):
    token = factors.sign_in()["AccessToken"]
    secret = factors.cognito.associate_software_token(AccessToken=token)["SecretCode"]
    wrong = f"{(int(Phone(secret).code()) + 500_000) % 1_000_000:06}"
    refused = refusal(factors.cognito.verify_software_token, AccessToken=token, UserCode=wrong)
    assert refused[0] in ("EnableSoftwareTokenMFAException", "CodeMismatchException")
    preferred = refusal(factors.cognito.set_user_mfa_preference, AccessToken=token, **PREFERRED)
    assert preferred[0] == "InvalidParameterException"


def test_a_preference_is_read_back_by_everyone_who_may(factors):
    token = factors.sign_in()["AccessToken"]
    enrol(factors, token)
    answer = factors.cognito.admin_set_user_mfa_preference(**at(factors), **PREFERRED)
    assert without_metadata(answer) == {}
    expected = {"PreferredMfaSetting": "SOFTWARE_TOKEN_MFA", "UserMFASettingList": ["SOFTWARE_TOKEN_MFA"]}
    for read in (
        factors.cognito.get_user(AccessToken=token),
        factors.cognito.admin_get_user(**at(factors)),
        factors.cognito.get_user_auth_factors(AccessToken=token),
        factors.cognito.admin_get_user_auth_factors(**at(factors)),
    ):
        assert {name: read[name] for name in expected} == expected


def test_the_first_factors_of_a_user_are_those_that_work(factors):
    token = factors.sign_in()["AccessToken"]
    for read in (
        factors.cognito.get_user_auth_factors(AccessToken=token),
        factors.cognito.admin_get_user_auth_factors(**at(factors)),
    ):
        answer = without_metadata(read)
        assert answer == {"Username": "jane", "ConfiguredUserAuthFactors": ["PASSWORD"]}


def test_an_administrator_takes_a_lost_authenticator_away(factors):
    token = factors.sign_in()["AccessToken"]
    enrol(factors, token)
    factors.cognito.set_user_mfa_preference(AccessToken=token, **PREFERRED)
    assert without_metadata(factors.cognito.admin_delete_software_token(**at(factors))) == {}
    assert "UserMFASettingList" not in factors.user()
    assert "AccessToken" in factors.sign_in()


def test_where_a_second_factor_is_a_must_it_is_set_up_on_the_way_in(factors):
    factors.cognito.set_user_pool_mfa_config(
        UserPoolId=factors.pool_id, MfaConfiguration="ON", SoftwareTokenMfaConfiguration={"Enabled": True}
    )
    challenge = factors.begin()
    assert challenge["ChallengeName"] == "MFA_SETUP"
    assert challenge["ChallengeParameters"]["MFAS_CAN_SETUP"] == '["SOFTWARE_TOKEN_MFA"]'
    associated = factors.cognito.associate_software_token(Session=challenge["Session"])
    phone = Phone(associated["SecretCode"])
    verified = factors.cognito.verify_software_token(Session=associated["Session"], UserCode=phone.code())
    assert verified["Status"] == "SUCCESS"
    answer = factors.answer(challenge | {"Session": verified["Session"]}, USERNAME="jane")
    assert "AccessToken" in answer["AuthenticationResult"]
    again = factors.begin()
    assert again["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    answer = factors.answer(again, USERNAME="jane", SOFTWARE_TOKEN_MFA_CODE=phone.code())
    assert "AccessToken" in answer["AuthenticationResult"]


def test_two_factors_without_a_preference_are_a_choice(factors):
    factors.cognito.set_user_pool_mfa_config(
        UserPoolId=factors.pool_id,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
        SmsMfaConfiguration={
            "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}
        },
    )
    factors.cognito.admin_update_user_attributes(
        **at(factors), UserAttributes=attributes(phone_number="+12065554567", phone_number_verified="true")
    )
    token = factors.sign_in()["AccessToken"]
    enrol(factors, token)
    enabled = {"Enabled": True, "PreferredMfa": False}
    factors.cognito.set_user_mfa_preference(
        AccessToken=token, SMSMfaSettings=enabled, SoftwareTokenMfaSettings=enabled
    )
    choice = factors.begin()
    assert choice["ChallengeName"] == "SELECT_MFA_TYPE"
    challenge = factors.answer(choice, USERNAME="jane", ANSWER="SMS_MFA")
    assert challenge["ChallengeName"] == "SMS_MFA"
    assert challenge["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "+*******4567"
    answer = factors.answer(challenge, USERNAME="jane", SMS_MFA_CODE=factors.code("+12065554567"))
    assert "AccessToken" in answer["AuthenticationResult"]
    assert PASSWORD not in str(answer)
