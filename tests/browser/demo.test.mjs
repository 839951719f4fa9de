import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { serve } from "../../scripts/serve.mjs";
import { contrastProblems, overflow, structuralProblems } from "./support/accessibility.mjs";
import { picture, ready, startDemo, textOf, withPage } from "./support/demo.mjs";
import { stopWorker } from "./support/service-worker.mjs";
import { follow, logIn, openTab, retype, signIn } from "./support/user.mjs";

/** @type {Awaited<ReturnType<typeof startDemo>>} */
let demo;
before(async () => {
  demo = await startDemo();
});
after(() => demo.close());

/**
 * The whole access or refresh token that the page shows.
 *
 * @param {import("puppeteer-core").Page} page
 * @param {"access token" | "refresh token"} which
 */
async function shownToken(page, which) {
  const place = `[data-token="${which}"]`;
  await page.click(`${place} button[aria-expanded="false"]`);
  const token = await textOf(page, `${place} code`, /^[A-Za-z0-9_-]{30,}$/);
  await page.click(`${place} button[aria-expanded="true"]`);
  return token;
}

/**
 * What the log says, newest first: method, endpoint, status.
 *
 * @param {import("puppeteer-core").Page} page
 */
function logged(page) {
  return page.$$eval("#log-list summary", (summaries) =>
    summaries.map((summary) =>
      [".method", ".what b", ".outcome"].map((part) => summary.querySelector(part)?.textContent).join(" "),
    ),
  );
}

/** @param {import("puppeteer-core").Page} page */
async function startDevice(page) {
  await page.click("#device-start");
  return textOf(page, "#device-code", /^[A-Z]{4}-[A-Z]{4}$/);
}

/**
 * Runs in the page: makes the issuer's stored state something that it did not write. Returns the
 * address of one of its pages.
 *
 * @returns {Promise<string>}
 */
async function damageIssuer() {
  const folder = location.pathname;
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open(`eiam-token-demo ${folder}`);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  await new Promise((resolve, reject) => {
    const names = [...database.objectStoreNames];
    const transaction = database.transaction(names, "readwrite");
    for (const name of names) {
      const records = transaction.objectStore(name);
      records.openCursor().onsuccess = ({ target }) => {
        const cursor = target.result;
        if (!cursor) return;
        if (cursor.value instanceof Uint8Array) cursor.update(new Uint8Array([1, 2, 3]));
        cursor.continue();
      };
    }
    transaction.oncomplete = resolve;
    transaction.onabort = reject;
  });
  database.close();
  return `${location.href}issuer/login/app/app_page/oauth2/authorize`;
}

describe("signing in with code and PKCE", () => {
  test("a callback that nobody asked for brings no tokens", () =>
    withPage(demo, async ({ page }) => {
      await page.goto(`${demo.url}?code=COguessed&state=guessed`);
      assert.match(await textOf(page, "#sign-in-status", /: /), /^invalid_\w+: .+\.$/);
      assert.equal(page.url(), demo.url);
      assert.ok(!(await logged(page)).some((line) => line.includes("token")), "the code was not sent");
    }));

  test("with the keyboard alone", () =>
    withPage(demo, async ({ page }) => {
      /** @param {string} id */
      const tabTo = async (id) => {
        for (let presses = 0; presses < 40; presses++) {
          await page.keyboard.press("Tab");
          const focus = await page.evaluate(() => {
            const { activeElement } = document;
            const outline = activeElement && getComputedStyle(activeElement).outlineStyle;
            return { id: activeElement?.id, outline, what: activeElement?.outerHTML.slice(0, 90) };
          });
          assert.notEqual(focus.outline, "none", `the focus can be seen on ${focus.what}`);
          if (focus.id === id) return;
        }
        assert.fail(`Tab never came to #${id}`);
      };
      const enter = () => Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);

      await tabTo("sign-in-button");
      await picture(page, "focus");
      await enter();
      // The page puts the focus where the typing begins.
      await page.waitForFunction(() => document.activeElement?.id === "username", { polling: 50 });
      await page.keyboard.type("bob");
      await tabTo("password");
      await page.keyboard.type("builder");
      await enter();
      await tabTo("allow");
      await enter();
      assert.equal(await textOf(page, "#sign-in-status", /Signed in/), "Signed in as Bob Baumeister.");
      await tabTo("refresh");
    }));

  test("a worker that is stopped between login and token has forgotten nothing", () =>
    withPage(demo, async ({ page, context }) => {
      await follow(page, "#sign-in-button");
      await stopWorker(page);
      await logIn(page, "alice", "wonderland");
      await stopWorker(page);
      await follow(page, "#allow");
      assert.equal(await textOf(page, "#sign-in-status", /Signed in/), "Signed in as Alice Liddell.");
      await stopWorker(page);
      await page.click("#user-info");
      assert.match(await textOf(page, "#user-info-answer"), /"name": "Alice Liddell"/);
    }));

  test("from a folder of a site", async () => {
    const site = await serve({ port: 0, root: inRoot(".") });
    try {
      await withPage({ ...demo, url: `${site.url}www/` }, async ({ page }) => {
        await signIn(page);
        assert.equal(page.url(), `${site.url}www/`);
        const claims = JSON.parse(await textOf(page, "#claims"));
        assert.equal(claims.iss, `${site.url}www/issuer/v2/idaas_demo/app_page/oidc`);
      });
    } finally {
      await site.close();
    }
  });

  test("signing out lets somebody else sign in", () =>
    withPage(demo, async ({ page }) => {
      await signIn(page);
      await follow(page, "#sign-out");
      await follow(page, "#submit");
      assert.match(await textOf(page, "#sign-in-status"), /^Signed out/);
      await textOf(page, "#tokens-none", /None yet/);
      await signIn(page, "bob", "builder");
      assert.match(await textOf(page, "#tokens-view"), /Bob Baumeister/);
    }));
});

describe("the device flow", () => {
  test("the typed code, then denied", () =>
    withPage(demo, async ({ page, context }) => {
      const code = await startDevice(page);
      const address = await textOf(page, "#device-address");
      const tab = await context.newPage();
      await tab.goto(`http://${address}`);
      await retype(tab, "#user_code", code.toLowerCase().replace("-", " "));
      await follow(tab, "#submit");
      await logIn(tab, "bob", "builder");
      await follow(tab, "#deny");
      assert.match(await textOf(tab, "#done"), /refused/);
      await page.bringToFront();
      assert.match(await textOf(page, "#device-status", /\S/), /^access_denied: .+\.$/);
      await textOf(page, "#tokens-none", /None yet/);
    }));

  test("a reload goes on, with the worker stopped as well", () =>
    withPage(demo, async ({ page, context }) => {
      const code = await startDevice(page);
      await stopWorker(page);
      await page.reload();
      await ready(page);
      assert.equal(await textOf(page, "#device-code", /\S/), code);

      const tab = await openTab(context, page, "#device-link");
      await follow(tab, "#submit");
      await logIn(tab, "alice", "wonderland");
      await follow(tab, "#allow");
      await page.bringToFront();
      assert.match(await textOf(page, "#device-status", /Approved/), /Alice Liddell/);
    }));

  test("cancelled, it polls no more and stays so after a reload", () =>
    withPage(demo, async ({ page }) => {
      await startDevice(page);
      await page.click("#device-cancel");
      assert.match(await textOf(page, "#device-status"), /^Cancelled/);
      assert.equal(await page.evaluate(() => document.activeElement?.id), "device-start");
      await page.reload();
      await ready(page);
      assert.ok(await page.$eval("#device-running", (element) => /** @type {HTMLElement} */ (element).hidden));
    }));
});

describe("with tokens", () => {
  test("a reload keeps tokens and log", () =>
    withPage(demo, async ({ page }) => {
      await signIn(page);
      const access = await shownToken(page, "access token");
      const before = await logged(page);
      await page.reload();
      await ready(page);
      assert.equal(await shownToken(page, "access token"), access);
      assert.match(await textOf(page, "#tokens-view"), /Alice Liddell/);
      assert.deepEqual(await logged(page), before);
      await page.click("#refresh");
      assert.match(await textOf(page, "#tokens-status"), /^New tokens came/);
    }));

  test("without them the buttons say why they cannot be used", () =>
    withPage(demo, async ({ page }) => {
      for (const id of ["refresh", "user-info", "revoke", "sign-out"]) {
        assert.equal(await page.$eval(`#${id}`, (button) => button.getAttribute("aria-disabled")), "true");
        const reason = await textOf(page, `#${id}-hint`);
        await page.$eval("#tokens-status", (place) => place.replaceChildren());
        await page.click(`#${id}`);
        assert.equal(await textOf(page, "#tokens-status"), reason);
      }
      assert.deepEqual(await logged(page), [], "nothing was sent");
    }));
});

describe("without a login page", () => {
  test("client credentials bring a token and nothing of a user", () =>
    withPage(demo, async ({ page }) => {
      await page.click("#machine");
      assert.match(await textOf(page, "#machine-status"), /^An access token came/);
      assert.match(await textOf(page, "#tokens-view"), /Nightly job by client credentials.*app_machine/);
      assert.match(await textOf(page, "#tokens-view"), /3600n/);
      assert.match(await textOf(page, "#refresh-hint"), /no refresh token/);
      assert.equal(await page.$eval("#user-info", (button) => button.getAttribute("aria-disabled")), "true");
    }));

  test("a wrong password is invalid_grant, the right one brings tokens", () =>
    withPage(demo, async ({ page }) => {
      await retype(page, "#username", "bob");
      await retype(page, "#password", "wonderland");
      await page.click("#password-button");
      assert.match(await textOf(page, "#password-status"), /^invalid_grant: .+\.$/);
      await page.$eval("#others", (section) => section.scrollIntoView());
      await picture(page, "password-refused");

      await retype(page, "#password", "builder");
      await page.keyboard.press("Enter");
      assert.match(await textOf(page, "#password-status", /came/), /Bob Baumeister/);
      assert.match(await textOf(page, "#tokens-view"), /by password.*app_form/);
    }));
});

test("int64: the bytes, JSON.parse and this library, side by side", () =>
  withPage(demo, async ({ page }) => {
    await page.click("#int64-button");
    await page.waitForSelector("#int64-answer table");
    const rows = await page.$$eval("#int64-answer tbody tr", (list) =>
      list.map((row) => [...row.children].map((cell) => cell.textContent)),
    );
    const [bytes, parsed, exact, remaining, date] = rows;
    assert.equal(bytes?.[1], "9007199254740993");
    // What the same engine makes of it here; the literal would be rounded as well.
    assert.equal(parsed?.[1], String(JSON.parse("9007199254740993")));
    assert.equal(parsed?.[1], "9007199254740992");
    assert.equal(exact?.[1], "9007199254740993n");
    assert.equal(exact?.[2], `${bytes?.[2]}n`);
    assert.ok(BigInt(bytes?.[2] ?? 0) > 9007199254740993n + 1_700_000_000n);
    assert.match(remaining?.[1] ?? "", /^90071992547409\d\dn/);
    assert.match(date?.[1] ?? "", /^undefined/);
    await page.$eval("#int64", (section) => section.scrollIntoView());
    await picture(page, "int64");
  }));

describe("the log", () => {
  test("has every exchange, decoded, with secrets masked and digits kept", () =>
    withPage(demo, async ({ page }) => {
      await signIn(page);
      await page.click("#int64-button");
      await page.waitForSelector("#int64-answer table");
      assert.deepEqual(await logged(page), [
        "POST token 200",
        "GET openid-configuration 200",
        "POST token 200",
        "GET jwks 200",
        "POST decision 303",
        "POST login 200",
        "GET authorize 200",
        "GET openid-configuration 200",
      ]);
      assert.equal(await textOf(page, "#log-count"), "8 exchanges");
      await page.$$eval("#log-list details", (list) => list.forEach((details) => (details.open = true)));

      const [centuries, , code, , decision, login, authorize] = await page.$$eval("#log-list li", (list) =>
        list.map((item) => item.textContent ?? ""),
      );
      assert.match(authorize ?? "", /code_challenge_method\s*S256/);
      assert.match(authorize ?? "", /page: Sign in/);
      assert.match(login ?? "", /usernamealice/);
      assert.match(login ?? "", /password•{8}/);
      assert.match(decision ?? "", /decisionallow/);
      assert.match(decision ?? "", /location.*code=CO/);
      assert.match(code ?? "", /grant_typeauthorization_code/);
      assert.match(code ?? "", /code_verifier[A-Za-z0-9_-]{43}/);
      assert.match(code ?? "", /"expires_in": 1200,\n/);
      assert.match(centuries ?? "", /"expires_in": 9007199254740993,\n/);
      const all = await page.$eval("#log", (log) => log.textContent ?? "");
      assert.ok(!all.includes("wonderland"), "no password is in it");
      assert.ok(!all.includes("CSdemoSecret"), "nor a client's secret");
      assert.ok(!/Basic [A-Za-z0-9]/.test(all), "nor in its base64 form");

      await page.$$eval("#log-list details", (list) => list.forEach((details, index) => (details.open = index === 2)));
      await page.$eval("#log", (log) => log.scrollIntoView());
      await picture(page, "log-open");
      await page.click("#log-clear");
      assert.deepEqual(await logged(page), []);
      await page.reload();
      await ready(page);
      assert.deepEqual(await logged(page), [], "cleared is cleared");
    }));

  test("has the navigations of the other tab as they happen", () =>
    withPage(demo, async ({ page, context }) => {
      await startDevice(page);
      await openTab(context, page, "#device-link");
      // The page is not in front, so its painting is not waited for.
      await page.waitForFunction(
        () => [...document.querySelectorAll("#log-list summary")].some(({ textContent }) => /^GETdevice/.test(textContent ?? "")),
        { polling: 50 },
      );
    }));
});

describe("when things go wrong", () => {
  test("a hard reload, which leaves a page without its worker", () =>
    withPage(demo, async ({ page }) => {
      const session = await page.createCDPSession();
      await Promise.all([page.waitForNavigation(), session.send("Page.reload", { ignoreCache: true })]);
      await ready(page);
      await page.click("#machine");
      assert.match(await textOf(page, "#machine-status"), /^An access token came/);
    }));

  test("a network that is gone is a sentence, and nothing breaks", () =>
    withPage(
      demo,
      async ({ page }) => {
        await signIn(page);
        await page.evaluate(() => {
          window.fetch = () => Promise.reject(new TypeError("Failed to fetch"));
        });
        await page.click("#refresh");
        assert.match(await textOf(page, "#tokens-status"), /^network_error: .+\.$/);
        assert.equal((await logged(page))[0], "POST token failed");
      },
    ));

  test("no service worker, one sentence", () =>
    withPage(
      demo,
      async ({ page, context }) => {
        const other = await context.newPage();
        await other.evaluateOnNewDocument(() => {
          delete (/** @type {any} */ (Navigator.prototype)).serviceWorker;
        });
        await other.goto(demo.url);
        assert.match(await textOf(other, "#state", /service worker/), /^This browser has no service worker/);
        await other.close();
        await page.bringToFront();
      },
    ));

  test("no WebAssembly, one sentence", () =>
    withPage(demo, async ({ context }) => {
      const other = await context.newPage();
      await other.evaluateOnNewDocument(() => {
        delete (/** @type {any} */ (globalThis)).WebAssembly;
      });
      await other.goto(demo.url);
      assert.match(await textOf(other, "#state", /WebAssembly/), /^This browser has no WebAssembly/);
    }));

  test("an issuer that cannot start says so, and starting over mends it", () =>
    withPage(
      demo,
      async ({ page }) => {
        await page.click("#machine");
        await textOf(page, "#machine-status", /came/);
        const request = await page.evaluate(damageIssuer);
        await stopWorker(page);

        await page.click("#machine");
        assert.match(await textOf(page, "#machine-status", /: /), /^server_error: .+IssuerSnapshotError.+\.$/);
        await page.goto(request);
        assert.equal(await textOf(page, "h1"), "The issuer could not answer");
        assert.deepEqual(await page.evaluate(structuralProblems), []);
        await picture(page, "issuer-failed");

        await follow(page, "main a");
        await ready(page);
        await follow(page, "#start-over");
        await ready(page);
        await signIn(page);
      },
      { expected: [/the issuer failed/, /status of 500/] },
    ));

  test("another version of the worker takes the storage over: one request fails, the next goes on", () =>
    withPage(
      demo,
      async ({ page }) => {
        await signIn(page);
        await page.evaluate(async () => {
          const { indexedDbStorage } = await import(`${location.href}dist/issuer.js`);
          await indexedDbStorage(`eiam-token-demo ${location.pathname}`).load();
        });
        await page.click("#refresh");
        assert.match(await textOf(page, "#tokens-status", /: /), /IssuerStorageError/);
        await page.click("#refresh");
        await textOf(page, "#tokens-view", /authorization code, refreshed/);
      },
      { expected: [/the issuer failed/, /status of 500/] },
    ));

  test("starting over forgets tokens, log, session and keys", () =>
    withPage(demo, async ({ page }) => {
      await signIn(page);
      const kid = /"kid": "(KEY[^"]+)"/;
      const before = kid.exec(await textOf(page, "#id-token-view"))?.[1];
      assert.ok(before);
      await follow(page, "#start-over");
      await ready(page);
      await textOf(page, "#tokens-none", /None yet/);
      assert.deepEqual(await logged(page), []);
      // The session is gone: the login page comes again, and another key signs.
      await signIn(page, "bob", "builder");
      const after = kid.exec(await textOf(page, "#id-token-view"))?.[1];
      assert.ok(after);
      assert.notEqual(after, before);
    }));
});

describe("for everybody", () => {
  /**
   * Shows everything that the demo can show at once, and lets it be checked; the issuer's pages
   * too, on the way.
   *
   * @param {import("puppeteer-core").Page} page
   * @param {(place: string) => Promise<void>} check
   */
  const tour = async (page, check) => {
    await check("start");
    await follow(page, "#sign-in-button");
    await check("login");
    await logIn(page, "alice", "wrong");
    await check("login refused");
    await logIn(page, "alice", "wonderland");
    await check("consent");
    await follow(page, "#allow");
    await textOf(page, "#sign-in-status", /Signed in/);
    await page.click('[data-token="access token"] button[aria-expanded]');
    await page.click("#user-info");
    await textOf(page, "#user-info-answer");
    await page.click("#int64-button");
    await page.waitForSelector("#int64-answer table");
    await page.click("#password-button");
    await startDevice(page);
    await page.click("#device-early");
    await textOf(page, "#device-status", /slow_down/);
    await page.$$eval("#log-list details", (list) => list.forEach((details) => (details.open = true)));
    await check("everything");
    const link = await page.$eval("#device-link", (anchor) => /** @type {HTMLAnchorElement} */ (anchor).href);
    await page.goto(link);
    await check("user code");
  };

  test("labels, names, headings and references", () =>
    withPage(demo, ({ page }) =>
      tour(page, async (place) => {
        const problems = await page.evaluate(structuralProblems);
        assert.deepEqual(place === "start" || place === "everything" ? problems : problems.filter((problem) => !problem.startsWith("inline")), [], place);
      }),
    ));

  for (const scheme of ["light", "dark"]) {
    test(`contrast, ${scheme}`, () =>
      withPage(demo, async ({ page }) => {
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        await tour(page, async (place) => {
          assert.deepEqual(await page.evaluate(contrastProblems), [], place);
          if (scheme === "dark" && place !== "everything") await picture(page, `dark-${place.replace(" ", "-")}`);
          if (scheme === "dark" && place === "everything") {
            await page.$eval("#tokens", (section) => section.scrollIntoView());
            await picture(page, "dark");
            await picture(page, "dark-everything", { fullPage: true });
          }
        });
      }));
  }

  test("360 pixels are enough", () =>
    withPage(demo, async ({ page }) => {
      await page.setViewport({ width: 360, height: 740, isMobile: true, hasTouch: true });
      // To become a phone the page is loaded anew.
      await page.reload();
      await ready(page);
      await tour(page, async (place) => {
        assert.deepEqual(await page.evaluate(overflow), [], place);
        await picture(page, `phone-${place.replace(" ", "-")}`);
        if (place !== "everything") return;
        for (const id of ["tokens", "device", "int64", "log"]) {
          await page.$eval(`#${id}`, (section) => section.scrollIntoView());
          await picture(page, `phone-${id}`);
        }
      });
    }));

  test("who wants less motion sees none", () =>
    withPage(demo, async ({ page }) => {
      await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
      await page.$eval("#wire", (wire) => wire.setAttribute("data-going", "out"));
      assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
    }));
});
