/** A name of a table. */
export interface Entry {
  /** The letter before it, whose meaning depends on the table. */
  readonly letter: string;
  /** Of a member, what it may be: its letter as a small one. */
  readonly kind: string;
  readonly name: string;
  /** The name as JavaScript spells it. */
  readonly argument: string;
  /** What stands behind `=`. */
  readonly fixed: string | undefined;
}

/** The names of the tables that were used. */
const known: Record<string, Entry[]> = {};

/** The names of a table: `src/rules/table.rs` says how a table is written. */
export function entriesOf(table: string): readonly Entry[] {
  return (known[table] ??= parse(table));
}

function parse(table: string): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < table.length; ) {
    const end = at + 2 + table.charCodeAt(at + 1) - 48;
    const [name, fixed] = table.slice(at + 2, end).split("=") as [string, string?];
    const letter = table[at]!;
    entries.push({ letter, kind: letter.toLowerCase(), name, argument: camelCase(name), fixed });
    at = end;
  }
  return entries;
}

/** `token_endpoint` as JavaScript spells it: `tokenEndpoint`. @internal */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
