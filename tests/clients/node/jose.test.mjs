// jose: an API that checks tokens against the published keys.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import { createOrders, fetchToken, READ, startServer } from "./poolpass.mjs";

let server, orders;
before(async () => {
  server = await startServer();
  orders = await createOrders(server);
});
after(() => server?.stop());

const keysOf = (poolId) => createRemoteJWKSet(new URL(server.jwksUrl(poolId)));

test("a token verifies against the key set of its pool", async () => {
  const token = await fetchToken(server, orders, READ);
  const issuer = server.issuer(orders.poolId);
  const requiredClaims = ["client_id", "jti", "iat", "exp"];
  const { payload, protectedHeader } = await jwtVerify(token, keysOf(orders.poolId), { issuer, requiredClaims });
  assert.deepEqual(Object.keys(protectedHeader), ["kid", "alg"]);
  assert.deepEqual(
    [payload.sub, payload.scope, payload.token_use, payload.version, payload.aud],
    [orders.clientId, READ, "access", 2, undefined],
  );
});

test("another issuer, another pool and a changed token do not verify", async () => {
  const token = await fetchToken(server, orders, READ);
  const other = await createOrders(server);
  const wrongIssuer = jwtVerify(token, keysOf(orders.poolId), { issuer: server.issuer(other.poolId) });
  await assert.rejects(wrongIssuer, errors.JWTClaimValidationFailed);
  await assert.rejects(jwtVerify(token, keysOf(other.poolId)), errors.JWKSNoMatchingKey);
  const [head, , signature] = token.split(".");
  const [, foreign] = (await fetchToken(server, orders, undefined)).split(".");
  const changed = jwtVerify([head, foreign, signature].join("."), keysOf(orders.poolId));
  await assert.rejects(changed, errors.JWSSignatureVerificationFailed);
});

test("the key set holds two RSA keys for signatures", async () => {
  const { keys } = await (await fetch(server.jwksUrl(orders.poolId))).json();
  assert.equal(new Set(keys.map((key) => key.kid)).size, 2);
  for (const key of keys) {
    assert.deepEqual(Object.keys(key).sort(), ["alg", "e", "kid", "kty", "n", "use"]);
    assert.deepEqual([key.alg, key.e, key.kty, key.use], ["RS256", "AQAB", "RSA", "sig"]);
    assert.equal(Buffer.from(key.n, "base64url").length, 256);
    assert.match(key.kid, /^[A-Za-z0-9+/]{43}=$/);
  }
});

test("the keys of an unknown pool are refused in words", async () => {
  const answer = await fetch(server.jwksUrl("us-east-1_AAAAAAAAA"));
  assert.equal(answer.status, 400);
  assert.deepEqual(await answer.json(), { message: "User pool us-east-1_AAAAAAAAA does not exist." });
});
