/**
 * A `fetch` that answers from a list and remembers what it was asked.
 *
 * @param {...(Response | Error | ((url: string, init: RequestInit) => Response | Promise<Response>))} answers
 */
export function mockFetch(...answers) {
  const calls = [];
  const fetch = async (url, init) => {
    calls.push({ url, ...init });
    const answer = answers.shift();
    if (answer === undefined) throw new Error("the test has no more answers");
    if (answer instanceof Error) throw answer;
    return typeof answer === "function" ? answer(url, init) : answer;
  };
  return Object.assign(fetch, { calls });
}

/** A JSON answer of exactly this text. */
export function json(text, { status = 200, headers = {} } = {}) {
  return new Response(text, { status, headers: { "content-type": "application/json", ...headers } });
}
