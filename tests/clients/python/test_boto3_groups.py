"""Groups and their members, through boto3."""

import datetime

from conftest import decode
from test_boto3_pools import refusal, without_metadata

READERS = "arn:aws:iam::123456789012:role/readers"
WRITERS = "arn:aws:iam::123456789012:role/writers"


def create(people, name="readers", **settings):
    return people.cognito.create_group(UserPoolId=people.pool_id, GroupName=name, **settings)["Group"]


def at(people, name="readers"):
    return {"UserPoolId": people.pool_id, "GroupName": name}


def join(people, *groups, user="jane"):
    for group in groups:
        answer = people.cognito.admin_add_user_to_group(**at(people, group), Username=user)
        assert without_metadata(answer) == {}


def test_a_group_is_read_as_it_was_created(people):
    settings = {"Description": "They read", "RoleArn": READERS, "Precedence": 0}
    group = create(people, **settings)
    assert people.cognito.get_group(**at(people))["Group"] == group
    assert people.cognito.list_groups(UserPoolId=people.pool_id)["Groups"] == [group]
    created, changed = group.pop("CreationDate"), group.pop("LastModifiedDate")
    assert isinstance(created, datetime.datetime) and created == changed
    assert group == at(people) | settings


def test_a_taken_name_and_a_missing_group_are_refused(people):
    create(people)
    assert refusal(people.cognito.create_group, **at(people))[0] == "GroupExistsException"
    missing = ("ResourceNotFoundException", "Group not found.")
    assert refusal(people.cognito.get_group, **at(people, "writers")) == missing
    assert refusal(people.cognito.delete_group, **at(people, "writers")) == missing
    people.create()
    assert refusal(people.cognito.admin_add_user_to_group, **at(people, "writers"), Username="jane") == missing


def test_an_update_replaces_what_a_group_says(people):
    create(people, Description="They read", Precedence=3)
    group = people.cognito.update_group(**at(people), Precedence=1)["Group"]
    assert {name: group.get(name) for name in ("Description", "Precedence")} == {"Description": None, "Precedence": 1}


def test_members_come_and_go_and_doing_it_twice_is_the_same(people):
    people.create()
    create(people)
    join(people, "readers", "readers")
    members = people.cognito.list_users_in_group(**at(people))
    assert [user["Username"] for user in members["Users"]] == ["jane"]
    groups = people.cognito.admin_list_groups_for_user(UserPoolId=people.pool_id, Username="jane")["Groups"]
    assert [group["GroupName"] for group in groups] == ["readers"]
    for _ in range(2):
        answer = people.cognito.admin_remove_user_from_group(**at(people), Username="jane")
        assert without_metadata(answer) == {}
    assert people.cognito.list_users_in_group(**at(people))["Users"] == []


def test_groups_of_a_user_are_listed_page_by_page(people):
    people.create()
    names = [f"group{number}" for number in range(5)]
    for name in names:
        create(people, name)
    join(people, *names)
    paginate = people.cognito.get_paginator("admin_list_groups_for_user").paginate
    pages = list(paginate(UserPoolId=people.pool_id, Username="jane", PaginationConfig={"PageSize": 2}))
    assert [len(page["Groups"]) for page in pages] == [2, 2, 1]
    assert sorted(group["GroupName"] for page in pages for group in page["Groups"]) == names


def test_tokens_name_the_groups_and_the_role_of_the_strongest(people):
    people.create()
    create(people, "readers", RoleArn=READERS, Precedence=5)
    create(people, "writers", RoleArn=WRITERS, Precedence=1)
    join(people, "readers", "writers")
    tokens = people.sign_in()
    claims = decode(tokens["IdToken"])
    assert sorted(claims["cognito:groups"]) == ["readers", "writers"]
    assert sorted(claims["cognito:roles"]) == [READERS, WRITERS]
    assert claims["cognito:preferred_role"] == WRITERS
    access = decode(tokens["AccessToken"])
    assert sorted(access["cognito:groups"]) == ["readers", "writers"]
    assert "cognito:roles" not in access and "cognito:preferred_role" not in access


def test_a_deleted_group_takes_its_memberships_along(people):
    people.create()
    create(people)
    join(people, "readers")
    assert without_metadata(people.cognito.delete_group(**at(people))) == {}
    create(people)
    assert people.cognito.list_users_in_group(**at(people))["Users"] == []
    assert "cognito:groups" not in decode(people.sign_in()["IdToken"])
