// What a person has at hand: a mailbox, an authenticator, a browser; and the pool that knows them.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

export const PASSWORD = "Correct-horse-7";
export const CALLBACK = "https://app.example.com/callback";
export const SIGNED_OUT = "https://app.example.com/bye";

/** A pool whose users have e-mail addresses, and an app without a secret that may do everything. */
export async function createPeople({ cognito }, settings = {}) {
  const pool = { PoolName: "people", AutoVerifiedAttributes: ["email"], ...settings };
  const { UserPool } = await cognito.createUserPool(pool);
  const UserPoolId = UserPool.Id;
  await cognito.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: "OPTIONAL",
    SoftwareTokenMfaConfiguration: { Enabled: true },
  });
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: "app",
    ExplicitAuthFlows: [
      "ALLOW_USER_SRP_AUTH",
      "ALLOW_USER_PASSWORD_AUTH",
      "ALLOW_REFRESH_TOKEN_AUTH",
      "ALLOW_USER_AUTH",
    ],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: ["openid", "email", "profile"],
    CallbackURLs: [CALLBACK],
    LogoutURLs: [SIGNED_OUT],
    SupportedIdentityProviders: ["COGNITO"],
    PreventUserExistenceErrors: "ENABLED",
  });
  return { poolId: UserPoolId, clientId: UserPoolClient.ClientId };
}

/** A confirmed user with a verified address. */
export async function createUser({ cognito }, { poolId: UserPoolId }, Username, password = PASSWORD) {
  const UserAttributes = [
    { Name: "email", Value: `${Username}@example.com` },
    { Name: "email_verified", Value: "true" },
  ];
  await cognito.adminCreateUser({ UserPoolId, Username, UserAttributes, MessageAction: "SUPPRESS" });
  await cognito.adminSetUserPassword({ UserPoolId, Username, Password: password, Permanent: true });
}

/** A user who must choose a password. */
export async function inviteUser({ cognito }, { poolId: UserPoolId }, Username, TemporaryPassword) {
  const UserAttributes = [{ Name: "email", Value: `${Username}@example.com` }];
  await cognito.adminCreateUser({ UserPoolId, Username, UserAttributes, TemporaryPassword, MessageAction: "SUPPRESS" });
}

/** An authenticator app: the code of this moment, or at once the next one, which the server takes as well. */
export class Phone {
  #key;
  #step = 0;

  constructor(secret) {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
    this.#key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  }

  code() {
    this.#step = Math.max(this.#step + 1, Math.floor(Date.now() / 30_000));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(this.#step));
    const digest = createHmac("sha1", this.#key).update(counter).digest();
    const number = digest.readUInt32BE(digest.at(-1) & 15) & 0x7fff_ffff;
    return String(number % 1_000_000).padStart(6, "0");
  }
}

/** Fills the form of the sign-in page as scripts do that were written for the real page. */
export class Browser {
  #cookies = new Map();

  /** One request; the answer is not followed. */
  async request(url, init = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { ...init, headers: { ...init.headers, cookie }, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.#cookies.set(name, value);
    }
    return answer;
  }

  /** A page, wherever it is in the end. */
  async open(url) {
    const answer = await this.request(url);
    const next = answer.headers.get("location");
    if (next !== null) return this.open(new URL(next, url));
    return { url, status: answer.status, text: await answer.text() };
  }

  /** From the authorize address to the callback's: the whole address the browser is sent to. */
  async signIn(url, username, password = PASSWORD) {
    const page = await this.open(url);
    assert.equal(page.status, 200, page.text);
    const [, csrf] = /name="_csrf"\s+value="([^"]+)"/.exec(page.text);
    const body = new URLSearchParams({ _csrf: csrf, username, password });
    const answer = await this.request(page.url, { method: "POST", body });
    assert.equal(answer.status, 302, await answer.text());
    return new URL(answer.headers.get("location"));
  }
}
