// A poolpass with the demo world, a Chromium that visits it, and an application whose callback ends every sign-in.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac, randomBytes, createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const BINARY = process.env.POOLPASS_BIN ?? path.join(ROOT, "target", "release", "poolpass");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const START_MILLISECONDS = 20_000;
/** Pictures of what was seen. */
export const PICTURES = path.join(ROOT, "target", "screenshots");

export const PASSWORD = "Demo-password-1";
const POOL = "us-east-1_Demo00001";
const READ = "https://api.example.com/orders/read";
const GRACE_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 800 };

const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the server, and an application whose users it signs in; the caller stops both. */
export async function startWorld() {
  const [server, application] = await Promise.all([startServer(), startApplication()]);
  const callback = `${application.origin}/callback`;
  const { UserPoolClient } = await server.call("CreateUserPoolClient", {
    UserPoolId: POOL,
    ClientName: "application",
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: ["openid", "email", READ],
    CallbackURLs: [callback],
    LogoutURLs: [`${application.origin}/`],
    SupportedIdentityProviders: ["COGNITO"],
    PreventUserExistenceErrors: "ENABLED",
  });
  return {
    ...server,
    application: application.origin,
    callback,
    client: UserPoolClient.ClientId,
    /** A client of a pool in which everybody needs a second factor, and a user who has none yet. */
    async strictPool() {
      const { UserPool } = await server.call("CreateUserPool", { PoolName: "strict" });
      const UserPoolId = UserPool.Id;
      const SoftwareTokenMfaConfiguration = { Enabled: true };
      const mfa = { UserPoolId, MfaConfiguration: "ON", SoftwareTokenMfaConfiguration };
      await server.call("SetUserPoolMfaConfig", mfa);
      const made = await server.call("CreateUserPoolClient", {
        UserPoolId,
        ClientName: "strict",
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ["code"],
        AllowedOAuthScopes: ["openid"],
        CallbackURLs: [callback],
        SupportedIdentityProviders: ["COGNITO"],
      });
      await server.call("AdminCreateUser", { UserPoolId, Username: "eve", MessageAction: "SUPPRESS" });
      await server.call("AdminSetUserPassword", { UserPoolId, Username: "eve", Password: PASSWORD, Permanent: true });
      return { client_id: made.UserPoolClient.ClientId, scope: "openid" };
    },
    /** A client of a pool whose user `zoe` has two second factors and prefers none of them. */
    async choosingPool() {
      const UserPoolId = "us-east-1_Choosing1";
      const SourceArn = "arn:aws:ses:us-east-1:000000000000:identity/pool@example.com";
      await server.seed({
        pools: [
          {
            id: UserPoolId,
            name: "choosing",
            settings: { EmailConfiguration: { EmailSendingAccount: "DEVELOPER", SourceArn } },
            mfa: {
              MfaConfiguration: "OPTIONAL",
              SoftwareTokenMfaConfiguration: { Enabled: true },
              EmailMfaConfiguration: { Message: "Your code is {####}", Subject: "Your code" },
            },
            clients: [
              { id: "choosing", allowed_flows: ["code"], allowed_scopes: ["openid"], callback_urls: [callback] },
            ],
            users: [
              {
                username: "zoe",
                password: PASSWORD,
                attributes: { email: "zoe@example.com", email_verified: "true" },
                totp_secret: GRACE_SECRET,
              },
            ],
          },
        ],
      });
      await server.call("AdminSetUserMFAPreference", {
        UserPoolId,
        Username: "zoe",
        SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: false },
        EmailMfaSettings: { Enabled: true, PreferredMfa: false },
      });
      return { client_id: "choosing", scope: "openid" };
    },
    async stop() {
      application.stop();
      await server.stop();
    },
  };
}

/** An application that welcomes whoever comes. */
async function startApplication() {
  const listener = createServer((_, answer) => {
    answer.setHeader("content-type", "text/html");
    answer.end("<!doctype html><html lang=en><title>The application</title><h1>Welcome</h1>");
  });
  await once(listener.listen(0, "localhost"), "listening");
  const stop = () => {
    listener.closeAllConnections();
    listener.close();
  };
  return { origin: `http://localhost:${listener.address().port}`, stop };
}

async function startServer() {
  assert.ok(existsSync(BINARY), `${BINARY} is missing: run \`cargo build --release\` or set POOLPASS_BIN`);
  const folder = mkdtempSync(path.join(tmpdir(), "poolpass-"));
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(POOLPASS|AWS)_/.test(name)));
  const serve = ["serve", "--demo", "--store", "memory", "--listen", "127.0.0.1:0", "--ready-json"];
  const child = spawn(BINARY, serve, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (log += text));
  const giveUp = setTimeout(() => child.kill("SIGKILL"), START_MILLISECONDS);
  const ready = once(createInterface({ input: child.stdout }), "line");
  const [line] = await Promise.race([ready, once(child, "exit").then(() => [undefined])]);
  clearTimeout(giveUp);
  assert.ok(line, `no ready line; the log says: ${log}`);
  const { port } = JSON.parse(line);
  // By name, as people reach it: cookies of plain localhost ignore the port.
  const endpoint = `http://localhost:${port}`;
  return {
    endpoint,
    /** Calls an operation of the JSON API. */
    async call(operation, request) {
      const headers = { "x-amz-target": `AWSCognitoIdentityProviderService.${operation}` };
      const answer = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(request) });
      const body = await answer.text();
      assert.equal(answer.status, 200, body);
      return body && JSON.parse(body);
    },
    /** Brings a declared world into the store. */
    async seed(world) {
      const answer = await fetch(`${endpoint}/_poolpass/seed`, { method: "POST", body: JSON.stringify(world) });
      assert.equal(answer.status, 200, await answer.text());
    },
    async stop() {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
      rmSync(folder, { recursive: true });
    },
  };
}

/** Starts the browser; the caller closes it. */
export function startBrowser() {
  return chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
}

/** A visitor of their own, with cookies of their own; whatever the page's policy stops makes the test fail. */
export async function visitor(browser, options = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, colorScheme: "light", ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    // A refused sign-in is a 401, which the console reports as a resource that failed.
    if (message.type() === "error" && !/status of 40\d/.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { context, page, complaints };
}

/** Where an application sends a browser to sign in, with the PKCE verifier that belongs to it. */
export function authorizeUrl(server, parameters = {}) {
  const verifier = randomBytes(32).toString("base64url");
  const query = new URLSearchParams({
    client_id: server.client,
    response_type: "code",
    redirect_uri: server.callback,
    scope: `openid email ${READ}`,
    state: "state-of-the-application",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...parameters,
  });
  return { url: `${server.endpoint}/oauth2/authorize?${query}`, verifier };
}

/** Waits until the browser is back at the application; answers the parameters it came with. */
export async function atCallback(page, server) {
  await page.waitForURL((url) => url.href.startsWith(`${server.callback}?`));
  return Object.fromEntries(new URL(page.url()).searchParams);
}

/** What the application does next. */
export async function exchange(server, code, verifier) {
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: server.client,
    redirect_uri: server.callback,
    code_verifier: verifier,
    code,
  });
  const answer = await fetch(`${server.endpoint}/oauth2/token`, { method: "POST", body });
  return { status: answer.status, body: await answer.json() };
}

/** The claims of a token, unverified. */
export function claims(token) {
  return JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
}

/** The code in the newest message to this address. */
export async function mailedCode(server, to) {
  const answer = await fetch(`${server.endpoint}/_poolpass/outbox?${new URLSearchParams({ to })}`);
  const { messages } = await answer.json();
  assert.ok(messages.length > 0, `no message to ${to}`);
  return messages[0].code;
}

/** The one-time password that grace's app shows now (RFC 6238). */
export function oneTimePassword(secret = GRACE_SECRET, at = Date.now()) {
  const bits = [...secret].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"));
  const bytes = bits.join("").match(/.{8}/g).map((byte) => parseInt(byte, 2));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const digest = createHmac("sha1", Buffer.from(bytes)).update(counter).digest();
  const offset = digest.at(-1) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Fills in the classic form. */
export async function signIn(page, username, password = PASSWORD) {
  await page.fill("#signInFormUsername", username);
  await page.fill("#signInFormPassword", password);
  await page.click("[name=signInSubmitButton]");
}

/** Keeps a picture, and holds that the page fits its window and can be read by everybody. */
export async function inspect(page, name) {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`), fullPage: true });
  const overflow = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `${name} is ${overflow} pixels too wide`);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(", ")}`);
  assert.deepEqual(told, [], name);
}
