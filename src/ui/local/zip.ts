import { strToU8, unzipSync, zipSync } from "fflate";
import { MAX_TEXT_BYTES } from "./judge.ts";

const MAX_FILES = 256;

/** All files of a program as a ZIP archive; the same files give the same bytes. */
export function zipFiles(files: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]));
  return zipSync(entries, { level: 9, mtime: EPOCH });
}

/** The earliest time that the format can say. */
const EPOCH = new Date(1980, 0, 1);

/** The sources in an archive, by their paths; null if it is none or holds more than a program would. */
export function unzipSources(bytes: Uint8Array): Readonly<Record<string, Uint8Array>> | null {
  let total = 0;
  let count = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!/\.(asm|inc|s|nasm|mac)$/i.test(name) || name.startsWith("__MACOSX/")) return false;
        total += originalSize;
        count++;
        if (total > MAX_TEXT_BYTES || count > MAX_FILES) throw new RangeError("too much");
        return true;
      },
    });
  } catch {
    return null;
  }
}
