/**
 * Gives what a module imports numbers for names, in their order. Wasm-bindgen's names end in a hash,
 * which no compression makes smaller, and stand in the module and in the glue.
 *
 * @param {Uint8Array} module
 * @returns {{ module: Uint8Array, names: string[] }} the module with numbers, and the names as they were
 */
export function numberImports(module) {
  const reader = new Reader(module, HEADER);
  while (reader.offset < module.length) {
    const start = reader.offset;
    const section = reader.byte();
    const end = reader.number() + reader.offset;
    if (section === IMPORTS) {
      const { bytes, names } = numbered(reader);
      const parts = [module.subarray(0, start), [IMPORTS], leb(bytes.length), bytes, module.subarray(end)];
      return { module: Buffer.concat(parts.map((part) => Uint8Array.from(part))), names };
    }
    reader.offset = end;
  }
  throw new Error("the module imports nothing");
}

/** @param {Reader} reader */
function numbered(reader) {
  const count = reader.number();
  const bytes = leb(count);
  /** @type {string[]} */
  const names = [];
  for (let index = 0; index < count; index++) {
    const from = reader.text();
    names.push(reader.text().toString());
    if (reader.byte() !== FUNCTION) throw new Error("the module imports something that is no function");
    const name = Buffer.from(String(index));
    bytes.push(...leb(from.length), ...from, ...leb(name.length), ...name, FUNCTION, ...leb(reader.number()));
  }
  return { bytes, names };
}

/** Reads what the WebAssembly specification calls binary format, chapter 5. */
class Reader {
  /**
   * @param {Uint8Array} bytes
   * @param {number} offset
   */
  constructor(bytes, offset) {
    this.bytes = Buffer.from(bytes);
    this.offset = offset;
  }

  byte() {
    return this.bytes.readUInt8(this.offset++);
  }

  /** An unsigned number in LEB128. */
  number() {
    let value = 0;
    for (let unit = 1; ; unit *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
    }
  }

  text() {
    const length = this.number();
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }
}

/** @param {number} value */
function leb(value) {
  const bytes = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) + 0x80);
  return [...bytes, value];
}

/** The length of what every module begins with. */
const HEADER = 8;

/** The section of the imports. */
const IMPORTS = 2;

/** The kind of an import. */
const FUNCTION = 0;
