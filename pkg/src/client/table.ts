/** The names of a table, each after its letter: `src/rules/table.rs` says how a table is written. */
export function entriesOf(table: string): [letter: string, name: string][] {
  const entries: [string, string][] = [];
  for (let at = 0; at < table.length; ) {
    const end = at + 2 + table.charCodeAt(at + 1) - 48;
    entries.push([table[at]!, table.slice(at + 2, end)]);
    at = end;
  }
  return entries;
}

/** The names of a table. */
export function namesOf(table: string): string[] {
  return entriesOf(table).map(([, name]) => name);
}
