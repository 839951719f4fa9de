import { step } from "../lib/report.mjs";
import { NONE, add } from "./counts.mjs";
import { checkCrateAdvisories } from "./deny.mjs";
import { checkPackageAdvisories, checkPackageSignatures } from "./npm-audit.mjs";

const checks = {
  "Vulnerable crates": checkCrateAdvisories,
  "Vulnerable npm packages": checkPackageAdvisories,
  "Signatures of npm packages": checkPackageSignatures,
};

/**
 * What others know of the dependencies. Who cannot be reached cannot be asked: such a check is skipped, even
 * in continuous integration, and never counts as passed.
 *
 * @param {Record<string, () => Promise<string | undefined>>} [asked] each says why it could not ask, or throws
 */
export async function testAdvisories(asked = checks) {
  let counts = NONE;
  for (const [label, check] of Object.entries(asked)) counts = add(counts, await outcome(label, check));
  return counts;
}

/**
 * @param {string} label
 * @param {() => Promise<string | undefined>} check
 */
async function outcome(label, check) {
  try {
    const reason = await step(label, check);
    if (reason === undefined) return { ...NONE, passed: 1 };
    console.log(`  skipped: ${reason}`);
    return { ...NONE, skipped: 1 };
  } catch {
    // It is on the screen already.
    return { ...NONE, failed: 1 };
  }
}
