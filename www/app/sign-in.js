import { action } from "./actions.js";
import { clientOf } from "./clients.js";
import { byId, hush, tell } from "./dom.js";
import { sentence } from "./errors.js";
import { read, remove, write } from "./session.js";
import { holdTokens, onOtherTokens } from "./tokens.js";
import { HOME } from "./worker.js";

const SCOPE = "openid profile email phone";

/** The request that waits for its callback: state, nonce and PKCE verifier are in it. */
const PENDING = "authorization request";

export function prepareSignIn() {
  const status = byId("sign-in-status");
  onOtherTokens(() => hush(status));
  action(byId("sign-in-button"), status, async () => {
    const client = await clientOf("page");
    const request = client.authorizationRequest({ redirectUri: HOME, scope: SCOPE });
    write(PENDING, request.serialize());
    location.assign(request.url);
  });
}

/** If this page is the answer to the request: exchanges its code. */
export async function finishSignIn() {
  const callback = location.href;
  const { searchParams } = new URL(callback);
  if (!searchParams.has("code") && !searchParams.has("error")) return;

  // A code works once, so neither it nor the request may be met again by a reload.
  history.replaceState(null, "", HOME);
  const pending = read(PENDING);
  remove(PENDING);

  const status = byId("sign-in-status");
  tell(status, "Exchanging the code for tokens …", "going");
  try {
    const client = await clientOf("page");
    const tokens = await client.exchangeCode(client.parseCallback(callback, pending));
    holdTokens({ client: "page", by: "authorization code", asked: SCOPE, tokens });
    tell(status, `Signed in as ${tokens.claims?.name ?? tokens.claims?.sub}.`);
    const title = byId("tokens-title");
    title.scrollIntoView({ block: "start" });
    title.focus({ preventScroll: true });
  } catch (error) {
    tell(status, sentence(error), "error");
    byId("sign-in").focus();
  }
}
