import { damaged } from "./errors.js";
import { FRAME, type Header, MARKER, type WrittenChange, decodeChanges, decodeFrame, frameChecksum } from "./format.js";
import type { Reader } from "./reader.js";

/** Visits a change; `position` is where it stands in the file, which no other change shares. */
export type Visit = (change: WrittenChange, position: number) => Promise<void> | void;

/** A part of a log. */
export interface Part {
  /** Where a frame begins. */
  readonly start: number;
  /** Up to where everything was answered, so that it cannot be a write that was cut off. */
  readonly answered: number;
}

/**
 * Shows every change of a part of a log, the oldest first. The values are those of the reader: copy
 * them.
 *
 * @returns where the last whole frame ends; what comes after it was never answered
 * @throws {FileStorageError} for damage in what was answered
 */
export async function readFrames(
  path: string,
  reader: Reader,
  header: Header,
  { start, answered }: Part,
  visit: Visit,
): Promise<number> {
  let position = start;
  while (position < reader.size) {
    const payload = await payloadAt(reader, header, position);
    if (!payload) break;
    const begin = position + FRAME;
    for (const change of changesOf(payload, path, position)) {
      const pending = visit(change, begin + change.start);
      if (pending !== undefined) await pending;
    }
    position = begin + payload.length;
  }
  // A write that was cut off is the last one.
  if (position < answered || (await hasFrameAfter(reader, header, position))) {
    throw damaged(path, position);
  }
  return position;
}

async function payloadAt(reader: Reader, { salt }: Header, position: number): Promise<Buffer | undefined> {
  const frame = decodeFrame(await reader.read(position, FRAME));
  if (!frame || frame.length > reader.size - position - FRAME) return undefined;
  const payload = await reader.read(position + FRAME, frame.length);
  return frameChecksum(salt, position, payload).equals(frame.check) ? payload : undefined;
}

/** A whole frame whose changes make no sense was damaged before its checksum was made. */
function* changesOf(payload: Buffer, path: string, position: number): Generator<WrittenChange> {
  try {
    yield* decodeChanges(payload);
  } catch (error) {
    throw error instanceof RangeError ? damaged(path, position) : error;
  }
}

/** Whether a whole frame begins anywhere after this position. */
async function hasFrameAfter(reader: Reader, header: Header, position: number): Promise<boolean> {
  const STEP = 64 * 1024;
  let from = position + 1;
  while (from + FRAME <= reader.size) {
    const bytes = await reader.read(from, STEP);
    const at = bytes.indexOf(MARKER);
    if (at < 0) {
      // The marker may have begun in the last bytes.
      from += Math.max(1, bytes.length - MARKER.length + 1);
      continue;
    }
    from += at;
    if (await payloadAt(reader, header, from)) return true;
    from += 1;
  }
  return false;
}
