// The programs of docs/sign-in.md, run as they are printed but for the port, against the demo world.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Browser, Phone } from "./people.mjs";
import { startServer } from "./poolpass.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PROGRAMS = path.join(HERE, "../../../docs/sign-in");
const PASSWORD = "Demo-password-1";
const READ = "https://api.example.com/orders/read";

let server;
before(async () => (server = await startServer("--demo")));
after(() => server?.stop());

/** A program beside the installed packages, with ports of this run in it. */
function copy(name, ports) {
  const text = readFileSync(path.join(PROGRAMS, name), "utf8");
  const file = path.join(HERE, `.printed-${name}`);
  writeFileSync(file, text.replaceAll(/(?<=[:(])(7665|3000)\b/g, (port) => ports[port]));
  return file;
}

/** Runs a program to its end; what it prints, line by line. */
async function run(name, ...words) {
  const file = copy(name, { 7665: new URL(server.endpoint).port });
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [file, ...words], { cwd: HERE });
    return stdout.trimEnd().split("\n");
  } finally {
    rmSync(file);
  }
}

/** A port that is free at this moment. */
async function freePort() {
  const listener = createServer();
  await once(listener.listen(0, "localhost"), "listening");
  const { port } = listener.address();
  listener.close();
  return port;
}

/** The demo's client has one callback more. */
async function addCallback(url) {
  const named = { UserPoolId: "us-east-1_Demo00001", ClientId: "4demo0spa00000000000000000" };
  const { UserPoolClient } = await server.cognito.describeUserPoolClient(named);
  const { CreationDate, LastModifiedDate, CallbackURLs, ...settings } = UserPoolClient;
  await server.cognito.updateUserPoolClient({ ...settings, CallbackURLs: [...CallbackURLs, url] });
}

/** An access token of a user, without a browser. */
async function token(user, scopes) {
  const body = JSON.stringify({ user, scopes });
  const answer = await fetch(`${server.endpoint}/_poolpass/sign-in`, { method: "POST", body });
  return (await answer.json()).access_token;
}

const API_SCOPE = "scope:  aws.cognito.signin.user.admin";

test("identity.mjs signs in whoever may sign in", async () => {
  const signedIn = (user) => [`signed in as ${user} <${user}@example.com>`, "groups: customers", API_SCOPE];
  assert.deepEqual(await run("identity.mjs", "ben", PASSWORD), signedIn("ben"));
  assert.deepEqual(await run("identity.mjs", "noor", PASSWORD), ["a new password is needed", ...signedIn("noor")]);
  const code = new Phone("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").code();
  const asked = ["a code of the authenticator app is needed"];
  assert.deepEqual(await run("identity.mjs", "grace", PASSWORD, code), [...asked, ...signedIn("grace")]);
  const used = ["ExpiredCodeException: Your software token has already been used once."];
  assert.deepEqual(await run("identity.mjs", "grace", PASSWORD, code), [...asked, ...used]);
  assert.deepEqual(await run("identity.mjs", "ada", "wrong"), [
    "NotAuthorizedException: Incorrect username or password.",
  ]);
  assert.deepEqual(await run("identity.mjs", "kim", PASSWORD), ["UserNotConfirmedException: User is not confirmed."]);
});

test("amplify.mjs signs in", async () => {
  assert.deepEqual(await run("amplify.mjs"), ["true aws.cognito.signin.user.admin"]);
});

test("verify.mjs accepts the scope and refuses its absence", async () => {
  assert.deepEqual(await run("verify.mjs", await token("ada", ["openid", READ])), [`ada may: openid ${READ}`]);
  assert.deepEqual(await run("verify.mjs", await token("ada", ["openid"])), [`refused: the scope ${READ} is missing`]);
});

test("web.mjs sends somebody to the pages and gets scopes of an API", async () => {
  const port = await freePort();
  await addCallback(`http://localhost:${port}/callback`);
  const file = copy("web.mjs", { 7665: new URL(server.endpoint).port, 3000: port });
  const program = spawn(process.execPath, [file], { cwd: HERE, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
    assert.equal((await lines.next()).value, `open http://localhost:${port}/`);
    const address = await new Browser().signIn(`http://localhost:${port}/`, "ada", PASSWORD);
    const scopes = `openid email profile ${READ}`;
    assert.equal(await (await fetch(address)).text(), `Hello Ada, you may: ${scopes}`);
    const printed = [await lines.next(), await lines.next(), await lines.next()].map(({ value }) => value);
    assert.deepEqual(printed, ["signed in as ada <ada@example.com>", "groups: admins, customers", `scope:  ${scopes}`]);
  } finally {
    program.kill();
    rmSync(file);
  }
});
