// oauth4webapi: the authorization code flow with PKCE, every answer held against the standards; a confidential client.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as oauth from "oauth4webapi";
import { Browser, CALLBACK, createPeople, createUser } from "./people.mjs";
import { startServer } from "./poolpass.mjs";

const insecure = { [oauth.allowInsecureRequests]: true };

let server, people, client, authentication, authorizationServer;
before(async () => {
  server = await startServer();
  people = await createPeople(server);
  await createUser(server, people, "jane");
  const { UserPoolClient } = await server.cognito.createUserPoolClient({
    UserPoolId: people.poolId,
    ClientName: "web",
    GenerateSecret: true,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: ["openid", "email"],
    CallbackURLs: [CALLBACK],
    SupportedIdentityProviders: ["COGNITO"],
  });
  client = { client_id: UserPoolClient.ClientId };
  authentication = oauth.ClientSecretBasic(UserPoolClient.ClientSecret);
  const issuer = new URL(server.issuer(people.poolId));
  const answer = await oauth.discoveryRequest(issuer, insecure);
  authorizationServer = await oauth.processDiscoveryResponse(issuer, answer);
});
after(() => server?.stop());

async function begin() {
  const [verifier, state, nonce] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState(), oauth.generateRandomNonce()];
  const url = new URL(authorizationServer.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: "openid email",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  });
  return { url, verifier, state, nonce };
}

async function exchange(address, { verifier, state, nonce }) {
  const parameters = oauth.validateAuthResponse(authorizationServer, client, address, state);
  const request = [authorizationServer, client, authentication, parameters, CALLBACK, verifier, insecure];
  const answer = await oauth.authorizationCodeGrantRequest(...request);
  const expected = { expectedNonce: nonce, requireIdToken: true };
  const tokens = await oauth.processAuthorizationCodeResponse(authorizationServer, client, answer, expected);
  await oauth.validateApplicationLevelSignature(authorizationServer, answer, insecure);
  return tokens;
}

test("every answer of a sign-in is as the standards want it", async () => {
  const begun = await begin();
  const tokens = await exchange(await new Browser().signIn(begun.url, "jane"), begun);
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  assert.deepEqual([claims["cognito:username"], claims.email], ["jane", "jane@example.com"]);
  const answer = await oauth.userInfoRequest(authorizationServer, client, tokens.access_token, insecure);
  const info = await oauth.processUserInfoResponse(authorizationServer, client, claims.sub, answer);
  assert.deepEqual(info, { sub: claims.sub, username: "jane", email: "jane@example.com", email_verified: "true" });
});

test("a refresh is signed in as the same user, and a revoked refresh token as nobody", async () => {
  const begun = await begin();
  const first = await exchange(await new Browser().signIn(begun.url, "jane"), begun);
  const refresh = () =>
    oauth.refreshTokenGrantRequest(authorizationServer, client, authentication, first.refresh_token, insecure);
  const again = await oauth.processRefreshTokenResponse(authorizationServer, client, await refresh());
  const { sub } = oauth.getValidatedIdTokenClaims(first);
  assert.equal(oauth.getValidatedIdTokenClaims(again).sub, sub);
  const revocation = [authorizationServer, client, authentication, first.refresh_token, insecure];
  await oauth.processRevocationResponse(await oauth.revocationRequest(...revocation));
  await assert.rejects(oauth.processRefreshTokenResponse(authorizationServer, client, await refresh()), {
    name: "ResponseBodyError",
    error: "invalid_grant",
    status: 400,
  });
});

test("a code that was exchanged with a wrong secret is still good", async () => {
  const begun = await begin();
  const address = await new Browser().signIn(begun.url, "jane");
  const parameters = oauth.validateAuthResponse(authorizationServer, client, new URL(address), begun.state);
  const wrong = oauth.ClientSecretBasic("wrong");
  const request = [authorizationServer, client, wrong, parameters, CALLBACK, begun.verifier, insecure];
  const refused = oauth.processAuthorizationCodeResponse(
    authorizationServer,
    client,
    await oauth.authorizationCodeGrantRequest(...request),
  );
  await assert.rejects(refused, { error: "invalid_client", status: 400 });
  assert.ok((await exchange(address, begun)).access_token);
});

test("a code of another client is worth nothing", async () => {
  const begun = await begin();
  begun.url.searchParams.set("client_id", people.clientId);
  const address = await new Browser().signIn(begun.url, "jane");
  await assert.rejects(exchange(address, begun), { name: "ResponseBodyError", error: "invalid_grant", status: 400 });
});
