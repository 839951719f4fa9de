import { door } from "../../../pkg/test/support/issuer-browser.mjs";

/** Where an issuer in this process believes to be. */
export const BASE = "https://issuer.example";

/**
 * An issuer in this process, as one that is reached by one of its doors.
 *
 * @param {import("eiam-token/issuer").Issuer} issuer
 * @param {"handle" | "fetch"} name
 * @returns {import("./flows.mjs").Party}
 */
export function partyOf(issuer, name) {
  const send = door(issuer, name);
  const fetch = async (url, init) => {
    if (name === "fetch") return issuer.fetch(new Request(url, init));
    const { status, headers, text } = await send(init.method, url, init.headers, init.body);
    return new Response(text || null, { status, headers });
  };
  return { base: BASE, send, fetch };
}
