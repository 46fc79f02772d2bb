// Every page, at a phone's and a desk's width, light and dark: nothing sticks out, everything can be read.
// The pictures are left in target/screenshots.

import { after, before, test } from "node:test";
import { authorizeUrl, DESKTOP, inspect, PHONE, signIn, startBrowser, startWorld, visitor } from "./browser.mjs";

let server;
let browser;
let strict;
let choosing;

before(async () => {
  [server, browser] = await Promise.all([startWorld(), startBrowser()]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const at = (path) => authorizeUrl(server).url.replace("/oauth2/authorize", path);

const PAGES = {
  login: (page) => page.goto(at("/login")),
  "login-refused": async (page) => {
    await page.goto(at("/login"));
    await signIn(page, "ada", "Wrong-password-1");
  },
  signup: (page) => page.goto(at("/signup")),
  confirm: (page) => page.goto(at("/confirm")),
  resendcode: (page) => page.goto(at("/resendcode")),
  forgotPassword: (page) => page.goto(at("/forgotPassword")),
  confirmforgotPassword: (page) => page.goto(at("/confirmforgotPassword")),
  mfa: async (page) => {
    await page.goto(at("/login"));
    await signIn(page, "grace");
    await page.waitForURL(/\/mfa\?/);
  },
  "mfa-set-up": async (page) => {
    strict ??= await server.strictPool();
    await page.goto(authorizeUrl(server, strict).url);
    await signIn(page, "eve");
    await page.waitForURL(/\/mfa\?/);
  },
  "mfa-choice": async (page) => {
    choosing ??= await server.choosingPool();
    await page.goto(authorizeUrl(server, choosing).url);
    await signIn(page, "zoe");
    await page.waitForURL(/\/mfa\?/);
  },
  "mfa-choice-refused": async (page) => {
    choosing ??= await server.choosingPool();
    await page.goto(authorizeUrl(server, choosing).url);
    await signIn(page, "zoe");
    await page.waitForURL(/\/mfa\?/);
    await page.evaluate(() => document.querySelectorAll("[name=factor]").forEach((choice) => (choice.checked = false)));
    await page.click("[name=chooseButton]");
    await page.waitForSelector("[role=alert]");
  },
  changePassword: async (page) => {
    await page.goto(at("/login"));
    await signIn(page, "noor");
    await page.waitForURL(/\/changePassword\?/);
  },
  error: (page) => page.goto(authorizeUrl(server, { redirect_uri: `${server.callback}x` }).url),
};

for (const [name, open] of Object.entries(PAGES)) {
  for (const [width, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
    for (const colorScheme of ["light", "dark"]) {
      test(`${name} at ${width} width, ${colorScheme}`, async () => {
        const { context, page } = await visitor(browser, { viewport, colorScheme });
        await open(page);
        await inspect(page, `${name}-${width}-${colorScheme}`);
        await context.close();
      });
    }
  }
}
