import { checkImage, fail, hex, type LoadResult } from "./image.ts";

export interface FlatPlace {
  /** Physical address of the first byte. */
  readonly at: number;
  /** Physical address of the first instruction. */
  readonly entry: number;
}

/** A flat binary: the whole file goes to one place, for a computer with `memoryBytes` of RAM. */
export function loadFlat(bytes: Uint8Array, place: FlatPlace, memoryBytes: number): LoadResult {
  if (bytes.length === 0) {
    return fail(
      { en: "The file is empty.", zh: "文件是空的。" },
      { en: "A flat binary of at least one byte.", zh: "至少一个字节的平坦二进制文件。" },
    );
  }
  for (const value of [place.at, place.entry]) {
    if (Number.isInteger(value) && value >= 0 && value <= 0xffffffff) continue;
    return fail(
      { en: `${value} is not a physical address.`, zh: `${value} 不是物理地址。` },
      { en: `A whole number from 0 to ${hex(0xffffffff)}.`, zh: `从 0 到 ${hex(0xffffffff)} 的整数。` },
    );
  }
  return checkImage([{ address: place.at, bytes, zeroFill: 0 }], place.entry, memoryBytes);
}
