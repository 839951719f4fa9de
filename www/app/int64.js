import { action } from "./actions.js";
import { clientOf } from "./clients.js";
import { byId, element } from "./dom.js";
import { duration } from "./duration.js";
import { recordedFetch } from "./recorded-fetch.js";
import { onTick } from "./tick.js";

/** One answer, read twice: by JSON.parse and by this library. */
export function prepareInt64() {
  const place = byId("int64-answer");
  let endTick = () => {};
  action(byId("int64-button"), byId("int64-status"), async () => {
    const client = await clientOf("centuries");
    const request = client.tokenRequest.clientCredentials();
    const response = await recordedFetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body,
    });
    const body = new Uint8Array(await response.arrayBuffer());
    const tokens = client.parseTokenResponse({ status: response.status, body });

    const text = new TextDecoder().decode(body);
    const parsed = JSON.parse(text);
    place.replaceChildren(table(text, parsed, tokens));
    place.hidden = false;
    endTick();
    endTick = onTick(() => (byId("int64-remaining").textContent = remaining(tokens)));
  });
}

/** What the table compares. */
const NAMES = ["expires_in", "expires_at"];

function table(text, parsed, tokens) {
  const sent = NAMES.map((name) => digits(text, name));
  const wrong = NAMES.map((name) => String(parsed[name]));
  const exact = [tokens.expiresIn, tokens.expiresAt].map(String);
  const date = tokens.expiryDate();
  const heads = NAMES.map((name) => element("th", { scope: "col" }, element("code", {}, name)));
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, element("td"), ...heads)),
    element(
      "tbody",
      {},
      row("the bytes", sent, sent),
      row(element("code", {}, "JSON.parse"), wrong, sent),
      row("eiam-token", exact, sent, "n"),
      wide(
        element("code", {}, "remaining()"),
        element("code", { id: "int64-remaining" }, remaining(tokens)),
        note(`about ${duration(tokens.remaining())}`),
      ),
      wide(
        element("code", {}, "expiryDate()"),
        element("code", {}, date ? date.toISOString() : "undefined"),
        date ? undefined : note("because no Date reaches beyond the year 275760"),
      ),
    ),
  );
}

function note(text) {
  return element("span", { class: "hint" }, text);
}

function remaining(tokens) {
  return `${tokens.remaining()}n`;
}

/** The digits after a name, as they were sent. */
function digits(text, name) {
  return new RegExp(`"${name}"\\s*:\\s*(-?\\d+)`).exec(text)?.[1] ?? "";
}

/** A number whose digits that are not those sent are marked. */
function number(value, sent, suffix = "") {
  let same = 0;
  while (same < value.length && value[same] === sent[same]) same++;
  const isRight = value === sent;
  return element(
    "span",
    { class: isRight ? "number" : "number wrong" },
    isRight ? value : value.slice(0, same),
    isRight ? undefined : element("mark", {}, value.slice(same)),
    suffix,
  );
}

/** One reading of both numbers, compared with what was sent. */
function row(reader, values, sent, suffix = "") {
  const cells = values.map((value, index) =>
    element("td", { "data-column": NAMES[index] }, number(value, sent[index], suffix)),
  );
  return element("tr", {}, element("th", { scope: "row" }, reader), ...cells);
}

function wide(head, ...content) {
  return element("tr", {}, element("th", { scope: "row" }, head), element("td", { colspan: "2" }, ...content));
}
