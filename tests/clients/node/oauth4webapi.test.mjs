// oauth4webapi: the same protocol from the strictest of the libraries.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decodeJwt } from "jose";
import * as oauth from "oauth4webapi";
import { CANCEL, createOrders, READ, startServer } from "./poolpass.mjs";

let server, orders, authorizationServer;
const insecure = { [oauth.allowInsecureRequests]: true };

before(async () => {
  server = await startServer();
  orders = await createOrders(server);
  const issuer = new URL(server.issuer(orders.poolId));
  const answer = await oauth.discoveryRequest(issuer, insecure);
  authorizationServer = await oauth.processDiscoveryResponse(issuer, answer);
});
after(() => server?.stop());

async function grant(scope) {
  const client = { client_id: orders.clientId };
  const authentication = oauth.ClientSecretBasic(orders.clientSecret);
  const parameters = new URLSearchParams(scope ? { scope } : {});
  const request = [authorizationServer, client, authentication, parameters, insecure];
  const answer = await oauth.clientCredentialsGrantRequest(...request);
  return oauth.processClientCredentialsResponse(authorizationServer, client, answer);
}

test("the discovery document has the members of the real service and no others", () => {
  assert.deepEqual(Object.keys(authorizationServer), [
    "authorization_endpoint",
    "end_session_endpoint",
    "id_token_signing_alg_values_supported",
    "issuer",
    "jwks_uri",
    "response_types_supported",
    "revocation_endpoint",
    "scopes_supported",
    "subject_types_supported",
    "token_endpoint",
    "token_endpoint_auth_methods_supported",
    "userinfo_endpoint",
  ]);
  assert.deepEqual(authorizationServer.scopes_supported, ["openid", "email", "phone", "profile"]);
});

test("a token is granted for the requested scope", async () => {
  const tokens = await grant(READ);
  assert.deepEqual({ ...tokens, access_token: "…" }, { access_token: "…", expires_in: 3600, token_type: "bearer" });
  assert.equal(decodeJwt(tokens.access_token).scope, READ);
});

test("a disallowed scope gets no token", async () => {
  await assert.rejects(grant(`${READ} ${CANCEL}`), { name: "ResponseBodyError", error: "invalid_scope", status: 400 });
});
