// aws-amplify v6, the Auth category over the JSON API. Its OAuth redirects insist on https and are not tried here.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";
import { createPeople, createUser, inviteUser, PASSWORD, Phone } from "./people.mjs";
import { startServer } from "./poolpass.mjs";

let server, people;
before(async () => {
  server = await startServer();
  people = await createPeople(server);
});
after(() => server?.stop());
// One sign-in at a time is all that the library holds.
beforeEach(async () => {
  use(people);
  await auth.signOut();
});

const use = ({ poolId: userPoolId, clientId: userPoolClientId }) =>
  Amplify.configure({
    Auth: {
      Cognito: { userPoolId, userPoolClientId, userPoolEndpoint: server.endpoint, loginWith: { username: true } },
    },
  });

const signIn = (username, password = PASSWORD, authFlowType = "USER_SRP_AUTH") =>
  auth.signIn({ username, password, options: { authFlowType } });

test("someone signs up, confirms, signs in and is known", async () => {
  const signedUp = await auth.signUp({
    username: "jane",
    password: PASSWORD,
    options: { userAttributes: { email: "jane@example.com", given_name: "Jane" } },
  });
  assert.equal(signedUp.nextStep.signUpStep, "CONFIRM_SIGN_UP");
  assert.equal(signedUp.nextStep.codeDeliveryDetails.destination, "j***@e***");
  const unconfirmed = await signIn("jane");
  assert.equal(unconfirmed.nextStep.signInStep, "CONFIRM_SIGN_UP");
  await auth.resendSignUpCode({ username: "jane" });
  const confirmationCode = await server.codeFor(people.poolId, "jane@example.com");
  const confirmed = await auth.confirmSignUp({ username: "jane", confirmationCode });
  assert.equal(confirmed.isSignUpComplete, true);
  assert.deepEqual(await signIn("jane"), { isSignedIn: true, nextStep: { signInStep: "DONE" } });
  const { username, userId } = await auth.getCurrentUser();
  assert.deepEqual([username, userId], ["jane", signedUp.userId]);
  assert.deepEqual(await auth.fetchUserAttributes(), {
    sub: userId,
    email: "jane@example.com",
    email_verified: "true",
    given_name: "Jane",
  });
  const { tokens } = await auth.fetchAuthSession();
  assert.equal(tokens.accessToken.payload.iss, server.issuer(people.poolId));
});

test("who signs up without a password is signed in by the code that confirms", async (t) => {
  // The library leaves a timer of three minutes behind, which would keep this process so long.
  const { setTimeout } = globalThis;
  t.mock.method(globalThis, "setTimeout", (...wait) => setTimeout(...wait).unref());
  const AllowedFirstAuthFactors = ["PASSWORD", "EMAIL_OTP"];
  const passwordless = await createPeople(server, { Policies: { SignInPolicy: { AllowedFirstAuthFactors } } });
  use(passwordless);
  const signedUp = await auth.signUp({
    username: "otto",
    options: { userAttributes: { email: "otto@example.com" }, autoSignIn: { authFlowType: "USER_AUTH" } },
  });
  const confirmationCode = await server.codeFor(passwordless.poolId, "otto@example.com");
  const confirmed = await auth.confirmSignUp({ username: "otto", confirmationCode });
  assert.equal(confirmed.nextStep.signUpStep, "COMPLETE_AUTO_SIGN_IN");
  assert.deepEqual(await auth.autoSignIn(), { isSignedIn: true, nextStep: { signInStep: "DONE" } });
  assert.equal((await auth.getCurrentUser()).userId, signedUp.userId);
});

test("a password may travel when the client allows it", async () => {
  await createUser(server, people, "paul");
  assert.equal((await signIn("paul", PASSWORD, "USER_PASSWORD_AUTH")).isSignedIn, true);
});

test("a wrong password is not authorized", async () => {
  await createUser(server, people, "wendy");
  await assert.rejects(signIn("wendy", "Not-the-one-9"), {
    name: "NotAuthorizedException",
    message: "Incorrect username or password.",
  });
});

test("an invited user chooses a password", async () => {
  await inviteUser(server, people, "ines", "Temporary-1");
  const asked = await signIn("ines", "Temporary-1");
  assert.equal(asked.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED");
  assert.equal((await auth.confirmSignIn({ challengeResponse: PASSWORD })).isSignedIn, true);
});

test("an authenticator is enrolled and asked for", async () => {
  await createUser(server, people, "theo");
  await signIn("theo");
  const { sharedSecret } = await auth.setUpTOTP();
  const phone = new Phone(sharedSecret);
  await auth.verifyTOTPSetup({ code: phone.code() });
  await auth.updateMFAPreference({ totp: "PREFERRED" });
  assert.deepEqual(await auth.fetchMFAPreference(), { preferred: "TOTP", enabled: ["TOTP"] });
  await auth.signOut();
  const asked = await signIn("theo");
  assert.equal(asked.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
  assert.equal((await auth.confirmSignIn({ challengeResponse: phone.code() })).isSignedIn, true);
});

test("a session is refreshed and keeps its user", async () => {
  await createUser(server, people, "rita");
  await signIn("rita");
  const before = (await auth.fetchAuthSession()).tokens.accessToken;
  const after = (await auth.fetchAuthSession({ forceRefresh: true })).tokens.accessToken;
  assert.notEqual(after.toString(), before.toString());
  assert.equal(after.payload.origin_jti, before.payload.origin_jti);
});

test("attributes and the password are changed, the account is deleted", async () => {
  await createUser(server, people, "anna");
  await signIn("anna");
  const changed = await auth.updateUserAttributes({ userAttributes: { given_name: "Anna" } });
  assert.deepEqual(changed, { given_name: { isUpdated: true, nextStep: { updateAttributeStep: "DONE" } } });
  await auth.updatePassword({ oldPassword: PASSWORD, newPassword: "Another-one-8" });
  await auth.signOut();
  await signIn("anna", "Another-one-8");
  assert.equal((await auth.fetchUserAttributes()).given_name, "Anna");
  await auth.deleteUser();
  await assert.rejects(signIn("anna", "Another-one-8"), { name: "NotAuthorizedException" });
});

test("a new address is verified with its code", async () => {
  await createUser(server, people, "vera");
  await signIn("vera");
  const changed = await auth.updateUserAttributes({ userAttributes: { email: "new@example.org" } });
  assert.equal(changed.email.nextStep.updateAttributeStep, "CONFIRM_ATTRIBUTE_WITH_CODE");
  const confirmationCode = await server.codeFor(people.poolId, "new@example.org");
  await auth.confirmUserAttribute({ userAttributeKey: "email", confirmationCode });
  const { email, email_verified } = await auth.fetchUserAttributes();
  assert.deepEqual([email, email_verified], ["new@example.org", "true"]);
});

test("a forgotten password is replaced", async () => {
  await createUser(server, people, "fred");
  const { nextStep } = await auth.resetPassword({ username: "fred" });
  assert.equal(nextStep.resetPasswordStep, "CONFIRM_RESET_PASSWORD_WITH_CODE");
  const confirmationCode = await server.codeFor(people.poolId, "fred@example.com");
  await auth.confirmResetPassword({ username: "fred", confirmationCode, newPassword: "Another-one-8" });
  assert.equal((await signIn("fred", "Another-one-8")).isSignedIn, true);
});

test("a user chooses how to sign in", async () => {
  await createUser(server, people, "cleo");
  const asked = await auth.signIn({
    username: "cleo",
    password: PASSWORD,
    options: { authFlowType: "USER_AUTH", preferredChallenge: "PASSWORD_SRP" },
  });
  assert.deepEqual(asked, { isSignedIn: true, nextStep: { signInStep: "DONE" } });
});

test("signing out everywhere ends the other sessions as well", async () => {
  await createUser(server, people, "olga");
  await signIn("olga");
  const AccessToken = (await auth.fetchAuthSession()).tokens.accessToken.toString();
  await auth.signOut({ global: true });
  await assert.rejects(server.cognito.getUser({ AccessToken }), {
    name: "NotAuthorizedException",
    message: "Access Token has been revoked",
  });
  await assert.rejects(auth.getCurrentUser(), { name: "UserUnAuthenticatedException" });
});
