/**
 * The JSON text of a member of an object, with all digits of its numbers.
 *
 * @param json the text of a valid JSON object without names that stand twice
 * @returns the text of the member's value; `undefined` if there is no such member
 */
export function memberText(json: string, name: string): string | undefined {
  let depth = 0;
  let key: string | undefined;
  let start = -1;
  let isKey = false;
  for (const { 0: token, index } of json.matchAll(/"(?:\\.|[^"\\])*"|[{}[\],:]/g)) {
    if (/^[{[]$/.test(token)) {
      depth += 1;
      if (depth === 1) isKey = true;
    } else if (depth === 1 && /^[,}]$/.test(token)) {
      if (start >= 0 && key === name) return json.slice(start, index).trim();
      [isKey, start] = [true, -1];
    } else if (/^[}\]]$/.test(token)) {
      depth -= 1;
    } else if (depth === 1 && token === ":") {
      [isKey, start] = [false, index + 1];
    } else if (depth === 1 && isKey && token !== ",") {
      key = JSON.parse(token) as string;
    }
  }
  return undefined;
}
