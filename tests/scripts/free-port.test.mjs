import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { freePort } from "../browser/harness/free-port.mjs";

test("a free port can be listened on, and nobody who asks for any port gets it", async () => {
  const own = await freePort();
  const others = Array.from({ length: 500 }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(others.map((server) => once(server, "listening")));
  try {
    const server = createServer().listen(own, "127.0.0.1");
    await once(server, "listening");
    server.close();
  } finally {
    for (const each of others) each.close();
  }
});
