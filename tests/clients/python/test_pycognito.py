"""pycognito, as a Python backend uses it: sign-up, SRP, an authenticator, a profile. It verifies every token itself."""

import pytest
from pycognito import Cognito
from pycognito.exceptions import ForceChangePasswordException, SoftwareTokenMFAChallengeException

from people import PASSWORD, Phone


class Library:
    """Clients of the library for one pool; it takes its issuer from the endpoint, which is the tokens' own."""

    def __init__(self, people):
        self.people = people

    def client(self, username="jane", **settings):
        return Cognito(
            self.people.pool_id,
            settings.pop("client_id", self.people.client_id),
            username=username,
            access_key="test",
            secret_key="test",
            boto3_client_kwargs={"endpoint_url": f"http://localhost:{self.people.server.port}"},
            **settings,
        )

    def signed_in(self, password=PASSWORD):
        user = self.client()
        user.authenticate(password)
        return user


@pytest.fixture
def library(people):
    return Library(people)


def test_someone_registers_confirms_and_signs_in_with_srp(library):
    user = library.client()
    user.set_base_attributes(email="jane@example.com", given_name="Jane")
    answer = user.register("jane", PASSWORD)
    assert answer["UserConfirmed"] is False
    assert answer["CodeDeliveryDetails"]["Destination"] == "j***@e***"
    user.resend_confirmation_code("jane")
    user.confirm_sign_up(library.people.code())
    user.authenticate(PASSWORD)
    assert user.id_claims["given_name"] == "Jane"
    assert user.access_claims["sub"] == answer["UserSub"]
    user.verify_tokens()


def test_a_wrong_password_is_not_authorized(library):
    library.people.create()
    user = library.client()
    with pytest.raises(user.client.exceptions.NotAuthorizedException, match="Incorrect username or password."):
        user.authenticate("Not-the-one-9")
    assert user.access_token is None


def test_a_client_with_a_secret_signs_in(library):
    library.people.create()
    client = library.people.client(
        GenerateSecret=True, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    )
    user = library.client(client_id=client["ClientId"], client_secret=client["ClientSecret"])
    user.authenticate(PASSWORD)
    before = user.access_token
    user.renew_access_token()
    assert user.access_token != before
    assert user.access_claims["username"] == "jane"


def test_an_administrator_signs_someone_in(library):
    library.people.create()
    user = library.client()
    user.admin_authenticate(PASSWORD)
    assert user.access_claims["username"] == "jane"


def test_an_invited_user_chooses_a_password(library):
    library.client().admin_create_user("jane", temporary_password="Temporary-1", email="jane@example.com")
    user = library.client()
    with pytest.raises(ForceChangePasswordException):
        user.authenticate("Temporary-1")
    user.new_password_challenge("Temporary-1", PASSWORD)
    assert user.id_claims["cognito:username"] == "jane"
    assert library.signed_in().access_claims["username"] == "jane"


def test_an_authenticator_is_asked_for_after_it_was_enrolled(library):
    people = library.people
    people.cognito.set_user_pool_mfa_config(
        UserPoolId=people.pool_id, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True}
    )
    people.create()
    user = library.signed_in()
    phone = Phone(user.associate_software_token())
    assert user.verify_software_token(phone.code(), "phone")
    user.set_user_mfa_preference(False, True, preferred="SOFTWARE_TOKEN")
    again = library.client()
    with pytest.raises(SoftwareTokenMFAChallengeException) as challenge:
        again.authenticate(PASSWORD)
    again.respond_to_software_token_mfa_challenge(phone.code(), challenge.value.get_tokens())
    assert again.access_claims["username"] == "jane"


def test_tokens_are_renewed_and_end_with_a_sign_out(library):
    library.people.create()
    user = library.signed_in()
    before = user.access_token
    user.renew_access_token()
    assert user.access_token != before
    assert user.check_token() is False
    ended = user.access_token
    user.logout()
    with pytest.raises(user.client.exceptions.NotAuthorizedException, match="Access Token has been revoked"):
        user.client.get_user(AccessToken=ended)


def test_a_profile_is_read_and_written(library):
    library.people.create(given_name="Jane")
    user = library.signed_in()
    user.update_profile({"given_name": "Janet"})
    profile = user.get_user()
    assert (profile.given_name, profile.email, profile.email_verified) == ("Janet", "jane@example.com", True)
    user.change_password(PASSWORD, "Another-one-8")
    assert library.signed_in("Another-one-8").access_claims["username"] == "jane"


def test_a_forgotten_password_is_replaced(library):
    library.people.create()
    user = library.client()
    user.initiate_forgot_password()
    user.confirm_forgot_password(library.people.code(), "Another-one-8")
    assert library.signed_in("Another-one-8").access_claims["username"] == "jane"


def test_users_and_groups_are_kept_through_it(library):
    library.people.create()
    library.people.cognito.create_group(UserPoolId=library.people.pool_id, GroupName="readers")
    user = library.client()
    user.admin_add_user_to_group("jane", "readers")
    assert user.admin_list_groups_for_user("jane") == ["readers"]
    assert [group.group_name for group in user.get_groups()] == ["readers"]
    assert [one.username for one in user.get_users()] == ["jane"]
    assert user.admin_get_user().user_status == "CONFIRMED"
    assert library.signed_in().access_claims["cognito:groups"] == ["readers"]
    user.admin_delete_user()
    assert user.get_users() == []
