import boto3
from pycognito import Cognito

POOL = "us-east-1_Demo00001"
CLIENT = "4demo0spa00000000000000000"
ENDPOINT = "http://localhost:7665"  # all that AWS does not need

# SRP: the password never leaves this program. pycognito verifies signature, issuer and audience of what it gets.
ada = Cognito(POOL, CLIENT, username="ada", boto3_client_kwargs={"endpoint_url": ENDPOINT})
ada.authenticate("Demo-password-1")
print("srp:     ", ada.id_claims["cognito:username"], ada.id_claims["email"], ada.id_claims["cognito:groups"])
print("token:   ", ada.access_claims["scope"])
before = ada.access_token
ada.renew_access_token()
print("refresh: ", ada.access_token != before)

# The password itself, with plain boto3. These operations are not signed, so there are no credentials.
cognito = boto3.client("cognito-idp", region_name="us-east-1", endpoint_url=ENDPOINT)
try:
    cognito.initiate_auth(
        ClientId=CLIENT,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada@example.com", "PASSWORD": "wrong"},
    )
except cognito.exceptions.NotAuthorizedException as error:
    print("refused: ", error.response["Error"]["Message"])
answer = cognito.initiate_auth(
    ClientId=CLIENT,
    AuthFlow="USER_PASSWORD_AUTH",
    AuthParameters={"USERNAME": "ada@example.com", "PASSWORD": "Demo-password-1"},
)
token = answer["AuthenticationResult"]["AccessToken"]
print("password:", cognito.get_user(AccessToken=token)["Username"])
