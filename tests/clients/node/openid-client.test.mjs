// openid-client: discovery and the machine grant, as a Node service would use them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decodeJwt } from "jose";
import * as oidc from "openid-client";
import { CANCEL, createOrders, READ, startServer, WRITE } from "./poolpass.mjs";

let server, orders;
before(async () => {
  server = await startServer();
  orders = await createOrders(server);
});
after(() => server?.stop());

/** The configuration a service builds at its start. */
function discover(authentication, secret = orders.clientSecret) {
  const issuer = new URL(server.issuer(orders.poolId));
  const insecure = { execute: [oidc.allowInsecureRequests] };
  return oidc.discovery(issuer, orders.clientId, {}, authentication(secret), insecure);
}

for (const [name, authentication] of [
  ["client_secret_basic", oidc.ClientSecretBasic],
  ["client_secret_post", oidc.ClientSecretPost],
]) {
  test(`a discovered pool gives a token to a client that uses ${name}`, async () => {
    const config = await discover(authentication);
    const tokens = await oidc.clientCredentialsGrant(config, { scope: READ });
    assert.deepEqual(Object.keys(tokens).sort(), ["access_token", "expires_in", "token_type"]);
    assert.equal(tokens.expires_in, 3600);
    assert.equal(decodeJwt(tokens.access_token).scope, READ);
  });
}

test("the discovered issuer is the one the tokens carry", async () => {
  const config = await discover(oidc.ClientSecretBasic);
  const { access_token } = await oidc.clientCredentialsGrant(config);
  const claims = decodeJwt(access_token);
  assert.equal(claims.iss, config.serverMetadata().issuer);
  assert.equal(claims.scope, `${READ} ${WRITE}`);
});

test("a disallowed scope is reported by its OAuth name", async () => {
  const config = await discover(oidc.ClientSecretBasic);
  await assert.rejects(oidc.clientCredentialsGrant(config, { scope: `${READ} ${CANCEL}` }), (failure) => {
    assert.ok(failure instanceof oidc.ResponseBodyError);
    assert.deepEqual([failure.status, failure.cause], [400, { error: "invalid_scope" }]);
    return true;
  });
});

test("a secret with characters that this library percent-encodes in the Basic header is accepted", async () => {
  const secret = "with_underscore+and_plus_1";
  const named = { UserPoolId: orders.poolId, ClientId: orders.clientId };
  const { ClientSecretDescriptor } = await server.cognito.addUserPoolClientSecret({ ...named, ClientSecret: secret });
  const config = await discover(oidc.ClientSecretBasic, secret);
  const { access_token } = await oidc.clientCredentialsGrant(config, { scope: READ });
  assert.equal(decodeJwt(access_token).client_id, orders.clientId);
  const { ClientSecretId } = ClientSecretDescriptor;
  await server.cognito.deleteUserPoolClientSecret({ ...named, ClientSecretId });
  await assert.rejects(oidc.clientCredentialsGrant(config), { name: "ResponseBodyError", error: "invalid_client" });
});
