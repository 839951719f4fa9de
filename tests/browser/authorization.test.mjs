import assert from "node:assert/strict";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { startCommand } from "../../pkg/test/support/command-process.mjs";
import { look } from "./hands/hands.mjs";
import { handsOf, steady } from "./hands/puppeteer.mjs";
import { launchChromium } from "./harness/chromium.mjs";
import { until } from "./harness/patience.mjs";
import { logIn } from "./support/user.mjs";

/** A name for this machine that no application knows. */
const ELSEWHERE = "elsewhere.example";

/** @type {import("puppeteer-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof startCommand>>} */
let issuer;
/** A client that shows what it is posted. */
let client;
/** @type {string} */
let callback;

before(async () => {
  browser = await launchChromium({ args: [`--host-resolver-rules=MAP ${ELSEWHERE} 127.0.0.1`] });
  issuer = await startCommand(["--port", "0"]);
  client = createServer(async (request, response) => {
    response.setHeader("content-type", "text/plain");
    response.end(`${request.method} ${await text(request)}`);
  });
  await new Promise((resolve) => client.listen(0, "127.0.0.1", () => resolve(undefined)));
  callback = `http://127.0.0.1:${client.address().port}/callback`;
});
after(async () => {
  await browser?.close();
  client?.close();
  await issuer?.stop();
});

/** @param {(page: import("puppeteer-core").Page) => Promise<void>} body */
async function withPage(body) {
  const context = await browser.createBrowserContext();
  try {
    const page = steady(await context.newPage());
    await body(page);
  } finally {
    await context.close();
  }
}

/** @param {import("puppeteer-core").Page} page */
function authorize(page) {
  const query = new URLSearchParams({
    client_id: "app_spa",
    response_type: "code",
    response_mode: "form_post",
    redirect_uri: callback,
    scope: "openid",
    state: `"><b>`,
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  });
  return page.goto(`${issuer.address}/login/app/app_spa/oauth2/authorize?${query}`);
}

/** @param {import("puppeteer-core").Page} page */
async function posted(page) {
  const hands = handsOf(page);
  const body = () => look(hands, () => (document.readyState === "complete" ? document.body.innerText : ""));
  // Whether the last navigation is over already is not known here, so it is looked for.
  await until(
    () => `still at ${page.url()}`,
    async () => page.url() === callback && (await body()) !== "",
  );
  const [method, form] = (await body()).split(" ");
  assert.equal(method, "POST");
  return new URLSearchParams(form);
}

describe("form_post", () => {
  test("sends itself under the page's own security policy", () =>
    withPage(async (page) => {
      await authorize(page);
      // The page in between sends itself, so it is not waited for.
      await logIn(page, "alice", "alice-password");
      const answer = await posted(page);
      assert.match(answer.get("code"), /^CO/);
      assert.equal(answer.get("state"), `"><b>`);
    }));

  test("is sent by its button where no script runs", () =>
    withPage(async (page) => {
      await page.setJavaScriptEnabled(false);
      await authorize(page);
      // Without scripts nothing moves, nor can a script look whether it does.
      const frame = page.mainFrame();
      await page.type("#username", "alice");
      await page.type("#password", "alice-password");
      await Promise.all([page.waitForNavigation(), frame.click("#submit")]);
      assert.match(await page.content(), /Going back/);
      await Promise.all([page.waitForNavigation(), frame.click("button")]);
      assert.equal(page.url(), callback);
      assert.match(await page.content(), /POST code=CO/);
    }));
});

describe("CORS", () => {
  /** @param {string} origin where the script runs */
  const token = (origin) => {
    let outcome;
    return withPage(async (page) => {
      await page.goto(`${origin}/callback`);
      outcome = await page.evaluate(async (url) => {
        const headers = { authorization: "Basic eDp5" };
        const asked = fetch(url, { method: "POST", headers, body: new URLSearchParams() });
        return asked.then((response) => response.status, String);
      }, `${issuer.address}/v2/idaas_example/app_spa/oauth2/token`);
    }).then(() => outcome);
  };

  test("lets scripts of the application's origins in, and no others", async () => {
    const own = new URL(callback);
    assert.equal(await token(own.origin), 400);
    // The same server under a name that the application has not registered, and that is not the machine's own.
    const other = `http://${ELSEWHERE}:${own.port}`;
    assert.match(String(await token(other)), /Failed to fetch/);
  });
});
