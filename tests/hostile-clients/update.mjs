// Runs all hostile cases with all clients. `--write` writes the tables of docs/hostile-clients.md and of its translation.
// Without it, what came of each case is printed, with the clients' reasons.
import { writePlaces } from "../docs/lib/places.mjs";
import { clients } from "./lib/clients.mjs";
import { run } from "./lib/run.mjs";
import { PAGES, tablesOf } from "./lib/table.mjs";
import { newWorld } from "./lib/world.mjs";

const worlds = { inProcess: await newWorld(), onNetwork: await newWorld({ isOnNetwork: true }) };
try {
  const lines = await run(clients, worlds);
  if (process.argv.includes("--write")) {
    for (const [path, words] of Object.entries(PAGES)) writePlaces(path, tablesOf(lines, clients, words));
  } else {
    for (const { row, verdicts } of lines) {
      verdicts.forEach(({ outcome, error }, index) => {
        const reason = /** @type {Error | undefined} */ (error)?.message ?? "";
        if (outcome !== "none") console.log([row.name, row.flow, clients[index]?.name, outcome, reason].join(" | "));
      });
    }
  }
} finally {
  for (const client of clients) await client.stop?.();
  for (const { issuer } of Object.values(worlds)) await issuer.close();
}
