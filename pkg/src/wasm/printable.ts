/**
 * Reads bytes back from the text that the build makes of a WebAssembly module.
 *
 * Base64 makes a module a third bigger after gzip, for it shifts bytes across character borders
 * and hides their repetitions. Here a byte is always the same one character, or two for the less
 * frequent, and gzip finds nearly all that it finds in the module itself. All characters are
 * printable ASCII, and none needs an escape in a string literal.
 *
 * Three bits of each byte are turned round first: of all ways to do so, this one compresses best.
 * "#" to "|" stand for 0 to 89, where a space takes the place of the backslash; "}" and "~" add 90
 * and 182 to the value of the character that follows, which then goes up to 91.
 *
 * @module
 */

/** The inverse of `encodePrintable` in the build. */
export function decodePrintable(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  let above = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const value = (code === 32 ? 92 : code) - 35;
    if (above === 0 && value >= 90) {
      above = value === 90 ? 90 : 182;
    } else {
      bytes[length++] = (above + value) ^ 13;
      above = 0;
    }
  }
  return bytes.slice(0, length);
}
