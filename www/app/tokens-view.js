import { APPLICATIONS } from "../shared/configuration.js";
import { action } from "./actions.js";
import { clientOf } from "./clients.js";
import { byId, element, tell } from "./dom.js";
import { duration } from "./duration.js";
import { partsOf, verify } from "./id-token.js";
import { indentJson } from "./json-text.js";
import { recordedFetch } from "./recorded-fetch.js";
import { onTick } from "./tick.js";
import { heldTokens, onTokens } from "./tokens.js";

/** Shows the tokens that the page has, and counts their time down. */
export function prepareTokens() {
  onTokens(show);
  onTick(showTime);
  show();
}

/** The id_token that is shown. */
let shownIdToken;

function show() {
  const held = heldTokens();
  byId("tokens-none").hidden = Boolean(held);
  const view = byId("tokens-view");
  view.hidden = !held;
  view.replaceChildren();
  showIdToken(held);
  if (!held) return;

  const { tokens, by, asked, client } = held;
  const name = tokens.claims?.name;
  view.replaceChildren(
    element(
      "p",
      { class: "who" },
      name ? element("b", {}, String(name)) : element("b", {}, APPLICATIONS[client].name),
      ` by ${by}, for the client `,
      element("code", {}, APPLICATIONS[client].applicationId),
    ),
    element(
      "dl",
      { class: "facts" },
      fact("Type", element("code", {}, tokens.tokenType)),
      ...scope(tokens.scope, asked),
      fact("expires_in", tokens.expiresIn === undefined ? "not told" : element("code", {}, `${tokens.expiresIn}n`)),
      fact("Time left", element("span", { role: "timer", id: "time-left" })),
      secret("Access token", tokens.accessToken, held.accessToken),
      tokens.refreshToken
        ? secret("Refresh token", tokens.refreshToken, held.refreshToken)
        : fact("Refresh token", element("span", { class: "hint" }, "none in this answer")),
      tokens.idToken ? undefined : fact("id_token", element("span", { class: "hint" }, "none in this answer")),
    ),
  );
  showTime();
}

function showIdToken(held) {
  const token = held?.tokens.idToken;
  if (token === shownIdToken) return;
  shownIdToken = token;
  const view = byId("id-token-view");
  view.hidden = !token;
  view.replaceChildren(...(token ? [idToken(token, held.client)] : []));
}

/** The scope that was granted: what was asked for, unless the answer says otherwise. */
function scope(granted, asked) {
  if (!granted && !asked) return [];
  const note = granted ? undefined : element("span", { class: "hint" }, "as requested");
  return [fact("Scope", element("code", {}, granted ?? asked), note)];
}

function showTime() {
  const place = document.getElementById("time-left");
  const held = heldTokens();
  if (!place || !held) return;
  const { tokens } = held;
  const left = tokens.remaining();
  const date = tokens.expiryDate();
  if (tokens.expired()) place.textContent = "expired";
  else if (held.accessToken) place.textContent = `none, because the access token is ${FATES[held.accessToken]}`;
  else if (left === undefined) place.textContent = "unknown";
  else place.textContent = `${duration(left)}, until ${date ? date.toLocaleTimeString() : "after the last Date"}`;
}

function fact(name, ...values) {
  return element("div", {}, element("dt", {}, name), element("dd", {}, ...values));
}

/** What became of a token. */
const FATES = { revoked: "revoked", refused: "refused by the issuer" };

/** The sentence about the token that was copied last: a clipboard has room for one. */
let copiedLast;

/** A token, shortened until it is asked for. */
function secret(name, value, fate) {
  const label = name.toLowerCase();
  const shown = element("code", { class: "token" }, shortened(value));
  const show = element(
    "button",
    { type: "button", class: "small", "aria-expanded": "false", "aria-label": `Show ${label}` },
    "Show",
  );
  show.addEventListener("click", () => {
    const open = show.getAttribute("aria-expanded") === "false";
    show.setAttribute("aria-expanded", String(open));
    show.textContent = open ? "Hide" : "Show";
    show.setAttribute("aria-label", `${show.textContent} ${label}`);
    shown.textContent = open ? value : shortened(value);
  });
  const copied = element("span", { class: "hint", role: "status" });
  const copy = element("button", { type: "button", class: "small", "aria-label": `Copy ${label}` }, "Copy");
  copy.addEventListener("click", async () => {
    copiedLast?.replaceChildren();
    copiedLast = copied;
    try {
      await navigator.clipboard.writeText(value);
      if (copiedLast === copied) copied.textContent = "Copied.";
    } catch {
      if (copiedLast === copied) copied.textContent = "The browser forbids copying; use Show.";
    }
  });
  return element(
    "div",
    { "data-token": label },
    element("dt", {}, name),
    element(
      "dd",
      {},
      shown,
      fate && element("b", { class: "fate" }, FATES[fate]),
      element("span", { class: "tools" }, show, copy, copied),
    ),
  );
}

function shortened(value) {
  return value.length > 24 ? `${value.slice(0, 12)}…${value.slice(-6)}` : value;
}

function idToken(token, client) {
  const { header, claims } = partsOf(token);
  const status = element("p", { class: "result", role: "status", id: "signature-status" });
  const button = element("button", { type: "button", class: "small" }, "Verify the signature");
  const { refresh } = action(button, status, async () => {
    const { server } = await clientOf(client);
    const response = await recordedFetch(server.jwksUri, { headers: { accept: "application/json" } });
    const { valid, kid } = await verify(token, await response.text());
    tell(
      status,
      valid ? `Valid: signed by the issuer’s key ${kid}.` : `Not signed by the issuer’s key ${kid}.`,
      valid ? "done" : "error",
    );
  });
  refresh();
  return element(
    "details",
    { class: "id-token", open: true },
    element("summary", {}, "id_token"),
    element("h3", {}, "Header"),
    element("pre", { class: "text" }, indentJson(header)),
    element("h3", {}, "Claims"),
    element("pre", { class: "text", id: "claims" }, indentJson(claims)),
    element(
      "p",
      { class: "hint" },
      "Issuer, audience, times, nonce and signature were checked before these tokens were accepted. The button checks the signature once more.",
    ),
    button,
    status,
  );
}
