import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";

const Pool = new CognitoUserPool({
  UserPoolId: "us-east-1_Demo00001",
  ClientId: "4demo0spa00000000000000000",
  endpoint: "http://localhost:7665", // the only line that AWS does not need
});

const [Username, Password, code] = process.argv.slice(2);
const user = new CognitoUser({ Username, Pool });

const steps = {
  onSuccess(session) {
    const { payload } = session.getIdToken();
    console.log(`signed in as ${payload["cognito:username"]} <${payload.email}>`);
    console.log(`groups: ${payload["cognito:groups"].join(", ")}`);
    console.log(`scope:  ${session.getAccessToken().payload.scope}`);
  },
  newPasswordRequired() {
    console.log("a new password is needed");
    user.completeNewPasswordChallenge("Chosen-password-2", {}, steps);
  },
  totpRequired() {
    console.log("a code of the authenticator app is needed");
    user.sendMFACode(code, steps, "SOFTWARE_TOKEN_MFA");
  },
  onFailure(error) {
    console.log(`${error.name}: ${error.message}`);
  },
};

user.authenticateUser(new AuthenticationDetails({ Username, Password }), steps);
