// Gives all cases to all parties. `--write` writes the tables of docs/hostile.md and of its translation. Without it, the
// cases are printed that somebody does not refuse, or does not accept though it is right.
import { writePlaces } from "../docs/lib/places.mjs";
import { allCases } from "./lib/all.mjs";
import { parties } from "./lib/parties.mjs";
import { run } from "./lib/run.mjs";
import { PAGES, tablesOf } from "./lib/table.mjs";

const results = await run(allCases, parties);
if (process.argv.includes("--write")) {
  const names = parties.map(({ name }) => name);
  for (const [path, words] of Object.entries(PAGES)) writePlaces(path, tablesOf(results, names, words));
} else {
  parties.forEach(({ name }, index) => {
    for (const { one, verdicts, errors } of results) {
      const usual = one.rule === "accept" ? "accepted" : "refused";
      if (verdicts[index] === "left" || verdicts[index] === usual) continue;
      const message = /** @type {Error | undefined} */ (errors[index])?.message ?? "";
      console.log([name, one.rule, one.name, verdicts[index], message].join(" | "));
    }
  });
}
