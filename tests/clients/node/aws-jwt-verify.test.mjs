// aws-jwt-verify: AWS's own verifier. It derives the issuer from the pool id and fetches keys over https only, so the
// keys are handed to it (its documented cache), and the server issues tokens with the issuer of the real service.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CognitoJwtVerifier, JwtRsaVerifier } from "aws-jwt-verify";
import {
  CognitoJwtInvalidClientIdError,
  CognitoJwtInvalidTokenUseError,
  JwtInvalidScopeError,
  JwtInvalidSignatureError,
  ParameterValidationError,
} from "aws-jwt-verify/error";
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
