import { once } from "node:events";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { BASE } from "./world.mjs";

/**
 * Serves the issuer to clients that are not in this process, on a free port of this machine.
 *
 * @param {import("./world.mjs").World} world
 */
export async function bridge(world) {
  const server = createServer(async (request, response) => {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    try {
      const chunks = await request.toArray();
      const { method, url, headers } = request;
      const { host: _, connection: __, "content-length": ___, ...others } = headers;
      const body = chunks.length > 0 ? Buffer.concat(chunks) : null;
      const init = { method, headers: others, body, signal: gone.signal };
      const answer = await world.answer(new Request(`${BASE}${url}`, init));
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      if (answer.body) await pipeline(Readable.fromWeb(answer.body), response);
      else response.end();
    } catch {
      // A body that ends too early, or nobody who waits for it.
      response.destroy();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: server.address().port,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
