import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { numbersInPlace } from "../../scripts/lib/numbers.mjs";

const FILES = {
  "index.ts": `
import { LONGEST, later } from "./other.js";

const PAUSE = 60_000;
/** A product. */
const DAY = 24 * 60 * 60;
const SHARE = 0.5;
const MASK = 0xff_ff;
const TEXT = "5";
let count = 7;

export function values() {
  const PAUSE_HERE = PAUSE;
  count += 1;
  return [PAUSE_HERE, DAY, SHARE, MASK, TEXT, LONGEST, count, later()];
}
`,
  "other.ts": `
import { values } from "./index.js";

export const LONGEST = 12;
const OWN = 3;
export const later = () => OWN + values.length;
`,
};

test("a constant number stands where it is used, and every value is as it was", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "numbers-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  /** @param {import("esbuild").Plugin[]} plugins */
  const bundled = async (plugins) => {
    const { outputFiles } = await build({
      entryPoints: [join(folder, "index.ts")],
      bundle: true,
      format: "esm",
      minifySyntax: true,
      write: false,
      plugins,
    });
    const text = outputFiles[0]?.text ?? "";
    const { values } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
    return { text, values: values() };
  };
  const after = await bundled([numbersInPlace]);
  assert.deepEqual(after.values, [60_000, 86_400, 0.5, 65_535, "5", 12, 8, 3]);
  assert.deepEqual(after.values, (await bundled([])).values);
  assert.doesNotMatch(after.text, /PAUSE =|DAY|SHARE|MASK|OWN|LONGEST/);
});
