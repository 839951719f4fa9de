/** Numbers of sections of a WebAssembly module: the bodies of functions, and data. */
export const CODE = 10;
export const DATA = 11;

/**
 * A reader of a section.
 *
 * @typedef {object} Cursor
 * @property {() => number} number reads an unsigned LEB128
 * @property {(length: number) => Uint8Array} take reads so many octets, which are those of the module and no copy
 */

/**
 * Begins to read a section of a module, after its number and length.
 *
 * @param {Uint8Array} module
 * @param {number} wanted the number of the section
 * @returns {Cursor | undefined} undefined if the module has none
 */
export function section(module, wanted) {
  // A magic number and a version, of four octets each.
  let at = 8;
  const number = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const octet = module[at++] ?? 0;
      value += (octet & 127) * factor;
      if (octet < 128) return value;
    }
  };
  /** @type {(length: number) => Uint8Array} */
  const take = (length) => {
    at += length;
    return module.subarray(at - length, at);
  };
  while (at < module.length) {
    const [id] = take(1);
    const length = number();
    if (id === wanted) return { number, take };
    at += length;
  }
  return undefined;
}
