import { createServer } from "node:http";
import * as oidc from "openid-client";

const ISSUER = new URL("http://localhost:7665/us-east-1_Demo00001"); // on AWS: https://cognito-idp.…
const CLIENT = "4demo0spa00000000000000000";
const CALLBACK = "http://localhost:3000/callback";
const SCOPE = "openid email profile https://api.example.com/orders/read";

const http = { execute: [oidc.allowInsecureRequests] }; // not on AWS: there it is https
const config = await oidc.discovery(ISSUER, CLIENT, undefined, oidc.None(), http);
let checks; // of one visitor; a real application keeps them in the visitor's session

async function begin(response) {
  checks = {
    pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
    expectedState: oidc.randomState(),
    expectedNonce: oidc.randomNonce(),
  };
  const location = oidc.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: SCOPE,
    code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  });
  response.writeHead(302, { location: location.href }).end();
}

async function finish(url, response) {
  const tokens = await oidc.authorizationCodeGrant(config, url, checks);
  const claims = tokens.claims();
  const info = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
  const granted = JSON.parse(Buffer.from(tokens.access_token.split(".")[1], "base64url")).scope;
  console.log(`signed in as ${claims["cognito:username"]} <${info.email}>`);
  console.log(`groups: ${claims["cognito:groups"].join(", ")}`);
  console.log(`scope:  ${granted}`);
  response.end(`Hello ${info.name}, you may: ${granted}`);
}

createServer(async (request, response) => {
  const url = new URL(request.url, CALLBACK);
  try {
    if (url.pathname === "/callback") await finish(url, response);
    else if (url.pathname === "/") await begin(response);
    else response.writeHead(404).end();
  } catch (error) {
    console.log(`${error.error ?? error.name}: ${error.error_description ?? error.message}`);
    response.writeHead(400).end("not signed in");
  }
}).listen(3000, "localhost", () => console.log("open http://localhost:3000/"));
