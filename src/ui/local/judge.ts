import type { Words } from "../../isa/types.ts";

/** Largest text in bytes: what the assembler reads of one file. */
export const MAX_TEXT_BYTES = 4 * 1024 * 1024;
/** Largest binary in bytes: the largest memory of the machine could hold it four times over. */
export const MAX_BINARY_BYTES = 64 * 1024 * 1024;

/** What a local file holds. */
export type Judged =
  | { readonly kind: "text"; readonly text: string /** Lines ended with CR LF. */; readonly crlf: boolean }
  | { readonly kind: "binary"; readonly looks: "multiboot" | "flat"; readonly bootSector: boolean }
  | { readonly kind: "refused"; readonly why: Words };

const TEXT_NAME = /\.(asm|inc|s|nasm|txt|mac)$/i;
const MULTIBOOT_MAGIC = 0x1badb002;

const mebibytes = (bytes: number): string => String(Math.round((bytes / (1 << 20)) * 10) / 10);

/** A file that is refused for its size alone, before it is read. */
export function tooLarge(name: string, size: number): Words | null {
  const limit = TEXT_NAME.test(name) ? MAX_TEXT_BYTES : MAX_BINARY_BYTES;
  if (size <= limit) return null;
  return {
    en: `It has ${mebibytes(size)} MiB; ${TEXT_NAME.test(name) ? "a source" : "an image"} may have ${mebibytes(limit)} MiB.`,
    zh: `文件有 ${mebibytes(size)} MiB；${TEXT_NAME.test(name) ? "源文件" : "映像"}最多 ${mebibytes(limit)} MiB。`,
  };
}

/** Finds out what a file holds: its name says what is meant, its bytes what it is. */
export function judge(name: string, bytes: Uint8Array): Judged {
  const large = tooLarge(name, bytes.length);
  if (large !== null) return { kind: "refused", why: large };
  if (bytes.length === 0 && !TEXT_NAME.test(name)) {
    return { kind: "refused", why: { en: "The file is empty.", zh: "文件是空的。" } };
  }
  const [first, second] = bytes;
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (TEXT_NAME.test(name)) {
    if (utf16) {
      return refuse(
        "It is encoded in UTF-16. Save it as UTF-8 and open it again.",
        "文件用 UTF-16 编码。请另存为 UTF-8 后再打开。",
      );
    }
    const zero = bytes.indexOf(0);
    if (zero >= 0) {
      return refuse(
        `It is not text: byte ${zero} is 0. Give a binary the ending .bin or .elf.`,
        `它不是文本：第 ${zero} 字节是 0。二进制文件的扩展名应为 .bin 或 .elf。`,
      );
    }
    return readText(bytes);
  }
  if (isElf(bytes) || hasMultibootHeader(bytes)) return { kind: "binary", looks: "multiboot", bootSector: false };
  if (!/\.(bin|img|com|sys|raw|elf|o)$/i.test(name) && bytes.indexOf(0) < 0) {
    const text = readText(bytes);
    if (text.kind === "text") return text;
  }
  const bootSector = bytes.length >= 512 && bytes[510] === 0x55 && bytes[511] === 0xaa;
  return { kind: "binary", looks: "flat", bootSector };
}

function refuse(en: string, zh: string): Judged {
  return { kind: "refused", why: { en, zh } };
}

function readText(bytes: Uint8Array): Judged {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { kind: "text", text: text.replace(/\r\n?/g, "\n"), crlf: text.includes("\r\n") };
  } catch {
    const at = firstBadByte(bytes);
    let line = 1;
    for (let i = 0; i < at; i++) if (bytes[i] === 10) line++;
    const byte = bytes[at]!.toString(16).toUpperCase().padStart(2, "0");
    return refuse(
      `It is not UTF-8: byte ${byte} in line ${line} (offset ${at}) begins no character. Save it as UTF-8 and open it again.`,
      `它不是 UTF-8：第 ${line} 行（偏移 ${at}）的字节 ${byte} 不是任何字符的开头。请另存为 UTF-8 后再打开。`,
    );
  }
}

/** Offset of the first byte that begins no character of UTF-8. The decoder only says that there is one. */
function firstBadByte(bytes: Uint8Array): number {
  /** How many bytes of the first `end` are whole characters; -1 if they are no UTF-8. */
  const whole = (end: number): number => {
    try {
      const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
      return new TextEncoder().encode(decoder.decode(bytes.subarray(0, end), { stream: true })).length;
    } catch {
      return -1;
    }
  };
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (whole(middle) >= 0) good = middle;
    else bad = middle;
  }
  return whole(good);
}

function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/** The magic number of a Multiboot header stands in the first 8 KiB, at a multiple of 4 (specification, 3.1.1). */
function hasMultibootHeader(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 12 <= Math.min(bytes.length, 8192); at += 4) {
    if (view.getUint32(at, true) === MULTIBOOT_MAGIC) return true;
  }
  return false;
}
