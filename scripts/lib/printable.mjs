/** As in pkg/src/wasm/printable.ts, which says what this encoding is and why. */
const SHIFT = 42;

/**
 * Writes bytes as printable ASCII that compresses nearly as well as they do.
 * @param {Uint8Array} bytes
 */
export function encodePrintable(bytes) {
  let text = "";
  for (const byte of bytes) {
    const value = (byte + SHIFT) % 256;
    if (value < 90) text += character(value);
    else if (value < 182) text += "}" + character(value - 90);
    else text += "~" + character(value - 182);
  }
  return text;
}

/** @param {number} value from 0 to 91 */
function character(value) {
  const found = String.fromCharCode(value + 35);
  return found === "\\" ? " " : found;
}
