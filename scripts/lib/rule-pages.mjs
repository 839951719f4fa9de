/** The folder of the pages. */
const FOLDER = "docs/rules";

/**
 * What the crate says about a rule by which the issuer refuses requests.
 *
 * @typedef {object} Rule
 * @property {string} name
 * @property {string} group
 * @property {string} sentence in which `{}` stands for what it says about one request
 * @property {string} section
 * @property {string} right
 * @property {{ profile: string, status: number, error: string }[]} answers
 * @property {string | null} setting
 */

/** Where the documents stand that have no number. */
const DOCUMENTS = {
  "OpenID Connect Core Error Code unmet_authentication_requirements":
    "https://openid.net/specs/openid-connect-unmet-authentication-requirements-1_0.html",
  "OpenID Connect Core": "https://openid.net/specs/openid-connect-core-1_0.html",
  "OpenID Connect RP-Initiated Logout": "https://openid.net/specs/openid-connect-rpinitiated-1_0.html",
  "OAuth 2.0 Multiple Response Type Encoding Practices":
    "https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html",
  "OAuth Client ID Metadata Document": "https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/",
  EIAM: "https://help.aliyun.com/zh/idaas/eiam/",
};

/**
 * A page for each rule, to which `error_uri` leads, and the list of all.
 *
 * @param {readonly Rule[]} rules
 * @returns {Record<string, string>}
 */
export function rulePages(rules) {
  const pages = rules.map((rule) => [`${FOLDER}/${rule.name}.md`, pageOf(rule)]);
  return { [`${FOLDER}/README.md`]: indexOf(rules), ...Object.fromEntries(pages) };
}

/** @param {readonly Rule[]} rules */
function indexOf(rules) {
  const parts = [
    "# Rules",
    'Every rule by which the issuer refuses a request has a page here. "npm run generate" makes them of the table in ' +
      "`src/issuer/wire/refusal.rs`. The test issuer names the rule of each refusal in its journal, and leads to the " +
      "page by `error_uri`.",
  ];
  for (const group of new Set(rules.map((rule) => rule.group))) {
    const rows = rules
      .filter((rule) => rule.group === group)
      .map(({ name, answers, sentence }) => {
        const errors = [...new Set(answers.map(({ error }) => `\`${error}\``))].join(", ");
        return `| [${name}](${name}.md) | ${errors} | ${inline(sentence)} |`;
      });
    parts.push(`## ${group}`, ["| Rule | Error code | What it says |", "|---|---|---|", ...rows].join("\n"));
  }
  return `${parts.join("\n\n")}\n`;
}

/** @param {Rule} rule */
function pageOf({ name, group, sentence, section, right, answers, setting }) {
  const parts = [
    `# ${name}`,
    `A rule about "${group}", of [all rules](README.md). The response or the page says:`,
    `\`\`\`text\n${sentence.replaceAll("{}", "…")}\n\`\`\``,
    "## What is right",
    right,
  ];
  if (setting !== null) parts.push(`The setting that decides it is \`${setting}\` in the configuration.`);
  parts.push("## How it is refused", answerOf(answers), `Source: ${linked(section)}.`);
  return `${parts.join("\n\n")}\n`;
}

/**
 * Status and error code, for each profile where they differ.
 *
 * @param {Rule["answers"]} answers
 */
function answerOf(answers) {
  const kinds = new Set(answers.map(({ status, error }) => `${status} ${error}`));
  const rows = (kinds.size === 1 ? answers.slice(0, 1) : answers).map(({ profile, status, error }) => {
    const cells = kinds.size === 1 ? [] : [`\`${profile}\``];
    return `| ${[...cells, status, `\`${error}\``].join(" | ")} |`;
  });
  const head =
    kinds.size === 1
      ? ["| Status | Error code |", "|---|---|"]
      : ["| Profile | Status | Error code |", "|---|---|---|"];
  return [...head, ...rows].join("\n");
}

/**
 * A section with a link to it.
 *
 * @param {string} section such as "RFC 6749 section 5.2"
 */
function linked(section) {
  const rfc = /^RFC (\d+) (section|appendix)(s?) (\S+)/.exec(section);
  if (rfc) {
    const [, number, kind, , first] = rfc;
    return `[${section}](https://www.rfc-editor.org/rfc/rfc${number}#${kind}-${first})`;
  }
  const known = Object.entries(DOCUMENTS).find(([name]) => section.startsWith(name));
  if (!known) throw new Error(`where does ${section} stand? Add it to DOCUMENTS`);
  return `[${section}](${known[1]})`;
}

/**
 * A sentence as a cell of a table.
 *
 * @param {string} sentence
 */
function inline(sentence) {
  return sentence.replaceAll("{}", "…").replace(/[|*_<>[\]\\`]/g, "\\$&");
}
