// aws-jwt-verify: AWS's own verifier. It derives the issuer from the pool id and fetches keys over https only, so the
// keys are handed to it (its documented cache), and the server issues tokens with the issuer of the real service.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CognitoJwtVerifier, JwtRsaVerifier } from "aws-jwt-verify";
import {
  CognitoJwtInvalidClientIdError,
  CognitoJwtInvalidGroupError,
  CognitoJwtInvalidTokenUseError,
  JwtInvalidScopeError,
  JwtInvalidSignatureError,
  ParameterValidationError,
} from "aws-jwt-verify/error";
import { createPeople, createUser, PASSWORD } from "./people.mjs";
import { CANCEL, createOrders, fetchToken, READ, REGION, startServer, WRITE } from "./poolpass.mjs";

const keysOf = async (server, poolId) => (await fetch(server.jwksUrl(poolId))).json();

describe("with the issuer of the real service", () => {
  let server, orders, token;
  before(async () => {
    server = await startServer("--issuer", "aws");
    orders = await createOrders(server);
    token = await fetchToken(server, orders);
  });
  after(() => server?.stop());

  async function verifier(settings) {
    const { poolId: userPoolId, clientId } = orders;
    const built = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse: "access", ...settings });
    built.cacheJwks(await keysOf(server, userPoolId));
    return built;
  }

  test("an access token is accepted", async () => {
    const payload = await (await verifier({ scope: [READ, CANCEL] })).verify(token);
    const issuer = `https://cognito-idp.${REGION}.amazonaws.com/${orders.poolId}`;
    assert.deepEqual([payload.iss, payload.scope], [issuer, `${READ} ${WRITE}`]);
  });

  test("a missing scope, another client, another use and a changed token are refused", async () => {
    const [head, payload, signature] = token.split(".");
    const changed = [head, payload, (signature.startsWith("A") ? "B" : "A") + signature.slice(1)].join(".");
    await assert.rejects((await verifier({ scope: CANCEL })).verify(token), JwtInvalidScopeError);
    await assert.rejects((await verifier({ clientId: "another" })).verify(token), CognitoJwtInvalidClientIdError);
    await assert.rejects((await verifier({ tokenUse: "id" })).verify(token), CognitoJwtInvalidTokenUseError);
    await assert.rejects((await verifier({})).verify(changed), JwtInvalidSignatureError);
  });
});

describe("with the tokens of a user", () => {
  let server, people, tokens;
  before(async () => {
    server = await startServer("--issuer", "aws");
    people = await createPeople(server);
    await createUser(server, people, "jane");
    const named = { UserPoolId: people.poolId, GroupName: "readers" };
    await server.cognito.createGroup(named);
    await server.cognito.adminAddUserToGroup({ ...named, Username: "jane" });
    const answer = await server.cognito.initiateAuth({
      ClientId: people.clientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "jane", PASSWORD },
    });
    tokens = answer.AuthenticationResult;
  });
  after(() => server?.stop());

  async function verifier(tokenUse, settings) {
    const { poolId: userPoolId, clientId } = people;
    const built = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse, ...settings });
    built.cacheJwks(await keysOf(server, userPoolId));
    return built;
  }

  test("both tokens are accepted, each for its use, and name the same user", async () => {
    const access = await (await verifier("access", { groups: "readers" })).verify(tokens.AccessToken);
    const id = await (await verifier("id", { groups: "readers" })).verify(tokens.IdToken);
    assert.deepEqual([access.username, id["cognito:username"]], ["jane", "jane"]);
    assert.equal(access.sub, id.sub);
    assert.equal(id.aud, people.clientId);
  });

  test("a token for the other use, of another group or without a scope is refused", async () => {
    await assert.rejects((await verifier("id")).verify(tokens.AccessToken), CognitoJwtInvalidTokenUseError);
    await assert.rejects((await verifier("access")).verify(tokens.IdToken), CognitoJwtInvalidTokenUseError);
    const writers = await verifier("id", { groups: "writers" });
    await assert.rejects(writers.verify(tokens.IdToken), CognitoJwtInvalidGroupError);
    const scoped = await verifier("access", { scope: "openid" });
    await assert.rejects(scoped.verify(tokens.AccessToken), JwtInvalidScopeError);
  });
});

describe("with the local issuer", () => {
  let server, orders, token;
  before(async () => {
    server = await startServer();
    orders = await createOrders(server);
    token = await fetchToken(server, orders, READ);
  });
  after(() => server?.stop());

  async function verifier(issuer) {
    const built = JwtRsaVerifier.create({ issuer, audience: null, jwksUri: server.jwksUrl(orders.poolId), scope: READ });
    built.cacheJwks(await keysOf(server, orders.poolId));
    return built;
  }

  test("the general verifier accepts a token of the pool", async () => {
    const payload = await (await verifier(server.issuer(orders.poolId))).verify(token);
    assert.deepEqual([payload.client_id, payload.scope], [orders.clientId, READ]);
  });

  test("the verifier for the real service refuses the local issuer", async () => {
    const { poolId: userPoolId, clientId } = orders;
    const strict = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse: "access" });
    strict.cacheJwks(await keysOf(server, userPoolId));
    await assert.rejects(strict.verify(token), ParameterValidationError);
  });
});
