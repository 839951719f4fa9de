import { npmCommand } from "../lib/install.mjs";
import { runApart } from "../lib/process.mjs";

/** What npm calls a network that does not lead to whom it asks. */
const NO_NETWORK =
  /^(?:EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|ETIMEDOUT|ERR_SOCKET_TIMEOUT)$/;

/**
 * Fails if a package of the lock file is known to be vulnerable.
 *
 * @returns {Promise<string | undefined>} why that was not looked for
 */
export function checkPackageAdvisories() {
  return audit(["--audit-level=high"], "auditReportVersion");
}

/**
 * Fails if a package that is installed is not signed by its registry as it should be.
 *
 * @returns {Promise<string | undefined>} why that was not looked for
 */
export function checkPackageSignatures() {
  return audit(["signatures"], "invalid");
}

/**
 * @param {readonly string[]} args
 * @param {string} member what a report has, and an error has not
 */
async function audit(args, member) {
  const [program, ...all] = npmCommand(["audit", ...args, "--json", "--fetch-retries=0"]);
  const ended = await runApart(program, all, { minutes: 5 });
  return verdict(ended, member);
}

/**
 * What npm's answer means: nothing if all is well, or why there was nobody to ask.
 *
 * @param {{ stdout: string, all: string, failure: string | undefined }} ended
 * @param {string} member
 * @throws {Error} with all that was printed, if it means anything else
 */
export function verdict({ stdout, all, failure }, member) {
  const report = parsed(stdout);
  if (member in report && failure === undefined) return undefined;
  if (!(member in report)) {
    // The registry has no such service, or fails at it; or it is out of reach.
    if (report.statusCode >= 400) return `the registry answered ${report.statusCode}`;
    if (/ from a supported registry$/.test(report.error?.summary)) return "the registry does not sign";
    if (NO_NETWORK.test(report.error?.code)) return `no network: ${report.error.summary}`;
  }
  throw new Error(`npm audit: ${failure ?? "no report"}\n${all}`);
}

/**
 * @param {string} text
 * @returns {any}
 */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
