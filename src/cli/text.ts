import type { Words } from "../isa/types.ts";

export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A count with separators of thousands. */
export function count(value: number): string {
  return value.toLocaleString("en");
}

/** A number and its noun: `1 step`, `2 steps`. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** An unsigned 32-bit number, eight digits. */
export function hex32(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}

export function hexBytes(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

export function say(words: Words, language: Language): string {
  return words[language];
}

/** What a guest or a link says, made safe for a terminal: control characters but line feeds and tabs are written out. */
export function printable(text: string): string {
  return [...text].map((char) => (isControl(char) ? escaped(char) : char)).join("");
}

/** As `printable`, on one line. */
export function oneLine(text: string): string {
  return printable(text.replaceAll("\n", "\\n").replaceAll("\t", "\\t"));
}

function isControl(char: string): boolean {
  if (char === "\n" || char === "\t") return false;
  const code = char.codePointAt(0)!;
  // C0, DEL, C1, and the marks that turn the direction of writing.
  return (
    code < 0x20 ||
    (code >= 0x7f && code < 0xa0) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069)
  );
}

function escaped(char: string): string {
  const code = char.codePointAt(0)!;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** Every line of `text` with `margin` before it; nothing for no text. */
export function indent(text: string, margin = "  "): string {
  if (text === "") return "";
  const lines = text.endsWith("\n") ? text.slice(0, -1).split("\n") : text.split("\n");
  return lines.map((line) => `${margin}${line}`.trimEnd()).join("\n");
}

/** Lines of cells with their columns aligned; the last column is as wide as it is. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!)));
  return rows.map((row) => `${line(row).join("  ").trimEnd()}\n`).join("");
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
