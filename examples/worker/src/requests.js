/** The longest body that an issuer takes; to refuse one, a byte more is all it must see. */
const BODY_LIMIT = 64 * 1024;

/** The body of a request broke off. */
export class BrokenBody extends Error {}

/**
 * A web request as plain values.
 *
 * @param {Request} request
 * @throws {BrokenBody}
 */
export async function plainRequest(request) {
  const { method, url } = request;
  return { method, url, headers: [...request.headers], body: await readBody(request) };
}

/**
 * The body of a POST; no issuer reads another. Of one that is too long as much as it takes to see that.
 *
 * @param {Request} request
 */
async function readBody({ method, body }) {
  if (!body) return undefined;
  const reader = body.getReader();
  const chunks = [];
  let length = 0;
  while (method === "POST" && length <= BODY_LIMIT) {
    const { done, value } = await reader.read().catch(() => {
      throw new BrokenBody();
    });
    if (done) return concatenated(chunks, length);
    chunks.push(value);
    length += value.length;
  }
  // The rest is not wanted. Whether the sender hears of it makes no difference.
  reader.cancel().catch(() => {});
  return concatenated(chunks, length).subarray(0, BODY_LIMIT + 1);
}

/** @param {readonly Uint8Array[]} chunks @param {number} length of all */
function concatenated(chunks, length) {
  if (chunks.length === 1) return chunks[0];
  const bytes = new Uint8Array(length);
  let end = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, end);
    end += chunk.length;
  }
  return bytes;
}
