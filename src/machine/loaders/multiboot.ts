import { isElf, loadElf } from "./elf.ts";
import { checkImage, fail, hex, type LoadResult } from "./image.ts";

const MAGIC = 0x1badb002;
/** The header lies in so many bytes of the file, at a multiple of 4. */
const SEARCHED_BYTES = 8192;
const FLAG_VIDEO = 1 << 2;
const FLAG_ADDRESSES = 1 << 16;
/** A loader must refuse an image with a bit among 0..15 that it does not know. */
const UNKNOWN_REQUIREMENTS = 0xfff8;
const VIDEO_TEXT = 1;

const ACCEPTED = {
  en: "A Multiboot 1 image: in its first 8 KiB, at a multiple of 4, the dwords 1BADB002, flags, and a checksum that makes their sum 0; then an ELF32 executable, or the header's own addresses (flag bit 16).",
  zh: "Multiboot 1 映像:前 8 KiB 内、4 字节对齐处有双字 1BADB002、标志、使三者之和为 0 的校验和;其本体是 ELF32 可执行文件,或由头部自带地址(标志位 16)。",
};

/**
 * Reads a Multiboot 1 image (Multiboot Specification 0.6.96, 3.1) for a computer with `memoryBytes` of RAM. Whatever
 * the file claims, no more memory is used than the file has bytes.
 */
export function parseMultiboot(bytes: Uint8Array, memoryBytes: number): LoadResult {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = findHeader(view);
  if (found.at < 0) return fail(found.words, ACCEPTED);
  const { at } = found;
  const flags = view.getUint32(at + 4, true);
  if ((flags & UNKNOWN_REQUIREMENTS) !== 0) {
    return fail(
      {
        en: `The Multiboot header requires what is not offered here: flags ${hex(flags)}.`,
        zh: `Multiboot 头要求此处不提供的功能:标志 ${hex(flags)}。`,
      },
      { en: "Flags with bits 3 to 15 clear.", zh: "标志的第 3 到 15 位须为 0。" },
    );
  }
  if ((flags & FLAG_VIDEO) !== 0 && at + 36 <= bytes.length && view.getUint32(at + 32, true) !== VIDEO_TEXT) {
    return fail(
      { en: "The Multiboot header asks for a graphics mode.", zh: "Multiboot 头要求图形模式。" },
      { en: "Text mode, or no wish (flag bit 2 clear).", zh: "文本模式,或不作要求(标志位 2 为 0)。" },
    );
  }
  if ((flags & FLAG_ADDRESSES) !== 0) return loadByAddresses(bytes, view, at, memoryBytes);
  if (isElf(bytes)) return loadElf(bytes, memoryBytes);
  return fail(
    {
      en: "The image is no ELF file, and its Multiboot header gives no addresses (flag bit 16 is clear).",
      zh: "映像不是 ELF 文件,其 Multiboot 头也没有给出地址(标志位 16 为 0)。",
    },
    ACCEPTED,
  );
}

function findHeader(view: DataView): { at: number; words: { en: string; zh: string } } {
  const end = Math.min(view.byteLength, SEARCHED_BYTES) - 12;
  let wrongSum = -1;
  for (let at = 0; at <= end; at += 4) {
    if (view.getUint32(at, true) !== MAGIC) continue;
    const sum = MAGIC + view.getUint32(at + 4, true) + view.getUint32(at + 8, true);
    if (sum % 2 ** 32 === 0) return { at, words: { en: "", zh: "" } };
    wrongSum = at;
  }
  if (wrongSum >= 0) {
    return {
      at: -1,
      words: {
        en: `The Multiboot header at file offset ${hex(wrongSum)} has a wrong checksum.`,
        zh: `文件偏移 ${hex(wrongSum)} 处的 Multiboot 头校验和有误。`,
      },
    };
  }
  return {
    at: -1,
    words: {
      en: "There is no Multiboot header in the first 8 KiB of the file.",
      zh: "文件前 8 KiB 内没有 Multiboot 头。",
    },
  };
}

/** The address fields of the header (3.1.3). */
function loadByAddresses(bytes: Uint8Array, view: DataView, at: number, memoryBytes: number): LoadResult {
  if (at + 32 > bytes.length) {
    return fail({ en: "The Multiboot header is cut off.", zh: "Multiboot 头不完整。" }, ACCEPTED);
  }
  const header = view.getUint32(at + 12, true);
  const load = view.getUint32(at + 16, true);
  const loadEnd = view.getUint32(at + 20, true);
  const zeroEnd = view.getUint32(at + 24, true);
  const entry = view.getUint32(at + 28, true);
  const offset = at - (header - load);
  const size = loadEnd === 0 ? bytes.length - offset : loadEnd - load;
  const sizeWithZeroes = zeroEnd === 0 ? size : zeroEnd - load;
  if (header < load || offset < 0 || size <= 0 || offset + size > bytes.length || sizeWithZeroes < size) {
    return fail(
      {
        en: `The addresses in the Multiboot header contradict the file: header ${hex(header)}, load ${hex(load)} to ${hex(loadEnd)}, zeroes to ${hex(zeroEnd)}; the header is at file offset ${hex(at)} of ${bytes.length} bytes.`,
        zh: `Multiboot 头中的地址与文件矛盾:头 ${hex(header)},装载 ${hex(load)} 到 ${hex(loadEnd)},清零到 ${hex(zeroEnd)};头在文件偏移 ${hex(at)},文件共 ${bytes.length} 字节。`,
      },
      {
        en: "load_addr <= header_addr, load_addr < load_end_addr <= bss_end_addr (or 0), all of it in the file.",
        zh: "load_addr <= header_addr,load_addr < load_end_addr <= bss_end_addr(或为 0),且都在文件之内。",
      },
    );
  }
  const segment = { address: load, bytes: bytes.subarray(offset, offset + size), zeroFill: sizeWithZeroes - size };
  return checkImage([segment], entry, memoryBytes);
}
