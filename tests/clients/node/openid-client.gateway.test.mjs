// openid-client: tokens of a machine and of a person, shown to a gateway in front of an ordinary API.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as oidc from "openid-client";
import { Browser, CALLBACK, PASSWORD } from "./people.mjs";
import { startServer } from "./poolpass.mjs";

const API = fileURLToPath(new URL("../../../examples/orders/api.py", import.meta.url));
const POOL = "us-east-1_Gateway02";
const SECRET = "a_secret_of_24_characters";

const world = (upstream) => `
pools:
  - id: ${POOL}
    resource_servers: [{ identifier: orders, scopes: [read, write] }]
    clients:
      - { id: board, secret: ${SECRET}, allowed_flows: [client_credentials], allowed_scopes: [orders/read] }
      - { id: app, allowed_flows: [code], allowed_scopes: [openid, email, orders/write], callback_urls: ["${CALLBACK}"] }
    users: [{ username: jane, password: ${PASSWORD} }]
gateways:
${["rest-api", "http-api"]
  .map(
    (dialect) => `
  - name: ${dialect}
    dialect: ${dialect}
    base_path: /${dialect}
    upstream: http://127.0.0.1:${upstream}
    authorizers: { users: { pools: [${POOL}] } }
    default_authorizer: users
    routes:
      - { route: GET /orders, scopes: [orders/read, email] }
      - { route: POST /orders, scopes: [orders/write] }`,
  )
  .join("")}
`;

let api, folder, server;
before(async () => {
  api = spawn("python3", [API, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: api.stdout }), "line");
  folder = mkdtempSync(path.join(tmpdir(), "gateway-"));
  const file = path.join(folder, "world.yaml");
  writeFileSync(file, world(line.trim().split(":").at(-1)));
  server = await startServer("--config", file, "--gateway-listen", "127.0.0.1:0");
});
after(async () => {
  await server?.stop();
  api.kill();
  rmSync(folder, { recursive: true });
});

const discover = (clientId, secret, authentication) =>
  oidc.discovery(new URL(server.issuer(POOL)), clientId, secret, authentication, {
    execute: [oidc.allowInsecureRequests],
  });

async function ask(dialect, method, token) {
  const init = { method, headers: { authorization: `Bearer ${token}`, "content-type": "application/json" } };
  if (method === "POST") init.body = JSON.stringify({ item: "tea" });
  const answer = await fetch(`${server.gateways[dialect]}/orders`, init);
  await answer.arrayBuffer();
  return answer.status;
}

const statuses = async (token) =>
  Object.fromEntries(
    await Promise.all(
      ["rest-api", "http-api"].map(async (dialect) => [
        dialect,
        [await ask(dialect, "GET", token), await ask(dialect, "POST", token)],
      ]),
    ),
  );

test("a machine reads, and may not write", async () => {
  const config = await discover("board", SECRET);
  const { access_token } = await oidc.clientCredentialsGrant(config, { scope: "orders/read" });
  assert.deepEqual(await statuses(access_token), { "rest-api": [200, 401], "http-api": [200, 403] });
});

test("a person's access token opens what its scopes open, and the ID token nothing that wants scopes", async () => {
  const config = await discover("app", {}, oidc.None());
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const signIn = async (scope) => {
    const expectedState = oidc.randomState();
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope,
      state: expectedState,
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
    });
    const callback = await new Browser().signIn(url, "jane");
    return oidc.authorizationCodeGrant(config, callback, { pkceCodeVerifier, expectedState });
  };
  const reading = await signIn("openid email");
  assert.deepEqual(await statuses(reading.access_token), { "rest-api": [200, 401], "http-api": [200, 403] });
  assert.deepEqual(await statuses(reading.id_token), { "rest-api": [401, 401], "http-api": [403, 403] });
  const writing = await signIn("openid orders/write");
  assert.deepEqual(await statuses(writing.access_token), { "rest-api": [401, 201], "http-api": [403, 201] });
});
