import type { ByteSink } from "../devices/byte-sink.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Bytes beyond this many are counted, but not kept: a guest that prints for ever must not fill the memory. */
export const OUTPUT_LOG_LIMIT = 16 * 1024 * 1024;

/**
 * Everything that a device has put out, in order. Its only state is its length: going back in time shortens the log,
 * and the replay that follows writes the same bytes again over those that are still there. A length can therefore
 * only be loaded into the log in which it was once reached.
 */
export class OutputLog implements ByteSink {
  /** Bytes put out so far, kept or not. */
  length = 0;
  private buffer = new Uint8Array(256);

  /** Adds one byte (the low 8 bits of `byte`). */
  append(byte: number): void {
    const at = this.length++;
    if (at >= this.buffer.length) {
      if (at >= OUTPUT_LOG_LIMIT) return;
      const larger = new Uint8Array(Math.min(OUTPUT_LOG_LIMIT, Math.max(at + 1, this.buffer.length * 2)));
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.buffer[at] = byte;
  }

  /** The bytes kept, from index `from` on: a view, valid until the next append. */
  bytes(from = 0): Uint8Array {
    const end = Math.min(this.length, this.buffer.length);
    return this.buffer.subarray(Math.min(from, end), end);
  }

  /** The bytes kept as UTF-8 text, from byte `from` on. */
  text(from = 0): string {
    return decodeUtf8(this.bytes(from));
  }

  save(): number {
    return this.length;
  }

  load(length: number): void {
    this.length = length;
  }
}
