// What people do at the hosted pages.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  atCallback,
  authorizeUrl,
  claims,
  exchange,
  mailedCode,
  oneTimePassword,
  PASSWORD,
  signIn,
  startBrowser,
  startWorld,
  visitor,
} from "./browser.mjs";

let server;
let browser;
let choosing;

before(async () => {
  [server, browser] = await Promise.all([startWorld(), startBrowser()]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** One visitor for one test; nothing on the pages may have been stopped by their own policy. */
function visit(name, options, run) {
  test(name, async () => {
    const { context, page, complaints } = await visitor(browser, options);
    try {
      await run(page, context);
      assert.deepEqual(complaints, []);
    } finally {
      await context.close();
    }
  });
}

visit("a password leads straight to the callback, and its code to tokens", {}, async (page) => {
  const { url, verifier } = authorizeUrl(server);
  await page.goto(url);
  assert.equal(new URL(page.url()).pathname, "/login");
  await signIn(page, "ada");
  const { code, ...rest } = await atCallback(page, server);
  assert.deepEqual(rest, { state: "state-of-the-application" });
  const { status, body } = await exchange(server, code, verifier);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body).sort(), ["access_token", "expires_in", "id_token", "refresh_token", "token_type"]);
  assert.equal(claims(body.access_token).scope, "openid email https://api.example.com/orders/read");
  assert.equal(claims(body.id_token).email, "ada@example.com");
});

visit("no script is needed", { javaScriptEnabled: false }, async (page) => {
  await page.goto(authorizeUrl(server).url);
  await signIn(page, "ada");
  assert.ok((await atCallback(page, server)).code);
});

visit("a wrong password is told, the name stays, and the right one works at once", {}, async (page) => {
  await page.goto(authorizeUrl(server).url);
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await signIn(page, "ada", "Wrong-password-1");
  assert.equal((await answered).status(), 401);
  assert.equal(await page.textContent("[role=alert]"), "Incorrect username or password.");
  assert.equal(await page.inputValue("#signInFormUsername"), "ada");
  assert.equal(await page.inputValue("#signInFormPassword"), "");
  await page.fill("#signInFormPassword", PASSWORD);
  await page.keyboard.press("Enter");
  assert.ok((await atCallback(page, server)).code);
});

visit("somebody who does not exist is told the same", {}, async (page) => {
  await page.goto(authorizeUrl(server).url);
  await signIn(page, "nobody-at-all");
  assert.equal(await page.textContent("[role=alert]"), "Incorrect username or password.");
});

visit("the picker needs only the keyboard and remembers", {}, async (page, context) => {
  await page.goto(authorizeUrl(server).url);
  await page.locator("#signInFormUsername").focus();
  for (let step = 0; step < 30; step += 1) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate(() => document.activeElement.value)) === "ben") break;
  }
  await page.keyboard.press("Enter");
  const { code } = await atCallback(page, server);
  assert.ok(code);
  // Signed out, the next visit begins on the one chosen last.
  const query = new URLSearchParams({ client_id: server.client, logout_uri: `${server.application}/` });
  await page.goto(`${server.endpoint}/logout?${query}`);
  assert.equal(page.url(), `${server.application}/`);
  await page.goto(authorizeUrl(server).url);
  assert.equal(await page.evaluate(() => document.activeElement.value), "ben");
  await page.keyboard.press("Enter");
  assert.ok((await atCallback(page, server)).code);
  assert.ok((await context.cookies()).some(({ name, httpOnly }) => name === "cognito" && httpOnly));
});

visit("the picker finds by name", {}, async (page) => {
  await page.goto(authorizeUrl(server).url);
  await page.fill("#find", "gra");
  await page.keyboard.press("Enter");
  await page.waitForURL(/find=gra/);
  assert.deepEqual(await page.locator("[name=signInAs]").evaluateAll((all) => all.map(({ value }) => value)), ["grace"]);
});

visit("signing up asks for the mailed code and ends at the callback", {}, async (page) => {
  await page.goto(authorizeUrl(server).url);
  await page.click("text=Create an account");
  await page.fill("[name=username]", "lin");
  await page.fill("[name='requiredAttributes[email]']", "lin@example.com");
  await page.fill("[name=password]", "Lin-password-1");
  await page.click("[name=signUpButton]");
  await page.waitForURL(/\/confirm\?/);
  await page.fill("[name=code]", "000000");
  await page.click("[name=confirmButton]");
  assert.match(await page.textContent("[role=alert]"), /Invalid verification code provided/);
  await page.fill("[name=code]", await mailedCode(server, "lin@example.com"));
  await page.click("[name=confirmButton]");
  await page.waitForURL((url) => url.pathname === "/login" || url.origin === server.application);
  if (page.url().startsWith(server.endpoint)) await signIn(page, "lin", "Lin-password-1");
  assert.ok((await atCallback(page, server)).code);
});

visit("a weak password is refused with its reason", {}, async (page) => {
  await page.goto(authorizeUrl(server).url.replace("/oauth2/authorize", "/signup"));
  await page.fill("[name=username]", "weak");
  await page.fill("[name='requiredAttributes[email]']", "weak@example.com");
  await page.fill("[name=password]", "abc");
  await page.click("[name=signUpButton]");
  assert.match(await page.textContent("[role=alert]"), /Password not long enough/);
  assert.equal(await page.inputValue("[name='requiredAttributes[email]']"), "weak@example.com");
});

visit("a forgotten password is replaced with a mailed code", {}, async (page) => {
  await page.goto(authorizeUrl(server).url);
  await page.click("text=Forgot your password?");
  await page.fill("[name=username]", "ben");
  await page.click("[name=reset_my_password]");
  await page.waitForURL(/\/confirmforgotPassword\?/);
  await page.fill("[name=code]", await mailedCode(server, "ben@example.com"));
  await page.fill("[name=password]", "Ben-password-2");
  await page.click("[name=changePasswordButton]");
  await page.waitForURL(/\/login\?/);
  assert.match(await page.textContent("[role=status]"), /password is changed/);
  await signIn(page, "ben", "Ben-password-2");
  assert.ok((await atCallback(page, server)).code);
});

visit("a temporary password is replaced before the callback", {}, async (page) => {
  await page.goto(authorizeUrl(server).url);
  await signIn(page, "noor");
  await page.waitForURL(/\/changePassword\?/);
  await page.fill("[name=password]", "Noor-password-2");
  await page.click("[name=changePasswordButton]");
  assert.ok((await atCallback(page, server)).code);
});

visit("an authenticator app's code is asked for, works once, and a wrong one can be mended", {}, async (page) => {
  await page.goto(authorizeUrl(server).url);
  await signIn(page, "grace");
  await page.waitForURL(/\/mfa\?/);
  const right = oneTimePassword();
  await page.fill("[name=authentication_code]", right === "000000" ? "000001" : "000000");
  await page.click("[name=signInButton]");
  assert.match(await page.textContent("[role=alert]"), /Invalid code received for user/);
  await page.fill("[name=authentication_code]", oneTimePassword());
  await page.click("[name=signInButton]");
  assert.ok((await atCallback(page, server)).code);
});

visit("who must have a second factor sets up an app on the way, and needs it from then on", {}, async (page, context) => {
  const parameters = await server.strictPool();
  await page.goto(authorizeUrl(server, parameters).url);
  await signIn(page, "eve");
  await page.waitForURL(/\/mfa\?/);
  assert.equal(await page.locator("svg").count(), 1);
  const secret = (await page.textContent("code.key")).replaceAll(/\s/g, "");
  await page.fill("[name=authentication_code]", oneTimePassword(secret));
  await page.click("[name=signInButton]");
  assert.ok((await atCallback(page, server)).code);
  await context.clearCookies();
  await page.goto(authorizeUrl(server, parameters).url);
  await signIn(page, "eve");
  await page.waitForURL(/\/mfa\?/);
  assert.equal(await page.locator("code.key").count(), 0);
});

/** Signs zoe in up to the page on which she chooses. */
async function toChoice(page) {
  choosing ??= await server.choosingPool();
  await page.goto(authorizeUrl(server, choosing).url);
  await signIn(page, "zoe");
  await page.waitForURL(/\/mfa\?/);
  const offered = page.locator("[name=factor]");
  assert.deepEqual(await offered.evaluateAll((all) => all.map(({ value }) => value)), ["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]);
}

visit("of two second factors the app can be chosen", {}, async (page) => {
  await toChoice(page);
  assert.equal(await page.inputValue("[name=factor]:checked"), "SOFTWARE_TOKEN_MFA");
  await page.click("[name=chooseButton]");
  await page.fill("[name=authentication_code]", oneTimePassword());
  assert.match(await page.textContent("main"), /code that your authenticator app shows/);
  await page.click("[name=signInButton]");
  assert.ok((await atCallback(page, server)).code);
});

visit("the other one can be chosen by keyboard, and its code is mailed then", { javaScriptEnabled: false }, async (page) => {
  await toChoice(page);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.fill("[name=authentication_code]", "00000000");
  assert.match(await page.textContent("main"), /code that we have sent to z\*\*\*@e\*\*\*/);
  await page.click("[name=signInButton]");
  assert.match(await page.textContent("[role=alert]"), /Invalid code/);
  await page.fill("[name=authentication_code]", await mailedCode(server, "zoe@example.com"));
  await page.click("[name=signInButton]");
  assert.ok((await atCallback(page, server)).code);
});

visit("who chooses none of them, or one that is not offered, is asked again", {}, async (page) => {
  await toChoice(page);
  for (const value of ["", "SMS_MFA"]) {
    await page.evaluate((value) => (document.querySelector("[name=factor]").value = value), value);
    await page.click("[name=chooseButton]");
    assert.equal(await page.textContent("[role=alert]"), "Choose one of the ways.");
  }
  await page.check("[value=EMAIL_OTP]");
  await page.click("[name=chooseButton]");
  await page.fill("[name=authentication_code]", await mailedCode(server, "zoe@example.com"));
  await page.click("[name=signInButton]");
  assert.ok((await atCallback(page, server)).code);
});

visit("a second factor without its sign-in goes back to the beginning", {}, async (page) => {
  const url = authorizeUrl(server).url.replace("/oauth2/authorize", "/mfa");
  await page.goto(url);
  assert.equal(new URL(page.url()).pathname, "/login");
  assert.match(await page.textContent("[role=status]"), /begin again/);
});

visit("while the browser's session lives nobody is asked, and without it everybody is", {}, async (page, context) => {
  await page.goto(authorizeUrl(server).url);
  await signIn(page, "ada");
  await atCallback(page, server);
  // A global sign-out ends tokens, not the browser's session: what it leads to next works.
  await server.call("AdminUserGlobalSignOut", { UserPoolId: "us-east-1_Demo00001", Username: "ada" });
  const { url, verifier } = authorizeUrl(server);
  await page.goto(url);
  const { code } = await atCallback(page, server);
  assert.equal((await exchange(server, code, verifier)).status, 200);
  await context.clearCookies({ name: "cognito" });
  await page.goto(authorizeUrl(server).url);
  assert.equal(new URL(page.url()).pathname, "/login");
});

visit("a form submitted twice signs in once more, not into an error", {}, async (page) => {
  await page.goto(authorizeUrl(server).url);
  await page.fill("#signInFormUsername", "ada");
  await page.fill("#signInFormPassword", PASSWORD);
  await page.evaluate(() => {
    const form = document.forms.cognitoSignInForm;
    form.submit();
    form.submit();
  });
  assert.ok((await atCallback(page, server)).code);
});

visit("the back button leads to a page that works", {}, async (page) => {
  await page.goto(authorizeUrl(server).url);
  await signIn(page, "ada");
  const first = await atCallback(page, server);
  await page.goBack();
  assert.equal(new URL(page.url()).pathname, "/login");
  await signIn(page, "ada");
  const second = await atCallback(page, server);
  assert.ok(second.code && second.code !== first.code);
});

visit("a callback that is not registered is never visited", {}, async (page) => {
  const visited = [];
  page.on("request", (request) => visited.push(new URL(request.url()).origin));
  const answer = await page.goto(authorizeUrl(server, { redirect_uri: `${server.callback}/` }).url);
  assert.equal(answer.status(), 400);
  assert.equal(new URL(page.url()).pathname, "/error");
  assert.match(await page.textContent("main"), /An error was encountered with the requested page/);
  assert.deepEqual([...new Set(visited)], [server.endpoint]);
});

visit("what a request says is text, never markup", {}, async (page) => {
  const nasty = `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
  await page.goto(authorizeUrl(server, { state: nasty, login_hint: nasty, nonce: nasty, lang: nasty }).url);
  assert.equal(await page.inputValue("#signInFormUsername"), nasty);
  assert.equal(await page.locator("img").count(), 0);
  assert.doesNotMatch(await page.title(), /owned/);
  await signIn(page, nasty);
  assert.doesNotMatch(await page.title(), /owned/);
  await page.goto(`${server.endpoint}/error?${new URLSearchParams({ error: nasty, client_id: nasty })}`);
  assert.doesNotMatch(await page.title(), /owned/);
});
