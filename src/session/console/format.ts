import { ConsoleError, words } from "./call.ts";

/** What `x` is to show: how many, how, and how large each. */
export interface Format {
  readonly count: number;
  readonly letter: string;
  /** Bytes: 1, 2 or 4. */
  readonly size: 1 | 2 | 4;
}

const SIZES: Readonly<Record<string, 1 | 2 | 4>> = { b: 1, h: 2, w: 4 };
/** Bits of a digit, by letter. */
const BITS: Readonly<Record<string, number>> = { x: 4, o: 3, t: 1 };
export const FORMAT_LETTERS = "xduotacsi";
const MOST = 4096;

const ACCEPTED = words(
  `A format is a count, one of the letters x d u o t a c s i, and a size b (1 byte), h (2) or w (4): x/8xw, x/4i, x/s.`,
  "格式由个数、字母 x d u o t a c s i 之一和大小 b（1 字节）、h（2）或 w（4）组成：x/8xw、x/4i、x/s。",
);

/** Reads `8xw` in any order of letter and size. */
export function parseFormat(text: string, otherwise: Format): Format {
  const found = /^(\d*)([a-z]*)$/i.exec(text.trim());
  if (!found) throw new ConsoleError(ACCEPTED);
  const count = found[1] === "" ? otherwise.count : Number(found[1]);
  if (count < 1 || count > MOST) {
    throw new ConsoleError(words(`At most ${MOST} at a time; at least one.`, `一次最少 1 项，最多 ${MOST} 项。`));
  }
  let letter: string | null = null;
  let size: 1 | 2 | 4 | null = null;
  for (const char of found[2]!.toLowerCase()) {
    if (SIZES[char] !== undefined && size === null) size = SIZES[char];
    else if (FORMAT_LETTERS.includes(char) && letter === null) letter = char;
    else if (char === "g") {
      throw new ConsoleError(
        words("g (8 bytes) is wider than anything this processor has.", "g（8 字节）超出本处理器的字长。"),
      );
    } else throw new ConsoleError(ACCEPTED);
  }
  const shown = letter ?? otherwise.letter;
  return { count, letter: shown, size: size ?? (shown === "c" ? 1 : shown === "a" ? 4 : otherwise.size) };
}

const ESCAPES: Readonly<Record<number, string>> = { 0: "\\0", 9: "\\t", 10: "\\n", 13: "\\r", 27: "\\e", 92: "\\\\" };

/** A byte as it is written between quotes. */
export function character(code: number): string {
  const known = ESCAPES[code];
  if (known !== undefined) return known;
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : `\\x${code.toString(16).padStart(2, "0")}`;
}

/** A value (unsigned) of `size` bytes by a format letter; `a` and `i` are the caller's. */
export function formatted(value: number, letter: string, size: 1 | 2 | 4): string {
  const shift = 32 - size * 8;
  const signed = (value << shift) >> shift;
  switch (letter) {
    case "d":
      return String(signed);
    case "u":
      return String(value >>> 0);
    case "c":
      return `${signed} '${character(value & 0xff)}'`;
    default: {
      const bits = BITS[letter] ?? 4;
      const digits = Math.ceil((size * 8) / bits);
      const prefix = letter === "o" ? "0" : letter === "t" ? "0b" : "0x";
      return prefix + (value >>> 0).toString(1 << bits).padStart(digits, "0");
    }
  }
}
