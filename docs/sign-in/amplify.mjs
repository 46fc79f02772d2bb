import { Amplify } from "aws-amplify";
import { fetchAuthSession, signIn } from "aws-amplify/auth";

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: "us-east-1_Demo00001",
      userPoolClientId: "4demo0spa00000000000000000",
      userPoolEndpoint: "http://localhost:7665/", // the only line that AWS does not need
    },
  },
});

const { isSignedIn } = await signIn({ username: "ada", password: "Demo-password-1" });
console.log(isSignedIn, (await fetchAuthSession()).tokens.accessToken.payload.scope);
