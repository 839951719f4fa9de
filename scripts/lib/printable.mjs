/**
 * Writes bytes as printable ASCII that compresses nearly as well as they do. What the encoding is,
 * and why it is not base64, says pkg/src/wasm/printable.ts.
 *
 * @param {Uint8Array} bytes
 */
export function encodePrintable(bytes) {
  let text = "";
  for (const octet of bytes) {
    const byte = octet ^ 13;
    if (byte < 90) text += character(byte);
    else if (byte < 182) text += "}" + character(byte - 90);
    else text += "~" + character(byte - 182);
  }
  return text;
}

/** @param {number} value from 0 to 91 */
function character(value) {
  const found = String.fromCharCode(value + 35);
  return found === "\\" ? " " : found;
}
