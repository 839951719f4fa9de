/** @typedef {{ row: import("./run.mjs").Row, outcomes: readonly string[] }} Line */

/** What each outcome is called on a page, and the other words of its tables. */
const ENGLISH = {
  refused: "refused",
  accepted: "accepted",
  exact: "exact",
  unknown: "not told",
  other: "another",
  elsewhere: "sent",
  hangs: "hangs",
  crashes: "crashes",
  none: "—",
  client: "Client",
  version: "Version",
  lines: ["refused", "accepted", "other", "—"],
  case: "Case",
  right: "A correct client",
  section: "Section",
  formPost: "by form",
};

/** @type {typeof ENGLISH} */
const CHINESE = {
  refused: "拒绝",
  accepted: "接受",
  exact: "准确",
  unknown: "未知",
  other: "有误",
  elsewhere: "外发",
  hangs: "挂起",
  crashes: "崩溃",
  none: "—",
  client: "客户端",
  version: "版本",
  lines: ["拒绝", "接受", "其他", "—"],
  case: "用例",
  right: "",
  section: "章节",
  formPost: "表单",
};

/** The pages with the tables. @type {Record<string, typeof ENGLISH>} */
export const PAGES = { "docs/hostile-clients.md": ENGLISH, "docs/zh-CN/hostile-clients.md": CHINESE };

/** The places of cases, in the order of the page. */
export const PLACES = [
  ...["id_token", "token", "callback", "signed_callback", "jwks", "discovery", "userinfo", "signed_userinfo"],
  ...["device_authorization", "access_token", "logout_token"],
];

/**
 * The tables of a page by the names of their places: the clients with their versions, and for each place of cases a row
 * for each case and a column for each client.
 *
 * @param {readonly Line[]} lines
 * @param {readonly import("./run.mjs").Client[]} clients
 * @param {typeof ENGLISH} words
 * @returns {Record<string, string>}
 */
export function tablesOf(lines, clients, words) {
  const tables = { clients: clientsTable(lines, clients, words) };
  for (const place of PLACES) {
    const own = lines.filter(({ row }) => row.one.where === place);
    const named = clients.map(({ name }, index) => ({ name, index }));
    // Of clients that have nothing to do with a place there is no column.
    const present = named.filter(({ index }) => own.some(({ outcomes }) => outcomes[index] !== "none"));
    const rows = own.map(({ row, outcomes }) => [
      `\`${row.name}\`${row.flow === "formPost" ? ` (${words.formPost})` : ""}`,
      ...(words.right ? [row.one.expect] : []),
      row.one.section,
      ...present.map(({ index }) => words[outcomes[index]]),
    ]);
    const head = [words.case, ...(words.right ? [words.right] : []), words.section, ...present.map(({ name }) => name)];
    tables[place] = tableOf(head, rows);
  }
  return tables;
}

function clientsTable(lines, clients, words) {
  const count = (index, names) => lines.filter(({ outcomes }) => names.includes(outcomes[index])).length;
  const rows = clients.map(({ name, version }, index) => {
    const [refused, accepted, none] = [["refused"], ["accepted"], ["none"]].map((names) => count(index, names));
    return [name, version ?? "—", refused, accepted, lines.length - refused - accepted - none, none];
  });
  return tableOf([words.client, words.version, ...words.lines], rows);
}

const tableOf = (head, rows) =>
  `${[head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
