import { remoteAt } from "./remote.mjs";

/**
 * The issuer in the Durable Object of the other Worker.
 * @param {typeof globalThis.fetch} fetch
 */
export function objectBy(fetch) {
  const base = "https://object.example";
  return {
    ...remoteAt(base, "manual", fetch),
    /** Has the object begin anew with what is in its storage. */
    async forget() {
      const answer = await (await fetch(`${base}/forget`, {})).text();
      if (answer !== "forgotten") throw new Error(answer);
    },
  };
}
