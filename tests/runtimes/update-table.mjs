// Writes the table of the last run of "npm test -- runtimes" into docs/runtimes.md.
import { Sentence, main } from "../../scripts/lib/report.mjs";
import { readReport } from "./report.mjs";
import { writeTable } from "./table.mjs";

await main(async () => {
  const rows = readReport();
  const bad = rows.find(({ passed, failed }) => failed > 0 || passed === 0);
  if (bad)
    throw new Sentence(
      `${bad.where}, ${bad.how}: not everything was run and passed, so docs/runtimes.md stays as it is.`,
    );
  writeTable(rows);
});
