import { deflateSync, Inflate } from "fflate";
import { crc32 } from "./crc32.ts";

/**
 * The bytes of a link: one raw DEFLATE stream. What it inflates to is a header of three little-endian dwords and then
 * the payload: length of the stream, CRC-32 of the payload as deflated (so that not even a bit of padding can change
 * unseen), CRC-32 of these two. The header is written as a stored block, so that it can be read when the end is lost,
 * and a link that was cut can be told from one that was changed.
 */
const HEADER_SIZE = 12;
/** Stored block (RFC 1951, 3.2.4): type byte, length, its complement, data. */
const STORED_PREFIX = 5;

/** What a payload may inflate to, in bytes. */
export const MAX_PAYLOAD = 2 * 1024 * 1024;
/** Bytes given to the inflater at a time; DEFLATE expands at most 1032 times. */
const PIECE = 256;

export type Opened =
  | { readonly ok: true; readonly payload: Uint8Array }
  | { readonly ok: false; readonly problem: "truncated" | "altered" | "oversized" };

/** Packs a payload of at most MAX_PAYLOAD bytes. */
export function seal(payload: Uint8Array): Uint8Array {
  return addHeader(deflateSync(payload, { level: 9 }));
}

/** Puts the header before a payload that is deflated already. */
export function addHeader(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(STORED_PREFIX + HEADER_SIZE + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(1, HEADER_SIZE, true);
  view.setUint16(3, ~HEADER_SIZE & 0xffff, true);
  view.setUint32(STORED_PREFIX, bytes.length, true);
  view.setUint32(STORED_PREFIX + 4, crc32(body), true);
  view.setUint32(STORED_PREFIX + 8, headerCheck(bytes), true);
  bytes.set(body, STORED_PREFIX + HEADER_SIZE);
  return bytes;
}

/** Unpacks what `seal` made, never holding much more than MAX_PAYLOAD bytes. */
export function open(bytes: Uint8Array): Opened {
  if (bytes.length < STORED_PREFIX + HEADER_SIZE) return { ok: false, problem: "truncated" };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isHeader =
    bytes[0] === 0 &&
    view.getUint16(1, true) === HEADER_SIZE &&
    view.getUint16(3, true) === (~HEADER_SIZE & 0xffff) &&
    view.getUint32(STORED_PREFIX + 8, true) === headerCheck(bytes);
  if (!isHeader) return { ok: false, problem: "altered" };
  const length = view.getUint32(STORED_PREFIX, true);
  if (bytes.length < length) return { ok: false, problem: "truncated" };
  if (bytes.length > length) return { ok: false, problem: "altered" };
  const body = bytes.subarray(STORED_PREFIX + HEADER_SIZE);
  if (crc32(body) !== view.getUint32(STORED_PREFIX + 4, true)) return { ok: false, problem: "altered" };
  const payload = inflate(body);
  return typeof payload === "string" ? { ok: false, problem: payload } : { ok: true, payload };
}

/** Check of the header's first two dwords. */
function headerCheck(bytes: Uint8Array): number {
  return crc32(bytes.subarray(STORED_PREFIX, STORED_PREFIX + 8));
}

function inflate(body: Uint8Array): Uint8Array | "oversized" | "altered" {
  const parts: Uint8Array[] = [];
  let total = 0;
  const inflater = new Inflate((part) => {
    total += part.length;
    if (total <= MAX_PAYLOAD) parts.push(part);
  });
  try {
    for (let at = 0; at < body.length; at += PIECE) {
      inflater.push(body.subarray(at, at + PIECE), at + PIECE >= body.length);
      if (total > MAX_PAYLOAD) return "oversized";
    }
  } catch {
    return "altered";
  }
  const payload = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    payload.set(part, at);
    at += part.length;
  }
  return payload;
}
