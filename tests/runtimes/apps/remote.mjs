/**
 * An issuer at this address, asked over the network.
 *
 * @param {string} base
 * @param {RequestRedirect} redirect browsers do not let a script see a redirect: they follow it
 * @param {typeof globalThis.fetch} [fetch]
 */
export function remoteAt(base, redirect = "manual", fetch = (url, init) => globalThis.fetch(url, init)) {
  return {
    base,
    fetch,
    async send(method, url, headers, body) {
      const response = await fetch(url, { method, headers, body, redirect });
      const answer = { status: response.status, headers: response.headers, text: await response.text() };
      return redirect === "follow" ? { ...answer, url: response.url } : answer;
    },
  };
}
