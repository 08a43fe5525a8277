/**
 * Which bytes of physical memory lie under a decoded instruction, one bit a byte, by buffer: windows on the same
 * buffer share it. A set bit may be stale, a clear one never is. Not state: it only saves decoding again where data
 * stand beside code.
 */
const covers = new WeakMap<ArrayBufferLike, Uint8Array>();

/** The map for the buffer behind `bytes`. */
export function coverOf(bytes: Uint8Array): Uint8Array {
  let cover = covers.get(bytes.buffer);
  if (cover === undefined) {
    cover = new Uint8Array(bytes.buffer.byteLength >>> 3);
    covers.set(bytes.buffer, cover);
  }
  return cover;
}

/** Marks `length` bytes from `address`, counted from the start of the buffer. */
export function coverBytes(cover: Uint8Array, address: number, length: number): void {
  for (let at = address; at < address + length; at++) cover[at >>> 3] |= 1 << (at & 7);
}

/** Whether any of `size` bytes from `address` is marked. */
export function isCovered(cover: Uint8Array, address: number, size: number): boolean {
  for (let at = address; at < address + size; at++) {
    if ((cover[at >>> 3] & (1 << (at & 7))) !== 0) return true;
  }
  return false;
}

/** Clears the marks of the 4 KiB page that holds `address`. */
export function uncoverPage(cover: Uint8Array, address: number): void {
  const first = (address >>> 12) << 9;
  cover.fill(0, first, first + 512);
}
