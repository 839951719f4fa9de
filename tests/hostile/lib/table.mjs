import { CHINESE } from "./chinese.mjs";

/** @typedef {import("./run.mjs").Result} Result */

/** The pages with the tables, and how each calls a kind. */
export const PAGES = {
  "docs/hostile.md": { kind: "Kind", cases: "Cases", nameOf: (/** @type {string} */ kind) => kind },
  "docs/zh-CN/hostile.md": {
    kind: "种类",
    cases: "用例数",
    nameOf: (/** @type {string} */ kind) => CHINESE[kind] ?? kind,
  },
};

/** The rules that have a table, and which verdict is counted in it. @type {Record<string, "refused" | "accepted">} */
const TABLES = { refuse: "refused", either: "refused", free: "refused", accept: "accepted" };

/**
 * The tables of a page by the names of their places: a row for each kind, and a column for each party with how many cases
 * it refused, or accepted where that is right. A party without a function for a case is not counted, and one without a
 * function for the whole kind has a dash.
 *
 * @param {readonly Result[]} results
 * @param {readonly string[]} parties their names
 * @param {{ kind: string, cases: string, nameOf: (kind: string) => string }} words
 * @returns {Record<string, string>}
 */
export function tablesOf(results, parties, { kind, cases, nameOf }) {
  const head = [`| ${[kind, cases, ...parties].join(" | ")} |`, `|---|--:|${"--:|".repeat(parties.length)}`];
  return Object.fromEntries(
    Object.entries(TABLES).map(([rule, counted]) => {
      const own = results.filter(({ one }) => one.rule === rule);
      const kinds = [...new Set(own.map(({ one }) => one.kind))];
      const rows = kinds.map((kind) => {
        const ofKind = own.filter(({ one }) => one.kind === kind);
        const cells = parties.map((_, index) => cellOf(ofKind, index, counted));
        return `| ${[nameOf(kind), ofKind.length, ...cells].join(" | ")} |`;
      });
      return [rule, `${[...head, ...rows].join("\n")}\n`];
    }),
  );
}

/** @param {readonly Result[]} results @param {number} index of the party @param {"refused" | "accepted"} counted */
function cellOf(results, index, counted) {
  const given = results.map(({ verdicts }) => verdicts[index]).filter((verdict) => verdict !== "left");
  if (given.length === 0) return "—";
  const count = given.filter((verdict) => verdict === counted).length;
  return `${count}/${given.length}`;
}
