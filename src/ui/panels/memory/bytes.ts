/** Reading and writing of bytes as text. */

export type PatternKind = "text" | "bytes" | "dword";

/** Bytes that one edit or search may have. */
const MOST = 256;

/** `de ad be ef`, `deadbeef`; null if it is something else. */
export function hexBytes(text: string): number[] | null {
  const digits = text.replace(/\s+/g, "");
  if (digits === "" || digits.length % 2 !== 0 || digits.length > 2 * MOST || !/^[0-9a-f]+$/i.test(digits)) return null;
  return Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** The four bytes of a doubleword, least significant first. */
export function dwordBytes(value: number): number[] {
  return [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
}

function textBytes(text: string): number[] | null {
  const bytes = [...new TextEncoder().encode(text)];
  return bytes.length === 0 || bytes.length > MOST ? null : bytes;
}

function number(text: string): number | null {
  const trimmed = text.trim();
  const value = /^0x[0-9a-f]{1,8}$/i.test(trimmed) || /^[0-9]{1,10}$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  return value <= 0xffffffff ? value : null;
}

/** What is to be looked for; null if the text does not say. */
export function patternOf(kind: PatternKind, text: string): number[] | null {
  if (kind === "text") return textBytes(text);
  if (kind === "bytes") return hexBytes(text);
  const value = number(text);
  return value === null ? null : dwordBytes(value);
}

/** New content as it is typed: pairs of hex digits (a single digit is a byte), `"text"`, or `0x...` for a doubleword. */
export function editedBytes(text: string): number[] | null {
  const trimmed = text.trim();
  const quoted = /^"(.+)"$/s.exec(trimmed) ?? /^'(.+)'$/s.exec(trimmed);
  if (quoted) return textBytes(quoted[1]!);
  if (/^0x/i.test(trimmed)) {
    const value = number(trimmed);
    return value === null ? null : dwordBytes(value);
  }
  if (/^[0-9a-f]$/i.test(trimmed)) return [Number.parseInt(trimmed, 16)];
  return hexBytes(trimmed);
}

/** Whether a byte is a character of ASCII that can be seen. */
export function isPrinted(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

/** The character of a byte in a listing; a dot for what has none. */
export function charOf(byte: number): string {
  return isPrinted(byte) ? String.fromCharCode(byte) : "·";
}
