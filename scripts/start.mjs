import "./lib/require-node.mjs";
import { build } from "./build.mjs";
import { main, stopwatch } from "./lib/report.mjs";
import { serve } from "./serve.mjs";

await main(async () => {
  const elapsed = stopwatch();
  await build();
  const { url } = await serve();
  console.log(`\nReady after ${elapsed()}. Open ${url} in a browser; Ctrl-C stops.`);
});
