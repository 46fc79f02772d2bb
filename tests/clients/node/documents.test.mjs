// The programs of docs/sign-in.md, run as they are printed but for the port, against the demo world.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Phone } from "./people.mjs";
import { startServer } from "./poolpass.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PROGRAMS = path.join(HERE, "../../../docs/sign-in");
const PASSWORD = "Demo-password-1";
const READ = "https://api.example.com/orders/read";

let server;
before(async () => (server = await startServer("--demo")));
after(() => server?.stop());

/** Runs a program beside the installed packages; what it prints, line by line. */
async function run(name, ...words) {
  const text = readFileSync(path.join(PROGRAMS, name), "utf8");
  const copy = path.join(HERE, `.printed-${name}`);
  writeFileSync(copy, text.replaceAll("http://localhost:7665", `http://localhost:${new URL(server.endpoint).port}`));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [copy, ...words], { cwd: HERE });
    return stdout.trimEnd().split("\n");
  } finally {
    rmSync(copy);
  }
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
