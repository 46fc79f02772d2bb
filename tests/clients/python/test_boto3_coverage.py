"""That no operation is served which boto3 has never called here."""

import pathlib
import re

import requests
from botocore import xform_name

HERE = pathlib.Path(__file__).parent


def served(server, operation):
    target = {"X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}"}
    answer = requests.post(server.endpoint, data="{}", headers=target, timeout=10)
    return answer.json().get("__type") != "UnknownOperationException" if answer.content else True


def test_every_served_operation_is_called_through_boto3(server, cognito):
    sources = "".join(path.read_text() for path in HERE.glob("*.py"))
    called = set(re.findall(r"cognito\.(\w+)", sources)) | set(re.findall(r'get_paginator\(\s*"(\w+)"', sources))
    operations = cognito.meta.service_model.operation_names
    answered = {xform_name(operation) for operation in operations if served(server, operation)}
    assert len(answered) >= 76
    assert sorted(answered - called) == []
