const RADIX: Readonly<Record<string, number>> = { h: 16, x: 16, d: 10, t: 10, o: 8, q: 8, b: 2, y: 2 };

/**
 * Reads a number in any of NASM's notations: 0x1f, 0h1f, $1f, 1fh, 0d10, 10d, 0o17, 17o, 17q, 0b101, 101b, 0y101,
 * 101y, with `_` anywhere between digits. With both a prefix and a suffix the higher radix wins, as in NASM.
 * @returns the value modulo 2^64, unsigned, or null when it is no number
 */
export function parseNumber(text: string): bigint | null {
  const word = text.toLowerCase();
  if (/^[0-9]{1,15}$/.test(word)) return BigInt(word);
  let radix = 10;
  let digits = word;
  const prefix = word.startsWith("$") ? 16 : word[0] === "0" ? (RADIX[word[1] ?? ""] ?? 0) : 0;
  const suffix = word.length > 1 ? (RADIX[word.at(-1)!] ?? 0) : 0;
  if (prefix > suffix) {
    radix = prefix;
    digits = word.slice(word.startsWith("$") ? 1 : 2);
  } else if (suffix > prefix) {
    radix = suffix;
    digits = word.slice(0, -1);
  } else if (prefix !== 0) return null;
  digits = digits.replaceAll("_", "");
  return digits === "" ? null : digitsValue(digits, radix);
}

function digitsValue(digits: string, radix: number): bigint | null {
  const allowed = radix === 16 ? /^[0-9a-f]+$/ : radix === 10 ? /^[0-9]+$/ : radix === 8 ? /^[0-7]+$/ : /^[01]+$/;
  if (!allowed.test(digits) || digits.length > 512) return null;
  const literal = radix === 16 ? `0x${digits}` : radix === 8 ? `0o${digits}` : radix === 2 ? `0b${digits}` : digits;
  return BigInt.asUintN(64, BigInt(literal));
}

/** A character constant's value: its bytes, first one lowest, eight at most (NASM manual, 3.4.3). */
export function charConstant(bytes: string): bigint {
  let value = 0n;
  for (let i = Math.min(bytes.length, 8) - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes.charCodeAt(i));
  return value;
}
