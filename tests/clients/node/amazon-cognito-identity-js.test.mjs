// amazon-cognito-identity-js: the library of many older applications, callbacks and all. It signs in with SRP.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  AuthenticationDetails,
  CognitoRefreshToken,
  CognitoUser,
  CognitoUserAttribute,
  CognitoUserPool,
} from "amazon-cognito-identity-js";
import { createPeople, createUser, inviteUser, PASSWORD, Phone } from "./people.mjs";
import { startServer } from "./poolpass.mjs";

let server, people;
before(async () => {
  server = await startServer();
  people = await createPeople(server);
});
after(() => server?.stop());

/** Keeps what the library would put into the browser's storage. */
class Memory {
  #items = new Map();
  setItem = (name, value) => void this.#items.set(name, value);
  getItem = (name) => this.#items.get(name) ?? null;
  removeItem = (name) => void this.#items.delete(name);
  clear = () => void this.#items.clear();
}

/** A user in a browser of their own. */
function user(Username) {
  const Storage = new Memory();
  const { poolId: UserPoolId, clientId: ClientId } = people;
  const Pool = new CognitoUserPool({ UserPoolId, ClientId, endpoint: server.endpoint, Storage });
  return new CognitoUser({ Username, Pool, Storage });
}

/** A call that ends in `callback(error, result)`. */
const done = (call) =>
  new Promise((resolve, reject) => call((error, result) => (error ? reject(error) : resolve(result))));

/** A call that ends in one of many callbacks: its name and what it was given. */
const outcome = (call) =>
  new Promise((resolve, reject) => {
    const to = (name) => [name, (...given) => resolve({ name, given })];
    const steps = ["onSuccess", "inputVerificationCode", "newPasswordRequired", "totpRequired", "mfaSetup", "associateSecretCode"];
    call({ ...Object.fromEntries(steps.map(to)), onFailure: reject });
  });

const signIn = (user, Password = PASSWORD) =>
  outcome((callbacks) =>
    user.authenticateUser(new AuthenticationDetails({ Username: user.getUsername(), Password }), callbacks),
  );

test("someone signs up, confirms, signs in and reads their attributes", async () => {
  const jane = user("jane");
  const attributes = [new CognitoUserAttribute({ Name: "email", Value: "jane@example.com" })];
  const signedUp = await done((callback) => jane.pool.signUp("jane", PASSWORD, attributes, null, callback));
  assert.equal(signedUp.userConfirmed, false);
  assert.equal(signedUp.codeDeliveryDetails.Destination, "j***@e***");
  await assert.rejects(signIn(jane), { name: "UserNotConfirmedException" });
  await done((callback) => jane.resendConfirmationCode(callback));
  const code = await server.codeFor(people.poolId, "jane@example.com");
  assert.equal(await done((callback) => jane.confirmRegistration(code, false, callback)), "SUCCESS");
  const { name, given } = await signIn(jane);
  assert.equal(name, "onSuccess");
  const [session] = given;
  assert.equal(session.getIdToken().payload["cognito:username"], "jane");
  assert.equal(session.getAccessToken().payload.scope, "aws.cognito.signin.user.admin");
  const read = await done((callback) => jane.getUserAttributes(callback));
  assert.deepEqual(Object.fromEntries(read.map(({ Name, Value }) => [Name, Value])), {
    sub: signedUp.userSub,
    email: "jane@example.com",
    email_verified: "true",
  });
});

test("a wrong password and an unknown user are refused in the same words", async () => {
  await createUser(server, people, "wendy");
  const refused = { name: "NotAuthorizedException", message: "Incorrect username or password." };
  await assert.rejects(signIn(user("wendy"), "Not-the-one-9"), refused);
  await assert.rejects(signIn(user("nobody")), refused);
});

test("an invited user chooses a password", async () => {
  await inviteUser(server, people, "ines", "Temporary-1");
  const ines = user("ines");
  const asked = await signIn(ines, "Temporary-1");
  assert.equal(asked.name, "newPasswordRequired");
  const [attributes, required] = asked.given;
  assert.equal(attributes.email, "ines@example.com");
  assert.deepEqual(required, []);
  const answered = await outcome((callbacks) => ines.completeNewPasswordChallenge(PASSWORD, {}, callbacks));
  assert.equal(answered.name, "onSuccess");
  assert.equal((await signIn(user("ines"))).name, "onSuccess");
});

test("an authenticator is enrolled and asked for", async () => {
  await createUser(server, people, "theo");
  const theo = user("theo");
  await signIn(theo);
  const associated = await outcome((callbacks) => theo.associateSoftwareToken(callbacks));
  assert.equal(associated.name, "associateSecretCode");
  const phone = new Phone(associated.given[0]);
  await outcome((callbacks) => theo.verifySoftwareToken(phone.code(), "phone", callbacks));
  const preferred = { PreferredMfa: true, Enabled: true };
  assert.equal(await done((callback) => theo.setUserMfaPreference(null, preferred, callback)), "SUCCESS");
  const again = user("theo");
  const asked = await signIn(again);
  assert.deepEqual([asked.name, asked.given[0]], ["totpRequired", "SOFTWARE_TOKEN_MFA"]);
  const answered = await outcome((callbacks) => again.sendMFACode(phone.code(), callbacks, "SOFTWARE_TOKEN_MFA"));
  assert.equal(answered.name, "onSuccess");
});

test("a session is refreshed, changes the password, and ends everywhere", async () => {
  await createUser(server, people, "rita");
  const rita = user("rita");
  const [session] = (await signIn(rita)).given;
  const token = new CognitoRefreshToken({ RefreshToken: session.getRefreshToken().getToken() });
  const refreshed = await done((callback) => rita.refreshSession(token, callback));
  assert.notEqual(refreshed.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());
  assert.equal(await done((callback) => rita.changePassword(PASSWORD, "Another-one-8", callback)), "SUCCESS");
  const [other] = (await signIn(user("rita"), "Another-one-8")).given;
  const signedOut = await outcome((callbacks) => rita.globalSignOut(callbacks));
  assert.deepEqual([signedOut.name, signedOut.given], ["onSuccess", ["SUCCESS"]]);
  const AccessToken = other.getAccessToken().getJwtToken();
  await assert.rejects(server.cognito.getUser({ AccessToken }), {
    name: "NotAuthorizedException",
    message: "Access Token has been revoked",
  });
});

test("a forgotten password is replaced, an account is deleted", async () => {
  await createUser(server, people, "fred");
  const fred = user("fred");
  const asked = await outcome((callbacks) => fred.forgotPassword(callbacks));
  assert.equal(asked.name, "inputVerificationCode");
  const code = await server.codeFor(people.poolId, "fred@example.com");
  await outcome((callbacks) => fred.confirmPassword(code, "Another-one-8", callbacks));
  assert.equal((await signIn(fred, "Another-one-8")).name, "onSuccess");
  assert.equal(await done((callback) => fred.deleteUser(callback)), "SUCCESS");
  await assert.rejects(signIn(user("fred"), "Another-one-8"), { name: "NotAuthorizedException" });
});

test("a user who signs out alone revokes the refresh token", async () => {
  await createUser(server, people, "olga");
  const olga = user("olga");
  const [session] = (await signIn(olga)).given;
  await new Promise((resolve) => olga.signOut(resolve));
  const AuthParameters = { REFRESH_TOKEN: session.getRefreshToken().getToken() };
  const refresh = { ClientId: people.clientId, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters };
  await assert.rejects(server.cognito.initiateAuth(refresh), { name: "NotAuthorizedException" });
});
