import type { PlainReply } from "../issuer/plain.js";
import { faultsOf, pause, piecesOf } from "./transport.js";

/**
 * A reply as the host's `fetch` would give it, with what happens to its connection.
 *
 * @throws {TypeError} if the connection ends before the response begins, as `fetch` does
 */
export async function responseOf({ status, headers, body, transport = [] }: PlainReply): Promise<Response> {
  const init = { status, headers: headers as [string, string][] };
  if (transport.length === 0) return new Response(body.length > 0 ? (body as Uint8Array<ArrayBuffer>) : null, init);
  const faults = faultsOf(transport);
  if (faults.delay > 0) await pause(faults.delay);
  if (faults.isDropped) throw new TypeError("fetch failed: the connection ended before the response");
  const pieces = piecesOf(body, faults);
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(new TypeError("fetch failed: the connection ended before the body did", { cause: error }));
      }
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  return new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>, init);
}
