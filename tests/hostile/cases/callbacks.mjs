import { cases, each } from "../lib/cases.mjs";
import { query } from "../lib/change.mjs";
import { ISSUER, STATE } from "../lib/world.mjs";

const subjects = ["callback"];

/** One parameter is another. */
const set = (name, value) => query((before) => withParameters(before, (all) => all.set(name, value)));
const without = (name) => query((before) => withParameters(before, (all) => all.delete(name)));
const more = (text) => query((before) => `${before}&${text}`);
const first = (text) => query((before) => `${text}&${before}`);

function withParameters(before, change) {
  const all = new URLSearchParams(before);
  change(all);
  return all.toString();
}

export default [
  ...cases(
    { kind: "callbacks of another request", subjects, section: "RFC 6749 section 10.12" },
    {
      ...each(
        "state",
        {
          "of another": "another",
          empty: "",
          "with a letter more": `${STATE}x`,
          "with a letter less": STATE.slice(0, -1),
          "in capital letters": STATE.toUpperCase(),
          "with a space": `${STATE} `,
          "with NUL": `${STATE}\0`,
          undefined: "undefined",
        },
        (value) => set("state", value),
      ),
      "no state": without("state"),
      "State in place of state": query((before) => before.replace("state=", "State=")),
      "state as a list": query((before) => before.replace("state=", "state%5B%5D=")),
    },
  ),
  ...cases(
    { kind: "callbacks of another server", subjects, section: "RFC 9207 section 2.4" },
    {
      ...each(
        "iss",
        {
          "of another": "https://other.example",
          "with a slash": `${ISSUER}/`,
          "in capital letters": ISSUER.toUpperCase(),
          "with its port": `${ISSUER}:443`,
          "by http": ISSUER.replace("https", "http"),
          "with a path": `${ISSUER}/x`,
          empty: "",
        },
        (value) => set("iss", value),
      ),
      "no iss, though the server announces it": without("iss"),
    },
  ),
  ...cases(
    { kind: "callbacks with parameters twice", subjects, section: "RFC 6749 section 3.1" },
    {
      "another code behind it": more("code=CO2"),
      "another code before it": first("code=CO2"),
      "the same code": more("code=CO1"),
      "another state": more("state=other"),
      "another iss before it": first("iss=https%3A%2F%2Fother.example"),
      "code with an escape": more("c%6fde=CO2"),
    },
  ),
  ...cases(
    { kind: "callbacks with an error, or without a code", subjects, section: "RFC 6749 sections 4.1.2 and 4.1.2.1" },
    {
      "both code and error": more("error=access_denied"),
      "error in place of the code": query((before) => before.replace("code=CO1", "error=access_denied")),
      "no code": without("code"),
      "code empty": set("code", ""),
      "Code in place of code": query((before) => before.replace("code=", "Code=")),
      "an access token in place of the code": query((before) =>
        before.replace("code=CO1", "access_token=AT1&token_type=Bearer"),
      ),
      nothing: query(() => ""),
    },
  ),
  ...cases(
    { kind: "as it must work", subjects, rule: "accept", section: "RFC 6749 section 4.1.2" },
    {
      "a parameter that nobody knows": more("session_state=x"),
      "in another order": query((before) => before.split("&").reverse().join("&")),
    },
  ),
];
