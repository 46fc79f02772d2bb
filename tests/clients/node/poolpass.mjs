// One poolpass process on a free port with an empty store in memory, and a world to act in.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const BINARY = process.env.POOLPASS_BIN ?? path.join(ROOT, "target", "release", "poolpass");
const SERVE = ["serve", "--store", "memory", "--listen", "127.0.0.1:0", "--ready-json"];
const START_MILLISECONDS = 20_000;

export const REGION = "us-east-1";
export const ORDERS = "https://api.example.com/orders";
export const [READ, WRITE, CANCEL] = ["read", "write", "cancel"].map((name) => `${ORDERS}/${name}`);

/** Starts a server; the caller stops it. */
export async function startServer(...args) {
  assert.ok(existsSync(BINARY), `${BINARY} is missing: run \`cargo build --release\` or set POOLPASS_BIN`);
  const folder = mkdtempSync(path.join(tmpdir(), "poolpass-"));
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(POOLPASS|AWS)_/.test(name)));
  const child = spawn(BINARY, [...SERVE, ...args], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (log += text));

  const lines = createInterface({ input: child.stdout });
  const giveUp = setTimeout(() => child.kill("SIGKILL"), START_MILLISECONDS);
  const [line] = await Promise.race([once(lines, "line"), once(child, "exit").then(() => [undefined])]);
  clearTimeout(giveUp);
  assert.ok(line, `no ready line; the log says: ${log}`);
  const ready = JSON.parse(line);
  assert.equal(ready.event, "ready");

  const { endpoint } = ready;
  return {
    endpoint,
    /** Where each gateway is, by its name. */
    gateways: Object.fromEntries((ready.gateways ?? []).map(({ name, url }) => [name, url.replace(/\/$/, "")])),
    tokenUrl: `${endpoint}/oauth2/token`,
    issuer: (poolId) => `http://localhost:${new URL(endpoint).port}/${poolId}`,
    jwksUrl: (poolId) => `${endpoint}/${poolId}/.well-known/jwks.json`,
    cognito: cognito(endpoint),
    /** The code that a user of the pool was last sent to this address or number. */
    async codeFor(poolId, to) {
      const query = new URLSearchParams({ pool: poolId, to, limit: "1" });
      const { messages } = await (await fetch(`${endpoint}/_poolpass/outbox?${query}`)).json();
      return messages[0].code;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      rmSync(folder, { recursive: true });
    },
  };
}

/** The official client; it does not repeat a refused call, so that every answer is seen. */
export function cognito(endpoint, region = REGION) {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return new CognitoIdentityProvider({ endpoint, region, credentials, maxAttempts: 1 });
}

/** A pool with the orders API (read, write, cancel) and a machine that may read and write. */
export async function createOrders({ cognito }) {
  const { UserPool } = await cognito.createUserPool({ PoolName: "orders" });
  const UserPoolId = UserPool.Id;
  const Scopes = ["read", "write", "cancel"].map((name) => ({ ScopeName: name, ScopeDescription: `May ${name}` }));
  await cognito.createResourceServer({ UserPoolId, Identifier: ORDERS, Name: "Orders", Scopes });
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: "machine",
    GenerateSecret: true,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["client_credentials"],
    AllowedOAuthScopes: [READ, WRITE],
  });
  return { poolId: UserPoolId, clientId: UserPoolClient.ClientId, clientSecret: UserPoolClient.ClientSecret };
}

/** One token, fetched with nothing but the platform. */
export async function fetchToken(server, { clientId, clientSecret }, scope) {
  const body = new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret });
  if (scope !== undefined) body.set("scope", scope);
  const answer = await fetch(server.tokenUrl, { method: "POST", body });
  const { access_token } = await answer.json();
  assert.equal(answer.status, 200);
  return access_token;
}
