import type { EventStream, PlainReply } from "../issuer/plain.js";
import { faultsOf, pause, piecesOf } from "./transport.js";

/**
 * A reply as the host's `fetch` would give it, with what happens to its connection.
 *
 * @param signal ends the waiting of whoever sent the request
 * @throws {TypeError} if the connection ends before the response begins, as `fetch` does
 * @throws the reason of the signal
 */
export async function responseOf(
  { status, headers, body, transport = [], stream: events }: PlainReply,
  signal?: AbortSignal,
): Promise<Response> {
  if (signal?.aborted) {
    events?.end();
    throw signal.reason;
  }
  const init = { status, headers: headers as [string, string][] };
  if (events) return new Response(streamOf(events, signal), init);
  const hasBody = body.length > 0 && !WITHOUT_BODY.includes(status);
  if (transport.length === 0) return new Response(hasBody ? (body as Uint8Array<ArrayBuffer>) : null, init);
  const faults = faultsOf(transport);
  if (faults.delay > 0) await pause(faults.delay, signal);
  if (faults.isDropped) throw new TypeError("fetch failed: the connection ended before the response");
  if (WITHOUT_BODY.includes(status)) return new Response(null, init);
  const pieces = piecesOf(body, faults, signal);
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        const reason = "fetch failed: the connection ended before the body did";
        controller.error(signal?.aborted ? signal.reason : new TypeError(reason, { cause: error }));
      }
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  return new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>, init);
}

/** The pieces as a body of the web. */
function streamOf(events: EventStream, signal?: AbortSignal): ReadableStream<Uint8Array<ArrayBuffer>> {
  signal?.addEventListener("abort", () => events.end(), { once: true });
  return new ReadableStream({
    async pull(controller) {
      const piece = await events.next();
      if (piece !== undefined) controller.enqueue(piece as Uint8Array<ArrayBuffer>);
      else if (signal?.aborted) controller.error(signal.reason);
      else controller.close();
    },
    cancel: () => events.end(),
  });
}

/** The statuses whose responses have no body (RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5). A test may ask for them. */
const WITHOUT_BODY = [204, 205, 304];
