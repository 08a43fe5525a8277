import type { WatchFormat } from "../../store/breakpoints.ts";

/** A value of `size` bytes as the reader wants to see it. */
export function shownValue(bits: number, size: 1 | 2 | 4, format: WatchFormat): string {
  const width = size * 8;
  switch (format) {
    case "hex":
      return `0x${bits.toString(16).padStart(size * 2, "0")}`;
    case "unsigned":
      return String(bits);
    case "signed":
      return String((bits << (32 - width)) >> (32 - width));
    case "binary":
      return `0b${bits
        .toString(2)
        .padStart(width, "0")
        .replace(/(?<=.)(?=(.{8})+$)/g, "_")}`;
  }
}
