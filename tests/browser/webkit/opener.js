/**
 * A page beside the demo that opens it in a window and uses it, as only a page of the same origin
 * can. What it is to do is in its query; how far it came, it tells the console.
 */
const DEMO = new URL("../../../www/", location.href).href;

const tell = (what) => console.log(`opener: ${what}`);

/** Looks again and again; what cannot be looked at now may be the next time. */
async function until(what, look) {
  for (const end = Date.now() + 90_000; Date.now() < end; ) {
    try {
      const found = look();
      if (found) return found;
    } catch {
      // The window is between two pages.
    }
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  throw new Error(`opener: ${what} never came`);
}

/** A window, and what can be done in it. */
function opened(url) {
  const view = open(url);
  const find = (id) => view.document.getElementById(id);
  return {
    press: async (id) => (await until(`#${id}`, () => !find(id)?.hasAttribute("aria-disabled") && find(id))).click(),
    type: async (id, text) => ((await until(`#${id}`, () => find(id))).value = text),
    read: (id, pattern) =>
      until(`${pattern} in #${id}`, () => pattern.test(find(id)?.textContent ?? "") && find(id).textContent),
    href: (id) => find(id).href,
    reached: (path) => until(path, () => view.location.pathname.endsWith(path)),
    window: view,
  };
}

async function openDemo() {
  const demo = opened(DEMO);
  await demo.read("state", /^The issuer is ready\.$/);
  return demo;
}

async function logIn(view) {
  await view.type("username", "alice");
  await view.type("password", "wonderland");
  await view.press("submit");
}

const ACTS = {
  async everything() {
    const demo = await openDemo();
    await demo.press("sign-in-button");
    await demo.reached("/authorize");
    await logIn(demo);
    await demo.press("allow");
    tell(await demo.read("sign-in-status", /^Signed in as/));
    await demo.press("refresh");
    tell(await demo.read("tokens-status", /^You have new tokens/));
    await demo.press("user-info");
    await demo.read("user-info-answer", /"name": "Alice Liddell"/);
    await demo.press("device-start");
    await demo.read("device-code", /^[A-Z]{4}-[A-Z]{4}$/);
    const second = opened(demo.href("device-link"));
    await second.press("submit");
    // The session is there already, so only consent is asked for.
    await second.press("allow");
    await second.read("done", /connected/);
    tell(await demo.read("device-status", /^Approved\./));
  },

  /** In a browser that has been ended and started again. */
  async return() {
    const demo = await openDemo();
    await demo.press("sign-in-button");
    await demo.reached("/authorize");
    await demo.press("allow");
    tell(await demo.read("sign-in-status", /^Signed in as/));
  },
};

async function main() {
  await ACTS[new URL(location.href).searchParams.get("act")]();
  tell("done");
}

// Not awaited: of a module that fails while it is awaited WebKit's console says nothing.
void main();
