// openid-client: the authorization code flow with PKCE, as a web application's back end runs it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decodeJwt } from "jose";
import * as oidc from "openid-client";
import { Browser, CALLBACK, createPeople, createUser } from "./people.mjs";
import { startServer } from "./poolpass.mjs";

const SCOPE = "openid email profile";

let server, people, config;
before(async () => {
  server = await startServer();
  people = await createPeople(server);
  await createUser(server, people, "jane");
  const issuer = new URL(server.issuer(people.poolId));
  config = await oidc.discovery(issuer, people.clientId, {}, oidc.None(), { execute: [oidc.allowInsecureRequests] });
});
after(() => server?.stop());

/** What the application keeps of a sign-in that it began, and where it sends the browser. */
async function begin(parameters) {
  const [pkceCodeVerifier, expectedState, expectedNonce] = [
    oidc.randomPKCECodeVerifier(),
    oidc.randomState(),
    oidc.randomNonce(),
  ];
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: SCOPE,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
    nonce: expectedNonce,
    ...parameters,
  });
  return { url, kept: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } };
}

async function signIn(browser = new Browser()) {
  const { url, kept } = await begin();
  return oidc.authorizationCodeGrant(config, await browser.signIn(url, "jane"), kept);
}

test("a sign-in in the browser becomes tokens whose nonce, state and signature are checked", async () => {
  const tokens = await signIn();
  assert.deepEqual(Object.keys(tokens).sort(), [
    "access_token",
    "expires_in",
    "id_token",
    "refresh_token",
    "token_type",
  ]);
  const claims = tokens.claims();
  assert.deepEqual(
    [claims["cognito:username"], claims.email, claims.email_verified, claims.aud],
    ["jane", "jane@example.com", true, people.clientId],
  );
  assert.deepEqual(new Set(decodeJwt(tokens.access_token).scope.split(" ")), new Set(SCOPE.split(" ")));
});

test("the user info belongs to the user of the token", async () => {
  const tokens = await signIn();
  const { sub } = tokens.claims();
  assert.deepEqual(await oidc.fetchUserInfo(config, tokens.access_token, sub), {
    sub,
    username: "jane",
    email: "jane@example.com",
    email_verified: "true",
  });
});

test("a refresh brings new tokens of the same sign-in, until the refresh token is revoked", async () => {
  const first = await signIn();
  const again = await oidc.refreshTokenGrant(config, first.refresh_token);
  assert.deepEqual(Object.keys(again).sort(), ["access_token", "expires_in", "id_token", "token_type"]);
  assert.deepEqual([again.claims().sub, again.claims().auth_time], [first.claims().sub, first.claims().auth_time]);
  await oidc.tokenRevocation(config, first.refresh_token);
  await assert.rejects(oidc.refreshTokenGrant(config, first.refresh_token), { error: "invalid_grant", status: 400 });
});

test("a code is exchanged once, and only with its own verifier", async () => {
  const { url, kept } = await begin();
  const address = await new Browser().signIn(url, "jane");
  await oidc.authorizationCodeGrant(config, new URL(address), kept);
  await assert.rejects(oidc.authorizationCodeGrant(config, new URL(address), kept), { error: "invalid_grant" });
  const other = await begin();
  const stolen = await new Browser().signIn(other.url, "jane");
  const guessed = { ...other.kept, pkceCodeVerifier: oidc.randomPKCECodeVerifier() };
  await assert.rejects(oidc.authorizationCodeGrant(config, stolen, guessed), { error: "invalid_grant" });
});

test("an error comes back to the callback with the state", async () => {
  const { url, kept } = await begin({ scope: "openid phone" });
  const answer = await new Browser().request(url);
  const address = new URL(answer.headers.get("location"));
  await assert.rejects(oidc.authorizationCodeGrant(config, address, kept), {
    name: "AuthorizationResponseError",
    error: "invalid_request",
    error_description: "invalid_scope",
  });
});

test("a second application of the session is not asked for a password", async () => {
  const browser = new Browser();
  await signIn(browser);
  const { url, kept } = await begin();
  const answer = await browser.request(url);
  assert.equal(answer.status, 302);
  const tokens = await oidc.authorizationCodeGrant(config, new URL(answer.headers.get("location")), kept);
  assert.equal(tokens.claims()["cognito:username"], "jane");
});
