import { encode } from "../../dist/qr.js";

/** Two squares, one above the other, in the height of a line: neither dark, the upper, the lower, both. */
const BLOCKS = [" ", "▀", "▄", "█"];

/** Black on bright white, whatever the colours of the terminal are: cameras expect that. */
const COLOURS = ["\x1b[30;107m", "\x1b[0m"];

/**
 * A QR code in characters, with a margin of four squares (ISO/IEC 18004).
 *
 * @param {string} text
 * @param {boolean} coloured
 */
export function qrCode(text, coloured) {
  /** @type {{ data: boolean[][], size: number }} */
  const { data, size } = encode(text, { border: 4 });
  const [start = "", end = ""] = coloured ? COLOURS : [];
  const lines = [];
  for (let y = 0; y < size; y += 2) {
    const above = data[y] ?? [];
    const below = data[y + 1] ?? [];
    const line = above.map((dark, x) => BLOCKS[(dark ? 1 : 0) + (below[x] ? 2 : 0)]);
    lines.push(`${start}${line.join("")}${end}`);
  }
  return lines.join("\n");
}
