/**
 * The format of a store: a header, two marks, and a frame for each write. Numbers are little-endian.
 *
 * The header consists of a line of text with the version, a salt, the length that the file had when it took its place
 * (all of which was on disk by then), and a checksum of these.
 *
 * A mark consists of a length, up to which every write was answered, and a checksum. The greater length counts. The
 * other mark is overwritten next, so that a power failure during that write loses nothing. Each mark has its own page:
 * while the disk writes it, it touches neither the header nor the other mark.
 *
 * A frame consists of a marker, the length of its payload, a checksum, and the payload, which is a sequence of changes.
 * The checksum covers the position of the frame and the salt of the file. Therefore neither the bytes of another file,
 * which a power failure may leave behind, nor those of a value can be taken for a frame.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { RecordChange } from "../issuer/storage.js";

const TITLE = "eiam-token issuer store ";
const VERSION = 2;
const LINE = Buffer.from(`${TITLE}${VERSION}\n`);
const SALT = 16;
const CHECK = 16;

/** The bytes of the header; the rest of its page is empty. */
const HEAD = LINE.length + SALT + 8 + CHECK;

/** The unit in which a disk writes, or a multiple of it, in bytes. */
const PAGE = 4096;

/** The positions of the marks. */
export const MARKS = [PAGE, 2 * PAGE] as const;

/** The bytes of a mark. */
export const MARK = 8 + CHECK;

/** The position of the first frame. */
export const HEADER = 3 * PAGE;

/** The marker with which every frame begins. It is not valid UTF-8, so no text contains it. */
export const MARKER = Buffer.from([0xff, 0xfe, 0x46, 0x0a]);

/** The bytes of a frame before its payload. */
export const FRAME = MARKER.length + 4 + CHECK;

/** The longest payload of a frame, in bytes. */
export const MAX_PAYLOAD = 0xffff_ffff;

/** The content of a header. */
export interface Header {
  readonly salt: Uint8Array;
  /** The length of the file when it took its place. */
  readonly base: number;
}

/** Why the beginning of a file is not a header. */
export type NoHeader = "not_a_store" | "damaged" | { readonly version: string };

/** Encodes everything before the first frame. Both marks have the same length as the header. */
export function encodeHeader({ salt, base }: Header): Buffer {
  const head = Buffer.alloc(HEADER);
  LINE.copy(head);
  head.set(salt, LINE.length);
  head.writeBigUInt64LE(BigInt(base), LINE.length + SALT);
  const checked = head.subarray(0, HEAD - CHECK);
  head.set(checksum(checked), HEAD - CHECK);
  for (const position of MARKS) head.set(encodeMark(salt, position, base), position);
  return head;
}

/**
 * Encodes a mark.
 *
 * @param position where the mark will be
 * @param length the length up to which every write was answered
 */
export function encodeMark(salt: Uint8Array, position: number, length: number): Buffer {
  const mark = Buffer.alloc(MARK);
  mark.writeBigUInt64LE(BigInt(length));
  mark.set(markChecksum(salt, position, mark), MARK - CHECK);
  return mark;
}

/** Decodes the length in a mark; `undefined` for bytes that are not a complete mark. */
export function decodeMark(salt: Uint8Array, position: number, bytes: Buffer): number | undefined {
  const check = bytes.subarray(MARK - CHECK, MARK);
  if (!markChecksum(salt, position, bytes).equals(check)) return undefined;
  return Number(bytes.readBigUInt64LE());
}

/** The checksum of a mark at this position. It differs for the other mark and for marks of other files. */
function markChecksum(salt: Uint8Array, position: number, mark: Buffer): Buffer {
  const place = Buffer.alloc(8);
  place.writeBigUInt64LE(BigInt(position));
  return checksum(salt, place, mark.subarray(0, MARK - CHECK));
}

/** @param bytes the first {@link HEADER} bytes of a file, or as many as it has */
export function decodeHeader(bytes: Buffer): Header | NoHeader {
  const [, version] = /^eiam-token issuer store ([1-9]\d{0,8})\n/.exec(bytes.toString("latin1")) ?? [];
  if (version === undefined) return "not_a_store";
  if (version !== `${VERSION}`) return { version };
  if (bytes.length < HEADER) return "damaged";
  const checked = bytes.subarray(0, HEAD - CHECK);
  if (!checksum(checked).equals(bytes.subarray(HEAD - CHECK, HEAD))) return "damaged";
  return {
    salt: Buffer.from(bytes.subarray(LINE.length, LINE.length + SALT)),
    base: Number(bytes.readBigUInt64LE(LINE.length + SALT)),
  };
}

/** Decodes the payload's length and checksum from the first {@link FRAME} bytes of a possible frame. */
export function decodeFrame(bytes: Buffer): { length: number; check: Buffer } | undefined {
  if (bytes.length < FRAME || !bytes.subarray(0, MARKER.length).equals(MARKER)) return undefined;
  return {
    length: bytes.readUInt32LE(MARKER.length),
    // Copied, because the reader reuses these bytes.
    check: Buffer.from(bytes.subarray(MARKER.length + 4, FRAME)),
  };
}

/**
 * Encodes a frame.
 *
 * @param position where the frame will be
 * @param parts the parts of its payload
 */
export function encodeFrame(salt: Uint8Array, position: number, parts: readonly Buffer[]): Buffer {
  const frame = Buffer.concat([Buffer.alloc(FRAME), ...parts]);
  frame.set(MARKER);
  const payload = frame.subarray(FRAME);
  frame.writeUInt32LE(payload.length, MARKER.length);
  frame.set(frameChecksum(salt, position, payload), MARKER.length + 4);
  return frame;
}

/** The checksum of a frame that stands at this position. */
export function frameChecksum(salt: Uint8Array, position: number, payload: Uint8Array): Buffer {
  const place = Buffer.alloc(16);
  place.writeBigUInt64LE(BigInt(position));
  place.writeBigUInt64LE(BigInt(payload.length), 8);
  return checksum(salt, place, payload);
}

function checksum(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest().subarray(0, CHECK);
}

/** What a change begins with, beside the length of its key. */
const REMOVED = 0;
const KEPT = 1;
const EXPIRES = 2;

/** The latest time that there is room for. */
const NEVER = 2n ** 63n - 1n;

/** A change as it stands in a payload. */
export interface WrittenChange {
  readonly key: string;
  /** `undefined`: the record is gone. These bytes are the payload's. */
  readonly value: Uint8Array | undefined;
  /** In Unix seconds. */
  readonly expires: bigint | undefined;
  /** Where it begins in the payload. */
  readonly start: number;
  /** Where the next one begins. */
  readonly end: number;
}

/** @throws {TypeError} if it is not what the issuer writes */
export function encodeChange({ key, value, expires }: RecordChange): Buffer {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(key)) throw new TypeError("a record's key is no such key");
  if (value === undefined) return Buffer.from([key.length, REMOVED, ...Buffer.from(key)]);
  if (!(value instanceof Uint8Array)) throw new TypeError(`the value of record ${key} is no bytes`);
  const times = expires === undefined ? 0 : 8;
  const head = Buffer.alloc(2 + key.length + times + 4);
  head[0] = key.length;
  head[1] = expires === undefined ? KEPT : EXPIRES;
  head.write(key, 2, "latin1");
  if (expires !== undefined) head.writeBigInt64LE(expires < NEVER ? expires : NEVER, 2 + key.length);
  head.writeUInt32LE(value.length, 2 + key.length + times);
  return Buffer.concat([head, value]);
}

/**
 * The changes of a payload.
 *
 * @throws {RangeError} if they are cut off or not known
 */
export function* decodeChanges(payload: Buffer): Generator<WrittenChange> {
  let at = 0;
  while (at < payload.length) {
    const start = at;
    const [length, kind] = [payload.readUInt8(at), payload.readUInt8(at + 1)];
    at += 2;
    const key = slice(payload, at, length).toString("latin1");
    at += length;
    let value: Buffer | undefined;
    let expires: bigint | undefined;
    if (kind === EXPIRES) {
      expires = payload.readBigInt64LE(at);
      at += 8;
    }
    if (kind === KEPT || kind === EXPIRES) {
      const size = payload.readUInt32LE(at);
      at += 4;
      value = slice(payload, at, size);
      at += size;
    } else if (kind !== REMOVED) {
      throw new RangeError("another kind of change");
    }
    yield { key, value, expires, start, end: at };
  }
}

function slice(bytes: Buffer, start: number, length: number): Buffer {
  if (start + length > bytes.length) throw new RangeError("the change is cut off");
  return bytes.subarray(start, start + length);
}
