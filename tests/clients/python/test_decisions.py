"""Which scopes a machine gets: the whole walk, one step a test, over the wire."""

import pytest

from conftest import CANCEL, ORDERS, READ, WRITE


def refused(answer):
    """The whole of the refusal: one member, so no token."""
    return answer.status_code == 400 and answer.json() == {"error": "invalid_scope"}


def test_exactly_the_requested_scopes_are_granted(orders):
    assert orders.claims(READ)["scope"] == READ


def test_a_request_without_a_scope_gets_everything_allowed(orders):
    assert orders.claims()["scope"] == f"{READ} {WRITE}"


def test_an_empty_scope_is_the_same_as_none(orders):
    assert orders.claims("")["scope"] == f"{READ} {WRITE}"


def test_order_and_duplicates_in_the_request_do_not_matter(orders):
    assert orders.claims(f"{WRITE} {READ} {WRITE}")["scope"] == f"{READ} {WRITE}"


def test_a_deleted_scope_is_dropped_and_the_rest_is_granted(orders):
    orders.register("read", "cancel")
    assert orders.claims(f"{READ} {WRITE}")["scope"] == READ
    assert orders.claims()["scope"] == READ


def test_a_deleted_scope_stays_on_the_list_of_the_client(orders):
    orders.register("read", "cancel")
    client = orders.cognito.describe_user_pool_client(UserPoolId=orders.pool_id, ClientId=orders.client_id)
    assert client["UserPoolClient"]["AllowedOAuthScopes"] == [READ, WRITE]


def test_a_scope_registered_again_is_granted_without_touching_the_client(orders):
    before = orders.claims(f"{READ} {WRITE}")["scope"]
    orders.register("read", "cancel")
    orders.register("read", "write", "cancel")
    assert orders.claims(f"{READ} {WRITE}")["scope"] == before


def test_a_deleted_api_takes_its_scopes_out_until_it_comes_back(orders):
    orders.delete_server()
    assert "scope" not in orders.claims(f"{READ} {WRITE}")
    orders.create_server("write")
    assert orders.claims(f"{READ} {WRITE}")["scope"] == WRITE


def test_when_every_scope_is_inactive_the_token_has_no_scope_claim(orders):
    orders.register("cancel")
    for requested in (READ, f"{READ} {WRITE}", None):
        assert "scope" not in orders.claims(requested)


def test_a_registered_scope_that_the_client_lacks_refuses_the_request(orders):
    assert refused(orders.ask(CANCEL))


def test_one_disallowed_scope_refuses_the_whole_request(orders):
    assert refused(orders.ask(f"{READ} {CANCEL}"))


def test_a_scope_taken_from_the_client_is_disallowed_at_once(orders):
    assert orders.claims(WRITE)["scope"] == WRITE
    orders.allow(READ)
    assert refused(orders.ask(WRITE))
    assert orders.claims()["scope"] == READ


def test_a_scope_given_to_the_client_is_granted_at_once(orders):
    assert refused(orders.ask(CANCEL))
    orders.allow(READ, WRITE, CANCEL)
    assert orders.claims(CANCEL)["scope"] == CANCEL


def test_a_deleted_scope_that_the_client_lacks_is_disallowed_not_dropped(orders):
    orders.register("read", "write")
    assert refused(orders.ask(CANCEL))
    assert refused(orders.ask(f"{READ} {CANCEL}"))


@pytest.mark.parametrize(
    "requested",
    [
        f"{ORDERS}/missing",
        "https://elsewhere.example.com/read",
        "read",
        ORDERS,
        READ.upper(),
        f"{READ}/",
        f"{READ},{WRITE}",
        "openid",
        "aws.cognito.signin.user.admin",
        "offline_access",
    ],
)
def test_a_name_that_is_not_on_the_list_refuses_the_request(orders, requested):
    assert refused(orders.ask(requested))
    assert refused(orders.ask(f"{READ} {requested}"))


def test_a_name_given_back_to_an_unrelated_api_is_another_scope(orders):
    orders.cognito.create_resource_server(
        UserPoolId=orders.pool_id,
        Identifier="https://api.example.com",
        Name="Prefix",
        Scopes=[{"ScopeName": "orders", "ScopeDescription": "Looks like the other"}],
    )
    assert refused(orders.ask("https://api.example.com/orders"))
    assert orders.claims(READ)["scope"] == READ
